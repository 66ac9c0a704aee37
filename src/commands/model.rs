//! `model fetch` puts the sentence encoder's files into the data directory.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::progress::{Bytes, Progress};
use super::{Exit, upstream};
use crate::care::{ModelError, copy_model, fetch_model};
use crate::config::Settings;
use crate::doors::tell;

/// Bytes of a megabyte, as progress counts them.
const MEGABYTE: u64 = 1_000_000;

#[derive(Debug, Subcommand)]
pub(super) enum ModelCommand {
    Fetch(FetchArgs),
}

/// Puts the sentence encoder's files into the data directory, from the hub unless told otherwise
#[derive(Debug, Args)]
pub(super) struct FetchArgs {
    /// Take them from this directory (Hugging Face layout) and not from the hub
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
}

/// Runs the command and says where the model is.
///
/// # Errors
/// If the disk refuses, or nobody reads the result.
pub(super) fn run(
    settings: &Settings,
    command: &ModelCommand,
    out: &mut impl Write,
) -> Result<Exit> {
    let ModelCommand::Fetch(args) = command;
    let placed = match &args.from {
        Some(from) => copy_model(from, &settings.model, &settings.data),
        None => fetch(settings)?,
    };
    let placed = match placed {
        Ok(placed) => placed,
        Err(error @ ModelError::Disk { .. }) => return Err(error.into()),
        Err(error) => {
            tell!("claimwatch: {error}");
            return Ok(match error {
                ModelError::Fetch(_) => Exit::Unavailable,
                ModelError::Checksum { .. } | ModelError::NoModel(_) => Exit::Data,
                ModelError::NoDirectory(_) => Exit::Usage,
                ModelError::Own(_) | ModelError::Settings(_) => Exit::Config,
                ModelError::Busy(_) | ModelError::Disk { .. } => Exit::Failed,
            });
        }
    };
    let came = if placed.fresh { "fetched" } else { "was there" };
    let (name, numbers) = (&placed.fingerprint, placed.dimensions);
    writeln!(out, "{came}: {}, model {name}, {numbers} numbers", placed.dir.display())?;
    out.flush()?;
    Ok(Exit::Fine)
}

fn fetch(settings: &Settings) -> Result<Result<crate::care::Placed, ModelError>> {
    let door = crate::house::door(settings)?;
    let mut showing: Option<(String, Bytes, Progress)> = None;
    let mut heard = |file: &str, got: u64, total: Option<u64>| {
        let shown = match &mut showing {
            Some(shown) if shown.0 == file => shown,
            other => {
                let bytes = Bytes::default();
                let progress = Progress::new("MB", bytes.clone(), total);
                progress.line(&format!("fetching {file}"));
                other.insert((file.to_owned(), bytes, progress))
            }
        };
        shown.1.set(got);
        shown.2.at(got / MEGABYTE);
    };
    upstream::wait(async {
        Ok(fetch_model(&door, &settings.model, &settings.data, &mut heard).await)
    })
}
