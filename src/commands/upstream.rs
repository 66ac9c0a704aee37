//! What commands need to reach the outside: the door, a runtime to wait on it, and the gatherer.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::chats::bluesky::Bluesky;
use crate::chats::settings::Chat;
use crate::chats::telegram::Telegram;
use crate::config::Settings;
use crate::doors::Clock;
use crate::gather::{Gatherer, Limits, OnPage};
use crate::house::House;
use crate::http::Door;

/// What still runs when the work is done may take so long to end.
const ENDING: Duration = Duration::from_millis(500);

/// The outbound door of the settings.
///
/// # Errors
/// If the settings or the system's certificates don't permit one.
pub(super) fn door(house: &House) -> Result<Door> {
    house.door()
}

/// A gatherer that leaves the index to the end of the command.
///
/// # Errors
/// As [`door`].
pub(super) fn gatherer(house: &House, limits: Limits, on_page: OnPage) -> Result<Gatherer> {
    Ok(Gatherer {
        store: Arc::clone(&house.store),
        publishers: Arc::clone(&house.publishers),
        indexer: None,
        door: door(house)?,
        clock: house.doors.clock.clone(),
        chance: house.doors.chance.clone(),
        fault: house.doors.fault.clone(),
        limits,
        on_page,
    })
}

/// Waits for something that waits for the outside.
///
/// # Errors
/// If no thread can be had, or as the work itself.
pub(super) fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("starting the runtime")?;
    let done = runtime.block_on(work);
    // What still blocks a thread can't be waited for long; it is as if the program was killed
    // there.
    runtime.shutdown_timeout(ENDING);
    done
}

/// Asks each configured bot's server who the bot is; a line for each that can't say.
///
/// # Errors
/// If no thread can be had.
pub(super) fn try_bots(settings: &Settings) -> Result<Vec<String>> {
    drop(rustls::crypto::ring::default_provider().install_default());
    wait(async {
        let mut troubles = Vec::new();
        for account in &settings.chat {
            let (kind, tried) = match &account.chat {
                Chat::Telegram(bot) => {
                    let Some(token) = &bot.token else { continue };
                    let telegram = Telegram::new(&account.name, bot, token)?;
                    ("telegram", telegram.me().await.map(drop))
                }
                Chat::Bluesky(bot) => {
                    let Some(password) = &bot.password else { continue };
                    let clock = Clock::new(chrono::Utc::now);
                    let door = crate::house::door(settings)?;
                    let account = Bluesky::new(&account.name, bot, password, door, clock)?;
                    ("bluesky", account.me().await.map(drop))
                }
            };
            if let Err(error) = tried {
                troubles.push(format!("[chat.{kind}.{}]: {error}", account.name));
            }
        }
        Ok(troubles)
    })
}
