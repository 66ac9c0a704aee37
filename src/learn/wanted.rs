//! Which posts are worth looking up again: those that share telling words with a changed check.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use super::changes::Changes;
use crate::claim::analysis::Analyzers;
use crate::claim::post::Post;
use crate::claim::query::Query;
use crate::claim::review::ClaimReview;
use crate::store::Store;

/// So few are looked up whatever words they share: meaning may tell what words do not.
const FEW: usize = 32;
/// From so many changes on all posts are looked up: some check would share words with each.
const MANY: u64 = 2_000;
/// Telling words that a post has to share with a check, if it has as many.
const SHARED_MIN: usize = 2;
/// Characters of a check's body that stand for its summary.
const SUMMARY_CHARS_MAX: usize = 600;

/// Which words posts ask for.
pub(super) struct Wanted {
    /// Posts by stem.
    by_stem: HashMap<String, Vec<u32>>,
    /// For each post how many of its words a check has to share; 0: it is always looked up.
    needed: Vec<usize>,
}

impl Wanted {
    /// Which of these posts a check may answer that changed after a sequence, up to another one:
    /// how much they share with it, in words weighed by how few of the posts have them; `None` for
    /// those that no such check answers.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) fn choose_of(
        posts: &[Post],
        analyzers: &Analyzers,
        store: &Store,
        (after, upto): (u64, u64),
    ) -> Result<Vec<Option<f32>>> {
        if posts.len() <= FEW || upto - after > MANY {
            return Ok(vec![Some(0.0); posts.len()]);
        }
        let wanted = Self::of(posts, analyzers);
        let mut chosen = vec![None; posts.len()];
        let mut changes = Changes::between(store, after, upto);
        loop {
            let batch = changes.next_batch()?;
            if batch.is_empty() {
                return Ok(chosen);
            }
            for stored in batch.iter().filter_map(|change| change.stored.as_ref()) {
                wanted.choose(&stored.review, analyzers, &mut chosen);
            }
        }
    }

    fn of(posts: &[Post], analyzers: &Analyzers) -> Self {
        let mut wanted = Self { by_stem: HashMap::new(), needed: Vec::new() };
        for (place, post) in (0..).zip(posts) {
            let query = Query::of(post, analyzers);
            let telling = query.terms.iter().filter(|term| !term.weak);
            let mut words = 0;
            for term in telling {
                words += 1;
                for stem in &term.stems {
                    wanted.by_stem.entry(stem.clone()).or_default().push(place);
                }
            }
            // A link is known by where it leads.
            let needed = if query.urls.is_empty() { SHARED_MIN.min(words) } else { 0 };
            wanted.needed.push(needed);
        }
        wanted
    }

    fn choose(&self, review: &ClaimReview, analyzers: &Analyzers, chosen: &mut [Option<f32>]) {
        let summary = review.summary(SUMMARY_CHARS_MAX).unwrap_or_default();
        let title = review.name.as_deref().unwrap_or_default();
        let text = format!("{title}\n{}\n{summary}", review.claim());
        let mut stems: HashSet<String> = HashSet::new();
        analyzers.document_terms(&text, review.in_language.as_deref(), |stem| {
            if self.by_stem.contains_key(stem) && !stems.contains(stem) {
                stems.insert(stem.to_owned());
            }
        });
        let mut shared: HashMap<u32, (usize, f32)> = HashMap::new();
        for places in stems.iter().filter_map(|stem| self.by_stem.get(stem)) {
            let rarity = (self.needed.len() as f32 / places.len() as f32).ln_1p();
            for place in places {
                let (words, weight) = shared.entry(*place).or_default();
                *words += 1;
                *weight += rarity;
            }
        }
        for ((place, needed), chosen) in (0..).zip(&self.needed).zip(chosen) {
            let (words, weight) = shared.get(&place).copied().unwrap_or_default();
            if words >= *needed {
                *chosen = Some(chosen.unwrap_or_default().max(weight));
            }
        }
    }
}
