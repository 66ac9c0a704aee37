//! What is deleted when its time is over.

use std::sync::atomic::Ordering;

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
        // Kept for longer than there is time is kept for ever.
        let before = |age| now.checked_sub_signed(age).map_or(i64::MIN, millis);
        let (texts_before, rows_before) = (before(raw), before(rows));
        let retained = self.write(|db| {
            let texts = db.execute(
                "UPDATE inbox SET raw = NULL, incoming = NULL
                 WHERE ended_at < ?1 AND (raw IS NOT NULL OR incoming IS NOT NULL)",
                [texts_before],
            )?;
            let texts = texts
                + db.execute(
                    "UPDATE outbox SET outgoing = NULL WHERE ended_at < ?1 AND outgoing IS NOT NULL",
                    [texts_before],
                )?;
            // What was not for us leaves nothing but the memory that it came.
            let mut gone = db.execute(
                "DELETE FROM inbox WHERE ended_at < ?1 AND state = 'skipped'",
                [texts_before],
            )?;
            gone += db.execute("DELETE FROM inbox WHERE ended_at < ?1", [rows_before])?;
            gone += db.execute(
                "DELETE FROM button WHERE outbox_id IN (SELECT id FROM outbox WHERE ended_at < ?1)",
                [rows_before],
            )?;
            gone += db.execute("DELETE FROM outbox WHERE ended_at < ?1", [rows_before])?;
            gone += db.execute("DELETE FROM feedback WHERE at < ?1", [rows_before])?;
            gone += db.execute("DELETE FROM seen WHERE at < ?1", params![rows_before])?;
            Ok(Retained { texts, rows: gone })
        })?;
        if retained != Retained::default() || self.unscrubbed.load(Ordering::Acquire) {
            self.scrub()?;
        }
        Ok(retained)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Received;

    #[test]
    fn what_was_skipped_goes_with_the_texts_and_endless_retention_is_no_error() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let aside = Received {
            id: "a".into(),
            external_id: "1".into(),
            conversation: String::new(),
            raw: None,
            incoming: Err("not addressed to the bot".into()),
        };
        let then = DateTime::default();
        store.receive("telegram.x", &[aside], None, then).expect("stored");
        let (day, ever) = (Duration::days(1), Duration::days(u32::MAX.into()));
        assert_eq!(store.sweep(day, ever, then + day).expect("swept").rows, 0);
        assert_eq!(store.sweep(day, ever, then + day * 2).expect("swept").rows, 1);
        store.sweep(ever, ever, then).expect("swept");
    }
}
