//! Numbers that count nothing: places in a row ("third", "2nd", "XVI") and multiples ("twice").

use std::collections::BTreeSet;

use super::super::words::Text;
use super::quantity::{Bound, Kind, Quantity};

/// Ranks of a text that are compared.
const RANKS_MAX: usize = 24;

/// Ordinals by their value less one, of all languages whose words mean nothing else elsewhere.
const ORDINALS: [&[&str]; 12] = [
    &["first", "primer", "primero", "primera", "primeiro", "primeira", "premier", "premiere"],
    &["second", "segundo", "segunda", "deuxieme"],
    &["third", "tercer", "tercero", "tercera", "terceiro", "terceira", "troisieme"],
    &["fourth", "cuarto", "cuarta", "quarto", "quarta", "quatrieme"],
    &["fifth", "quinto", "quinta", "cinquieme"],
    &["sixth", "sexto", "sexta", "sixieme"],
    &["seventh", "septimo", "septima", "setimo", "setima", "septieme"],
    &["eighth", "octavo", "octava", "oitavo", "oitava", "huitieme"],
    &["ninth", "noveno", "novena", "nono", "nona", "neuvieme"],
    &["tenth", "decimo", "decima", "dixieme"],
    &["eleventh", "onzieme", "undecimo"],
    &["twelfth", "douzieme", "duodecimo"],
];
/// German ordinals without their endings.
const GERMAN: [&str; 12] = [
    "erst", "zweit", "dritt", "viert", "funft", "sechst", "siebt", "acht", "neunt", "zehnt",
    "elft", "zwolft",
];

/// All places in a row and generations of a text but those that are part of a date.
pub(in crate::claim::guard) fn ranks(
    text: &Text,
    dates: &BTreeSet<usize>,
    lang: Option<&str>,
) -> Vec<Quantity> {
    let lang = lang.map_or("en", |lang| lang.split(['-', '_']).next().unwrap_or("en"));
    let told = |at: usize| {
        let named = roman(text, at).map(|value| (Kind::Roman, value));
        let known = named.or_else(|| rank(text, at, lang).map(|value| (Kind::Rank, value)));
        known.or_else(|| generation(text.get(at)).map(|value| (Kind::Generation, value)))
    };
    let places = (0..text.words.len()).filter(|at| !dates.contains(at));
    let ranks = places.filter_map(|at| told(at).map(|(kind, value)| (at, kind, value)));
    let quantity = |(start, kind, value)| Quantity {
        value,
        told: value,
        kind,
        bound: Bound::Exact,
        rough: false,
        start,
        end: start + 1,
    };
    ranks.map(quantity).take(RANKS_MAX).collect()
}

/// Of a telephone network.
fn generation(word: &str) -> Option<f64> {
    let digit = word.strip_suffix('g').filter(|digit| digit.len() == 1)?;
    digit.parse::<u8>().ok().map(f64::from)
}

/// The place in a row that the word at `at` tells.
fn rank(text: &Text, at: usize, lang: &str) -> Option<f64> {
    let word = text.get(at);
    let before = text.get(at.wrapping_sub(1));
    if let Some(value) = in_digits(word) {
        return Some(value);
    }
    if lang == "de" {
        let stem = word
            .strip_suffix("er")
            .or_else(|| word.strip_suffix("es"))
            .or_else(|| word.strip_suffix("en"))
            .or_else(|| word.strip_suffix("em"))
            .or_else(|| word.strip_suffix('e'))?;
        return value(GERMAN.iter().position(|known| *known == stem)?);
    }
    // Of Portuguese these are the days of the week, and "one second" is a time.
    let weekday = lang == "pt"
        && word.ends_with('a')
        && (text.get(at + 1) == "feira"
            || matches!(before, "na" | "nesta" | "desta" | "da" | "de" | "ultima" | "proxima"));
    let time = matches!(before, "per" | "a" | "each" | "every" | "one" | "por" | "cada" | "un");
    if weekday || (matches!(word, "second" | "segundo") && time) {
        return None;
    }
    value(ORDINALS.iter().position(|forms| forms.contains(&word))?)
}

