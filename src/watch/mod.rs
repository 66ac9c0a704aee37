//! Watch: feeds and chats to the inbox. What came in is stored before anybody is told that it was.

mod feeds;
mod telegram;

pub use feeds::{FeedWatcher, Watched};
pub use telegram::{Delivery, Watcher};
