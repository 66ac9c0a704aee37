//! What moderators were told of claims, and that it holds no more: the check was withdrawn or has
//! another verdict.

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};

use super::claims::{COLUMNS, Claim, claim};
use super::digests::has_words;
use super::outbox::{OUTDATED, Plan, insert_plan};
use super::questions::cursor;
use super::settle::end_all;
use super::{Store, millis, set_meta};

/// By what `meta` knows how far changes of checks were compared with what moderators were told.
const REVISED: &str = "revised";
/// Holds of a claim and its check if moderators were told otherwise. A starter check that left was
/// not taken back by its publisher.
const OUTDATED_CLAIM: &str = "CASE
    WHEN r.withdrawn = 1 THEN r.trust <> 'starter'
    WHEN json_valid(r.document) THEN
        json_extract(r.document, '$.reviewRating.alternateName') IS DISTINCT FROM c.told_rating
    ELSE 0 END";

/// What moderators are told of a claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToldClaim {
    /// The how manieth time today this is.
    pub today: u32,
    /// The check; `None`: there is none.
    pub review_id: Option<String>,
    /// Its verdict.
    pub rating: Option<String>,
}

/// A claim whose check is not what moderators were told.
#[derive(Debug, Clone, PartialEq)]
pub struct Revised {
    /// The claim.
    pub claim: Claim,
    /// The check.
    pub review_id: String,
    /// Which change of it this is.
    pub sequence: u64,
}

/// What moderators are told then.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// What is told, once a place.
    pub plans: Vec<Plan>,
    /// The row of the inbox that they quote.
    pub quoted: Option<String>,
    /// What moderators know from then on.
    pub told: ToldClaim,
}

impl Store {
    /// How far changes of checks were compared with what moderators were told.
    ///
    /// # Errors
    /// If the database fails.
    pub fn revised(&self) -> Result<u64> {
        self.read(|db| cursor(db, REVISED))
    }

    /// Claims whose check was withdrawn or has another verdict than moderators were told: by a
    /// change after a sequence, or before and yet to be told; at most `limit` of either.
    ///
    /// # Errors
    /// If the database fails.
    pub fn revised_claims(&self, after: u64, limit: usize) -> Result<[Vec<Revised>; 2]> {
        self.read(|db| {
            let read = |which: &str, after: u64| -> Result<Vec<Revised>> {
                let columns = COLUMNS.split(", ").map(|name| format!("c.{}", name.trim()));
                let columns = columns.collect::<Vec<_>>().join(", ");
                let sql = format!(
                    "SELECT {columns}, r.id, r.sequence
                     FROM claim c JOIN review r ON r.id = c.told_review
                     WHERE {which} AND {OUTDATED_CLAIM} ORDER BY r.sequence, c.id LIMIT ?2"
                );
                let mut statement = db.prepare_cached(&sql)?;
                let bounds = params![i64::try_from(after)?, i64::try_from(limit)?];
                let rows = statement.query_map(bounds, revised)?;
                Ok(rows.collect::<Result<_, _>>()?)
            };
            let fresh = read("r.sequence > ?1 AND c.told_late = 0", after)?;
            Ok([fresh, read("c.told_late = 1 AND ?1 = 0", 0)?])
        })
    }

    /// Plans what moderators are told of claims whose check changed, or keeps that they are yet to
    /// be told, and moves the cursor, all in one transaction. What was planned with the check as
    /// it was is not sent any more. Returns how many claims are told.
    ///
    /// # Errors
    /// If the database fails; nothing is planned then.
    pub fn revise(
        &self,
        claims: &[(Revised, Option<Revision>)],
        revised: Option<u64>,
        now: DateTime<Utc>,
    ) -> Result<usize> {
        self.write(|db| {
            let mut told = 0;
            for (one, revision) in claims {
                told += usize::from(revise(db, one, revision.as_ref(), now)?);
            }
            if let Some(revised) = revised {
                set_meta(db, REVISED, &revised.to_string())?;
            }
            Ok(told)
        })
    }

