//! The integration tests: one binary, one world.

mod publishers;
