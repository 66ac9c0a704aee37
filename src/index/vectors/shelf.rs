//! Vectors in memory: found by row, compared with queries, copied in part while somebody reads.

use std::collections::HashMap;
use std::sync::Arc;

use rten_simd::{Isa, SimdOp};

use super::file::Record;

/// Vectors that are copied at once when one of them changes while somebody reads.
const BLOCK: usize = 512;
/// Row of a place where nothing is.
const NOBODY: u64 = u64::MAX;
/// Largest number of a query: with bytes and as many of them as there may be, the sum fits.
const QUERY_MAX: f32 = 2047.0;

/// All vectors. A copy shares the blocks.
#[derive(Clone)]
pub(super) struct Shelf {
    dimensions: usize,
    blocks: Vec<Arc<Block>>,
    places: HashMap<u64, usize>,
    free: Vec<usize>,
}

/// Some vectors, one after the other.
#[derive(Clone, Default)]
struct Block {
    rows: Vec<u64>,
    hashes: Vec<u64>,
    scales: Vec<f32>,
    bytes: Vec<i8>,
}

/// The vector of one check, at hand as long as this is held.
#[derive(Clone)]
pub struct VectorRef {
    block: Arc<Block>,
    at: usize,
}

/// A vector to compare others with.
pub struct Query {
    numbers: Vec<i16>,
    scale: f32,
}

impl Query {
    /// Numbers made small; the largest becomes `QUERY_MAX`.
    pub(super) fn of(vector: &[f32]) -> Self {
        let largest = vector.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
        let by = if largest > 0.0 { QUERY_MAX / largest } else { 0.0 };
        let numbers = vector.iter().map(|number| (number * by).round() as i16).collect();
        Self { numbers, scale: largest / QUERY_MAX }
    }
}

impl VectorRef {
    /// Cosine of a query and this, if both have the length one.
    pub fn dot(&self, query: &Query) -> f32 {
        let bytes = self.block.bytes(self.at, query.numbers.len());
        dot(&query.numbers, bytes) as f32 * (query.scale * self.block.scales[self.at])
    }
}

impl Block {
    fn bytes(&self, at: usize, dimensions: usize) -> &[i8] {
        &self.bytes[at * dimensions..(at + 1) * dimensions]
    }
}

impl Shelf {
    pub(super) fn new(dimensions: usize) -> Self {
        Self { dimensions, blocks: Vec::new(), places: HashMap::new(), free: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn rows(&self) -> Vec<u64> {
        self.places.keys().copied().collect()
    }

    pub(super) fn hash(&self, row: u64) -> Option<u64> {
        let place = *self.places.get(&row)?;
        Some(self.blocks[place / BLOCK].hashes[place % BLOCK])
    }

    pub(super) fn get(&self, row: u64) -> Option<VectorRef> {
        let place = *self.places.get(&row)?;
        Some(VectorRef { block: Arc::clone(&self.blocks[place / BLOCK]), at: place % BLOCK })
    }

    /// Does what a record says. One of another size is not for these.
    pub(super) fn apply(&mut self, record: &Record) {
        if record.bytes.len() != self.dimensions || record.row == NOBODY {
            return;
        }
        if record.is_gone() {
            self.remove(record.row);
        } else {
            self.put(record);
        }
    }

    fn put(&mut self, record: &Record) {
        let used = self.places.len() + self.free.len();
        let place = match self.places.get(&record.row) {
            Some(place) => *place,
            None => self.free.pop().unwrap_or(used),
        };
        self.places.insert(record.row, place);
        if place / BLOCK == self.blocks.len() {
            self.blocks.push(Arc::new(Block::default()));
        }
        let block = Arc::make_mut(&mut self.blocks[place / BLOCK]);
        let at = place % BLOCK;
        if at == block.rows.len() {
            block.rows.push(NOBODY);
            block.hashes.push(0);
            block.scales.push(0.0);
            block.bytes.resize((at + 1) * self.dimensions, 0);
        }
        block.rows[at] = record.row;
        block.hashes[at] = record.hash;
        block.scales[at] = record.scale;
        block.bytes[at * self.dimensions..][..self.dimensions].copy_from_slice(&record.bytes);
    }

    fn remove(&mut self, row: u64) {
        if let Some(place) = self.places.remove(&row) {
            Arc::make_mut(&mut self.blocks[place / BLOCK]).rows[place % BLOCK] = NOBODY;
            self.free.push(place);
        }
    }

    /// Every vector as its record.
    pub(super) fn records(&self) -> impl Iterator<Item = Record> + '_ {
        self.blocks.iter().flat_map(|block| {
            let taken = (0..block.rows.len()).filter(|at| block.rows[*at] != NOBODY);
            taken.map(|at| Record {
                row: block.rows[at],
                hash: block.hashes[at],
                scale: block.scales[at],
                bytes: block.bytes(at, self.dimensions).to_vec(),
            })
        })
    }

    pub(super) fn scan(&self, query: &Query, k: usize) -> Vec<(u64, f32)> {
        if k == 0 || query.numbers.len() != self.dimensions {
            return Vec::new();
        }
        let mut best = Best { k, found: Vec::with_capacity(k.min(self.len()) + 1) };
        for block in &self.blocks {
            Scan { block, query, best: &mut best }.dispatch();
        }
        best.found
    }
}

/// The best so far, best first.
struct Best {
    k: usize,
    found: Vec<(u64, f32)>,
}

impl Best {
    fn offer(&mut self, row: u64, score: f32) {
        let after = |other: &(u64, f32)| other.1 > score || (other.1 == score && other.0 < row);
        if self.found.len() == self.k && self.found.last().is_some_and(after) {
            return;
        }
        let at = self.found.partition_point(after);
        self.found.insert(at, (row, score));
        self.found.truncate(self.k);
    }
}

/// A block against a query. An operation so that it is compiled for the processor at hand too.
struct Scan<'a> {
    block: &'a Block,
    query: &'a Query,
    best: &'a mut Best,
}

impl SimdOp for Scan<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, _: I) {
        let Self { block, query, best } = self;
        let vectors = block.bytes.chunks_exact(query.numbers.len());
        for ((bytes, row), scale) in vectors.zip(&block.rows).zip(&block.scales) {
            let score = dot(&query.numbers, bytes) as f32 * (query.scale * scale);
            if *row != NOBODY {
                best.offer(*row, score);
            }
        }
    }
}

/// Exact, so that it is the same on all machines.
#[inline(always)]
fn dot(query: &[i16], bytes: &[i8]) -> i32 {
    let pairs = query.iter().zip(bytes);
    pairs.map(|(number, byte)| i32::from(*number) * i32::from(*byte)).sum()
}
