//! Telegram to the inbox: by asking for updates, or by being sent them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::chats::CallError;
use crate::chats::telegram::{Groups, Me, Read, Telegram, read, update_id};
use crate::claim::post::{Audience, Command, Incoming, Intent};
use crate::claim::reply::Action;
use crate::doors::{Chance, Clock, Fault};
use crate::store::{Heard, Keys, Received, Store, watched_chat};

/// First wait after a failed poll, and the longest, in milliseconds.
const WAIT_FIRST_MS: u64 = 500;
const WAIT_MAX_MS: u64 = 60_000;

/// Shortest time between two polls that bring nothing new.
const IDLE: Duration = Duration::from_millis(500);

/// Groups of one batch whose admins are looked up, and how long each look may take: what comes
/// after waits meanwhile.
const LOOK_UPS_MAX: usize = 3;
const LOOK_UP_WAIT: Duration = Duration::from_secs(5);

/// Where Telegram puts the names of people.
const NAMES: [&str; 3] = ["first_name", "last_name", "username"];

/// Takes one bot's updates into the inbox.
pub struct Watcher {
    /// The bot.
    pub telegram: Arc<Telegram>,
    /// Who the bot is.
    pub me: Me,
    /// Where updates are kept.
    pub store: Arc<Store>,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// By what people are named.
    pub keys: Keys,
    /// Where a test kills the process.
    pub fault: Fault,
    /// Told when something new is in the inbox.
    pub wake: Arc<Notify>,
}

/// How a delivery to the webhook ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Stored; it may be acknowledged.
    Stored,
    /// It does not carry the secret.
    Forged,
    /// It is no update.
    Malformed,
    /// It could not be stored; it is to be sent again.
    Failed,
}

