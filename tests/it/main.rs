//! The integration tests: one binary, one world.
mod botapi;
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that meets something unexpected should stop there and say so"
)]

mod tidy;
