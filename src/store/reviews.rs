//! Checks and their versions.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Store, millis};
use crate::claim::review::ClaimReview;

/// How a check came to us, the least trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// Shipped with the program, for a first run.
    Starter,
    /// Gathered from a host the operator has not listed.
    Gathered,
    /// Gathered from a publisher the operator configured.
    Listed,
    /// Imported by the operator.
    Imported,
}

impl Trust {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Starter => "starter",
            Self::Gathered => "gathered",
            Self::Listed => "listed",
            Self::Imported => "imported",
        }
    }

    pub(super) fn named(name: &str) -> Self {
        match name {
            "starter" => Self::Starter,
            "listed" => Self::Listed,
            "imported" => Self::Imported,
            _ => Self::Gathered,
        }
    }
}

/// A check as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Row, by which the index knows it.
    pub row: u64,
    /// Identity.
    pub id: String,
    /// Version, from 1.
    pub version: u32,
    /// How it came to us.
    pub trust: Trust,
    /// Not to be sent any more.
    pub withdrawn: bool,
    /// The check.
    pub review: ClaimReview,
}

/// One change for the index to follow.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Sequence of the change.
    pub sequence: u64,
    /// Row of the check.
    pub row: u64,
    /// The check after it; `None` if it was withdrawn or can't be read.
    pub stored: Option<Stored>,
}

impl Store {
    /// Marks a check as not to be sent any more. `false`: there is none of that identity.
    ///
    /// # Errors
    /// If the database fails.
    pub fn withdraw(&self, id: &str, now: DateTime<Utc>) -> Result<bool> {
        self.write(|db| withdraw(db, id, now))
    }

    /// The check of a row, unless it was withdrawn or can't be read.
    ///
    /// # Errors
    /// If the database fails.
    pub fn review(&self, row: u64) -> Result<Option<Stored>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(concat!(
                "SELECT row, id, version, trust, withdrawn, document FROM review",
                " WHERE row = ?1 AND withdrawn = 0"
            ))?;
            let raw = statement.query_row([i64::try_from(row)?], raw_stored).optional()?;
            Ok(raw.and_then(|raw| raw.read().ok()))
        })
    }

    /// The check of an identity, withdrawn or not.
    ///
    /// # Errors
    /// If the database fails.
    pub fn review_by_id(&self, id: &str) -> Result<Option<Stored>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT row, id, version, trust, withdrawn, document FROM review WHERE id = ?1",
            )?;
            one(statement.query_row([id], raw_stored).optional()?)
        })
    }

    /// Rows of the checks of these identities.
    ///
    /// # Errors
    /// If the database fails.
    pub fn rows_of(&self, ids: &[String]) -> Result<Vec<u64>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT row FROM review WHERE id = ?1")?;
            let mut rows = Vec::new();
            for id in ids {
                let row: Option<i64> = statement.query_row([id], |row| row.get(0)).optional()?;
                rows.extend(row.map(u64::try_from).transpose()?);
            }
            Ok(rows)
        })
    }

    /// Whether any check of these identities changed after a sequence.
    ///
    /// # Errors
    /// If the database fails.
    pub fn changed_after(&self, ids: &[&str], sequence: u64) -> Result<bool> {
        self.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT 1 FROM review WHERE id = ?1 AND sequence > ?2")?;
            for id in ids {
                if statement.exists(params![id, i64::try_from(sequence)?])? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// Rows of the checks whose page is at an address, or (`own` false) whose claim appeared there;
    /// at most `limit`.
    ///
    /// # Errors
    /// If the database fails.
    pub fn rows_at(&self, address: &str, limit: usize) -> Result<Vec<(u64, bool)>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT a.row, a.own FROM review_address a JOIN review r ON r.row = a.row
                 WHERE a.address = ?1 AND r.withdrawn = 0 ORDER BY a.own DESC, a.row DESC LIMIT ?2",
            )?;
            let rows = statement.query_map(params![address, i64::try_from(limit)?], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?))
            })?;
            rows.map(|row| {
                row.map_err(Into::into).and_then(|(at, own)| Ok((u64::try_from(at)?, own)))
            })
            .collect()
        })
    }

    /// Changes after a sequence, in order, at most `limit`.
    ///
    /// # Errors
    /// If the database fails.
    pub fn changes_after(&self, sequence: u64, limit: usize) -> Result<Vec<Change>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT row, id, version, trust, withdrawn, document, sequence FROM review
                 WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
            )?;
            let rows = statement
                .query_map(params![i64::try_from(sequence)?, i64::try_from(limit)?], |row| {
                    Ok((raw_stored(row)?, row.get::<_, i64>(6)?))
                })?;
            rows.map(|row| {
                let (raw, sequence) = row?;
                let (row, sequence) = (u64::try_from(raw.row)?, u64::try_from(sequence)?);
                // One damaged check must not keep all others from being found.
                let stored = raw.read().ok().filter(|stored| !stored.withdrawn);
                Ok(Change { sequence, row, stored })
            })
            .collect()
        })
    }

    /// The sequence of the last change of any check.
    ///
    /// # Errors
    /// If the database fails.
    pub fn sequence(&self) -> Result<u64> {
        self.read(last_sequence)
    }

    /// Number of checks that may be sent, and of publishers' hosts they are from.
    ///
    /// # Errors
    /// If the database fails.
    pub fn review_counts(&self) -> Result<(u64, u64)> {
        self.read(|db| {
            let (reviews, hosts): (i64, i64) = db.query_row(
                "SELECT count(*), count(DISTINCT host) FROM review WHERE withdrawn = 0",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            Ok((u64::try_from(reviews)?, u64::try_from(hosts)?))
        })
    }

    /// Every rating's words with the host and how often they occur, most frequent first.
    ///
    /// # Errors
    /// If the database fails.
    pub fn rating_words(&self) -> Result<Vec<(Option<String>, String, u64)>> {
        self.read(|db| {
            let mut statement = db.prepare(
                "SELECT host, json_extract(document, '$.reviewRating.alternateName') AS words, count(*)
                 FROM review WHERE withdrawn = 0 AND words IS NOT NULL
                 GROUP BY host, words ORDER BY count(*) DESC, words, host",
            )?;
            let rows = statement.query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?))
            })?;
            rows.map(|row| {
                let (host, words, count) = row?;
                Ok((host, words, u64::try_from(count)?))
            })
            .collect()
        })
    }
}

