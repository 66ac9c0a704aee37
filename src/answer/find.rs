//! Finding: a post in, the checks worth telling out. The one function behind the bot, the page, the
//! command line and the stream.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};

use super::order::{prefer, same_key};
use crate::claim::analysis::{Analyzers, Term};
use crate::claim::answer::{Answer, Decision, Match, RatingGiven, SectionGiven, SourceGiven, Why};
use crate::claim::bands::{Bands, MatchSettings};
use crate::claim::decide::{self, Evidence, Model};
use crate::claim::guard::Said;
use crate::claim::post::{Audience, Post};
use crate::claim::publisher::Publishers;
use crate::claim::query::Query;
use crate::claim::rating::RatingTable;
use crate::index::{Candidate, Candidates, Index, Searcher};
use crate::store::{Store, Stored, Trust};

/// Candidates taken from the index, whose claims are read for a decision.
const READ_MAX: usize = 6;
/// Checks told for one post.
const MATCHES_MAX: usize = 3;
/// Checks of one address that are looked at.
const LINKED_MAX: usize = 4;
/// Longest summary made of a body's first sentences, in characters.
const SUMMARY_CHARS_MAX: usize = 600;
/// Shared words named as a reason.
const WORDS_MAX: usize = 8;
/// Most words of a claim that are weighed.
const CLAIM_TERMS_MAX: usize = 64;
/// A score below which nothing was ever right, where the index is large enough to say so.
const SCORE_MIN: f32 = 8.0;
/// How many checks make an index large enough for [`SCORE_MIN`].
const LARGE_INDEX: u64 = 5_000;
/// While checks pour in, their number is counted again only so often.
const COUNTED_FOR: Duration = Duration::from_secs(5);
/// Searchers kept for reuse.
const SEARCHERS_MAX: usize = 8;

/// Finds checks for posts. Shared by all who ask.
pub struct Finder {
    store: Arc<Store>,
    index: Arc<Index>,
    analyzers: Analyzers,
    publishers: Arc<Publishers>,
    ratings: RatingTable,
    model: Model,
    settings: MatchSettings,
    searchers: Mutex<Vec<Searcher>>,
    counted: Mutex<Option<Counted>>,
}

/// Numbers of checks and publishers, and at which database sequence and when they were counted.
struct Counted {
    sequence: u64,
    at: Instant,
    counts: (u64, u64),
}

/// One candidate with what speaks for it.
struct Weighed {
    stored: Stored,
    evidence: Evidence,
    confidence: f64,
    guards: Vec<&'static str>,
    words: Vec<String>,
}

/// What `--explain` tells of one candidate.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Explained {
    /// Identity of the check.
    pub id: String,
    /// The claim it checked.
    pub claim: String,
    /// Probability that it is about the post's claim.
    pub confidence: f64,
    /// Each input of the decision with its share of the score.
    pub features: Vec<(&'static str, f64, f64)>,
    /// What held it down.
    pub guards: Vec<&'static str>,
    /// Shared words, most telling first.
    pub words: Vec<String>,
}

impl Finder {
    /// A finder over a database and its index.
    ///
    /// # Errors
    /// If a shipped table can't be read.
    pub fn new(
        store: Arc<Store>,
        index: Arc<Index>,
        publishers: Arc<Publishers>,
        settings: MatchSettings,
    ) -> Result<Self> {
        Ok(Self {
            store,
            index,
            analyzers: Analyzers::new(),
            publishers,
            ratings: RatingTable::shipped()?,
            model: Model::shipped()?,
            settings,
            searchers: Mutex::new(Vec::new()),
            counted: Mutex::new(None),
        })
    }

