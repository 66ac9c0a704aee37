//! What waits for a moderator, what was decided, and by whom: a decision is made once, and every
//! try to make it is kept.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::claims::take_check;
use super::pairs::{Pair, put_pair};
use super::{Store, millis, time};
use crate::claim::post::Incoming;
use crate::claim::sketch::{SAME_POST, Sketch, same_claim};

/// Why something waits for a moderator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueKind {
    /// A post was matched with a check.
    Match,
    /// Readers say that a check is about another claim than theirs.
    NotSame,
    /// A reader reports something.
    Report,
}

impl QueueKind {
    /// Its name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::NotSame => "not-same",
            Self::Report => "report",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "not-same" => Self::NotSame,
            "report" => Self::Report,
            _ => Self::Match,
        }
    }
}

/// What a moderator says of a post and a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The check is about the post's claim.
    Right,
    /// It is about another.
    Wrong,
}

impl Verdict {
    /// Its name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "right" => Some(Self::Right),
            "wrong" => Some(Self::Wrong),
            _ => None,
        }
    }
}

/// Something that a moderator is asked to decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// Our identity of it.
    pub id: String,
    /// Why it is here.
    pub kind: QueueKind,
    /// The claim it is about.
    pub claim: Option<String>,
    /// The check it is about.
    pub review_id: Option<String>,
    /// The post's row in the inbox.
    pub inbox_id: Option<String>,
    /// What the matcher had said.
    pub confidence: Option<f64>,
    /// What it is about, if that was public.
    pub text: Option<String>,
    /// Where that is.
    pub url: Option<String>,
    /// By what the post is known.
    pub sketch: Option<Sketch>,
    /// `open`, or how it was decided.
    pub state: String,
    /// When it came.
    pub at: DateTime<Utc>,
}

/// What became of a try to decide.
#[derive(Debug, Clone, PartialEq)]
pub enum Decided {
    /// It is decided now.
    Now(Box<Queued>),
    /// It had been before; how.
    Before(Box<Queued>),
    /// There is no such thing any more.
    Gone,
}

impl Store {
    /// What waits for a moderator, oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub fn queue(&self, limit: usize) -> Result<Vec<Queued>> {
        self.read(|db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM queue WHERE state = 'open' ORDER BY at, id LIMIT ?1"
            );
            let mut statement = db.prepare_cached(&sql)?;
            let rows = statement.query_map([i64::try_from(limit)?], queued)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// One thing of the queue.
    ///
    /// # Errors
    /// If the database fails.
    pub fn queued(&self, id: &str) -> Result<Option<Queued>> {
        self.read(|db| get(db, id))
    }

    /// Decides something of the queue, once; each try is kept with `actor`, who is a name under a
    /// secret. `audit` is the identity of that record.
    ///
    /// # Errors
    /// If the database fails.
    pub fn decide(
        &self,
        id: &str,
        verdict: Verdict,
        actor: &str,
        audit: &str,
        now: DateTime<Utc>,
    ) -> Result<Decided> {
        self.write(|db| {
            let Some(queued) = get(db, id)? else { return Ok(Decided::Gone) };
            let first = db.execute(
                "UPDATE queue SET state = ?2, decided_at = ?3 WHERE id = ?1 AND state = 'open'",
                params![id, verdict.name(), millis(now)],
            )? > 0;
            let effect = if first { "done" } else { queued.state.as_str() };
            put_audit(db, audit, actor, verdict.name(), id, effect, now)?;
            if !first {
                return Ok(Decided::Before(Box::new(queued)));
            }
            if let (Some(review_id), Some(sketch)) = (&queued.review_id, &queued.sketch) {
                let pair = Pair {
                    id: id.to_owned(),
                    review_id: review_id.clone(),
                    verdict,
                    sketch: sketch.clone(),
                    text: queued.text.clone(),
                    confidence: queued.confidence.unwrap_or_default(),
                };
                put_pair(db, &pair, now)?;
                decide_like(db, &pair, now)?;
                if let Some(claim) = &queued.claim {
                    if verdict == Verdict::Right {
                        take_check(db, claim, review_id)?;
                    } else {
                        let sql =
                            "UPDATE claim SET review_id = NULL WHERE id = ?1 AND review_id = ?2";
                        db.execute(sql, params![claim, review_id])?;
                        // Nor does it matter to them what becomes of that check.
                        let sql =
                            "UPDATE claim SET told_review = NULL WHERE id = ?1 AND told_review = ?2";
                        db.execute(sql, params![claim, review_id])?;
                    }
                }
            }
            Ok(Decided::Now(Box::new(queued)))
        })
    }

