//! Cutting a text into words for the guards: with their capitals, sentences, clauses and tags,
//! which the index's terms have lost.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::super::tokens::fold;

/// Words of a text that are read; a post is shorter, and what follows is not looked at.
pub(super) const WORDS_MAX: usize = 400;
/// Longest word read, in bytes; the rest of a longer one is left out.
const WORD_BYTES_MAX: usize = 48;
/// Letters of a stem; words that share them count as the same.
const STEM_CHARS: usize = 6;

/// One word, number or sign of money or percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// As it stood.
    pub(super) raw: String,
    /// Lower case, without accents.
    pub(super) text: String,
    /// Crude stem.
    pub(super) stem: String,
    /// Number of the sentence it stands in.
    pub(super) sentence: u16,
    /// Number of the clause it stands in.
    pub(super) clause: u16,
    /// First of its sentence.
    pub(super) first: bool,
    /// Whether its clause ends in a question mark.
    pub(super) asked: bool,
    /// Part of a hashtag or handle.
    pub(super) tagged: bool,
    /// A hashtag or handle as a whole, its parts being words before it.
    pub(super) whole_tag: bool,
}

impl Word {
    pub(super) fn capital(&self) -> bool {
        self.raw.chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether it tells something: no word of grammar, no number, no single letter.
    pub(super) fn content(&self) -> bool {
        !self.whole_tag
            && self.text.len() >= 3
            && self.text.chars().next().is_some_and(char::is_alphabetic)
            && !GRAMMAR.contains(self.text.as_str())
    }
}

/// A text cut into words.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    pub(super) words: Vec<Word>,
    /// Written in capitals throughout, so that they tell nothing.
    pub(super) shouted: bool,
    /// Stems of its content words.
    pub(super) stems: HashSet<String>,
}

impl Text {
    pub(super) fn of(text: &str) -> Self {
        let words = cut(text);
        let letters = |up: bool| {
            let all = words.iter().filter(|word| !word.whole_tag);
            all.flat_map(|word| word.raw.chars())
                .filter(|c| if up { c.is_uppercase() } else { c.is_lowercase() })
                .count()
        };
        let shouted = letters(true) > letters(false);
        let stems = words.iter().filter(|word| word.content()).map(|word| word.stem.clone());
        Self { shouted, stems: stems.collect(), words }
    }

    pub(super) fn get(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.text.as_str())
    }

    /// Share of the claim's content stems that this text has, leaving out those in `without`.
    pub(super) fn overlap(&self, claim: &Self, without: &HashSet<&str>) -> f32 {
        let asked = claim.stems.iter().filter(|stem| !without.contains(stem.as_str()));
        let (mut all, mut shared) = (0_u16, 0_u16);
        for stem in asked {
            all = all.saturating_add(1);
            shared = shared.saturating_add(u16::from(self.stems.contains(stem)));
        }
        if all == 0 { 0.0 } else { f32::from(shared) / f32::from(all) }
    }
}

/// Words of grammar of the languages the guards know.
static GRAMMAR: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lists = [
        include_str!("../../../index/analyzers/en.txt"),
        include_str!("../../../index/analyzers/es.txt"),
        include_str!("../../../index/analyzers/pt.txt"),
        include_str!("../../../index/analyzers/fr.txt"),
        include_str!("../../../index/analyzers/de.txt"),
    ];
    let words = lists.into_iter().flat_map(|list| {
        list.split("## common").next().unwrap_or_default().lines().filter(|l| !l.starts_with('#'))
    });
    let own = ["don't", "can't", "they're", "it's", "i'm", "yall", "you're", "that's", "amp"];
    words.chain(own).collect()
});

/// Pasts that are no longer form of their verb, of what claims tell of.
const PASTS: &str = "began begin begun begin met meet went go gone go bought buy sold sell paid \
    pay made make took take taken take gave give given give found find lost lose won win shot \
    shoot fell fall fallen fall rose rise ate eat eaten eat wrote write written write spoke \
    speak broke break broken break stole steal stolen steal knew know known know saw see seen \
    see came come became become ran run sent send built build held hold kept keep led lead \
    caught catch taught teach brought bring fought fight hid hide hidden hide drove drive flew \
    fly flown fly grew grow grown grow threw throw thrown throw wore wear chose choose chosen \
    choose froze freeze frozen freeze spent spend dealt deal felt feel slept sleep stood stand \
    struck strike sang sing sank sink drank drink swam swim blew blow drew draw withdrew \
    withdraw forgot forget left leave lent lend bit bite bitten bite";

/// Those verbs by their pasts.
static PRESENT: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let words: Vec<&str> = PASTS.split_ascii_whitespace().collect();
    words.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect()
});

