//! Words of a question that no check has: written together, with a letter wrong, or without their
//! vowels. They are looked for once more among the words that checks do have.

use anyhow::Result;
use tantivy_fst::Automaton;

use super::search::Searcher;
use crate::claim::analysis::{Analyzers, Term};
use crate::claim::query::Query;

/// Words of one post that are mended.
const MENDED_MAX: usize = 4;
/// Letters of a word with a letter wrong; shorter ones are too near to others.
const LETTERS: std::ops::RangeInclusive<usize> = 4..=16;
/// Letters of a word that others are left out of, and how many may be.
const SHORT_LETTERS: std::ops::RangeInclusive<usize> = 3..=12;
const LEFT_OUT_MAX: usize = 4;
/// Letters of words written together, and of each of them.
const TOGETHER: std::ops::RangeInclusive<usize> = 6..=32;
const PIECE_LETTERS_MIN: usize = 3;
/// Most words in one.
const PIECES_MAX: usize = 4;
/// Checks that must have a word for a tag to be cut there.
const FREQUENCY_MIN: u64 = 3;

/// Checks that must have a word for it to be what was meant: the shorter, the more words are near.
fn frequency_min(letters: usize) -> u64 {
    match letters {
        0..=4 => 100,
        5 => 3,
        _ => 1,
    }
}

impl Searcher {
    /// Gives words that no check has the words they may have been meant for: in handles and
    /// hashtags those they are made of, else the most frequent one with one letter more, less,
    /// other or moved, else the most frequent one that they are short for.
    ///
    /// # Errors
    /// If the index files can't be read.
    pub fn mend(&self, query: &mut Query, analyzers: &Analyzers) -> Result<()> {
        let language = query.languages.first().cloned();
        let language = language.as_deref();
        let mut mended = 0;
        let mut more: Vec<(usize, Vec<String>)> = Vec::new();
        for place in 0..query.terms.len() {
            let Some(term) = query.terms.get_mut(place) else { break };
            let plain = term.surface.bytes().all(|byte| byte.is_ascii_lowercase());
            if mended >= MENDED_MAX || !plain || self.frequency(&term.stems)? > 0 {
                continue;
            }
            mended += 1;
            if term.tagged && TOGETHER.contains(&term.surface.len()) {
                let pieces = self.pieces(&term.surface, analyzers, language)?;
                more.extend(pieces.map(|pieces| (place, pieces)));
            } else if let Some(stem) = term.stems.first()
                && let Some(near) = self.meant(&term.surface, stem, analyzers, language)?
            {
                term.stems.push(near.stem);
                query.mended.push((term.surface.clone(), near.surface));
            }
        }
        for (place, pieces) in more.into_iter().rev() {
            put_in_place(query, place, pieces, analyzers, language);
        }
        Ok(())
    }

    /// The fewest words a tag is made of; nothing if it can't be.
    fn pieces(
        &self,
        tag: &str,
        analyzers: &Analyzers,
        language: Option<&str>,
    ) -> Result<Option<Vec<String>>> {
        // For each length of the beginning, the fewest words it is made of.
        let mut best: Vec<Option<Vec<&str>>> = vec![None; tag.len() + 1];
        if let Some(first) = best.first_mut() {
            *first = Some(Vec::new());
        }
        for start in 0..tag.len() {
            let Some(so_far) = best[start].clone().filter(|so_far| so_far.len() < PIECES_MAX)
            else {
                continue;
            };
            for end in start + 2..=tag.len() {
                let piece = &tag[start..end];
                let fewer = best[end].as_ref().is_none_or(|known| known.len() > so_far.len() + 1);
                if !fewer {
                    continue;
                }
                let is_word = match analyzers.stem(piece, language) {
                    // A word of grammar.
                    None => true,
                    Some(stem) => {
                        piece.len() >= PIECE_LETTERS_MIN
                            && self.frequency(&[stem])? >= FREQUENCY_MIN
                    }
                };
                if is_word {
                    let mut pieces = so_far.clone();
                    pieces.push(piece);
                    best[end] = Some(pieces);
                }
            }
        }
        let pieces = best.pop().flatten().filter(|pieces| pieces.len() > 1);
        Ok(pieces.map(|pieces| pieces.into_iter().map(str::to_owned).collect()))
    }

