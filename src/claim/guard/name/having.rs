//! Whether a text has a word of another one: in another form, with a slip of the pen, in a
//! hashtag, or as one letter of an abbreviation.

use std::collections::HashSet;

use super::super::words::{Text, Word};
use super::naming::bare;

/// Letters from which on a word may have one wrong and still be the same.
const SLIP_MIN: usize = 5;
/// Letters of the beginnings by which words of so many letters are cut short.
const CUT_MIN: usize = 3;
const CUT_FROM: usize = 8;
/// Letters from which on a word may be looked for within others.
const WITHIN_MIN: usize = 5;
/// Letters of an abbreviation made of first letters.
const INITIALS: std::ops::RangeInclusive<usize> = 2..=6;

/// What one or more texts have.
pub(super) struct Having<'a> {
    stems: HashSet<&'a str>,
    words: HashSet<&'a str>,
    joined: String,
    /// First letters of all words with a capital, in their order.
    initials: String,
    abbreviations: Vec<&'a str>,
}

impl<'a> Having<'a> {
    pub(super) fn of(texts: &[&'a Text]) -> Self {
        let words = || texts.iter().flat_map(|text| text.words.iter());
        let lead = |word: &Word| word.raw.chars().next().filter(|c| c.is_uppercase());
        let short = |word: &&Word| is_abbreviation(word) && INITIALS.contains(&word.text.len());
        Self {
            stems: words().map(|word| word.stem.as_str()).collect(),
            words: words().map(|word| bare(&word.text)).collect(),
            joined: words().map(|word| word.text.as_str()).collect(),
            initials: words().filter_map(lead).flat_map(char::to_lowercase).collect(),
            abbreviations: words().filter(short).map(|word| word.text.as_str()).collect(),
        }
    }

    /// Whether they have this word, in whichever form.
    pub(super) fn has(&self, word: &Word) -> bool {
        let own = bare(&word.text);
        self.stems.contains(word.stem.as_str())
            || self.words.contains(own)
            || own.len() >= WITHIN_MIN && self.joined.contains(own)
            || is_abbreviation(word) && own.len() > *INITIALS.start() && self.initials.contains(own)
            || self.words.iter().any(|other| is_written_like(own, other))
    }

    /// Whether an abbreviation of theirs has these first letters, in this order.
    pub(super) fn abbreviates(&self, initials: &str) -> bool {
        initials.chars().count() >= *INITIALS.start()
            && self.abbreviations.iter().any(|short| short.contains(initials))
    }
}

fn is_abbreviation(word: &Word) -> bool {
    let letters = || word.raw.chars().filter(|c| c.is_alphabetic());
    letters().count() >= *INITIALS.start() && letters().all(char::is_uppercase)
}

/// Whether two words differ by one letter, not the first, that was changed, left out, added or
/// exchanged with its neighbour, or one is the beginning of the other. Short words must be equal.
fn is_written_like(one: &str, other: &str) -> bool {
    if one.chars().next() != other.chars().next() {
        return false;
    }
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.len() < SLIP_MIN {
        // "Uni" is a university.
        let cut = short.len() >= CUT_MIN && long.len() >= CUT_FROM && long.starts_with(short);
        return one == other || cut;
    }
    if long.starts_with(short) {
        return true;
    }
    if long.len() > short.len() + 'é'.len_utf8() {
        return false;
    }
    let (short, long): (Vec<char>, Vec<char>) = (short.chars().collect(), long.chars().collect());
    let same = short.iter().zip(&long).take_while(|(one, other)| one == other).count();
    let rest = |word: &[char], from: usize| word.get(from..).unwrap_or_default().to_vec();
    if short.len() < long.len() {
        return rest(&short, same) == rest(&long, same + 1);
    }
    let neighbours = short.get(same) == long.get(same + 1) && short.get(same + 1) == long.get(same);
    rest(&short, same + 1) == rest(&long, same + 1)
        || neighbours && rest(&short, same + 2) == rest(&long, same + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_forgiven_in_longer_words() {
        for (one, other) in [
            ("zuckerberg", "zuckerburg"),
            ("betsy", "besty"),
            ("dinosaurs", "dinosours"),
            ("oreilly", "oreily"),
            ("venezuela", "venezuelan"),
            ("münchen", "munchen"),
            ("uni", "university"),
        ] {
            assert!(is_written_like(one, other) && is_written_like(other, one), "{one} {other}");
        }
        for (one, other) in [("iran", "iraq"), ("garner", "lopez"), ("kenny", "lenny")] {
            assert!(!is_written_like(one, other), "{one} {other}");
        }
    }

    #[test]
    fn tags_and_abbreviations_have_their_words() {
        let text = Text::of("MLB must go #stopBigPharmaNow, says PETA of Leeds");
        let having = Having::of(&[&text]);
        let has = |word: &str| having.has(&Text::of(word).words[0]);
        assert!(has("pharma") && has("Leeds'") && has("PETA"));
        assert!(!has("Glasgow"));
        assert!(having.abbreviates("mlb") && having.abbreviates("pet") && !having.abbreviates("m"));
        let long = Text::of("The European Court of Human Rights ruled");
        assert!(Having::of(&[&long]).has(&Text::of("ECHR").words[0]));
    }
}
