//! What of an answer goes into a reply: which further checks, which summary, which sources.

use super::draft::{Draft, clean, clean_lines, shorten, shown_host};
use crate::claim::answer::{Answer, Decision, Match, SourceGiven};
use crate::claim::rating::RatingClass;
use crate::claim::review::SectionKind;

/// Further publishers listed under a match, and how sure we must be that they checked the same
/// claim.
const ALSO_MAX: usize = 3;
const ALSO_CONFIDENCE_MIN: f64 = 0.8;
const SOURCE_NAME_CHARS_MAX: usize = 40;
const SOURCE_HOST_CHARS_MAX: usize = 30;
/// What stands between a title and the name of its site.
const TITLE_MARKS: [&str; 7] = [" | ", " - ", " – ", " — ", " · ", " :: ", ": "];

/// The checks that the reply to a question tells: none, one, or one with further publishers'.
pub fn shown(answer: &Answer) -> Vec<&Match> {
    let first = answer.matches.first().filter(|_| answer.decision != Decision::None);
    let further = if answer.decision == Decision::Match { also(answer) } else { Vec::new() };
    first.into_iter().chain(further).collect()
}

/// Checks of the same claim by further publishers: those that nothing kept from being stated, or
/// only that a machine may not stand alone, which it does not here.
pub(super) fn also(answer: &Answer) -> Vec<&Match> {
    let mut publishers: Vec<&str> =
        answer.matches.first().map(|first| first.publisher.as_str()).into_iter().collect();
    let mut also = Vec::new();
    for other in answer.matches.iter().skip(1) {
        let held = other.why.guards.iter().any(|guard| guard != "machine-written");
        let sure = other.confidence >= ALSO_CONFIDENCE_MIN && !held;
        if sure && also.len() < ALSO_MAX && !publishers.contains(&other.publisher.as_str()) {
            publishers.push(&other.publisher);
            also.push(other);
        }
    }
    also
}

/// Whether publishers' ratings of the same claim point in different directions.
pub(super) fn differ(first: &Match, also: &[&Match]) -> bool {
    let mut directions: Vec<u8> = std::iter::once(first)
        .chain(also.iter().copied())
        .filter_map(|given| direction(given.rating.as_ref()?.class))
        .collect();
    directions.dedup();
    directions.len() > 1
}

fn direction(class: RatingClass) -> Option<u8> {
    Some(match class {
        RatingClass::True | RatingClass::MostlyTrue => 0,
        RatingClass::Mixed => 1,
        RatingClass::MisleadingContext
        | RatingClass::MostlyFalse
        | RatingClass::False
        | RatingClass::Altered
        | RatingClass::Satire => 2,
        RatingClass::Unproven => 3,
        RatingClass::Other => return None,
    })
}

/// All sections of a kind, one below the other.
pub(super) fn section(given: &Match, kind: SectionKind) -> String {
    let texts = given.sections.iter().filter(|part| part.kind == kind);
    let texts: Vec<String> =
        texts.map(|part| clean_lines(&part.text)).filter(|text| !text.is_empty()).collect();
    texts.join("\n")
}

/// One source as it is listed: its name and, always, the host its link opens.
pub(super) fn source_line(source: &SourceGiven) -> Draft {
    let name = source.name.as_deref().map(clean).unwrap_or_default();
    let name = shorten(&name, usize::MAX, SOURCE_NAME_CHARS_MAX);
    let url = source.url.as_deref();
    let mut draft = Draft::default();
    match url.and_then(|url| Some((url, shown_host(url, SOURCE_HOST_CHARS_MAX)?))) {
        Some((url, host)) if name.is_empty() || name.contains("://") || name.contains(&host) => {
            draft.link(&host, url);
        }
        Some((url, host)) => {
            draft.link(&format!("{name} ({host})"), url);
        }
        None => draft.outside(&name, None),
    }
    draft
}

/// Without the quotation marks around the whole: we put our own.
pub(super) fn unquoted(text: &str) -> &str {
    let pairs = [('“', '”'), ('"', '"'), ('«', '»'), ('„', '“'), ('‘', '’'), ('\'', '\'')];
    for (open, close) in pairs {
        let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner.filter(|inner| !inner.contains([open, close])) {
            return inner.trim();
        }
    }
    text
}

/// How many characters of a text fit in so many UTF-16 units.
pub(super) fn chars_within(text: &str, units_max: usize) -> usize {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= units_max
        })
        .count()
        .max(2)
}

/// Whether the check says, apart from its title, which claim it checked.
pub(super) fn has_claim(given: &Match) -> bool {
    given.claim_reviewed.as_deref().is_some_and(|claim| !clean(claim).is_empty())
}

/// The claim that was checked, or the title that says it.
pub(super) fn stated(given: &Match) -> String {
    if has_claim(given) {
        return given.claim_reviewed.as_deref().map(clean).unwrap_or_default();
    }
    given.name.as_deref().map(|title| bare_title(title, given)).unwrap_or_default()
}

/// A title without the publisher's own name before or behind it, as pages put it there: the name
/// is said beside it.
pub(super) fn bare_title(title: &str, given: &Match) -> String {
    let title = clean(title);
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let host = given.url.as_deref().and_then(|url| shown_host(url, SOURCE_HOST_CHARS_MAX));
    let host = host.unwrap_or_default();
    let site = host.split('.').next().unwrap_or_default();
    let names = [letters(&given.publisher), letters(&host), letters(site)];
    let is_own = |text: &str| {
        let text = letters(text);
        !text.is_empty() && names.contains(&text)
    };
    let mut bare = title.as_str();
    for mark in TITLE_MARKS {
        if let Some((rest, name)) = bare.rsplit_once(mark)
            && is_own(name)
            && !rest.trim().is_empty()
        {
            bare = rest.trim_end();
        }
        if let Some((name, rest)) = bare.split_once(mark)
            && is_own(name)
            && !rest.trim().is_empty()
        {
            bare = rest.trim_start();
        }
    }
    bare.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_shown_without_its_publisher() {
        let given = Match {
            publisher: "Aos Fatos".into(),
            url: Some("https://www.aosfatos.org/noticias/gatos/".into()),
            ..super::super::tests::rated()
        };
        for (title, bare) in [
            ("É falso que gatos voem | Aos Fatos", "É falso que gatos voem"),
            ("É falso que gatos voem – aosfatos.org", "É falso que gatos voem"),
            ("AosFatos - É falso que gatos voem", "É falso que gatos voem"),
            ("Gatos - e cães - voam", "Gatos - e cães - voam"),
            ("Aos Fatos errou | Errata", "Aos Fatos errou | Errata"),
            ("Aos Fatos", "Aos Fatos"),
        ] {
            assert_eq!(bare_title(title, &given), bare, "{title}");
        }
    }
}
