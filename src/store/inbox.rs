//! The inbox: stored before it is acknowledged, leased while it is worked on, ended by name.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::claims::{Sighting, put_sighting};
use super::doubts::{Raised, put_raised};
use super::edits::uncount;
use super::health::arrived;
use super::listening::{Listening, Unasked, put_unasked, set_listening};
use super::outbox::{Plan, insert_plan};
use super::questions::{Later, apply};
use super::streams::was_taken_back;
use super::{Store, millis, time};
use crate::claim::post::Incoming;

/// One thing as it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// Our identifier for it.
    pub id: String,
    /// The source's own identifier: the same one is stored once.
    pub external_id: String,
    /// Conversation within the source; empty if there is none.
    pub conversation: String,
    /// The bytes as they came, for what can't be understood yet.
    pub raw: Option<String>,
    /// What was understood of it, or why it is set aside.
    pub incoming: Result<Incoming, String>,
}

/// What was said in watched chats: by its row's identifier, the name of the chat as
/// [`watched_chat`](super::watched_chat) makes it.
pub type Heard = HashMap<String, String>;

/// One leased row of the inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Our identifier.
    pub id: String,
    /// Configured source, `KIND.NAME`.
    pub source: String,
    /// What it is.
    pub incoming: Incoming,
    /// How often it was leased, this time included.
    pub attempts: u32,
    /// When we got it.
    pub received_at: DateTime<Utc>,
}

/// How a row of the inbox ends. Nothing ends without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A check was found and told, or offered.
    Answered,
    /// Nothing was found.
    NoMatch,
    /// A command or button was carried out.
    Done,
    /// Not ours to answer.
    Refused(&'static str),
    /// It came too late to be answered.
    Expired,
    /// It failed again and again.
    Dead(&'static str),
}

impl End {
    /// Name in the database and in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::NoMatch => "no_match",
            Self::Done => "done",
            Self::Refused(_) => "refused",
            Self::Expired => "expired",
            Self::Dead(_) => "dead",
        }
    }

    fn reason(self) -> Option<&'static str> {
        match self {
            Self::Refused(reason) | Self::Dead(reason) => Some(reason),
            _ => None,
        }
    }
}

/// What the end of a row means beside what is said.
#[derive(Debug, Clone, Copy, Default)]
pub struct Also<'a> {
    /// Which claim the post made.
    pub sighting: Option<&'a Sighting>,
    /// What becomes of a question that nothing was found for.
    pub later: Option<&'a Later>,
    /// Whether its group is to be listened to.
    pub listening: Option<&'a Listening>,
    /// An answer that nobody asked for, if there may be one.
    pub unasked: Option<&'a Unasked>,
    /// Its words are not kept: it was said in a group, not to us, and matched nothing.
    pub hushed: bool,
    /// The row of what the post said before it was changed.
    pub replaced: Option<&'a str>,
    /// What moderators are asked because of readers' doubts.
    pub raised: Option<&'a Raised>,
}

