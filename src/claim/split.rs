//! A long post into its claims: one part a sentence, each with what it needs to be understood.

use unicode_segmentation::UnicodeSegmentation;

use super::text::cut_at_word;

/// Words that say something, above which a post is long.
const WORDS_MAX: usize = 60;
/// Sentences above which a post is long.
const SENTENCES_MAX: usize = 3;
/// Most parts of a post, and most characters of it that are cut up: what a post costs is bounded.
const PARTS_MAX: usize = 12;
const TEXT_CHARS_MAX: usize = 8_000;
/// A part with fewer words that say something is no claim.
const PART_WORDS_MIN: usize = 4;
/// Fewest letters of a word that says something.
const WORD_LETTERS_MIN: usize = 4;
/// Longest text that is kept together because a quotation is open in it, in characters.
const QUOTE_CHARS_MAX: usize = 400;
/// Words that a full stop is a part of, without it.
const ABBREVIATIONS: [&str; 49] = [
    "abs", "adm", "apr", "art", "aug", "bzw", "ca", "capt", "cf", "col", "dec", "dr", "dra", "e.g",
    "ed", "etc", "feb", "gen", "gov", "hon", "i.e", "jan", "jr", "lt", "m", "mio", "mr", "mrd",
    "mrs", "ms", "mt", "no", "nov", "nr", "núm", "oct", "p.ej", "prof", "rep", "sen", "sept",
    "sgt", "sr", "sra", "st", "u.a", "vs", "z.b", "évt",
];
/// Words at the beginning of a sentence that point at the one before.
const POINTERS: [&str; 44] = [
    "also", "and", "but", "das", "dies", "diese", "dieser", "dieses", "elas", "eles", "ella",
    "ellas", "elle", "elles", "ellos", "er", "es", "esa", "ese", "eso", "essa", "esse", "esta",
    "este", "esto", "et", "he", "ils", "il", "isso", "isto", "it", "mais", "mas", "pero", "she",
    "sie", "that", "these", "they", "this", "those", "und", "y",
];

