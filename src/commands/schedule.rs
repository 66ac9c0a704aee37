//! `schedule list`: when each source is asked next.

use std::io::Write;

use anyhow::{Context, Result};
use chrono::SecondsFormat;
use clap::Subcommand;

use super::Exit;
use crate::feeds::settings::Feed;
use crate::house::House;
use crate::schedule::Schedule;

/// Runs listed for each source.
const RUNS: usize = 5;

/// When sources are asked
#[derive(Debug, Subcommand)]
pub(super) enum ScheduleCommand {
    /// Lists the next runs of each source, without the jitter
    List,
}

/// Lists the next runs of each publisher and feed, in UTC.
///
/// # Errors
/// If a schedule can't be read.
pub(super) fn run(house: &House, command: &ScheduleCommand, out: &mut impl Write) -> Result<Exit> {
    let ScheduleCommand::List = command;
    let settings = &house.settings;
    let mut rows: Vec<(String, &str, &str)> = Vec::new();
    for source in &settings.publisher {
        let name = crate::gather::name_of(source);
        rows.push((name, &source.settings.schedule, &source.settings.time_zone));
    }
    for source in &settings.feed {
        // A stream has no schedule.
        let Feed::Rss(feed) = &source.feed else { continue };
        rows.push((format!("feed.rss.{}", source.name), &feed.schedule, &feed.time_zone));
    }
    for (name, text, zone) in rows {
        let schedule =
            Schedule::parse(text, zone).with_context(|| format!("schedule of {name}"))?;
        writeln!(out, "{name}  ({text}, {zone})")?;
        let mut at = house.doors.clock.now();
        for _ in 0..RUNS {
            let Some(next) = schedule.next_after(at) else { break };
            writeln!(out, "    {}", next.to_rfc3339_opts(SecondsFormat::Secs, true))?;
            at = next;
        }
    }
    out.flush()?;
    Ok(Exit::Fine)
}
