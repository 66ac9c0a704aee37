//! `/livez`, `/readyz` and `/metrics`: how the running program fares.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::time::timeout;

use super::{Shared, Web};
use crate::health::Failing;
use crate::index;
use crate::metrics::{FeedReading, MEDIA_TYPE, Readings};
use crate::store::SourceHealth;

/// Most time database and index have to answer, in milliseconds.
const PROBE_MS: u64 = 2_000;
/// How many may ask them at once: those that hang must not take every thread.
pub(super) const PROBES_MAX: usize = 4;

/// Most feeds that have lines of their own among the metrics.
const FEEDS_MAX: usize = 2_000;

#[derive(Serialize)]
struct Ready {
    ready: bool,
    failing: Vec<Failing>,
    /// What the operator should know and what keeps nothing from working.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<Failing>,
}

/// Alive as long as it answers; depends on nothing else.
pub(super) async fn livez() -> &'static str {
    "ok\n"
}

/// Whether everything works, and what does not. A publisher that can't be reached is not a part of
/// ours.
pub(super) async fn readyz(State(shared): State<Arc<Shared>>) -> Response {
    let mut failing = match probe(&shared, |web| Ok(look(web))).await {
        Ok(failing) => failing,
        Err(error) => vec![failed("database", &error)],
    };
    let told = shared.web.health.failing();
    // Whoever mends a part knows more of it than we see.
    failing.retain(|seen| told.iter().all(|told| told.part != seen.part));
    failing.extend(told);
    let ready = failing.is_empty();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let notices = shared.web.health.notices();
    (status, Json(Ready { ready, failing, notices })).into_response()
}

pub(super) async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    match probe(&shared, readings).await {
        Ok(readings) => {
            ([(CONTENT_TYPE, MEDIA_TYPE)], shared.web.metrics.text(&readings)).into_response()
        }
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "metrics could not be read");
            let what = "database or index could not be read; the log says why\n";
            (StatusCode::SERVICE_UNAVAILABLE, what).into_response()
        }
    }
}

/// Looks at database and index on a thread where that may block, for a bounded time.
async fn probe<T: Send + 'static>(
    shared: &Arc<Shared>,
    look: impl FnOnce(&Web) -> Result<T> + Send + 'static,
) -> Result<T> {
    let turn = Arc::clone(&shared.probes)
        .try_acquire_owned()
        .context("it has not answered those who asked before")?;
    let inside = Arc::clone(shared);
    let looking = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        look(&inside.web)
    });
    timeout(Duration::from_millis(PROBE_MS), looking)
        .await
        .with_context(|| format!("it did not answer within {PROBE_MS} ms"))?
        .context("looking at it broke off")?
}

fn look(web: &Web) -> Vec<Failing> {
    let database = web.store.ping().err().map(|error| failed("database", &error));
    let index = match web.index.health() {
        index::Health::Reached(_) => None,
        index::Health::Rebuild(error) => Some(Failing { part: "index".to_owned(), error }),
    };
    database.into_iter().chain(index).collect()
}

fn failed(part: &str, error: &anyhow::Error) -> Failing {
    Failing { part: part.to_owned(), error: format!("{error:#}") }
}

fn readings(web: &Web) -> Result<Readings> {
    let (checks, publishers) = web.store.review_counts()?;
    let reached = match web.index.health() {
        index::Health::Reached(sequence) => sequence,
        index::Health::Rebuild(_) => 0,
    };
    Ok(Readings {
        checks,
        publishers,
        index_lag: web.store.sequence()?.saturating_sub(reached),
        inbox: web.store.inbox_states()?,
        outbox: web.store.outbox_states()?,
        feeds: feeds(web)?,
    })
}

/// How the feeds that are listened to fare.
fn feeds(web: &Web) -> Result<Vec<FeedReading>> {
    let seconds = |delta: chrono::TimeDelta| u64::try_from(delta.num_seconds()).unwrap_or(0);
    let read = |feed: SourceHealth| FeedReading {
        last_post_s: feed.last_post.map(|at| u64::try_from(at.timestamp()).unwrap_or(0)),
        lag_s: feed.lag().map(seconds),
        is_silent: feed.alarmed_at.is_some(),
        failures: feed.failures.into(),
        name: feed.name,
    };
    Ok(web.store.listened()?.into_iter().take(FEEDS_MAX).map(read).collect())
}
