//! What ended badly, and how an operator has it tried again.

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::params;

use super::{Store, millis, time};

/// Which line a row stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// What came in.
    Inbox,
    /// What was to go out.
    Outbox,
}

impl Line {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Outbox => "outbox",
        }
    }
}

/// A row that ended badly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead {
    /// Its line.
    pub line: Line,
    /// Our identity of it.
    pub id: String,
    /// Source or chat, `KIND.NAME`.
    pub place: String,
    /// `dead` or `uncertain`.
    pub state: String,
    /// Why.
    pub reason: Option<String>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// Whether what it needs to be tried again is still there.
    pub whole: bool,
}

/// What became of the wish to have a row tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retried {
    /// It waits again.
    Waiting,
    /// It may have been sent: trying again may say it twice.
    MayBeTwice,
    /// Its text has been deleted.
    Emptied,
    /// No row of that identity ended badly.
    Unknown,
}

impl Store {
    /// What ended badly and is still there, newest first.
    ///
    /// # Errors
    /// If the database fails.
    pub fn dead(&self, limit: usize) -> Result<Vec<Dead>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT line, id, place, state, reason, ended_at, whole FROM (
                     SELECT 0 AS line, id, source AS place, state, reason, ended_at,
                            incoming IS NOT NULL AS whole
                     FROM inbox WHERE state = 'dead'
                     UNION ALL
                     SELECT 1, id, chat, state, reason, ended_at, outgoing IS NOT NULL
                     FROM outbox WHERE state IN ('dead', 'uncertain'))
                 ORDER BY ended_at DESC, id LIMIT ?1",
            )?;
            let rows = statement.query_map([i64::try_from(limit)?], |row| {
                let line = if row.get::<_, i64>(0)? == 0 { Line::Inbox } else { Line::Outbox };
                Ok(Dead {
                    line,
                    id: row.get(1)?,
                    place: row.get(2)?,
                    state: row.get(3)?,
                    reason: row.get(4)?,
                    ended_at: row.get::<_, Option<i64>>(5)?.map(time).unwrap_or_default(),
                    whole: row.get(6)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Has a row tried again; one that may have been sent only if `twice` may be.
    ///
    /// # Errors
    /// If the database fails.
    pub fn retry(&self, id: &str, twice: bool, now: DateTime<Utc>) -> Result<Retried> {
        self.write(|db| {
            let inbox = db.execute(
                "UPDATE inbox SET state = 'new', reason = NULL, attempts = 0, lease_until = 0,
                     ended_at = NULL, received_at = ?2
                 WHERE id = ?1 AND state = 'dead' AND incoming IS NOT NULL",
                params![id, millis(now)],
            )?;
            let outbox = db.execute(
                "UPDATE outbox SET state = 'planned', reason = NULL, attempts = 0, not_before = 0,
                     ended_at = NULL, planned_at = ?2
                 WHERE id = ?1 AND outgoing IS NOT NULL
                   AND (state = 'dead' OR state = 'uncertain' AND (?3 OR repeatable = 1))",
                params![id, millis(now), twice],
            )?;
            if inbox + outbox > 0 {
                return Ok(Retried::Waiting);
            }
            let states: Vec<(String, bool)> = db
                .prepare(
                    "SELECT state, incoming IS NOT NULL FROM inbox WHERE id = ?1 AND state = 'dead'
                     UNION ALL
                     SELECT state, outgoing IS NOT NULL FROM outbox
                     WHERE id = ?1 AND state IN ('dead', 'uncertain')",
                )?
                .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            Ok(match states.first() {
                None => Retried::Unknown,
                Some((_, false)) => Retried::Emptied,
                Some(_) => Retried::MayBeTwice,
            })
        })
    }
}
