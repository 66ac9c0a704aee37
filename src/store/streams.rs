//! Streams and mentions: what came in, what was taken back, and how much somebody asked of late.

use std::sync::atomic::Ordering;

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::health::count_flaws;
use super::posts::{Look, keep};
use super::quotes::{QUOTED, forget_words};
use super::sources::set_cursor;
use super::{Store, millis};

/// Why a row is empty, or never was looked at: its post was deleted, or its account.
pub(super) const TAKEN_BACK: &str = "taken back by its author or network";

/// What storing a batch of a stream did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Followed {
    /// Posts that are new in the inbox.
    pub new: usize,
    /// Posts that were there and are no more.
    pub gone: usize,
    /// Posts over the source's budget.
    pub over: usize,
}

/// How often somebody was answered since a moment, or waits to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// By this author.
    pub author: u32,
    /// In this thread, by whomever.
    pub thread: u32,
}

impl Store {
    /// Stores a batch of a stream with how far that was, in one transaction: what is new, and that
    /// nothing is left of what has an identifier that begins with one of `gone`. What was taken
    /// back before it was looked at never is.
    ///
    /// # Errors
    /// If the database fails; the batch is then to be stored again.
    pub fn receive_stream(
        &self,
        source: &str,
        look: &Look<'_>,
        gone: &[String],
        now: DateTime<Utc>,
    ) -> Result<Followed> {
        let followed = self.write(|db| {
            let mut followed = Followed::default();
            for beginning in gone {
                followed.gone += take_back(db, source, beginning, now)?;
            }
            let kept = keep(db, source, look, now)?;
            (followed.new, followed.over) = (kept.new, kept.over);
            if let Some(cursor) = look.cursor {
                set_cursor(db, source, cursor, now)?;
            }
            count_flaws(db, source, look.flaws)?;
            Ok(followed)
        })?;
        if followed.gone > 0 {
            self.unscrubbed.store(true, Ordering::Release);
        }
        Ok(followed)
    }

    /// Forgets how far a source was read.
    ///
    /// # Errors
    /// If the database fails.
    pub fn forget_cursor(&self, source: &str) -> Result<()> {
        self.write(|db| {
            db.execute("UPDATE source SET cursor = NULL WHERE name = ?1", [source])?;
            Ok(())
        })
    }

    /// Which of these things a source has brought before.
    ///
    /// # Errors
    /// If the database fails.
    pub fn has_received(&self, source: &str, ids: &[String]) -> Result<Vec<bool>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM inbox WHERE source = ?1 AND external_id = ?2)",
            )?;
            let known = ids.iter().map(|id| statement.query_row([source, id], |row| row.get(0)));
            Ok(known.collect::<Result<_, _>>()?)
        })
    }

    /// How many questions of a chat were taken since a moment from one conversation, and in a
    /// thread that is named so.
    ///
    /// # Errors
    /// If the database fails.
    pub fn asked_since(
        &self,
        chat: &str,
        conversation: &str,
        thread: &str,
        since: DateTime<Utc>,
    ) -> Result<Asked> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT count(*) FILTER (WHERE conversation = ?2),
                        count(*) FILTER (WHERE instr(coalesce(incoming, ''), ?3) > 0)
                 FROM inbox
                 WHERE source = ?1 AND received_at > ?4 AND state <> 'skipped'",
            )?;
            let since = millis(since);
            Ok(statement.query_row(params![chat, conversation, thread, since], |row| {
                Ok(Asked { author: row.get(0)?, thread: row.get(1)? })
            })?)
        })
    }
}

/// Whether a post was taken back.
pub(super) fn was_taken_back(db: &Connection, inbox_id: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM inbox WHERE id = ?1 AND reason = ?2";
    Ok(db.prepare_cached(sql)?.exists([inbox_id, TAKEN_BACK])?)
}

