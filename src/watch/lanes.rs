//! Turns of polls, so that feeds that are dead, slow or hostile do not hold up the others: a host
//! is asked for one feed at a time, feeds that are known to be well have a lane of their own, and
//! who takes long makes room.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::http::Turns;

/// Polls at once of feeds whose last poll went well.
const KNOWN_MAX: usize = 32;
/// Polls at once of feeds that are new, or whose last poll failed.
const OTHERS_MAX: usize = 8;
/// Polls at once that have taken long.
const SLOW_MAX: usize = 8;
/// A poll that takes longer than this makes room for others.
const PATIENCE: Duration = Duration::from_secs(2);
/// Feeds of one lane that are read at once: how much memory that takes is then bounded, too.
const READS_MAX: usize = 1;
/// Feeds of one lane that ask the database at once: each such question takes a thread.
const STORES_MAX: usize = 2;

/// Who may poll now.
#[derive(Debug)]
pub struct Lanes {
    hosts: Arc<Turns>,
    known: Lane,
    others: Lane,
    slow: Semaphore,
    patience: Duration,
}

#[derive(Debug)]
struct Lane {
    polls: Semaphore,
    reads: Semaphore,
    stores: Semaphore,
}

impl Lane {
    fn new(polls_max: usize) -> Self {
        Self {
            polls: Semaphore::new(polls_max),
            reads: Semaphore::new(READS_MAX),
            stores: Semaphore::new(STORES_MAX),
        }
    }
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            hosts: Turns::new(1),
            known: Lane::new(KNOWN_MAX),
            others: Lane::new(OTHERS_MAX),
            slow: Semaphore::new(SLOW_MAX),
            patience: PATIENCE,
        }
    }
}

impl Lanes {
    /// Does the work of a poll of a feed at `host` when it is its turn; `None` if it was cut short,
    /// because it took long, too many others did, and it is not known to be well.
    pub(super) async fn poll<T>(
        &self,
        host: &str,
        is_known: bool,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        // Whoever waits for its host takes no place from others.
        let _turn = self.hosts.take(host).await;
        let place = self.lane(is_known).polls.acquire().await.ok();
        tokio::pin!(work);
        if let Ok(done) = timeout(self.patience, &mut work).await {
            return Some(done);
        }
        if !is_known {
            let _slow = self.slow.try_acquire().ok()?;
            drop(place);
            return Some(work.await);
        }
        tokio::select! {
            done = &mut work => Some(done),
            _slow = self.slow.acquire() => {
                drop(place);
                Some(work.await)
            }
        }
    }

    /// Does work that holds a whole feed in memory.
    pub(super) async fn read<T>(&self, is_known: bool, work: impl Future<Output = T>) -> T {
        // Never closed, so a permit always comes.
        let _turn = self.lane(is_known).reads.acquire().await;
        work.await
    }

    /// Does work that asks the database.
    pub(super) async fn store<T>(&self, is_known: bool, work: impl Future<Output = T>) -> T {
        let _turn = self.lane(is_known).stores.acquire().await;
        work.await
    }

    fn lane(&self, is_known: bool) -> &Lane {
        if is_known { &self.known } else { &self.others }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures_util::FutureExt;
    use futures_util::future::join_all;

    use super::*;

    const MOMENT: Duration = Duration::from_millis(20);

    fn hasty() -> Lanes {
        Lanes { patience: MOMENT, ..Lanes::default() }
    }

    #[tokio::test]
    async fn feeds_that_never_end_are_cut_short_and_those_that_are_well_go_on() {
        let lanes = hasty();
        let hosts: Vec<String> = (0..200).map(|at| format!("host{at}.example")).collect();
        let polls = hosts.iter().map(|host| lanes.poll(host, false, pending::<()>()));
        let mut hanging = Box::pin(join_all(polls));
        assert!(hanging.as_mut().now_or_never().is_none(), "they hang");
        assert_eq!(lanes.others.polls.available_permits(), 0);
        assert_eq!(lanes.poll("well.example", true, ready(1)).await, Some(1), "at once");
        // All but those that found a place among the slow ones are cut short.
        while lanes.others.polls.available_permits() < OTHERS_MAX {
            assert!(timeout(MOMENT, &mut hanging).await.is_err(), "the slow ones wait on");
        }
        assert_eq!(lanes.slow.available_permits(), 0);
        assert_eq!(lanes.others.polls.available_permits(), OTHERS_MAX);
        drop(hanging);
        assert_eq!(lanes.slow.available_permits(), SLOW_MAX);
    }

    #[tokio::test]
    async fn two_feeds_of_one_host_are_never_polled_at_once() {
        let lanes = hasty();
        let mut first = Box::pin(lanes.poll("one.example", true, pending::<()>()));
        assert!(first.as_mut().now_or_never().is_none());
        assert!(lanes.poll("one.example", true, ready(())).now_or_never().is_none());
        assert!(lanes.poll("other.example", true, ready(())).now_or_never().is_some());
        drop(first);
        assert!(lanes.poll("one.example", true, ready(())).now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_slow_feed_that_is_well_is_waited_for() {
        let lanes = hasty();
        let _all = lanes.slow.acquire_many(8).await.expect("permits");
        let slow = tokio::time::sleep(MOMENT * 5);
        assert!(lanes.poll("one.example", true, slow).await.is_some());
        assert!(lanes.poll("one.example", false, pending::<()>()).await.is_none());
    }
}
