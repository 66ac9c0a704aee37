//! The digests of all checks, in memory: what ranking reads of a candidate without touching files.
//!
//! A digest is stored with its document, so it comes and goes with the index commit. Segments never
//! change, so each is read once, when it is first searched.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use anyhow::{Context, Result};
use tantivy::index::SegmentId;
use tantivy::schema::{Field, Value};
use tantivy::{SegmentReader, TantivyDocument};

use super::search::idf;
use crate::claim::digest::{DigestRef, HEAD, RARITY_STEPS, Seen};

/// Blocks of stored documents kept unpacked while reading.
const UNPACKED_BLOCKS: usize = 2;

/// The digests of one segment.
#[derive(Debug, Default)]
pub(super) struct Digests {
    /// Where each document's run begins; one more at the end.
    starts: Vec<u32>,
    runs: Vec<u32>,
    /// Rarity of each number of `runs`, where that is a word.
    rarities: Vec<u8>,
}

/// What was read of a generation so far.
#[derive(Debug, Default)]
pub(super) struct Read {
    segments: HashMap<SegmentId, Arc<Digests>>,
    frequencies: HashMap<u32, u32, BuildHasherDefault<Plain>>,
}

/// The words are hashes already.
#[derive(Debug, Default)]
pub(super) struct Plain(u64);

impl Hasher for Plain {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0 << 8 | u64::from(*byte);
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Read {
    /// The digests of these segments, reading those that are new.
    ///
    /// # Errors
    /// If the files can't be read.
    pub(super) fn all(
        &mut self,
        readers: &[SegmentReader],
        field: Field,
    ) -> Result<Vec<Arc<Digests>>> {
        let known: Vec<SegmentId> = readers.iter().map(SegmentReader::segment_id).collect();
        self.segments.retain(|id, _| known.contains(id));
        let documents = readers.iter().map(|reader| u64::from(reader.num_docs())).sum();
        if self.segments.is_empty() {
            // What was merged away would be counted twice.
            self.frequencies.clear();
        }
        let mut fresh = Vec::new();
        for reader in readers {
            if !self.segments.contains_key(&reader.segment_id()) {
                let digests = Digests::read(reader, field).context("reading the digests")?;
                digests.count(&mut self.frequencies);
                fresh.push((reader.segment_id(), digests));
            }
        }
        for (id, mut digests) in fresh {
            digests.weigh(&self.frequencies, documents);
            self.segments.insert(id, Arc::new(digests));
        }
        Ok(known.iter().filter_map(|id| self.segments.get(id)).map(Arc::clone).collect())
    }
}

impl Digests {
    fn read(reader: &SegmentReader, field: Field) -> Result<Self> {
        let mut digests = Self::default();
        let store = reader.get_store_reader(UNPACKED_BLOCKS)?;
        for doc in 0..reader.max_doc() {
            digests.starts.push(digests.runs.len() as u32);
            if reader.is_deleted(doc) {
                continue;
            }
            let stored: TantivyDocument = store.get(doc)?;
            let bytes = stored.get_first(field).and_then(|value| value.as_bytes());
            let (numbers, _) = bytes.unwrap_or_default().as_chunks::<4>();
            digests.runs.extend(numbers.iter().map(|number| u32::from_le_bytes(*number)));
        }
        digests.starts.push(digests.runs.len() as u32);
        digests.runs.shrink_to_fit();
        Ok(digests)
    }

    fn count(&self, frequencies: &mut HashMap<u32, u32, BuildHasherDefault<Plain>>) {
        for doc in 0..self.starts.len().saturating_sub(1) {
            for word in DigestRef::of(self.run(doc)).distinct_words() {
                *frequencies.entry(word).or_default() += 1;
            }
        }
    }

    fn weigh(&mut self, known: &HashMap<u32, u32, BuildHasherDefault<Plain>>, documents: u64) {
        let rarity = |word: &u32| {
            let frequency = known.get(word).copied().unwrap_or_default();
            (idf(documents, u64::from(frequency)) * RARITY_STEPS).clamp(0.0, 255.0) as u8
        };
        self.rarities = self.runs.iter().map(rarity).collect();
    }

    fn run(&self, doc: usize) -> &[u32] {
        let start = self.starts.get(doc).copied().unwrap_or_default() as usize;
        let end = self.starts.get(doc + 1).copied().unwrap_or_default() as usize;
        self.runs.get(start..end).unwrap_or_default()
    }

    /// The digest of a document.
    pub(super) fn get(&self, doc: u32) -> Seen<'_> {
        let start = self.starts.get(doc as usize).copied().unwrap_or_default() as usize;
        let rarities = self.rarities.get(start + HEAD..).unwrap_or_default();
        Seen { digest: DigestRef::of(self.run(doc as usize)), rarities }
    }
}
