//! Which checks each answer tells at present, so that a correction reaches who was told.

use anyhow::Result;
use rusqlite::{Connection, params};

use super::Store;
use super::outbox::{Outgoing, Plan};
use crate::claim::post::ReplyTo;
use crate::claim::reply::shown;

impl Store {
    /// The checks that a message of ours tells, which stands where `to` does, the one it is about
    /// first.
    ///
    /// # Errors
    /// If the database fails.
    pub fn told_in(&self, to: &ReplyTo, message: &str) -> Result<Vec<String>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT t.review_id FROM outbox o JOIN told t ON t.outbox_id = o.id
                 WHERE o.chat = ?1 AND o.conversation = ?2 AND o.receipt = ?3 ORDER BY t.rowid",
            )?;
            let rows = statement
                .query_map(params![to.chat, to.conversation, message], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

/// Remembers what an answer tells from now on: a changed one tells what it was changed into.
pub(super) fn remember(db: &Connection, plan: &Plan) -> Result<()> {
    if !matches!(plan.outgoing, Outgoing::Send { .. } | Outgoing::Edit { .. }) {
        return Ok(());
    }
    let answer = plan.target.as_ref().unwrap_or(&plan.id);
    if plan.target.is_some() {
        forget(db, answer)?;
    }
    let Some(told) = &plan.told else { return Ok(()) };
    let mut put = db.prepare_cached(
        "INSERT INTO told (outbox_id, review_id, rating, language) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (outbox_id, review_id) DO NOTHING",
    )?;
    for one in shown(&told.answer) {
        let rating = one.rating.as_ref().map(|rating| &rating.text);
        put.execute(params![answer, one.id, rating, told.language])?;
    }
    Ok(())
}

/// An answer tells nothing any more.
pub(super) fn forget(db: &Connection, answer: &str) -> Result<()> {
    db.prepare_cached("DELETE FROM told WHERE outbox_id = ?1")?.execute([answer])?;
    Ok(())
}
