//! What the daemon does beside its lines: the index follows, old things are deleted.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use tracing::{error, info};

use super::Shared;
use crate::answer::Answering;
use crate::learn::gaps;
use crate::schedule::Schedule;
use crate::store::{DIGEST, Keep};

/// How often the index looks for changes another process made.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);
/// How often it is looked whether a digest is due.
const DIGEST_EVERY: Duration = Duration::from_secs(1);
/// Digests that are looked at after a long time.
const MISSED_MAX: usize = 1_000;
/// Claims without a check in one digest.
const GAPS_MAX: usize = 10;
/// How often old things are deleted.
const RETAIN_EVERY: Duration = Duration::from_secs(600);

/// Takes over into the index what commands beside the daemon stored.
pub(super) async fn follow_index(shared: Arc<Shared>) {
    let mut failures = 0;
    while !shared.stop.is_cancelled() {
        match shared.indexer.caught_up().await {
            Ok(end) => {
                if end.changes > 0 {
                    info!(changes = end.changes, "index caught up");
                }
                shared.health.set("index", Ok(()));
                failures = 0;
            }
            Err(failure) => {
                error!("the index can't follow the database: {failure:#}");
                shared.health.set("index", Err(format!("{failure:#}")));
                failures += 1;
            }
        }
        tokio::select! {
            () = shared.stop.cancelled() => {}
            () = tokio::time::sleep(follow_again(failures)) => {}
        }
    }
}

/// When to look again: making an index anew on a full disk must not be all we do.
fn follow_again(failures: u32) -> Duration {
    FOLLOW_EVERY.saturating_mul(1 << failures.min(7))
}

/// Plans the digest whenever it is due; one that was missed is planned once, at the start.
pub(super) async fn digest(shared: Arc<Shared>, answering: Arc<Answering>) {
    let told = &shared.house.settings.moderation;
    let Some(text) = &told.digest else { return };
    let schedule = match Schedule::parse(text, &told.time_zone) {
        Ok(schedule) => schedule,
        Err(failure) => return error!("the digest is not sent: {failure}"),
    };
    while !shared.stop.is_cancelled() {
        let (own, line, schedule) = (Arc::clone(&shared), Arc::clone(&answering), schedule.clone());
        let planned = tokio::task::spawn_blocking(move || plan_digest(&own, &line, &schedule));
        match planned.await {
            Ok(Ok(0)) | Err(_) => {}
            Ok(Ok(planned)) => {
                info!(planned, "digest planned");
                shared.outbox.notify_one();
            }
            Ok(Err(failure)) => error!("the digest can't be planned: {failure:#}"),
        }
        tokio::select! {
            () = shared.stop.cancelled() => {}
            () = tokio::time::sleep(DIGEST_EVERY) => {}
        }
    }
}

/// Plans a digest if one was due since the last; the first is due after a whole turn.
fn plan_digest(shared: &Shared, line: &Answering, schedule: &Schedule) -> anyhow::Result<usize> {
    let (store, now) = (&shared.house.store, shared.house.doors.clock.now());
    let last = store.source(DIGEST)?.cursor.and_then(|text| text.parse().ok());
    let Some(last) = last.and_then(DateTime::from_timestamp_millis) else {
        return store.plan_digest(&now.timestamp_millis().to_string(), &[], &[], now);
    };
    // Of several that were missed the latest counts.
    let dues = std::iter::successors(schedule.next_after(last), |due| schedule.next_after(*due));
    let Some(due) = dues.take(MISSED_MAX).take_while(|due| *due <= now).last() else {
        return Ok(0);
    };
    let gaps = gaps(store, last, now, GAPS_MAX)?.into_iter().map(|row| row.gap).take(GAPS_MAX);
    line.digest(last, due, gaps.collect(), now)
}

/// Deletes what has been kept long enough.
pub(super) async fn retain(shared: Arc<Shared>) {
    while !shared.stop.is_cancelled() {
        let own = Arc::clone(&shared);
        let swept = tokio::task::spawn_blocking(move || -> anyhow::Result<_> {
            let retention = &own.house.settings.retention;
            let keep = Keep {
                texts: TimeDelta::hours(retention.updates_hours.into()),
                posts: TimeDelta::days(retention.posts_days.into()),
                rows: TimeDelta::days(retention.decisions_days.into()),
            };
            let (store, now) = (&own.house.store, own.house.doors.clock.now());
            let since = now.checked_sub_signed(keep.posts).unwrap_or_default();
            let claims = store.sweep_claims(since, own.house.settings.moderation.claims_max)?;
            let mut swept = store.sweep(keep, now)?;
            swept.rows += claims;
            Ok(swept)
        });
        match swept.await {
            Ok(Ok(swept)) if swept.texts + swept.rows > 0 => {
                info!(texts = swept.texts, rows = swept.rows, "old things deleted");
            }
            Ok(Ok(_)) => {}
            Ok(Err(failure)) => error!("old things can't be deleted: {failure:#}"),
            Err(_) => error!("deleting old things broke off"),
        }
        tokio::select! {
            () = shared.stop.cancelled() => {}
            () = tokio::time::sleep(RETAIN_EVERY) => {}
        }
    }
}
