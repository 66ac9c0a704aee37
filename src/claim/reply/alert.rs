//! What moderators read: a claim that spreads with all that helps to decide about it, and the same
//! after it was decided.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::answer::{Teller, link, verdict};
use super::draft::{Draft, Piece, address, clean, shorten, shown_host};
use super::later::correction;
use super::{Action, Button, Reply, doubted};
use crate::claim::alert::{Alert, Occasion, Seen, Severity, Spread};
use crate::claim::answer::{Decision, Match};
use crate::claim::post::Audience;
use crate::claim::words::{Lang, Words};

/// Longest beginning of a post that is quoted, in an alert and in a headline.
pub(super) const POST_WORDS_MAX: usize = 60;
pub(super) const POST_CHARS_MAX: usize = 400;
const HEADLINE_CHARS_MAX: usize = 80;
pub(super) const HOST_CHARS_MAX: usize = 30;
const PLACE_CHARS_MAX: usize = 60;
const LANGUAGES_MAX: usize = 5;
/// Shared words that are listed, and the longest of them.
const WORDS_MAX: usize = 6;
const WORD_CHARS_MAX: usize = 30;
const GUARDS_MAX: usize = 4;
/// Guards that have a sentence of their own.
const GUARDS: [&str; 7] =
    ["number", "name", "place", "date", "negation", "few-words", "few-shared"];

/// An alert in a chat. `ask` is the item of the queue that it asks about; without one, or without a
/// check, nothing is to be decided.
pub fn moderated(words: &Words, lang: Lang, told: &Alert, ask: Option<&str>) -> Reply {
    if told.occasion == Occasion::Silent {
        return silent(words, lang, told);
    }
    if told.occasion == Occasion::NotSame {
        return doubted::doubted(words, lang, told, ask);
    }
    let teller = Speaker::of(words, lang, told);
    let mut draft = Draft::default();
    draft.append(&heading(&headline(words, lang, told)));
    teller.post(&mut draft, &told.post);
    let spread = spread(words, lang, &told.spread, told.asked);
    if spread.units() > 0 {
        // Of a single post there is little to say: no paragraph of its own.
        draft.push(if told.spread.posts > 1 { "\n\n" } else { "\n" });
        draft.append(&spread);
    }
    if let Some(page) = &told.page {
        draft.line();
        let mut to = Draft::default();
        to.link(&shown_host(page, HOST_CHARS_MAX).unwrap_or_default(), page);
        teller.say(&mut draft, "alert-page", &[("link", Piece::Draft(&to))]);
    }
    teller.change(&mut draft, told);
    match &told.matched {
        Some(given) => teller.check(&mut draft, given, told.decision),
        None if told.withdrawn.is_some() => {}
        None => {
            draft.paragraph();
            teller.say(&mut draft, "alert-unchecked", &[]);
        }
    }
    let mut reply = Reply::of(draft);
    reply.preview = told.matched.as_ref().and_then(|given| given.url.as_deref()).and_then(address);
    reply.buttons = buttons(words, lang, told, ask);
    reply
}

/// What moderators made of an alert by now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ruled {
    /// Whether they call the match right.
    pub right: Option<bool>,
    /// Whether the post is to be answered where it stands.
    pub answered: bool,
    /// Whether that answer waits, and can be taken back.
    pub waits: bool,
    /// Until when they hear no more of the claim.
    pub muted: Option<NaiveDate>,
}

impl Ruled {
    /// What a button offers by now; nothing, if that is done or makes no sense any more.
    fn offered(
        self,
        words: &Words,
        lang: Lang,
        button: &Button,
        action: &Action,
    ) -> Option<Button> {
        let is_wrong = self.right == Some(false);
        let stays = match action {
            Action::Right(_) | Action::Wrong(_) => self.right.is_none(),
            Action::AnswerNow(queue) if self.answered && self.waits => {
                let label = words.say(lang, "button-take-back", &[]);
                return Some(Button { label, action: Action::TakeBack(queue.clone()) });
            }
            Action::AnswerNow(_) => !self.answered && !is_wrong,
            Action::Mute(claim) if self.muted.is_some() => {
                let label = words.say(lang, "button-unmute", &[]);
                return Some(Button { label, action: Action::Unmute(claim.clone()) });
            }
            _ => !is_wrong,
        };
        stays.then(|| button.clone())
    }
}

