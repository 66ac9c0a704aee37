//! Quantities: numbers in digits and words with what they count or measure.

use std::collections::BTreeSet;

use super::super::words::{Text, Word};
use super::numerals::{number, vague};
use super::ordinal::times;
use super::units::{is_ago, part, parts, unit};

/// Quantities of a text that are compared.
const QUANTITIES_MAX: usize = 24;

const DAYS_OF_YEAR: f64 = 365.25;

/// Words before a number that is told roughly.
const ROUGH: [&str; 30] = [
    "about",
    "almost",
    "nearly",
    "around",
    "roughly",
    "approximately",
    "some",
    "approx",
    "close",
    "near",
    "casi",
    "aproximadamente",
    "unos",
    "unas",
    "cerca",
    "alrededor",
    "quase",
    "uns",
    "umas",
    "presque",
    "environ",
    "pres",
    "fast",
    "etwa",
    "rund",
    "circa",
    "ca",
    "knapp",
    "ungefahr",
    "virtually",
];

/// What a number measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::claim::guard) enum Kind {
    Percent,
    Money,
    Age,
    /// In days.
    Time,
    /// In metres.
    Length,
    /// In grams.
    Mass,
    /// In litres.
    Volume,
    /// In watts.
    Power,
    Times,
    /// A place in a row: "third", "2nd".
    Rank,
    /// The same in a name: "World War II".
    Roman,
    /// An hour of the day.
    Clock,
    /// Of telephone networks: "5G".
    Generation,
    /// A plural of a scale: "thousands".
    Vague,
    Count,
}

/// Which side of the number the truth may lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Exact,
    /// "More than", "at least".
    Over,
    /// "Less than", "up to".
    Under,
}

/// A number with what it is of.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::claim::guard) struct Quantity {
    /// In the unit of its kind.
    pub(super) value: f64,
    /// In the unit in which it is told.
    pub(super) told: f64,
    pub(super) kind: Kind,
    pub(super) bound: Bound,
    /// Told roughly: "about", "nearly", "half".
    pub(super) rough: bool,
    /// Its first word and the one after its last.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// All quantities of a text but those that are part of a date.
pub(in crate::claim::guard) fn quantities(
    text: &Text,
    dates: &BTreeSet<usize>,
    lang: Option<&str>,
) -> Vec<Quantity> {
    let lang = lang.map_or("en", |lang| lang.split(['-', '_']).next().unwrap_or("en"));
    let mut all = Vec::new();
    let mut at = 0;
    while at < text.words.len() && all.len() < QUANTITIES_MAX {
        if dates.contains(&at)
            || text.get(at).starts_with('\'')
            || text.words.get(at).is_some_and(|word| word.tagged)
        {
            at += 1;
            continue;
        }
        match quantity(text, at, lang) {
            Some(found) => {
                at = found.end.max(at + 1);
                all.push(found);
            }
            None => at += 1,
        }
    }
    all
}

fn quantity(text: &Text, start: usize, lang: &str) -> Option<Quantity> {
    let (bound, rough) = (bound(text, start), rough(text, start));
    let of = |kind: Kind, value: f64, end: usize| {
        Some(Quantity { value, told: value, kind, bound, rough, start, end })
    };
    if let Some(percent) = part(text.get(start)) {
        let linked = matches!(
            text.get(start + 1),
            "of" | "the" | "de" | "des" | "do" | "da" | "der" | "all" | "dos" | "our" | "falls"
        );
        let counted = matches!(text.get(start.wrapping_sub(1)), "a" | "one" | "by" | "un" | "um");
        let followed = text.words.get(start + 1).is_some_and(Word::content);
        let noun = matches!(text.get(start), "drittel" | "viertel" | "halfte" | "funftel");
        if linked || noun || (counted && !followed) {
            return of(Kind::Percent, percent, start + 1)
                .map(|found| Quantity { rough: true, ..found });
        }
    }
    if let Some(times) = times(text.get(start)) {
        return of(Kind::Times, times, start + 1);
    }
    if let Some(hour) = written_hour(text.get(start), lang) {
        return of(Kind::Clock, hour, start + 1);
    }
    if let Some(least) = vague(text.get(start), lang) {
        // "Tens of thousands" are thousands, "hundreds of thousands" too.
        let further = vague(text.get(start + 2), lang).filter(|_| text.get(start + 1).len() <= 3);
        let end = start + if further.is_some() { 3 } else { 1 };
        return of(Kind::Vague, further.map_or(least, |further| further * least), end);
    }
    let (value, end, ending) = number(text, start, lang)?;
    if let Some(ratio) = ratio(text, value, start, end, lang) {
        return Some(ratio);
    }
    if let Some(part) = parts(text.get(end)) {
        return of(Kind::Percent, (value * part).min(100.0), end + 1);
    }
    // Names that end in a number.
    if matches!(text.get(start.wrapping_sub(1)), "covid" | "cov" | "formula") {
        return None;
    }
    let money_before =
        matches!(text.get(start.wrapping_sub(1)), "$" | "€" | "£" | "usd" | "r" | "rs" | "eur");
    if money_before {
        return of(Kind::Money, value, end);
    }
    if let Some((hour, end)) = hour(text, value, end, lang) {
        return of(Kind::Clock, hour, end);
    }
    let aged = is_led_to_as_age(text, start, end, lang);
    let Some((kind, factor, after)) = measured(text, end, ending.as_deref(), lang) else {
        return of(if aged { Kind::Age } else { Kind::Count }, value, end);
    };
    let old = matches!(text.get(after), "old" | "olds" | "alt");
    if kind == Kind::Time && (old || aged) {
        let years = value * factor / DAYS_OF_YEAR;
        return of(Kind::Age, years, after).map(|found| Quantity { told: value, ..found });
    }
    // "Two years ago" places a thing in time and measures nothing.
    let placed = kind == Kind::Time && is_ago(text, start, after, lang);
    of(kind, value * factor, after)
        .filter(|_| !placed)
        .map(|found| Quantity { told: value, ..found })
}

