//! `gather`: polls the configured publishers once, now.

use std::io::Write;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use futures_util::StreamExt;

use super::searchable::make_searchable;
use super::upstream::{gatherer, wait};
use super::{Exit, Usage};
use crate::doors::tell;
use crate::gather::{Limits, Polled};
use crate::house::House;
use crate::publishers::settings::Source;

/// Publishers polled at once.
const AT_ONCE_MAX: usize = 4;

/// Polls the configured publishers once, now
#[derive(Debug, Args)]
pub(super) struct GatherArgs {
    /// Only these
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

/// Polls, one line a publisher that could be asked on `out`, one a reject or failure on stderr.
/// Returns when what was taken in is found by words.
///
/// # Errors
/// Wrong usage, or database and index fail.
pub(super) fn run(house: &House, args: &GatherArgs, out: &mut impl Write) -> Result<Exit> {
    let sources = chosen(house, &args.names)?;
    if sources.is_empty() {
        tell!("no publisher is configured: add [publisher.KIND.NAME] to the configuration");
        return Ok(Exit::Config);
    }
    let gatherer = gatherer(house, Limits::default(), Arc::new(|_, _| {}))?;
    let mut failed = false;
    wait(async {
        let polls = sources.into_iter().map(|source| {
            let gatherer = gatherer.clone();
            async move {
                let polled = gatherer.poll(&source).await;
                (source.name, polled)
            }
        });
        let mut polls = futures_util::stream::iter(polls).buffer_unordered(AT_ONCE_MAX);
        while let Some((name, polled)) = polls.next().await {
            let polled = polled?;
            failed |= polled.failure.is_some();
            tell(&name, &polled, out)?;
        }
        Ok(())
    })?;
    make_searchable(house)?;
    Ok(if failed { Exit::Unavailable } else { Exit::Fine })
}

fn chosen(house: &House, names: &[String]) -> Result<Vec<Source>> {
    let all = &house.settings.publisher;
    if let Some(name) = names.iter().find(|name| all.iter().all(|source| source.name != **name)) {
        let mut known: Vec<&str> = all.iter().map(|source| source.name.as_str()).collect();
        known.sort_unstable();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Usage(format!("no publisher is called {name}; configured: {known}")).into());
    }
    let wanted = |source: &&Source| names.is_empty() || names.contains(&source.name);
    Ok(all.iter().filter(wanted).cloned().collect())
}

fn tell(name: &str, polled: &Polled, out: &mut impl Write) -> Result<()> {
    for reject in &polled.rejects {
        tell!("{name}: {reject}");
    }
    if let Some(failure) = &polled.failure {
        tell!("{name}: {}", failure.error);
        if *polled == (Polled { failure: Some(failure.clone()), ..Polled::default() }) {
            return Ok(());
        }
    }
    write!(out, "{name}: {}", polled.tally)?;
    if polled.not_modified > 0 {
        write!(out, ", not modified {}", polled.not_modified)?;
    }
    if polled.left > 0 {
        write!(out, ", left for the next poll {}", polled.left)?;
    }
    writeln!(out)?;
    out.flush()?;
    Ok(())
}
