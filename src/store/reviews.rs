//! Checks and their versions.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Store, meta, millis, set_meta};
use crate::claim::publisher::Publishers;
use crate::claim::review::{ClaimReview, address_key};

/// Most addresses remembered for one check.
const ADDRESSES_MAX: usize = 32;

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
    fn name(self) -> &'static str {
        match self {
            Self::Starter => "starter",
            Self::Gathered => "gathered",
            Self::Listed => "listed",
            Self::Imported => "imported",
        }
    }

    fn named(name: &str) -> Self {
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

/// What taking in a check did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upsert {
    /// It was not known.
    New,
    /// It is a new version of a known one.
    Changed,
    /// It was known just so.
    Unchanged,
    /// It can't be taken in.
    Rejected(String),
}

/// One change for the index to follow.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Sequence of the change.
    pub sequence: u64,
    /// The check after it.
    pub stored: Stored,
}

impl Store {
    /// Takes in checks in one transaction; the answers are in their order.
    ///
    /// # Errors
    /// If the database fails; nothing is then taken in.
    pub fn put_reviews(
        &self,
        reviews: &[ClaimReview],
        trust: Trust,
        publishers: &Publishers,
        now: DateTime<Utc>,
    ) -> Result<Vec<Upsert>> {
        self.write(|db| {
            if trust > Trust::Starter && !reviews.is_empty() {
                retire_starter(db, now)?;
            }
            reviews.iter().map(|review| upsert(db, review, trust, publishers, now)).collect()
        })
    }

    /// Marks a check as not to be sent any more. `false`: there is none of that identity.
    ///
    /// # Errors
    /// If the database fails.
    pub fn withdraw(&self, id: &str, now: DateTime<Utc>) -> Result<bool> {
        self.write(|db| {
            let sequence = next_sequence(db)?;
            let changed = db.execute(
                "UPDATE review SET withdrawn = 1, sequence = ?2, changed_at = ?3
                 WHERE id = ?1 AND withdrawn = 0",
                params![id, sequence, millis(now)],
            )?;
            Ok(changed > 0)
        })
    }