    /// What a word that no check has was likely meant for.
    fn meant(
        &self,
        word: &str,
        stem: &str,
        analyzers: &Analyzers,
        language: Option<&str>,
    ) -> Result<Option<Near>> {
        if LETTERS.contains(&stem.len())
            && let Some(near) = self.nearest(stem)?
        {
            // The index has no endings: the one that was written is most likely meant.
            let ends = |surface: &String| common_ending(word, surface);
            let of_it =
                |surface: &String| analyzers.stem(surface, language).is_some_and(|its| its == near);
            let surface = slips(word).into_iter().filter(of_it).max_by_key(ends);
            return Ok(Some(Near { surface: surface.unwrap_or_else(|| near.clone()), stem: near }));
        }
        if SHORT_LETTERS.contains(&stem.len()) { self.longer(stem) } else { Ok(None) }
    }

    /// The most frequent word that a word is short for.
    fn longer(&self, stem: &str) -> Result<Option<Near>> {
        let mut best: Option<(u64, String)> = None;
        for word in self.words_like(&Short::of(stem))? {
            let frequency = self.frequency(std::slice::from_ref(&word))?;
            if frequency >= frequency_min(stem.len())
                && best.as_ref().is_none_or(|best| frequency > best.0)
            {
                best = Some((frequency, word));
            }
        }
        Ok(best.map(|(_, stem)| Near { surface: stem.clone(), stem }))
    }

    /// The most frequent word that is one slip away; the first letter is hardly ever wrong.
    fn nearest(&self, stem: &str) -> Result<Option<String>> {
        let mut best: Option<(u64, String)> = None;
        for near in slips(stem) {
            let frequency = self.frequency(std::slice::from_ref(&near))?;
            if frequency >= frequency_min(stem.len())
                && best.as_ref().is_none_or(|best| frequency > best.0)
            {
                best = Some((frequency, near));
            }
        }
        Ok(best.map(|best| best.1))
    }
}

/// A word as who is in haste writes it: vowels and the second of two equal letters are left out. It
/// accepts the words that it may be short for.
pub(super) struct Short<'a>(&'a [u8]);

impl<'a> Short<'a> {
    fn of(word: &'a str) -> Self {
        Self(word.as_bytes())
    }
}

impl Automaton for Short<'_> {
    /// How many letters are found, and how many are left out; `None` if it can't be any more.
    type State = Option<(usize, usize)>;

    fn start(&self) -> Self::State {
        Some((0, 0))
    }

    fn is_match(&self, state: &Self::State) -> bool {
        state.is_some_and(|(found, _)| found == self.0.len())
    }

    fn can_match(&self, state: &Self::State) -> bool {
        state.is_some()
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        let (found, left_out) = (*state)?;
        if self.0.get(found) == Some(&byte) {
            return Some((found + 1, left_out));
        }
        let before = self.0.get(found.checked_sub(1)?)?;
        let droppable = b"aeiou".contains(&byte) || byte == *before;
        (droppable && left_out < LEFT_OUT_MAX).then_some((found, left_out + 1))
    }
}

/// What a word with a letter wrong was meant for.
struct Near {
    surface: String,
    stem: String,
}

/// How many letters two words have in common at their ends.
fn common_ending(one: &str, other: &str) -> usize {
    one.bytes().rev().zip(other.bytes().rev()).take_while(|(one, other)| one == other).count()
}

/// Puts the words a tag is made of in its place.
fn put_in_place(
    query: &mut Query,
    place: usize,
    pieces: Vec<String>,
    analyzers: &Analyzers,
    language: Option<&str>,
) {
    let mut made = Vec::new();
    for piece in pieces {
        let Some(stem) = analyzers.stem(&piece, language) else { continue };
        let known = |term: &Term| term.stems.contains(&stem);
        if !query.terms.iter().chain(&made).any(known) {
            made.push(Term { surface: piece, stems: vec![stem], weak: false, tagged: true });
        }
    }
    let count = made.len();
    query.terms.splice(place..=place, made);
    for end in [&mut query.text_terms, &mut query.own_terms] {
        if place < *end {
            *end = *end - 1 + count;
        }
    }
}

