//! Changed checks after a cursor, some at a time: for questions that wait, and for claims.

use anyhow::Result;

use crate::store::{Change, Store};

/// Changes read at once.
const BATCH: usize = 500;

/// Changes of checks after a sequence, up to another one.
pub struct Changes<'a> {
    store: &'a Store,
    after: u64,
    upto: u64,
}

impl<'a> Changes<'a> {
    /// The changes after `after`, up to `upto`: what the index has reached.
    pub fn between(store: &'a Store, after: u64, upto: u64) -> Self {
        Self { store, after, upto }
    }

    /// The next ones in their order; none: that was all.
    ///
    /// # Errors
    /// If the database fails.
    pub fn next_batch(&mut self) -> Result<Vec<Change>> {
        if self.after >= self.upto {
            return Ok(Vec::new());
        }
        let mut changes = self.store.changes_after(self.after, BATCH)?;
        changes.retain(|change| change.sequence <= self.upto);
        self.after = changes.last().map_or(self.upto, |last| last.sequence);
        Ok(changes)
    }
}