/// An alert after something was decided about it: what, and what is left to press; never who
/// decided. `actions` are what its buttons do, by their ids.
pub fn ruled(
    words: &Words,
    lang: Lang,
    told: &Reply,
    actions: &HashMap<String, Action>,
    by_now: Ruled,
) -> Reply {
    let mut said = Vec::new();
    if let Some(right) = by_now.right {
        said.push(words.say(lang, if right { "decided-right" } else { "decided-wrong" }, &[]));
    }
    if by_now.answered {
        said.push(words.say(lang, "ruled-answered", &[]));
    }
    if let Some(until) = by_now.muted {
        let date = words.date(lang, until);
        said.push(words.say(lang, "ruled-muted", &[("date", date.into())]));
    }
    let mut draft = Draft::default();
    draft.append_reply(told);
    for (at, line) in said.iter().enumerate() {
        draft.push(if at == 0 { "\n\n" } else { "\n" });
        draft.append(&heading(line));
    }
    let buttons = told.buttons.iter().map(|row| {
        let offered = row.iter().filter_map(|button| match &button.action {
            Action::Stored(id) => by_now.offered(words, lang, button, actions.get(id)?),
            action => by_now.offered(words, lang, button, action),
        });
        offered.collect()
    });
    let buttons = buttons.filter(|row: &Vec<Button>| !row.is_empty()).collect();
    Reply { preview: told.preview.clone(), buttons, ..Reply::of(draft) }
}

/// What is left of an alert that was decided about when the post it quotes was taken back: how it
/// was decided.
pub fn decided_alone(told: &Reply) -> Reply {
    let (_, last) = told.text.rsplit_once("\n\n").unwrap_or(("", &told.text));
    Reply::of(heading(last))
}

/// The first line of an alert: why moderators are told now, and how urgent it is.
pub fn headline(words: &Words, lang: Lang, told: &Alert) -> String {
    let sure = if told.decision == Decision::Match { "yes" } else { "no" };
    let what = match told.occasion {
        Occasion::First if told.matched.is_none() => words.say(lang, "alert-first-unchecked", &[]),
        Occasion::First => words.say(lang, "alert-first", &[("sure", sure.into())]),
        Occasion::Growth => counted(words, lang, "alert-growth", told.spread.posts),
        Occasion::Answered => words.say(lang, "alert-answered", &[("sure", sure.into())]),
        Occasion::NotSame => counted(words, lang, "alert-not-same", told.readers),
        Occasion::Changed => words.say(lang, "alert-changed", &[]),
        Occasion::Silent => {
            let place = shorten(&clean(&told.post.place), usize::MAX, PLACE_CHARS_MAX);
            words.say(lang, "alert-silent", &[("place", place.into())])
        }
    };
    if told.severity == Severity::High {
        return words.say(lang, "alert-urgent", &[("what", what.into())]);
    }
    what
}

/// The subject of a mail about an alert: its headline and how the post begins.
pub fn subject(words: &Words, lang: Lang, told: &Alert) -> String {
    let headline = headline(words, lang, told);
    let post = shorten(&clean(&told.post.text), usize::MAX, HEADLINE_CHARS_MAX);
    if post.is_empty() {
        return headline;
    }
    let args = [("headline", headline.into()), ("post", post.into())];
    words.say(lang, "alert-subject", &args)
}

/// A source of posts that has gone silent: nothing to decide, something to mend.
fn silent(words: &Words, lang: Lang, told: &Alert) -> Reply {
    let mut draft = Draft::default();
    draft.append(&heading(&headline(words, lang, told)));
    draft.paragraph();
    let date = words.date(lang, told.post.at.date_naive());
    draft.say(words, lang, "alert-silent-since", &[("date", Piece::Text(&date))]);
    Reply::of(draft)
}

