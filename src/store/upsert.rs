//! Taking in checks: new ones, new versions of known ones, and what belongs to somebody else.

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::reviews::{Trust, free_claims, next_sequence};
use super::{Store, meta, millis, set_meta};
use crate::claim::publisher::Publishers;
use crate::claim::review::{ClaimReview, address_key};

/// Most addresses remembered for one check.
const ADDRESSES_MAX: usize = 32;

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
}

/// The starter checks leave with the first real ones.
fn retire_starter(db: &Connection, now: DateTime<Utc>) -> Result<()> {
    if meta(db, "starter")?.as_deref() != Some("loaded") {
        return Ok(());
    }
    let mut statement =
        db.prepare("SELECT row, id FROM review WHERE trust = 'starter' ORDER BY row")?;
    let rows: Vec<(i64, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (row, id) in rows {
        free_claims(db, &id)?;
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
