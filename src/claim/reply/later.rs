//! What is said later: the offer to be told, what is told when a check has appeared, and
//! corrections of what was told.

use chrono::NaiveDate;

use super::answer::{PUBLISHER_CHARS_MAX, Sizes, Teller, answer, link_within, verdict_within};
use super::draft::{Draft, Piece, address, clean, shorten};
use super::{Action, Button, Reply, pages};
use crate::claim::answer::{Answer, Decision, Match};
use crate::claim::post::Audience;
use crate::claim::words::{Lang, Words};

/// How long things may be where messages must be short.
const SMALL: Sizes = Sizes { verdict: 50, publisher: 20, host: 30 };
/// Longest verdict that a check had before, and the longest there.
const WAS_CHARS_MAX: usize = 140;
const SMALL_WAS_CHARS_MAX: usize = 20;

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

/// What became of a check that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// This publisher changed its verdict, which was this, if there was one.
    Verdict(String, Option<String>),
    /// A check of this publisher was withdrawn.
    Withdrawn(String),
}

/// An answer that was told, as it is by now, and what changed. The claim comes before the verdict:
/// its reader may have been sure of the other one.
pub fn corrected(
    words: &Words,
    lang: Lang,
    given: &Answer,
    today: NaiveDate,
    audience: Audience,
    changes: &[Change],
) -> Reply {
    let teller = Teller { words, lang, today, audience };
    let mut draft = Draft::default();
    for change in changes {
        draft.paragraph();
        match change {
            Change::Verdict(publisher, was) => {
                changed(&mut draft, words, lang, (publisher, was.as_deref()), today, WAS_CHARS_MAX);
            }
            Change::Withdrawn(publisher) => {
                let said = ("corrected-withdrawn", "");
                correction(&mut draft, words, lang, said, publisher, today);
            }
        }
    }
    match given.matches.first() {
        Some(first) if given.decision != Decision::None => teller.found_anew(draft, given, first),
        _ => Reply::default(),
    }
}

/// The same where messages must be short, in at most 300 characters: that the first check has
/// another verdict, which, which it had, and where.
pub fn corrected_short(
    words: &Words,
    lang: Lang,
    now: &Match,
    was: Option<&str>,
    today: NaiveDate,
) -> Reply {
    let mut draft = Draft::default();
    let publisher = shorten(&clean(&now.publisher), usize::MAX, SMALL.publisher);
    changed(&mut draft, words, lang, (&publisher, was), today, SMALL_WAS_CHARS_MAX);
    draft.paragraph();
    draft.append(&verdict_within(words, lang, now, Some(today), SMALL));
    let link = link_within(now, None, SMALL.host);
    if link.chars() > 0 {
        draft.paragraph();
        draft.say(words, lang, "link", &[("link", Piece::Draft(&link))]);
    }
    let preview = now.url.as_deref().and_then(address);
    Reply { preview, language: Some(lang.code().to_owned()), ..Reply::of(draft) }
}

/// What stands in place of an answer whose check was withdrawn: no verdict.
pub fn withdrawn(
    words: &Words,
    lang: Lang,
    was: &Match,
    today: NaiveDate,
    audience: Audience,
) -> Reply {
    let mut draft = Draft::default();
    correction(&mut draft, words, lang, ("withdrawn", ""), &was.publisher, today);
    if audience == Audience::Private {
        draft.paragraph();
        draft.say(words, lang, "withdrawn-tip", &[]);
    }
    Reply { language: Some(lang.code().to_owned()), ..Reply::of(draft) }
}

/// That a publisher changed its verdict, and in its words which it was.
fn changed(
    draft: &mut Draft,
    words: &Words,
    lang: Lang,
    (publisher, was): (&str, Option<&str>),
    today: NaiveDate,
    chars_max: usize,
) {
    let was = shorten(&clean(was.unwrap_or_default()), usize::MAX, chars_max);
    let key = if was.is_empty() { "corrected-verdict" } else { "corrected-verdict-was" };
    correction(draft, words, lang, (key, &was), publisher, today);
}

pub(super) fn correction(
    draft: &mut Draft,
    words: &Words,
    lang: Lang,
    (key, was): (&str, &str),
    publisher: &str,
    today: NaiveDate,
) {
    let date = words.date(lang, today);
    let publisher = shorten(&clean(publisher), usize::MAX, PUBLISHER_CHARS_MAX);
    let args = [
        ("date", Piece::Text(&date)),
        ("publisher", Piece::Text(&publisher)),
        ("was", Piece::Text(was)),
    ];
    draft.say(words, lang, key, &args);
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
