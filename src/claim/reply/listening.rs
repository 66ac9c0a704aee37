//! What is said about answering without being asked.

use super::Reply;
use super::draft::{Draft, Piece};
use super::pages::paragraphs;
use crate::claim::words::{Lang, Words};

/// What became of somebody's wish that we listen, or do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// We listen.
    On,
    /// We would, but the network does not show us what is said there.
    Deaf,
    /// We do not listen.
    Off,
    /// Only admins may say so.
    NoAdmin,
    /// Nobody could tell whether an admin says so.
    Unknown,
    /// The operator does not permit it there.
    NotPermitted,
}

impl Heard {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::On, Self::Deaf, Self::Off, Self::NoAdmin, Self::Unknown, Self::NotPermitted];
}

/// What is answered to a wish that we listen or do not: at most so many answers an hour.
pub fn listening(words: &Words, lang: Lang, heard: Heard, hourly_max: usize) -> Reply {
    let count = words.number(lang, hourly_max);
    let counted = [("n", Piece::Count(hourly_max)), ("count", Piece::Text(&count))];
    let on = [("listen-on", &counted[..]), ("listen-on-kept", &[])];
    let said: &[(&str, &[(&str, Piece<'_>)])] = match heard {
        Heard::On => &on,
        Heard::Deaf => &[on[0], on[1], ("listen-deaf", &[])],
        Heard::Off => &[("listen-off", &[]), ("listen-how", &[])],
        Heard::NoAdmin => &[("listen-no-admin", &[])],
        Heard::Unknown => &[("listen-unknown", &[])],
        Heard::NotPermitted => &[("listen-not-permitted", &[])],
    };
    paragraphs(words, lang, said)
}

/// What takes the place of such an answer when the message below which it stands says something
/// else.
pub fn unasked_changed(words: &Words, lang: Lang) -> Reply {
    paragraphs(words, lang, &[("unasked-changed", &[])])
}

/// An answer that nobody asked for says why it is there and how to have no more of them.
pub fn unasked(words: &Words, lang: Lang, told: &Reply) -> Reply {
    let mut draft = Draft::default();
    draft.append_reply(told);
    draft.paragraph();
    draft.say(words, lang, "unasked", &[]);
    let Reply { preview, buttons, language, .. } = told.clone();
    Reply { preview, buttons, language, ..Reply::of(draft) }
}
