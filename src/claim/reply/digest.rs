//! The digest: what there was since the last one, in as many messages as it takes.

use super::Reply;
use super::alert::{HOST_CHARS_MAX, counted, heading, spread};
use super::answer::{link, verdict};
use super::draft::{Draft, Piece, TEXT_UNITS_MAX, clean, shorten, shown_host};
use crate::claim::alert::{Alert, Digest, Gap};
use crate::claim::words::{Lang, Words};

/// Longest beginning of a post that is quoted.
const LINE_CHARS_MAX: usize = 140;
/// Claims with a check, and without one, that are listed.
const DIGEST_CLAIMS_MAX: usize = 20;
const DIGEST_GAPS_MAX: usize = 20;

/// What there was since the last time, in as many messages as it takes; none if there was nothing.
pub fn digest(words: &Words, lang: Lang, told: &Digest) -> Vec<Reply> {
    if told.claims.is_empty() && told.gaps.is_empty() {
        return Vec::new();
    }
    let mut pages = Pages::default();
    pages.add(&heading(&digest_headline(words, lang, told)), "");
    let (claims, gaps) = (told.claims.len(), told.gaps.len());
    let claimed = told.claims.iter().take(DIGEST_CLAIMS_MAX);
    let claimed = claimed.map(|alert| claim_line(words, lang, alert)).collect();
    pages.list(words, lang, "digest-claims", (claimed, claims));
    let missing = told.gaps.iter().take(DIGEST_GAPS_MAX);
    let missing = missing.map(|gap| gap_line(words, lang, gap)).collect();
    pages.list(words, lang, "digest-gaps", (missing, gaps));
    pages.finish()
}

/// The first line of a digest: from when to when.
pub fn digest_headline(words: &Words, lang: Lang, told: &Digest) -> String {
    let [from, to] = [told.from, told.to].map(|at| words.date(lang, at.date_naive()));
    if from == to {
        return words.say(lang, "digest-day", &[("date", from.into())]);
    }
    words.say(lang, "digest", &[("from", from.into()), ("to", to.into())])
}

/// One claim of a digest that has a check.
fn claim_line(words: &Words, lang: Lang, told: &Alert) -> Draft {
    // It was seen in public: where there is no text, it was taken back, or there was but a link.
    let post = (Some(told.post.text.as_str()), "digest-unkept");
    let mut draft = quoted(words, lang, post, told.post.url.as_deref());
    if let Some(given) = &told.matched {
        draft.line();
        draft.append(&verdict(words, lang, given, Some(told.at.date_naive())));
        let link = link(given, None);
        if link.units() > 0 {
            draft.push(" ");
            draft.append(&link);
        }
    }
    let spread = spread(words, lang, &told.spread, told.asked);
    if spread.units() > 0 {
        draft.line();
        draft.append(&spread);
    }
    draft
}

/// One claim of a digest that has none.
fn gap_line(words: &Words, lang: Lang, gap: &Gap) -> Draft {
    let is_private = gap.asked > 0 && gap.spread.posts == 0;
    let without = if is_private { "digest-private" } else { "digest-unkept" };
    let mut draft = quoted(words, lang, (gap.text.as_deref(), without), None);
    if gap.asked > 0 {
        draft.line();
        draft.push(&counted(words, lang, "digest-asked", gap.asked));
    }
    let mut seen = gap.spread.clone();
    if seen.languages.is_empty() {
        seen.languages.extend(gap.language.clone());
    }
    let spread = spread(words, lang, &seen, 0);
    if spread.units() > 0 {
        draft.line();
        draft.append(&spread);
    }
    draft
}

/// How a post begins, or the sentence that stands there if it has no text, with the host of its
/// address.
fn quoted(
    words: &Words,
    lang: Lang,
    (text, without): (Option<&str>, &str),
    url: Option<&str>,
) -> Draft {
    let text = text.map(clean).unwrap_or_default();
    let text = shorten(&text, usize::MAX, LINE_CHARS_MAX);
    let mut draft = Draft::default();
    if text.is_empty() {
        draft.say(words, lang, without, &[]);
    } else {
        draft.say(words, lang, "digest-post", &[("post", Piece::Text(&text))]);
    }
    if let Some((url, host)) = url.and_then(|url| Some((url, shown_host(url, HOST_CHARS_MAX)?))) {
        draft.push(" ");
        draft.link(&host, url);
    }
    draft
}

/// Drafts laid into messages, none of them broken in two.
#[derive(Default)]
struct Pages {
    full: Vec<Draft>,
    page: Draft,
}

impl Pages {
    fn add(&mut self, part: &Draft, gap: &str) {
        if self.page.units() > 0 && self.page.units() + gap.len() + part.units() > TEXT_UNITS_MAX {
            self.full.push(std::mem::take(&mut self.page));
        }
        if self.page.units() > 0 {
            self.page.push(gap);
        }
        self.page.append(part);
    }

    /// A heading and its entries; of those that were left out, how many.
    fn list(&mut self, words: &Words, lang: Lang, key: &str, (entries, of): (Vec<Draft>, usize)) {
        let more = of - entries.len().min(of);
        for (place, entry) in entries.into_iter().enumerate() {
            if place > 0 {
                self.add(&entry, "\n\n");
                continue;
            }
            // A heading stays with its first entry.
            let mut first = heading(&words.say(lang, key, &[]));
            first.paragraph();
            first.append(&entry);
            self.add(&first, "\n\n");
        }
        if more > 0 {
            let mut rest = Draft::default();
            rest.push(&counted(words, lang, "digest-more", more as u64));
            self.add(&rest, "\n\n");
        }
    }

    fn finish(mut self) -> Vec<Reply> {
        self.full.push(self.page);
        self.full.into_iter().map(Reply::of).collect()
    }
}
