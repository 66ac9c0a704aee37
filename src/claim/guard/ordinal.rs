//! Numbers that count nothing: places in a row ("third", "2nd", "XVI") and multiples ("twice").

use super::words::Text;

/// Ordinals by their value less one, of all languages whose words mean nothing else elsewhere.
const ORDINALS: [&[&str]; 12] = [
    &["first", "primer", "primero", "primera", "primeiro", "primeira", "premier", "premiere"],
    &["second", "segundo", "segunda", "deuxieme"],
    &["third", "tercer", "tercero", "tercera", "terceiro", "terceira", "troisieme"],
    &["fourth", "cuarto", "cuarta", "quarto", "quatrieme"],
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

/// The place in a row that the word at `at` tells.
pub(super) fn rank(text: &Text, at: usize, lang: &str) -> Option<f64> {
    let word = text.get(at);
    let before = text.get(at.wrapping_sub(1));
    if let Some(value) = in_digits(word).or_else(|| roman(text, at)) {
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
    let weekday =
        lang == "pt" && (text.get(at + 1) == "feira" || matches!(word, "quinta" | "sexta"));
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

/// A Roman number after a capitalised word, as of popes, wars and sequels.
fn roman(text: &Text, at: usize) -> Option<f64> {
    let word = text.words.get(at).filter(|word| !text.shouted && word.raw.len() >= 2)?;
    let named = at.checked_sub(1).and_then(|at| text.words.get(at)).is_some_and(|w| w.capital());
    roman_value(&word.raw).filter(|_| named)
}

/// The value of a Roman number up to 39.
pub(super) fn roman_value(word: &str) -> Option<f64> {
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
