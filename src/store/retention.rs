//! What is deleted when its time is over.

use anyhow::Result;
use chrono::{DateTime, Duration, Utc};
use rusqlite::params;

use super::{Store, millis};

/// How much a sweep deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retained {
    /// Rows whose text was deleted.
    pub texts: usize,
    /// Rows deleted whole.
    pub rows: usize,
}

impl Store {
    /// Deletes the texts of what ended before `now - raw`, and whole rows that ended before
    /// `now - rows`.
    ///
    /// # Errors
    /// If the database fails.
    pub fn sweep(&self, raw: Duration, rows: Duration, now: DateTime<Utc>) -> Result<Retained> {
        let (texts_before, rows_before) = (millis(now - raw), millis(now - rows));
        let retained = self.write(|db| {
            let texts = db.execute(
                "UPDATE inbox SET raw = NULL, incoming = NULL
                 WHERE ended_at < ?1 AND (raw IS NOT NULL OR incoming IS NOT NULL)",
                [texts_before],
            )?;
            let mut gone = db.execute("DELETE FROM inbox WHERE ended_at < ?1", [rows_before])?;
            gone += db.execute(
                "DELETE FROM button WHERE outbox_id IN (SELECT id FROM outbox WHERE ended_at < ?1)",
                [rows_before],
            )?;
            gone += db.execute("DELETE FROM outbox WHERE ended_at < ?1", [rows_before])?;
            gone += db.execute("DELETE FROM feedback WHERE at < ?1", [rows_before])?;
            gone += db.execute("DELETE FROM seen WHERE at < ?1", params![rows_before])?;
            Ok(Retained { texts, rows: gone })
        })?;
        if retained != Retained::default() {
            self.scrub()?;
        }
        Ok(retained)
    }
}
