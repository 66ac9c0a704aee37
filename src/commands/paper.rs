//! What the program says about itself: settings, version, completions, the manual.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use clap::{Args, CommandFactory, Subcommand};
use serde_json::json;

use super::{Cli, Exit};
use crate::config::{INIT, Loaded, Mistakes};
use crate::doors::tell;

/// Checks the settings and lists every mistake at once
#[derive(Debug, Args)]
pub(super) struct CheckConfigArgs {
    /// Ask no server
    #[arg(long)]
    offline: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Prints a file with every setting at its default, commented out
    Init,
}

/// Says who it is
#[derive(Debug, Args)]
pub(super) struct VersionArgs {
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Prints completions for a shell
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Which shell
    shell: clap_complete::Shell,
}

pub(super) fn check_config(
    file: Option<&Path>,
    loaded: Result<Loaded, Mistakes>,
    args: &CheckConfigArgs,
    out: &mut impl Write,
) -> Result<Exit> {
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(mistakes) => {
            tell!("{mistakes}");
            return Ok(Exit::Config);
        }
    };
    for warning in &loaded.warnings {
        tell!("{warning}");
    }
    let mut exit = Exit::Fine;
    if !args.offline {
        for trouble in super::upstream::try_bots(&loaded.settings)? {
            tell!("{trouble}");
            exit = Exit::Unavailable;
        }
    }
    if exit == Exit::Fine {
        let file = file.unwrap_or(Path::new(crate::config::FILE));
        writeln!(out, "{}: no mistakes", file.display())?;
    }
    Ok(exit)
}

pub(super) fn config(command: &ConfigCommand, out: &mut impl Write) -> Result<Exit> {
    match command {
        ConfigCommand::Init => out.write_all(INIT.as_bytes())?,
    }
    Ok(Exit::Fine)
}

pub(super) fn version(args: &VersionArgs, out: &mut impl Write) -> Result<Exit> {
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    if args.json {
        let format = crate::index::FORMAT;
        writeln!(out, "{}", json!({"name": name, "version": version, "indexFormat": format}))?;
    } else {
        writeln!(out, "{name} {version}")?;
    }
    Ok(Exit::Fine)
}

pub(super) fn completions(args: &CompletionsArgs, out: &mut impl Write) -> Result<Exit> {
    // Written straight to a pipe whose reader has gone, it would panic.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), env!("CARGO_PKG_NAME"), &mut script);
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Fine)
}

pub(super) fn man(out: &mut impl Write) -> Result<Exit> {
    clap_mangen::Man::new(Cli::command()).render(out)?;
    Ok(Exit::Fine)
}
