//! Numbers in digits and words, in the languages the guards know.

use super::quantity::unit;
use super::words::Text;

/// Number words: word, value, languages they count in ("" for any).
const NUMERALS: [(&str, f64, &str); 102] = [
    ("zero", 0.0, ""),
    ("two", 2.0, ""),
    ("three", 3.0, ""),
    ("four", 4.0, ""),
    ("five", 5.0, ""),
    ("six", 6.0, ""),
    ("seven", 7.0, ""),
    ("eight", 8.0, ""),
    ("nine", 9.0, ""),
    ("ten", 10.0, ""),
    ("eleven", 11.0, ""),
    ("twelve", 12.0, ""),
    ("dozen", 12.0, ""),
    ("thirteen", 13.0, ""),
    ("fourteen", 14.0, ""),
    ("fifteen", 15.0, ""),
    ("sixteen", 16.0, ""),
    ("seventeen", 17.0, ""),
    ("eighteen", 18.0, ""),
    ("nineteen", 19.0, ""),
    ("twenty", 20.0, ""),
    ("thirty", 30.0, ""),
    ("forty", 40.0, ""),
    ("fifty", 50.0, ""),
    ("sixty", 60.0, ""),
    ("seventy", 70.0, ""),
    ("eighty", 80.0, ""),
    ("ninety", 90.0, ""),
    ("cero", 0.0, "es"),
    ("dos", 2.0, "es"),
    ("tres", 3.0, "es pt"),
    ("cuatro", 4.0, "es"),
    ("cinco", 5.0, "es pt"),
    ("seis", 6.0, "es pt"),
    ("siete", 7.0, "es"),
    ("ocho", 8.0, "es"),
    ("nueve", 9.0, "es"),
    ("diez", 10.0, "es"),
    ("once", 11.0, "es"),
    ("doce", 12.0, "es"),
    ("docena", 12.0, "es"),
    ("quince", 15.0, "es"),
    ("veinte", 20.0, "es"),
    ("treinta", 30.0, "es"),
    ("cuarenta", 40.0, "es"),
    ("cincuenta", 50.0, "es"),
    ("sesenta", 60.0, "es"),
    ("setenta", 70.0, "es"),
    ("ochenta", 80.0, "es"),
    ("noventa", 90.0, "es"),
    ("dois", 2.0, "pt"),
    ("duas", 2.0, "pt"),
    ("quatro", 4.0, "pt"),
    ("sete", 7.0, "pt"),
    ("oito", 8.0, "pt"),
    ("nove", 9.0, "pt"),
    ("dez", 10.0, "pt"),
    ("doze", 12.0, "pt"),
    ("duzia", 12.0, "pt"),
    ("quinze", 15.0, "pt fr"),
    ("vinte", 20.0, "pt"),
    ("trinta", 30.0, "pt"),
    ("quarenta", 40.0, "pt"),
    ("cinquenta", 50.0, "pt"),
    ("sessenta", 60.0, "pt"),
    ("setenta", 70.0, "pt"),
    ("oitenta", 80.0, "pt"),
    ("noventa", 90.0, "pt"),
    ("deux", 2.0, "fr"),
    ("trois", 3.0, "fr"),
    ("quatre", 4.0, "fr"),
    ("cinq", 5.0, "fr"),
    ("sept", 7.0, "fr"),
    ("huit", 8.0, "fr"),
    ("neuf", 9.0, "fr"),
    ("dix", 10.0, "fr"),
    ("onze", 11.0, "fr pt"),
    ("douze", 12.0, "fr"),
    ("douzaine", 12.0, "fr"),
    ("vingt", 20.0, "fr"),
    ("trente", 30.0, "fr"),
    ("quarante", 40.0, "fr"),
    ("cinquante", 50.0, "fr"),
    ("soixante", 60.0, "fr"),
    ("null", 0.0, "de"),
    ("zwei", 2.0, "de"),
    ("drei", 3.0, "de"),
    ("vier", 4.0, "de"),
    ("funf", 5.0, "de"),
    ("sechs", 6.0, "de"),
    ("sieben", 7.0, "de"),
    ("acht", 8.0, "de"),
    ("neun", 9.0, "de"),
    ("zehn", 10.0, "de"),
    ("elf", 11.0, "de"),
    ("zwolf", 12.0, "de"),
    ("dutzend", 12.0, "de"),
    ("zwanzig", 20.0, "de"),
    ("dreissig", 30.0, "de"),
    ("vierzig", 40.0, "de"),
    ("funfzig", 50.0, "de"),
    ("hundert", 100.0, "de"),
];

