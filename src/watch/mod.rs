//! Watch: feeds and chats to the inbox. What came in is stored before anybody is told that it was.

mod telegram;

pub use telegram::{Delivery, Watcher};
