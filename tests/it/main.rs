//! The integration tests: one binary, one world.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test that meets something unexpected should stop there and say so"
)]

mod alerts;
mod bluesky;
mod botapi;
mod checked;
mod claims;
mod config;
mod corrections;
mod door;
mod doubts;
mod eval;
mod failing;
mod feeds;
mod flow;
mod gather;
mod groups;
mod guards;
mod hints;
mod kill;
mod labelled;
mod later;
mod lines;
mod listening;
mod look;
mod mastodon;
mod model;
mod privacy;
mod publishers;
mod quality;
mod retention;
mod revised;
mod siblings;
mod tables;
mod telegram;
mod tidy;
mod told;
mod undo;
mod unheard;
mod web;
mod world;