impl Store {
    /// Stores what came in and how far the source was read, in one transaction. What is already
    /// there is left as it is. Returns how many were new.
    ///
    /// # Errors
    /// If the database fails; nothing may then be acknowledged.
    pub fn receive(
        &self,
        source: &str,
        received: &[Received],
        cursor: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<usize> {
        self.receive_heard(source, received, &Heard::new(), cursor, now)
    }

    /// As [`receive`](Self::receive), where some of it was said in watched chats.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn receive_heard(
        &self,
        source: &str,
        received: &[Received],
        heard: &Heard,
        cursor: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<usize> {
        self.write(|db| {
            let new = insert_all(db, source, received, heard, now)?;
            if let Some(cursor) = cursor {
                super::sources::set_cursor(db, source, cursor, now)?;
            }
            Ok(new)
        })
    }

    /// Leases the oldest waiting rows until `lease_until`. A row that was leased before may be what
    /// broke its batch, so it comes alone; one that can't be read ends at once.
    ///
    /// # Errors
    /// If the database fails.
    pub fn lease_inbox(
        &self,
        limit: usize,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
    ) -> Result<Vec<Waiting>> {
        self.write(|db| {
            // No lease reaches beyond this one's end, unless the clock was put back.
            let mut next: Vec<(i64, u32)> = db
                .prepare_cached(
                    "SELECT rowid, attempts FROM inbox
                     WHERE state = 'new' AND (lease_until <= ?1 OR lease_until > ?2)
                     ORDER BY rowid LIMIT ?3",
                )?
                .query_map(
                    params![millis(now), millis(lease_until), i64::try_from(limit)?],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )?
                .collect::<Result<_, _>>()?;
            let fresh = next.iter().take_while(|(_, attempts)| *attempts == 0).count();
            next.truncate(fresh.max(1));
            let mut waiting = Vec::with_capacity(next.len());
            for (row, _) in next {
                waiting.extend(lease(db, row, now, lease_until)?);
            }
            Ok(waiting)
        })
    }

    /// Gives one lease back: the row waits until `until`, and having looked at it does not count as
    /// a try.
    ///
    /// # Errors
    /// If the database fails.
    pub fn postpone(&self, id: &str, until: DateTime<Utc>) -> Result<()> {
        self.write(|db| {
            db.prepare_cached(
                "UPDATE inbox SET lease_until = ?2, attempts = attempts - 1
                 WHERE id = ?1 AND state = 'new'",
            )?
            .execute(params![id, millis(until)])?;
            Ok(())
        })
    }

    /// Gives all leases back: for a start, when no other process can hold any.
    ///
    /// # Errors
    /// If the database fails.
    pub fn release_inbox(&self) -> Result<()> {
        self.write(|db| {
            db.execute("UPDATE inbox SET lease_until = 0 WHERE state = 'new'", [])?;
            Ok(())
        })
    }

    /// Ends a row and plans what is to be said about it, in one transaction. What may be said only
    /// once and was planned before is not planned again. Returns how many plans were new.
    ///
    /// # Errors
    /// If the database fails; the row then waits until its lease is over.
    pub fn end_inbox(
        &self,
        id: &str,
        end: End,
        plans: &[Plan],
        now: DateTime<Utc>,
    ) -> Result<usize> {
        self.end_with(id, end, plans, Also::default(), now)
    }

    /// As [`end_inbox`](Self::end_inbox), with what that means for claims and questions.
    ///
    /// # Errors
    /// As [`end_inbox`](Self::end_inbox).
    pub fn end_with(
        &self,
        id: &str,
        end: End,
        plans: &[Plan],
        also: Also<'_>,
        now: DateTime<Utc>,
    ) -> Result<usize> {
        let planned = self.write(|db| {
            let mut planned = 0;
            // While it was looked at; nothing is said of it, nor kept.
            if was_taken_back(db, id)? {
                return Ok(0);
            }
            // Before what is said: that waits for as long as what it takes back had to.
            if let Some(listening) = also.listening {
                set_listening(db, listening, now)?;
            }
            for plan in plans {
                planned += usize::from(insert_plan(db, id, plan, now)?);
            }
            if let Some(before) = also.replaced {
                uncount(db, before)?;
            }
            if let Some(sighting) = also.sighting {
                put_sighting(db, id, sighting, now)?;
            }
            if let Some(later) = also.later {
                apply(db, later)?;
            }
            if let Some(unasked) = also.unasked {
                planned += usize::from(put_unasked(db, id, unasked, now)?);
            }
            if also.hushed {
                // Unless several people said the same, and its words are those of their claim.
                let sql = "UPDATE inbox SET raw = NULL, incoming = NULL
                           WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM claim WHERE text_of = ?1)";
                db.prepare_cached(sql)?.execute([id])?;
            }
            if let Some(raised) = also.raised {
                planned += put_raised(db, raised, now)?;
            }
            set_end(db, id, end, now)?;
            Ok(planned)
        })?;
        // Whoever wrote it goes from the log with the next sweep.
        self.unscrubbed.store(true, Ordering::Release);
        Ok(planned)
    }

    /// Number of rows in each state.
    ///
    /// # Errors
    /// If the database fails.
    pub fn inbox_states(&self) -> Result<Vec<(String, u64)>> {
        self.read(|db| count_states(db, "SELECT state, count(*) FROM inbox GROUP BY state"))
    }
}

/// Leases one row; `None` if it can't be read, which ends it.
fn lease(
    db: &Connection,
    row: i64,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> Result<Option<Waiting>> {
    let (id, source, incoming, attempts, received_at) = db
        .prepare_cached(
            "UPDATE inbox SET lease_until = ?2, attempts = attempts + 1 WHERE rowid = ?1
             RETURNING id, source, incoming, attempts, received_at",
        )?
        .query_row(params![row, millis(lease_until)], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get(1)?,
                row.get::<_, Option<String>>(2)?,
                row.get(3)?,
                row.get::<_, i64>(4)?,
            ))
        })?;
    let Ok(incoming) = serde_json::from_str(incoming.as_deref().unwrap_or_default()) else {
        set_end(db, &id, End::Dead("it can't be read"), now)?;
        return Ok(None);
    };
    Ok(Some(Waiting { id, source, incoming, attempts, received_at: time(received_at) }))
}