    /// What is asked, or was decided, about a claim and a check.
    ///
    /// # Errors
    /// If the database fails.
    pub fn queued_for(&self, claim: &str, review_id: &str) -> Result<Option<Queued>> {
        self.read(|db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM queue WHERE claim = ?1 AND review_id = ?2 AND kind = 'match'
                 ORDER BY at DESC LIMIT 1"
            );
            Ok(db.prepare_cached(&sql)?.query_row([claim, review_id], queued).optional()?)
        })
    }

    /// The post that something of the queue is about, while it is kept.
    ///
    /// # Errors
    /// If the database fails.
    pub fn queued_post(&self, id: &str) -> Result<Option<Incoming>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT i.incoming FROM queue q JOIN inbox i ON i.id = q.inbox_id WHERE q.id = ?1",
            )?;
            let kept: Option<Option<String>> =
                statement.query_row([id], |row| row.get(0)).optional()?;
            Ok(kept.flatten().and_then(|text| serde_json::from_str(&text).ok()))
        })
    }

    /// Keeps that somebody did something beside deciding.
    ///
    /// # Errors
    /// If the database fails.
    pub fn audit(
        &self,
        id: &str,
        actor: &str,
        action: &str,
        subject: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.write(|db| put_audit(db, id, actor, action, subject, "done", now))
    }

    /// What was done to something: who (a name under a secret), what, and whether it had an effect.
    ///
    /// # Errors
    /// If the database fails.
    pub fn audited(&self, subject: &str) -> Result<Vec<(String, String, String)>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT actor, action, effect FROM audit WHERE subject = ?1 ORDER BY at, rowid",
            )?;
            let rows = statement
                .query_map([subject], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

const COLUMNS: &str =
    "id, kind, claim, review_id, confidence, text, url, sketch, state, at, inbox_id";

fn queued(row: &Row<'_>) -> rusqlite::Result<Queued> {
    let sketch: Option<Vec<u8>> = row.get(7)?;
    Ok(Queued {
        id: row.get(0)?,
        kind: QueueKind::named(&row.get::<_, String>(1)?),
        claim: row.get(2)?,
        review_id: row.get(3)?,
        confidence: row.get(4)?,
        text: row.get(5)?,
        url: row.get(6)?,
        sketch: sketch.as_deref().and_then(Sketch::from_bytes),
        state: row.get(8)?,
        at: row.get::<_, i64>(9).map(time)?,
        inbox_id: row.get(10)?,
    })
}

fn get(db: &Connection, id: &str) -> Result<Option<Queued>> {
    let sql = format!("SELECT {COLUMNS} FROM queue WHERE id = ?1");
    db.prepare_cached(&sql)?.query_row([id], queued).optional().context("reading the queue")
}

/// What else is asked about the same check and posts much alike is decided with it.
fn decide_like(db: &Connection, pair: &Pair, now: DateTime<Utc>) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM queue WHERE review_id = ?1 AND state = 'open'");
    let open: Vec<Queued> = db
        .prepare_cached(&sql)?
        .query_map([&pair.review_id], queued)?
        .collect::<rusqlite::Result<_>>()?;
    for one in open {
        let like = one.sketch.is_some_and(|sketch| sketch.likeness(&pair.sketch) >= SAME_POST);
        let texts = one.text.as_deref().zip(pair.text.as_deref());
        if like && texts.is_none_or(|(one, other)| same_claim(one, other, None)) {
            db.prepare_cached("UPDATE queue SET state = ?2, decided_at = ?3 WHERE id = ?1")?
                .execute(params![one.id, pair.verdict.name(), millis(now)])?;
        }
    }
    Ok(())
}

pub(super) fn put_queued(db: &Connection, one: &Queued, now: DateTime<Utc>) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO queue (id, kind, claim, review_id, confidence, text, url, sketch, state, at,
                            inbox_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', ?9, ?10) ON CONFLICT (id) DO NOTHING",
    )?
    .execute(params![
        one.id,
        one.kind.name(),
        one.claim,
        one.review_id,
        one.confidence,
        one.text,
        one.url,
        one.sketch.as_ref().map(Sketch::to_bytes),
        millis(now),
        one.inbox_id
    ])?;
    Ok(())
}

fn put_audit(
    db: &Connection,
    id: &str,
    actor: &str,
    action: &str,
    subject: &str,
    effect: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO audit (id, at, actor, action, subject, effect)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO NOTHING",
    )?
    .execute(params![id, millis(now), actor, action, subject, effect])?;
    Ok(())
}