pub(super) fn buttons(
    words: &Words,
    lang: Lang,
    told: &Alert,
    ask: Option<&str>,
) -> Vec<Vec<Button>> {
    let button = |key: &str, action: Action| Button { label: words.say(lang, key, &[]), action };
    let mut rows = Vec::new();
    let mut last = Vec::new();
    if let Some(queue) = ask.filter(|_| told.matched.is_some()) {
        rows.push(vec![
            button("button-right", Action::Right(queue.to_owned())),
            button("button-wrong", Action::Wrong(queue.to_owned())),
        ]);
        if told.post.answerable {
            last.push(button("button-answer-now", Action::AnswerNow(queue.to_owned())));
        }
    }
    if !told.claim.is_empty() {
        last.push(button("button-mute", Action::Mute(told.claim.clone())));
    }
    rows.extend(Some(last).filter(|last| !last.is_empty()));
    rows
}

/// Who says the parts of one alert.
pub(super) struct Speaker<'a>(Teller<'a>);

impl<'a> Speaker<'a> {
    pub(super) fn of(words: &'a Words, lang: Lang, told: &Alert) -> Self {
        let today = told.at.date_naive();
        Self(Teller { words, lang, today, audience: Audience::Moderators })
    }

    /// The post, where it was seen, and its address.
    fn post(&self, draft: &mut Draft, post: &Seen) {
        let text = shorten(&clean(&post.text), POST_WORDS_MAX, POST_CHARS_MAX);
        if !text.is_empty() {
            draft.paragraph();
            draft.quote(&text);
        }
        let place = self.place(post);
        let to = self.link(post);
        draft.line();
        let key = if to.is_some() { "alert-seen-at" } else { "alert-seen" };
        let to = to.unwrap_or_default();
        self.say(draft, key, &[("place", Piece::Text(&place)), ("link", Piece::Draft(&to))]);
    }

    /// Where it was seen: the group or channel by the name that it gives itself, if that is known.
    fn place(&self, post: &Seen) -> String {
        let [place, title] = [post.place.as_str(), post.title.as_deref().unwrap_or_default()]
            .map(|name| shorten(&clean(name), usize::MAX, PLACE_CHARS_MAX));
        if title.is_empty() {
            return place;
        }
        let Self(Teller { words, lang, .. }) = *self;
        words.say(lang, "alert-place", &[("title", title.into()), ("place", place.into())])
    }

    /// The post's host, leading to it.
    pub(super) fn link(&self, post: &Seen) -> Option<Draft> {
        let url = post.url.as_deref()?;
        let mut to = Draft::default();
        to.link(&shown_host(url, HOST_CHARS_MAX)?, url);
        Some(to).filter(|to| to.units() > 0)
    }

    /// What became of the check that moderators were told before.
    fn change(&self, draft: &mut Draft, told: &Alert) {
        let Self(Teller { words, lang, today, .. }) = *self;
        let (key, publisher) = match (&told.withdrawn, &told.matched) {
            (Some(publisher), _) => ("withdrawn", publisher),
            (None, Some(given)) if told.occasion == Occasion::Changed => {
                ("corrected-verdict", &given.publisher)
            }
            _ => return,
        };
        draft.paragraph();
        correction(draft, words, lang, (key, ""), publisher, today);
    }

    /// The check, and why it was found. What may be about another claim shows its claim first.
    pub(super) fn check(&self, draft: &mut Draft, given: &Match, decision: Decision) {
        let Self(Teller { words, lang, today, .. }) = *self;
        let verdict = verdict(words, lang, given, Some(today));
        if decision == Decision::Match {
            draft.paragraph();
            draft.append(&verdict);
            self.0.claim(draft, given);
        } else {
            self.0.claim(draft, given);
            draft.paragraph();
            draft.append(&verdict);
        }
        let link = link(given, given.name.as_deref());
        if link.units() > 0 {
            draft.line();
            self.say(draft, "link", &[("link", Piece::Draft(&link))]);
        }
        self.why(draft, given);
    }