    /// What is worth telling somebody about a post.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn answer(&self, post: &Post, audience: Audience) -> Result<Answer> {
        let mut weighed = self.weigh(post, READ_MAX)?;
        let bands = self.bands(audience);
        let decide = |one: &Weighed| decide::decide(one.confidence, bands, self.may_be_stated(one));
        prefer(
            &mut weighed,
            |one| (one.confidence, decide(one)),
            |one| self.publishers.tier_of(&one.stored.review),
        );
        let mut known = HashSet::new();
        weighed.retain(|one| known.insert(same_key(&one.stored)));
        let mut matches = Vec::new();
        let mut decision = Decision::None;
        for (place, one) in weighed.into_iter().enumerate() {
            let stated = decide(&one);
            if stated == Decision::None || matches.len() >= MATCHES_MAX {
                break;
            }
            if place == 0 {
                decision = stated;
            }
            matches.push(self.told(one));
        }
        Ok(Answer { id: post.id.clone(), decision, matches, reply: None })
    }

    /// The `limit` best candidates whatever the decision, nothing collapsed: for measuring.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn top(&self, post: &Post, limit: usize) -> Result<Answer> {
        let weighed = self.weigh(post, limit)?;
        let bands = self.bands(Audience::Private);
        let decision = weighed.first().map_or(Decision::None, |first| {
            decide::decide(first.confidence, bands, self.may_be_stated(first))
        });
        let matches = weighed.into_iter().take(limit).map(|one| self.told(one)).collect();
        Ok(Answer { id: post.id.clone(), decision, matches, reply: None })
    }

    /// The candidates with each reason, for a moderator who asks why.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn explain(&self, post: &Post, limit: usize) -> Result<Vec<Explained>> {
        let weighed = self.weigh(post, limit)?;
        Ok(weighed.into_iter().take(limit).map(|one| self.explained(&one)).collect())
    }

    /// Number of checks that can be found and of publishers they are from.
    ///
    /// # Errors
    /// If the database fails.
    pub fn counts(&self) -> Result<(u64, u64)> {
        let sequence = self.store.sequence()?;
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = counted.as_ref()
            && (known.sequence == sequence || known.at.elapsed() < COUNTED_FOR)
        {
            return Ok(known.counts);
        }
        let counts = self.store.review_counts()?;
        *counted = Some(Counted { sequence, at: Instant::now(), counts });
        Ok(counts)
    }

    /// Whether there is an index to search, or nothing to be found in one.
    ///
    /// # Errors
    /// If the database fails.
    pub fn is_ready(&self) -> Result<bool> {
        Ok(self.index.is_serving() || self.store.sequence()? == 0)
    }

    /// Searches; where that fails because files are damaged, they are not searched again.
    fn unless_damaged<T>(&self, search: impl FnOnce() -> Result<T>) -> Result<T> {
        let found = std::panic::catch_unwind(AssertUnwindSafe(search));
        let found = found.unwrap_or_else(|_| Err(anyhow!("searching broke off")));
        if found.is_err() {
            self.index.doubt();
        }
        found
    }

    fn bands(&self, audience: Audience) -> &Bands {
        match audience {
            Audience::Private => &self.settings.private,
            Audience::Group => &self.settings.group,
            Audience::Moderators => &self.settings.feed,
        }
    }

    fn weigh(&self, post: &Post, limit: usize) -> Result<Vec<Weighed>> {
        let query = Query::of(post, &self.analyzers);
        let mut weighed = self.linked(&query)?;
        let Some(mut searcher) = self.searcher()? else {
            // To say that nothing was found would be a lie.
            ensure!(self.is_ready()?, "the search index is being made anew: ask again in a minute");
            return Ok(weighed);
        };
        let wanted = limit.max(READ_MAX);
        let candidates = self.unless_damaged(|| searcher.candidates(&query, wanted))?;
        let floor = if searcher.documents() >= LARGE_INDEX { SCORE_MIN } else { 0.0 };
        if candidates.list.first().is_some_and(|best| best.score >= floor) {
            let found = self.read(&query, &candidates, &searcher)?;
            weighed.extend(found);
        }
        self.give_back(searcher);
        let mut known = HashSet::new();
        weighed.retain(|one| known.insert(one.stored.row));
        weighed.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
        Ok(weighed)
    }

    /// Checks whose page, or whose claim's first appearance, the post links to.
    fn linked(&self, query: &Query) -> Result<Vec<Weighed>> {
        let mut linked = Vec::new();
        for address in &query.urls {
            let rows = self.store.rows_at(address, LINKED_MAX)?;
            // A page that many claims appeared on, or that checks many, tells none of them apart.
            let alone = rows.len() == 1;
            for (row, own) in rows {
                if !(alone || own && query.is_only_links()) {
                    continue;
                }
                let Some(stored) = self.store.review(row)? else { continue };
                let evidence = Evidence { linked: true, ..Evidence::default() };
                let confidence = self.model.confidence(&evidence);
                linked.push(Weighed {
                    stored,
                    evidence,
                    confidence,
                    guards: vec![],
                    words: vec![],
                });
            }
        }
        Ok(linked)
    }

    fn read(
        &self,
        query: &Query,
        candidates: &Candidates,
        searcher: &Searcher,
    ) -> Result<Vec<Weighed>> {
        let stems =
            query.terms.iter().flat_map(|term| term.stems.iter().map(String::as_str)).collect();
        let said = (stems, Said::of(&query.text, query.languages.first().map(String::as_str)));
        let mut read = Vec::new();
        for candidate in &candidates.list {
            if let Some(stored) = self.store.review(candidate.row)? {
                read.push((candidate, stored));
            }
        }
        let keys: Vec<String> = read.iter().map(|(_, stored)| same_key(stored)).collect();
        let mut weighed = Vec::with_capacity(read.len());
        let ranked: Vec<Candidate> = read.iter().map(|(candidate, _)| **candidate).collect();
        for (place, (candidate, stored)) in read.into_iter().enumerate() {
            let rival = ranked
                .iter()
                .zip(&keys)
                .find(|(other, key)| other.row != candidate.row && **key != keys[place])
                .map_or(0.0, |(other, _)| other.score);
            let evidence =
                self.evidence(query, &said, candidates, candidate, rival, stored, searcher)?;
            weighed.push(evidence);
        }
        Ok(weighed)
    }

    #[expect(clippy::too_many_arguments, reason = "what a decision is made of")]
    fn evidence(
        &self,
        query: &Query,
        (stems, said): &(HashSet<&str>, Said<'_>),
        candidates: &Candidates,
        candidate: &Candidate,
        rival: f32,
        stored: Stored,
        searcher: &Searcher,
    ) -> Result<Weighed> {
        let review = &stored.review;
        let mut coverages = [0.0_f32; 2];
        for (text, covered) in
            [&review.claim_reviewed, &review.name].into_iter().zip(&mut coverages)
        {
            if let Some(text) = text {
                let claim = self.weighed_terms(text, review.in_language.as_deref(), searcher)?;
                *covered = decide::coverage(stems, &claim).0;
            }
        }
        let [claim, title] = coverages;
        let shared: Vec<_> = candidates
            .terms
            .iter()
            .enumerate()
            .filter(|(bit, _)| candidate.shared & (1 << bit) != 0)
            .map(|(_, term)| term)
            .collect();
        let matched: f32 = shared.iter().map(|term| term.weight).sum();
        let telling = |place: usize| !query.terms[place].weak;
        let evidence = Evidence {
            score: candidate.score,
            rival,
            coverage: if candidates.mass > 0.0 { matched / candidates.mass } else { 0.0 },
            claim_coverage: claim.max(title),
            claimed: if review.claim_reviewed.is_some() { claim } else { title },
            rarest: shared.iter().map(|term| term.weight).fold(0.0, f32::max),
            shared: shared.iter().filter(|term| telling(term.place)).count(),
            words: query.terms.iter().filter(|term| !term.weak).count(),
            linked: false,
            documents: searcher.documents(),
        };
        let words = shared.iter().take(WORDS_MAX);
        let claims = [review.claim(), review.name.as_deref().unwrap_or_default()];
        Ok(Weighed {
            confidence: self.model.confidence(&evidence),
            guards: decide::guards(&evidence, said, &claims),
            words: words.map(|term| query.terms[term.place].surface.clone()).collect(),
            evidence,
            stored,
        })
    }

    fn weighed_terms(
        &self,
        text: &str,
        language: Option<&str>,
        searcher: &Searcher,
    ) -> Result<Vec<(Term, f32)>> {
        let languages: Vec<&str> = language.into_iter().collect();
        let terms = self.analyzers.query_terms(text, &languages, CLAIM_TERMS_MAX);
        terms
            .into_iter()
            .map(|term| Ok((searcher.weight(&term)?, term)))
            .map(|weighed| weighed.map(|(weight, term)| (term, weight)))
            .collect()
    }

    /// Whether a check may be stated as the check of a claim at all.
    fn may_be_stated(&self, one: &Weighed) -> bool {
        let machine = one.stored.review.host().is_some_and(|host| {
            self.publishers.of_host(&host).is_some_and(|publisher| publisher.machine_written)
        });
        one.guards.is_empty()
            && one.stored.trust != Trust::Gathered
            && (!machine || self.settings.machine_written_alone)
    }

    fn told(&self, one: Weighed) -> Match {
        let review = one.stored.review;
        let host = review.host();
        let rating = review.review_rating.as_ref().and_then(|rating| rating.alternate_name.clone());
        let sections = review.has_part.iter().map(|part| SectionGiven {
            kind: part.kind(),
            heading: part.name.clone(),
            text: part.text.clone(),
        });
        let sources = review.citation.iter().zip(1..).map(|(source, n)| SourceGiven {
            n,
            name: source.name.clone(),
            url: source.url.clone(),
        });
        Match {
            publisher: self.publishers.name_of(&review),
            rating: rating.map(|text| RatingGiven {
                class: self.ratings.class(host.as_deref(), &text),
                text,
            }),
            date_published: review.date_published.map(|day| day.to_string()),
            summary: review.summary(SUMMARY_CHARS_MAX),
            sections: sections.collect(),
            sources: sources.collect(),
            confidence: one.confidence,
            why: Why {
                words: one.words,
                url: one.evidence.linked,
                guards: one.guards.iter().map(|guard| (*guard).to_owned()).collect(),
            },
            id: one.stored.id,
            url: review.url,
            claim_reviewed: review.claim_reviewed,
            name: review.name,
            in_language: review.in_language,
        }
    }

    fn explained(&self, one: &Weighed) -> Explained {
        let values = one.evidence.features();
        let weights = self.model.weights;
        let features = decide::FEATURES.iter().zip(values).zip(weights);
        Explained {
            id: one.stored.id.clone(),
            claim: one.stored.review.claim().to_owned(),
            confidence: one.confidence,
            features: features
                .map(|((name, value), weight)| (*name, value, value * weight))
                .collect(),
            guards: one.guards.clone(),
            words: one.words.clone(),
        }
    }

    fn searcher(&self) -> Result<Option<Searcher>> {
        let mut pool = self.searchers.lock().unwrap_or_else(PoisonError::into_inner);
        let version = self.index.version();
        pool.retain(|searcher| searcher.version() == version);
        match pool.pop() {
            Some(searcher) => Ok(Some(searcher)),
            None => self.unless_damaged(|| self.index.searcher()),
        }
    }

    fn give_back(&self, searcher: Searcher) {
        let mut pool = self.searchers.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.len() < SEARCHERS_MAX {
            pool.push(searcher);
        }
    }
}
