//! `watch`: polls the configured feeds of posts once, now, or takes posts from stdin.

use std::io::{Read, Write};
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use futures_util::StreamExt;

use super::lines::Parcels;
use super::upstream::{door, wait};
use super::{Exit, Usage};
use crate::doors::tell;
use crate::feeds::push::{self, Pushed};
use crate::feeds::settings::{Feed, Rss};
use crate::house::House;
use crate::metrics::Metrics;
use crate::store::Keys;
use crate::watch::{FeedWatcher, Intake, Links, Sender, Watched};

/// Feeds polled at once.
const AT_ONCE_MAX: usize = 8;

/// Polls the configured feeds of posts once, now, or takes posts from stdin
#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    /// Only these
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Take posts from stdin, one JSON object a line, as `match` does
    #[arg(long, conflicts_with = "names")]
    stdin: bool,
}

/// Takes posts into the inbox, where a daemon that runs now or later looks at them.
///
/// # Errors
/// Wrong usage, or the database fails.
pub(super) fn run(house: &House, args: &WatchArgs, out: &mut impl Write) -> Result<Exit> {
    if args.stdin {
        return take(house, std::io::stdin(), out);
    }
    let feeds = chosen(house, &args.names)?;
    if feeds.is_empty() {
        tell!("no feed is configured that is polled: add [feed.rss.NAME] to the configuration");
        return Ok(Exit::Config);
    }
    let door = door(house)?;
    let mut intake = intake(house);
    if house.settings.http.resolve_links {
        intake.links = Some(Arc::new(Links::new(door.clone())));
    }
    let watcher = FeedWatcher { intake, door, lanes: Arc::default() };
    let mut failed = false;
    wait(async {
        let polls = feeds.into_iter().map(|(name, feed)| {
            let watcher = watcher.clone();
            async move {
                let watched = watcher.poll(&name, &feed).await;
                (name, watched)
            }
        });
        let mut polls = futures_util::stream::iter(polls).buffer_unordered(AT_ONCE_MAX);
        while let Some((name, watched)) = polls.next().await {
            let watched = watched?;
            failed |= watched.failure.is_some();
            tell(&name, &watched, out)?;
        }
        Ok(())
    })?;
    Ok(if failed { Exit::Unavailable } else { Exit::Fine })
}

/// The feeds that can be polled, or those of these names.
fn chosen(house: &House, names: &[String]) -> Result<Vec<(String, Rss)>> {
    let all = &house.settings.feed;
    for name in names {
        let Some(source) = all.iter().find(|source| source.name == *name) else {
            let mut known: Vec<&str> = all.iter().map(|source| source.name.as_str()).collect();
            known.sort_unstable();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(Usage(format!("no feed is called {name}; configured: {known}")).into());
        };
        if !matches!(source.feed, Feed::Rss(_)) {
            let kind = source.feed.kind();
            let what = format!("{name} is a {kind} feed, which only the daemon can watch");
            return Err(Usage(what).into());
        }
    }
    let wanted = all.iter().filter(|source| names.is_empty() || names.contains(&source.name));
    let polled = wanted.filter_map(|source| match &source.feed {
        Feed::Rss(feed) => Some((source.key(), feed.clone())),
        Feed::Push(_) | Feed::Bluesky(_) | Feed::Mastodon(_) => None,
    });
    Ok(polled.collect())
}

fn intake(house: &House) -> Intake {
    Intake {
        store: Arc::clone(&house.store),
        clock: house.doors.clock.clone(),
        chance: house.doors.chance.clone(),
        keys: Keys {
            store: Arc::clone(&house.store),
            entropy: house.doors.entropy.clone(),
            clock: house.doors.clock.clone(),
            days: house.settings.retention.people_days,
        },
        fault: house.doors.fault.clone(),
        // A daemon beside us looks for itself.
        wake: Arc::default(),
        metrics: Arc::new(Metrics::new()),
        // Whoever pipes posts in should not wait for the servers of others.
        links: None,
    }
}

fn tell(name: &str, watched: &Watched, out: &mut impl Write) -> Result<()> {
    if let Some((error, _)) = &watched.failure {
        tell!("{name}: {error}");
        return Ok(());
    }
    write!(out, "{name}: new {}", watched.kept.new)?;
    if watched.kept.over > 0 {
        write!(out, ", over the budget {}", watched.kept.over)?;
    }
    if watched.first {
        write!(out, ", seen for the first time: what is there now is only remembered")?;
    }
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

/// Takes posts from a stream, each as soon as it is there.
fn take(house: &House, input: impl Read, out: &mut impl Write) -> Result<Exit> {
    let intake = intake(house);
    let (mut new, mut known, mut rejected) = (0, 0, 0);
    let mut parcels = Parcels::new(input, true);
    wait(async {
        while let Some(parcel) = parcels.next()? {
            let mut pushed = Pushed::default();
            for (number, line) in parcel {
                match push::line(&line) {
                    Ok(entry) => pushed.entries.push(entry),
                    Err(why) => {
                        tell!("-:{number}: {why}");
                        pushed.rejects.push((number, why));
                    }
                }
            }
            rejected += pushed.rejects.len();
            let kept = intake.take(&Sender::stdin(), pushed).await?;
            new += kept.new;
            known += kept.known;
        }
        Ok(())
    })?;
    writeln!(out, "new {new}, known {known}, rejected {rejected}")?;
    out.flush()?;
    Ok(if rejected > 0 { Exit::Data } else { Exit::Fine })
}