/// Crude stem: a common ending off, and no more than its first letters; of some verbs the present.
pub(super) fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let word = PRESENT.get(word).copied().unwrap_or(word);
    let long = word.chars().count();
    if long < 3 {
        return word.to_owned();
    }
    let bare = if long > 3 { word.strip_suffix('s').unwrap_or(word) } else { word };
    let vowel = |rest: &&str| rest.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    let ends = [("ing", 5), ("ed", 4)].into_iter().filter(|(_, least)| long >= *least);
    let verb = ends.into_iter().find_map(|(end, _)| bare.strip_suffix(end).filter(vowel));
    let bare = verb.or_else(|| bare.strip_suffix('e').filter(vowel)).unwrap_or(bare);
    bare.chars().take(STEM_CHARS).collect()
}

struct Cutter {
    words: Vec<Word>,
    sentence: u16,
    clause: u16,
    /// No word of the sentence yet.
    first: bool,
}

fn cut(text: &str) -> Vec<Word> {
    let mut cutter = Cutter { words: Vec::new(), sentence: 0, clause: 0, first: true };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if cutter.words.len() >= WORDS_MAX {
            break;
        }
        let taken = if without(rest) {
            cutter.push("without", false, false);
            WITHOUT.len()
        } else if c.is_alphanumeric() {
            cutter.word(rest, false)
        } else if matches!(c, '#' | '@') && rest.chars().nth(1).is_some_and(char::is_alphanumeric) {
            1 + cutter.word(rest.get(1..).unwrap_or_default(), true)
        } else if let Some(long) = short_year(rest) {
            cutter.push(rest.get(..long).unwrap_or_default(), false, false);
            long
        } else {
            cutter.mark(c, rest);
            c.len_utf8()
        };
        rest = rest.get(taken.max(1)..).unwrap_or_default();
    }
    cutter.words
}

/// How "without" is written short.
const WITHOUT: &str = "w/o";

/// Whether a text begins with that, as a word.
fn without(rest: &str) -> bool {
    let short = rest.get(..WITHOUT.len()).is_some_and(|head| head.eq_ignore_ascii_case(WITHOUT));
    short && !rest.chars().nth(WITHOUT.len()).is_some_and(char::is_alphanumeric)
}

/// Length of a year's last two digits after an apostrophe: `'95`.
fn short_year(rest: &str) -> Option<usize> {
    let digits = rest.strip_prefix(['\'', '’'])?;
    let two = digits.get(..2)?.bytes().all(|byte| byte.is_ascii_digit());
    let ends = digits.chars().nth(2).is_none_or(|c| !c.is_alphanumeric());
    (two && ends).then_some(rest.len() - digits.len() + 2)
}

/// Length in bytes of the word at the start of `rest`.
fn length(rest: &str, tag: bool) -> usize {
    let mut before = ' ';
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let inside = c.is_alphanumeric()
            || matches!(c, '\u{300}'..='\u{36f}')
            || (tag && c == '_')
            || (matches!(c, '\'' | '’') && before.is_alphabetic() && next.is_alphabetic())
            || (matches!(c, '.' | ',') && before.is_ascii_digit() && next.is_ascii_digit())
            || (c == '.' && abbreviates(rest, at));
        if !inside {
            return at;
        }
        before = c;
    }
    rest.len()
}

/// Whether the dot at `at` is one of `U.S.` or `D.C.`: single capitals on its left, each dotted.
fn abbreviates(rest: &str, at: usize) -> bool {
    let head = rest.get(..=at).unwrap_or_default().as_bytes();
    let tail = rest.as_bytes().get(at + 1).copied().unwrap_or(b' ');
    head.len() <= 8
        && head.chunks(2).all(|pair| matches!(pair, [letter, b'.'] if letter.is_ascii_uppercase()))
        && (tail.is_ascii_uppercase() || head.len() >= 4)
}

