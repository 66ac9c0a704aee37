//! What a command took in becomes searchable: by this process, or by the daemon that runs on the
//! same data directory.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::gather::Effort;
use crate::house::House;
use crate::index::{Health, Index};

/// Time between two looks at what the daemon has indexed.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Time in which the daemon has to make some progress.
const STALLED_AFTER: Duration = Duration::from_secs(120);

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

/// How far the index on disk has come, whoever writes it.
fn reached_by_daemon(house: &House) -> Result<Option<u64>> {
    let index = Index::open(&house.settings.data.join("search")).context("looking at the index")?;
    Ok(match index.health() {
        Health::Reached(sequence) => Some(sequence),
        Health::Rebuild(_) => None,
    })
}
