//! Watch: feeds and chats to the inbox. What came in is stored before anybody is told that it was.

mod feeds;
mod intake;
mod lanes;
mod links;
mod mentions;
mod streams;
mod telegram;

pub use feeds::{FeedWatcher, Watched, due};
pub use intake::{Intake, Sender};
pub use lanes::Lanes;
pub use links::Links;
pub use mentions::MentionWatcher;
pub use streams::{Heard, Tidings};
pub use telegram::{Delivery, Watcher};
