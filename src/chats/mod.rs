//! Where people ask and are answered: receive to posts, send a reply to a receipt.

pub mod bluesky;
pub mod mentions;
pub mod settings;
pub mod telegram;

mod outcome;

pub use outcome::{CallError, Sent};
