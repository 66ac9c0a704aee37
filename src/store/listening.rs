//! Groups whose admins want to be answered without asking, and what was said there unasked: each
//! within a budget, and of each check once a day.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::outbox::{Outgoing, Plan, end, insert_plan};
use super::settle::end_all;
use super::{Store, millis};
use crate::claim::post::ReplyTo;
use crate::claim::reply::shown;

/// Why what was planned is not said any more.
pub(super) const SWITCHED_OFF: &str = "listening was switched off";
pub(super) const POST_CHANGED: &str = "the post was changed";

/// That a group is to be listened to from a moment on, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// Configured chat.
    pub chat: String,
    /// The group.
    pub conversation: String,
    /// Begin, or end.
    pub on: bool,
    /// When its admin said so: what was said later holds.
    pub said_at: DateTime<Utc>,
}

/// An answer that nobody asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Unasked {
    /// The answer; one that takes the place of another has that as its target.
    pub plan: Plan,
    /// What takes the other's place if this one may not.
    pub otherwise: Option<Plan>,
    /// Most such answers in its group within an hour.
    pub hourly_max: u32,
}

/// An answer that nobody asked for, as it was planned or said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidUnasked {
    /// Its outbox row.
    pub id: String,
    /// The check it tells first; `None`: none any more.
    pub tells: Option<String>,
    /// Its language.
    pub language: Option<String>,
}

impl Store {
    /// What was said below a message though nobody asked, or is to be.
    ///
    /// # Errors
    /// If the database fails.
    pub fn said_unasked(&self, to: &ReplyTo) -> Result<Option<SaidUnasked>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT o.id, t.review_id, t.language FROM outbox o
                 JOIN unasked u ON u.outbox_id = o.id LEFT JOIN told t ON t.outbox_id = o.id
                 WHERE o.chat = ?1 AND o.conversation = ?2 AND o.message = ?3
                   AND o.state IN ('planned', 'sending', 'sent')
                 ORDER BY o.position, t.rowid LIMIT 1",
            )?;
            let said = |row: &Row<'_>| {
                Ok(SaidUnasked { id: row.get(0)?, tells: row.get(1)?, language: row.get(2)? })
            };
            let found = statement.query_row(params![to.chat, to.conversation, to.message], said);
            Ok(found.optional()?)
        })
    }

    /// The groups of a chat that are listened to.
    ///
    /// # Errors
    /// If the database fails.
    pub fn listened_groups(&self, chat: &str) -> Result<HashSet<String>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT conversation FROM setting WHERE chat = ?1 AND listening = 1",
            )?;
            let rows = statement.query_map([chat], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Groups of a chat that are numbered anew, each with its first number.
    ///
    /// # Errors
    /// If the database fails.
    pub fn moved_groups(&self, chat: &str) -> Result<HashMap<String, String>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT conversation, was FROM setting WHERE chat = ?1 AND was IS NOT NULL",
            )?;
            let rows = statement.query_map([chat], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Whether a group is listened to.
    ///
    /// # Errors
    /// If the database fails.
    pub fn listens(&self, to: &ReplyTo) -> Result<bool> {
        self.read(|db| listens(db, &to.chat, &to.conversation))
    }
}

fn listens(db: &Connection, chat: &str, conversation: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM setting
                   WHERE chat = ?1 AND conversation = ?2 AND listening = 1)";
    Ok(db.prepare_cached(sql)?.query_row([chat, conversation], |row| row.get(0))?)
}

/// Whether nobody asked for an answer.
pub(super) fn is_unasked(db: &Connection, outbox_id: &str) -> Result<bool> {
    Ok(db.prepare_cached("SELECT 1 FROM unasked WHERE outbox_id = ?1")?.exists([outbox_id])?)
}

