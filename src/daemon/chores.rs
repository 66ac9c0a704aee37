//! What the daemon does beside its lines: the index follows, old things are deleted.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tracing::{error, info};

use super::Shared;
use crate::store::Keep;

/// How often the index looks for changes another process made.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);
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

/// Deletes what has been kept long enough.
pub(super) async fn retain(shared: Arc<Shared>) {
    while !shared.stop.is_cancelled() {
        let own = Arc::clone(&shared);
        let swept = tokio::task::spawn_blocking(move || {
            let retention = &own.house.settings.retention;
            let keep = Keep {
                texts: TimeDelta::hours(retention.updates_hours.into()),
                posts: TimeDelta::days(retention.posts_days.into()),
                rows: TimeDelta::days(retention.decisions_days.into()),
            };
            own.house.store.sweep(keep, own.house.doors.clock.now())
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
