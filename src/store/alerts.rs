//! Alerts as they were said in chats: found again when something was decided about them.

use std::collections::HashMap;

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::answers::progress;
use super::queue::get;
use super::{Outgoing, Store, time};
use crate::claim::post::ReplyTo;
use crate::claim::reply::{Action, Reply};

/// An alert as it was said in a chat.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertTold {
    /// Its row in the outbox.
    pub id: String,
    /// Where.
    pub to: ReplyTo,
    /// What.
    pub reply: Reply,
    /// What its buttons do, by their opaque ids.
    pub actions: HashMap<String, Action>,
    /// What was made of it by now.
    pub by_now: ByNow,
}

/// What was made by now of all that an alert's buttons do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ByNow {
    /// Whether the match was called right.
    pub right: Option<bool>,
    /// Whether somebody wanted the post answered where it stands.
    pub answered: bool,
    /// Whether that answer waits, and can be taken back.
    pub answer_waits: bool,
    /// Until when the claim is muted.
    pub muted_until: DateTime<Utc>,
}

impl Store {
    /// The alerts in chats that asked about something of the queue and can still be changed.
    ///
    /// # Errors
    /// If the database fails.
    pub fn alerts_of(&self, queue: &str) -> Result<Vec<AlertTold>> {
        self.read(|db| alerts_of(db, queue))
    }

    /// The alerts in chats under which a claim can be muted, and that can still be changed.
    ///
    /// # Errors
    /// If the database fails.
    pub fn alerts_muting(&self, claim: &str) -> Result<Vec<AlertTold>> {
        let action = serde_json::to_string(&Action::Mute(claim.to_owned()))?;
        let which = "id IN (SELECT outbox_id FROM button WHERE action = ?1)";
        self.read(|db| alerts(db, which, &[action]))
    }
}

pub(super) fn alerts_of(db: &Connection, queue: &str) -> Result<Vec<AlertTold>> {
    // Their `once` begins with this, and `!` comes after the blank.
    let range = [format!("alert {queue} "), format!("alert {queue}!")];
    alerts(db, "once >= ?1 AND once < ?2", &range)
}

fn alerts(db: &Connection, which: &str, args: &[String]) -> Result<Vec<AlertTold>> {
    let sql = format!(
        "SELECT id, outgoing FROM outbox WHERE {which}
           AND state IN ('sent', 'sending', 'planned') AND outgoing IS NOT NULL
         ORDER BY position"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(args))?;
    let mut told = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, outgoing): (String, String) = (row.get(0)?, row.get(1)?);
        if let Ok(Outgoing::Send { to, reply }) = serde_json::from_str(&outgoing) {
            let actions = actions(db, &id)?;
            let by_now = by_now(db, actions.values())?;
            told.push(AlertTold { id, to, reply, actions, by_now });
        }
    }
    Ok(told)
}

/// What the buttons of a row do; one of a later version does nothing here.
fn actions(db: &Connection, outbox_id: &str) -> Result<HashMap<String, Action>> {
    let mut statement = db.prepare_cached("SELECT id, action FROM button WHERE outbox_id = ?1")?;
    let mut rows = statement.query([outbox_id])?;
    let mut actions = HashMap::new();
    while let Some(row) = rows.next()? {
        if let Ok(action) = serde_json::from_str(&row.get::<_, String>(1)?) {
            actions.insert(row.get(0)?, action);
        }
    }
    Ok(actions)
}

fn by_now<'a>(db: &Connection, actions: impl Iterator<Item = &'a Action>) -> Result<ByNow> {
    let mut by_now = ByNow::default();
    for action in actions {
        match action {
            Action::Right(queue) => {
                let state = get(db, queue)?.map(|queued| queued.state);
                by_now.right = match state.as_deref() {
                    Some("right") => Some(true),
                    Some("wrong") => Some(false),
                    _ => None,
                };
            }
            Action::AnswerNow(queue) => {
                let progress = progress(db, queue)?;
                (by_now.answered, by_now.answer_waits) = (progress.asked, progress.waits);
            }
            Action::Mute(claim) => {
                let sql = "SELECT muted_until FROM claim WHERE id = ?1";
                let until = db.prepare_cached(sql)?.query_row([claim], |row| row.get(0));
                by_now.muted_until = until.optional()?.map_or_else(DateTime::default, time);
            }
            _ => {}
        }
    }
    Ok(by_now)
}
