//! Claims that spread: which posts make the same one, and how far it went.

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::queue::{Queued, put_queued};
use super::revisions::{ToldClaim, put_told};
use super::{Store, millis, time};
use crate::claim::alert::Spread;
use crate::claim::post::Post;
use crate::claim::sketch::{BANDS, Sketch};

/// Most claims that are compared with one post.
const LIKE_MAX: usize = 32;
/// Languages of a spread that are named.
const LANGUAGES_MAX: usize = 5;
/// People who must have asked the same before what they asked is kept as a claim's text: then it is
/// something that goes round, and nobody's own words.
const ASKERS_MIN: i64 = 3;

/// A claim as it is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Claim {
    /// Our identity of it.
    pub id: String,
    /// The check that answers it, if there is one.
    pub review_id: Option<String>,
    /// A public post that makes it.
    pub text: Option<String>,
    /// Where that post is.
    pub url: Option<String>,
    /// Its language as an ISO 639-1 code.
    pub language: Option<String>,
    /// By what its first post is known.
    pub sketch: Option<Sketch>,
    /// How many public posts make it.
    pub posts: u64,
    /// How often it was asked about.
    pub asked: u64,
    /// When it was seen first.
    pub first_seen: DateTime<Utc>,
    /// Moderators do not want to hear of it until then.
    pub muted_until: DateTime<Utc>,
    /// How many posts there were when moderators were told last; 0: never told.
    pub told_posts: u64,
    /// When they were told last.
    pub told_at: DateTime<Utc>,
    /// How often they were told on that day.
    pub told_today: u32,
    /// Its last post was not compared with changes of checks after this; `None`: after the cursor.
    pub since: Option<u64>,
    /// Whose words its text is: a row of the inbox, which may be gone.
    pub text_of: Option<String>,
    /// The check that moderators were told of with it.
    pub told_review: Option<String>,
}

impl Claim {
    /// The public post that makes it, as it would be looked up; `None` without a text.
    pub fn post(&self) -> Option<Post> {
        let post = Post::of(self.text.clone()?);
        Some(Post { id: self.url.clone(), lang: self.language.clone(), ..post })
    }
}

/// That a post makes a claim.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sighting {
    /// The claim, known or new.
    pub claim: String,
    /// The check that surely answers it.
    pub review_id: Option<String>,
    /// By what the post is known.
    pub sketch: Option<Sketch>,
    /// Its text, if that may be kept.
    pub text: Option<String>,
    /// Where it is.
    pub url: Option<String>,
    /// Its language as an ISO 639-1 code.
    pub language: Option<String>,
    /// Who wrote it, by a name under a secret.
    pub author: Option<String>,
    /// Which post it is, by such a name, where its author may change it.
    pub post: Option<String>,
    /// Where it was seen: its source, and the group or channel there by a name under a secret, as
    /// [`place`] puts them together; empty: somebody asked about it.
    pub place: String,
    /// When it was published.
    pub at: DateTime<Utc>,
    /// Somebody asked about it; else it is a post that was seen in public.
    pub asked: bool,
    /// It was said in a group and matched nothing: as with what was asked, its text is kept only
    /// once several people said the same.
    pub hushed: bool,
    /// How far changes of checks had been compared with claims before the post was matched.
    pub checked: u64,
    /// What moderators are told of the claim, if they are told now.
    pub told: Option<ToldClaim>,
    /// What a moderator is asked to decide.
    pub queued: Option<Queued>,
}

/// A place of its own within a source: the group or channel of that `name`.
pub fn place(source: &str, name: &str) -> String {
    format!("{source} {name}")
}

/// The source that a place belongs to.
pub(super) fn source_of(place: &str) -> &str {
    place.split_once(' ').map_or(place, |(source, _)| source)
}

impl Store {
    /// The claim that a check answers.
    ///
    /// # Errors
    /// If the database fails.
    pub fn claim_of(&self, review_id: &str) -> Result<Option<Claim>> {
        self.read(|db| {
            let sql = format!("SELECT {COLUMNS} FROM claim WHERE review_id = ?1");
            Ok(db.prepare_cached(&sql)?.query_row([review_id], claim).optional()?)
        })
    }

