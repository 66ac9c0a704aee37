//! A publisher's loop in the daemon: polled when due, left alone after failures.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};

use super::poll::{Gatherer, Polled};
use crate::metrics::Metrics;
use crate::publishers::settings::Source;
use crate::schedule::{Past, Schedule};

/// Longest sleep at once: a clock that is put on is noticed after it.
const SLEEP_MAX: Duration = Duration::from_secs(60);
/// Wait after our own database or index failed.
const OWN_FAILURE_WAIT: Duration = Duration::from_secs(60);

/// By what the database knows a publisher: `publisher.KIND.NAME`.
pub fn name_of(source: &Source) -> String {
    format!("publisher.{}.{}", source.kind.word(), source.name)
}

/// Polls a publisher whenever it is due, until `stop`. A poll that is cut short by it is taken up
/// again by the next one: what was stored stays.
pub async fn run(
    gatherer: Arc<Gatherer>,
    source: Source,
    metrics: Arc<Metrics>,
    stop: CancellationToken,
) {
    let settings = &source.settings;
    let schedule = match Schedule::parse(&settings.schedule, &settings.time_zone) {
        Ok(schedule) => schedule,
        Err(error) => {
            error!(publisher = source.name, %error, "this publisher is not polled");
            return;
        }
    };
    let key = name_of(&source);
    loop {
        let of = key.clone();
        let now = gatherer.clock.now();
        let due = match gatherer.with_store(move |store| store.source(&of)).await {
            Ok(known) => {
                let past = Past {
                    last: known.polled_at,
                    failing: known.failures > 0,
                    not_before: known.not_before,
                };
                schedule.due(past, now, gatherer.chance.fraction())
            }
            Err(error) => {
                error!(publisher = source.name, error = format!("{error:#}"), "database failed");
                now + OWN_FAILURE_WAIT
            }
        };
        while let Ok(left) = (due - gatherer.clock.now()).to_std()
            && !left.is_zero()
        {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(left.min(SLEEP_MAX)) => {}
            }
        }
        let polled = tokio::select! {
            () = stop.cancelled() => return,
            polled = gatherer.poll(&source) => polled,
        };
        match polled {
            Ok(polled) => {
                metrics.polled(source.kind.source_word(), polled.failure.is_none());
                log(&source, &polled);
            }
            Err(error) => {
                let error = format!("{error:#}");
                error!(publisher = source.name, error, "what was gathered could not be kept");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(OWN_FAILURE_WAIT) => {}
                }
            }
        }
    }
}

/// One line a poll. That a publisher fails is told by whoever sees that of all sources, once.
fn log(source: &Source, polled: &Polled) {
    let name = &source.name;
    let tally = polled.tally;
    for reject in &polled.rejects {
        debug!(publisher = name, reject);
    }
    if let Some(failure) = &polled.failure {
        let again = failure.not_before.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        debug!(
            publisher = name,
            error = failure.error,
            in_a_row = failure.in_a_row,
            again,
            "poll failed"
        );
        return;
    }
    let (pages, left) = (polled.pages, polled.left);
    info!(publisher = name, %tally, pages, left, "polled");
}
