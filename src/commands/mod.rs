//! The subcommands: what a person types. Each runs the daemon's own functions once.

mod gather;
mod import;
mod matching;
mod progress;
mod ratings;
mod schedule;
mod searchable;
mod upkeep;
mod upstream;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::house::{Doors, House};

/// How a command ends; the numbers are promised to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Fine; `ask` found something.
    Fine = 0,
    /// Failed.
    Failed = 1,
    /// Wrong usage, or no such file.
    Usage = 2,
    /// `ask` found nothing.
    Nothing = 3,
    /// Bad input data; what could be taken in was.
    Data = 65,
    /// Upstream is unavailable.
    Unavailable = 69,
    /// The disk refuses.
    Disk = 74,
    /// Configuration.
    Config = 78,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Watches claims, matches them against published fact checks, and replies with the summary and the
/// source links.
#[derive(Debug, Parser)]
#[command(name = "claimwatch", version, arg_required_else_help = true)]
pub struct Cli {
    /// Configuration file [default: config/claimwatch.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory of database, search index and model [default: index]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Import(import::ImportArgs),
    Ask(matching::AskArgs),
    Match(matching::MatchArgs),
    Gather(gather::GatherArgs),
    Ratings(ratings::RatingsArgs),
    /// Makes the search index anew from the database
    Reindex,
    /// When sources are asked
    #[command(subcommand)]
    Schedule(schedule::ScheduleCommand),
    Withdraw(upkeep::WithdrawArgs),
}

/// Wrong usage, told apart from other errors by its exit code.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Runs one command and says how it ended.
///
/// # Errors
/// What went wrong, for [`exit_of`] to classify.
pub fn run(cli: Cli) -> anyhow::Result<Exit> {
    let flags = crate::config::Flags { data: cli.data, ..Default::default() };
    let file = cli.config;
    let loaded = match crate::config::load(file.as_deref(), std::env::vars(), flags) {
        Ok(loaded) => loaded,
        Err(mistakes) => {
            eprintln!("{mistakes}");
            return Ok(Exit::Config);
        }
    };
    let house = House::build(loaded.settings, Doors::real())?;
    let out = &mut std::io::stdout().lock();
    match cli.command {
        Command::Import(args) => import::run(&house, &args, out),
        Command::Ask(args) => matching::run_ask(&house, &args, out),
        Command::Match(args) => matching::run_match(&house, &args, out),
        Command::Gather(args) => gather::run(&house, &args, out),
        Command::Ratings(args) => ratings::run(&house, &args, out),
        Command::Reindex => upkeep::reindex(&house, out),
        Command::Schedule(command) => schedule::run(&house, &command, out),
        Command::Withdraw(args) => upkeep::withdraw(&house, &args, out),
    }
}

/// How an error ends the program.
pub fn exit_of(error: &anyhow::Error) -> Exit {
    if error.is::<Usage>() { Exit::Usage } else { Exit::Failed }
}
