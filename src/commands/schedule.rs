//! `schedule list`: when each source is asked next, and how the feeds of posts fare.

use std::io::Write;

use anyhow::{Context, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Subcommand;

use super::Exit;
use crate::feeds::settings::{Feed, Rss, Source};
use crate::house::House;
use crate::schedule::Schedule;
use crate::store::SourceHealth;
use crate::watch::due;

/// Runs listed for each source.
const RUNS: usize = 5;

/// When sources are asked
#[derive(Debug, Subcommand)]
pub(super) enum ScheduleCommand {
    /// Lists the next runs of each source, without the jitter, and how each fares
    List,
}

/// Lists the next runs of each publisher and feed, in UTC.
///
/// # Errors
/// If a schedule can't be read.
pub(super) fn run(house: &House, command: &ScheduleCommand, out: &mut impl Write) -> Result<Exit> {
    let ScheduleCommand::List = command;
    for source in &house.settings.publisher {
        let name = crate::gather::name_of(source);
        runs(house, &name, &source.settings.schedule, &source.settings.time_zone, out)?;
        fails(house, &name, out)?;
    }
    for source in &house.settings.feed {
        let name = format!("feed.{}.{}", source.feed.kind(), source.name);
        match &source.feed {
            Feed::Rss(Rss { schedule: Some(text), time_zone, .. }) => {
                runs(house, &name, text, time_zone, out)?;
            }
            Feed::Rss(feed) => paced(house, source, feed, out)?,
            Feed::Push(push) => {
                let most = push.posts_hourly_max;
                writeln!(out, "{name}  (is sent to us, at most {most} new posts an hour)")?;
            }
            Feed::Bluesky(_) | Feed::Mastodon(_) => {
                writeln!(out, "{name}  (is followed all the time)")?;
            }
        }
        fares(&house.store.source_health(&source.key())?, out)?;
        fails(house, &source.key(), out)?;
    }
    out.flush()?;
    Ok(Exit::Fine)
}

fn runs(house: &House, name: &str, text: &str, zone: &str, out: &mut impl Write) -> Result<()> {
    let schedule = Schedule::parse(text, zone).with_context(|| format!("schedule of {name}"))?;
    writeln!(out, "{name}  ({text}, {zone})")?;
    let mut at = house.doors.clock.now();
    for _ in 0..RUNS {
        let Some(next) = schedule.next_after(at) else { break };
        writeln!(out, "    {}", shown(next))?;
        at = next;
    }
    Ok(())
}

/// A feed without a schedule: only its next run is known.
fn paced(house: &House, source: &Source, feed: &Rss, out: &mut impl Write) -> Result<()> {
    let (min, max) = (feed.poll_min_minutes, feed.poll_max_minutes);
    let name = source.key();
    writeln!(out, "feed.{name}  (every {min} to {max} minutes, as it brings something new)")?;
    let known = house.store.source(&name)?;
    writeln!(out, "    {}", shown(due(feed, None, &known, house.doors.clock.now(), 0.0)))?;
    Ok(())
}

/// One line about what a feed has brought, if it has.
fn fares(health: &SourceHealth, out: &mut impl Write) -> Result<()> {
    let mut told = Vec::new();
    if let Some(last) = health.last_post {
        let lag = health.lag().map_or(0, |lag| lag.num_seconds());
        told.push(format!("{} posts, the last {} after {lag} s", health.posts, shown(last)));
    }
    for (count, what) in [
        (health.empty, "without text, date or address"),
        (health.malformed, "no posts"),
        (health.over, "over the budget"),
    ] {
        if count > 0 {
            told.push(format!("{count} {what}"));
        }
    }
    if let Some(alarmed) = health.alarmed_at {
        told.push(format!("silent for longer than ever, told {}", shown(alarmed)));
    }
    if !told.is_empty() {
        writeln!(out, "    {}", told.join("; "))?;
    }
    Ok(())
}

/// One line about a source whose polls fail: since when, how often, why, and when it is next.
fn fails(house: &House, name: &str, out: &mut impl Write) -> Result<()> {
    if let Some(failing) = house.store.source(name)?.failing() {
        writeln!(out, "    {failing}")?;
    }
    Ok(())
}

fn shown(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
