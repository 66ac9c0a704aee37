//! `dead`: what ended badly, and having it tried again.

use std::io::Write;

use anyhow::Result;
use chrono::SecondsFormat;
use clap::{Args, Subcommand};
use serde_json::json;

use super::{Exit, Usage};
use crate::house::House;
use crate::store::Retried;

/// Repairs what ended badly
#[derive(Debug, Subcommand)]
pub(super) enum DeadCommand {
    /// Lists what failed for good, and what may or may not have been sent, newest first
    List(ListArgs),
    /// Has one row tried again
    Retry(RetryArgs),
}

/// What is listed
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
}

/// What is tried again
#[derive(Debug, Args)]
pub(super) struct RetryArgs {
    /// Its id, as `dead list` shows it
    #[arg(value_name = "ID")]
    id: String,
    /// Even if it may have been sent, and would then be said twice
    #[arg(long)]
    even_twice: bool,
}

/// Works on what ended badly.
///
/// # Errors
/// If the database fails, or the row can't be tried again.
pub(super) fn run(house: &House, command: &DeadCommand, out: &mut impl Write) -> Result<Exit> {
    match command {
        DeadCommand::List(args) => list(house, args, out)?,
        DeadCommand::Retry(args) => {
            let id = &args.id;
            match house.store.retry(id, args.even_twice, house.doors.clock.now())? {
                Retried::Waiting => writeln!(out, "waits again: {id}")?,
                Retried::MayBeTwice => {
                    let why = "it may have been sent: with --even-twice it is tried all the same";
                    return Err(Usage(format!("{id}: {why}")).into());
                }
                Retried::Emptied => {
                    return Err(Usage(format!("{id}: its text has been deleted since")).into());
                }
                Retried::Unknown => {
                    let why = "no such row ended badly; `dead list` shows ids";
                    return Err(Usage(format!("{id}: {why}")).into());
                }
            }
        }
    }
    out.flush()?;
    Ok(Exit::Fine)
}

fn list(house: &House, args: &ListArgs, out: &mut impl Write) -> Result<()> {
    let dead = house.store.dead(args.limit)?;
    if !args.json && !dead.is_empty() {
        writeln!(
            out,
            "{:<32}  {:<6}  {:<9}  {:<20}  PLACE, REASON",
            "ID", "LINE", "STATE", "ENDED"
        )?;
    }
    for one in &dead {
        let ended = one.ended_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let (line, reason) = (one.line.name(), one.reason.as_deref().unwrap_or("-"));
        if args.json {
            let row = json!({
                "id": one.id, "line": line, "place": one.place, "state": one.state,
                "reason": one.reason, "endedAt": ended, "whole": one.whole,
            });
            writeln!(out, "{row}")?;
        } else {
            let (id, state, place) = (&one.id, &one.state, &one.place);
            writeln!(out, "{id:<32}  {line:<6}  {state:<9}  {ended:<20}  {place}, {reason}")?;
        }
    }
    Ok(())
}
