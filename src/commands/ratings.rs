//! `ratings`: the verdict words that `config/ratings.toml` does not know yet.

use std::io::Write;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use super::Exit;
use crate::claim::rating::RatingTable;
use crate::house::House;

/// Lists the verdict words that no class is known for, the most frequent first
#[derive(Debug, Args)]
pub(super) struct RatingsArgs {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// Lists the unmapped words with the publisher's host and how many checks have them.
///
/// # Errors
/// If the database fails.
pub(super) fn run(house: &House, args: &RatingsArgs, out: &mut impl Write) -> Result<Exit> {
    let table = RatingTable::shipped()?;
    let words = house.store.rating_words()?;
    let unmapped =
        words.iter().filter(|(host, words, _)| table.lookup(host.as_deref(), words).is_none());
    if args.json {
        for (host, words, count) in unmapped {
            let line = json!({ "count": count, "host": host, "words": words });
            writeln!(out, "{line}")?;
        }
    } else {
        let unmapped: Vec<_> = unmapped.collect();
        if !unmapped.is_empty() {
            writeln!(out, "{:>8}  {:<32}  WORDS", "COUNT", "PUBLISHER")?;
        }
        for (host, words, count) in unmapped {
            let words = words.replace(char::is_control, " ");
            writeln!(out, "{count:>8}  {:<32}  {words}", host.as_deref().unwrap_or("-"))?;
        }
    }
    out.flush()?;
    Ok(Exit::Fine)
}
