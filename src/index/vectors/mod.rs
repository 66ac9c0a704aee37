//! Vectors of the checks: one each, a byte a number, in memory and in one file beside the index
//! generations. Derived data: what is lost of them is made again.
//!
//! Readers never wait for the disk, and never for a vector to be made: what is here is found, what
//! is not here yet is not.

mod file;
mod shelf;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use anyhow::{Context, Result, ensure};

pub use shelf::{Query, VectorRef};

use file::{Record, VectorFile};
use shelf::Shelf;

/// Most numbers a vector may have; sums of products of more would not fit.
pub const DIMENSIONS_MAX: usize = 4096;

/// The vectors of one model.
pub struct Vectors {
    dimensions: usize,
    shelf: RwLock<Arc<Shelf>>,
    /// Where they are kept; nothing for one who only reads.
    file: Mutex<Option<VectorFile>>,
    reached: AtomicU64,
}

impl Vectors {
    /// Opens the vectors that the model of this `fingerprint` made, in the directory of the index,
    /// and deletes those of other models. A file that is damaged or of another size is begun anew;
    /// one of which more than a quarter is of no use any more is written again without that.
    ///
    /// Only one process at a time may have them open so; others [`read`](Self::read).
    ///
    /// # Errors
    /// If the disk refuses, or `dimensions` are none or too many.
    pub fn open(dir: &Path, fingerprint: &str, dimensions: usize) -> Result<Self> {
        let mut shelf = Self::shelf(dimensions)?;
        file::sweep(dir, fingerprint);
        let mut kept = VectorFile::open(dir, fingerprint, dimensions, |record| {
            shelf.apply(record);
        })?;
        if kept.is_wasteful(shelf.len()) {
            kept.rewrite(shelf.records())?;
        }
        Ok(Self::of(dimensions, shelf, Some(kept)))
    }

    /// The vectors as they are now, beside a process that may be writing them.
    ///
    /// # Errors
    /// If the disk refuses, or `dimensions` are none or too many. No file is no error.
    pub fn read(dir: &Path, fingerprint: &str, dimensions: usize) -> Result<Self> {
        let mut shelf = Self::shelf(dimensions)?;
        VectorFile::read(dir, fingerprint, dimensions, |record| shelf.apply(record))?;
        Ok(Self::of(dimensions, shelf, None))
    }

    /// Vectors that are kept in memory only.
    ///
    /// # Errors
    /// If `dimensions` are none or too many.
    pub fn in_memory(dimensions: usize) -> Result<Self> {
        Ok(Self::of(dimensions, Self::shelf(dimensions)?, None))
    }

    fn shelf(dimensions: usize) -> Result<Shelf> {
        ensure!(
            (1..=DIMENSIONS_MAX).contains(&dimensions),
            "vectors of {dimensions} numbers; there may be 1 to {DIMENSIONS_MAX}"
        );
        Ok(Shelf::new(dimensions))
    }

    fn of(dimensions: usize, shelf: Shelf, file: Option<VectorFile>) -> Self {
        Self {
            dimensions,
            shelf: RwLock::new(Arc::new(shelf)),
            file: Mutex::new(file),
            reached: AtomicU64::new(0),
        }
    }

    /// The vector of a check.
    pub fn get(&self, row: u64) -> Option<VectorRef> {
        self.snapshot().get(row)
    }

    /// Whether the vector of a check is that of the text with this hash.
    pub fn has(&self, row: u64, hash: u64) -> bool {
        self.snapshot().hash(row) == Some(hash)
    }

    /// Number of checks that have a vector.
    pub fn len(&self) -> usize {
        self.snapshot().len()
    }

    /// Whether no check has one.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows of all checks that have a vector.
    pub fn rows(&self) -> Vec<u64> {
        self.snapshot().rows()
    }

    /// The `k` checks nearest to a query, of all, with their cosines; the nearest first, of equals
    /// the one with the lower row.
    pub fn scan(&self, query: &Query, k: usize) -> Vec<(u64, f32)> {
        self.snapshot().scan(query, k)
    }

    /// The query for a vector of length one, to be compared with many.
    ///
    /// # Errors
    /// If it is no vector of this model.
    pub fn query(&self, vector: &[f32]) -> Result<Query> {
        self.check(vector)?;
        Ok(Query::of(vector))
    }

    /// Keeps vectors of checks, each with the hash of the text it was made of, in place of earlier
    /// ones of the same checks.
    ///
    /// # Errors
    /// If one is no vector of this model, or the disk refuses; then none is kept.
    pub fn put(&self, vectors: &[(u64, u64, Vec<f32>)]) -> Result<()> {
        for (_, _, vector) in vectors {
            self.check(vector)?;
        }
        let records = vectors.iter().map(|(row, hash, vector)| Record::of(*row, *hash, vector));
        self.write(&records.collect::<Vec<_>>())
    }

    /// Takes the vectors of checks away. There may be none.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn remove(&self, rows: &[u64]) -> Result<()> {
        let shelf = self.snapshot();
        let there = rows.iter().filter(|row| shelf.hash(**row).is_some());
        let records: Vec<Record> = there.map(|row| Record::gone(*row, self.dimensions)).collect();
        drop(shelf);
        self.write(&records)
    }

    /// Database sequence up to which the checks of this process's database are known to be here.
    /// Not kept: at a start all are looked at once.
    pub fn reached(&self) -> u64 {
        self.reached.load(Ordering::Acquire)
    }

    /// Sets how far [`reached`](Self::reached) goes.
    pub fn reach(&self, sequence: u64) {
        self.reached.store(sequence, Ordering::Release);
    }

    fn check(&self, vector: &[f32]) -> Result<()> {
        ensure!(
            vector.len() == self.dimensions,
            "a vector of {} numbers among those of {}",
            vector.len(),
            self.dimensions
        );
        ensure!(vector.iter().all(|number| number.is_finite()), "a vector with what is no number");
        Ok(())
    }

    /// To the disk, then to the readers.
    fn write(&self, records: &[Record]) -> Result<()> {
        let mut file = self.file();
        if let Some(file) = file.as_mut() {
            file.append(records).context("keeping vectors")?;
        }
        let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
        let shelf = Arc::make_mut(&mut shelf);
        for record in records {
            shelf.apply(record);
        }
        Ok(())
    }

    fn file(&self) -> MutexGuard<'_, Option<VectorFile>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn snapshot(&self) -> Arc<Shelf> {
        Arc::clone(&self.shelf.read().unwrap_or_else(PoisonError::into_inner))
    }
}
