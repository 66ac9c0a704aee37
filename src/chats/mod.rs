//! Where people ask and are answered.

pub mod settings;
