//! Looking words up: which words of a post are searched for, and how much each weighs.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use tantivy::schema::Field;

use super::super::candidates::TermUse;
use super::super::mend::Short;
use super::Searcher;
use crate::claim::query::Query;

/// Share of a frequent, weak word's score that counts.
const WEAK_WEIGHT: f32 = 0.4;
/// Words looked up per post; one bit of a mask each.
const TERMS_MAX: usize = 48;
/// Rarest words looked up in articles, for a post of a feed and for somebody who asks.
const BODY_TERMS_MAX: usize = 12;
const BODY_TERMS_ASKED_MAX: usize = TERMS_MAX;
/// Postings read per post, and as many of articles: the bound on the work of one post, whatever it
/// says.
const POSTINGS_MAX: u64 = 40_000;
/// The same of articles for somebody who asks, which is rare beside the posts of feeds.
const BODY_POSTINGS_ASKED_MAX: u64 = 400_000;
/// Words at least this rare are always looked up.
const RARE_SHARE: f64 = 0.005;
/// Until the index holds as many checks, words are weighed as if it did: in a small index every
/// word is rare, and rarity says nothing.
const BACKGROUND_DOCUMENTS: u64 = 20_000;

/// A term's postings in each segment, by segment.
pub(in crate::index) type Found = Vec<(usize, tantivy::postings::TermInfo)>;

/// A word of a post where it was found.
pub(super) struct Lookup {
    pub(super) place: usize,
    pub(super) found: Found,
    pub(super) frequency: u64,
    pub(super) weight: f32,
}

impl Searcher {
    /// Looks up the post's words, rarest first, as many as the bounds allow.
    pub(super) fn lookups(&self, query: &Query) -> Result<(Vec<Lookup>, Vec<f32>)> {
        let mut lookups = Vec::with_capacity(query.terms.len());
        let mut weights = Vec::with_capacity(query.terms.len());
        for (place, term) in query.terms.iter().enumerate() {
            let (found, frequency) = self.find(self.fields.text, &term.stems)?;
            let weight = self.weigh(frequency, term.weak);
            weights.push(weight);
            lookups.push(Lookup { place, found, frequency, weight });
        }
        lookups.sort_by_key(|lookup| (lookup.frequency, lookup.place));
        let rare = (self.documents as f64 * RARE_SHARE) as u64;
        let mut read = 0;
        lookups.retain(|lookup| {
            read += lookup.frequency;
            read <= POSTINGS_MAX || lookup.frequency <= rare
        });
        // Words that no check has take a place in the mass, not in the mask.
        let mut known = Vec::with_capacity(lookups.len().min(TERMS_MAX));
        for lookup in lookups {
            let stems = &query.terms[lookup.place].stems;
            if lookup.frequency > 0 || self.has_articles() && !self.in_articles(stems)?.is_empty() {
                known.push(lookup);
            }
            if known.len() == TERMS_MAX {
                break;
            }
        }
        Ok((known, weights))
    }

    fn has_articles(&self) -> bool {
        self.segments.iter().any(|segment| segment.body.total_num_tokens() > 0)
    }

    pub(super) fn body_lookups(
        &self,
        query: &Query,
        lookups: &[Lookup],
        asked: bool,
    ) -> Result<Vec<(usize, Lookup)>> {
        let (terms_max, postings_max) = if asked {
            (BODY_TERMS_ASKED_MAX, BODY_POSTINGS_ASKED_MAX)
        } else {
            (BODY_TERMS_MAX, POSTINGS_MAX)
        };
        let rarest = if self.has_articles() { terms_max } else { 0 };
        let mut bodies = Vec::new();
        let mut read = 0;
        for (bit, lookup) in lookups.iter().take(rarest).enumerate() {
            let stems = &query.terms[lookup.place].stems;
            let (found, frequency) = self.find(self.fields.body, stems)?;
            if frequency > 0 && read + frequency <= postings_max {
                read += frequency;
                bodies.push((bit, Lookup { found, frequency, ..*lookup }));
            }
        }
        Ok(bodies)
    }

    /// Number of checks that have any of these stems in title, claim or summary.
    pub(in crate::index) fn frequency(&self, stems: &[String]) -> Result<u64> {
        Ok(self.find(self.fields.text, stems)?.1)
    }

    /// Words of titles, claims and summaries that an automaton accepts.
    pub(in crate::index) fn words_like(&self, like: &Short<'_>) -> Result<BTreeSet<String>> {
        let mut words = BTreeSet::new();
        for segment in &self.segments {
            let mut found = segment.text.terms().search(like).into_stream()?;
            while found.advance() {
                words.extend(std::str::from_utf8(found.key()).map(str::to_owned));
            }
        }
        Ok(words)
    }

    /// Pieces of the index whose articles have any of these stems.
    pub(in crate::index) fn in_articles(&self, stems: &[String]) -> Result<Found> {
        Ok(self.find(self.fields.body, stems)?.0)
    }

    fn find(&self, field: Field, stems: &[String]) -> Result<(Found, u64)> {
        let mut found = Vec::with_capacity(self.segments.len());
        let mut frequency = 0;
        for stem in stems {
            for (place, segment) in self.segments.iter().enumerate() {
                let inverted =
                    if field == self.fields.text { &segment.text } else { &segment.body };
                if let Some(info) = inverted.terms().get(stem).context("looking up a word")? {
                    frequency += u64::from(info.doc_freq);
                    found.push((place, info));
                }
            }
        }
        Ok((found, frequency))
    }

    fn weigh(&self, frequency: u64, weak: bool) -> f32 {
        let idf = idf(self.documents, frequency);
        if weak { idf * WEAK_WEIGHT } else { idf }
    }
}

impl Lookup {
    pub(super) fn used(&self) -> TermUse {
        TermUse { place: self.place, frequency: self.frequency, weight: self.weight }
    }
}

/// Inverse document frequency (Robertson, Zaragoza 2009), never below 0.
pub(in crate::index) fn idf(documents: u64, frequency: u64) -> f32 {
    let documents = documents.max(BACKGROUND_DOCUMENTS);
    let (documents, frequency) = (documents as f32, frequency as f32);
    ((documents - frequency + 0.5).max(0.5) / (frequency + 0.5)).ln_1p()
}