/// What a number measures by the unit after it, with the unit's factor and the place after it.
fn measured(
    text: &Text,
    end: usize,
    ending: Option<&str>,
    lang: &str,
) -> Option<(Kind, f64, usize)> {
    let next = text.get(end);
    if let Some((kind, factor)) = ending.and_then(|ending| unit(ending, lang)) {
        return Some((kind, factor, end));
    }
    if matches!((next, text.get(end + 1)), ("per" | "pour", "cent") | ("por", "ciento" | "cento")) {
        return Some((Kind::Percent, 1.0, end + 2));
    }
    // "15 millones de euros"
    let skip = usize::from(matches!(next, "de" | "d" | "us"));
    unit(text.get(end + skip), lang).map(|(kind, factor)| (kind, factor, end + skip + 1))
}

/// An hour of the day before its mark: "5 pm", "5 p.m.", "five o'clock", "17 Uhr".
fn hour(text: &Text, value: f64, end: usize, lang: &str) -> Option<(f64, usize)> {
    // "18:30 Uhr", "5:30 pm"
    let minutes = text.get(end).parse::<u8>().ok().filter(|one| *one < 60);
    let end = end + usize::from(minutes.is_some());
    let (mark, after) = match (text.get(end), text.get(end + 1)) {
        (mark @ ("am" | "pm"), _) if lang != "de" => (mark, end + 1),
        (mark @ ("a" | "p"), "m") => (mark, end + 2),
        (mark @ ("o'clock" | "uhr"), _) => (mark, end + 1),
        (mark @ "h", _) if matches!(lang, "fr" | "pt") => (mark, end + 1),
        _ => return None,
    };
    // "18.30 Uhr" was read as a fraction.
    let minutes = minutes.map_or(value.fract() * 100.0, f64::from);
    of_day(value.trunc(), mark).map(|hour| (hour + minutes / 60.0, after))
}

/// An hour of the day in one word: "5pm", "20h", "20h30".
fn written_hour(word: &str, lang: &str) -> Option<f64> {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    let whole = |digits: &str| digits.parse::<u8>().ok().map(f64::from);
    match word.get(digits.len()..)? {
        mark @ ("am" | "pm") => of_day(whole(digits)?, mark),
        "h" if matches!(lang, "fr" | "pt") => of_day(whole(digits)?, "h"),
        "" => {
            let (hours, minutes) = word.split_once('h')?;
            Some(of_day(whole(hours)?, "h")? + whole(minutes)? / 60.0)
        }
        _ => None,
    }
}

fn of_day(value: f64, mark: &str) -> Option<f64> {
    let later = mark.starts_with('p') && value < 12.0;
    Some(if later { value + 12.0 } else { value }).filter(|hour| *hour <= 24.0)
}

/// "1 in 240", "three out of four", as percent.
fn ratio(text: &Text, value: f64, start: usize, end: usize, lang: &str) -> Option<Quantity> {
    let skip = match (text.get(end), text.get(end + 1)) {
        ("out", "of") if text.get(end + 2) == "every" => 3,
        ("out", "of") | ("of" | "in", "every" | "the") => 2,
        ("in" | "sur" | "of" | "von", _) => 1,
        ("de", "cada") => 2,
        _ => return None,
    };
    let (whole, end, _) = number(text, end + skip, lang)?;
    let year = (1700.0..=2100.0).contains(&whole);
    (whole > value && value > 0.0 && !year).then_some(Quantity {
        value: 100.0 * value / whole,
        told: 100.0 * value / whole,
        kind: Kind::Percent,
        bound: Bound::Exact,
        rough: false,
        start,
        end,
    })
}