impl Cutter {
    fn word(&mut self, rest: &str, tag: bool) -> usize {
        let long = length(rest, tag);
        let raw = rest.get(..long).unwrap_or_default();
        if tag {
            for part in parts(raw) {
                self.push(part, true, false);
            }
        }
        if !tag && let Some(long) = elided(raw) {
            self.push(raw.get(..long).unwrap_or_default(), false, false);
            let mark =
                raw.get(long..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            return long + mark;
        }
        self.push(raw, tag, tag);
        long
    }

    fn push(&mut self, raw: &str, tagged: bool, whole_tag: bool) {
        if self.words.len() >= WORDS_MAX || raw.is_empty() {
            return;
        }
        let mut end = raw.len().min(WORD_BYTES_MAX);
        while !raw.is_char_boundary(end) {
            end -= 1;
        }
        let raw = raw.get(..end).unwrap_or_default().replace('’', "'");
        let lower = raw.to_lowercase();
        let text = fold(&lower).into_owned();
        let stem =
            if raw.starts_with(|c: char| c.is_ascii_digit()) { text.clone() } else { stem(&text) };
        let breaks =
            ["but", "because", "bc", "cuz", "though", "pero", "mais", "mas", "aber", "weil"];
        if breaks.contains(&text.as_str()) {
            self.clause = self.clause.saturating_add(1);
        }
        self.words.push(Word {
            raw,
            text,
            stem,
            sentence: self.sentence,
            clause: self.clause,
            first: self.first,
            asked: false,
            tagged,
            whole_tag,
        });
        self.first = false;
    }

    fn mark(&mut self, c: char, rest: &str) {
        match c {
            '$' | '€' | '£' | '%' => self.push(&c.to_string(), false, false),
            '-' | '−' | '/' | '&' | '\'' | '’' | '"' | '“' | '”' | '_' | '`' | '´' => {}
            // "Sept. 23", "1. Oktober": the dot ends no sentence.
            '.' if self.dotted() => {}
            '.' | '!' | '?' | '…' | '\n' => {
                if c == '?' {
                    let clause = self.clause;
                    for word in self.words.iter_mut().rev().take_while(|w| w.clause == clause) {
                        word.asked = true;
                    }
                }
                self.sentence = self.sentence.saturating_add(1);
                self.clause = self.clause.saturating_add(1);
                self.first = true;
            }
            ',' | ';' | ':' | '(' | ')' | '—' | '–' => {
                self.clause = self.clause.saturating_add(1);
                // What follows a colon is written as a sentence of its own.
                self.first |= c == ':' && rest.len() > 1;
            }
            // Pictures stand between what is said.
            '\u{2190}'.. => self.clause = self.clause.saturating_add(1),
            _ => {}
        }
    }

    fn dotted(&self) -> bool {
        self.words.last().is_some_and(|word| {
            let short = ["dr", "mr", "mrs", "st", "vs", "no", "gov", "sen", "rep", "jr", "sr"];
            let months = ["jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct"];
            short.contains(&word.text.as_str())
                || months.contains(&word.text.as_str())
                || matches!(word.text.as_str(), "nov" | "dec")
                || (word.text.len() <= 2 && word.text.chars().all(|c| c.is_ascii_digit()))
                || (word.text.len() == 1 && word.capital() && word.text != "i")
        })
    }
}

/// Length of what French elides before its apostrophe: `l'Italie`, `n'est`, `qu'il`.
fn elided(raw: &str) -> Option<usize> {
    let at = raw.find(['\'', '’'])?;
    let head = raw.get(..at)?.to_lowercase();
    let rest = raw.get(at..)?.chars().nth(1)?.to_lowercase().next()?;
    let vowel =
        fold(rest.encode_utf8(&mut [0; 4])).starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
    let word = raw.get(at..)?.chars().count() > 2;
    let known = matches!(head.as_str(), "l" | "d" | "j" | "c" | "s" | "n" | "qu" | "m");
    (known && vowel && word).then_some(at)
}

/// The words of a hashtag or handle, told by capitals, digits and underscores.
fn parts(tag: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut before) = (0, ' ');
    let chars: Vec<(usize, char)> = tag.char_indices().take(WORD_BYTES_MAX).collect();
    for (place, (at, c)) in chars.iter().enumerate() {
        let next_lower = chars.get(place + 1).is_some_and(|(_, next)| next.is_lowercase());
        let starts = (c.is_uppercase() && (before.is_lowercase() || next_lower))
            || (c.is_ascii_digit() != before.is_ascii_digit() && before != ' ')
            || *c == '_';
        if starts && start < *at {
            parts.push(tag.get(start..*at).unwrap_or_default().trim_matches('_'));
            start = *at;
        }
        before = *c;
    }
    parts.push(tag.get(start..).unwrap_or_default().trim_matches('_'));
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        cut(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_numbers_and_tags() {
        assert_eq!(texts("It isn’t $5,000 (50%)!"), ["it", "isn't", "$", "5,000", "50", "%"]);
        assert_eq!(texts("#RIPDrake"), ["rip", "drake", "ripdrake"]);
        assert_eq!(
            texts("#Election2020 U.S. x"),
            ["election", "2020", "election2020", "u.s.", "x"]
        );
    }

    #[test]
    fn sentences_and_clauses() {
        let words = cut("Sept. 23 comes. Is it true, or not?");
        let sentences: Vec<u16> = words.iter().map(|word| word.sentence).collect();
        assert_eq!(sentences, [0, 0, 0, 1, 1, 1, 1, 1]);
        assert!(words.last().is_some_and(|word| word.asked) && !words[0].asked);
    }

    #[test]
    fn stems_meet() {
        for (one, other) in [
            ("vaccines", "vaccine"),
            ("approved", "approve"),
            ("deaths", "death"),
            ("used", "use"),
            ("voted", "votes"),
            ("began", "begins"),
        ] {
            assert_eq!(stem(one), stem(other));
        }
    }

    #[test]
    fn a_long_text_is_cut_off() {
        assert_eq!(cut(&"word ".repeat(10_000)).len(), WORDS_MAX);
        assert!(cut(&"é".repeat(500)).iter().all(|word| word.text.len() <= WORD_BYTES_MAX));
    }
}
