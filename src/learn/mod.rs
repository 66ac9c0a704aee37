//! Learning from what was asked, seen and decided: gaps in what is checked, thresholds that
//! decisions speak for.

mod gaps;
mod report;

pub use gaps::{GapRow, gaps};
pub use report::{Report, Row, report};
