//! Meaning: the vector of a post, and how close the checks' vectors are to it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

use crate::claim::analysis::Analyzers;
use crate::claim::query::Query;
use crate::index::vectors::{self, Vectors};
use crate::model::Encoder;

/// Vectors of posts that are remembered, since the same text comes again and again; twice as many
/// at most are kept.
const REMEMBERED: usize = 2_048;
/// Encoders kept for reuse.
const ENCODERS_MAX: usize = 8;

/// As long as a claim is.
const WARMING: &str = "A photo shows thousands of people at a rally in Berlin in August 2020.";

/// Vectors of checks, and what makes those of posts.
pub struct Meaning {
    vectors: Arc<Vectors>,
    first: Encoder,
    idle: Mutex<Vec<Encoder>>,
    remembered: Mutex<Remembered>,
}

#[derive(Default)]
struct Remembered {
    young: HashMap<String, Arc<vectors::Query>>,
    old: HashMap<String, Arc<vectors::Query>>,
}

impl Meaning {
    /// Meaning by an encoder, for checks whose vectors were made by the same.
    pub fn new(encoder: Encoder, vectors: Arc<Vectors>) -> Self {
        Self { vectors, first: encoder, idle: Mutex::default(), remembered: Mutex::default() }
    }

    /// The vectors of the checks.
    pub fn vectors(&self) -> &Arc<Vectors> {
        &self.vectors
    }

    /// An encoder for a thread of its own.
    pub fn encoder(&self) -> Encoder {
        self.first.another()
    }

    /// The same meaning, with no post remembered: for measuring.
    #[must_use]
    pub fn afresh(&self) -> Self {
        Self::new(self.first.another(), Arc::clone(&self.vectors))
    }

    /// Reads a text once, so that who asks first waits no longer than others.
    ///
    /// # Errors
    /// If the model's files do not fit each other.
    pub fn warm(&self) -> Result<()> {
        let mut encoder = self.first.another();
        encoder.encode(WARMING)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(encoder);
        Ok(())
    }

    /// The vector of a post.
    ///
    /// # Errors
    /// If the model's files do not fit each other.
    pub(super) fn of(&self, query: &Query, analyzers: &Analyzers) -> Result<Arc<vectors::Query>> {
        let language = query.languages.first().map(String::as_str);
        // A word that no check has may be right all the same.
        let mut mended = query.mended.clone();
        mended.retain(|(wrong, _)| !self.first.knows(wrong));
        let text = analyzers.written_out(&query.text, language, &mended).replace('#', "");
        if let Some(known) = self.recall(&text) {
            return Ok(known);
        }
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut encoder = idle.unwrap_or_else(|| self.first.another());
        let vector = Arc::new(self.vectors.query(&encoder.encode(&text)?)?);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < ENCODERS_MAX {
            idle.push(encoder);
        }
        drop(idle);
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.young.len() >= REMEMBERED {
            remembered.old = std::mem::take(&mut remembered.young);
        }
        remembered.young.insert(text, Arc::clone(&vector));
        Ok(vector)
    }

    /// How close each of these checks is to a post; `None` unless all of them have a vector.
    pub(super) fn cosines(
        &self,
        rows: impl Iterator<Item = u64>,
        vector: &vectors::Query,
    ) -> Option<Vec<f32>> {
        rows.map(|row| Some(self.vectors.get(row)?.dot(vector))).collect()
    }

    fn recall(&self, text: &str) -> Option<Arc<vectors::Query>> {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.young.get(text).or_else(|| remembered.old.get(text)).map(Arc::clone)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::claim::post::Post;

    #[test]
    fn the_same_text_again_is_not_read_again_and_few_are_remembered() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/model");
        let encoder = Encoder::open(&dir).expect("the tiny model");
        let vectors = Arc::new(Vectors::in_memory(encoder.dimensions()).expect("vectors"));
        let meaning = Meaning::new(encoder, vectors);
        let analyzers = Analyzers::new();
        let of = |text: &str| {
            let query = Query::of(&Post::of(text), &analyzers);
            meaning.of(&query, &analyzers).expect("a vector")
        };
        meaning.warm().expect("a vector");
        assert_eq!(meaning.idle.lock().expect("not poisoned").len(), 1);
        let first = of("the virus was made in a lab");
        assert_eq!(meaning.idle.lock().expect("not poisoned").len(), 1, "the one that was warm");
        assert!(Arc::ptr_eq(&first, &of("the virus was made in a lab https://t.co/x")));
        assert!(Arc::ptr_eq(&first, &of("the #virus was made in a lab")));
        let mended = |wrong: &str, right: &str| {
            let mut query =
                Query::of(&Post::of(format!("the {wrong} was made in a lab")), &analyzers);
            query.mended = vec![(wrong.to_owned(), right.to_owned())];
            meaning.of(&query, &analyzers).expect("a vector")
        };
        assert!(Arc::ptr_eq(&first, &mended("vrxs", "virus")), "put right");
        assert!(!Arc::ptr_eq(&first, &mended("masks", "virus")), "a word the model knows");
        for number in 0..REMEMBERED * 2 + 1 {
            of(&format!("mask {number}"));
        }
        let remembered = meaning.remembered.lock().expect("not poisoned");
        assert!(remembered.young.len() + remembered.old.len() <= REMEMBERED * 2);
        drop(remembered);
        assert!(!Arc::ptr_eq(&first, &of("the virus was made in a lab")), "forgotten by now");
    }
}
