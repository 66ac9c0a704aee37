//! Mentions to the inbox: polled, kept within the account's budget, stored with how far was read.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::TimeDelta;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::chats::CallError;
use crate::chats::mentions::{Addressed, Budget, Mention};
use crate::claim::post::{Command, Intent};
use crate::doors::{Chance, Clock, Fault};
use crate::store::{Received, Store};

/// First wait after a failed poll, and the longest, in milliseconds.
const WAIT_FIRST_MS: u64 = 1_000;
const WAIT_MAX_MS: u64 = 60_000;
/// Wait where the server does not know us: whoever tries passwords all the time is shut out.
const WAIT_UNKNOWN: Duration = Duration::from_secs(5 * 60);
/// Over which time answers are counted.
const BUDGET_HOURS: i64 = 1;
/// Why a mention is set aside that would be one answer too many.
const OVER_BUDGET: &str = "over the hourly budget of its author or thread";

/// Takes what addresses one account into the inbox.
pub struct MentionWatcher {
    /// The account.
    pub account: Addressed,
    /// Where mentions are kept.
    pub store: Arc<Store>,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// Where a test kills the process.
    pub fault: Fault,
    /// Told when something new is in the inbox.
    pub wake: Arc<Notify>,
}

/// Why a poll brought nothing.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Call(CallError),
    #[error("the database failed: {0:#}")]
    Own(#[from] anyhow::Error),
}

impl MentionWatcher {
    /// Polls until `stop`. `report` hears whether polling works.
    pub async fn poll(&self, stop: &CancellationToken, report: impl Fn(Result<(), String>) + Send) {
        let mut failures: u32 = 0;
        while !stop.is_cancelled() {
            let turn = tokio::select! {
                () = stop.cancelled() => return,
                turn = self.turn() => turn,
            };
            let wait = match turn {
                Ok(_) => {
                    report(Ok(()));
                    failures = 0;
                    self.account.pause()
                }
                Err(failure) => {
                    if failures == 0 {
                        warn!(chat = self.account.name(), "no mentions: {failure}");
                    }
                    report(Err(failure.to_string()));
                    failures += 1;
                    self.wait_after(&failure, failures)
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn wait_after(&self, failure: &Failure, failures: u32) -> Duration {
        let longest = WAIT_FIRST_MS.saturating_mul(1 << failures.min(16)).min(WAIT_MAX_MS);
        match failure {
            Failure::Call(CallError::Later(wait)) => *wait,
            Failure::Call(CallError::Unknown(_)) => WAIT_UNKNOWN,
            _ => Duration::from_millis(longest).mul_f64(0.5 + self.chance.fraction() / 2.0),
        }
    }

    /// One poll: asks for what is new and stores it. Returns how much that was.
    async fn turn(&self) -> Result<usize, Failure> {
        let chat = self.account.name().to_owned();
        let known = {
            let chat = chat.clone();
            self.with_store(move |store| store.source(&chat)).await?
        };
        let got = self.account.mentions(known.cursor.as_deref()).await.map_err(Failure::Call)?;
        if got.mentions.is_empty() && (got.cursor.is_none() || got.cursor == known.cursor) {
            return Ok(0);
        }
        self.fault.reach("received-before-inbox");
        let (now, chance, budget) = (self.clock.now(), self.chance.clone(), self.account.budget());
        let new = self
            .with_store(move |store| {
                let ids: Vec<String> = got.mentions.iter().map(|one| one.id.clone()).collect();
                let known = store.has_received(&chat, &ids)?;
                let unknown = got.mentions.into_iter().zip(known).filter(|(_, known)| !known);
                let mut counted = Counted { store, chat: &chat, budget, so_far: HashMap::new() };
                let since = now - TimeDelta::hours(BUDGET_HOURS);
                let received = unknown.map(|(mention, _)| {
                    let asks = mention.incoming.as_ref().is_ok_and(|incoming| {
                        // Whoever wants to be forgotten is, however much they asked before.
                        !matches!(incoming.intent, Intent::Command(Command::Forget, _))
                    });
                    let over = asks && counted.is_over(&mention, since)?;
                    Ok(received(mention, over, chance.id()))
                });
                let received = received.collect::<Result<Vec<Received>>>()?;
                store.receive(&chat, &received, got.cursor.as_deref(), now)
            })
            .await?;
        self.fault.reach("inbox-stored");
        if new > 0 {
            self.wake.notify_one();
            info!(chat = self.account.name(), new, "mentions stored");
        }
        Ok(new)
    }

    async fn with_store<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Store) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || ask(&store)).await.context("the database panicked")?
    }
}

/// What a budget has left, while a batch is looked at.
struct Counted<'a> {
    store: &'a Store,
    chat: &'a str,
    budget: Budget,
    /// Taken in this batch, by author and by thread.
    so_far: HashMap<(bool, String), u32>,
}

