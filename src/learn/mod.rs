//! Learning from what was asked, seen, said and decided: gaps in what is checked, thresholds that
//! decisions speak for, questions that waited and are answered by new checks, and what was told
//! from checks that changed and is put right.

mod changes;
mod corrections;
mod follow_up;
mod gaps;
mod report;

pub use changes::Changes;
pub use corrections::{Corrections, PutRight};
pub use follow_up::{FollowUps, Step, Tell};
pub use gaps::{GapRow, gaps};
pub use report::{Readers, Report, Row, report};
