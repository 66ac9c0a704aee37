//! What a search finds: checks with what they share with the post.

use std::cmp::Ordering;

/// One check that shares words with the post.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Row of the check in the database.
    pub row: u64,
    /// BM25 of title, claim and summary.
    pub score: f32,
    /// BM25 of the article.
    pub body: f32,
    /// Bit `i`: the check's title, claim or summary has word `i` of [`Candidates::terms`].
    pub shared: u64,
    pub(super) segment: u32,
    pub(super) doc: u32,
}

impl Candidate {
    /// What candidates are chosen by.
    pub fn total(&self) -> f32 {
        total(self.score, self.body)
    }
}

/// An article repeats what its title and summary say, so that the more telling of both counts.
pub(super) fn total(score: f32, body: f32) -> f32 {
    score.max(body)
}

/// A word of the post as it was looked up.
#[derive(Debug, Clone, PartialEq)]
pub struct TermUse {
    /// The word's place in [`Query::terms`].
    pub place: usize,
    /// Number of checks with the word in title, claim or summary.
    pub frequency: u64,
    /// Inverse document frequency, weak words already discounted.
    pub weight: f32,
}

/// What was found for a post.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    /// Best first; equal scores by row.
    pub list: Vec<Candidate>,
    /// The words that were looked up, rarest first.
    pub terms: Vec<TermUse>,
    /// Summed weight of all the post's words that could be looked up, found or not.
    pub mass: f32,
    /// Weight of each of the post's words.
    pub weights: Vec<f32>,
}

/// Orders the worst first, so that a heap of the best drops it.
pub(super) struct Ranked(pub(super) Candidate);

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.total().total_cmp(&self.0.total()).then(self.0.row.cmp(&other.0.row))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}
