//! How Mastodon and its kin write statuses, and how they count a text. Pure: asks nobody.

mod length;
mod limits;
mod markup;
mod status;

#[cfg(test)]
mod tests;

pub use length::{CHARS_MAX, length};
pub use limits::until_reset;
pub use markup::{Markup, read as read_markup};
pub use status::{Account, Status, is_id};
