//! Finding: a post in, the checks worth telling out. The one function behind the bot, the page, the
//! command line and the stream.

use std::cell::LazyCell;
use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use anyhow::{Result, anyhow, ensure};
use chrono::NaiveDate;

use super::decided::Decisions;
use super::held::is_answered;
use super::known::Counted;
use super::meaning::Meaning;
use super::order::{once, prefer};
use super::texts::Texts;
use super::told::{Explained, Judged, Weighed, explained, told};
use super::weigh::{Known, Models, Ranked};
use crate::claim::analysis::Analyzers;
use crate::claim::answer::{Answer, Decision, Match};
use crate::claim::bands::MatchSettings;
use crate::claim::content::Content;
use crate::claim::decide::{Evidence, log_odds, probability};
use crate::claim::guard::Said;
use crate::claim::post::{Audience, Post};
use crate::claim::publisher::Publishers;
use crate::claim::query::Query;
use crate::claim::rating::RatingTable;
use crate::doors::Clock;
use crate::index::{Candidate, Candidates, Index, Searcher};
use crate::store::Store;

/// Candidates taken from the index and ranked.
const CANDIDATES: usize = 50;
/// Candidates added for a question because their meaning is near.
const NEAR: usize = 50;
/// The best of them whose articles are looked into for a question.
const ARTICLES_MAX: usize = 60;
/// The best of them, which may be told.
const READ_MAX: usize = 6;
/// Checks told for one post.
const MATCHES_MAX: usize = 3;
/// Checks of one address that are looked at.
const LINKED_MAX: usize = 4;
/// Searchers kept for reuse.
const SEARCHERS_MAX: usize = 8;

/// Finds checks for posts. Shared by all who ask.
pub struct Finder {
    pub(super) store: Arc<Store>,
    index: Arc<Index>,
    pub(super) analyzers: Analyzers,
    pub(super) publishers: Arc<Publishers>,
    pub(super) ratings: RatingTable,
    models: Models,
    pub(super) settings: MatchSettings,
    clock: Option<Clock>,
    meaning: RwLock<Option<Arc<Meaning>>>,
    searchers: Mutex<Vec<Searcher>>,
    pub(super) counted: Mutex<Option<Counted>>,
    pub(super) decisions: Decisions,
}

/// What is wanted of a search.
struct Wanted<'a> {
    /// Most checks.
    limit: usize,
    /// Log-odds from which on a check is wanted.
    floor: f64,
    /// Log-odds by words alone from which on a post that nobody asked about is worth a vector.
    gate: Option<f64>,
    /// Rows that are treated as if they were not there.
    without: &'a [u64],
}

