//! Words of a question that no check has: written together, or with a letter wrong. They are looked
//! for once more among the words that checks do have.

use anyhow::Result;

use super::search::Searcher;
use crate::claim::analysis::{Analyzers, Term};
use crate::claim::query::Query;

/// Words of one post that are mended.
const MENDED_MAX: usize = 4;
/// Letters of a word with a letter wrong; shorter ones are too near to others.
const LETTERS: std::ops::RangeInclusive<usize> = 4..=16;
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
    /// other or moved.
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
                && LETTERS.contains(&stem.len())
                && let Some(near) = self.nearest(&stem.clone())?
            {
                term.stems.push(near);
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

    /// The most frequent word that is one slip away; the first letter is hardly ever wrong.
    fn nearest(&self, word: &str) -> Result<Option<String>> {
        let mut best: Option<(u64, String)> = None;
        for near in slips(word) {
            let frequency = self.frequency(std::slice::from_ref(&near))?;
            if frequency >= frequency_min(word.len())
                && best.as_ref().is_none_or(|best| frequency > best.0)
            {
                best = Some((frequency, near));
            }
        }
        Ok(best.map(|best| best.1))
    }
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

    #[test]
    fn slips_are_one_letter_away() {
        let slips = slips("fctori");
        for near in ["factori", "fctor", "fcotri", "fctora"] {
            assert!(slips.contains(&near.to_owned()), "{near}");
        }
        assert!(!slips.contains(&"fctori".to_owned()) && !slips.contains(&"actori".to_owned()));
        assert!(slips.len() < 400);
    }
}
