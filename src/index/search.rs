//! Searching: which checks share a post's telling words, scored by BM25 over one merged field.
//!
//! One pass over the postings of the rarest words, term by term, into per-check sums. That is
//! faster than pruning for the ten to thirty words of a post, and it tells *which* words each check
//! shares, which the decision needs. Nothing here is ever parsed from a query string.

mod lookup;

use std::collections::BinaryHeap;
use std::sync::{Arc, PoisonError};

use anyhow::{Context, Result};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader, SegmentReader, TERMINATED};

use super::Fields;
use super::candidates::{Candidate, Candidates, Ranked, total};
use super::digests::Digests;
use super::generation::Generation;
use crate::claim::digest::Seen;
use crate::claim::query::Query;

use lookup::Lookup;
pub(super) use lookup::idf;

/// BM25's saturation of repeated words (Robertson, Zaragoza 2009).
const K1: f32 = 1.2;
/// BM25's discount for long texts.
const B: f32 = 0.75;

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

    /// The articles of a piece of the index.
    pub(super) fn articles(&self, segment: usize) -> &InvertedIndexReader {
        &self.segments[segment].body
    }

    /// About how many words the article of a candidate has.
    pub(super) fn article_words(&self, candidate: &Candidate) -> usize {
        let segment = self.segments.get(candidate.segment as usize);
        segment.map_or(0, |segment| segment.body_lengths.fieldnorm(candidate.doc) as usize)
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