struct RawStored {
    row: i64,
    id: String,
    version: u32,
    trust: String,
    withdrawn: bool,
    document: String,
}

fn raw_stored(row: &Row<'_>) -> rusqlite::Result<RawStored> {
    Ok(RawStored {
        row: row.get(0)?,
        id: row.get(1)?,
        version: row.get(2)?,
        trust: row.get(3)?,
        withdrawn: row.get(4)?,
        document: row.get(5)?,
    })
}

impl RawStored {
    fn read(self) -> Result<Stored> {
        Ok(Stored {
            row: u64::try_from(self.row)?,
            review: serde_json::from_str(&self.document)
                .with_context(|| format!("reading the stored check {}", self.id))?,
            id: self.id,
            version: self.version,
            trust: Trust::named(&self.trust),
            withdrawn: self.withdrawn,
        })
    }
}

fn one(raw: Option<RawStored>) -> Result<Option<Stored>> {
    raw.map(RawStored::read).transpose()
}

fn last_sequence(db: &Connection) -> Result<u64> {
    let stored: i64 =
        db.query_row("SELECT coalesce(max(sequence), 0) FROM review", [], |row| row.get(0))?;
    Ok(u64::try_from(stored)?)
}

/// Marks a check as not to be sent any more; `false`: there is none, or it was before.
pub(super) fn withdraw(db: &Connection, id: &str, now: DateTime<Utc>) -> Result<bool> {
    let changed = db.execute(
        "UPDATE review SET withdrawn = 1, sequence = ?2, changed_at = ?3
         WHERE id = ?1 AND withdrawn = 0",
        params![id, next_sequence(db)?, millis(now)],
    )?;
    if changed > 0 {
        free_claims(db, id)?;
    }
    Ok(changed > 0)
}

/// What a check answered that is not sent any more has none, until another comes or it comes back.
pub(super) fn free_claims(db: &Connection, id: &str) -> Result<()> {
    db.prepare_cached("UPDATE claim SET review_id = NULL WHERE review_id = ?1")?.execute([id])?;
    Ok(())
}

pub(super) fn next_sequence(db: &Connection) -> Result<i64> {
    Ok(i64::try_from(last_sequence(db)?)? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::publisher::Publishers;

    #[test]
    fn a_damaged_check_is_not_found_and_keeps_no_other_from_it() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let review = |url: &str| ClaimReview {
            url: Some(url.to_owned()),
            claim_reviewed: Some("Garlic cures flu".to_owned()),
            ..ClaimReview::default()
        };
        let reviews = [review("https://a.example/1"), review("https://a.example/2")];
        let publishers = Publishers::shipped().expect("publishers");
        store
            .put_reviews(&reviews, Trust::Imported, &publishers, DateTime::default())
            .expect("taken in");
        let spoil = "UPDATE review SET document = 'x' WHERE row = 1";
        super::super::lock(&store.writer).execute(spoil, []).expect("spoilt");
        assert_eq!(store.review(1).expect("no failure"), None);
        let changes = store.changes_after(0, 9).expect("changes");
        let found: Vec<_> = changes.iter().map(|one| (one.row, one.stored.is_some())).collect();
        assert_eq!(found, [(1, false), (2, true)]);
    }
}
