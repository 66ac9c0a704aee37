//! The subcommands: what a person types. Each runs the daemon's own functions once.

mod daemon;
mod dead;
mod eval;
mod gather;
mod import;
mod learn;
mod lines;
mod matching;
mod model;
mod paper;
mod progress;
mod queue;
mod ratings;
mod schedule;
mod searchable;
mod train;
mod upkeep;
mod upstream;
mod watch;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Flags;
use crate::doors::tell;
use crate::eval::BadData;
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
    /// Runs the daemon: gathers, watches, answers, delivers, serves pages
    Run,
    Import(import::ImportArgs),
    Ask(matching::AskArgs),
    Match(matching::MatchArgs),
    Eval(eval::EvalArgs),
    Train(train::TrainArgs),
    Gather(gather::GatherArgs),
    Watch(watch::WatchArgs),
    Ratings(ratings::RatingsArgs),
    /// Gets the sentence encoder
    #[command(subcommand)]
    Model(model::ModelCommand),
    /// Makes the search index anew from the database
    Reindex,
    /// When sources are asked
    #[command(subcommand)]
    Schedule(schedule::ScheduleCommand),
    Withdraw(upkeep::WithdrawArgs),
    /// Decides what waits for a moderator
    #[command(subcommand)]
    Queue(queue::QueueCommand),
    /// Repairs what ended badly
    #[command(subcommand)]
    Dead(dead::DeadCommand),
    Learn(learn::LearnArgs),
    Gaps(learn::GapsArgs),
    CheckConfig(paper::CheckConfigArgs),
    /// Works on the settings
    #[command(subcommand)]
    Config(paper::ConfigCommand),
    /// Asks the running daemon whether it is ready: exit 0 or 1
    Healthcheck,
    Version(paper::VersionArgs),
    Completions(paper::CompletionsArgs),
    /// Prints the manual page
    Man,
}

impl Command {
    /// Whether the bots' secrets have to be readable for it.
    fn needs_secrets(&self) -> bool {
        matches!(self, Self::Run | Self::CheckConfig(_) | Self::Gather(_))
    }
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
    let out = &mut std::io::stdout().lock();
    let flags = Flags { data: cli.data, without_secrets: !cli.command.needs_secrets() };
    let file = cli.config.as_deref();
    // Variables that are no text are none of ours.
    let env = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    match &cli.command {
        Command::Config(command) => return paper::config(command, out),
        Command::Version(args) => return paper::version(args, out),
        Command::Completions(args) => return paper::completions(args, out),
        Command::Man => return paper::man(out),
        _ => {}
    }
    let loaded = crate::config::load(file, env, flags);
    if let Command::CheckConfig(args) = &cli.command {
        return paper::check_config(file, loaded, args, out);
    }
    let settings = match loaded {
        Ok(loaded) => {
            for warning in &loaded.warnings {
                tell!("{warning}");
            }
            loaded.settings
        }
        Err(mistakes) => {
            tell!("{mistakes}");
            return Ok(Exit::Config);
        }
    };
    if let Command::Healthcheck = cli.command {
        return daemon::healthcheck(&settings, out);
    }
    match &cli.command {
        Command::Eval(args) => return eval::run(settings, args, out),
        Command::Train(args) => return train::run(settings, args, out),
        Command::Model(command) => return model::run(&settings, command, out),
        _ => {}
    }
    let house = match House::build(settings, Doors::real()) {
        // Whatever the system says against the data directory is the disk's doing.
        Err(error) if error.chain().any(|cause| cause.is::<std::io::Error>()) => {
            tell!("claimwatch: {error:#}");
            return Ok(Exit::Disk);
        }
        built => built?,
    };
    carry_out(house, cli.command, out)
}

/// Runs a command that needs the house.
fn carry_out(house: House, command: Command, out: &mut impl Write) -> anyhow::Result<Exit> {
    match command {
        Command::Run => daemon::run(house),
        Command::Import(args) => import::run(&house, &args, out),
        Command::Ask(args) => matching::run_ask(&house, &args, out),
        Command::Match(args) => matching::run_match(&house, &args, out),
        Command::Gather(args) => gather::run(&house, &args, out),
        Command::Watch(args) => watch::run(&house, &args, out),
        Command::Ratings(args) => ratings::run(&house, &args, out),
        Command::Reindex => upkeep::reindex(&house, out),
        Command::Schedule(command) => schedule::run(&house, &command, out),
        Command::Withdraw(args) => upkeep::withdraw(&house, &args, out),
        Command::Queue(command) => queue::run(&house, &command, out),
        Command::Dead(command) => dead::run(&house, &command, out),
        Command::Learn(args) => learn::run(&house, &args, out),
        Command::Gaps(args) => learn::gaps(&house, &args, out),
        Command::Eval(_)
        | Command::Train(_)
        | Command::CheckConfig(_)
        | Command::Config(_)
        | Command::Healthcheck
        | Command::Model(_)
        | Command::Version(_)
        | Command::Completions(_)
        | Command::Man => Ok(Exit::Fine),
    }
}

/// How an error ends the program.
pub fn exit_of(error: &anyhow::Error) -> Exit {
    if error.is::<Usage>() {
        Exit::Usage
    } else if error.is::<BadData>() {
        Exit::Data
    } else if error.chain().any(is_refusal) || crate::store::disk_refuses(error) {
        Exit::Disk
    } else {
        Exit::Failed
    }
}

/// Whether an error is only that nobody reads our output any more.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    use std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        let by_writing = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let by_json =
            cause.downcast_ref::<serde_json::Error>().and_then(|json| json.io_error_kind());
        by_writing == Some(BrokenPipe) || by_json == Some(BrokenPipe)
    })
}

/// Whether the disk says no: full, read-only, not ours.
fn is_refusal(cause: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind as Kind;
    cause.downcast_ref::<std::io::Error>().is_some_and(|error| {
        matches!(
            error.kind(),
            Kind::StorageFull
                | Kind::ReadOnlyFilesystem
                | Kind::PermissionDenied
                | Kind::QuotaExceeded
                | Kind::NotADirectory
        )
    })
}
