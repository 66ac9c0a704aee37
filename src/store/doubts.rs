//! Doubts: readers who say that a check is about another claim than theirs. A sign, no decision.

use std::collections::HashSet;

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::corrections::asked;
use super::digests::has_words;
use super::outbox::{Plan, insert_plan};
use super::queue::{Queued, put_queued};
use super::{Store, millis};
use crate::claim::post::Post;
use crate::claim::sketch::{SAME_POST, Sketch};

/// Doubts about one check that are compared, newest first.
const DOUBTS_MAX: i64 = 1_000;

/// That a reader says that a check is about another claim than what was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    /// Our identity of it: the press's inbox row.
    pub id: String,
    /// The check.
    pub review_id: String,
    /// Who says so, by a name under a secret.
    pub reader: Option<String>,
    /// The conversation, by such a name; empty: forgotten.
    pub place: String,
    /// By what the question is known, if that was still kept and long enough.
    pub sketch: Option<Sketch>,
    /// What the matcher had said.
    pub confidence: Option<f64>,
}

/// What readers' doubts bring to the moderators.
#[derive(Debug, Clone, PartialEq)]
pub struct Raised {
    /// What they are asked to decide.
    pub queued: Queued,
    /// What is told, once a place.
    pub plans: Vec<Plan>,
    /// How often they were told of its claim today, if they are told now.
    pub told_today: Option<u32>,
}

/// How many different readers doubt that a check is about questions like this one.
pub fn doubters(doubts: &[Doubt], sketch: &Sketch) -> usize {
    let like = doubts.iter().filter(|doubt| {
        doubt.sketch.as_ref().is_some_and(|known| known.likeness(sketch) >= SAME_POST)
    });
    like.filter_map(|doubt| doubt.reader.as_deref()).collect::<HashSet<_>>().len()
}

impl Store {
    /// Keeps a doubt; one that is there already stays as it is.
    ///
    /// # Errors
    /// If the database fails.
    pub fn put_doubt(&self, doubt: &Doubt, chat: &str, now: DateTime<Utc>) -> Result<()> {
        self.write(|db| {
            db.prepare_cached(
                "INSERT INTO feedback (id, chat, conversation, review_id, kind, reader, sketch,
                                       confidence, at)
                 VALUES (?1, ?2, ?3, ?4, 'not-same', ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![
                doubt.id,
                chat,
                doubt.place,
                doubt.review_id,
                doubt.reader,
                doubt.sketch.as_ref().map(Sketch::to_bytes),
                doubt.confidence,
                millis(now)
            ])?;
            Ok(())
        })
    }

