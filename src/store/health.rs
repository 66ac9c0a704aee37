//! How each source of posts fares: what it brought and when, what was wrong with it, and whether it
//! has been silent for longer than it ever was.

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::inbox::Received;
use super::outbox::{Plan, insert_plan};
use super::posts::spent;
use super::{Store, meta, millis, set_meta, time};
use crate::claim::review::hash_hex;

/// No silence shorter than this is told, in hours.
const SILENCE_HOURS_MIN: i64 = 6;
/// A source must have brought more posts than this before its silence says anything.
const SILENCE_POSTS_MIN: u64 = 10;
/// What the database calls the sources that are listened to.
const LISTENING: &str = "listening";

/// What was wrong with what a source brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flaws {
    /// Posts without a text, a date or an address.
    pub empty: u64,
    /// What was no post, or could not be read.
    pub malformed: u64,
}

/// How a source of posts fares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceHealth {
    /// Configured source, `KIND.NAME`.
    pub name: String,
    /// When its newest post was published; a date to come counts as now.
    pub last_post: Option<DateTime<Utc>>,
    /// When we got its newest post.
    pub received_at: Option<DateTime<Utc>>,
    /// Posts so far.
    pub posts: u64,
    /// Posts without a text, a date or an address.
    pub empty: u64,
    /// What was no post, or could not be read.
    pub malformed: u64,
    /// Posts over its budget.
    pub over: u64,
    /// Longest time between two posts so far.
    pub silence_max: TimeDelta,
    /// When its silence was told, if it is silent.
    pub alarmed_at: Option<DateTime<Utc>>,
    /// Polls that failed, one after the other.
    pub failures: u32,
    /// Why the last of them did.
    pub error: Option<String>,
}

impl SourceHealth {
    /// Time from publishing to receiving its newest post.
    pub fn lag(&self) -> Option<TimeDelta> {
        Some((self.received_at? - self.last_post?).max(TimeDelta::zero()))
    }

    /// Share of its posts that lack a text, a date or an address.
    pub fn empty_share(&self) -> f64 {
        if self.posts == 0 { 0.0 } else { (self.empty as f64 / self.posts as f64).min(1.0) }
    }
}

/// A source that has been silent for longer than it ever was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent {
    /// Configured source, `KIND.NAME`.
    pub name: String,
    /// Since when nothing has come, or since when we have listened.
    pub since: DateTime<Utc>,
    /// When we got its newest post.
    pub received_at: DateTime<Utc>,
    /// Longest time between two of its posts before.
    pub silence_max: TimeDelta,
    /// When this was told.
    pub alarmed_at: Option<DateTime<Utc>>,
}

/// Which sources are listened to, and since when: what was not asked for is no silence.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Listening {
    since: i64,
    /// Sources of posts.
    names: Vec<String>,
    /// Watched chats.
    #[serde(default)]
    chats: Vec<String>,
}

/// By what the health of a watched chat is kept, which the operator named so: neither by its number
/// nor by its name, since these stand only where something can still be answered.
pub fn watched_chat(chat: &str, named: &str) -> String {
    format!("{chat} {}", hash_hex(&[chat, named]))
}

const COLUMNS: &str =
    "name, last_post, received_at, posts, empty, malformed, silence_max, alarmed_at";

impl Store {
    /// How a source of posts fares; nothing is known of one that never brought any.
    ///
    /// # Errors
    /// If the database fails.
    pub fn source_health(&self, name: &str) -> Result<SourceHealth> {
        self.read(|db| health(db, name))
    }

    /// How the sources fare that are listened to; chats are none.
    ///
    /// # Errors
    /// If the database fails.
    pub fn listened(&self) -> Result<Vec<SourceHealth>> {
        self.read(|db| listening(db)?.names.iter().map(|name| health(db, name)).collect())
    }

    /// From now on these sources and watched chats are listened to, and no others; earlier silence
    /// does not count.
    ///
    /// # Errors
    /// If the database fails.
    pub fn listen(&self, names: &[String], chats: &[String], now: DateTime<Utc>) -> Result<()> {
        let (names, chats) = (names.to_vec(), chats.to_vec());
        let listening = Listening { since: millis(now), names, chats };
        let text = serde_json::to_string(&listening)?;
        self.write(|db| set_meta(db, LISTENING, &text))
    }

    /// The sources and chats that are listened to and have been silent for longer than they ever
    /// were, those whose silence was told already included.
    ///
    /// # Errors
    /// If the database fails.
    pub fn silent_sources(&self, now: DateTime<Utc>) -> Result<Vec<Silent>> {
        self.read(|db| silent(db, now))
    }

