//! What is deleted when its time is over.

use std::sync::atomic::Ordering;

use anyhow::Result;
use chrono::{DateTime, Duration, Utc};
use rusqlite::{Connection, params};

use super::quotes::QUOTED;
use super::streams::TAKEN_BACK;
use super::{Store, millis};

/// A post of a feed: read in public, and in no conversation of ours.
const FEED_POST: &str =
    "conversation = '' AND incoming IS NOT NULL AND incoming LIKE '{\"intent\":\"watched\",%'";

/// How long things are kept after they have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Texts: messages, and what was said.
    pub texts: Duration,
    /// Posts of feeds, text and row.
    pub posts: Duration,
    /// Rows without their texts.
    pub rows: Duration,
}

/// How much a sweep deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retained {
    /// Rows whose text was deleted.
    pub texts: usize,
    /// Rows deleted whole.
    pub rows: usize,
}

impl Store {
    /// Deletes what has been kept for longer than `keep` says, counted from when it ended.
    ///
    /// # Errors
    /// If the database fails.
    pub fn sweep(&self, keep: Keep, now: DateTime<Utc>) -> Result<Retained> {
        // Kept for longer than there is time is kept for ever.
        let before = |age| now.checked_sub_signed(age).map_or(i64::MIN, millis);
        let (texts_before, rows_before) = (before(keep.texts), before(keep.rows));
        let posts_before = before(keep.posts);
        let retained = self.write(|db| {
            let texts = db.execute(
                &format!(
                    "UPDATE inbox SET raw = NULL, incoming = NULL
                     WHERE ended_at < ?1 AND (raw IS NOT NULL OR incoming IS NOT NULL)
                       AND NOT ({FEED_POST})"
                ),
                [texts_before],
            )?;
            let texts = texts
                + db.execute(
                    "UPDATE outbox SET outgoing = NULL WHERE ended_at < ?1 AND outgoing IS NOT NULL",
                    [texts_before],
                )?;
            // What was not for us, or was taken back, leaves nothing but the memory that it came,
            // and that for a short time: its address may name its author.
            let mut gone = db.execute(
                "DELETE FROM inbox WHERE ended_at < ?1 AND (state = 'skipped' OR reason = ?2)",
                params![texts_before, TAKEN_BACK],
            )?;
            gone += let_posts_go(db, posts_before, rows_before)?;
            gone += db.execute(
                "DELETE FROM button WHERE outbox_id IN (SELECT id FROM outbox WHERE ended_at < ?1)",
                [rows_before],
            )?;
            gone += db.execute(
                "DELETE FROM told WHERE outbox_id IN (SELECT id FROM outbox WHERE ended_at < ?1)",
                [rows_before],
            )?;
            gone += db.execute("DELETE FROM outbox WHERE ended_at < ?1", [rows_before])?;
            db.execute(
                "DELETE FROM unasked WHERE outbox_id NOT IN (SELECT id FROM outbox)",
                [],
            )?;
            gone += db.execute("DELETE FROM question WHERE until <= ?1", [millis(now)])?;
            gone += db.execute("DELETE FROM missing_page WHERE checked_at < ?1", [rows_before])?;
            gone += db.execute("DELETE FROM feedback WHERE at < ?1", [rows_before])?;
            // Who doubted, where and of what goes; that somebody did stays.
            db.execute(
                "UPDATE feedback SET conversation = '', reader = NULL, sketch = NULL
                 WHERE at < ?1 AND kind = 'not-same' AND conversation <> ''",
                [posts_before],
            )?;
            gone += db.execute("DELETE FROM queue WHERE at < ?1", [rows_before])?;
            gone += db.execute("DELETE FROM audit WHERE at < ?1", [rows_before])?;
            // What a post said goes with the post, but for one that was confirmed.
            db.execute(
                "UPDATE queue SET text = NULL, url = NULL WHERE at < ?1 AND text IS NOT NULL",
                [posts_before],
            )?;
            gone += db.execute("DELETE FROM seen WHERE at < ?1", params![rows_before])?;
            Ok(Retained { texts, rows: gone })
        })?;
        if retained != Retained::default() || self.unscrubbed.load(Ordering::Acquire) {
            self.scrub()?;
        }
        Ok(retained)
    }
}