pub(super) fn set_end(db: &Connection, id: &str, end: End, now: DateTime<Utc>) -> Result<()> {
    // Who wrote it was wanted for finding a check, and has been counted by now.
    db.prepare_cached(
        "UPDATE inbox SET state = ?2, reason = ?3, ended_at = ?4,
             incoming = CASE WHEN json_valid(incoming) THEN json_remove(incoming, '$.post.author')
                        ELSE incoming END
         WHERE id = ?1",
    )?
    .execute(params![id, end.name(), end.reason(), millis(now)])?;
    Ok(())
}

pub(super) fn count_states(db: &Connection, sql: &str) -> Result<Vec<(String, u64)>> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
    rows.map(|row| {
        let (state, count): (String, i64) = row?;
        Ok((state, u64::try_from(count)?))
    })
    .collect()
}

/// Stores what is not there yet, and counts the posts among it; returns how many were new.
pub(super) fn insert_all<'a>(
    db: &Connection,
    source: &str,
    received: impl IntoIterator<Item = &'a Received>,
    heard: &Heard,
    now: DateTime<Utc>,
) -> Result<usize> {
    let mut new = 0;
    let mut by_place: BTreeMap<&str, Vec<&Received>> = BTreeMap::new();
    for one in received {
        if insert(db, source, one, now)? > 0 {
            new += 1;
            let place = heard.get(&one.id).map_or(source, String::as_str);
            by_place.entry(place).or_default().push(one);
        }
    }
    for (place, posts) in by_place {
        arrived(db, place, &posts, now)?;
    }
    Ok(new)
}

fn insert(db: &Connection, source: &str, one: &Received, now: DateTime<Utc>) -> Result<usize> {
    let (state, reason, incoming, ended_at) = match &one.incoming {
        Ok(incoming) => ("new", None, Some(serde_json::to_string(incoming)?), None),
        Err(reason) => ("skipped", Some(reason.as_str()), None, Some(millis(now))),
    };
    Ok(db
        .prepare_cached(
            "INSERT INTO inbox (id, source, external_id, conversation, raw, incoming, state, reason,
                                received_at, ended_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (source, external_id) DO NOTHING",
        )?
        .execute(params![
            one.id,
            source,
            one.external_id,
            one.conversation,
            one.raw,
            incoming,
            state,
            reason,
            millis(now),
            ended_at
        ])?)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::claim::post::{Intent, Post};

    fn received(name: &str) -> Received {
        Received {
            id: name.to_owned(),
            external_id: name.to_owned(),
            conversation: String::new(),
            raw: None,
            incoming: Ok(Incoming::of(Intent::Watched, Post::of(name), DateTime::default())),
        }
    }

    fn leased(store: &Store, now: DateTime<Utc>) -> Vec<String> {
        let until = now + TimeDelta::seconds(60);
        let leased = store.lease_inbox(9, now, until).expect("a lease");
        leased.into_iter().map(|row| row.id).collect()
    }

    #[test]
    fn a_row_that_can_not_be_read_ends_and_holds_up_nobody() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now = DateTime::default();
        store.receive("rss.x", &[received("a"), received("b")], None, now).expect("stored");
        let spoil = "UPDATE inbox SET incoming = '{\"of\": \"another version\"}' WHERE id = 'a'";
        super::super::lock(&store.writer).execute(spoil, []).expect("spoilt");
        assert_eq!(leased(&store, now), ["b"]);
        assert_eq!(store.inbox_states().expect("states"), [("dead".into(), 1), ("new".into(), 1)]);
    }

    #[test]
    fn a_row_that_was_leased_before_comes_alone() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now = DateTime::default();
        store.receive("rss.x", &[received("a"), received("b")], None, now).expect("stored");
        assert_eq!(leased(&store, now), ["a", "b"]);
        assert!(leased(&store, now).is_empty());
        store.release_inbox().expect("released");
        store.receive("rss.x", &[received("c")], None, now).expect("stored");
        for alone in ["a", "b", "c"] {
            assert_eq!(leased(&store, now), [alone]);
        }
        // A clock that was put back a day does not make them wait so long.
        assert_eq!(leased(&store, now - TimeDelta::days(1)), ["a"]);
    }
}
