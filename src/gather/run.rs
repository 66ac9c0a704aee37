//! A publisher's loop in the daemon: polled when due, left alone after failures.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::poll::{Gatherer, Polled};
use crate::publishers::settings::Source;
use crate::schedule::Schedule;
use crate::store;

/// Longest sleep at once: a clock that is put on is noticed after it.
const SLEEP_MAX: Duration = Duration::from_secs(60);
/// Wait after our own database or index failed.
const OWN_FAILURE_WAIT: Duration = Duration::from_secs(60);

/// By what the database knows a publisher: `publisher.KIND.NAME`.
pub fn name_of(source: &Source) -> String {
    format!("publisher.{}.{}", source.kind.word(), source.name)
}

/// When a source is due next: at once if a run was missed while down, after failures as soon as it
/// may be tried again, else by its schedule, put off by `fraction` of the permitted jitter.
pub fn next_due(
    schedule: &Schedule,
    known: &store::Source,
    now: DateTime<Utc>,
    fraction: f64,
) -> DateTime<Utc> {
    let not_before = known.not_before.unwrap_or(now);
    if known.failures > 0 || schedule.missed(known.polled_at, now) {
        return not_before.max(now);
    }
    // A schedule without a next run is refused when settings are read.
    let due = schedule.next_after(now).unwrap_or(now + chrono::Duration::days(1));
    schedule.jittered(due, fraction).max(not_before)
}

/// Polls a publisher whenever it is due, until `stop`. A poll that is cut short by it is taken up
/// again by the next one: what was stored stays.
pub async fn run(gatherer: Arc<Gatherer>, source: Source, stop: CancellationToken) {
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
            Ok(known) => next_due(&schedule, &known, now, gatherer.chance.fraction()),
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
            Ok(polled) => log(&source, &polled),
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

/// One line a poll; a failure is told once and says when it is tried again.
fn log(source: &Source, polled: &Polled) {
    let name = &source.name;
    let tally = polled.tally;
    for reject in &polled.rejects {
        debug!(publisher = name, reject);
    }
    if let Some(failure) = &polled.failure {
        let again = failure.not_before.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        warn!(
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn due_by_schedule_at_once_when_missed_and_not_before_it_may() {
        let schedule = Schedule::parse("0 * * * *", "UTC").expect("schedule");
        let now = at("2026-03-01T10:20:00Z");
        let mut known = store::Source::default();
        assert_eq!(next_due(&schedule, &known, now, 0.5), now, "never polled");
        known.polled_at = Some(at("2026-03-01T08:30:00Z"));
        assert_eq!(next_due(&schedule, &known, now, 0.5), now, "missed at 9 and 10: once");
        known.polled_at = Some(at("2026-03-01T10:00:05Z"));
        assert_eq!(next_due(&schedule, &known, now, 0.0), at("2026-03-01T11:00:00Z"));
        assert_eq!(next_due(&schedule, &known, now, 0.5), at("2026-03-01T11:00:30Z"));
        known.failures = 2;
        known.not_before = Some(at("2026-03-01T10:22:00Z"));
        assert_eq!(next_due(&schedule, &known, now, 0.5), at("2026-03-01T10:22:00Z"));
        known.not_before = Some(at("2026-03-01T15:00:00Z"));
        assert_eq!(next_due(&schedule, &known, now, 0.5), at("2026-03-01T15:00:00Z"));
        known.not_before = Some(at("2026-03-01T09:00:00Z"));
        assert_eq!(next_due(&schedule, &known, now, 0.5), now);
    }
}
