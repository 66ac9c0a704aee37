//! Which checks each answer tells at present, so that a correction reaches who was told.

use anyhow::Result;
use rusqlite::{Connection, params};

use super::outbox::{Outgoing, Plan};
use crate::claim::reply::shown;

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
