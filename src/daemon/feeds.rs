//! The lines from feeds of posts to the inbox: who is polled, and who may hand posts over.

use std::sync::Arc;

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tracing::{error, info, warn};

use super::{Shared, networks, spawn};
use crate::answer::Answering;
use crate::chats::settings::{Chat, Peer};
use crate::feeds::settings::Feed;
use crate::house::House;
use crate::http::Door;
use crate::store::{Silent, watched_chat};
use crate::watch::{FeedWatcher, Intake, Lanes, Links, Sender};
use crate::web::PushDoor;

/// How often we look for feeds that are silent.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Longer between two looks, we were not there: a machine that slept has heard nothing.
const ABSENCE: TimeDelta = TimeDelta::minutes(10);

/// One task for each feed that is polled or followed, and one that hears which of all feeds are
/// silent.
///
/// # Errors
/// If the door can't be made.
pub(super) fn start(shared: &Arc<Shared>, line: &Arc<Answering>) -> Result<()> {
    spawn(shared, listen(Arc::clone(shared), Arc::clone(line)));
    let door = shared.door.for_many_hosts()?;
    let watcher = FeedWatcher { intake: intake(shared), door, lanes: Arc::new(Lanes::default()) };
    for source in &shared.house.settings.feed {
        let name = source.key();
        match &source.feed {
            Feed::Bluesky(_) | Feed::Mastodon(_) => {
                let watcher = FeedWatcher { door: shared.door.clone(), ..watcher.clone() };
                let (own, source) = (Arc::clone(shared), source.clone());
                spawn(shared, networks::follow(own, watcher, source));
            }
            Feed::Rss(feed) => {
                let (watcher, feed, stop) = (watcher.clone(), feed.clone(), shared.stop.clone());
                spawn(shared, async move { watcher.run(&name, &feed, stop).await });
            }
            // It comes by itself.
            Feed::Push(_) => {}
        }
    }
    Ok(())
}

/// What follows the links of posts, if the operator wants that.
///
/// # Errors
/// If the door can't be made.
pub(super) fn links(house: &House, door: &Door) -> Result<Option<Arc<Links>>> {
    if !house.settings.http.resolve_links {
        return Ok(None);
    }
    Ok(Some(Arc::new(Links::new(door.for_many_hosts()?))))
}

/// A source of posts, or a watched chat, whose silence is told.
#[derive(Debug, Clone)]
struct Heard {
    /// How the database knows it.
    name: String,
    /// How moderators know it.
    place: String,
    /// How it is called where anybody may look: chats are not named there.
    part: String,
    /// It is a chat.
    chat: bool,
}

fn heard(house: &House) -> Vec<Heard> {
    let feeds = house.settings.feed.iter().map(|source| {
        let name = source.key();
        Heard { place: name.clone(), part: name.clone(), name, chat: false }
    });
    let chats = house.settings.chat.iter().flat_map(|account| {
        let watch: &[_] = match &account.chat {
            Chat::Telegram(bot) => &bot.watch,
            Chat::Bluesky(_) | Chat::Mastodon(_) => &[],
        };
        let bot = format!("telegram.{}", account.name);
        watch.iter().map(Peer::key).zip(1..).map(move |(named, number)| Heard {
            name: watched_chat(&bot, &named),
            place: format!("{bot}: {named}"),
            part: format!("{bot} watch {number}"),
            chat: true,
        })
    });
    feeds.chain(chats).collect()
}

/// Tells of feeds and watched chats that are silent for longer than they ever were: once in the log
/// and to the moderators, and as a notice of `/readyz` until they speak again.
async fn listen(shared: Arc<Shared>, line: Arc<Answering>) {
    let all = heard(&shared.house);
    let began = shared.house.doors.clock.now();
    let mut last: Option<DateTime<Utc>> = None;
    while !shared.stop.is_cancelled() {
        let now = shared.house.doors.clock.now();
        let absent = last.is_none_or(|last| now - last > ABSENCE || now < last);
        last = Some(now);
        let (own, line, heard) = (Arc::clone(&shared), Arc::clone(&line), all.clone());
        let looked = tokio::task::spawn_blocking(move || {
            let (store, fault) = (&own.house.store, &own.house.doors.fault);
            if absent {
                let names = |chat| {
                    let those = heard.iter().filter(move |one| one.chat == chat);
                    those.map(|one| one.name.clone()).collect::<Vec<_>>()
                };
                let (feeds, chats) = (names(false), names(true));
                store.listen(&feeds, &chats, now)?;
                if !heard.is_empty() {
                    let (feeds, chats) = (feeds.len(), chats.len());
                    info!(feeds, chats, "silence of feeds counts from now on");
                }
            }
            let silent = store.silent_sources(now)?;
            if line.awaits_moderators(began) || silent.iter().all(|one| one.alarmed_at.is_some()) {
                return Ok((Vec::new(), silent));
            }
            fault.reach("silence-before-plan");
            let raised = store.raise_alarms(now, |one| {
                let known = heard.iter().find(|known| known.name == one.name);
                known.map_or_else(Vec::new, |known| line.silence(one, &known.place, now))
            })?;
            fault.reach("silence-planned");
            Ok::<_, anyhow::Error>((raised, silent))
        });
        match looked.await {
            Ok(Ok((raised, silent))) => {
                if !raised.is_empty() {
                    shared.outbox.notify_one();
                }
                for known in &all {
                    let named = |one: &&Silent| one.name == known.name;
                    if let Some(one) = raised.iter().find(named) {
                        warn!(feed = known.part, "{}", told(one, known));
                    }
                    let silent = silent.iter().find(named);
                    let notice = silent.map(|one| told(one, known));
                    if shared.health.notice(&known.part, notice) && silent.is_none() {
                        info!(feed = known.part, "it speaks again");
                    }
                }
            }
            Ok(Err(failure)) => error!("silent feeds can't be told: {failure:#}"),
            Err(_) => error!("looking for silent feeds broke off"),
        }
        tokio::select! {
            () = shared.stop.cancelled() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

fn told(silent: &Silent, known: &Heard) -> String {
    let mend = if known.chat {
        "the bot is still in it and shown what is said there"
    } else {
        "its address still holds"
    };
    let since = silent.since.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!("nothing has come since {since}, which is longer than ever; see whether {mend}")
}

/// Who may post to `/api/v1/posts`.
pub(super) fn push_doors(shared: &Shared) -> Vec<PushDoor> {
    let intake = Arc::new(intake(shared));
    let doors = shared.house.settings.feed.iter().filter_map(|source| {
        let Feed::Push(push) = &source.feed else { return None };
        Some(PushDoor {
            sender: Sender {
                kind: source.feed.kind(),
                source: source.key(),
                posts_hourly_max: Some(push.posts_hourly_max),
            },
            token: push.token.clone()?,
            settings: push.clone(),
            intake: Arc::clone(&intake),
        })
    });
    doors.collect()
}

fn intake(shared: &Shared) -> Intake {
    let house = &shared.house;
    Intake {
        store: Arc::clone(&house.store),
        clock: house.doors.clock.clone(),
        chance: house.doors.chance.clone(),
        keys: super::keys(shared),
        fault: house.doors.fault.clone(),
        wake: Arc::clone(&shared.inbox),
        metrics: Arc::clone(&shared.metrics),
        links: shared.links.clone(),
    }
}
