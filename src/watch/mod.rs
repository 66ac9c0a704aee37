//! Watch: feeds and chats to the inbox. What came in is stored before anybody is told that it was.

mod feeds;
mod mentions;
mod streams;
mod telegram;

pub use feeds::{FeedWatcher, Watched};
pub use mentions::MentionWatcher;
pub use streams::{Heard, Tidings};
pub use telegram::{Delivery, Watcher};