    /// How many people made a claim in public since then, with one who makes it now.
    ///
    /// # Errors
    /// If the database fails.
    pub fn people_since(
        &self,
        claim: &str,
        one_more: Option<&str>,
        since: DateTime<Utc>,
    ) -> Result<u64> {
        self.read(|db| {
            let sql = "SELECT count(*) FROM (
                           SELECT author FROM claim_post
                           WHERE claim = ?1 AND place <> '' AND at > ?3 AND author IS NOT NULL
                           UNION SELECT ?2 WHERE ?2 IS NOT NULL)";
            let bounds = params![claim, one_more, millis(since)];
            let count: i64 = db.prepare_cached(sql)?.query_row(bounds, |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }

    /// Of how many claims without a check moderators were told since then.
    ///
    /// # Errors
    /// If the database fails.
    pub fn unchecked_told_since(&self, since: DateTime<Utc>) -> Result<u64> {
        self.read(|db| {
            let sql = "SELECT count(*) FROM claim
                       WHERE told_at >= ?1 AND told_posts > 0
                         AND review_id IS NULL AND told_review IS NULL";
            let count: i64 =
                db.prepare_cached(sql)?.query_row([millis(since)], |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }
}

fn revised(row: &Row<'_>) -> rusqlite::Result<Revised> {
    let columns = COLUMNS.split(',').count();
    Ok(Revised {
        claim: claim(row)?,
        review_id: row.get(columns)?,
        sequence: row.get::<_, i64>(columns + 1)?.unsigned_abs(),
    })
}

/// Moderators are told of a claim.
pub(super) fn put_told(
    db: &Connection,
    claim: &str,
    told: &ToldClaim,
    now: DateTime<Utc>,
) -> Result<()> {
    db.prepare_cached(
        "UPDATE claim SET told_posts = posts, told_at = ?2, told_today = ?3, told_review = ?4,
             told_rating = ?5, told_late = 0
         WHERE id = ?1",
    )?
    .execute(params![claim, millis(now), told.today, told.review_id, told.rating])?;
    // It may have changed while they were being told.
    let sql = format!(
        "UPDATE claim AS c SET told_late = 1
         WHERE c.id = ?1 AND EXISTS (
             SELECT 1 FROM review r WHERE r.id = c.told_review AND {OUTDATED_CLAIM})"
    );
    db.prepare_cached(&sql)?.execute([claim])?;
    Ok(())
}

fn revise(
    db: &Connection,
    one: &Revised,
    revision: Option<&Revision>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let claim = &one.claim.id;
    let planned: Vec<String> = db
        .prepare_cached(
            "SELECT o.id FROM outbox o WHERE o.state = 'planned' AND o.once GLOB 'alert *'
               AND (o.once GLOB 'alert changed ' || ?1 || ' *' OR EXISTS (
                   SELECT 1 FROM queue q WHERE q.claim = ?1 AND q.review_id = ?2
                     AND o.once GLOB 'alert ' || q.id || ' *'))",
        )?
        .query_map([claim, &one.review_id], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    end_all(db, &planned, "dead", OUTDATED, now)?;
    let Some(revision) = revision else {
        db.prepare_cached("UPDATE claim SET told_late = 1 WHERE id = ?1")?.execute([claim])?;
        return Ok(false);
    };
    if one.claim.text.is_some() && !has_words(db, claim)? {
        // Whoever wrote what is quoted took it back meanwhile: it is told without that.
        db.prepare_cached("UPDATE claim SET told_late = 1 WHERE id = ?1")?.execute([claim])?;
        return Ok(false);
    }
    let mut told = false;
    for plan in &revision.plans {
        told |= insert_plan(db, revision.quoted.as_deref().unwrap_or_default(), plan, now)?;
    }
    put_told(db, claim, &revision.told, now)?;
    Ok(told)
}
