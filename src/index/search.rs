//! Searching: which checks share a post's telling words, scored by BM25 over one merged field.
//!
//! One pass over the postings of the rarest words, term by term, into per-check sums. That is
//! faster than pruning for the ten to thirty words of a post, and it tells *which* words each check
//! shares, which the decision needs. Nothing here is ever parsed from a query string.

use std::collections::{BTreeSet, BinaryHeap};
use std::sync::{Arc, PoisonError};

use anyhow::{Context, Result};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, InvertedIndexReader, SegmentReader, TERMINATED};

use super::Fields;
use super::candidates::{Candidate, Candidates, Ranked, TermUse, total};
use super::digests::Digests;
use super::generation::Generation;
use super::mend::Short;
use crate::claim::digest::Seen;
use crate::claim::query::Query;

/// BM25's saturation of repeated words (Robertson, Zaragoza 2009).
const K1: f32 = 1.2;
/// BM25's discount for long texts.
const B: f32 = 0.75;
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

/// Searches one state of the index, with buffers of its own: one a thread.
pub struct Searcher {
    segments: Vec<Segment>,
    documents: u64,
    version: u64,
    fields: Fields,
    text_norms: Box<[f32; 256]>,
    body_norms: Box<[f32; 256]>,
    sums: Vec<Sum>,
    touched: Vec<u32>,
    postings: Option<BlockSegmentPostings>,
}

/// What one check has added up to; side by side, as they are always touched together.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    shared: u64,
    told: u64,
    score: f32,
    body: f32,
}

struct Segment {
    reader: SegmentReader,
    text: Arc<InvertedIndexReader>,
    body: Arc<InvertedIndexReader>,
    by_row: Arc<InvertedIndexReader>,
    digests: Arc<Digests>,
    text_lengths: FieldNormReader,
    body_lengths: FieldNormReader,
    rows: tantivy::columnar::Column<u64>,
}

/// A term's postings in each segment, by segment.
pub(super) type Found = Vec<(usize, tantivy::postings::TermInfo)>;

struct Lookup {
    place: usize,
    found: Found,
    frequency: u64,
    weight: f32,
}

impl Searcher {
    pub(super) fn new(generation: &Generation, version: u64) -> Result<Self> {
        let searcher = generation.reader.searcher();
        let fields = generation.fields;
        let digests = generation
            .digests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .all(searcher.segment_readers(), fields.digest)?;
        let segments: Vec<Segment> = searcher
            .segment_readers()
            .iter()
            .zip(digests)
            .map(|(reader, digests)| Segment::open(reader, digests, fields))
            .collect::<Result<_>>()
            .context("opening a piece of the search index")?;
        let largest = segments.iter().map(|s| s.reader.max_doc() as usize).max().unwrap_or(0);
        Ok(Self {
            documents: searcher.num_docs(),
            version,
            text_norms: norms(&segments, |segment| &segment.text),
            body_norms: norms(&segments, |segment| &segment.body),
            segments,
            fields,
            sums: vec![Sum::default(); largest],
            touched: Vec::with_capacity(largest),
            postings: None,
        })
    }

    /// Number of checks this searcher sees.
    pub fn documents(&self) -> u64 {
        self.documents
    }

    /// The [`Index::version`](super::Index::version) it was made at.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The best `limit` checks for a query, and those of the rows `more` behind them. Articles are
    /// searched for more words where somebody `asked`.
    ///
    /// # Errors
    /// If the index files can't be read.
    pub fn candidates(
        &mut self,
        query: &Query,
        limit: usize,
        more: &[u64],
        asked: bool,
    ) -> Result<Candidates> {
        let (lookups, weights) = self.lookups(query)?;
        let terms = lookups.iter().map(Lookup::used).collect();
        let bodies = self.body_lookups(query, &lookups, asked)?;
        let mut best = BinaryHeap::with_capacity(limit + 1);
        let mut added = Vec::with_capacity(more.len());
        for segment in 0..self.segments.len() {
            self.add_up(segment, &lookups, &bodies)?;
            self.add_rows(segment, more, &mut added)?;
            self.take_best(segment, limit, &mut best);
        }
        let mut list: Vec<Candidate> =
            best.into_sorted_vec().into_iter().map(|ranked| ranked.0).collect();
        added.retain(|one: &Candidate| list.iter().all(|other| other.row != one.row));
        list.append(&mut added);
        Ok(Candidates { list, terms, mass: weights.iter().sum(), weights })
    }

