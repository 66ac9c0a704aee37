//! Looking up a question for the page and the API: so many at once, so many waiting, never longer
//! than the deadline.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::Shared;
use crate::answer::tell;
use crate::claim::answer::Answer;
use crate::claim::post::Post;
use crate::claim::reply::Reply;

/// Longest text that is looked up, in characters. Twice a Telegram message.
pub(super) const TEXT_CHARS_MAX: usize = 8_192;
/// Questions that may wait for each one that is being looked up.
const WAITING_EACH_MAX: usize = 8;

/// Who may ask now.
pub(super) struct Gate {
    /// Those inside: being looked up or waiting for it.
    inside: Arc<Semaphore>,
    /// Those being looked up.
    looking: Arc<Semaphore>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// Too many are asking, or it took too long.
    Busy,
    /// Database or index failed; it was logged.
    Failed,
    /// The program is still being prepared.
    Starting,
}

impl Gate {
    pub(super) fn new(asks_max: usize) -> Self {
        let inside = asks_max.saturating_mul(1 + WAITING_EACH_MAX);
        Self {
            inside: Arc::new(Semaphore::new(inside.min(Semaphore::MAX_PERMITS))),
            looking: Arc::new(Semaphore::new(asks_max.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// A place, at once or after waiting for it.
    async fn enter(&self, until: Instant) -> Option<[OwnedSemaphorePermit; 2]> {
        let inside = Arc::clone(&self.inside).try_acquire_owned().ok()?;
        let looking =
            timeout_at(until, Arc::clone(&self.looking).acquire_owned()).await.ok()?.ok()?;
        Some([inside, looking])
    }
}

/// Answers one text as the bot would in a private chat.
///
/// # Errors
/// See [`NoAnswer`].
pub(super) async fn ask(
    shared: &Arc<Shared>,
    post: Post,
    lang: Option<String>,
    until: Instant,
) -> Result<(Answer, Reply), NoAnswer> {
    // To say that nothing was found would be a lie.
    if shared.web.health.is_preparing() {
        return Err(NoAnswer::Starting);
    }
    let begun = Instant::now();
    let metrics = &shared.web.metrics;
    let Some(place) = shared.gate.enter(until).await else {
        metrics.shed();
        return Err(NoAnswer::Busy);
    };
    let inside = Arc::clone(shared);
    let looked_up = tokio::task::spawn_blocking(move || {
        // The place is taken until the work ends, even if nobody waits for it any more.
        let _place = place;
        let web = &inside.web;
        tell(&web.finder, &web.words, &post, lang.as_deref(), web.clock.now().date_naive())
    });
    match timeout_at(until, looked_up).await {
        Ok(Ok(Ok((answer, reply)))) => {
            metrics.answered(answer.decision.name(), begun.elapsed().as_secs_f64());
            Ok((answer, reply))
        }
        Ok(Ok(Err(error))) => {
            tracing::error!(error = format!("{error:#}"), "a question could not be looked up");
            Err(NoAnswer::Failed)
        }
        // What a panic says may hold the text; where it happened is on stderr already.
        Ok(Err(_)) => {
            tracing::error!("looking up a question broke off");
            Err(NoAnswer::Failed)
        }
        Err(_) => {
            metrics.shed();
            Err(NoAnswer::Busy)
        }
    }
}
