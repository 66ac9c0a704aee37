//! Gather: publishers to reviews, and the index follows.

mod catch_up;
mod google;
mod indexer;
mod intake;
mod pages;
mod poll;
mod reading;
mod recheck;
mod run;
mod vectors;
mod visit;

pub use catch_up::{CaughtUp, Effort, catch_up, rebuild};
pub use indexer::Indexer;
pub use intake::{Intake, Tally};
pub use poll::{Failure, Gatherer, Limits, OnPage, Polled};
pub use recheck::{Rechecker, Round};
pub use run::{name_of, run};
pub use vectors::{VectorCounts, catch_up_vectors, text_hash, vector_text};
