//! Bots: each finds out who it is, announces itself, and takes in what it is told.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tracing::{info, warn};

use super::Shared;
use crate::answer::Room;
use crate::chats::CallError;
use crate::chats::settings::{Listening, Mode, Topics};
use crate::chats::telegram::{Announcement, SECRET_HEADER, Telegram};
use crate::claim::reply;
use crate::claim::words::Words;
use crate::watch::{Delivery, Watcher};
use crate::web::{Bytes, HeaderMap, StatusCode, Webhook};

/// First wait after a failed start, and the longest, in milliseconds.
const WAIT_FIRST_MS: u64 = 1_000;
const WAIT_MAX_MS: u64 = 60_000;

/// Where a webhook finds who takes its updates, once the bot knows who it is.
pub(super) type Place = Arc<OnceLock<Arc<Watcher>>>;

/// Runs one bot until the end.
pub(super) async fn run(shared: Arc<Shared>, bot: Arc<Telegram>, place: Place) {
    let Some(watcher) = introduce(&shared, &bot).await else { return };
    let watcher = Arc::new(watcher);
    drop(place.set(Arc::clone(&watcher)));
    info!(chat = bot.name(), username = watcher.me.username, "bot is ready");
    shared.health.set(bot.name(), Ok(()));
    let announced = announce(&shared, &bot);
    let taken_in = async {
        if bot.settings().mode == Mode::Polling {
            let report = |state: Result<(), String>| {
                shared.metrics.update(if state.is_ok() { "polled" } else { "failed" });
                shared.health.set(bot.name(), state);
            };
            watcher.poll(&shared.stop, report).await;
        }
    };
    tokio::join!(announced, taken_in);
}

/// Asks who the bot is until the server says so.
async fn introduce(shared: &Shared, bot: &Arc<Telegram>) -> Option<Watcher> {
    let doors = &shared.house.doors;
    let mut failures: u32 = 0;
    loop {
        match first_calls(shared, bot).await {
            Ok(me) => {
                return Some(Watcher {
                    telegram: Arc::clone(bot),
                    me,
                    store: Arc::clone(&shared.house.store),
                    clock: doors.clock.clone(),
                    chance: doors.chance.clone(),
                    keys: super::keys(shared),
                    fault: doors.fault.clone(),
                    wake: Arc::clone(&shared.inbox),
                });
            }
            Err(error) => {
                if failures == 0 {
                    warn!(chat = bot.name(), "the bot can't start: {error}");
                }
                shared.health.set(bot.name(), Err(error.to_string()));
                let longest = WAIT_FIRST_MS.saturating_mul(1 << failures.min(16)).min(WAIT_MAX_MS);
                let wait = match error {
                    CallError::Later(wait) => wait,
                    _ => {
                        Duration::from_millis(longest).mul_f64(0.5 + doors.chance.fraction() / 2.0)
                    }
                };
                failures += 1;
                tokio::select! {
                    () = shared.stop.cancelled() => return None,
                    () = tokio::time::sleep(wait) => {}
                }
            }
        }
    }
}

async fn first_calls(
    shared: &Shared,
    bot: &Telegram,
) -> Result<crate::chats::telegram::Me, CallError> {
    let me = bot.me().await?;
    bot.settle_delivery().await?;
    let moderators = match &bot.settings().moderators {
        Some(peer) => Some(bot.resolve(peer).await?),
        None => None,
    };
    let Topics { low, normal, high, digest } = bot.settings().topics;
    let (topics, username) = ([low, normal, high], me.username.clone());
    let unasked_hourly_max = match bot.settings().listen {
        Listening::Never => 0,
        Listening::Watched | Listening::Anywhere => bot.settings().listen_hourly_max,
    };
    let room = Room {
        moderators,
        topics,
        digest_topic: digest,
        username,
        unasked_hourly_max,
        ..Room::default()
    };
    shared.rooms.set(bot.name(), room);
    Ok(me)
}

/// Menus and descriptions in every language. A failure is told once and mended at the next start:
/// answering does not depend on it.
async fn announce(shared: &Shared, bot: &Telegram) {
    for announcement in announcements(&shared.house.words) {
        let announced = tokio::select! {
            () = shared.stop.cancelled() => return,
            announced = bot.announce(&announcement) => announced,
        };
        if let Err(error) = announced {
            warn!(chat = bot.name(), "menus and descriptions could not be set: {error}");
            return;
        }
    }
}

fn announcements(words: &Words) -> Vec<Announcement> {
    let default = words.choose(&[]);
    let mut all = vec![(String::new(), default)];
    all.extend(words.langs().map(|lang| (lang.code().to_owned(), lang)));
    all.into_iter()
        .map(|(language, lang)| Announcement {
            language,
            menu: reply::menu(words, lang)
                .into_iter()
                .map(|(command, text)| (command.name().to_owned(), text))
                .collect(),
            description: reply::description(words, lang),
            short_description: reply::short_description(words, lang),
        })
        .collect()
}

/// What takes the updates that are sent to `/telegram/NAME`.
pub(super) fn webhook(bot: &Telegram, place: &Place) -> Webhook {
    let place = Arc::clone(place);
    let name = bot.name().split_once('.').map_or(bot.name(), |(_, name)| name).to_owned();
    let receive = move |headers: HeaderMap, body: Bytes| {
        let watcher = place.get().cloned();
        let received = async move {
            // Until the bot knows who it is, updates are better sent again.
            let Some(watcher) = watcher else { return StatusCode::SERVICE_UNAVAILABLE };
            if watcher.telegram.settings().mode != Mode::Webhook {
                return StatusCode::NOT_FOUND;
            }
            let secret = headers.get(SECRET_HEADER).map(|value| value.as_bytes());
            match watcher.delivered(secret, &body).await {
                Delivery::Stored => StatusCode::OK,
                Delivery::Forged => StatusCode::UNAUTHORIZED,
                Delivery::Malformed => StatusCode::BAD_REQUEST,
                Delivery::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            }
        };
        Box::pin(received) as futures_util::future::BoxFuture<'static, StatusCode>
    };
    Webhook { name, receive: Arc::new(receive) }
}