    /// The check of a row, unless it was withdrawn.
    ///
    /// # Errors
    /// If the database fails.
    pub fn review(&self, row: u64) -> Result<Option<Stored>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(concat!(
                "SELECT row, id, version, trust, withdrawn, document FROM review",
                " WHERE row = ?1 AND withdrawn = 0"
            ))?;
            one(statement.query_row([i64::try_from(row)?], raw_stored).optional()?)
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
            rows.map(|row| row.map_err(Into::into).and_then(|(at, own)| Ok((u64::try_from(at)?, own))))
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
                Ok(Change { sequence: u64::try_from(sequence)?, stored: raw.read()? })
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

fn next_sequence(db: &Connection) -> Result<i64> {
    Ok(i64::try_from(last_sequence(db)?)? + 1)
}

/// The starter checks leave with the first real ones.
fn retire_starter(db: &Connection, now: DateTime<Utc>) -> Result<()> {
    if meta(db, "starter")?.as_deref() != Some("loaded") {
        return Ok(());
    }
    let mut statement = db.prepare("SELECT row FROM review WHERE trust = 'starter' ORDER BY row")?;
    let rows: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for row in rows {
        db.execute(
            "UPDATE review SET withdrawn = 1, sequence = ?2, changed_at = ?3 WHERE row = ?1",
            params![row, next_sequence(db)?, millis(now)],
        )?;
    }
    set_meta(db, "starter", "retired")
}

fn upsert(
    db: &Connection,
    review: &ClaimReview,
    trust: Trust,
    publishers: &Publishers,
    now: DateTime<Utc>,
) -> Result<Upsert> {
    let id = review.identity();
    let host = review.host();
    let document = serde_json::to_string(review)?;
    let fingerprint = crate::claim::review::hash_hex(&[&document]);
    if trust == Trust::Starter {
        set_meta(db, "starter", "loaded")?;
    }
    let known = db
        .prepare_cached(
            "SELECT row, version, host, fingerprint, trust, withdrawn FROM review WHERE id = ?1",
        )?
        .query_row([&id], Known::read)
        .optional()?;
    let Some(known) = known else {
        let row = insert(db, &id, host.as_deref(), &fingerprint, &document, trust, now)?;
        put_addresses(db, row, review)?;
        return Ok(Upsert::New);
    };
    if !publishers.same(known.host.as_deref(), host.as_deref()) {
        return Ok(Upsert::Rejected(format!(
            "the identity {id:?} belongs to {}, not to {}",
            known.host.as_deref().unwrap_or("a check without address"),
            host.as_deref().unwrap_or("a check without address"),
        )));
    }
    let trust = trust.max(Trust::named(&known.trust));
    if known.fingerprint == fingerprint && !known.retired() {
        db.prepare_cached("UPDATE review SET trust = ?2 WHERE row = ?1 AND trust <> ?2")?
            .execute(params![known.row, trust.name()])?;
        return Ok(Upsert::Unchanged);
    }
    known.supersede(db, &id, host.as_deref(), &fingerprint, &document, trust, now)?;
    put_addresses(db, known.row, review)?;
    Ok(if known.retired() { Upsert::New } else { Upsert::Changed })
}

struct Known {
    row: i64,
    version: i64,
    host: Option<String>,
    fingerprint: String,
    trust: String,
    withdrawn: bool,
}

impl Known {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            row: row.get(0)?,
            version: row.get(1)?,
            host: row.get(2)?,
            fingerprint: row.get(3)?,
            trust: row.get(4)?,
            withdrawn: row.get(5)?,
        })
    }

    /// A starter check that left; the real one takes its place.
    fn retired(&self) -> bool {
        self.withdrawn && self.trust == "starter"
    }

    #[expect(clippy::too_many_arguments, reason = "one row's columns")]
    fn supersede(
        &self,
        db: &Connection,
        id: &str,
        host: Option<&str>,
        fingerprint: &str,
        document: &str,
        trust: Trust,
        now: DateTime<Utc>,
    ) -> Result<()> {
        db.prepare_cached(
            "INSERT INTO review_version (id, version, document, changed_at)
             SELECT id, version, document, changed_at FROM review WHERE row = ?1",
        )?
        .execute([self.row])?;
        // A check the operator withdrew stays withdrawn, whatever its publisher changes.
        db.prepare_cached(
            "UPDATE review SET sequence = ?2, version = ?3, host = ?4, fingerprint = ?5,
                 document = ?6, trust = ?7, changed_at = ?8, withdrawn = ?9
             WHERE row = ?1 AND id = ?10",
        )?
        .execute(params![
            self.row,
            next_sequence(db)?,
            self.version + 1,
            host,
            fingerprint,
            document,
            trust.name(),
            millis(now),
            self.withdrawn && !self.retired(),
            id
        ])?;
        Ok(())
    }
}

fn insert(
    db: &Connection,
    id: &str,
    host: Option<&str>,
    fingerprint: &str,
    document: &str,
    trust: Trust,
    now: DateTime<Utc>,
) -> Result<i64> {
    let row: i64 = db
        .prepare_cached("SELECT coalesce(max(row), 0) + 1 FROM review")?
        .query_row([], |row| row.get(0))?;
    db.prepare_cached(
        "INSERT INTO review (row, id, sequence, version, host, fingerprint, document, trust,
                             withdrawn, first_seen, changed_at)
         VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, 0, ?8, ?8)",
    )?
    .execute(params![
        row,
        id,
        next_sequence(db)?,
        host,
        fingerprint,
        document,
        trust.name(),
        millis(now)
    ])?;
    Ok(row)
}

fn put_addresses(db: &Connection, row: i64, review: &ClaimReview) -> Result<()> {
    db.prepare_cached("DELETE FROM review_address WHERE row = ?1")?.execute([row])?;
    let mut put = db.prepare_cached(
        "INSERT INTO review_address (address, row, own) VALUES (?1, ?2, ?3)
         ON CONFLICT (address, row) DO NOTHING",
    )?;
    if let Some(url) = &review.url {
        put.execute(params![address_key(url), row, true])?;
    }
    if let Some(claim) = &review.item_reviewed {
        let places = claim.first_appearance.iter().chain(&claim.appearance).take(ADDRESSES_MAX);
        for address in places.filter(|address| address.contains("://")) {
            let address = address_key(address);
            // A bare host says nothing about one claim.
            if address.contains(['/', '?']) {
                put.execute(params![address, row, false])?;
            }
        }
    }
    Ok(())
}
