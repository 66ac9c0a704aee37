//! What a command took in becomes searchable: by this process, or by the daemon that runs on the
//! same data directory.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio_util::sync::CancellationToken;

use super::progress::{Bytes, Progress};
use crate::doors::tell;
use crate::gather::{Effort, catch_up_vectors, text_hash, vector_text};
use crate::house::House;
use crate::index::vectors::Vectors;
use crate::index::{Health, Index};

/// Time between two looks at what the daemon has indexed.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Time between two looks at the vectors the daemon has made.
const LOOK_VECTORS_EVERY: Duration = Duration::from_secs(1);
/// Changes read at once.
const CHANGES_AT_ONCE: usize = 2_000;
/// Time in which the daemon has to make some progress.
const STALLED_AFTER: Duration = Duration::from_secs(120);

/// Returns when every check that changed after `since` has its vector, made by this process or by
/// the daemon. Without a model there is nothing to wait for, which is told.
///
/// # Errors
/// If the model can't be read, the vectors can't be written, or a daemon makes no progress.
pub(super) fn make_understood(house: &House, since: u64) -> Result<()> {
    let Some(mut encoder) = house.encoder()? else {
        let dir = house.model_dir();
        tell!("there is no sentence model in {}, so there are no vectors", dir.display());
        return Ok(());
    };
    let wanted = wanted_after(house, since)?;
    let bytes = Bytes::default();
    let mut progress = Progress::new("vectors", bytes.clone(), Some(wanted.len() as u64));
    let dir = house.vectors_dir();
    let fingerprint = encoder.fingerprint().to_owned();
    let dimensions = encoder.dimensions();
    let (mut there, mut moved) = (0, Instant::now());
    loop {
        if let Some(_place) = house.daemon_place()? {
            let vectors = Vectors::open(&dir, &fingerprint, dimensions)?;
            vectors.reach(since);
            let mut made = 0;
            let mut encode = |text: &str| {
                made += 1;
                bytes.set(made);
                progress.at(made);
                encoder.encode(text)
            };
            let stop = CancellationToken::new();
            catch_up_vectors(&house.store, &vectors, &mut encode, &mut |_| {}, &stop)?;
            return Ok(());
        }
        let vectors = Vectors::read(&dir, &fingerprint, dimensions)?;
        let ours = wanted.iter().filter(|(row, hash)| vectors.has(*row, *hash)).count();
        if ours == wanted.len() {
            return Ok(());
        }
        bytes.set(ours as u64);
        progress.at(ours as u64);
        // The daemon may be at others.
        let made = vectors.len();
        if made != there {
            (there, moved) = (made, Instant::now());
        }
        if moved.elapsed() > STALLED_AFTER {
            bail!(
                "everything is stored and found by words, but the daemon on {} has made only {made} \
                 vectors and no progress for {} s: look at its log, or restart it",
                house.settings.data.display(),
                STALLED_AFTER.as_secs()
            );
        }
        std::thread::park_timeout(LOOK_VECTORS_EVERY);
    }
}

/// The checks that changed after `since`, each with the hash of the text that its vector is of.
fn wanted_after(house: &House, since: u64) -> Result<Vec<(u64, u64)>> {
    let (mut wanted, mut sequence) = (Vec::new(), since);
    loop {
        let changes = house.store.changes_after(sequence, CHANGES_AT_ONCE)?;
        let Some(last) = changes.last() else { return Ok(wanted) };
        sequence = last.sequence;
        let stored = changes.into_iter().filter_map(|change| change.stored);
        wanted.extend(stored.map(|one| (one.row, text_hash(&vector_text(&one.review)))));
    }
}

/// Returns when everything that is in the database by now is found by words.
///
/// # Errors
/// If the index can't be written, or a daemon holds it and makes no progress.
pub(super) fn make_searchable(house: &House) -> Result<()> {
    house.doors.fault.reach("reviews-stored-before-index");
    let wanted = house.store.sequence()?;
    let (mut reached, mut since) = (None, Instant::now());
    loop {
        if let Some(_place) = house.daemon_place()? {
            house.catch_up(Effort::FULL)?;
            return Ok(());
        }
        let now = reached_by_daemon(house)?;
        if now.is_some_and(|now| now >= wanted) {
            return Ok(());
        }
        if now != reached {
            (reached, since) = (now, Instant::now());
        }
        if since.elapsed() > STALLED_AFTER {
            bail!(
                "everything is stored, but the daemon on {} has indexed only {} of {wanted} changes \
                 and made no progress for {} s: look at its log, or restart it",
                house.settings.data.display(),
                reached.unwrap_or(0),
                STALLED_AFTER.as_secs(),
            );
        }
        std::thread::park_timeout(LOOK_EVERY);
    }
}

/// Lets a command that searches find everything that is in the database, where no daemon runs that
/// would see to that: a command that was killed may have stored what it did not index.
///
/// # Errors
/// If there is no index to search and none can be made.
pub(super) fn catch_up_alone(house: &House) -> Result<()> {
    let there = house.store.sequence()?;
    if there == 0 || house.index.health() == Health::Reached(there) {
        return Ok(());
    }
    let caught_up = match house.daemon_place() {
        Ok(None) => return Ok(()),
        Ok(Some(_place)) => {
            tell!("the search index is behind the database: it catches up first");
            house.catch_up(Effort::FULL).map(drop)
        }
        Err(error) => Err(error),
    };
    match caught_up {
        Err(error) if house.index.is_serving() => {
            tell!(
                "the newest checks may not be found, `claimwatch reindex` may mend it: {error:#}"
            );
            Ok(())
        }
        caught_up => caught_up.context(
            "there is no search index, and none can be made here; `claimwatch reindex` makes it \
             where the data directory can be written",
        ),
    }
}

/// How far the index on disk has come, whoever writes it.
fn reached_by_daemon(house: &House) -> Result<Option<u64>> {
    let index = Index::open(&house.settings.data.join("search")).context("looking at the index")?;
    Ok(match index.health() {
        Health::Reached(sequence) => Some(sequence),
        Health::Rebuild(_) => None,
    })
}