    /// Doubts about one check, or about all, newest first.
    ///
    /// # Errors
    /// If the database fails.
    pub fn doubts(&self, review_id: Option<&str>) -> Result<Vec<Doubt>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id, review_id, reader, sketch, confidence, conversation FROM feedback
                 WHERE kind = 'not-same' AND review_id IS NOT NULL
                   AND (?1 IS NULL OR review_id = ?1)
                 ORDER BY at DESC LIMIT ?2",
            )?;
            let most = if review_id.is_some() { DOUBTS_MAX } else { i64::MAX };
            let rows = statement.query_map(params![review_id, most], doubt)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// What was asked last for an answer, while that is kept.
    ///
    /// # Errors
    /// If the database fails.
    pub fn asked_for(&self, answer: &str) -> Result<Option<Post>> {
        self.read(|db| {
            if let Some((_, incoming)) = asked(db, answer)? {
                return Ok(Some(incoming.post));
            }
            // A question that had to wait is kept for longer.
            let mut statement = db.prepare_cached(
                "SELECT q.post FROM outbox o JOIN question q ON q.inbox_id = o.inbox_id
                 WHERE o.id = ?1",
            )?;
            let kept: Option<String> =
                statement.query_row([answer], |row| row.get(0)).optional()?;
            Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
        })
    }

    /// What moderators were asked, or decided, because readers doubt that a check is about
    /// questions like this one.
    ///
    /// # Errors
    /// If the database fails.
    pub fn raised(&self, review_id: &str, sketch: &Sketch) -> Result<bool> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT sketch FROM queue WHERE review_id = ?1 AND kind = 'not-same'",
            )?;
            let mut rows = statement.query([review_id])?;
            while let Some(row) = rows.next()? {
                let known: Option<Vec<u8>> = row.get(0)?;
                let known = known.as_deref().and_then(Sketch::from_bytes);
                if known.is_some_and(|known| known.likeness(sketch) >= SAME_POST) {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// How often readers' doubts became something for the moderators since then.
    ///
    /// # Errors
    /// If the database fails.
    pub fn raised_since(&self, since: DateTime<Utc>) -> Result<u64> {
        self.read(|db| {
            let sql = "SELECT count(*) FROM queue WHERE kind = 'not-same' AND at >= ?1";
            let count: i64 =
                db.prepare_cached(sql)?.query_row([millis(since)], |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }
}

fn doubt(row: &Row<'_>) -> rusqlite::Result<Doubt> {
    let sketch: Option<Vec<u8>> = row.get(3)?;
    Ok(Doubt {
        id: row.get(0)?,
        review_id: row.get(1)?,
        reader: row.get(2)?,
        sketch: sketch.as_deref().and_then(Sketch::from_bytes),
        confidence: row.get(4)?,
        place: row.get(5)?,
    })
}

/// Returns how many plans were new.
pub(super) fn put_raised(db: &Connection, raised: &Raised, now: DateTime<Utc>) -> Result<usize> {
    if let (Some(claim), Some(_)) = (&raised.queued.claim, &raised.queued.text)
        && !has_words(db, claim)?
    {
        // Whoever wrote what is quoted took it back meanwhile: the next doubt asks without it.
        return Ok(0);
    }
    put_queued(db, &raised.queued, now)?;
    // Not of the press, but of the post that they quote: with its words they go.
    let quoted = raised.queued.inbox_id.as_deref().unwrap_or_default();
    let mut planned = 0;
    for plan in &raised.plans {
        planned += usize::from(insert_plan(db, quoted, plan, now)?);
    }
    if let (Some(claim), Some(today)) = (&raised.queued.claim, raised.told_today) {
        db.prepare_cached("UPDATE claim SET told_at = ?2, told_today = ?3 WHERE id = ?1")?
            .execute(params![claim, millis(now), today])?;
    }
    Ok(planned)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::store::Keep;

    const RICE: &str =
        "Rice from China is made of plastic pellets, a friend at the customs told me";
    const MOON: &str = "The secret tapes of the moon landing were found in a cellar in Houston";

    #[test]
    fn readers_count_once_and_go_with_the_posts() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let then: DateTime<Utc> = DateTime::default();
        let doubt = |id: &str, reader: &str, text: &str| Doubt {
            id: id.into(),
            review_id: "rice".into(),
            reader: Some(reader.into()),
            place: format!("there of {reader}"),
            sketch: Sketch::of(text),
            confidence: Some(0.9),
        };
        let alike = format!("{RICE}!!");
        for one in [
            doubt("1", "ana", RICE),
            doubt("1", "ana", RICE),
            doubt("2", "ana", &alike),
            doubt("3", "ben", &alike),
            doubt("4", "cem", MOON),
            doubt("5", "dan", "too short"),
        ] {
            store.put_doubt(&one, "telegram.x", then).expect("kept");
        }
        let sketch = Sketch::of(RICE).expect("a sketch");
        let count = || doubters(&store.doubts(Some("rice")).expect("doubts"), &sketch);
        assert_eq!((count(), store.doubts(None).expect("doubts").len()), (2, 5));
        store.forget_name("ben").expect("forgotten");
        assert_eq!((count(), store.doubts(None).expect("doubts").len()), (1, 4));
        store.forget_name("there of dan").expect("forgotten");
        assert_eq!(store.doubts(None).expect("doubts").len(), 3);
        let day = TimeDelta::days(1);
        let keep = Keep { texts: day, posts: day * 30, rows: day * 365 };
        store.sweep(keep, then + day * 31).expect("swept");
        assert_eq!((count(), store.doubts(None).expect("doubts").len()), (0, 3));
        let bytes = std::fs::read(dir.path().join("claimwatch.db")).expect("a file");
        assert!(!bytes.windows(8).any(|window| window == b"there of"));
        store.sweep(keep, then + day * 366).expect("swept");
        assert_eq!(store.doubts(None).expect("doubts").len(), 0);
    }
}