impl Counted<'_> {
    /// Whether an answer would be one too many; if not, it is counted.
    fn is_over(&mut self, mention: &Mention, since: chrono::DateTime<chrono::Utc>) -> Result<bool> {
        let asked = self.store.asked_since(self.chat, &mention.author, &mention.thread, since)?;
        let (author, thread) = ((true, mention.author.clone()), (false, mention.thread.clone()));
        let taken = |key| self.so_far.get(key).copied().unwrap_or_default();
        let over = asked.author + taken(&author) >= self.budget.author_hourly_max
            || asked.thread + taken(&thread) >= self.budget.thread_hourly_max;
        if !over {
            *self.so_far.entry(author).or_default() += 1;
            *self.so_far.entry(thread).or_default() += 1;
        }
        Ok(over)
    }
}

fn received(mention: Mention, over: bool, id: String) -> Received {
    let Mention { id: external_id, author, incoming, .. } = mention;
    let incoming = if over { Err(OVER_BUDGET) } else { incoming };
    Received {
        id,
        external_id,
        // Of what is not answered not even the place is kept.
        conversation: if incoming.is_ok() { author } else { String::new() },
        raw: None,
        incoming: incoming.map_err(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

    use chrono::DateTime;

    use super::*;
    use crate::chats::mentions::Mentions;
    use crate::claim::post::{Audience, Incoming, Post, ReplyTo};

    fn mention(id: &str, author: &str, thread: &str) -> Mention {
        let incoming = Incoming {
            reply_to: Some(ReplyTo {
                chat: "test.main".into(),
                conversation: author.into(),
                message: Some(format!("{id} {thread}")),
                thread: None,
                audience: Audience::Public,
            }),
            ..Incoming::of(Intent::Question, Post::of(id), DateTime::default())
        };
        Mention {
            id: id.into(),
            author: author.into(),
            thread: thread.into(),
            incoming: Ok(incoming),
        }
    }

    #[tokio::test]
    async fn mentions_are_stored_once_within_the_budget_and_failures_are_waited_for() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Arc::new(Store::open(dir.path()).expect("a database"));
        let aside = Mention { incoming: Err("from a bot"), ..mention("m0", "robot", "t1") };
        let first = vec![aside, mention("m1", "ann", "t1"), mention("m2", "ann", "t2")];
        // Ann's third is over her budget, Bob's two fill up the thread, Cy's is one too many.
        let mut forget = mention("m7", "ann", "t1");
        if let Ok(incoming) = &mut forget.incoming {
            incoming.intent = Intent::Command(Command::Forget, String::new());
        }
        let second = vec![
            forget,
            mention("m2", "ann", "t2"),
            mention("m3", "ann", "t3"),
            mention("m4", "bob", "t1"),
            mention("m5", "bob", "t1"),
            mention("m6", "cy", "t1"),
        ];
        let page = |mentions, cursor: &str| Mentions { mentions, cursor: Some(cursor.to_owned()) };
        let script = VecDeque::from([
            Ok(page(Vec::new(), "0")),
            Ok(page(first, "1")),
            Ok(page(second, "2")),
            Err(CallError::Unknown("no such account")),
        ]);
        let watcher = MentionWatcher {
            account: Addressed::Scripted(Arc::new(Mutex::new(script))),
            store: Arc::clone(&store),
            clock: Clock::new(DateTime::default),
            chance: Chance::seeded(1),
            fault: Fault::default(),
            wake: Arc::default(),
        };
        let stop = CancellationToken::new();
        let told = Mutex::new(Vec::new());
        let report = |state: Result<(), String>| {
            if state.is_err() {
                stop.cancel();
            }
            told.lock().expect("a list").push(state);
        };
        watcher.poll(&stop, report).await;
        assert_eq!(
            *told.lock().expect("a list"),
            [Ok(()), Ok(()), Ok(()), Err("no such account".to_owned())]
        );
        assert_eq!(store.source("test.main").expect("a source").cursor.as_deref(), Some("2"));
        let states = store.inbox_states().expect("states");
        assert_eq!(states, [("new".into(), 5), ("skipped".into(), 3)]);
    }

    #[test]
    fn a_server_that_does_not_know_us_is_not_asked_all_the_time() {
        let dir = tempfile::tempdir().expect("a directory");
        let watcher = MentionWatcher {
            account: Addressed::Scripted(Arc::default()),
            store: Arc::new(Store::open(dir.path()).expect("a database")),
            clock: Clock::new(DateTime::default),
            chance: Chance::seeded(1),
            fault: Fault::default(),
            wake: Arc::default(),
        };
        let wait = |error, failures| watcher.wait_after(&Failure::Call(error), failures);
        assert_eq!(wait(CallError::Unknown("x"), 1), WAIT_UNKNOWN);
        assert_eq!(wait(CallError::Later(Duration::from_secs(7)), 9), Duration::from_secs(7));
        assert!(wait(CallError::Unreachable, 1) < Duration::from_secs(3));
        assert!(wait(CallError::Unreachable, u32::MAX) >= Duration::from_secs(30));
    }
}
