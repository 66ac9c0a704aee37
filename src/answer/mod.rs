//! Inbox to outbox: a post is matched, the answer is put into words, and what is to be said is
//! planned. Also `ask`, the same for the page and the command line.

mod checked;
mod commands;
mod corrections;
mod decided;
mod decisions;
mod digest;
mod doubts;
mod find;
mod held;
mod hints;
mod known;
mod later;
mod listening;
mod long;
mod meaning;
mod order;
mod plans;
mod revisions;
mod rooms;
mod silence;
mod spread;
mod texts;
mod told;
mod weigh;
mod work;

use anyhow::Result;
use chrono::NaiveDate;

pub use decisions::alert_ruled;
pub use find::Finder;
pub use meaning::Meaning;
pub use rooms::{Receiver, Room, Rooms};
pub use told::{Explained, Judged};
pub use weigh::Models;
pub use work::{Answering, Step};

use crate::claim::answer::Answer;
use crate::claim::post::{Audience, Post};
use crate::claim::query::clean;
use crate::claim::reply::{self, Reply};
use crate::claim::text::language;
use crate::claim::words::{Lang, Words};

/// The language to answer in: what was chosen, else the one the message is surely in, else the
/// client's, else the default.
pub fn choose_language(
    words: &Words,
    chosen: Option<&str>,
    text: &str,
    client: Option<&str>,
) -> Lang {
    let told = language(&clean(text).0).filter(|language| language.reliable);
    let wanted: Vec<&str> =
        [chosen, told.map(|language| language.code), client].into_iter().flatten().collect();
    words.choose(&wanted)
}

/// Answers one text exactly as the bot would in a private chat.
///
/// # Errors
/// If database or index fail.
pub fn ask(
    finder: &Finder,
    words: &Words,
    post: &Post,
    lang: Option<&str>,
    today: NaiveDate,
) -> Result<Answer> {
    let (mut answer, reply) = tell(finder, words, post, lang, today)?;
    answer.reply = Some(reply.plain());
    Ok(answer)
}

/// As [`ask`], with the reply's entities and buttons.
///
/// # Errors
/// If database or index fail.
pub fn tell(
    finder: &Finder,
    words: &Words,
    post: &Post,
    lang: Option<&str>,
    today: NaiveDate,
) -> Result<(Answer, Reply)> {
    let answer = finder.answer(post, Audience::Private)?;
    let lang = choose_language(words, lang, &post.text, None);
    let publishers = usize::try_from(finder.counts()?.1).unwrap_or(usize::MAX);
    let reply = reply::answer(words, lang, &answer, today, Audience::Private, publishers);
    Ok((answer, reply))
}
