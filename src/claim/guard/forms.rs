//! Lists of forms that stand for one thing, found in a text: longest first, with or without
//! capitals, and written together in hashtags and handles.

use std::collections::HashMap;

use super::super::tokens::fold;
use super::words::Text;

/// Words of the longest form.
const FORM_WORDS_MAX: usize = 6;
/// Letters a form must have to be found at the end of a tag, as in `#RIPDrake`.
const TAG_ENDING_MIN: usize = 5;

/// How a form must be written to count.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Writing {
    Any,
    Capital,
    Exactly(&'static str),
}

/// Forms of many things.
#[derive(Debug, Default)]
pub(super) struct Forms {
    by_words: HashMap<String, Vec<(u16, Writing)>>,
    /// The same written together, for hashtags and handles.
    together: HashMap<String, u16>,
}

/// A thing found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) id: u16,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Forms {
    /// Adds a form of the thing `id`: `^` before it asks for a capital, `=` for exactly these
    /// letters.
    pub(super) fn add(&mut self, id: u16, form: &'static str) {
        let form = form.trim();
        let (writing, bare) = match (form.strip_prefix('^'), form.strip_prefix('=')) {
            (Some(bare), _) => (Writing::Capital, bare),
            (_, Some(bare)) => (Writing::Exactly(bare), bare),
            _ => (Writing::Any, form),
        };
        let lower = bare.to_lowercase();
        let key = fold(&lower).into_owned();
        if key.is_empty() {
            return;
        }
        if writing == Writing::Any {
            let joined: String = key.chars().filter(|c| c.is_alphanumeric()).collect();
            self.together.entry(joined).or_insert(id);
        }
        self.by_words.entry(key).or_default().push((id, writing));
    }

    /// What a text names, left to right, no word twice.
    pub(super) fn find(&self, text: &Text) -> Vec<Found> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(word) = text.words.get(at) {
            let longest = if word.whole_tag {
                self.tag(&word.text).map(|id| Found { id, start: at, end: at + 1 })
            } else {
                self.longest(text, at)
            };
            at = longest.map_or(at + 1, |found| found.end);
            found.extend(longest);
        }
        found
    }

    fn longest(&self, text: &Text, at: usize) -> Option<Found> {
        let mut key = String::new();
        let mut best = None;
        for end in at..text.words.len().min(at + FORM_WORDS_MAX) {
            let word = text.words.get(end)?;
            if word.whole_tag || word.sentence != text.words.get(at)?.sentence {
                break;
            }
            if end > at {
                key.push(' ');
            }
            key.push_str(&word.text);
            let own = key.strip_suffix("'s").filter(|own| !self.by_words.contains_key(*own));
            let bare = if self.by_words.contains_key(&key) {
                Some(key.as_str())
            } else {
                key.strip_suffix("'s").or(own)
            };
            let forms = bare.and_then(|bare| self.by_words.get(bare));
            let id = forms.and_then(|forms| {
                forms.iter().find(|(_, writing)| written(text, at, end, writing))
            });
            if let Some((id, _)) = id {
                best = Some(Found { id: *id, start: at, end: end + 1 });
            }
        }
        best
    }

    fn tag(&self, tag: &str) -> Option<u16> {
        if let Some(id) = self.together.get(tag) {
            return Some(*id);
        }
        let bare: String = tag.chars().filter(|c| c.is_alphabetic()).collect();
        self.together.get(&bare).copied().or_else(|| {
            bare.strip_prefix("rip")
                .or_else(|| bare.strip_prefix("real"))
                .or_else(|| bare.strip_prefix("the"))
                .filter(|rest| rest.len() >= TAG_ENDING_MIN)
                .and_then(|rest| self.together.get(rest).copied())
        })
    }
}

fn written(text: &Text, start: usize, end: usize, writing: &Writing) -> bool {
    let words = text.words.get(start..=end).unwrap_or_default();
    match writing {
        Writing::Any => true,
        Writing::Capital => !text.shouted && words.iter().all(super::words::Word::capital),
        Writing::Exactly(form) => {
            let raw = words.first().map_or("", |word| word.raw.trim_end_matches("'s"));
            words.len() == 1 && raw == *form && (form.len() > 2 || !text.shouted)
        }
    }
}