    /// Marks the silence of these sources as told, plans what `tell` makes of it in the same
    /// transaction, and gives those whose silence was not told before: one alarm each, until they
    /// speak again. `tell` must not ask the database.
    ///
    /// # Errors
    /// If the database fails.
    pub fn raise_alarms(
        &self,
        now: DateTime<Utc>,
        tell: impl Fn(&Silent) -> Vec<Plan>,
    ) -> Result<Vec<Silent>> {
        // The usual case costs no transaction.
        if self.silent_sources(now)?.iter().all(|one| one.alarmed_at.is_some()) {
            return Ok(Vec::new());
        }
        self.write(|db| {
            let mut raised = silent(db, now)?;
            raised.retain(|one| one.alarmed_at.is_none());
            for one in &mut raised {
                db.prepare_cached("UPDATE source_health SET alarmed_at = ?2 WHERE name = ?1")?
                    .execute(params![one.name, millis(now)])?;
                one.alarmed_at = Some(now);
                for plan in tell(one) {
                    insert_plan(db, "", &plan, now)?;
                }
            }
            Ok(raised)
        })
    }
}

fn health(db: &Connection, name: &str) -> Result<SourceHealth> {
    let sql = format!("SELECT {COLUMNS} FROM source_health WHERE name = ?1");
    let known = db.prepare_cached(&sql)?.query_row([name], read).optional()?;
    let mut health = known.unwrap_or_default();
    name.clone_into(&mut health.name);
    health.over = spent(db, name)?.over;
    let failing = db
        .prepare_cached("SELECT failures, error FROM source WHERE name = ?1")?
        .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    (health.failures, health.error) = failing.unwrap_or_default();
    Ok(health)
}

fn listening(db: &Connection) -> Result<Listening> {
    let listening = meta(db, LISTENING)?.and_then(|text| serde_json::from_str(&text).ok());
    Ok(listening.unwrap_or_default())
}

fn read(row: &Row<'_>) -> rusqlite::Result<SourceHealth> {
    let moment = |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map(time));
    let count = |at| Ok::<_, rusqlite::Error>(u64::try_from(row.get::<_, i64>(at)?).unwrap_or(0));
    Ok(SourceHealth {
        name: row.get(0)?,
        last_post: moment(1)?,
        received_at: moment(2)?,
        posts: count(3)?,
        empty: count(4)?,
        malformed: count(5)?,
        silence_max: TimeDelta::milliseconds(row.get(6)?),
        alarmed_at: moment(7)?,
        ..SourceHealth::default()
    })
}

fn silent(db: &Connection, now: DateTime<Utc>) -> Result<Vec<Silent>> {
    let Listening { since, names, chats } = listening(db)?;
    let sql = format!("SELECT {COLUMNS} FROM source_health WHERE name = ?1");
    let mut statement = db.prepare_cached(&sql)?;
    let mut silent = Vec::new();
    for name in names.into_iter().chain(chats) {
        let Some(health) = statement.query_row([name], read).optional()? else { continue };
        let heard = health.received_at.unwrap_or_default().max(time(since));
        let longest = health.silence_max.max(TimeDelta::hours(SILENCE_HOURS_MIN));
        if health.posts > SILENCE_POSTS_MIN && now - heard > longest {
            silent.push(Silent {
                name: health.name,
                since: heard,
                received_at: health.received_at.unwrap_or(heard),
                silence_max: health.silence_max,
                alarmed_at: health.alarmed_at,
            });
        }
    }
    Ok(silent)
}