fn take_back(db: &Connection, source: &str, beginning: &str, now: DateTime<Utc>) -> Result<usize> {
    let rows: Vec<String> = db
        .prepare_cached(&format!(
            "SELECT id FROM inbox
             WHERE source = ?1 AND external_id >= ?2 AND external_id < ?2 || char(1114111)
               AND (incoming IS NOT NULL OR {QUOTED})"
        ))?
        .query_map([source, beginning], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in &rows {
        // The claim keeps being counted, without the words of this post.
        forget_words(db, id)?;
        db.prepare_cached(
            "UPDATE inbox SET incoming = NULL, raw = NULL, reason = ?2,
                 ended_at = CASE state WHEN 'new' THEN ?3 ELSE ended_at END,
                 state = CASE state WHEN 'new' THEN 'skipped' ELSE state END
             WHERE id = ?1",
        )?
        .execute(params![id, TAKEN_BACK, millis(now)])?;
    }
    Ok(rows.len())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::claim::post::{Incoming, Intent, Post};
    use crate::store::Received;

    fn received(id: &str, text: &str, conversation: &str) -> Received {
        Received {
            id: id.replace(' ', "-"),
            external_id: id.to_owned(),
            conversation: conversation.to_owned(),
            raw: None,
            incoming: Ok(Incoming::of(Intent::Watched, Post::of(text), DateTime::default())),
        }
    }

    #[test]
    fn what_was_taken_back_leaves_no_word_and_nothing_beside_it_goes() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now = DateTime::default();
        let posts = ["at://a/p/1 h", "at://a/p/12 h", "at://a/p/2 h", "at://ab/p/1 h"];
        let all: Vec<Received> = posts.iter().map(|id| received(id, "said", "")).collect();
        let look = |received, cursor| Look { received, cursor, ..Look::default() };
        let stored = store.receive_stream("s", &look(&all, Some("7")), &[], now).expect("stored");
        assert_eq!(stored, Followed { new: 4, gone: 0, over: 0 });
        assert_eq!(store.source("s").expect("a source").cursor.as_deref(), Some("7"));

        let gone = ["at://a/p/1 ".to_owned()];
        let stored = store.receive_stream("s", &look(&all, Some("9")), &gone, now).expect("stored");
        // The same events again change nothing else.
        assert_eq!(stored, Followed { new: 0, gone: 1, over: 0 });
        let states = || store.inbox_states().expect("states");
        assert_eq!(states(), [("new".into(), 3), ("skipped".into(), 1)]);
        let taken = ["at://a/".to_owned()];
        store.receive_stream("s", &Look::default(), &taken, now).expect("stored");
        assert_eq!(states(), [("new".into(), 1), ("skipped".into(), 3)]);
        assert_eq!(store.source("s").expect("a source").cursor.as_deref(), Some("9"));
        let more = [received("at://d/1 c", "said", ""), received("at://d/2 c", "said", "")];
        let budget = Look { posts_hourly_max: Some(1), ..look(&more, None) };
        let stored = store.receive_stream("s", &budget, &[], now).expect("stored");
        assert_eq!(stored, Followed { new: 1, gone: 0, over: 1 });
        store.forget_cursor("s").expect("forgotten");
        assert_eq!(store.source("s").expect("a source").cursor, None);
    }

    #[test]
    fn questions_are_counted_by_author_and_by_thread() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now = DateTime::default();
        let all = [
            received("1", "about thread-x", "ann"),
            received("2", "about thread-y", "ann"),
            received("3", "about thread-x", "bob"),
        ];
        store.receive("c", &all, None, now).expect("stored");
        let ids = ["2".to_owned(), "4".to_owned()];
        assert_eq!(store.has_received("c", &ids).expect("known"), [true, false]);
        let asked = |since| store.asked_since("c", "ann", "thread-x", since).expect("counts");
        assert_eq!(asked(now - TimeDelta::hours(1)), Asked { author: 2, thread: 2 });
        assert_eq!(asked(now), Asked::default());
    }
}
