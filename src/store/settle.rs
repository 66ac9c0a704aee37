//! What ends without having been sent: left behind by an earlier process, waiting for too long, or
//! for somebody who shut us out.

use std::sync::atomic::Ordering;

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::listening::stop_listening;
use super::outbox::end;
use super::{Store, millis};

impl Store {
    /// Settles what an earlier process left as being sent: what is harmless to repeat is planned
    /// again, anything else is uncertain. Rows whose lease still runs are left unless `all`.
    /// Returns how many became uncertain.
    ///
    /// # Errors
    /// If the database fails.
    pub fn settle_outbox(&self, all: bool, now: DateTime<Utc>) -> Result<usize> {
        let mut uncertain = 0;
        self.write_forgetting(|db| {
            let limit = if all { i64::MAX } else { millis(now) };
            db.execute(
                "UPDATE outbox SET state = 'planned'
                 WHERE state = 'sending' AND repeatable = 1 AND ephemeral < 2
                   AND lease_until <= ?1",
                [limit],
            )?;
            let left: Vec<String> = db
                .prepare("SELECT id FROM outbox WHERE state = 'sending' AND lease_until <= ?1")?
                .query_map([limit], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            uncertain = left.len();
            let why = "the program stopped while it was being sent";
            end_all(db, &left, "uncertain", why, now)
        })?;
        Ok(uncertain)
    }

    /// Ends what was planned before `before` and must still wait at `now`: its time never came.
    /// Returns how much that was.
    ///
    /// # Errors
    /// If the database fails.
    pub fn expire_outbox(&self, before: DateTime<Utc>, now: DateTime<Utc>) -> Result<usize> {
        let mut expired = 0;
        self.write_forgetting(|db| {
            let late: Vec<String> = db
                .prepare_cached(
                    "SELECT id FROM outbox
                     WHERE state = 'planned' AND planned_at < ?1 AND not_before > ?2",
                )?
                .query_map([millis(before), millis(now)], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            expired = late.len();
            end_all(db, &late, "dead", "it had to wait for too long", now)
        })?;
        Ok(expired)
    }

    /// As [`write`](Self::write), for work that says whether something was forgotten by it.
    pub(super) fn write_forgetting(
        &self,
        work: impl FnOnce(&Connection) -> Result<bool>,
    ) -> Result<bool> {
        let forgotten = self.write(|db| work(db))?;
        if forgotten {
            self.unscrubbed.store(true, Ordering::Release);
        }
        Ok(forgotten)
    }

    /// Nothing more goes to a conversation that shut us out.
    ///
    /// # Errors
    /// If the database fails.
    pub fn shut_out(&self, chat: &str, conversation: &str, now: DateTime<Utc>) -> Result<()> {
        self.write_forgetting(|db| {
            let planned: Vec<String> = db
                .prepare(
                    "SELECT id FROM outbox
                     WHERE chat = ?1 AND conversation = ?2 AND state = 'planned'",
                )?
                .query_map(params![chat, conversation], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            // Nor is what was asked there kept for later.
            let kept = db.execute(
                "DELETE FROM question WHERE chat = ?1 AND conversation = ?2",
                [chat, conversation],
            )?;
            stop_listening(db, chat, conversation, now)?;
            let ended = end_all(db, &planned, "dead", "the bot was blocked or removed", now)?;
            Ok(ended || kept > 0)
        })?;
        Ok(())
    }
}

/// Ends rows by name; `true` if anybody was forgotten with that.
pub(super) fn end_all(
    db: &Connection,
    ids: &[String],
    state: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut forgotten = false;
    for id in ids {
        forgotten |= end(db, id, state, Some(reason), None, now)?;
    }
    Ok(forgotten)
}
