//! Learning from what was asked, seen, said and decided: gaps in what is checked, thresholds that
//! decisions speak for, questions that waited and claims that spread until a check appeared, and
//! what was told from checks that changed and is put right.

mod changes;
mod checked;
mod corrections;
mod follow_up;
mod gaps;
mod report;
mod wanted;

pub use changes::Changes;
pub use checked::{Check, Checks};
pub use corrections::{Corrections, PutRight};
pub use follow_up::{FollowUps, Step, Tell};
pub use gaps::{GapRow, gaps};
pub use report::{Readers, Report, Row, report};