impl Watcher {
    /// Polls until `stop`. `report` hears whether polling works.
    pub async fn poll(&self, stop: &CancellationToken, report: impl Fn(Result<(), String>)) {
        let mut failures = 0;
        while !stop.is_cancelled() {
            let began = Instant::now();
            let turn = tokio::select! {
                () = stop.cancelled() => break,
                turn = self.turn() => turn,
            };
            let wait = match turn {
                Ok(new) => {
                    report(Ok(()));
                    if failures > 0 {
                        info!(chat = self.telegram.name(), "updates come again");
                    }
                    failures = 0;
                    if new > 0 || began.elapsed() >= IDLE {
                        continue;
                    }
                    // A server that neither waits nor has anything new is not to be asked all the
                    // time.
                    IDLE
                }
                Err(failure) => {
                    if failures == 0 {
                        warn!(chat = self.telegram.name(), "no updates: {failure}");
                    }
                    report(Err(failure.to_string()));
                    failures += 1;
                    match failure {
                        Failure::Call(CallError::Later(wait)) => wait,
                        _ => self.backoff(failures - 1),
                    }
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// One poll: asks for what comes after the last stored update, which confirms everything up to
    /// it, and stores what it gets. Returns how much of that was new.
    async fn turn(&self) -> Result<usize, Failure> {
        let store = Arc::clone(&self.store);
        let name = self.telegram.name().to_owned();
        let source = tokio::task::spawn_blocking(move || store.source(&name)).await??;
        let last: i64 = source.cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(-1);
        let updates = self.telegram.updates(last + 1).await.map_err(Failure::Call)?;
        if updates.is_empty() {
            return Ok(0);
        }
        // After a week of silence numbers begin anew, and may be lower than before.
        let newest = updates.iter().filter_map(update_id).max();
        self.fault.reach("received-before-inbox");
        Ok(self.store(updates, newest.map(|id| id.to_string())).await?)
    }

    /// Takes in one update that was sent to the webhook.
    pub async fn delivered(&self, secret: Option<&[u8]>, body: &[u8]) -> Delivery {
        if !self.telegram.is_from_telegram(secret) {
            return Delivery::Forged;
        }
        let Ok(update) = serde_json::from_slice::<Value>(body) else {
            return Delivery::Malformed;
        };
        if update_id(&update).is_none() {
            return Delivery::Malformed;
        }
        self.fault.reach("received-before-inbox");
        match self.store(vec![update], None).await {
            Ok(_) => Delivery::Stored,
            Err(error) => {
                warn!(chat = self.telegram.name(), "an update could not be stored: {error:#}");
                Delivery::Failed
            }
        }
    }

    async fn store(&self, updates: Vec<Value>, cursor: Option<String>) -> Result<usize> {
        let now = self.clock.now();
        let source = self.telegram.name().to_owned();
        let groups = {
            let (store, source) = (Arc::clone(&self.store), source.clone());
            let groups = move || -> Result<Groups> {
                let listened = store.listened_groups(&source)?;
                Ok(Groups { listened, moved: store.moved_groups(&source)? })
            };
            tokio::task::spawn_blocking(groups).await??
        };
        let read = |raw| read(raw, &source, &self.me, &groups, now);
        let mut understood: Vec<Read> = updates.iter().map(read).collect();
        self.look_up_admins(&mut understood).await;
        let mut heard = Heard::new();
        let read: Vec<(Option<String>, Received)> = updates
            .iter()
            .zip(understood)
            .map(|(raw, read)| {
                let received = Received {
                    id: self.chance.id(),
                    // An update without a number can't be told from another: it is kept once a
                    // hash.
                    external_id: update_id(raw).map_or_else(
                        || crate::claim::review::hash_hex(&[&raw.to_string()]),
                        |id| id.to_string(),
                    ),
                    conversation: read.conversation,
                    // What was understood is enough; the rest says who wrote it.
                    raw: (read.keep_raw && read.incoming.is_err())
                        .then(|| nameless(raw.clone()).to_string()),
                    incoming: read.incoming.map_err(str::to_owned),
                };
                if let Some(named) = read.watched {
                    heard.insert(received.id.clone(), watched_chat(&source, &named));
                }
                (read.author, received)
            })
            .collect();
        let (store, keys) = (Arc::clone(&self.store), self.keys.clone());
        let stored = tokio::task::spawn_blocking(move || {
            let key = keys.key()?;
            let received: Vec<Received> = read
                .into_iter()
                .map(|(author, mut received)| {
                    if let Ok(incoming) = &mut received.incoming {
                        incoming.author_key = author.map(|author| key.name(&author));
                    }
                    received
                })
                .collect();
            store.receive_heard(&source, &received, &heard, cursor.as_deref(), now)
        });
        let new = stored.await??;
        self.fault.reach("inbox-stored");
        if new > 0 {
            self.wake.notify_one();
        }
        info!(chat = self.telegram.name(), received = updates.len(), new, "updates stored");
        Ok(new)
    }

    /// Finds out who of those that want what only admins of their group may are admins. Where that
    /// can't be told in time it stays unknown, and they are asked to say so again.
    async fn look_up_admins(&self, understood: &mut [Read]) {
        let mut known: HashMap<String, Option<HashSet<u64>>> = HashMap::new();
        for read in understood {
            let Read { conversation, incoming: Ok(incoming), asks, .. } = read else { continue };
            if !self.needs_admin(incoming).await {
                continue;
            }
            if !known.contains_key(conversation) && known.len() < LOOK_UPS_MAX {
                let admins = timeout(LOOK_UP_WAIT, self.telegram.admins(conversation)).await;
                known.insert(conversation.clone(), admins.ok().and_then(Result::ok));
            }
            let Some(admins) = known.get(conversation).and_then(Option::as_ref) else { continue };
            let by_admin = asks.map(|who| admins.contains(&who));
            if let Intent::Listen(wish) = &mut incoming.intent {
                wish.by_admin = by_admin.or(wish.by_admin);
                wish.hears = wish.hears.or_else(|| Some(admins.contains(&self.me.id)));
            } else {
                incoming.by_admin = by_admin;
            }
        }
    }

    /// Whether something changes a group for all, so that it is to be known who wants it.
    async fn needs_admin(&self, incoming: &Incoming) -> bool {
        let Some(to) = incoming.reply_to.as_ref().filter(|to| to.audience == Audience::Group)
        else {
            return false;
        };
        match &incoming.intent {
            Intent::Listen(wish) => {
                let is_known =
                    wish.by_admin.is_some() && (wish.hears.is_some() || wish.on != Some(true));
                wish.on.is_some() && !is_known
            }
            Intent::Command(Command::Forget | Command::Settings, _) => incoming.by_admin.is_none(),
            Intent::Press { button, .. } => {
                let (store, to, button) = (Arc::clone(&self.store), to.clone(), button.clone());
                let pressed = tokio::task::spawn_blocking(move || store.pressed(&to, &button));
                let action = pressed.await.ok().and_then(Result::ok).flatten();
                action.is_some_and(|pressed| matches!(pressed.action, Action::Language(_)))
            }
            _ => false,
        }
    }

    fn backoff(&self, failures: u32) -> Duration {
        let longest = WAIT_FIRST_MS.saturating_mul(1 << failures.min(16)).min(WAIT_MAX_MS);
        Duration::from_millis(longest).mul_f64(0.5 + self.chance.fraction() / 2.0)
    }
}

/// An update that can't be read yet, without the names of people.
fn nameless(mut raw: Value) -> Value {
    match &mut raw {
        Value::Object(fields) => {
            for name in NAMES {
                fields.remove(name);
            }
            for field in fields.values_mut() {
                *field = nameless(field.take());
            }
        }
        Value::Array(values) => {
            for value in values {
                *value = nameless(value.take());
            }
        }
        _ => {}
    }
    raw
}

enum Failure {
    Call(CallError),
    Other(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Other(error.into())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Call(error) => write!(out, "{error}"),
            Self::Other(error) => write!(out, "{error:#}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::nameless;

    #[test]
    fn what_can_not_be_read_is_kept_without_names() {
        let raw = json!({"guest": {"from": {"id": 5, "first_name": "Ana"}, "text": "x"},
            "all": [{"username": "ana", "last_name": "B"}, 7]});
        let kept = json!({"guest": {"from": {"id": 5}, "text": "x"}, "all": [{}, 7]});
        assert_eq!(nameless(raw), kept);
    }
}
