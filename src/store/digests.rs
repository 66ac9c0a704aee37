//! Digests: planned with how far they tell, and planned anew if a post they quote is taken back
//! before they are sent.

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::outbox::{Plan, insert_plan};
use super::sources::set_cursor;
use super::{Store, meta, set_meta};

/// What the source of the digest is called.
pub const DIGEST: &str = "moderation.digest";
/// By what `meta` knows from when the last digest tells.
const FROM: &str = "digest-from";

impl Store {
    /// Plans the digest that tells up to `cursor`, in one transaction with that. If the words of a
    /// claim that it quotes went meanwhile, nothing is planned, and it is due as before. Returns
    /// how many plans were new.
    ///
    /// # Errors
    /// If the database fails.
    pub fn plan_digest(
        &self,
        cursor: &str,
        plans: &[Plan],
        quoted: &[String],
        now: DateTime<Utc>,
    ) -> Result<usize> {
        self.write(|db| {
            for claim in quoted {
                if !has_words(db, claim)? {
                    return Ok(0);
                }
            }
            let mut planned = 0;
            for plan in plans {
                planned += usize::from(insert_plan(db, "", plan, now)?);
            }
            let sql = "SELECT cursor FROM source WHERE name = ?1 AND cursor IS NOT NULL";
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query([DIGEST])?;
            if let Some(row) = rows.next()? {
                set_meta(db, FROM, &row.get::<_, String>(0)?)?;
            }
            set_cursor(db, DIGEST, cursor, now)?;
            Ok(planned)
        })
    }
}

/// Whether a claim still has words that may be quoted.
pub(super) fn has_words(db: &Connection, claim: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM claim WHERE id = ?1 AND text IS NOT NULL";
    Ok(db.prepare_cached(sql)?.exists([claim])?)
}

/// The words of a claim are gone. Of a digest that was not sent yet nothing tells which it quotes:
/// it is due anew. What is being sent is not tried again, what was sent is not kept.
pub(super) fn forget_digests(db: &Connection) -> Result<()> {
    let digest = "once GLOB 'digest *'";
    db.execute(
        &format!(
            "UPDATE outbox SET outgoing = NULL
             WHERE {digest} AND state <> 'planned' AND outgoing IS NOT NULL"
        ),
        [],
    )?;
    let waited =
        db.execute(&format!("DELETE FROM outbox WHERE {digest} AND state = 'planned'"), [])?;
    if let (1.., Some(from)) = (waited, meta(db, FROM)?) {
        db.execute("UPDATE source SET cursor = ?2 WHERE name = ?1", [DIGEST, &from])?;
    }
    Ok(())
}