    /// A claim by its identity.
    ///
    /// # Errors
    /// If the database fails.
    pub fn claim(&self, id: &str) -> Result<Option<Claim>> {
        self.read(|db| {
            let sql = format!("SELECT {COLUMNS} FROM claim WHERE id = ?1");
            Ok(db.prepare_cached(&sql)?.query_row([id], claim).optional()?)
        })
    }

    /// Claims whose first post may be like a sketch: those that share a piece with it, those with
    /// most pieces in common first.
    ///
    /// # Errors
    /// If the database fails.
    pub fn claims_like(&self, sketch: &Sketch) -> Result<Vec<Claim>> {
        self.read(|db| {
            let marks = vec!["?"; BANDS].join(", ");
            let sql = format!(
                "SELECT {COLUMNS} FROM claim JOIN (
                     SELECT claim AS like_id, count(*) AS shared FROM claim_band
                     WHERE hash IN ({marks}) GROUP BY claim
                     ORDER BY shared DESC, claim LIMIT {LIKE_MAX})
                 ON id = like_id ORDER BY shared DESC, id"
            );
            let mut statement = db.prepare_cached(&sql)?;
            let found = statement.query_map(params_from_iter(sketch.bands()), claim)?;
            Ok(found.collect::<Result<_, _>>()?)
        })
    }

    /// How far a claim has spread in public.
    ///
    /// # Errors
    /// If the database fails.
    pub fn spread(&self, claim: &str, now: DateTime<Utc>) -> Result<Spread> {
        self.read(|db| spread(db, claim, now))
    }

    /// In how many places a claim was seen, with `one` more that is not stored yet.
    ///
    /// # Errors
    /// If the database fails.
    pub fn places_with(&self, claim: &str, one: &str) -> Result<u64> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT count(*) FROM (SELECT place FROM claim_post
                     WHERE claim = ?1 AND place <> '' UNION SELECT ?2)",
            )?;
            let places: i64 = statement.query_row([claim, one], |row| row.get(0))?;
            Ok(places.unsigned_abs())
        })
    }

    /// Claims with a check that were seen since `since`, those with most posts then first.
    ///
    /// # Errors
    /// If the database fails.
    pub fn claims_seen(&self, since: DateTime<Utc>, limit: usize) -> Result<Vec<Claim>> {
        self.read(|db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM claim JOIN (
                     SELECT claim AS seen_id, count(*) AS seen FROM claim_post
                     WHERE seen_at >= ?1 AND place <> '' GROUP BY claim)
                 ON id = seen_id WHERE review_id IS NOT NULL AND muted_until < ?1
                 ORDER BY seen DESC, id LIMIT ?2"
            );
            let mut statement = db.prepare_cached(&sql)?;
            let rows = statement.query_map(params![millis(since), i64::try_from(limit)?], claim)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Nobody can tell any more that what this name asked was one person's, or was said in one
    /// group, and what it said of answers, or what was said of them where the name is that of a
    /// conversation, is gone.
    ///
    /// # Errors
    /// If the database fails.
    pub fn forget_name(&self, name: &str) -> Result<()> {
        self.write(|db| {
            db.execute("UPDATE claim_post SET author = NULL WHERE author = ?1", [name])?;
            db.execute(
                "UPDATE claim_post SET place = substr(place, 1, instr(place, ' ') - 1)
                 WHERE instr(place, ' ') > 0 AND substr(place, instr(place, ' ') + 1) = ?1",
                [name],
            )?;
            db.execute("DELETE FROM feedback WHERE reader = ?1 OR conversation = ?1", [name])?;
            Ok(())
        })
    }

    /// Moderators hear no more of a claim until `until`.
    ///
    /// # Errors
    /// If the database fails.
    pub fn mute(&self, claim: &str, until: DateTime<Utc>) -> Result<()> {
        self.write(|db| {
            db.execute(
                "UPDATE claim SET muted_until = ?2 WHERE id = ?1",
                params![claim, millis(until)],
            )?;
            Ok(())
        })
    }

    /// Deletes posts of claims seen before `posts_before`, and claims that have none left and were
    /// not seen since, and of those without a check the longest unseen beyond `claims_max`. Returns
    /// how many claims went.
    ///
    /// # Errors
    /// If the database fails.
    pub fn sweep_claims(&self, posts_before: DateTime<Utc>, claims_max: usize) -> Result<usize> {
        self.write(|db| {
            let before = millis(posts_before);
            db.execute("DELETE FROM claim_post WHERE seen_at < ?1", [before])?;
            let mut gone = db.execute("DELETE FROM claim WHERE last_seen < ?1", [before])?;
            let kept: i64 = db.query_row("SELECT count(*) FROM claim", [], |row| row.get(0))?;
            let over = kept - i64::try_from(claims_max)?;
            if over > 0 {
                gone += db.execute(
                    "DELETE FROM claim WHERE id IN (SELECT id FROM claim
                         WHERE review_id IS NULL ORDER BY posts + asked > 1, last_seen LIMIT ?1)",
                    [over],
                )?;
            }
            if gone > 0 {
                let lone = "NOT IN (SELECT id FROM claim)";
                db.execute(&format!("DELETE FROM claim_band WHERE claim {lone}"), [])?;
                db.execute(&format!("DELETE FROM claim_post WHERE claim {lone}"), [])?;
            }
            Ok(gone)
        })
    }
}

