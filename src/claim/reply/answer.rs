//! The answer to a question: a check that was found, a similar one, or nothing yet.

use chrono::{Months, NaiveDate};

use super::draft::{Draft, Piece, TEXT_UNITS_MAX, address, clean, shorten, shown_host};
use super::finding::{finding, is_stated};
use super::parts::{
    also, bare_title, chars_within, differ, has_claim, section, source_line, stated, unquoted,
};
use super::{Action, Button, Reply};
use crate::claim::answer::{Answer, Decision, Match, SourceGiven};
use crate::claim::post::Audience;
use crate::claim::review::SectionKind;
use crate::claim::words::{Lang, Words};

/// A check older than this is called an older one.
const OLDER_MONTHS: u32 = 24;
/// Longest claim or title shown.
const CLAIM_WORDS_MAX: usize = 40;
pub(super) const CLAIM_CHARS_MAX: usize = 260;
/// Longest verdict shown, and the longest that is put in front of “says …”.
const VERDICT_CHARS_MAX: usize = 140;
const VERDICT_SHORT_CHARS_MAX: usize = 40;
pub(super) const PUBLISHER_CHARS_MAX: usize = 60;
/// Longest title and host shown on a link, and longest host on a button.
const TITLE_CHARS_MAX: usize = 80;
const HOST_CHARS_MAX: usize = 40;
const BUTTON_HOST_CHARS_MAX: usize = 22;
const SOURCES_MAX: usize = 5;
/// Longest section shown after the button, in UTF-16 units.
const SECTION_UNITS_MAX: usize = 1_200;

/// The reply to a question: states a match, offers a possible one, or says honestly that nothing
/// was found in the checks of so many `publishers`.
pub fn answer(
    words: &Words,
    lang: Lang,
    answer: &Answer,
    today: NaiveDate,
    audience: Audience,
    publishers: usize,
) -> Reply {
    let teller = Teller { words, lang, today, audience };
    match answer.matches.first() {
        Some(first) if answer.decision != Decision::None => {
            teller.found(Draft::default(), answer, first, false)
        }
        _ => teller.nothing(publishers),
    }
}

/// The same reply with what the check says is missing and who benefits, shortened to fit, and a
/// button back. Without such sections, or without a match, it is the empty reply.
pub fn with_context(
    words: &Words,
    lang: Lang,
    answer: &Answer,
    today: NaiveDate,
    audience: Audience,
) -> Reply {
    let teller = Teller { words, lang, today, audience };
    match answer.matches.first() {
        Some(first) if answer.decision != Decision::None => {
            teller.found(Draft::default(), answer, first, true)
        }
        _ => Reply::default(),
    }
}

/// Most characters of what is said of a check.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    pub(super) verdict: usize,
    pub(super) publisher: usize,
    pub(super) host: usize,
}

/// A check in a few words: verdict, publisher, date.
pub(super) fn verdict(words: &Words, lang: Lang, given: &Match, today: Option<NaiveDate>) -> Draft {
    let sizes =
        Sizes { verdict: VERDICT_CHARS_MAX, publisher: PUBLISHER_CHARS_MAX, host: HOST_CHARS_MAX };
    verdict_within(words, lang, given, today, sizes)
}

/// The same in given sizes.
pub(super) fn verdict_within(
    words: &Words,
    lang: Lang,
    given: &Match,
    today: Option<NaiveDate>,
    sizes: Sizes,
) -> Draft {
    let published = given.date_published.as_deref().and_then(|day| day.parse::<NaiveDate>().ok());
    let limit = today.and_then(|today| today.checked_sub_months(Months::new(OLDER_MONTHS)));
    let age = match published {
        None => "undated",
        Some(day) if limit.is_some_and(|limit| day < limit) => "older",
        Some(_) => "dated",
    };
    let date = published.map(|day| words.date(lang, day)).unwrap_or_default();
    let publisher = shorten(&publisher(words, lang, given), usize::MAX, sizes.publisher);
    let rating = given.rating.as_ref().map(|rating| clean(&rating.text)).unwrap_or_default();
    let rating = shorten(&rating, usize::MAX, sizes.verdict);
    let chars = rating.chars().count();
    let large = capital(&rating, given.in_language.as_deref());
    let (key, rating) = match large.strip_suffix('.').unwrap_or(&large) {
        "" => ("unrated", ""),
        // Inside our sentence the full stop of a short verdict would end it.
        short if chars <= VERDICT_SHORT_CHARS_MAX => ("verdict", short),
        _ => ("verdict-long", rating.as_str()),
    };
    let mut draft = Draft::default();
    let args = [
        ("age", Piece::Choice(age)),
        ("verdict", Piece::Bold(rating)),
        ("publisher", Piece::Text(&publisher)),
        ("date", Piece::Text(&date)),
    ];
    draft.say(words, lang, key, &args);
    draft
}

