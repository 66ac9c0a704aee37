//! When, told from the day of speaking ("last week", "two years ago", "tomorrow"), and how often
//! ("every week", "a year").

use super::super::number::numerals::number;
use super::super::number::units::{is_ago, time, unit};
use super::super::words::Text;

/// Days, at least and at most, from the day of speaking.
pub(super) type Away = (i32, i32);

const LAST: [&str; 18] = [
    "last",
    "past",
    "previous",
    "pasada",
    "pasado",
    "passada",
    "passado",
    "derniere",
    "dernier",
    "passee",
    "passe",
    "letzte",
    "letzten",
    "letztes",
    "vergangene",
    "vergangenen",
    "vorige",
    "vorigen",
];
const NEXT: [&str; 14] = [
    "next",
    "coming",
    "upcoming",
    "proxima",
    "proximo",
    "prochaine",
    "prochain",
    "nachste",
    "nachsten",
    "nachstes",
    "kommende",
    "kommenden",
    "kommendes",
    "following",
];
const THIS: [&str; 15] = [
    "this", "current", "esta", "este", "nesta", "neste", "desta", "deste", "cette", "ce", "diese",
    "diesen", "dieses", "diesem", "dieser",
];
const ARTICLES: [&str; 13] =
    ["a", "an", "one", "un", "una", "um", "uma", "une", "ein", "eine", "einem", "einer", "einen"];

/// How far from the day of speaking is what a text tells at `at`.
pub(super) fn away(text: &Text, at: usize, lang: &str) -> Option<Away> {
    single(text, at, lang).or_else(|| gone_by(text, at, lang)).or_else(|| named(text, at))
}

fn single(text: &Text, at: usize, lang: &str) -> Option<Away> {
    let before = text.get(at.wrapping_sub(1));
    let days = match (text.get(at), lang) {
        ("yesterday" | "ayer" | "anoche" | "ontem" | "gestern", _) | ("hier", "fr") => -1,
        ("night", _) if before == "last" => -1,
        ("today" | "tonight" | "hoy" | "hoje" | "hui" | "aujourd'hui" | "heute", _) => 0,
        ("tomorrow" | "amanha" | "demain", _) => 1,
        ("morgen", "de") if !matches!(before, "am" | "guten" | "jeden" | "gestern" | "heute") => 1,
        _ => return None,
    };
    Some((days, days))
}

/// "Two years ago", "a week ago", "hace tres meses".
fn gone_by(text: &Text, at: usize, lang: &str) -> Option<Away> {
    let (count, end) = match number(text, at, lang) {
        Some((count, end, None)) => (count, end),
        _ if ARTICLES.contains(&text.get(at)) => (1.0, at + 1),
        _ => return None,
    };
    let days = time(text.get(end)).map(|(_, days)| days * count)?;
    if !is_ago(text, at, end + 1, lang) {
        return None;
    }
    Some(around(-days))
}

/// "Last week", "next year", "la semana pasada", "letzten Monat", "this month".
fn named(text: &Text, at: usize) -> Option<Away> {
    let days = time(text.get(at)).map(|(_, days)| days).filter(|days| *days >= 1.0)?;
    let beside = [text.get(at.wrapping_sub(1)), text.get(at + 1)];
    let is = |words: &[&str]| beside.iter().any(|word| words.contains(word));
    if is(&LAST) {
        Some(around(-days))
    } else if is(&NEXT) {
        Some(around(days))
    } else if THIS.contains(&text.get(at.wrapping_sub(1))) {
        let (near, _) = around(days);
        Some((1 - near, near - 1))
    } else {
        None
    }
}

/// Days told by a number of units, give or take a tenth.
fn around(days: f64) -> Away {
    let whole = |days: f64| {
        let bounded = days.clamp(-1e6, 1e6).round();
        // Bounded above, so nothing is cut off.
        #[expect(clippy::cast_possible_truncation)]
        let whole = bounded as i32;
        whole
    };
    let (one, other) = (whole(days * 0.9), whole(days * 1.1));
    (one.min(other), one.max(other))
}