/// Begins or ends listening. With its end nothing more is said that nobody asked for, planned or
/// not; what is being sent this very moment is not tried again.
pub(super) fn set_listening(db: &Connection, one: &Listening, now: DateTime<Utc>) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO setting (chat, conversation, language, listening, listening_at)
         VALUES (?1, ?2, '', ?3, ?4)
         ON CONFLICT (chat, conversation) DO UPDATE
             SET listening = excluded.listening, listening_at = excluded.listening_at
             WHERE excluded.listening_at >= listening_at",
    )?
    .execute(params![one.chat, one.conversation, one.on, millis(one.said_at)])?;
    if listens(db, &one.chat, &one.conversation)? {
        return Ok(());
    }
    let unasked = "id IN (SELECT outbox_id FROM unasked) AND chat = ?1 AND conversation = ?2";
    db.prepare_cached(&format!(
        "UPDATE outbox SET ephemeral = 2 WHERE {unasked} AND state = 'sending'"
    ))?
    .execute([&one.chat, &one.conversation])?;
    let planned: Vec<String> = db
        .prepare_cached(&format!("SELECT id FROM outbox WHERE {unasked} AND state = 'planned'"))?
        .query_map([&one.chat, &one.conversation], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    end_all(db, &planned, "dead", SWITCHED_OFF, now)?;
    Ok(())
}

/// Nobody is listened to any more where we were shut out.
pub(super) fn stop_listening(
    db: &Connection,
    chat: &str,
    conversation: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    db.execute(
        "UPDATE setting SET listening = 0, listening_at = ?3 WHERE chat = ?1 AND conversation = ?2",
        params![chat, conversation, millis(now)],
    )?;
    Ok(())
}

/// Plans an answer that nobody asked for, if its group is listened to at this moment, its hour has
/// room for it, and none of its checks was told there within a day; or what takes the place of one.
pub(super) fn put_unasked(
    db: &Connection,
    inbox_id: &str,
    one: &Unasked,
    now: DateTime<Utc>,
) -> Result<bool> {
    let plan = &one.plan;
    if let Some(answer) = &plan.target {
        return change(db, inbox_id, answer, one, now);
    }
    if !listens(db, &plan.chat, &plan.conversation)? {
        return Ok(false);
    }
    let hour_ago = millis(now - TimeDelta::hours(1));
    let said: u32 = db
        .prepare_cached(
            "SELECT count(*) FROM unasked JOIN outbox ON id = outbox_id
             WHERE chat = ?1 AND conversation = ?2 AND planned_at > ?3 AND state <> 'dead'",
        )?
        .query_row(params![plan.chat, plan.conversation, hour_ago], |row| row.get(0))?;
    if said >= one.hourly_max {
        return Ok(false);
    }
    if is_told(db, plan, now)? {
        return Ok(false);
    }
    let planned =
        matches!(plan.outgoing, Outgoing::Send { .. }) && insert_plan(db, inbox_id, plan, now)?;
    if planned {
        db.prepare_cached("INSERT INTO unasked (outbox_id) VALUES (?1)")?.execute([&plan.id])?;
    }
    Ok(planned)
}

/// The post below which an answer stands says something else. What was not sent yet is not: nobody
/// waits for it.
fn change(
    db: &Connection,
    inbox_id: &str,
    answer: &str,
    one: &Unasked,
    now: DateTime<Utc>,
) -> Result<bool> {
    let planned: Option<bool> = db
        .prepare_cached("SELECT state = 'planned' FROM outbox WHERE id = ?1")?
        .query_row([answer], |row| row.get(0))
        .optional()?;
    let Some(planned) = planned else { return Ok(false) };
    if planned {
        end(db, answer, "dead", Some(POST_CHANGED), None, now)?;
        return Ok(false);
    }
    let plan = match &one.otherwise {
        Some(otherwise) if is_told(db, &one.plan, now)? => otherwise,
        _ => &one.plan,
    };
    insert_plan(db, inbox_id, plan, now)
}

/// Whether a check that a plan tells was told in its group within a day.
fn is_told(db: &Connection, plan: &Plan, now: DateTime<Utc>) -> Result<bool> {
    let day_ago = millis(now - TimeDelta::days(1));
    let mut statement = db.prepare_cached(
        "SELECT 1 FROM outbox JOIN told ON outbox_id = id
         WHERE chat = ?1 AND conversation = ?2 AND planned_at > ?3 AND state <> 'dead'
           AND review_id = ?4",
    )?;
    for told in plan.told.iter().flat_map(|told| shown(&told.answer)) {
        if statement.exists(params![plan.chat, plan.conversation, day_ago, told.id])? {
            return Ok(true);
        }
    }
    Ok(false)
}