    fn why(&self, draft: &mut Draft, given: &Match) {
        let why = &given.why;
        let shared = why.words.iter().map(|word| clean(word)).filter(|word| !word.is_empty());
        let shared: Vec<String> =
            shared.take(WORDS_MAX).map(|word| shorten(&word, 1, WORD_CHARS_MAX)).collect();
        if !why.url && shared.is_empty() && why.guards.is_empty() {
            return;
        }
        draft.paragraph();
        let before = draft.units();
        let line = |draft: &mut Draft| {
            if draft.units() > before {
                draft.line();
            }
        };
        if why.url {
            self.say(draft, "alert-linked", &[]);
        }
        if !shared.is_empty() {
            line(draft);
            let shared = shared.join(", ");
            self.say(draft, "alert-words", &[("words", Piece::Text(&shared))]);
        }
        if !why.guards.is_empty() {
            line(draft);
            let reasons = why.guards.iter().take(GUARDS_MAX).map(|guard| self.guard(guard));
            let reasons = reasons.collect::<Vec<_>>().join(", ");
            self.say(draft, "alert-held", &[("reasons", Piece::Text(&reasons))]);
        }
    }

    /// What a guard found, in words; one without words by its name.
    fn guard(&self, name: &str) -> String {
        let Self(Teller { words, lang, .. }) = *self;
        match GUARDS.iter().find(|known| **known == name) {
            Some(known) => words.say(lang, &format!("guard-{known}"), &[]),
            None => shorten(&clean(name), usize::MAX, WORD_CHARS_MAX),
        }
    }

    pub(super) fn say(&self, draft: &mut Draft, key: &str, args: &[(&str, Piece<'_>)]) {
        self.0.say(draft, key, args);
    }
}

/// A line of ours in bold.
pub(super) fn heading(text: &str) -> Draft {
    let mut draft = Draft::default();
    draft.outside(text, None);
    draft.all_bold()
}

/// How far a claim has spread and how often it was `asked` about: numbers, languages, since when.
/// What is not known is left out.
pub(super) fn spread(words: &Words, lang: Lang, spread: &Spread, asked: u64) -> Draft {
    let mut draft = Draft::default();
    let mut numbers = vec![counted(words, lang, "spread-posts", spread.posts)];
    for (key, count, least) in [
        ("spread-people", spread.authors, 1),
        ("spread-places", spread.places, 2),
        // Of a single post it says nothing.
        ("spread-last-hour", spread.last_hour.saturating_sub(u64::from(spread.posts == 1)), 1),
        ("spread-asked", asked, 1),
    ] {
        if count >= least {
            numbers.push(counted(words, lang, key, count));
        }
    }
    let numbers = numbers.join(", ");
    if spread.posts > 0 {
        let key = if spread.posts == 1 { "spread-first" } else { "spread" };
        let date = words.date(lang, spread.since.date_naive());
        let args = [("numbers", Piece::Text(&numbers)), ("date", Piece::Text(&date))];
        draft.say(words, lang, key, &args);
    }
    let languages: Vec<String> = spread
        .languages
        .iter()
        .take(LANGUAGES_MAX)
        .map(|code| language(words, lang, code))
        .filter(|name| !name.is_empty())
        .collect();
    if !languages.is_empty() {
        draft.line();
        let languages = languages.join(", ");
        draft.say(words, lang, "spread-languages", &[("languages", Piece::Text(&languages))]);
    }
    draft
}

/// A language's name, or its code where it has none here.
fn language(words: &Words, lang: Lang, code: &str) -> String {
    let name = words.language_name(lang, code);
    let unnamed = name == words.say(lang, "language-other", &[]);
    if unnamed { shorten(&clean(code), 1, WORD_CHARS_MAX) } else { name }
}

/// A sentence with a number in it, which also chooses the plural.
pub(super) fn counted(words: &Words, lang: Lang, key: &str, count: u64) -> String {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let shown = words.number(lang, count);
    words.say(lang, key, &[("n", count.into()), ("count", shown.into())])
}