impl<'a> Wanted<'a> {
    /// The best whatever the decision.
    fn best(limit: usize, without: &'a [u64]) -> Self {
        Self { limit, floor: f64::NEG_INFINITY, gate: None, without }
    }
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
        models: Models,
    ) -> Result<Self> {
        Ok(Self {
            store,
            index,
            analyzers: Analyzers::new(),
            publishers,
            ratings: RatingTable::shipped()?,
            models,
            meaning: RwLock::default(),
            settings,
            clock: None,
            searchers: Mutex::new(Vec::new()),
            counted: Mutex::new(None),
            decisions: Decisions::default(),
        })
    }

    /// The same, for posts of the day on which they are asked about, unless they tell another.
    #[must_use]
    pub fn at_the_time_of(self, clock: Clock) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// From now on meaning counts, too.
    pub fn understand(&self, meaning: Arc<Meaning>) {
        *self.meaning.write().unwrap_or_else(PoisonError::into_inner) = Some(meaning);
    }

    /// Up to which change of the checks meaning counts; `None`: words alone decide.
    pub fn meant_up_to(&self) -> Option<u64> {
        let meaning = self.meaning.read().unwrap_or_else(PoisonError::into_inner);
        meaning.as_ref().map(|meaning| meaning.vectors().reached())
    }

    /// Asks once for the claim of a check, so that who asks first waits no longer than others:
    /// files are read, and a searcher is made. `false`: there is no check to ask for.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn warm(&self) -> Result<bool> {
        let newest = self.store.sequence()?.saturating_sub(1);
        let review = self.store.changes_after(newest, 1)?.into_iter().next();
        let review = review.and_then(|change| change.stored).map(|stored| stored.review);
        let Some(text) = review.and_then(|review| review.claim_reviewed.or(review.name)) else {
            return Ok(false);
        };
        self.answer_without(&Post::of(text), Audience::Private, &[])?;
        Ok(true)
    }

    /// Remembers no post any more, so that time can be measured.
    pub fn forget(&self) {
        let mut meaning = self.meaning.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = meaning.take() {
            *meaning = Some(Arc::new(known.afresh()));
        }
    }

    /// What is worth telling somebody about a post, looked at whole.
    ///
    /// # Errors
    /// If database or index fail.
    pub(super) fn answer_whole(&self, post: &Post, audience: Audience) -> Result<Answer> {
        self.answer_without(post, audience, &[])
    }

    /// What is worth telling somebody about a post, as if the checks of these identities were not
    /// there.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn answer_without(
        &self,
        post: &Post,
        audience: Audience,
        excluded: &[String],
    ) -> Result<Answer> {
        let without = self.store.rows_of(excluded)?;
        let gate = (audience == Audience::Moderators).then(|| log_odds(self.settings.gate));
        let floor = log_odds(self.bands(audience).possible_min);
        let mut weighed =
            self.weigh(post, &Wanted { limit: READ_MAX, floor, gate, without: &without })?;
        self.overrule(post, &mut weighed, excluded)?;
        if audience == Audience::Moderators && weighed.iter().any(is_answered) {
            weighed.clear();
        }
        prefer(
            &mut weighed,
            |one| (one.confidence, self.decide(one, audience)),
            |one| self.publishers.tier_of(&one.stored.review),
        );
        once(&mut weighed, |one| &one.stored);
        self.lead_with_stated(&mut weighed, audience);
        let decisions = weighed.iter().map(|one| self.decide(one, audience));
        let decisions: Vec<Decision> =
            decisions.take_while(|told| *told != Decision::None).take(MATCHES_MAX).collect();
        let matches = weighed.into_iter().take(decisions.len());
        Ok(Answer {
            id: post.id.clone(),
            decision: decisions.first().copied().unwrap_or(Decision::None),
            matches: matches.map(|one| self.tell(one)).collect(),
            reply: None,
        })
    }

    /// The `limit` best candidates whatever the decision, nothing collapsed: for measuring.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn top(&self, post: &Post, limit: usize) -> Result<Answer> {
        let audience = Audience::Private;
        let weighed = self.weigh(post, &Wanted::best(limit, &[]))?;
        let decision = weighed.first().map(|first| self.decide(first, audience));
        let matches = weighed.into_iter().take(limit);
        Ok(Answer {
            id: post.id.clone(),
            decision: decision.unwrap_or(Decision::None),
            matches: matches.map(|one| self.tell(one)).collect(),
            reply: None,
        })
    }

    /// What of a post could be looked up.
    pub(super) fn content(&self, post: &Post) -> Content {
        Content::of(post, &self.analyzers)
    }

    fn tell(&self, one: Weighed) -> Match {
        told(one, &self.publishers, &self.ratings)
    }

    /// The candidates with each reason, for a moderator who asks why.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn explain(&self, post: &Post, limit: usize) -> Result<Vec<Explained>> {
        let weighed = self.weigh(post, &Wanted::best(limit, &[]))?;
        let bands = self.bands(Audience::Private);
        let explained = weighed.into_iter().take(limit).map(|one| {
            let decision = self.decide(&one, Audience::Private);
            explained(&one, &self.models, decision, bands, &self.publishers)
        });
        Ok(explained.collect())
    }

    /// The `limit` best candidates with what decides, as if the checks `without` were not there:
    /// for measuring and fitting.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn judge(&self, post: &Post, limit: usize, without: &[u64]) -> Result<Vec<Judged>> {
        self.judged(post, &Wanted::best(limit, without))
    }

    /// The best candidate by the way of posts that nobody asked about: for measuring. Its meaning
    /// is looked at from a probability by words alone of `gate` on.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn judge_unasked(&self, post: &Post, gate: f64) -> Result<Option<Judged>> {
        let wanted = Wanted { gate: Some(log_odds(gate)), ..Wanted::best(1, &[]) };
        Ok(self.judged(post, &wanted)?.into_iter().next())
    }

    fn judged(&self, post: &Post, wanted: &Wanted<'_>) -> Result<Vec<Judged>> {
        let weighed = self.weigh(post, wanted)?;
        let judged = weighed.into_iter().take(wanted.limit).map(|one| Judged {
            row: one.stored.row,
            decisions: Judged::AUDIENCES.map(|(_, audience)| self.decide(&one, audience)),
            confidence: one.confidence,
            evidence: one.evidence,
            id: one.stored.id,
        });
        Ok(judged.collect())
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

    /// The checks that may be about a post, best first.
    fn weigh(&self, post: &Post, wanted: &Wanted<'_>) -> Result<Vec<Weighed>> {
        let mut query = Query::of(post, &self.analyzers);
        let mut weighed = self.linked(&query)?;
        let Some(mut searcher) = self.searcher()? else {
            // To say that nothing was found would be a lie.
            ensure!(self.is_ready()?, "the search index is being made anew: ask again in a minute");
            return Ok(weighed);
        };
        if wanted.gate.is_none() {
            self.unless_damaged(|| searcher.mend(&mut query, &self.analyzers))?;
        }
        let (candidates, ranked) = self.rank(&query, wanted, &mut searcher)?;
        // Reading a post for the guards costs as much as the search, and few posts come so far.
        let said = LazyCell::new(|| {
            let language = query.languages.first().map(String::as_str);
            Said::of(&query.text, language).on(self.day_of(&query))
        });
        let told = ranked.iter().take_while(|one| one.log_odds >= wanted.floor);
        for one in told.take(wanted.limit) {
            if let Some(stored) = self.store.review(one.candidate.row)? {
                let held = self.held(&stored);
                weighed.push(Weighed::of(one, stored, &query, &candidates, &said, held));
            }
        }
        self.give_back(searcher);
        let mut known = HashSet::new();
        weighed.retain(|one| {
            known.insert(one.stored.row) && !wanted.without.contains(&one.stored.row)
        });
        Ok(weighed)
    }

    /// The day a post is of, as far as that is known.
    pub(super) fn day_of(&self, query: &Query) -> Option<NaiveDate> {
        let told = NaiveDate::from_num_days_from_ce_opt(query.day).filter(|_| query.day != 0);
        told.or_else(|| self.clock.as_ref().map(|clock| clock.now().date_naive()))
    }

    /// Candidates in rank order: by meaning and words where the vectors are there, else by words.
    fn rank(
        &self,
        query: &Query,
        wanted: &Wanted<'_>,
        searcher: &mut Searcher,
    ) -> Result<(Candidates, Vec<Ranked>)> {
        let meaning = self.meaning.read().unwrap_or_else(PoisonError::into_inner).clone();
        let depth = wanted.limit.max(CANDIDATES);
        let asked = wanted.gate.is_none();
        let vector = match &meaning {
            // Who asks gets checks that share no word, too.
            Some(meaning) if asked => Some(meaning.of(query, &self.analyzers)?),
            _ => None,
        };
        let near = match (&meaning, &vector) {
            (Some(meaning), Some(vector)) => meaning.vectors().scan(vector, NEAR),
            _ => Vec::new(),
        };
        let near: Vec<u64> = near.into_iter().map(|(row, _)| row).collect();
        let mut candidates =
            self.unless_damaged(|| searcher.candidates(query, depth, &near, asked))?;
        candidates.list.retain(|candidate| !wanted.without.contains(&candidate.row));
        let texts = Texts::of(&self.store);
        let rank = |searcher: &Searcher, known: Known<'_>| {
            self.models.rank(query, &candidates, searcher, known, &texts)
        };
        let mut vector = vector;
        if let (Some(meaning), Some(gate), false) =
            (&meaning, wanted.gate, candidates.list.is_empty())
        {
            let ranked = rank(searcher, Known::default());
            if ranked.first().is_none_or(|best| best.log_odds < gate) {
                return Ok((candidates, ranked));
            }
            vector = Some(meaning.of(query, &self.analyzers)?);
        }
        // Where some vectors are still to be made, words must do: the two orders can't be mixed.
        let rows = || candidates.list.iter().map(|candidate| candidate.row);
        let cosines =
            meaning.zip(vector).and_then(|(meaning, vector)| meaning.cosines(rows(), &vector));
        let mut known = Known { cosines: cosines.as_deref(), passages: &[] };
        let mut ranked = rank(searcher, known);
        let best = ranked.iter().map(|one| one.candidate).filter(|one| one.body > 0.0);
        let best: Vec<Candidate> = best.take(if asked { ARTICLES_MAX } else { 0 }).collect();
        let passages = self.unless_damaged(|| searcher.passages(query, &candidates, &best))?;
        if !passages.is_empty() {
            known.passages = &passages;
            ranked = rank(searcher, known);
        }
        Ok((candidates, ranked))
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
                let confidence = probability(self.models.decision.score(&evidence));
                let guards = self.held(&stored);
                linked.push(Weighed {
                    stored,
                    evidence,
                    confidence,
                    guards,
                    words: Vec::new(),
                    own_page: own,
                    sibling: true,
                });
            }
        }
        Ok(linked)
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
