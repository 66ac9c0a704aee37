//! Posts as they come in: stored together with how far their source was read, within its budget,
//! and counted.

use std::collections::HashSet;

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::health::{Flaws, count_flaws};
use super::inbox::{Heard, Received, insert_all};
use super::sources::{SourceEnd, end_poll, remember, set_cursor};
use super::{Store, meta, millis, set_meta};

/// Milliseconds of an hour.
const HOUR_MS: i64 = 60 * 60 * 1_000;

/// One look at a source of posts, stored whole or not at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look<'a> {
    /// The posts it brought.
    pub received: &'a [Received],
    /// Everything it showed: key and hash of each thing.
    pub shown: &'a [(String, String)],
    /// How the look ended, where the source is polled.
    pub end: Option<&'a SourceEnd>,
    /// How far the source was read, where it is a stream.
    pub cursor: Option<&'a str>,
    /// What was wrong with what came.
    pub flaws: Flaws,
    /// Most new posts of one hour by the clock; what is over is counted, not kept.
    pub posts_hourly_max: Option<u32>,
    /// Nothing is kept if not all of it is within the budget: for senders who send it again.
    pub whole: bool,
}

/// What became of the posts of a look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Put into the inbox.
    pub new: usize,
    /// There before.
    pub known: usize,
    /// Over the budget, and not kept.
    pub over: usize,
}

/// What a source has used of its budget.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spent {
    /// Which hour since 1970.
    hour: i64,
    /// New posts in it.
    posts: u32,
    /// Posts over the budget, ever.
    pub(super) over: u64,
}

impl Store {
    /// Stores one look at a source in one transaction: the posts within its budget, everything it
    /// showed, how far it was read, and the counts of its health.
    ///
    /// # Errors
    /// If the database fails; the look is then to be repeated.
    pub fn receive_look(&self, source: &str, look: &Look<'_>, now: DateTime<Utc>) -> Result<Kept> {
        self.write(|db| {
            let kept = keep(db, source, look, now)?;
            remember(db, source, look.shown, now)?;
            if let Some(cursor) = look.cursor {
                set_cursor(db, source, cursor, now)?;
            }
            if let Some(end) = look.end {
                end_poll(db, source, end, now)?;
            }
            count_flaws(db, source, look.flaws)?;
            Ok(kept)
        })
    }
}

/// Stores the posts of a look that are within its budget.
pub(super) fn keep(
    db: &Connection,
    source: &str,
    look: &Look<'_>,
    now: DateTime<Utc>,
) -> Result<Kept> {
    let mut unseen = HashSet::new();
    let mut fresh = Vec::new();
    for one in look.received {
        let id = one.external_id.as_str();
        if unseen.contains(id) || is_known(db, source, id)? {
            continue;
        }
        unseen.insert(id);
        fresh.push(one);
    }
    let mut spent = spent(db, source)?;
    let hour = millis(now).div_euclid(HOUR_MS);
    if spent.hour != hour {
        (spent.hour, spent.posts) = (hour, 0);
    }
    let left = match look.posts_hourly_max {
        Some(most) => usize::try_from(most.saturating_sub(spent.posts)).unwrap_or(usize::MAX),
        None => fresh.len(),
    };
    let known = look.received.len() - fresh.len();
    let within = match fresh.len() {
        wanted if wanted <= left => wanted,
        _ if look.whole => 0,
        _ => left,
    };
    let over = fresh.len() - within;
    let new = insert_all(db, source, fresh.into_iter().take(within), &Heard::new(), now)?;
    if look.posts_hourly_max.is_some() && new + over > 0 {
        spent.posts = spent.posts.saturating_add(u32::try_from(new)?);
        spent.over += over as u64;
        set_meta(db, &budget(source), &serde_json::to_string(&spent)?)?;
    }
    Ok(Kept { new, known, over })
}

fn is_known(db: &Connection, source: &str, external_id: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM inbox WHERE source = ?1 AND external_id = ?2)";
    Ok(db.prepare_cached(sql)?.query_row([source, external_id], |row| row.get(0))?)
}

/// What a source has used; one that can't be read counts as nothing.
pub(super) fn spent(db: &Connection, source: &str) -> Result<Spent> {
    let spent = meta(db, &budget(source))?;
    Ok(spent.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

fn budget(source: &str) -> String {
    format!("budget {source}")
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::claim::post::{Incoming, Intent, Post};

    fn posts(ids: std::ops::Range<usize>) -> Vec<Received> {
        ids.map(|id| Received {
            id: format!("row {id}"),
            external_id: id.to_string(),
            conversation: String::new(),
            raw: None,
            incoming: Ok(Incoming::of(Intent::Watched, Post::of("x"), DateTime::default())),
        })
        .collect()
    }

    #[test]
    fn what_is_over_an_hours_budget_is_counted_and_not_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now = DateTime::default() + TimeDelta::minutes(30);
        let look = |ids, whole, now| {
            let received = posts(ids);
            let look =
                Look { received: &received, posts_hourly_max: Some(5), whole, ..Look::default() };
            let kept = store.receive_look("push.x", &look, now).expect("stored");
            (kept.new, kept.known, kept.over)
        };
        assert_eq!(look(0..3, false, now), (3, 0, 0));
        assert_eq!(look(0..7, false, now), (2, 3, 2), "what is known costs nothing");
        assert_eq!(look(0..7, false, now), (0, 5, 2));
        let later = now + TimeDelta::minutes(29);
        assert_eq!(look(7..8, true, later), (0, 0, 1));
        let next = now + TimeDelta::minutes(30);
        assert_eq!(look(5..9, true, next), (4, 0, 0), "the next hour by the clock");
        assert_eq!(look(9..11, true, next), (0, 0, 2), "all of it or nothing");
        assert_eq!(look(9..10, true, next), (1, 0, 0));
        // A clock that was put back begins another hour and loses nothing.
        assert_eq!(look(20..22, true, now), (2, 0, 0));
        assert_eq!(store.source_health("push.x").expect("health").over, 7);
    }

    #[test]
    fn one_post_named_twice_in_a_look_is_one() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let mut received = posts(0..2);
        received[1].external_id = "0".into();
        let look = Look { received: &received, ..Look::default() };
        let kept = store.receive_look("push.x", &look, DateTime::default()).expect("stored");
        assert_eq!(kept, Kept { new: 1, known: 1, over: 0 });
        assert_eq!(store.source_health("push.x").expect("health").posts, 1);
    }
}
