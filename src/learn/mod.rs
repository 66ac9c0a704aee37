//! Learning from what was asked, seen, said and decided: gaps in what is checked, thresholds that
//! decisions speak for, questions that waited and claims that spread until a check appeared, and
//! what was told from checks that changed and is put right.

mod changes;
mod checked;
mod corrections;
mod follow_up;
mod gaps;
mod report;
mod revisions;
mod wanted;

pub use changes::Changes;
pub use checked::{Check, Checks};
pub use corrections::{Corrections, PutRight};
pub use follow_up::{FollowUps, Step, Tell};
pub use gaps::{GapRow, gaps};
pub use report::{Readers, Report, Row, report};
pub use revisions::{Revise, Revisions};

use std::sync::{Mutex, PoisonError};

use anyhow::Result;

/// Takes a step of the pass under way; after an error that pass is forgotten, so that it is made
/// again.
fn in_pass<P>(
    pass: &Mutex<Option<P>>,
    take: impl FnOnce(&mut Option<P>) -> Result<Step>,
) -> Result<Step> {
    let mut pass = pass.lock().unwrap_or_else(PoisonError::into_inner);
    let taken = take(&mut pass);
    if taken.is_err() {
        *pass = None;
    }
    taken
}
