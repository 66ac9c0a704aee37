//! The integration tests: one binary, one world.

mod config;
mod tables;
