//! Finding: a post in, the checks worth telling out. The one function behind the bot, the page, the
//! command line and the stream.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};

use super::decided::{Decisions, Ruled};
use super::meaning::Meaning;
use super::order::{prefer, same_key};
use super::told::{Explained, Judged, Weighed, explained, retold, told};
use super::weigh::{Models, Ranked};
use crate::claim::analysis::Analyzers;
use crate::claim::answer::{Answer, Decision, Match};
use crate::claim::bands::{Bands, MatchSettings};
use crate::claim::decide::{self, Evidence, log_odds, probability};
use crate::claim::guard::Said;
use crate::claim::post::{Audience, Post};
use crate::claim::publisher::Publishers;
use crate::claim::query::Query;
use crate::claim::rating::RatingTable;
use crate::index::{Candidates, Index, Searcher};
use crate::store::{Store, Trust};

/// Candidates taken from the index and ranked.
const CANDIDATES: usize = 50;
/// Candidates added for a question because their meaning is near.
const NEAR: usize = 20;
/// The best of them, which may be told.
const READ_MAX: usize = 6;
/// Checks told for one post.
const MATCHES_MAX: usize = 3;
/// Checks of one address that are looked at.
const LINKED_MAX: usize = 4;
/// While checks pour in, their number is counted again only so often.
const COUNTED_FOR: Duration = Duration::from_secs(5);
/// Confidence in a check that somebody confirmed for a post much alike.
const CONFIRMED: f64 = 0.995;
/// Searchers kept for reuse.
const SEARCHERS_MAX: usize = 8;

/// Finds checks for posts. Shared by all who ask.
pub struct Finder {
    store: Arc<Store>,
    index: Arc<Index>,
    analyzers: Analyzers,
    publishers: Arc<Publishers>,
    ratings: RatingTable,
    models: Models,
    settings: MatchSettings,
    meaning: RwLock<Option<Arc<Meaning>>>,
    searchers: Mutex<Vec<Searcher>>,
    counted: Mutex<Option<Counted>>,
    decisions: Decisions,
}

