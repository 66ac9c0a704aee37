//! Claims that spread without a check, and what becomes of them when one appears.

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::claims::{COLUMNS, Claim, claim, source_of};
use super::digests::has_words;
use super::outbox::{Plan, insert_plan};
use super::questions::cursor;
use super::queue::{Queued, put_queued};
use super::revisions::{ToldClaim, put_told};
use super::{Store, millis, set_meta};
use crate::claim::post::Incoming;

/// By what `meta` knows how far changes of checks were compared with claims.
const CHECKED: &str = "checked";

/// What a claim without a check is to moderators, now that there is one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NowChecked {
    /// The check, if it surely answers the claim.
    pub review_id: Option<String>,
    /// What is told, once a place.
    pub plans: Vec<Plan>,
    /// What moderators are asked to decide, if they are told.
    pub queued: Option<Queued>,
    /// What they are told of the claim.
    pub told: Option<ToldClaim>,
}

/// The post of a claim that was published first, and the one whose words the claim has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstPost {
    /// The inbox row of the words; where they are not known, of the first post.
    pub inbox_id: String,
    /// The source that the first was seen in.
    pub place: String,
    /// What the group or channel calls itself that it stands in, while that is kept.
    pub title: Option<String>,
    /// When that was published.
    pub at: DateTime<Utc>,
    /// Whether the one of the words can be answered where it stands.
    pub answerable: bool,
}

/// What was stored of claims that were compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// Claims that have a check now.
    pub claims: usize,
    /// Claims that moderators are told of.
    pub told: usize,
}

impl Store {
    /// How far changes of checks were compared with claims.
    ///
    /// # Errors
    /// If the database fails.
    pub fn checked(&self) -> Result<u64> {
        self.read(|db| cursor(db, CHECKED))
    }

    /// The identities of claims that have a text and no check, were seen since `since`, and are
    /// made by at least `posts_min` posts and questions; those with most of them first.
    ///
    /// # Errors
    /// If the database fails.
    pub fn unchecked(&self, posts_min: u64, since: DateTime<Utc>) -> Result<Vec<String>> {
        self.read(|db| {
            // Repeats what the index was made for; of lone posts there is none.
            let several = if posts_min > 1 { "AND posts + asked > 1" } else { "" };
            let sql = format!(
                "SELECT id FROM claim WHERE review_id IS NULL AND text IS NOT NULL {several}
                   AND posts + asked >= ?1 AND last_seen >= ?2
                 ORDER BY posts + asked DESC, id"
            );
            let mut statement = db.prepare_cached(&sql)?;
            let bounds = params![i64::try_from(posts_min)?, millis(since)];
            let rows = statement.query_map(bounds, |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Those of these claims that still have no check.
    ///
    /// # Errors
    /// If the database fails.
    pub fn still_unchecked(&self, ids: &[String]) -> Result<Vec<Claim>> {
        self.read(|db| {
            let sql = format!("SELECT {COLUMNS} FROM claim WHERE id = ?1 AND review_id IS NULL");
            let mut statement = db.prepare_cached(&sql)?;
            let mut claims = Vec::with_capacity(ids.len());
            for id in ids {
                claims.extend(statement.query_row([id], claim).optional()?);
            }
            Ok(claims)
        })
    }

    /// Claims without a check whose last post was matched before all changes up to then were to be
    /// found, those with most posts first, at most `limit`.
    ///
    /// # Errors
    /// If the database fails.
    pub fn late_claims(&self, posts_min: u64, limit: usize) -> Result<Vec<Claim>> {
        self.read(|db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM claim WHERE since IS NOT NULL AND review_id IS NULL
                   AND text IS NOT NULL AND posts + asked >= ?1
                 ORDER BY posts + asked DESC, id LIMIT ?2"
            );
            let mut statement = db.prepare_cached(&sql)?;
            let bounds = params![i64::try_from(posts_min)?, i64::try_from(limit)?];
            let rows = statement.query_map(bounds, claim)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The public post of a claim that was published first; with words of another post that is
    /// public, that one.
    ///
    /// # Errors
    /// If the database fails.
    pub fn first_post(&self, claim: &str) -> Result<Option<FirstPost>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT coalesce(c.text_of, p.inbox_id), p.place, p.at, i.incoming
                 FROM claim c JOIN claim_post p ON p.claim = c.id
                 LEFT JOIN inbox i ON i.id = coalesce(c.text_of, p.inbox_id)
                 WHERE c.id = ?1 AND p.place <> ''
                 ORDER BY p.inbox_id IS NOT c.text_of, p.at, p.inbox_id LIMIT 1",
            )?;
            let read = |row: &Row<'_>| {
                let kept: Option<String> = row.get(3)?;
                let kept = kept.and_then(|text| serde_json::from_str::<Incoming>(&text).ok());
                Ok(FirstPost {
                    inbox_id: row.get(0)?,
                    place: source_of(&row.get::<_, String>(1)?).to_owned(),
                    at: row.get(2).map(super::time)?,
                    answerable: kept.as_ref().is_some_and(|kept| kept.seen_at.is_some()),
                    title: kept.and_then(|kept| kept.title),
                })
            };
            Ok(statement.query_row([claim], read).optional()?)
        })
    }