    /// What ranking reads of a candidate.
    pub fn digest(&self, candidate: &Candidate) -> Seen<'_> {
        let segment = self.segments.get(candidate.segment as usize);
        segment.map_or_else(Seen::default, |segment| segment.digests.get(candidate.doc))
    }

    /// Looks up the post's words, rarest first, as many as the bounds allow.
    fn lookups(&self, query: &Query) -> Result<(Vec<Lookup>, Vec<f32>)> {
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

    fn body_lookups(
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
    pub(super) fn frequency(&self, stems: &[String]) -> Result<u64> {
        Ok(self.find(self.fields.text, stems)?.1)
    }

    /// Words of titles, claims and summaries that an automaton accepts.
    pub(super) fn words_like(&self, like: &Short<'_>) -> Result<BTreeSet<String>> {
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
    pub(super) fn in_articles(&self, stems: &[String]) -> Result<Found> {
        Ok(self.find(self.fields.body, stems)?.0)
    }

    /// The articles of a piece of the index.
    pub(super) fn articles(&self, segment: usize) -> &InvertedIndexReader {
        &self.segments[segment].body
    }

    /// About how many words the article of a candidate has.
    pub(super) fn article_words(&self, candidate: &Candidate) -> usize {
        let segment = self.segments.get(candidate.segment as usize);
        segment.map_or(0, |segment| segment.body_lengths.fieldnorm(candidate.doc) as usize)
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

    fn add_up(
        &mut self,
        segment: usize,
        lookups: &[Lookup],
        bodies: &[(usize, Lookup)],
    ) -> Result<()> {
        for (bit, lookup) in lookups.iter().enumerate() {
            for (_, info) in lookup.found.iter().filter(|(place, _)| *place == segment) {
                self.add_term(segment, info, lookup.weight, bit, false)?;
            }
        }
        for (bit, lookup) in bodies {
            for (_, info) in lookup.found.iter().filter(|(place, _)| *place == segment) {
                self.add_term(segment, info, lookup.weight, *bit, true)?;
            }
        }
        Ok(())
    }

    /// Adds one term's share to every check that has it, to the article's sum or to that of title,
    /// claim and summary. `bit` is the word's bit in the masks.
    fn add_term(
        &mut self,
        segment: usize,
        info: &tantivy::postings::TermInfo,
        weight: f32,
        bit: usize,
        article: bool,
    ) -> Result<()> {
        let segment = &self.segments[segment];
        let (inverted, lengths, norms) = if article {
            (&segment.body, &segment.body_lengths, &self.body_norms)
        } else {
            (&segment.text, &segment.text_lengths, &self.text_norms)
        };
        let mask = 1_u64 << bit;
        let read =
            || inverted.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs);
        // Those of articles have another form.
        let mut its_own = None;
        let postings = match &mut self.postings {
            _ if article => its_own.insert(read()?),
            Some(postings) => {
                inverted.reset_block_postings_from_terminfo(info, postings)?;
                postings
            }
            empty => empty.insert(read()?),
        };
        while postings.block_len() > 0 {
            for (doc, frequency) in postings.docs().iter().zip(postings.freqs()) {
                if *doc == TERMINATED {
                    break;
                }
                let sum = &mut self.sums[*doc as usize];
                if sum.shared | sum.told == 0 {
                    self.touched.push(*doc);
                }
                let Sum { shared, told, score, body } = sum;
                let (known, sum) = if article { (told, body) } else { (shared, score) };
                // A second stem of the same word adds nothing.
                if *known & mask != 0 {
                    continue;
                }
                *known |= mask;
                let frequency = *frequency as f32;
                let norm = norms[usize::from(lengths.fieldnorm_id(*doc))];
                *sum += weight * frequency * (K1 + 1.0) / (frequency + norm);
            }
            postings.advance();
        }
        Ok(())
    }

    /// Adds the checks of these rows with what they have added up to.
    fn add_rows(&self, place: usize, rows: &[u64], added: &mut Vec<Candidate>) -> Result<()> {
        let segment = &self.segments[place];
        let alive = segment.reader.alive_bitset();
        for row in rows {
            let term = tantivy::Term::from_field_u64(self.fields.row, *row);
            let Some(mut postings) =
                segment.by_row.read_postings(&term, IndexRecordOption::Basic)?
            else {
                continue;
            };
            while postings.doc() != TERMINATED {
                let doc = postings.doc();
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    let Sum { shared, score, body, .. } = self.sums[doc as usize];
                    let segment = place as u32;
                    added.push(Candidate { row: *row, score, body, shared, segment, doc });
                }
                postings.advance();
            }
        }
        Ok(())
    }

    /// Moves a segment's best into `best` and clears the sums.
    fn take_best(&mut self, place: usize, limit: usize, best: &mut BinaryHeap<Ranked>) {
        let segment = &self.segments[place];
        let alive = segment.reader.alive_bitset();
        for doc in self.touched.drain(..) {
            let Sum { shared, score, body, .. } = std::mem::take(&mut self.sums[doc as usize]);
            let full = best.len() >= limit;
            if full && best.peek().is_some_and(|worst| total(score, body) < worst.0.total())
                || alive.is_some_and(|alive| !alive.is_alive(doc))
            {
                continue;
            }
            let Some(row) = segment.rows.first(doc) else { continue };
            let segment = place as u32;
            best.push(Ranked(Candidate { row, score, body, shared, segment, doc }));
            if full {
                best.pop();
            }
        }
    }
}

impl Segment {
    fn open(reader: &SegmentReader, digests: Arc<Digests>, fields: Fields) -> Result<Self> {
        Ok(Self {
            text: reader.inverted_index(fields.text)?,
            body: reader.inverted_index(fields.body)?,
            by_row: reader.inverted_index(fields.row)?,
            text_lengths: reader.get_fieldnorms_reader(fields.text)?,
            body_lengths: reader.get_fieldnorms_reader(fields.body)?,
            digests,
            rows: reader.fast_fields().u64("row")?,
            reader: reader.clone(),
        })
    }
}

impl Lookup {
    fn used(&self) -> TermUse {
        TermUse { place: self.place, frequency: self.frequency, weight: self.weight }
    }
}

/// Inverse document frequency (Robertson, Zaragoza 2009), never below 0.
pub(super) fn idf(documents: u64, frequency: u64) -> f32 {
    let documents = documents.max(BACKGROUND_DOCUMENTS);
    let (documents, frequency) = (documents as f32, frequency as f32);
    ((documents - frequency + 0.5).max(0.5) / (frequency + 0.5)).ln_1p()
}

/// BM25's length part for each of the 256 lengths the index tells apart.
fn norms(
    segments: &[Segment],
    field: impl Fn(&Segment) -> &Arc<InvertedIndexReader>,
) -> Box<[f32; 256]> {
    let tokens: u64 = segments.iter().map(|segment| field(segment).total_num_tokens()).sum();
    let documents: u64 = segments.iter().map(|segment| u64::from(segment.reader.max_doc())).sum();
    let average = (tokens as f32 / documents.max(1) as f32).max(1.0);
    let mut norms = Box::new([0.0; 256]);
    for (id, norm) in (0..=u8::MAX).zip(norms.iter_mut()) {
        let length = FieldNormReader::id_to_fieldnorm(id) as f32;
        *norm = K1 * (1.0 - B + B * length / average);
    }
    norms
}
