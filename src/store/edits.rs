//! Edits: a post that was changed counts once, for what it says last.

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension};

use super::Store;
use super::quotes::forget_words;

/// What a post was counted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The inbox row of what it said then.
    pub inbox_id: String,
    /// The claim.
    pub claim: String,
}

impl Store {
    /// What the post of this name, which is one under a secret, counts for.
    ///
    /// # Errors
    /// If the database fails.
    pub fn counted(&self, post: &str) -> Result<Option<Counted>> {
        self.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT inbox_id, claim FROM claim_post WHERE post = ?1")?;
            let found = statement
                .query_row([post], |row| Ok(Counted { inbox_id: row.get(0)?, claim: row.get(1)? }));
            Ok(found.optional()?)
        })
    }
}

/// What a post said before it was changed counts no more, and its words go.
pub(super) fn uncount(db: &Connection, inbox_id: &str) -> Result<()> {
    forget_words(db, inbox_id)?;
    db.prepare_cached("UPDATE inbox SET raw = NULL, incoming = NULL WHERE id = ?1")?
        .execute([inbox_id])?;
    let claim: Option<String> = db
        .prepare_cached("DELETE FROM claim_post WHERE inbox_id = ?1 RETURNING claim")?
        .query_row([inbox_id], |row| row.get(0))
        .optional()?;
    if let Some(claim) = claim {
        db.prepare_cached("UPDATE claim SET posts = max(posts - 1, 0) WHERE id = ?1")?
            .execute([claim])?;
    }
    Ok(())
}
