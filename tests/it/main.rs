//! The integration tests: one binary, one world.