/// A verdict as it begins a line: its first letter large, nothing else touched.
fn capital(verdict: &str, language: Option<&str>) -> String {
    let turkic = language.is_some_and(|code| code.starts_with("tr") || code.starts_with("az"));
    let mut rest = verdict.chars();
    let large = match rest.next() {
        Some('i') if turkic => "İ".to_owned(),
        Some(first) => first.to_uppercase().to_string(),
        None => return String::new(),
    };
    // What grows to several letters (`ß`, `ŉ`) begins no sentence so.
    if large.chars().count() == 1 { large + rest.as_str() } else { verdict.to_owned() }
}

/// The publisher's name as it is shown.
fn publisher(words: &Words, lang: Lang, given: &Match) -> String {
    let name = shorten(&clean(&given.publisher), usize::MAX, PUBLISHER_CHARS_MAX);
    let host = || given.url.as_deref().and_then(|url| shown_host(url, PUBLISHER_CHARS_MAX));
    let name = Some(name).filter(|name| !name.is_empty()).or_else(host);
    name.unwrap_or_else(|| words.say(lang, "unnamed", &[]))
}

/// Link to a check, its host always visible, behind its title if that is given; empty without an
/// address.
pub(super) fn link(given: &Match, title: Option<&str>) -> Draft {
    link_within(given, title, HOST_CHARS_MAX)
}

/// The same with so much of the host.
pub(super) fn link_within(given: &Match, title: Option<&str>, host_chars_max: usize) -> Draft {
    let mut draft = Draft::default();
    let title = title.map(|title| bare_title(title, given));
    let title = title.filter(|title| !title.is_empty() && !title.contains("://"));
    let host = |url| shown_host(url, host_chars_max);
    match (given.url.as_deref().and_then(|url| Some((url, host(url)?))), title) {
        (Some((url, host)), Some(title)) => {
            let title = shorten(&title, usize::MAX, TITLE_CHARS_MAX);
            draft.link(&format!("{title} ({host})"), url);
        }
        (Some((url, host)), None) => draft.link(&host, url),
        (None, _) => {}
    }
    draft
}

/// Puts answers into words: what every part of a reply needs.
pub(super) struct Teller<'a> {
    pub(super) words: &'a Words,
    pub(super) lang: Lang,
    pub(super) today: NaiveDate,
    pub(super) audience: Audience,
}