/// The unit of "this week", "this year", in days, give or take a tenth: what is of this week is
/// told otherwise than what is of this year.
pub(super) fn current(text: &Text, at: usize) -> Option<Away> {
    let days = time(text.get(at)).map(|(_, days)| days).filter(|days| *days >= 1.0)?;
    THIS.contains(&text.get(at.wrapping_sub(1))).then(|| around(days))
}

/// How often, in hours, give or take a tenth: "every week", "a year", "monthly", "par jour".
pub(super) fn rate(text: &Text, at: usize) -> Option<Away> {
    let word = text.get(at);
    let days = match word {
        "hourly" => 1.0 / 24.0,
        "daily" | "diario" | "diaria" | "diariamente" | "quotidien" | "taglich" => 1.0,
        "weekly" | "semanal" | "semanalmente" | "hebdomadaire" | "wochentlich" => 7.0,
        "monthly" | "mensual" | "mensal" | "mensualmente" | "mensuel" | "monatlich" => 30.4,
        "yearly" | "annually" | "anualmente" | "annuel" | "jahrlich" => 365.25,
        _ => time(word).map(|(_, days)| days).filter(|_| each(text, at))?,
    };
    Some(around(days * 24.0))
}

/// Whether the unit of time at `at` is one of many alike.
fn each(text: &Text, at: usize) -> bool {
    let before = |back: usize| text.get(at.wrapping_sub(back));
    let daily = before(2) == "a" && before(1) == "la";
    let plural = matches!(before(2), "todos" | "todas" | "tous" | "toutes")
        && matches!(before(1), "los" | "las" | "os" | "as" | "les");
    let later = matches!(text.get(at + 1), "later" | "earlier" | "ago" | "after" | "before");
    // "$5 a day", "20 cents an hour", "400k birds a year", "twice a week"
    let number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let counted = || {
        !later
            && (matches!(before(2), "once" | "twice" | "times" | "%" | "$" | "€" | "people")
                || unit(before(2), "").is_some()
                || matches!(before(2), "million" | "billion" | "trillion" | "thousand" | "k")
                || (2..=4).any(|back| number(before(back))))
    };
    match before(1) {
        "every" | "each" | "per" | "cada" | "por" | "par" | "pro" | "chaque" | "jeden" | "jede"
        | "jedes" | "toda" | "todo" => true,
        "al" | "ao" | "a" | "an" | "im" | "am" => counted(),
        "der" if before(2) == "in" => (3..=7).any(|back| number(before(back))),
        _ => plural || daily,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aways(text: &str, lang: &str) -> Vec<Away> {
        let text = Text::of(text);
        (0..text.words.len()).filter_map(|at| away(&text, at, lang)).collect()
    }

    fn rates(text: &str) -> Vec<i32> {
        let text = Text::of(text);
        (0..text.words.len()).filter_map(|at| rate(&text, at)).map(|(from, _)| from).collect()
    }

    #[test]
    fn times_from_today_in_five_languages() {
        let week = around(-7.0);
        for (lang, text) in [
            ("en", "last week"),
            ("en", "a week ago"),
            ("es", "la semana pasada"),
            ("es", "hace una semana"),
            ("pt", "na semana passada"),
            ("pt", "uma semana atrás"),
            ("fr", "la semaine dernière"),
            ("fr", "il y a une semaine"),
            ("de", "letzte Woche"),
            ("de", "vor einer Woche"),
        ] {
            assert_eq!(aways(text, lang), [week], "{lang}: {text}");
        }
        assert_eq!(aways("two years ago", "en"), [around(-730.5)]);
        assert_eq!(aways("gestern", "de"), [(-1, -1)]);
        assert_eq!(aways("next month", "en"), [around(30.4)]);
        assert!(aways("this week", "en").first().is_some_and(|(from, to)| *from < 0 && *to > 0));
    }

    #[test]
    fn spans_that_are_not_counted_from_today_are_none() {
        assert_eq!(aways("for two years", "en"), []);
        assert_eq!(aways("hier ist es", "de"), []);
        assert_eq!(aways("a week of rain", "en"), []);
    }

    #[test]
    fn how_often() {
        for text in ["every week", "50 dollars a week", "weekly", "cada semana", "jede Woche"] {
            assert_eq!(rates(text), rates("per week"), "{text}");
        }
        assert_ne!(rates("every month"), rates("every week"));
        assert!(rates("a week of rain, the week").is_empty());
    }
}
