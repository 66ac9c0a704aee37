//! What is said later: the offer to be told, and what is told when a check has appeared.

use chrono::NaiveDate;

use super::answer::{Teller, answer};
use super::draft::{Draft, Piece};
use super::{Action, Button, Reply, pages};
use crate::claim::answer::{Answer, Decision};
use crate::claim::post::Audience;
use crate::claim::words::{Lang, Words};

/// Offers to tell the reader when there is a check for `question`, an inbox row.
pub fn offer(reply: &mut Reply, words: &Words, lang: Lang, question: String) {
    let label = words.say(lang, "button-tell-me", &[]);
    reply.buttons.push(vec![Button { label, action: Action::TellMe(question) }]);
}

/// The reply that says that nothing was found, with until when its reader waits for more.
pub fn awaited(
    words: &Words,
    lang: Lang,
    given: &Answer,
    (today, until): (NaiveDate, NaiveDate),
    audience: Audience,
    publishers: usize,
) -> Reply {
    let mut reply = answer(words, lang, given, today, audience, publishers);
    let mut draft = Draft::default();
    let date = words.date(lang, until);
    draft.say(words, lang, "none-awaited", &[("date", Piece::Text(&date))]);
    // Neither has entities: only our own words, and a number.
    let (said, _) = draft.finish();
    reply.text = format!("{}\n\n{said}", reply.text);
    reply
}

/// The answer to a question that was `asked` on that day, when nothing was found for it.
pub fn follow_up(
    words: &Words,
    lang: Lang,
    given: &Answer,
    (today, asked): (NaiveDate, NaiveDate),
    audience: Audience,
) -> Reply {
    let teller = Teller { words, lang, today, audience };
    let key = if audience == Audience::Private { "follow-up" } else { "follow-up-group" };
    let date = words.date(lang, asked);
    let mut draft = Draft::default();
    draft.say(words, lang, key, &[("date", Piece::Text(&date))]);
    match given.matches.first() {
        Some(first) if given.decision != Decision::None => teller.found(draft, given, first, false),
        _ => Reply::default(),
    }
}

/// Thanks after “not the same claim” under a follow-up: its reader waits on.
pub fn not_same_again(words: &Words, lang: Lang, until: NaiveDate) -> Reply {
    let date = words.date(lang, until);
    pages::paragraphs(
        words,
        lang,
        &[("not-same", &[]), ("not-same-again", &[("date", Piece::Text(&date))])],
    )
}