/// Numbers of checks and publishers, and at which database sequence and when they were counted.
struct Counted {
    sequence: u64,
    at: Instant,
    counts: (u64, u64),
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
            searchers: Mutex::new(Vec::new()),
            counted: Mutex::new(None),
            decisions: Decisions::default(),
        })
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
        let bands = self.bands(audience);
        let gate = (audience == Audience::Moderators).then(|| log_odds(self.settings.gate));
        let floor = log_odds(bands.possible_min);
        let mut weighed =
            self.weigh(post, &Wanted { limit: READ_MAX, floor, gate, without: &without })?;
        self.overrule(post, &mut weighed, excluded)?;
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
            matches.push(told(one, &self.publishers, &self.ratings));
        }
        Ok(Answer { id: post.id.clone(), decision, matches, reply: None })
    }

    /// What people decided about posts like this one goes before what we reckon.
    fn overrule(&self, post: &Post, weighed: &mut Vec<Weighed>, excluded: &[String]) -> Result<()> {
        let ruled = self.ruled(post)?;
        weighed.retain(|one| !ruled.wrong.contains(&one.stored.id));
        for id in ruled.right.into_iter().filter(|id| !excluded.contains(id)) {
            let known = weighed.iter().position(|one| one.stored.id == id);
            let mut one = match known {
                Some(at) => weighed.remove(at),
                None => match self.store.review_by_id(&id)?.filter(|stored| !stored.withdrawn) {
                    Some(stored) => Weighed::confirmed(stored),
                    None => continue,
                },
            };
            one.confidence = one.confidence.max(CONFIRMED);
            one.guards.clear();
            weighed.insert(0, one);
        }
        Ok(())
    }

    /// What people decided about posts like this one.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) fn ruled(&self, post: &Post) -> Result<Ruled> {
        let known = self.decisions.known(&self.store)?;
        Ok(known.about(&post.text, post.lang.as_deref().and_then(|tag| tag.get(..2))))
    }

    /// What was decided a moment ago counts from now on.
    pub fn look_again(&self) {
        self.decisions.look_again();
    }

    /// A check that was told as it is by now, and whether it was withdrawn; `None`: it is not
    /// known.
    ///
    /// # Errors
    /// If the database fails.
    pub fn retell(&self, was: &Match) -> Result<Option<(Match, bool)>> {
        let stored = self.store.review_by_id(&was.id)?;
        Ok(stored.map(|stored| {
            let withdrawn = stored.withdrawn;
            (retold(stored, was.confidence, &self.publishers, &self.ratings), withdrawn)
        }))
    }

    /// The check of an identity as it would be told, withdrawn or not.
    ///
    /// # Errors
    /// If the database fails.
    pub fn tell_by_id(&self, id: &str) -> Result<Option<Match>> {
        let stored = self.store.review_by_id(id)?;
        Ok(stored.map(|stored| retold(stored, 1.0, &self.publishers, &self.ratings)))
    }

    /// The `limit` best candidates whatever the decision, nothing collapsed: for measuring.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn top(&self, post: &Post, limit: usize) -> Result<Answer> {
        let weighed = self.weigh(post, &Wanted::best(limit, &[]))?;
        let bands = self.bands(Audience::Private);
        let decision = weighed.first().map_or(Decision::None, |first| {
            decide::decide(first.confidence, bands, self.may_be_stated(first))
        });
        let matches = weighed
            .into_iter()
            .take(limit)
            .map(|one| told(one, &self.publishers, &self.ratings))
            .collect();
        Ok(Answer { id: post.id.clone(), decision, matches, reply: None })
    }

    /// The candidates with each reason, for a moderator who asks why.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn explain(&self, post: &Post, limit: usize) -> Result<Vec<Explained>> {
        let weighed = self.weigh(post, &Wanted::best(limit, &[]))?;
        Ok(weighed.into_iter().take(limit).map(|one| explained(&one, &self.models)).collect())
    }

    /// The `limit` best candidates with what decides, as if the checks `without` were not there:
    /// for measuring and fitting.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn judge(&self, post: &Post, limit: usize, without: &[u64]) -> Result<Vec<Judged>> {
        let weighed = self.weigh(post, &Wanted::best(limit, without))?;
        let judged = weighed.into_iter().take(limit).map(|one| Judged {
            row: one.stored.row,
            may_be_stated: self.may_be_stated(&one),
            confidence: one.confidence,
            evidence: one.evidence,
            id: one.stored.id,
        });
        Ok(judged.collect())
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

    pub(super) fn bands(&self, audience: Audience) -> &Bands {
        match audience {
            Audience::Private => &self.settings.private,
            Audience::Group | Audience::Public => &self.settings.group,
            Audience::Moderators => &self.settings.feed,
        }
    }

    /// The checks that may be about a post, best first.
    fn weigh(&self, post: &Post, wanted: &Wanted<'_>) -> Result<Vec<Weighed>> {
        let query = Query::of(post, &self.analyzers);
        let mut weighed = self.linked(&query)?;
        let Some(mut searcher) = self.searcher()? else {
            // To say that nothing was found would be a lie.
            ensure!(self.is_ready()?, "the search index is being made anew: ask again in a minute");
            return Ok(weighed);
        };
        let (candidates, ranked) = self.rank(&query, wanted, &mut searcher)?;
        let said = Said::of(&query.text, query.languages.first().map(String::as_str));
        let told = ranked.iter().take_while(|one| one.log_odds >= wanted.floor);
        for one in told.take(wanted.limit) {
            if let Some(stored) = self.store.review(one.candidate.row)? {
                weighed.push(Weighed::of(one, stored, &query, &candidates, &said));
            }
        }
        self.give_back(searcher);
        let mut known = HashSet::new();
        weighed.retain(|one| {
            known.insert(one.stored.row) && !wanted.without.contains(&one.stored.row)
        });
        Ok(weighed)
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
        let mut search = |more: &[u64]| {
            let mut found = self.unless_damaged(|| searcher.candidates(query, depth, more))?;
            found.list.retain(|candidate| !wanted.without.contains(&candidate.row));
            Ok::<_, anyhow::Error>(found)
        };
        let (candidates, vector) = match &meaning {
            // Who asks gets checks that share no word, too.
            Some(meaning) if wanted.gate.is_none() => {
                let vector = meaning.of(query)?;
                let near = meaning.vectors().scan(&vector, NEAR);
                let rows: Vec<u64> = near.into_iter().map(|(row, _)| row).collect();
                (search(&rows)?, Some(vector))
            }
            _ => (search(&[])?, None),
        };
        let by_words = |searcher: &Searcher| self.models.rank(query, &candidates, searcher, None);
        let (Some(meaning), false) = (meaning, candidates.list.is_empty()) else {
            let ranked = by_words(searcher);
            return Ok((candidates, ranked));
        };
        let vector = match (vector, wanted.gate) {
            (Some(vector), _) => vector,
            (None, gate) => {
                let ranked = by_words(searcher);
                let best = ranked.first().map_or(f64::NEG_INFINITY, |best| best.log_odds);
                if gate.is_some_and(|gate| best < gate) {
                    return Ok((candidates, ranked));
                }
                meaning.of(query)?
            }
        };
        let rows = candidates.list.iter().map(|candidate| candidate.row);
        let cosines = meaning.cosines(rows, &vector);
        let ranked = match cosines {
            Some(cosines) => self.models.rank(query, &candidates, searcher, Some(&cosines)),
            // Some vectors are still to be made, and the two orders can't be mixed.
            None => by_words(searcher),
        };
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
                let (guards, words) = (vec![], vec![]);
                linked.push(Weighed { stored, evidence, confidence, guards, words });
            }
        }
        Ok(linked)
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