/// Counts new posts of a source; those nobody watched for are none. It has spoken, so an alarm is
/// over.
pub(super) fn arrived(
    db: &Connection,
    source: &str,
    received: &[&Received],
    now: DateTime<Utc>,
) -> Result<()> {
    let watched = received.iter().filter_map(|one| one.incoming.as_ref().ok());
    let watched = watched.filter(|incoming| incoming.intent.is_unasked());
    // A clock that runs ahead must not hide a silence.
    let dates: Vec<i64> = watched.map(|incoming| millis(incoming.sent_at.min(now))).collect();
    let (Some(first), Some(last)) = (dates.iter().min(), dates.iter().max()) else {
        return Ok(());
    };
    let earlier: Option<(Option<i64>, Option<i64>)> = db
        .prepare_cached("SELECT last_post, received_at FROM source_health WHERE name = ?1")?
        .query_row([source], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let silence = match earlier {
        // By the feed's dates and by our clock: neither an old post nor our own absence is a long
        // silence of theirs.
        Some((Some(last_post), Some(received_at))) => {
            (first - last_post).min(millis(now) - received_at).max(0)
        }
        _ => 0,
    };
    db.prepare_cached(
        "INSERT INTO source_health (name, last_post, received_at, posts) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name) DO UPDATE SET
             last_post = max(coalesce(last_post, excluded.last_post), excluded.last_post),
             received_at = excluded.received_at, posts = posts + excluded.posts,
             silence_max = max(silence_max, ?5), alarmed_at = NULL",
    )?
    .execute(params![source, last, millis(now), i64::try_from(dates.len())?, silence])?;
    Ok(())
}

/// Counts what was wrong with what came.
pub(super) fn count_flaws(db: &Connection, source: &str, flaws: Flaws) -> Result<()> {
    if flaws == Flaws::default() {
        return Ok(());
    }
    db.prepare_cached(
        "INSERT INTO source_health (name, empty, malformed) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET empty = empty + excluded.empty,
             malformed = malformed + excluded.malformed",
    )?
    .execute(params![source, i64::try_from(flaws.empty)?, i64::try_from(flaws.malformed)?])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::post::{Incoming, Intent, Post};
    use crate::store::Look;

    struct World {
        _dir: tempfile::TempDir,
        store: Store,
    }

    impl World {
        fn new() -> Self {
            let dir = tempfile::tempdir().expect("a directory");
            let store = Store::open(dir.path()).expect("a database");
            Self { _dir: dir, store }
        }

        fn post(&self, id: i64, published: DateTime<Utc>, now: DateTime<Utc>) {
            let one = Received {
                id: id.to_string(),
                external_id: id.to_string(),
                conversation: String::new(),
                raw: None,
                incoming: Ok(Incoming::of(Intent::Watched, Post::of("x"), published)),
            };
            self.store.receive("rss.a", &[one], None, now).expect("stored");
        }

        fn silent(&self, now: DateTime<Utc>) -> usize {
            self.store.silent_sources(now).expect("sources").len()
        }
    }

    fn hour(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).expect("a time") + TimeDelta::hours(hours)
    }

    #[test]
    fn a_silence_longer_than_ever_is_told_once_until_the_source_speaks_again() {
        let world = World::new();
        world.store.listen(&["rss.a".into(), "rss.never".into()], &[], hour(0)).expect("listening");
        for id in 0..10 {
            world.post(id, hour(id), hour(id));
        }
        assert_eq!(world.silent(hour(100)), 0, "ten posts say nothing yet");
        world.post(10, hour(18), hour(18));
        assert_eq!(world.silent(hour(27)), 0, "nine hours have been before");
        let raised = world.store.raise_alarms(hour(28), |_| Vec::new()).expect("alarms");
        assert_eq!(raised.len(), 1);
        assert_eq!((raised[0].since, raised[0].silence_max), (hour(18), TimeDelta::hours(9)));
        assert_eq!(world.store.raise_alarms(hour(29), |_| Vec::new()).expect("alarms"), []);
        assert_eq!(world.silent(hour(29)), 1, "it is still silent");
        world.post(11, hour(30), hour(30));
        assert_eq!(world.store.source_health("rss.a").expect("health").alarmed_at, None);
        assert_eq!(world.silent(hour(42)), 0, "twelve hours have been, too, by now");
        assert_eq!(world.store.raise_alarms(hour(43), |_| Vec::new()).expect("alarms").len(), 1);
    }

    #[test]
    fn what_was_not_listened_to_is_no_silence() {
        let world = World::new();
        for id in 0..20 {
            world.post(id, hour(0), hour(0));
        }
        assert_eq!(world.silent(hour(500)), 0, "nobody listens");
        world.store.listen(&["rss.a".into()], &[], hour(499)).expect("listening");
        assert_eq!(world.silent(hour(500)), 0);
        assert_eq!(world.silent(hour(506)), 1, "seven hours in our presence");
        world.store.listen(&["rss.b".into()], &[], hour(0)).expect("listening");
        assert_eq!(world.silent(hour(506)), 0, "it was taken out of the configuration");
    }

    #[test]
    fn neither_old_posts_nor_clocks_that_run_ahead_make_a_silence_long() {
        let world = World::new();
        world.post(0, hour(-9_000), hour(0));
        world.post(1, hour(1), hour(1));
        world.post(2, hour(9_000), hour(2));
        world.post(3, hour(3), hour(3));
        let health = world.store.source_health("rss.a").expect("health");
        assert_eq!(health.silence_max, TimeDelta::hours(1));
        assert_eq!(health.last_post, Some(hour(3)));
        assert_eq!(health.lag(), Some(TimeDelta::zero()));
        world.post(4, hour(4), hour(200));
        let health = world.store.source_health("rss.a").expect("health");
        assert_eq!(health.silence_max, TimeDelta::hours(1), "we were away, they were not");
        assert_eq!(health.lag(), Some(TimeDelta::hours(196)));
    }

    #[test]
    fn what_was_wrong_is_counted() {
        let world = World::new();
        let flaws = Flaws { empty: 1, malformed: 2 };
        let look = Look { flaws, ..Look::default() };
        world.store.receive_look("rss.a", &look, hour(0)).expect("stored");
        world.post(0, hour(0), hour(0));
        world.post(1, hour(0), hour(0));
        world.store.receive_look("rss.a", &look, hour(0)).expect("stored");
        let health = world.store.source_health("rss.a").expect("health");
        assert_eq!((health.posts, health.empty, health.malformed), (2, 2, 4));
        assert!((health.empty_share() - 1.0).abs() < f64::EPSILON);
    }
}
