//! `import`: takes in published checks from a file, an address or stdin.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};

use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::Exit;
use crate::gather::{Intake, Tally};
use crate::house::House;
use crate::publishers::{self, About, Form, HEAD_BYTES};
use crate::store::Trust;

/// Most decoded bytes of a file that is read line by line.
const STREAM_BYTES_MAX: u64 = 64 * 1024 * 1024 * 1024;
/// Most decoded bytes of a file that is read whole.
const WHOLE_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Longest line of a file of JSON lines, in bytes.
const LINE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Takes in published checks
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Wait until vectors are there, too
    #[arg(long)]
    wait: bool,
    /// The address of the page, for a file that does not say
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// What to take in
    #[arg(value_name = "FILE|URL|-")]
    source: String,
}
