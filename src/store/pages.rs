//! Pages of checks that were told: which are to be asked for, and which are gone.

use anyhow::Result;
use chrono::{DateTime, Duration, Utc};
use rusqlite::{OptionalExtension, params};

use super::reviews::withdraw;
use super::sources::set_cursor;
use super::{Store, millis};

/// By what the database knows how far pages were asked for.
const RECHECK: &str = "recheck";
/// A page that is still gone after so long was taken back.
const GONE_FOR: Duration = Duration::days(1);

/// The page of a check that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Identity of the check.
    pub id: String,
    /// Address of its page.
    pub url: String,
}

impl Store {
    /// Pages to ask for next: those that were gone the last time, then those of checks told since,
    /// from where the last round ended; at most `limit` of the latter.
    ///
    /// # Errors
    /// If the database fails.
    pub fn told_pages(&self, limit: usize, since: DateTime<Utc>) -> Result<Vec<Page>> {
        let after = self.source(RECHECK)?.cursor.unwrap_or_default();
        self.read(|db| {
            let page = |row: &rusqlite::Row<'_>| Ok(Page { id: row.get(0)?, url: row.get(1)? });
            let mut pages: Vec<Page> = db
                .prepare_cached(
                    "SELECT r.id, json_extract(r.document, '$.url') AS url
                     FROM missing_page m JOIN review r ON r.id = m.review_id
                     WHERE r.withdrawn = 0 AND json_valid(r.document) AND url IS NOT NULL
                     ORDER BY r.id LIMIT ?1",
                )?
                .query_map([i64::try_from(limit)?], page)?
                .collect::<Result<_, _>>()?;
            // What ships with the program is ours, whatever becomes of the page it was taken from.
            let mut told = db.prepare_cached(
                "SELECT DISTINCT r.id, json_extract(r.document, '$.url') AS url
                 FROM told t JOIN review r ON r.id = t.review_id JOIN outbox o ON o.id = t.outbox_id
                 WHERE r.id > ?1 AND o.state = 'sent' AND o.ended_at >= ?2
                   AND r.withdrawn = 0 AND r.trust <> 'starter'
                   AND json_valid(r.document) AND url IS NOT NULL
                   AND r.id NOT IN (SELECT review_id FROM missing_page)
                 ORDER BY r.id LIMIT ?3",
            )?;
            let bounds = params![after, millis(since), i64::try_from(limit)?];
            for row in told.query_map(bounds, page)? {
                pages.push(row?);
            }
            Ok(pages)
        })
    }

    /// The page of a check is gone. If it was a day ago already, the check is withdrawn, and this
    /// is `true`.
    ///
    /// # Errors
    /// If the database fails.
    pub fn page_missing(&self, id: &str, now: DateTime<Utc>) -> Result<bool> {
        self.write(|db| {
            let since: Option<i64> = db
                .query_row("SELECT since FROM missing_page WHERE review_id = ?1", [id], |row| {
                    row.get(0)
                })
                .optional()?;
            let gone = now.checked_sub_signed(GONE_FOR).map_or(i64::MIN, millis);
            if since.is_some_and(|since| since <= gone) {
                db.execute("DELETE FROM missing_page WHERE review_id = ?1", [id])?;
                return withdraw(db, id, now);
            }
            db.execute(
                "INSERT INTO missing_page (review_id, since, checked_at) VALUES (?1, ?2, ?2)
                 ON CONFLICT (review_id) DO UPDATE SET checked_at = excluded.checked_at",
                params![id, millis(now)],
            )?;
            Ok(false)
        })
    }

    /// The page of a check is there.
    ///
    /// # Errors
    /// If the database fails.
    pub fn page_there(&self, id: &str) -> Result<()> {
        let missing = self.read(|db| {
            let sql = "SELECT 1 FROM missing_page WHERE review_id = ?1";
            Ok(db.prepare_cached(sql)?.exists([id])?)
        })?;
        if !missing {
            return Ok(());
        }
        self.write(|db| {
            db.execute("DELETE FROM missing_page WHERE review_id = ?1", [id])?;
            Ok(())
        })
    }

    /// When a round of asking ended last.
    ///
    /// # Errors
    /// If the database fails.
    pub fn rechecked_at(&self) -> Result<Option<DateTime<Utc>>> {
        Ok(self.source(RECHECK)?.polled_at)
    }

    /// A round of asking has ended: the next goes on after this check, or from the beginning.
    ///
    /// # Errors
    /// If the database fails.
    pub fn end_recheck(&self, last: Option<&str>, now: DateTime<Utc>) -> Result<()> {
        self.write(|db| set_cursor(db, RECHECK, last.unwrap_or_default(), now))
    }
}