/// Words that are one letter away, after the first.
fn slips(word: &str) -> Vec<String> {
    let bytes = word.as_bytes();
    let mut slips = Vec::with_capacity(bytes.len() * 54);
    let mut put = |slip: Vec<u8>| slips.extend(String::from_utf8(slip));
    for at in 1..=bytes.len() {
        let (head, rest) = bytes.split_at(at);
        if let [first, rest @ ..] = rest {
            put([head, rest].concat());
            if let [second, rest @ ..] = rest
                && first != second
            {
                put([head, &[*second, *first], rest].concat());
            }
            for letter in (b'a'..=b'z').filter(|letter| letter != first) {
                put([head, &[letter], rest].concat());
            }
        }
        for letter in b'a'..=b'z' {
            put([head, &[letter], rest].concat());
        }
    }
    slips
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::post::Post;
    use crate::claim::review::ClaimReview;
    use crate::index::{Document, Index};

    #[test]
    fn slips_are_one_letter_away() {
        let slips = slips("fctori");
        for near in ["factori", "fctor", "fcotri", "fctora"] {
            assert!(slips.contains(&near.to_owned()), "{near}");
        }
        assert!(!slips.contains(&"fctori".to_owned()) && !slips.contains(&"actori".to_owned()));
        assert!(slips.len() < 400);
    }

    #[test]
    fn a_word_without_its_vowels_may_be_short_for_those_that_have_its_letters() {
        let accepts = |short: &str, word: &str| {
            let short = Short::of(short);
            let end = word.bytes().fold(short.start(), |state, byte| short.accept(&state, byte));
            short.is_match(&end)
        };
        for (short, word) in
            [("trmp", "trump"), ("mexcn", "mexican"), ("ofc", "offic"), ("prsdnt", "president")]
        {
            assert!(accepts(short, word), "{short} {word}");
        }
        for (short, word) in [
            ("trmp", "tramway"),
            ("trmp", "atrump"),
            ("trmp", "trumps"),
            ("ofc", "of"),
            ("", "a"),
            ("bt", "baeioat"),
        ] {
            assert!(!accepts(short, word), "{short} {word}");
        }
    }

    fn searcher_of(dir: &std::path::Path, claims: &[&str], analyzers: &Analyzers) -> Searcher {
        let index = Index::open(dir).expect("an index");
        let made = index.rebuild(1, 20_000_000, |mut writer| {
            for (row, claim) in (1..).zip(claims) {
                let check = ClaimReview {
                    claim_reviewed: Some((*claim).to_owned()),
                    in_language: Some("en".to_owned()),
                    ..ClaimReview::default()
                };
                writer.put(&Document::of(row, &check, analyzers))?;
            }
            writer.commit(1)
        });
        made.expect("made");
        index.searcher().expect("an index").expect("a searcher")
    }

    #[test]
    fn words_that_no_check_has_are_put_right_with_the_ending_they_were_written_with() {
        let analyzers = Analyzers::new();
        let dir = tempfile::tempdir().expect("a directory");
        let mut claims = vec!["A factory sold mexican pizza"; 3];
        claims.push("Vaccines hold magnets");
        let searcher = searcher_of(dir.path(), &claims, &analyzers);
        let mended = |text: &str| {
            let post = Post { lang: Some("en".to_owned()), ..Post::of(text) };
            let mut query = Query::of(&post, &analyzers);
            searcher.mend(&mut query, &analyzers).expect("mended");
            let has = |stem: &str| {
                query.terms.iter().any(|term| term.stems.iter().any(|its| its == stem))
            };
            let stems = ["factori", "mexican"].map(has);
            (stems, query.mended)
        };
        let pair = |wrong: &str, right: &str| (wrong.to_owned(), right.to_owned());
        let pairs = vec![pair("fctories", "factories"), pair("mexcn", "mexican")];
        assert_eq!(mended("all the fctories make mexcn pizza"), ([true; 2], pairs));
        assert_eq!(mended("the zzyzx is in the magnets").1, []);
    }
}
