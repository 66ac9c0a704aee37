//! The answer where messages must be short: what matters most first, the rest as room allows, and
//! one link. Counted in characters, of which there are never fewer than graphemes.

use chrono::NaiveDate;

use super::answer::{CLAIM_CHARS_MAX, Sizes, link_within, verdict_within};
use super::draft::{Draft, Piece, address, shorten};
use super::finding::{is_stated, telling};
use super::parts::{also, differ, has_claim, stated, unquoted};
use super::{Reply, answer};
use crate::claim::answer::{Answer, Decision, Match};
use crate::claim::post::Audience;
use crate::claim::words::{Lang, Words};

/// How long verdict, publisher and host may be: the first that fits with everything that must be
/// said.
const SIZES: [Sizes; 4] = [
    Sizes { verdict: 140, publisher: 60, host: 40 },
    Sizes { verdict: 80, publisher: 40, host: 40 },
    Sizes { verdict: 40, publisher: 30, host: 30 },
    Sizes { verdict: 20, publisher: 20, host: 20 },
];
/// Fewer characters of a claim, or of a summary, say nothing.
const CLAIM_CHARS_MIN: usize = 30;
const SUMMARY_CHARS_MIN: usize = 80;
const SUMMARY_CHARS_MAX: usize = 320;
/// An empty line.
const GAP: usize = 2;

/// The answer to a question in at most so many graphemes (200 at least): the verdict in the
/// publisher's words with its name and date, one link, and what else there is room for; or honestly
/// that nothing was found in the checks of so many `publishers`.
pub fn short(
    words: &Words,
    lang: Lang,
    given: &Answer,
    today: NaiveDate,
    publishers: usize,
    graphemes_max: usize,
) -> Reply {
    let mut reply = match given.matches.first() {
        Some(first) if given.decision != Decision::None => {
            let teller = Teller { words, lang, today, max: graphemes_max };
            teller.found(given, first)
        }
        _ => answer(words, lang, given, today, Audience::Public, publishers),
    };
    reply.language = Some(lang.code().to_owned());
    reply
}

struct Teller<'a> {
    words: &'a Words,
    lang: Lang,
    today: NaiveDate,
    max: usize,
}

impl Teller<'_> {
    fn found(&self, answer: &Answer, first: &Match) -> Reply {
        let sure = answer.decision == Decision::Match;
        let disputed = sure && differ(first, &also(answer));
        let mut parts = self.must(first, sure, disputed, SIZES[0]);
        for sizes in &SIZES[1..] {
            if parts.chars() <= self.max {
                break;
            }
            parts = self.must(first, sure, disputed, *sizes);
        }
        let left = self.max.saturating_sub(parts.chars() + GAP);
        let claim = self.claim(first, left);
        let left = left.saturating_sub(claim.chars() + GAP);
        let summary = self.summary(first, left);
        let mut draft = parts.head;
        for part in [summary, claim, parts.end] {
            if part.chars() > 0 {
                draft.paragraph();
                draft.append(&part);
            }
        }
        let mut reply = Reply::of(draft);
        reply.preview = first.url.as_deref().and_then(address);
        reply
    }

    /// What is said however little room there is.
    fn must(&self, first: &Match, sure: bool, disputed: bool, sizes: Sizes) -> Must {
        let mut head = Draft::default();
        if !sure {
            self.say(&mut head, "similar-group", &[]);
            head.paragraph();
        }
        head.append(&verdict_within(self.words, self.lang, first, Some(self.today), sizes));
        if disputed {
            head.push(" ");
            self.say(&mut head, "differ-short", &[]);
        }
        let mut end = Draft::default();
        let link = link_within(first, None, sizes.host);
        if link.chars() > 0 {
            self.say(&mut end, "link", &[("link", Piece::Draft(&link))]);
            end.line();
        }
        self.say(&mut end, "matched-short", &[]);
        Must { head, end }
    }

    /// The claim that was checked, or the check's title, in so much room; empty if that is too
    /// little.
    fn claim(&self, given: &Match, room: usize) -> Draft {
        let titled = !has_claim(given);
        let claim = stated(given);
        let claim = unquoted(&claim);
        let key = match (claim.ends_with(['?', '？', '؟']), titled) {
            (true, _) => "question",
            (false, true) => "title",
            (false, false) => "claim",
        };
        self.filled(key, "claim", claim, CLAIM_CHARS_MAX, (CLAIM_CHARS_MIN, room))
    }

    /// What the check found, if it is in the language we speak.
    fn summary(&self, given: &Match, room: usize) -> Draft {
        let code = given.in_language.as_deref().unwrap_or_default();
        let primary = code.split(['-', '_']).next().unwrap_or_default();
        let summary = telling(given);
        if !primary.eq_ignore_ascii_case(self.lang.code()) || summary.is_empty() {
            return Draft::default();
        }
        let bounds = (SUMMARY_CHARS_MIN, room);
        let key = if is_stated(given) { "found" } else { "found-head" };
        self.filled(key, "summary", &summary, SUMMARY_CHARS_MAX, bounds)
    }

    /// A sentence around a text of others, cut so that both fit into the room.
    fn filled(
        &self,
        key: &str,
        name: &str,
        text: &str,
        chars_max: usize,
        (chars_min, room): (usize, usize),
    ) -> Draft {
        let mut around = Draft::default();
        self.say(&mut around, key, &[(name, Piece::Text(""))]);
        // Two more keep a text that runs the other way apart.
        let room = room.saturating_sub(around.chars() + 2).min(chars_max);
        let chars = text.chars().count();
        if chars == 0 || room < chars.min(chars_min) {
            return Draft::default();
        }
        let mut draft = Draft::default();
        let text = shorten(text, usize::MAX, room);
        self.say(&mut draft, key, &[(name, Piece::Text(&text))]);
        draft
    }

    fn say(&self, draft: &mut Draft, key: &str, args: &[(&str, Piece<'_>)]) {
        draft.say(self.words, self.lang, key, args);
    }
}

/// Beginning and end of an answer.
struct Must {
    head: Draft,
    end: Draft,
}

impl Must {
    fn chars(&self) -> usize {
        self.head.chars() + GAP + self.end.chars()
    }
}