fn numeral(word: &str, lang: &str) -> Option<f64> {
    let counts = |langs: &str| langs.is_empty() || langs.split(' ').any(|one| one == lang);
    // Numerals of one language are words of another: "once", "sept", "elf".
    if lang == "es" && word == "once" {
        return Some(11.0);
    }
    NUMERALS.iter().find(|(name, _, langs)| *name == word && counts(langs)).map(|(_, v, _)| *v)
}

fn scale(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" | "hundreds" => 1e2,
        "k" | "thousand" | "mil" | "mille" | "tausend" => 1e3,
        "m" | "mn" | "mio" | "million" | "millions" | "millon" | "millones" | "milhao"
        | "milhoes" | "millionen" | "mill" => 1e6,
        "b" | "bn" | "billion" | "billions" | "milliard" | "milliards" | "milliarden"
        | "bilhoes" | "bilhao" | "mrd" => 1e9,
        "t" | "tn" | "trillion" | "trillions" | "trilhoes" => 1e12,
        _ => return None,
    })
}

/// The value of one word: digits with marks of thousands and decimals and a letter for the scale,
/// or a numeral.
fn value_of<'a>(word: &'a str, lang: &str) -> Option<(f64, Option<&'a str>)> {
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return numeral(word, lang).map(|value| (value, None));
    }
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    let ending = word.get(digits.len()..)?;
    if digits.len() > 18 || digits.chars().any(char::is_alphabetic) {
        return None;
    }
    let comma_decimal = matches!(lang, "es" | "pt" | "fr" | "de");
    let groups: Vec<&str> = digits.split(['.', ',']).collect();
    let grouped = groups.len() > 2
        || (groups.len() == 2
            && groups.last().is_some_and(|last| last.len() == 3)
            && groups.first().is_some_and(|first| first.len() <= 3 && *first != "0")
            && (digits.contains(',') || comma_decimal));
    let plain = if grouped { groups.concat() } else { groups.join(".") };
    let value = plain.parse().ok()?;
    match ending {
        "" => Some((value, None)),
        "st" | "nd" | "rd" | "th" | "er" | "g" | "s" => None,
        _ if scale(ending).is_some() || unit(ending).is_some() => Some((value, Some(ending))),
        _ => None,
    }
}

/// A number from `start`: its value, the word after it, and a unit written at its end.
pub(super) fn number(
    text: &Text,
    start: usize,
    lang: &str,
) -> Option<(f64, usize, Option<String>)> {
    let first = text.get(start);
    let (mut total, mut current, mut at) = match value_of(first, lang) {
        Some((value, ending)) => {
            let scaled = ending.and_then(scale);
            if let (Some(ending), None) = (ending, scaled) {
                return Some((value, start + 1, Some(ending.to_owned())));
            }
            (0.0, value * scaled.unwrap_or(1.0), start + 1)
        }
        None if matches!(first, "thousand" | "hundred" | "million" | "billion" | "trillion") => {
            (0.0, 1.0, start)
        }
        None => return None,
    };
    let digits = first.starts_with(|c: char| c.is_ascii_digit());
    while at < start + 8 {
        let word = text.get(at);
        let group = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
        if digits && group && first.len() <= 3 && at < start + 4 && total == 0.0 {
            current = current * 1e3 + word.parse::<f64>().unwrap_or_default();
        } else if let Some(scale) = scale(word) {
            if scale > 100.0 {
                total += current * scale;
                current = 0.0;
            } else {
                current *= scale;
            }
        } else if word == "a" && text.get(at + 1) == "half" || word == "and" && current >= 100.0 {
            // "two hundred and fifty"
            match value_of(text.get(at + 1), lang) {
                Some((value, None)) if value < 100.0 && !digits => {
                    current += value;
                    at += 1;
                }
                _ => break,
            }
        } else if let Some(value) = numeral(word, lang).filter(|value| !digits && *value < 100.0) {
            let fits = current % 100.0 == 0.0 || (current % 10.0 == 0.0 && value < 10.0);
            if !fits || (current == 0.0 && total == 0.0) {
                break;
            }
            current += value;
        } else {
            break;
        }
        at += 1;
    }
    let bare_scale = at == start;
    (!bare_scale).then_some((total + current, at, None))
}
