//! `reindex` and `withdraw`: what an operator mends by hand.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::searchable::make_searchable;
use super::{Exit, Usage};
use crate::doors::tell;
use crate::gather::{Effort, rebuild};
use crate::house::House;
use crate::index::Index;

/// How often it is looked whether the daemon is done, and how often somebody who waits is told.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const TELL_EVERY: Duration = Duration::from_secs(10);
/// Time in which a daemon makes an index anew: a million checks take it a quarter of that.
const ANEW_MAX: Duration = Duration::from_secs(3_600);

/// Marks a check as not to be sent any more
#[derive(Debug, Args)]
pub(super) struct WithdrawArgs {
    /// Its id, as `ask --json` shows it
    #[arg(value_name = "ID")]
    id: String,
}

/// Makes the search index anew from the database, or has the daemon do so that holds it.
///
/// # Errors
/// If database and index fail, or a daemon does not get it done.
pub(super) fn reindex(house: &House, out: &mut impl Write) -> Result<Exit> {
    let asked = house.store.ask_anew()?;
    let began = Instant::now();
    let mut told = began;
    while house.store.asked_anew()?.is_some() {
        if let Some(_place) = house.daemon_place()? {
            let reason = "asked for".to_owned();
            rebuild(&house.store, &house.index, &house.analyzers, Effort::FULL, reason)?;
            house.store.made_anew(asked)?;
            continue;
        }
        if began.elapsed() > ANEW_MAX {
            bail!(
                "the daemon on {} has not made the index anew in {} s: look at its log; it does so \
                 when it starts again, too",
                house.settings.data.display(),
                ANEW_MAX.as_secs()
            );
        }
        if told.elapsed() > TELL_EVERY {
            told = Instant::now();
            tell!("the daemon makes the search index anew; it answers from the present one");
        }
        std::thread::park_timeout(LOOK_EVERY);
    }
    let index = Index::open(&house.settings.data.join("search")).context("looking at the index")?;
    writeln!(out, "indexed {}", index.documents())?;
    out.flush()?;
    Ok(Exit::Fine)
}

/// Withdraws a check; it is not found any more when this returns.
///
/// # Errors
/// If there is no such check, or database and index fail.
pub(super) fn withdraw(house: &House, args: &WithdrawArgs, out: &mut impl Write) -> Result<Exit> {
    let Some(known) = house.store.review_by_id(&args.id)? else {
        let id = &args.id;
        return Err(Usage(format!("no check has the id {id:?}; `ask --json` shows ids")).into());
    };
    if known.withdrawn {
        writeln!(out, "was withdrawn before: {}", args.id)?;
        return Ok(Exit::Fine);
    }
    house.store.withdraw(&args.id, house.doors.clock.now())?;
    make_searchable(house)?;
    writeln!(out, "withdrawn: {}", args.id)?;
    out.flush()?;
    Ok(Exit::Fine)
}