impl Teller<'_> {
    fn nothing(&self, publishers: usize) -> Reply {
        let mut draft = Draft::default();
        let count = self.words.number(self.lang, publishers);
        self.say(
            &mut draft,
            "none",
            &[("n", Piece::Count(publishers)), ("count", Piece::Text(&count))],
        );
        if publishers > 0 {
            draft.push(" ");
            self.say(&mut draft, "none-meaning", &[]);
        }
        if self.audience == Audience::Private {
            draft.paragraph();
            self.say(&mut draft, "none-tip", &[]);
        }
        Reply::of(draft)
    }

    /// A check that was found, below what `draft` says already.
    pub(super) fn found(
        &self,
        mut draft: Draft,
        answer: &Answer,
        first: &Match,
        context: bool,
    ) -> Reply {
        let sure = answer.decision == Decision::Match;
        let also = if sure { also(answer) } else { Vec::new() };
        if sure {
            self.verdict(&mut draft, first, &also);
            self.summary(&mut draft, first);
            self.claim(&mut draft, first);
        } else {
            draft.paragraph();
            self.say(&mut draft, self.own_or_this("similar", "similar-group"), &[]);
            self.claim(&mut draft, first);
            self.verdict(&mut draft, first, &also);
            self.summary(&mut draft, first);
        }
        self.whole(draft, first, &also, context)
    }

    /// A check that was told and changed: its claim comes first, below what `draft` says already.
    pub(super) fn found_anew(&self, mut draft: Draft, answer: &Answer, first: &Match) -> Reply {
        let sure = answer.decision == Decision::Match;
        let also = if sure { also(answer) } else { Vec::new() };
        self.claim(&mut draft, first);
        self.verdict(&mut draft, first, &also);
        self.summary(&mut draft, first);
        self.whole(draft, first, &also, false)
    }

    /// The reply with everything below its beginning.
    fn whole(&self, mut draft: Draft, first: &Match, also: &[&Match], context: bool) -> Reply {
        let mut end = Draft::default();
        self.ends(&mut end, first, also);
        if context {
            self.sections(&mut draft, first, end.units());
        }
        draft.append(&end);
        let mut reply = Reply::of(draft);
        reply.preview = first.url.as_deref().and_then(address);
        reply.buttons = self.buttons(first, context);
        reply
    }

    /// Everything below the claim: link, sources, others, and how the match came about.
    fn ends(&self, draft: &mut Draft, first: &Match, also: &[&Match]) {
        // Without a claim of its own, or with the same words, the title stands above already.
        let said = !has_claim(first) || first.name == first.claim_reviewed;
        let title = first.name.as_deref().filter(|_| !said);
        let link = link(first, title);
        if link.units() > 0 {
            draft.push("\n\n");
            self.say(draft, "link", &[("link", Piece::Draft(&link))]);
        }
        self.sources(draft, first);
        if !also.is_empty() {
            draft.push("\n\n");
            self.say(draft, "also", &[]);
            for other in also {
                draft.push("\n");
                self.also_line(draft, other);
            }
        }
        draft.push("\n\n");
        self.say(draft, self.own_or_this("matched", "matched-group"), &[]);
    }

    fn verdict(&self, draft: &mut Draft, given: &Match, also: &[&Match]) {
        draft.paragraph();
        draft.append(&verdict(self.words, self.lang, given, Some(self.today)));
        if differ(given, also) {
            draft.line();
            self.say(draft, "differ", &[]);
        }
    }

    fn summary(&self, draft: &mut Draft, given: &Match) {
        let summary = finding(given);
        if summary.is_empty() {
            return;
        }
        draft.paragraph();
        match self.foreign(given) {
            Some(language) => {
                let args =
                    [("language", Piece::Text(&language)), ("summary", Piece::Text(&summary))];
                self.say(draft, "found-in", &args);
            }
            None => {
                let key = if is_stated(given) { "found" } else { "found-head" };
                self.say(draft, key, &[("summary", Piece::Text(&summary))]);
            }
        }
    }

    /// The claim that was checked, or the title that says it.
    pub(super) fn claim(&self, draft: &mut Draft, given: &Match) {
        let titled = !has_claim(given);
        let claim = stated(given);
        let claim = unquoted(&claim);
        if claim.is_empty() {
            return;
        }
        let key = match (claim.ends_with(['?', '？', '؟']), titled) {
            (true, _) => "question",
            (false, true) => "title",
            (false, false) => "claim",
        };
        let claim = shorten(claim, CLAIM_WORDS_MAX, CLAIM_CHARS_MAX);
        draft.paragraph();
        self.say(draft, key, &[("claim", Piece::Text(&claim))]);
    }

    /// Sources the shown summary names first, then the others, up to [`SOURCES_MAX`], by number.
    fn sources(&self, draft: &mut Draft, given: &Match) {
        let shown = finding(given);
        let mut sources: Vec<(&SourceGiven, Draft)> = given
            .sources
            .iter()
            .map(|source| (source, source_line(source)))
            .filter(|(_, line)| line.units() > 0)
            .collect();
        let more = sources.len().saturating_sub(SOURCES_MAX);
        sources.sort_by_key(|(source, _)| (!shown.contains(&format!("[{}]", source.n)), source.n));
        sources.truncate(SOURCES_MAX);
        sources.sort_by_key(|(source, _)| source.n);
        if sources.is_empty() {
            return;
        }
        let mut list = Draft::default();
        for (place, (source, line)) in sources.iter().enumerate() {
            list.push(if place == 0 { "" } else { ", " });
            list.push(&format!("[{}] ", source.n));
            list.append(line);
        }
        if more > 0 {
            let count = self.words.number(self.lang, more);
            list.push(" ");
            let args = [("n", Piece::Count(more)), ("count", Piece::Text(&count))];
            self.say(&mut list, "sources-more", &args);
        }
        draft.push("\n");
        self.say(draft, "sources", &[("sources", Piece::Draft(&list))]);
    }

    fn also_line(&self, draft: &mut Draft, other: &Match) {
        let verdict = verdict(self.words, self.lang, other, Some(self.today));
        let link = link(other, None);
        if link.units() == 0 {
            draft.append(&verdict);
        } else {
            let args = [("verdict", Piece::Draft(&verdict)), ("link", Piece::Draft(&link))];
            self.say(draft, "also-line", &args);
        }
    }

    /// Missing context and who benefits, each under its heading, within what the message has left.
    fn sections(&self, draft: &mut Draft, given: &Match, end_units: usize) {
        let parts = [("missing", SectionKind::Context), ("benefits", SectionKind::Bias)];
        let texts: Vec<(&str, String)> = parts
            .into_iter()
            .map(|(key, kind)| (key, section(given, kind)))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        let publisher = publisher(self.words, self.lang, given);
        let foreign = self.foreign(given);
        let language = foreign.clone().unwrap_or_default();
        let mut left = texts.len();
        for (key, text) in &texts {
            let mut heading = Draft::default();
            let args = [
                ("foreign", Piece::Choice(if foreign.is_some() { "yes" } else { "no" })),
                ("publisher", Piece::Text(&publisher)),
                ("language", Piece::Text(&language)),
            ];
            self.say(&mut heading, key, &args);
            // Blanks and breaks around a section are counted with its heading, generously.
            let taken = draft.units() + end_units + (heading.units() + 8) * left;
            let room = TEXT_UNITS_MAX.saturating_sub(taken) / left;
            let room = room.min(SECTION_UNITS_MAX);
            left -= 1;
            draft.paragraph();
            draft.append(&heading.all_bold());
            draft.line();
            draft.push(&shorten(text, usize::MAX, chars_within(text, room)));
        }
    }

    fn buttons(&self, given: &Match, context: bool) -> Vec<Vec<Button>> {
        let mut rows = Vec::new();
        let mut row = |label: String, action: Action| rows.push(vec![Button { label, action }]);
        let say = |key: &str| self.words.say(self.lang, key, &[]);
        if let Some((url, host)) = given
            .url
            .as_deref()
            .and_then(|url| Some((address(url)?, shown_host(url, BUTTON_HOST_CHARS_MAX)?)))
        {
            let label = self.words.say(self.lang, "button-read", &[("host", host.into())]);
            row(label, Action::Open(url));
        }
        let missing = !section(given, SectionKind::Context).is_empty();
        let benefits = !section(given, SectionKind::Bias).is_empty();
        let key = match (missing, benefits) {
            (true, true) => Some("button-both"),
            (true, false) => Some("button-missing"),
            (false, true) => Some("button-benefits"),
            (false, false) => None,
        };
        if context {
            row(say("button-back"), Action::Back(given.id.clone()));
        } else if let Some(key) = key {
            row(say(key), Action::Context(given.id.clone()));
        }
        row(say("button-not-same"), Action::NotSame(given.id.clone()));
        rows
    }

    /// Name of the check's language if it is not the one we speak.
    fn foreign(&self, given: &Match) -> Option<String> {
        let code = given.in_language.as_deref().filter(|code| !code.trim().is_empty())?;
        let primary = code.split(['-', '_']).next().unwrap_or_default();
        let same = primary.eq_ignore_ascii_case(self.lang.code());
        (!same).then(|| self.words.language_name(self.lang, code))
    }

    fn own_or_this<'k>(&self, own: &'k str, this: &'k str) -> &'k str {
        if self.audience == Audience::Private { own } else { this }
    }

    pub(super) fn say(&self, draft: &mut Draft, key: &str, args: &[(&str, Piece<'_>)]) {
        draft.say(self.words, self.lang, key, args);
    }
}
