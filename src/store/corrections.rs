//! Answers that tell a check which was withdrawn or has another verdict by now: found, and put
//! right once.

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::listening::is_unasked;
use super::outbox::{OUTDATED, Plan, Told, end, insert_plan, put_buttons};
use super::questions::{Later, apply, cursor};
use super::told;
use super::{Store, millis, set_meta};
use crate::claim::post::{Incoming, Intent};

/// By what `meta` knows how far changes of checks were compared with what was told.
const CORRECTED: &str = "corrected";

/// An answer that tells a check as it is no more.
#[derive(Debug, Clone, PartialEq)]
pub struct Outdated {
    /// Its outbox row.
    pub answer: String,
    /// Inbox row it was planned for.
    pub inbox_id: String,
    /// Configured chat.
    pub chat: String,
    /// Conversation within it.
    pub conversation: String,
    /// The question it answers.
    pub message: Option<String>,
    /// The message it became; `None`: it was not sent yet.
    pub receipt: Option<String>,
    /// It was told to somebody who waited for it.
    pub follow_up: bool,
    /// It waits to be sent.
    pub planned: bool,
    /// In which language it was told.
    pub language: Option<String>,
    /// What it tells, if that was kept.
    pub told: Option<Told>,
    /// The checks it tells, with the verdict as it was told, and each one's version by now.
    pub checks: Vec<(String, Option<String>, u32)>,
    /// The question as it was asked last, while it is kept, with its inbox row.
    pub asked: Option<(String, Incoming)>,
}

/// How an answer is put right.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// Its outbox row.
    pub answer: String,
    /// Inbox row it was planned for.
    pub inbox_id: String,
    /// What becomes of it if it was not sent yet.
    pub unsent: Unsent,
    /// What is said, or put in its place, if it was; `None`: nothing can be.
    pub sent: Option<Plan>,
}

/// What becomes of an answer that was not sent yet.
#[derive(Debug, Clone, PartialEq)]
pub enum Unsent {
    /// It is being sent or was: corrected afterwards.
    No,
    /// This is sent in its place.
    Instead(Box<Plan>, Option<Later>),
    /// It is not sent: whoever it was for waits on.
    WaitOn,
}

impl Store {
    /// How far changes of checks were compared with what was told.
    ///
    /// # Errors
    /// If the database fails.
    pub fn corrected(&self) -> Result<u64> {
        self.read(|db| cursor(db, CORRECTED))
    }