/// Deletes rows of the inbox that have been kept for long enough; returns how many.
fn let_posts_go(db: &Connection, posts_before: i64, rows_before: i64) -> Result<usize> {
    // That it was shown is remembered, so a feed that still shows it brings nothing new.
    let gone = db.execute(
        &format!("DELETE FROM inbox WHERE ended_at < ?1 AND {FEED_POST} AND NOT {QUOTED}"),
        [posts_before],
    )?;
    db.execute(
        &format!(
            "UPDATE inbox SET raw = NULL, incoming = NULL WHERE ended_at < ?1 AND {FEED_POST}"
        ),
        [posts_before],
    )?;
    let rows = format!("DELETE FROM inbox WHERE ended_at < ?1 AND NOT {QUOTED}");
    Ok(gone + db.execute(&rows, [rows_before])?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::post::{Incoming, Intent, Post};
    use crate::store::{End, Received};

    #[test]
    fn what_was_skipped_goes_with_the_texts_and_endless_retention_is_no_error() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let aside = Received {
            id: "a".into(),
            external_id: "1".into(),
            conversation: String::new(),
            raw: None,
            incoming: Err("not addressed to the bot".into()),
        };
        let then = DateTime::default();
        store.receive("telegram.x", &[aside], None, then).expect("stored");
        let (day, ever) = (Duration::days(1), Duration::days(u32::MAX.into()));
        let keep = Keep { texts: day, posts: ever, rows: ever };
        assert_eq!(store.sweep(keep, then + day).expect("swept").rows, 0);
        assert_eq!(store.sweep(keep, then + day * 2).expect("swept").rows, 1);
        store.sweep(Keep { texts: ever, ..keep }, then).expect("swept");
    }

    #[test]
    fn posts_of_feeds_stay_for_their_own_time_and_messages_do_not() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let then = DateTime::default();
        let received = |id: &str, conversation: &str, intent: Intent| Received {
            id: id.into(),
            external_id: id.into(),
            conversation: conversation.into(),
            raw: None,
            incoming: Ok(Incoming::of(
                intent,
                // Nobody gets a longer stay by writing like us.
                Post::of(format!("{id} {{\"intent\":\"watched\",")),
                then,
            )),
        };
        let waits = received("waits", "", Intent::Watched);
        let rows = [
            received("feedpost", "", Intent::Watched),
            received("channelpost", "-5", Intent::Watched),
            received("question", "", Intent::Question),
        ];
        store.receive("rss.x", &rows, None, then).expect("stored");
        store.receive("rss.x", &[waits], None, then).expect("stored");
        for row in &rows {
            store.end_inbox(&row.id, End::NoMatch, &[], then).expect("ended");
        }
        let keep =
            Keep { texts: Duration::days(1), posts: Duration::days(30), rows: Duration::days(365) };
        let holds = |text: &str| {
            let bytes = std::fs::read(dir.path().join("claimwatch.db")).expect("a file");
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        };
        let count = |days| {
            let swept = store.sweep(keep, then + Duration::days(days)).expect("swept");
            let states = store.inbox_states().expect("states");
            (swept.texts, swept.rows, states.into_iter().map(|(_, count)| count).sum::<u64>())
        };
        assert_eq!(count(1), (0, 0, 4));
        assert_eq!(count(2), (2, 0, 4), "messages and posts of channels lose their texts");
        assert!(holds("feedpost {"));
        assert!(!holds("channelpost {") && !holds("question {"));
        assert_eq!(count(30), (0, 0, 4));
        assert_eq!(count(31), (0, 1, 3), "a post of a feed goes whole");
        assert!(!holds("feedpost {"));
        assert_eq!(count(366), (0, 2, 1), "what still waits is never deleted");
        assert!(holds("waits {"));
    }
}
