//! People, as far as they are kept: by names under a secret that changes.

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;

use super::{Store, meta, millis, set_meta, time};
use crate::doors::Key;

/// Under what the secret stands in `meta`.
const SECRET: &str = "people-secret";

impl Store {
    /// The secret that people are named by now. One older than `lives` is replaced by `fresh` and
    /// gone: nobody can tell any more whose the earlier names were.
    ///
    /// # Errors
    /// If the database fails, or holds no secret where one should be.
    pub fn people_key(&self, fresh: &Key, lives: TimeDelta, now: DateTime<Utc>) -> Result<Key> {
        let young = |kept: &str| -> Result<Option<Key>> {
            let (key, since) = read(kept)?;
            // A clock that was put back makes it no younger.
            Ok(((now - since).abs() < lives).then_some(key))
        };
        if let Some(kept) = self.read(|db| meta(db, SECRET))?
            && let Some(key) = young(&kept)?
        {
            return Ok(key);
        }
        self.write(|db| {
            if let Some(kept) = meta(db, SECRET)?
                && let Some(key) = young(&kept)?
            {
                return Ok(key);
            }
            set_meta(db, SECRET, &format!("{} {}", fresh.to_hex(), millis(now)))?;
            Ok(fresh.clone())
        })
    }
}

/// A kept secret, and since when it holds.
fn read(kept: &str) -> Result<(Key, DateTime<Utc>)> {
    let (hex, since) = kept.split_once(' ').context("the secret of people is damaged")?;
    let since = time(since.parse().context("the secret of people is damaged")?);
    Ok((Key::from_hex(hex).context("the secret of people is damaged")?, since))
}

/// A conversation of a chat is called otherwise from now on: what is kept under names of the old
/// identifier is kept under those of the new one, so that it is found when that is forgotten.
pub(super) fn rename(db: &Connection, chat: &str, from: &str, to: &str) -> Result<()> {
    let Some(kept) = meta(db, SECRET)? else { return Ok(()) };
    let (key, _) = read(&kept)?;
    // A conversation is named with its chat; who speaks as a group or channel, without.
    for (from, to) in [(format!("{chat} {from}"), format!("{chat} {to}")), (from.into(), to.into())]
    {
        let names = [key.name(&from), key.name(&to)];
        for sql in [
            "UPDATE claim_post SET author = ?2 WHERE author = ?1",
            "UPDATE feedback SET reader = ?2 WHERE reader = ?1",
            "UPDATE feedback SET conversation = ?2 WHERE conversation = ?1",
        ] {
            db.prepare_cached(sql)?.execute([&names[0], &names[1]])?;
        }
        db.prepare_cached(
            "UPDATE claim_post SET place = substr(place, 1, instr(place, ' ')) || ?2
             WHERE instr(place, ' ') > 0 AND substr(place, instr(place, ' ') + 1) = ?1",
        )?
        .execute([&names[0], &names[1]])?;
    }
    // The messages are numbered anew there: nothing that comes is one of the old.
    db.prepare_cached(
        "UPDATE claim_post SET post = NULL WHERE inbox_id IN
             (SELECT id FROM inbox WHERE source = ?1 AND conversation = ?2)",
    )?
    .execute([chat, from])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::claims::put_sighting;
    use crate::store::{Sighting, place};

    #[test]
    fn a_group_stays_one_place_when_it_is_called_otherwise_and_is_none_when_it_is_forgotten() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let key = Key::new([1; 32]);
        let now = DateTime::default();
        store.people_key(&key, TimeDelta::days(30), now).expect("a key");
        let [old, new] = ["telegram.main -5", "telegram.main -1005"].map(|group| key.name(group));
        let seen = |inbox_id: &str, name: &str| {
            let at = place("telegram.main", name);
            let one = Sighting { claim: "c".into(), place: at, ..Sighting::default() };
            store.write(|db| put_sighting(db, inbox_id, &one, now)).expect("counted");
        };
        let places = || store.spread("c", now).expect("a spread").places;
        seen("a", &old);
        store.write(|db| rename(db, "telegram.main", "-5", "-1005")).expect("renamed");
        seen("b", &new);
        assert_eq!(places(), 1);
        seen("c", &key.name("telegram.main -6"));
        assert_eq!(places(), 2);
        assert_eq!(store.first_post("c").expect("read").expect("a post").place, "telegram.main");
        store.forget_name(&new).expect("forgotten");
        let named = "SELECT count(*) FROM claim_post WHERE instr(place, ?1) > 0";
        let count = |db: &Connection| Ok(db.query_row(named, [&new], |row| row.get::<_, i64>(0))?);
        assert_eq!(store.read(count).expect("counted"), 0);
    }

    #[test]
    fn the_secret_stays_for_its_time_and_leaves_no_trace() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let then: DateTime<Utc> = DateTime::default();
        let month = TimeDelta::days(30);
        let key = |byte, now| store.people_key(&Key::new([byte; 32]), month, now).expect("a key");
        assert_eq!(key(1, then), Key::new([1; 32]));
        assert_eq!(key(2, then + TimeDelta::days(29)), Key::new([1; 32]));
        assert_eq!(key(3, then + month), Key::new([3; 32]));
        store.scrub().expect("scrubbed");
        let old = Key::new([1; 32]).to_hex();
        for name in ["claimwatch.db", "claimwatch.db-wal"] {
            let bytes = std::fs::read(dir.path().join(name)).expect("a file");
            assert!(!bytes.windows(64).any(|window| window == old.as_bytes()), "{name}");
        }
    }
}