/// The parts of a long post, in its own order; none if it is not long: then it is looked at whole.
pub fn parts(text: &str) -> Vec<String> {
    let sentences = sentences(cut_at_word(text, TEXT_CHARS_MAX));
    if sentences.len() < 2 {
        return Vec::new();
    }
    let words: usize = sentences.iter().map(|sentence| telling_words(sentence)).sum();
    if words <= WORDS_MAX && sentences.len() <= SENTENCES_MAX {
        return Vec::new();
    }
    let mut parts: Vec<String> = Vec::new();
    for (at, sentence) in sentences.iter().enumerate() {
        if telling_words(sentence) < PART_WORDS_MIN {
            continue;
        }
        let before = at.checked_sub(1).map(|before| sentences[before].as_str());
        let part = match before.filter(|_| points_back(sentence)) {
            Some(before) => format!("{before} {sentence}"),
            None => sentence.clone(),
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    // Of a very long post those that say most are looked at; of equals the later ones.
    let telling: Vec<usize> = parts.iter().map(|part| telling_words(part)).collect();
    let mut places: Vec<usize> = (0..parts.len()).collect();
    places.sort_by_key(|place| (telling[*place], *place));
    for least in &places[..places.len().saturating_sub(PARTS_MAX)] {
        parts[*least].clear();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The sentences of a text. A line is one or more; what only tags, mentions or links is of the
/// sentence before it.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut open = String::new();
        for piece in without_bullet(line).split_sentence_bounds() {
            open.push_str(piece);
            if ends_open(&open) {
                continue;
            }
            push(&mut sentences, &open);
            open.clear();
        }
        push(&mut sentences, &open);
    }
    sentences
}

fn push(sentences: &mut Vec<String>, sentence: &str) {
    let sentence = sentence.trim();
    if sentence.is_empty() {
        return;
    }
    let is_label =
        |word: &str| word.starts_with(['#', '@']) || word.contains("://") || !has_letters(word);
    if sentence.split_whitespace().all(is_label) {
        if let Some(last) = sentences.last_mut() {
            last.push(' ');
            last.push_str(sentence);
        }
        return;
    }
    sentences.push(sentence.to_owned());
}

fn has_letters(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric)
}

/// Whether what ends here goes on: after an abbreviation or an initial, or within a quotation.
fn ends_open(text: &str) -> bool {
    let trimmed = text.trim_end();
    if let Some(stem) = trimmed.strip_suffix('.') {
        let word = stem.rsplit(char::is_whitespace).next().unwrap_or_default();
        let word = word.trim_start_matches(['(', '"', '“', '«', '\'']).to_lowercase();
        let initial = word.rsplit('.').next().is_some_and(|last| last.chars().count() == 1);
        if ABBREVIATIONS.contains(&word.as_str()) || initial && word.chars().all(is_initial) {
            return true;
        }
    }
    let quoted = [('“', '”'), ('«', '»'), ('„', '“')].iter().any(|(open, close)| {
        let (opened, closed) = (trimmed.matches(*open).count(), trimmed.matches(*close).count());
        opened > closed
    });
    quoted && trimmed.chars().count() < QUOTE_CHARS_MAX
}

fn is_initial(letter: char) -> bool {
    letter.is_alphabetic() || letter == '.'
}

/// A line without what makes it an entry of a list.
fn without_bullet(line: &str) -> &str {
    let line = line.trim_start();
    let bullets = ['-', '*', '•', '–', '—', '·', '▪', '►', '✅', '❌', '➡'];
    if let Some(rest) = line.strip_prefix(bullets) {
        return rest.trim_start();
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=2).contains(&digits)
        && let Some(rest) = line[digits..].strip_prefix(['.', ')'])
        && rest.starts_with(' ')
    {
        return rest.trim_start();
    }
    line
}

fn points_back(sentence: &str) -> bool {
    let first = sentence.unicode_words().next().unwrap_or_default().to_lowercase();
    POINTERS.contains(&first.as_str())
}

/// Words that say something: long ones, numbers, and those of scripts that write without blanks.
fn telling_words(text: &str) -> usize {
    let tells = |word: &&str| {
        word.chars().count() >= WORD_LETTERS_MIN
            || word.starts_with(|c: char| c.is_numeric() || c > '\u{2e7f}')
    };
    text.unicode_words().filter(tells).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LONG: &str = "Good morning everybody! Dr. Smith of the U.S. Navy says that the moon landing \
        tapes were lost. He kept them in his garage.\n#moon #truth https://a.example/x\n\
        • Rice from China is made of plastic pellets\n2) “They sell it. Everywhere, every day.” So \
        says a baker, e.g. in Berlin.\nShare!";

    #[test]
    fn each_claim_of_a_long_post_is_a_part_with_what_it_points_at() {
        insta::assert_snapshot!(parts(LONG).join("\n"), @r"
        Dr. Smith of the U.S. Navy says that the moon landing tapes were lost.
        Dr. Smith of the U.S. Navy says that the moon landing tapes were lost. He kept them in his garage. #moon #truth https://a.example/x
        Rice from China is made of plastic pellets
        Rice from China is made of plastic pellets “They sell it. Everywhere, every day.”
        ");
    }

    #[test]
    fn what_is_not_long_stays_whole() {
        for text in [
            "",
            "Rice from China is made of plastic pellets.",
            "Hello there. Rice from China is made of plastic. Share it.",
            "#one #two\n#three\n@four",
            &"word ".repeat(500),
        ] {
            assert_eq!(parts(text), Vec::<String>::new(), "{text}");
        }
        let lines: String =
            (0..100).map(|at| format!("Sentence number {at} says that.\n")).collect();
        assert_eq!(parts(&lines).len(), PARTS_MAX);
    }

    #[test]
    fn of_a_very_long_post_what_says_most_is_kept_in_its_order() {
        let line = |at: usize| match at % 9 {
            0 => format!("The number {at} of the lines says more than those around it.\n"),
            _ => format!("Number {at} only says little.\n"),
        };
        let parts = parts(&(0..108).map(line).collect::<String>());
        assert_eq!(parts.len(), PARTS_MAX);
        assert!(parts.iter().all(|part| part.starts_with("The number ")), "{parts:?}");
        assert!(parts[0].contains(" 0 ") && parts[11].contains(" 99 "), "{parts:?}");
    }

    #[test]
    fn what_a_post_costs_does_not_grow_with_it() {
        let lines = |count: usize| -> String {
            (0..count).map(|at| format!("Sentence number {at} says that.\n")).collect()
        };
        let long = lines(100_000);
        assert_eq!(parts(&long), parts(cut_at_word(&long, TEXT_CHARS_MAX)));
    }

    proptest! {
        #[test]
        fn parts_hold_only_what_was_written(text in "(\\PC{0,30}[.!?\n ]{1,2}){0,12}") {
            let parts = parts(&text);
            prop_assert!(parts.len() <= PARTS_MAX);
            for part in parts {
                for word in part.split_whitespace() {
                    prop_assert!(text.contains(word));
                }
            }
        }
    }
}