/// Whether what stands before a number makes an age of it: "aged 44", "mit 93 Jahren".
fn is_led_to_as_age(text: &Text, start: usize, end: usize, lang: &str) -> bool {
    let before = |back: usize| text.get(start.wrapping_sub(back));
    let at_years = matches!((lang, before(1)), ("de", "mit") | ("es", "los") | ("pt", "aos"))
        && matches!(text.get(end), "jahren" | "anos");
    at_years || matches!(before(1), "age" | "aged") || (before(1) == "of" && before(2) == "age")
}

/// Whether a number is told roughly.
fn rough(text: &Text, start: usize) -> bool {
    (1..=3).filter_map(|back| start.checked_sub(back)).any(|at| ROUGH.contains(&text.get(at)))
}

fn bound(text: &Text, start: usize) -> Bound {
    let before = |back: usize| start.checked_sub(back).map_or("", |at| text.get(at));
    let signed = usize::from(matches!(before(1), "$" | "€" | "£"));
    let (one, two) = (before(1 + signed), before(2 + signed));
    let moved = ["went", "go", "goes", "rose", "rises", "jumped", "climbed", "shot", "is", "are"];
    if (two, one) == ("up", "to") && moved.contains(&before(3 + signed)) {
        return Bound::Exact;
    }
    match (two, one) {
        (_, "over" | "exceeds" | "above" | "uber") => Bound::Over,
        (
            "more" | "at" | "greater" | "mas" | "al" | "mais" | "plus" | "mehr" | "au",
            "than" | "least" | "de" | "menos" | "que" | "als" | "moins",
        ) => Bound::Over,
        (_, "under" | "below" | "unter") => Bound::Under,
        ("less" | "fewer" | "up" | "menos" | "moins" | "weniger", "than" | "to" | "de" | "als") => {
            Bound::Under
        }
        _ => Bound::Exact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, lang: &str) -> Vec<(f64, Kind)> {
        let text = Text::of(text);
        let found = quantities(&text, &BTreeSet::new(), Some(lang));
        found.into_iter().map(|one| (one.value, one.kind)).collect()
    }

    #[test]
    fn one_number_in_many_writings() {
        for text in ["5,000", "5000", "5k", "five thousand", "5 thousand", "5 000"] {
            assert_eq!(read(text, "en"), [(5000.0, Kind::Count)], "{text}");
        }
        assert_eq!(read("two hundred and fifty", "en"), [(250.0, Kind::Count)]);
        assert_eq!(read("thirty five", "en"), [(35.0, Kind::Count)]);
        assert_eq!(read("1.200 euros", "es"), [(1200.0, Kind::Money)]);
        assert_eq!(read("quatre millions d'euros", "fr"), [(4e6, Kind::Money)]);
    }

    #[test]
    fn what_it_is_of() {
        assert_eq!(read("$1.9 trillion", "en"), [(1.9e12, Kind::Money)]);
        assert_eq!(read("$3.8B and 39 grand", "en"), [(3.8e9, Kind::Money), (39e3, Kind::Money)]);
        for text in ["50%", "50 per cent", "half of them", "5 out of 10"] {
            assert_eq!(read(text, "en"), [(50.0, Kind::Percent)], "{text}");
        }
        assert_eq!(read("44 years old", "en"), [(44.0, Kind::Age)]);
        assert_eq!(read("3 mm", "en"), [(3e-3, Kind::Length)]);
        assert_eq!(read("10x", "en"), [(10.0, Kind::Times)]);
        assert!(read("two years ago, 5G, COVID-19x, the 3rd", "en").len() <= 1);
    }

    #[test]
    fn hours_of_the_day() {
        for (lang, text) in [("en", "6:30 pm"), ("de", "18.30 Uhr"), ("de", "18:30 Uhr")] {
            assert_eq!(read(text, lang), [(18.5, Kind::Clock)], "{text}");
        }
        for (lang, text) in [("en", "5pm"), ("en", "5 p.m."), ("fr", "17h"), ("pt", "17 h")] {
            assert_eq!(read(text, lang), [(17.0, Kind::Clock)], "{text}");
        }
        assert_eq!(read("24 hours", "en"), [(1.0, Kind::Time)]);
    }

    #[test]
    fn parts_and_multiples() {
        assert_eq!(read("two thirds", "en"), read("zwei Drittel", "de"));
        assert_eq!(read("um ein Drittel", "de"), read("a third of", "en"));
        assert_eq!(read("5 of 10 nurses", "en"), [(50.0, Kind::Percent)]);
        assert_eq!(read("una de cada dos", "es"), [(50.0, Kind::Percent)]);
        assert_eq!(read("gas doubled", "en"), [(2.0, Kind::Times)]);
        assert_eq!(read("a third party", "en"), []);
        assert_eq!(read("hundreds of thousands", "en"), [(1e5, Kind::Vague)]);
    }
}
