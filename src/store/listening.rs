//! Groups whose admins want to be answered without asking, and what was said there unasked: each
//! within a budget, and of each check once a day.

use std::collections::HashMap;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, params};

use super::outbox::{Outgoing, Plan, insert_plan};
use super::settle::end_all;
use super::{Store, millis};
use crate::claim::post::ReplyTo;
use crate::claim::reply::shown;

/// Why what was planned is not said any more.
pub(super) const SWITCHED_OFF: &str = "listening was switched off";

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
    /// The answer.
    pub plan: Plan,
    /// Most such answers in its group within an hour.
    pub hourly_max: u32,
}

impl Store {
    /// The groups of a chat that are listened to, each with the identifier it had when its admins
    /// switched that on.
    ///
    /// # Errors
    /// If the database fails.
    pub fn listened_groups(&self, chat: &str) -> Result<HashMap<String, String>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT conversation, coalesce(was, conversation) FROM setting
                 WHERE chat = ?1 AND listening = 1",
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
/// room for it, and none of its checks was told there within a day.
pub(super) fn put_unasked(
    db: &Connection,
    inbox_id: &str,
    one: &Unasked,
    now: DateTime<Utc>,
) -> Result<bool> {
    let plan = &one.plan;
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
    let day_ago = millis(now - TimeDelta::days(1));
    for told in plan.told.iter().flat_map(|told| shown(&told.answer)) {
        let before: bool = db
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM outbox JOIN told ON outbox_id = id
                     WHERE chat = ?1 AND conversation = ?2 AND planned_at > ?3 AND state <> 'dead'
                       AND review_id = ?4)",
            )?
            .query_row(params![plan.chat, plan.conversation, day_ago, told.id], |row| row.get(0))?;
        if before {
            return Ok(false);
        }
    }
    let planned =
        matches!(plan.outgoing, Outgoing::Send { .. }) && insert_plan(db, inbox_id, plan, now)?;
    if planned {
        db.prepare_cached("INSERT INTO unasked (outbox_id) VALUES (?1)")?.execute([&plan.id])?;
    }
    Ok(planned)
}