pub(super) const COLUMNS: &str = "id, review_id, text, url, language, sketch, posts, asked, first_seen, \
                       muted_until, told_posts, told_at, told_today, since, text_of, \
                       told_review";

pub(super) fn claim(row: &Row<'_>) -> rusqlite::Result<Claim> {
    let sketch: Option<Vec<u8>> = row.get(5)?;
    let at = |index| row.get::<_, i64>(index).map(time);
    Ok(Claim {
        id: row.get(0)?,
        review_id: row.get(1)?,
        text: row.get(2)?,
        url: row.get(3)?,
        language: row.get(4)?,
        sketch: sketch.as_deref().and_then(Sketch::from_bytes),
        posts: row.get::<_, i64>(6)?.unsigned_abs(),
        asked: row.get::<_, i64>(7)?.unsigned_abs(),
        first_seen: at(8)?,
        muted_until: at(9)?,
        told_posts: row.get::<_, i64>(10)?.unsigned_abs(),
        told_at: at(11)?,
        told_today: row.get(12)?,
        since: row.get::<_, Option<i64>>(13)?.map(|since| u64::try_from(since).unwrap_or(0)),
        text_of: row.get(14)?,
        told_review: row.get(15)?,
    })
}

pub(super) fn put_sighting(
    db: &Connection,
    inbox_id: &str,
    one: &Sighting,
    now: DateTime<Utc>,
) -> Result<()> {
    // A row that was taken up again after a crash counts once.
    let new = db
        .prepare_cached(
            "INSERT INTO claim_post (inbox_id, claim, author, place, language, at, seen_at, post)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (inbox_id) DO NOTHING",
        )?
        .execute(params![
            inbox_id,
            one.claim,
            one.author,
            one.place,
            one.language,
            millis(one.at),
            millis(now),
            one.post
        ])?;
    if new == 0 {
        return Ok(());
    }
    put_claim(db, inbox_id, one, now)?;
    db.prepare_cached(
        "UPDATE claim SET posts = posts + ?2, asked = asked + ?3, last_seen = max(last_seen, ?4)
         WHERE id = ?1",
    )?
    .execute(params![one.claim, !one.asked, one.asked, millis(now)])?;
    if let Some(review_id) = &one.review_id {
        take_check(db, &one.claim, review_id)?;
    }
    // A check that has come and could not be found yet is looked for again.
    db.prepare_cached(
        "UPDATE claim SET since = min(coalesce(since, ?2), ?2) WHERE id = ?1 AND review_id IS NULL
           AND ?2 < (SELECT max(sequence) FROM review)",
    )?
    .execute(params![one.claim, i64::try_from(one.checked)?])?;
    put_text(db, inbox_id, one)?;
    if let Some(told) = &one.told {
        put_told(db, &one.claim, told, now)?;
    }
    if let Some(queued) = &one.queued {
        put_queued(db, queued, now)?;
    }
    Ok(())
}

