//! Alerts as they were said in chats: found again when something was decided about them.

use std::collections::HashMap;

use anyhow::Result;
use rusqlite::{Connection, params_from_iter};

use super::{Outgoing, Store};
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
}

impl Store {
    /// The alerts in chats that asked about something of the queue and can still be changed.
    ///
    /// # Errors
    /// If the database fails.
    pub fn alerts_of(&self, queue: &str) -> Result<Vec<AlertTold>> {
        // Their `once` begins with this, and `!` comes after the blank.
        let range = [format!("alert {queue} "), format!("alert {queue}!")];
        self.read(|db| alerts(db, "once >= ?1 AND once < ?2", &range))
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
            told.push(AlertTold { actions: actions(db, &id)?, id, to, reply });
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
