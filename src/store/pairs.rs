//! Pairs of a post and a check that people decided about: a wrong one is never offered again, a
//! right one teaches.

use std::collections::HashMap;

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::reviews::next_sequence;
use super::{Store, Verdict, millis};
use crate::claim::sketch::Sketch;

/// Confirmed posts of one check that become its aliases, newest first.
const ALIASES_MAX: usize = 3;
/// Most pairs that are kept; the oldest go.
const PAIRS_MAX: i64 = 100_000;

/// A post and a check that somebody decided about.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Our identity of it.
    pub id: String,
    /// The check.
    pub review_id: String,
    /// What was decided.
    pub verdict: Verdict,
    /// By what the post is known.
    pub sketch: Sketch,
    /// The post, if it was public.
    pub text: Option<String>,
    /// What the matcher had said.
    pub confidence: f64,
}

impl Store {
    /// A number that changes with every pair, in whichever process.
    ///
    /// # Errors
    /// If the database fails.
    pub fn pairs_version(&self) -> Result<i64> {
        self.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT coalesce(max(rowid), 0) * 1000003 + count(*) FROM pair")?;
            Ok(statement.query_row([], |row| row.get(0))?)
        })
    }

    /// All pairs, oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub fn pairs(&self) -> Result<Vec<Pair>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id, review_id, verdict, sketch, text, confidence FROM pair ORDER BY rowid",
            )?;
            let rows = statement.query_map([], |row| {
                let sketch: Vec<u8> = row.get(3)?;
                let verdict: String = row.get(2)?;
                let known = Sketch::from_bytes(&sketch).zip(Verdict::named(&verdict));
                let Some((sketch, verdict)) = known else { return Ok(None) };
                Ok(Some(Pair {
                    id: row.get(0)?,
                    review_id: row.get(1)?,
                    verdict,
                    sketch,
                    text: row.get(4)?,
                    confidence: row.get(5)?,
                }))
            })?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
    }

    /// Keeps a decision.
    ///
    /// # Errors
    /// If the database fails.
    pub fn put_pair(&self, pair: &Pair, now: DateTime<Utc>) -> Result<()> {
        self.write(|db| put_pair(db, pair, now))
    }

    /// Confirmed public posts by check, newest first: other words for its claim.
    ///
    /// # Errors
    /// If the database fails.
    pub fn aliases(&self) -> Result<HashMap<String, Vec<String>>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT review_id, text FROM pair WHERE verdict = 'right' AND text IS NOT NULL
                 ORDER BY rowid DESC",
            )?;
            let mut aliases: HashMap<String, Vec<String>> = HashMap::new();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let known = aliases.entry(row.get(0)?).or_default();
                if known.len() < ALIASES_MAX {
                    known.push(row.get(1)?);
                }
            }
            Ok(aliases)
        })
    }
}

/// Keeps a decision, also in the place of an earlier one about the same.
pub(super) fn put_pair(db: &Connection, pair: &Pair, now: DateTime<Utc>) -> Result<()> {
    // It comes last, as the later of two that hold for a post, and whoever has read the pairs sees
    // by the highest number that there is something new.
    let sql = "SELECT coalesce(max(rowid), 0) + 1 FROM pair";
    let place: i64 = db.query_row(sql, [], |row| row.get(0))?;
    let replaced = db
        .prepare_cached("DELETE FROM pair WHERE id = ?1 AND verdict <> ?2")?
        .execute([pair.id.as_str(), pair.verdict.name()])?;
    db.prepare_cached(
        "INSERT INTO pair (rowid, id, review_id, verdict, sketch, text, confidence, at, inbox_id)
         VALUES (?8, ?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT inbox_id FROM queue WHERE id = ?1))
         ON CONFLICT (id) DO NOTHING",
    )?
    .execute(params![
        pair.id,
        pair.review_id,
        pair.verdict.name(),
        pair.sketch.to_bytes(),
        pair.text,
        pair.confidence,
        millis(now),
        place
    ])?;
    db.execute("DELETE FROM pair WHERE rowid <= (SELECT max(rowid) FROM pair) - ?1", [PAIRS_MAX])?;
    if replaced > 0 || pair.verdict == Verdict::Right && pair.text.is_some() {
        // The index takes the check in again, with its new alias or without the one it had; and
        // whoever was told of no check meanwhile is looked up again.
        let sequence = next_sequence(db)?;
        db.execute(
            "UPDATE review SET sequence = ?2 WHERE id = ?1 AND withdrawn = 0",
            params![pair.review_id, sequence],
        )?;
    }
    Ok(())
}
