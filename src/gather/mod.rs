//! Gather: publishers to reviews, and the index follows.

mod catch_up;
mod intake;

pub use catch_up::{CaughtUp, Effort, catch_up, rebuild};
pub use intake::{Intake, Tally};
