//! Decades and centuries, as the years they span.

use super::super::number::ordinal::roman_value;
use super::super::words::Text;

/// Decades in words; their place is the decade of the century less two.
const DECADES: [&str; 8] =
    ["twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"];
/// Centuries in words; their place is their number less eleven.
const CENTURIES: [&str; 10] = [
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

/// A span of years: its first and last.
pub(super) type Era = (u16, u16);

/// The decade or century that a text names at `at`, and its number of words from there.
pub(super) fn era(text: &Text, at: usize) -> Option<(Era, usize)> {
    century(text, at).or_else(|| decade(text, at).map(|era| (era, 1)))
}

fn decade(text: &Text, at: usize) -> Option<Era> {
    let word = text.get(at);
    let before = |back: usize| text.get(at.wrapping_sub(back));
    // "In her sixties" is an age.
    if matches!(before(1), "his" | "her" | "their" | "my" | "your" | "late" | "early" | "mid")
        && matches!(before(2), "his" | "her" | "their" | "my" | "your" | "in" | "")
        && !matches!(before(1), "late" | "early" | "mid")
    {
        return None;
    }
    if let Some(place) = DECADES.iter().position(|known| *known == word) {
        return span(1920 + u16::try_from(place).ok()? * 10, 10);
    }
    let told = ["s", "er", "ern"].iter().find_map(|end| word.strip_suffix(end));
    // "Los años 90", "les années 1990", "década de 1990"
    let led = matches!(before(1), "annees" | "decada" | "decennie")
        || (before(1) == "anos" && !before(2).starts_with(|c: char| c.is_ascii_digit()))
        || (before(1) == "de" && matches!(before(2), "decada" | "anos"));
    let digits = told.or(Some(word).filter(|_| led))?.trim_start_matches('\'');
    if !digits.ends_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year: u16 = digits.parse().ok()?;
    match digits.len() {
        2 if year >= 30 => span(1900 + year, 10),
        2 if led || year == 20 => span(2000 + year, 10),
        4 if (1000..=2100).contains(&year) && year.is_multiple_of(100) => span(year, 100),
        4 if (1000..=2100).contains(&year) => span(year, 10),
        _ => None,
    }
}

fn century(text: &Text, at: usize) -> Option<(Era, usize)> {
    let number = |place: usize| {
        let word = text.words.get(place)?;
        let digits = word.text.trim_end_matches(char::is_alphabetic);
        let roman = word.raw.trim_end_matches(['e', 'è', 'm']);
        let spelt = CENTURIES.iter().position(|known| *known == word.text).map(|place| place + 11);
        let spelt = spelt.and_then(|value| u16::try_from(value).ok());
        digits.parse::<u16>().ok().or(spelt).or_else(|| {
            let value = roman_value(roman)?;
            (1..=39_u16).find(|whole| f64::from(*whole) == value)
        })
    };
    let is_century = |word: &str| matches!(word, "century" | "siecle" | "jahrhundert" | "jh");
    let (value, long) = if matches!(text.get(at), "siglo" | "seculo") {
        (number(at + 1)?, 2)
    } else if is_century(text.get(at + 1)) {
        (number(at)?, 2)
    } else {
        return None;
    };
    let first = Some(value).filter(|value| (1..=22).contains(value))?.checked_sub(1)? * 100;
    Some((span(first, 100)?, long))
}

fn span(first: u16, long: u16) -> Option<Era> {
    Some((first, first.checked_add(long)? - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eras(text: &str) -> Vec<Era> {
        let text = Text::of(text);
        (0..text.words.len()).filter_map(|at| era(&text, at)).map(|(era, _)| era).collect()
    }

    #[test]
    fn decades_and_centuries_in_five_languages() {
        for text in ["the 1990s", "the '90s", "the nineties", "los años 90", "as de 90s"] {
            assert_eq!(eras(text), [(1990, 1999)], "{text}");
        }
        for text in ["les années 1990", "década de 1990", "die 90er", "die 1990er"] {
            assert_eq!(eras(text), [(1990, 1999)], "{text}");
        }
        for text in ["the 19th century", "el siglo XIX", "le XIXe siècle", "im 19. Jahrhundert"] {
            assert_eq!(eras(text), [(1800, 1899)], "{text}");
        }
        assert_eq!(eras("the 1500s"), [(1500, 1599)]);
    }

    #[test]
    fn ages_and_counts_are_no_decades() {
        for text in ["in her 60s", "5 anos 90 kilos", "1990", "a century ago", "100s of them"] {
            assert_eq!(eras(text), [], "{text}");
        }
    }
}