fn value(place: usize) -> Option<f64> {
    u8::try_from(place + 1).ok().map(f64::from)
}

/// "2nd", "3º", "5e".
fn in_digits(word: &str) -> Option<f64> {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    let ending = word.get(digits.len()..)?;
    let ordinal = matches!(
        ending,
        "st" | "nd" | "rd" | "th" | "er" | "ere" | "e" | "eme" | "º" | "ª" | "°" | "ro" | "do"
    );
    Some(digits).filter(|_| ordinal)?.parse::<u16>().ok().map(f64::from)
}

/// A Roman number after a capitalised word, as of popes, wars and sequels; one letter only of
/// wars, since "I" and "V" are words too.
fn roman(text: &Text, at: usize) -> Option<f64> {
    let alone = text.get(at.wrapping_sub(1)) == "war";
    let long = if alone { 1 } else { 2 };
    let word = text.words.get(at).filter(|word| !text.shouted && word.raw.len() >= long)?;
    let named = at.checked_sub(1).and_then(|at| text.words.get(at)).is_some_and(|w| w.capital());
    roman_value(&word.raw).filter(|_| named)
}

/// The value of a Roman number up to 39.
pub(in crate::claim::guard) fn roman_value(word: &str) -> Option<f64> {
    let tens = word.bytes().take_while(|byte| *byte == b'X').take(3).count();
    let ones = match word.get(tens..)? {
        "" => 0,
        "I" => 1,
        "II" => 2,
        "III" => 3,
        "IV" => 4,
        "V" => 5,
        "VI" => 6,
        "VII" => 7,
        "VIII" => 8,
        "IX" => 9,
        _ => return None,
    };
    let value = u8::try_from(tens * 10 + ones).ok().filter(|value| *value > 0)?;
    Some(f64::from(value))
}

/// How many times as much a word says by itself: "twice", "tripled", "dreimal".
pub(super) fn times(word: &str) -> Option<f64> {
    Some(match word {
        "twice" | "double" | "doubled" | "doubles" | "doubling" | "doble" | "duplico" | "dobro"
        | "dobrou" | "duplicou" | "doublent" | "doppelt" | "verdoppelt" | "zweimal" => 2.0,
        "thrice" | "triple" | "tripled" | "triples" | "tripling" | "triplico" | "triplo"
        | "triplicou" | "triplent" | "dreifach" | "verdreifacht" | "dreimal" => 3.0,
        "quadruple" | "quadrupled" | "quadruples" | "cuadruple" | "vierfach" | "vervierfacht"
        | "viermal" => 4.0,
        "funfmal" | "funffach" => 5.0,
        "zehnmal" | "zehnfach" | "tenfold" => 10.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, lang: &str) -> Vec<f64> {
        let found = ranks(&Text::of(text), &BTreeSet::new(), Some(lang));
        found.into_iter().map(|one| one.value).collect()
    }

    #[test]
    fn ranks_in_five_languages() {
        for (lang, text) in [
            ("en", "the third time"),
            ("en", "the 3rd time"),
            ("en", "Pope Paul III"),
            ("es", "la tercera vez"),
            ("es", "la 3ª vez"),
            ("pt", "o terceiro filho"),
            ("fr", "la troisième fois"),
            ("fr", "la 3e fois"),
            ("de", "zum dritten Mal"),
        ] {
            assert_eq!(read(text, lang), [3.0], "{lang}: {text}");
        }
        assert_eq!(read("World War I and 5G", "en"), [1.0, 5.0]);
    }

    #[test]
    fn seconds_weekdays_and_words_are_no_ranks() {
        assert!(read("a second, per second; Rocky and I met. IV drips", "en").is_empty());
        assert!(read("na segunda-feira, na quinta", "pt").is_empty());
        assert!(read("sie achten auf Erste-Hilfe", "de").len() <= 2);
    }

    #[test]
    fn multiples() {
        assert_eq!(times("twice"), times("dobro"));
        assert_eq!(times("dreimal"), Some(3.0));
        assert_eq!(times("time"), None);
    }
}