/// A claim without a check gets one. One claim a check: what another claim was taken for before
/// stays with that; and what was withdrawn meanwhile answers nothing.
pub(super) fn take_check(db: &Connection, claim: &str, review_id: &str) -> Result<()> {
    db.prepare_cached(
        "UPDATE claim SET review_id = ?2 WHERE id = ?1 AND review_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM claim WHERE review_id = ?2)
           AND NOT EXISTS (SELECT 1 FROM review WHERE id = ?2 AND withdrawn = 1)",
    )?
    .execute([claim, review_id])?;
    Ok(())
}

/// A claim that is not known yet, and by what others like it are found.
fn put_claim(db: &Connection, inbox_id: &str, one: &Sighting, now: DateTime<Utc>) -> Result<()> {
    let text = one.text.as_ref().filter(|_| !one.asked && !one.hushed);
    let made = db
        .prepare_cached(
            "INSERT INTO claim (id, text, url, language, sketch, first_seen, last_seen, text_of)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7) ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            one.claim,
            text,
            one.url.as_ref().filter(|_| text.is_some()),
            one.language,
            one.sketch.as_ref().map(Sketch::to_bytes),
            millis(now),
            text.map(|_| inbox_id)
        ])?;
    if made > 0 {
        let mut band = db.prepare_cached(
            "INSERT INTO claim_band (hash, claim) VALUES (?1, ?2)
             ON CONFLICT (hash, claim) DO NOTHING",
        )?;
        for hash in one.sketch.iter().flat_map(Sketch::bands) {
            band.execute(params![hash, one.claim])?;
        }
    }
    Ok(())
}

/// A claim that has no text yet takes that of a public post, or of a question that several people
/// asked alike.
fn put_text(db: &Connection, inbox_id: &str, one: &Sighting) -> Result<()> {
    let Some(text) = &one.text else { return Ok(()) };
    let askers: i64 = db
        .prepare_cached(
            "SELECT count(DISTINCT author) FROM claim_post WHERE claim = ?1 AND author IS NOT NULL",
        )?
        .query_row([&one.claim], |row| row.get(0))?;
    if !(one.asked || one.hushed) || askers >= ASKERS_MIN {
        let url = one.url.as_ref().filter(|_| !one.asked);
        db.prepare_cached(
            "UPDATE claim SET text = ?2, url = ?3, text_of = ?4 WHERE id = ?1 AND text IS NULL",
        )?
        .execute(params![one.claim, text, url, inbox_id])?;
    }
    Ok(())
}

pub(super) fn spread(db: &Connection, claim: &str, now: DateTime<Utc>) -> Result<Spread> {
    let hour_ago = millis(now - TimeDelta::hours(1));
    let mut spread = db
        .prepare_cached(
            "SELECT count(*), count(DISTINCT author), count(DISTINCT place),
                    coalesce(sum(at > ?2), 0), coalesce(min(at), 0)
             FROM claim_post WHERE claim = ?1 AND place <> ''",
        )?
        .query_row(params![claim, hour_ago], |row| {
            let count = |at| row.get::<_, i64>(at).map(i64::unsigned_abs);
            Ok(Spread {
                posts: count(0)?,
                authors: count(1)?,
                places: count(2)?,
                last_hour: count(3)?,
                since: row.get::<_, i64>(4).map(time)?,
                languages: Vec::new(),
            })
        })?;
    spread.languages = db
        .prepare_cached(
            "SELECT language FROM claim_post
             WHERE claim = ?1 AND place <> '' AND language IS NOT NULL
             GROUP BY language ORDER BY count(*) DESC, language LIMIT ?2",
        )?
        .query_map(params![claim, i64::try_from(LANGUAGES_MAX)?], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(spread)
}
