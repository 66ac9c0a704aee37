//! What waits for a moderator, and who did what about it.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Store, millis, time};
use crate::claim::post::Incoming;
use crate::claim::sketch::Sketch;

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

/// That somebody did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// When.
    pub at: DateTime<Utc>,
    /// Who, by a name under a secret.
    pub actor: String,
    /// What.
    pub action: String,
    /// `done`, `instead of` what had been decided before, or that alone where it stayed.
    pub effect: String,
}

impl Store {
    /// What waits for a moderator, oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub fn queue(&self, limit: usize) -> Result<Vec<Queued>> {
        self.read(|db| list(db, "state = 'open' ORDER BY at, id", limit))
    }

    /// What was decided, the latest decision first.
    ///
    /// # Errors
    /// If the database fails.
    pub fn decided(&self, limit: usize) -> Result<Vec<Queued>> {
        self.read(|db| list(db, "state <> 'open' ORDER BY decided_at DESC, id", limit))
    }

    /// One thing of the queue.
    ///
    /// # Errors
    /// If the database fails.
    pub fn queued(&self, id: &str) -> Result<Option<Queued>> {
        self.read(|db| get(db, id))
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

    /// What was done to something, in the order in which it was done.
    ///
    /// # Errors
    /// If the database fails.
    pub fn audited(&self, subject: &str) -> Result<Vec<Audited>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT at, actor, action, effect FROM audit WHERE subject = ?1 ORDER BY at, rowid",
            )?;
            let rows = statement.query_map([subject], |row| {
                Ok(Audited {
                    at: time(row.get(0)?),
                    actor: row.get(1)?,
                    action: row.get(2)?,
                    effect: row.get(3)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

pub(super) const COLUMNS: &str =
    "id, kind, claim, review_id, confidence, text, url, sketch, state, at, inbox_id";

fn list(db: &Connection, which: &str, limit: usize) -> Result<Vec<Queued>> {
    let sql = format!("SELECT {COLUMNS} FROM queue WHERE {which} LIMIT ?1");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([i64::try_from(limit)?], queued)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn queued(row: &Row<'_>) -> rusqlite::Result<Queued> {
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

pub(super) fn get(db: &Connection, id: &str) -> Result<Option<Queued>> {
    let sql = format!("SELECT {COLUMNS} FROM queue WHERE id = ?1");
    db.prepare_cached(&sql)?.query_row([id], queued).optional().context("reading the queue")
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

pub(super) fn put_audit(
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