    /// Answers that tell a check which changed its verdict or was withdrawn after a sequence,
    /// unless they were sent before `since`; at most `limit`.
    ///
    /// # Errors
    /// If the database fails.
    pub fn outdated(
        &self,
        after: u64,
        since: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Outdated>> {
        self.read(|db| {
            // A starter check that left was not taken back by its publisher.
            let mut statement = db.prepare_cached(
                "SELECT DISTINCT t.outbox_id
                 FROM review r JOIN told t ON t.review_id = r.id JOIN outbox o ON o.id = t.outbox_id
                 WHERE r.sequence > ?1 AND o.ephemeral = 0
                   AND (o.state IN ('planned', 'sending')
                        OR o.state = 'sent' AND o.receipt IS NOT NULL AND o.ended_at >= ?2)
                   AND CASE
                       WHEN r.withdrawn = 1 THEN r.trust <> 'starter'
                       WHEN json_valid(r.document) THEN
                           json_extract(r.document, '$.reviewRating.alternateName')
                               IS DISTINCT FROM t.rating
                       ELSE 0 END
                 LIMIT ?3",
            )?;
            let bounds = params![i64::try_from(after)?, millis(since), i64::try_from(limit)?];
            let answers: Vec<String> =
                statement.query_map(bounds, |row| row.get(0))?.collect::<Result<_, _>>()?;
            let mut outdated = Vec::with_capacity(answers.len());
            for answer in answers {
                outdated.extend(read(db, &answer)?);
            }
            Ok(outdated)
        })
    }

    /// Puts answers right and moves the cursor, all in one transaction. What was forgotten
    /// meanwhile is left alone. Returns how many things were planned or replaced.
    ///
    /// # Errors
    /// If the database fails; nothing is put right then.
    pub fn correct(
        &self,
        corrections: &[Correction],
        corrected: Option<u64>,
        now: DateTime<Utc>,
    ) -> Result<usize> {
        self.write(|db| {
            let mut done = 0;
            for one in corrections {
                done += usize::from(put_right(db, one, now)?);
            }
            if let Some(corrected) = corrected {
                set_meta(db, CORRECTED, &corrected.to_string())?;
            }
            Ok(done)
        })
    }
}

fn read(db: &Connection, answer: &str) -> Result<Option<Outdated>> {
    let outdated = db
        .prepare_cached(
            "SELECT inbox_id, chat, conversation, message, receipt, once LIKE 'follow-up %',
                 state = 'planned'
             FROM outbox WHERE id = ?1",
        )?
        .query_row([answer], |row| {
            Ok(Outdated {
                answer: answer.to_owned(),
                inbox_id: row.get(0)?,
                chat: row.get(1)?,
                conversation: row.get(2)?,
                message: row.get(3)?,
                receipt: row.get(4)?,
                follow_up: row.get(5)?,
                planned: row.get(6)?,
                language: None,
                told: None,
                checks: Vec::new(),
                asked: None,
            })
        })
        .optional()?;
    let Some(mut outdated) = outdated else { return Ok(None) };
    let told: Option<String> = db
        .prepare_cached(
            "SELECT told FROM button WHERE outbox_id = ?1 AND told IS NOT NULL
             ORDER BY planned_at DESC, rowid DESC LIMIT 1",
        )?
        .query_row([answer], |row| row.get(0))
        .optional()?;
    outdated.told = told.and_then(|told| serde_json::from_str(&told).ok());
    outdated.language = db
        .prepare_cached("SELECT language FROM told WHERE outbox_id = ?1 ORDER BY rowid LIMIT 1")?
        .query_row([answer], |row| row.get(0))
        .optional()?
        .flatten();
    outdated.checks = db
        .prepare_cached(
            "SELECT t.review_id, t.rating, r.version FROM told t JOIN review r ON r.id = t.review_id
             WHERE t.outbox_id = ?1 ORDER BY t.rowid",
        )?
        .query_map([answer], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    if outdated.planned {
        outdated.asked = asked(db, answer)?;
    }
    Ok(Some(outdated))
}

/// The newest question that is answered, or is to be, by this answer.
pub(super) fn asked(db: &Connection, answer: &str) -> Result<Option<(String, Incoming)>> {
    let mut statement = db.prepare_cached(
        "SELECT i.id, i.incoming FROM outbox o JOIN inbox i ON i.id = o.inbox_id
         WHERE (o.id = ?1 OR o.target = ?1) AND i.incoming IS NOT NULL ORDER BY o.position DESC",
    )?;
    let rows = statement
        .query_map([answer], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    for row in rows {
        let (id, incoming) = row?;
        let Ok(incoming) = serde_json::from_str::<Incoming>(&incoming) else { continue };
        if matches!(incoming.intent, Intent::Question | Intent::Edited) {
            return Ok(Some((id, incoming)));
        }
    }
    Ok(None)
}

fn put_right(db: &Connection, one: &Correction, now: DateTime<Utc>) -> Result<bool> {
    let answer = &one.answer;
    if let Some(plan) = &one.sent
        && db.prepare_cached("SELECT 1 FROM outbox WHERE once = ?1")?.exists([&plan.once])?
    {
        return Ok(false);
    }
    let found: Option<(String, bool)> = db
        .prepare_cached(
            "SELECT conversation, state = 'planned' FROM outbox WHERE id = ?1 AND ephemeral = 0",
        )?
        .query_row([answer], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    // Whatever comes of it, it is not found outdated again.
    told::forget(db, answer)?;
    let Some((conversation, planned)) = found else { return Ok(false) };
    // What was to change it tells the check as it was.
    let edits: Vec<String> = db
        .prepare_cached("SELECT id FROM outbox WHERE target = ?1 AND state = 'planned'")?
        .query_map([answer], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for edit in edits {
        end(db, &edit, "dead", Some(OUTDATED), None, now)?;
    }
    if planned && is_unasked(db, answer)? {
        // Nobody waits for it.
        end(db, answer, "dead", Some(OUTDATED), None, now)?;
        return Ok(true);
    }
    match (&one.unsent, planned) {
        (Unsent::Instead(plan, later), true) => {
            db.execute(
                "UPDATE outbox SET outgoing = ?2 WHERE id = ?1",
                params![answer, serde_json::to_string(&plan.outgoing)?],
            )?;
            db.execute("DELETE FROM button WHERE outbox_id = ?1", [answer])?;
            told::remember(db, plan)?;
            put_buttons(db, plan, now)?;
            if let Some(later) = later {
                apply(db, later)?;
            }
            Ok(true)
        }
        (Unsent::WaitOn, true) => {
            db.execute("DELETE FROM button WHERE outbox_id = ?1", [answer])?;
            end(db, answer, "dead", Some(OUTDATED), None, now)?;
            // Another one may be told in its place.
            db.execute("UPDATE outbox SET once = id, outgoing = NULL WHERE id = ?1", [answer])?;
            db.execute(
                "UPDATE question SET state = 'awaited', since = 0
                 WHERE inbox_id = ?1 AND state = 'told'",
                [&one.inbox_id],
            )?;
            Ok(true)
        }
        _ => match &one.sent {
            Some(plan) => {
                // A group may have another identifier by now.
                let plan = Plan { conversation, ..plan.clone() };
                insert_plan(db, &one.inbox_id, &plan, now)
            }
            None => Ok(false),
        },
    }
}