    /// Stores what became of claims that were compared with changed checks, plans what moderators
    /// are told, and moves the cursor, all in one transaction. A claim that was decided, matched or
    /// deleted meanwhile is left alone.
    ///
    /// # Errors
    /// If the database fails; nothing is planned then.
    pub fn check_claims(
        &self,
        compared: &[(String, Option<NowChecked>)],
        checked: Option<(u64, u64)>,
        now: DateTime<Utc>,
    ) -> Result<Checked> {
        if compared.is_empty() && checked.is_none() {
            return Ok(Checked::default());
        }
        self.write(|db| {
            let mut sum = Checked::default();
            for (id, found) in compared {
                let sql = "UPDATE claim SET since = NULL WHERE id = ?1 AND review_id IS NULL";
                let open = db.prepare_cached(sql)?.execute([id])? > 0;
                if let Some(found) = found.as_ref().filter(|_| open) {
                    settle(db, id, found, &mut sum, now)?;
                }
            }
            if let Some((upto, posts_min)) = checked {
                // What is still alone is compared by its next post.
                db.prepare_cached(
                    "UPDATE claim SET since = NULL
                     WHERE since IS NOT NULL AND posts + asked < ?1",
                )?
                .execute([i64::try_from(posts_min)?])?;
                set_meta(db, CHECKED, &upto.to_string())?;
            }
            Ok(sum)
        })
    }
}

fn settle(
    db: &Connection,
    id: &str,
    found: &NowChecked,
    sum: &mut Checked,
    now: DateTime<Utc>,
) -> Result<()> {
    if let Some(review_id) = &found.review_id {
        let owner: Option<String> = db
            .prepare_cached("SELECT id FROM claim WHERE review_id = ?1")?
            .query_row([review_id], |row| row.get(0))
            .optional()?;
        sum.claims += 1;
        if let Some(owner) = owner {
            // What the same check answers is one claim, which moderators know.
            return merge(db, id, &owner);
        }
        db.prepare_cached("UPDATE claim SET review_id = ?2 WHERE id = ?1")?
            .execute([id, review_id])?;
    }
    let mut told = false;
    if !found.plans.is_empty() && !has_words(db, id)? {
        // Whoever wrote what is quoted took it back meanwhile.
        return Ok(());
    }
    // They quote that post; with its words they go.
    let quoted = found.queued.as_ref().and_then(|queued| queued.inbox_id.as_deref());
    for plan in &found.plans {
        told |= insert_plan(db, quoted.unwrap_or_default(), plan, now)?;
    }
    if let Some(queued) = &found.queued {
        put_queued(db, queued, now)?;
    }
    if let Some(told) = &found.told {
        put_told(db, id, told, now)?;
    }
    sum.told += usize::from(told);
    Ok(())
}

/// Makes the posts of one claim those of another.
fn merge(db: &Connection, from: &str, into: &str) -> Result<()> {
    db.prepare_cached(
        "UPDATE claim SET posts = claim.posts + other.posts, asked = claim.asked + other.asked,
             first_seen = min(claim.first_seen, other.first_seen),
             last_seen = max(claim.last_seen, other.last_seen)
         FROM claim AS other WHERE claim.id = ?2 AND other.id = ?1",
    )?
    .execute([from, into])?;
    for sql in [
        "UPDATE claim_post SET claim = ?2 WHERE claim = ?1",
        "UPDATE queue SET claim = ?2 WHERE claim = ?1",
    ] {
        db.prepare_cached(sql)?.execute([from, into])?;
    }
    for sql in ["DELETE FROM claim_band WHERE claim = ?1", "DELETE FROM claim WHERE id = ?1"] {
        db.prepare_cached(sql)?.execute([from])?;
    }
    Ok(())
}
