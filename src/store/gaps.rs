//! Posts and questions of claims without a check, of which reports are made.

use anyhow::Result;
use chrono::{DateTime, Utc};

use super::{Store, millis, time};

/// One post or question of a claim without a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapPost {
    /// The claim.
    pub claim: String,
    /// A text that makes it.
    pub text: String,
    /// Language of this one.
    pub language: Option<String>,
    /// Who wrote it, by a name under a secret.
    pub author: Option<String>,
    /// Where it was seen; empty: it was asked.
    pub place: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Hands over what was seen and asked since `since` of claims that have a text and no check.
    ///
    /// # Errors
    /// If the database fails.
    pub fn gap_posts(&self, since: DateTime<Utc>, mut each: impl FnMut(GapPost)) -> Result<()> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT p.claim, c.text, p.language, p.author, p.place, p.at
                 FROM claim_post p JOIN claim c ON c.id = p.claim
                 WHERE p.seen_at >= ?1 AND c.review_id IS NULL AND c.text IS NOT NULL
                   AND c.posts + c.asked > 1",
            )?;
            let mut rows = statement.query([millis(since)])?;
            while let Some(row) = rows.next()? {
                each(GapPost {
                    claim: row.get(0)?,
                    text: row.get(1)?,
                    language: row.get(2)?,
                    author: row.get(3)?,
                    place: row.get(4)?,
                    at: time(row.get(5)?),
                });
            }
            Ok(())
        })
    }
}
