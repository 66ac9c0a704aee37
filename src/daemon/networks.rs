//! Networks: accounts that are addressed in public, and streams of posts.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tracing::{info, warn};

use super::Shared;
use crate::answer::Room;
use crate::chats::CallError;
use crate::chats::bluesky::Bluesky;
use crate::chats::mastodon::Mastodon;
use crate::chats::mentions::Addressed;
use crate::chats::settings::Chat;
use crate::feeds::settings::Source;
use crate::http::Door;
use crate::watch::{FeedWatcher, MentionWatcher, Tidings};

/// First wait after a failed start, and the longest, in milliseconds.
const WAIT_FIRST_MS: u64 = 1_000;
const WAIT_MAX_MS: u64 = 60_000;
/// Wait where the server does not know us: it counts how often one tries, and shuts out.
const WAIT_UNKNOWN: Duration = Duration::from_secs(5 * 60);

/// How often, and how far apart, a stream looks whether our accounts know who they are.
const STRANGERS_LOOKS: u32 = 100;
const STRANGERS_EVERY: Duration = Duration::from_millis(100);

/// The configured accounts on Bluesky and Mastodon.
pub(super) fn accounts(shared: &Shared, door: &Door) -> Result<Vec<Addressed>> {
    let mut accounts = Vec::new();
    for account in &shared.house.settings.chat {
        let name = &account.name;
        let addressed = match &account.chat {
            Chat::Telegram(_) => continue,
            Chat::Bluesky(settings) => {
                let password = settings.password.as_ref().with_context(|| {
                    format!("[chat.bluesky.{name}] has no password: set password_file")
                })?;
                let clock = shared.house.doors.clock.clone();
                let bluesky = Bluesky::new(name, settings, password, door.clone(), clock)?;
                Addressed::Bluesky(Arc::new(bluesky))
            }
            Chat::Mastodon(settings) => {
                let token = settings.token.as_ref().with_context(|| {
                    format!("[chat.mastodon.{name}] has no token: set token_file")
                })?;
                let mastodon = Mastodon::new(name, settings, token, door.clone())?;
                Addressed::Mastodon(Arc::new(mastodon))
            }
        };
        shared.health.expect(addressed.name());
        // A correction may be due before the account knows who it is.
        shared.rooms.expect(addressed.name(), false, room(&addressed));
        shared.strangers.fetch_add(1, Ordering::AcqRel);
        accounts.push(addressed);
    }
    Ok(accounts)
}

/// Runs one account until the end.
pub(super) async fn run(shared: Arc<Shared>, account: Addressed) {
    let Some(username) = introduce(&shared, &account).await else { return };
    info!(chat = account.name(), username, "account is ready");
    shared.health.set(account.name(), Ok(()));
    let doors = &shared.house.doors;
    let watcher = MentionWatcher {
        account: account.clone(),
        store: Arc::clone(&shared.house.store),
        clock: doors.clock.clone(),
        chance: doors.chance.clone(),
        fault: doors.fault.clone(),
        wake: Arc::clone(&shared.inbox),
    };
    let report = |state: Result<(), String>| {
        shared.metrics.update(if state.is_ok() { "polled" } else { "failed" });
        shared.health.set(account.name(), state);
    };
    watcher.poll(&shared.stop, report).await;
}

/// Signs in until the server lets us.
async fn introduce(shared: &Shared, account: &Addressed) -> Option<String> {
    let mut failures: u32 = 0;
    while !shared.stop.is_cancelled() {
        let introduced = tokio::select! {
            () = shared.stop.cancelled() => return None,
            introduced = account.introduce() => introduced,
        };
        if let Ok(me) = &introduced {
            let mut ours = shared.ours.write().unwrap_or_else(PoisonError::into_inner);
            ours.insert(me.author.clone());
        }
        if failures == 0 {
            shared.strangers.fetch_sub(1, Ordering::AcqRel);
        }
        let error = match introduced {
            Ok(me) => {
                let room = Room { username: me.username.clone(), ..room(account) };
                shared.rooms.set(account.name(), room);
                return Some(me.username);
            }
            Err(error) => error,
        };
        if failures == 0 {
            warn!(chat = account.name(), "the account can't start: {error}");
        }
        shared.health.set(account.name(), Err(error.to_string()));
        let longest = WAIT_FIRST_MS.saturating_mul(1 << failures.min(16)).min(WAIT_MAX_MS);
        let chance = shared.house.doors.chance.fraction();
        let wait = match error {
            CallError::Later(wait) => wait,
            CallError::Unknown(_) => WAIT_UNKNOWN,
            _ => Duration::from_millis(longest).mul_f64(0.5 + chance / 2.0),
        };
        failures += 1;
        tokio::select! {
            () = shared.stop.cancelled() => return None,
            () = tokio::time::sleep(wait) => {}
        }
    }
    None
}

/// What holds of an account whoever it is.
fn room(account: &Addressed) -> Room {
    Room { graphemes_max: Some(account.graphemes_max()), keyed: true, ..Room::default() }
}

/// Follows one stream until the end.
pub(super) async fn follow(shared: Arc<Shared>, watcher: FeedWatcher, source: Source) {
    let part = source.key();
    let kind = source.feed.kind();
    shared.metrics.stream_open(&part, false);
    // What we said ourselves is known as ours once we know who we are.
    for _ in 0..STRANGERS_LOOKS {
        if shared.strangers.load(Ordering::Acquire) == 0 || shared.stop.is_cancelled() {
            break;
        }
        tokio::time::sleep(STRANGERS_EVERY).await;
    }
    // Nobody's restart mends a server of theirs, so a stream that fails is a notice; beside that of
    // its silence, which is another matter.
    let about = format!("{part}.stream");
    // Servers close streams now and then; one that brought something is not failing for that.
    let brought = AtomicBool::new(false);
    let report = |tidings: Tidings| match tidings {
        Tidings::Open => {
            shared.metrics.stream_open(&part, true);
            shared.health.notice(&about, None);
        }
        Tidings::Failed(why) => {
            shared.metrics.stream_open(&part, false);
            if !brought.swap(false, Ordering::AcqRel) {
                shared.health.notice(&about, Some(why));
            }
        }
        Tidings::Heard(heard) => {
            brought.store(true, Ordering::Release);
            let many = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
            for (outcome, count) in [
                ("read", heard.counts.read),
                ("filtered", heard.counts.filtered),
                ("malformed", heard.counts.malformed),
                ("new", many(heard.new)),
                ("gone", many(heard.gone)),
                ("over", many(heard.over)),
            ] {
                shared.metrics.streamed(kind, outcome, count);
            }
        }
    };
    let is_ours =
        |author: &str| shared.ours.read().unwrap_or_else(PoisonError::into_inner).contains(author);
    watcher.follow(&source, &shared.stop, is_ours, report).await;
}
