//! `reindex` and `withdraw`: what an operator mends by hand.

use std::io::Write;

use anyhow::{Result, bail};
use clap::Args;

use super::searchable::make_searchable;
use super::{Exit, Usage};
use crate::gather::{Effort, rebuild};
use crate::house::House;

/// Marks a check as not to be sent any more
#[derive(Debug, Args)]
pub(super) struct WithdrawArgs {
    /// Its id, as `ask --json` shows it
    #[arg(value_name = "ID")]
    id: String,
}

/// Makes the search index anew from the database.
///
/// # Errors
/// If a daemon holds the index, or database and index fail.
pub(super) fn reindex(house: &House, out: &mut impl Write) -> Result<Exit> {
    let Some(_place) = house.daemon_place()? else {
        bail!(
            "another claimwatch holds {}: stop it first; a daemon makes a broken index anew by \
             itself when it starts",
            house.settings.data.display()
        );
    };
    let reason = "asked for".to_owned();
    rebuild(&house.store, &house.index, &house.analyzers, Effort::FULL, reason)?;
    writeln!(out, "indexed {}", house.index.documents())?;
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
