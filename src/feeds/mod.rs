//! Sources of posts.

pub mod bluesky;
pub mod rss;
pub mod settings;

mod plain;
mod stream;

pub use stream::{Batch, Counts, Stream, StreamError};

use chrono::{DateTime, Utc};

use crate::claim::post::Post;

/// One entry of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The feed's own identifier, else the entry's address.
    pub id: String,
    /// Hash of what it says: an entry that was rewritten is looked at again.
    pub hash: String,
    /// What it says; its id is the entry's address where there is one.
    pub post: Post,
    /// Who wrote it, as the network names them; never stored, only counted under a secret.
    pub author: Option<String>,
    /// When it was published, by the feed's clock.
    pub published: Option<DateTime<Utc>>,
}
