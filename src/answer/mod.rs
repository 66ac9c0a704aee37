//! Inbox to outbox: a post is matched, the answer is put into words, and what is to be said is
//! planned. Also `ask`, the same for the page and the command line.

mod find;

pub use find::{Explained, Finder};
