//! Weighing: candidates into rank order, each with what is known of it and its log-odds.

use std::cell::OnceCell;

use anyhow::{Context, Result};

use super::texts::Texts;
use crate::claim::bands::MatchSettings;
use crate::claim::decide::{Evidence, Lead, Model};
use crate::claim::digest::Seen;
use crate::claim::features::{Asked, BOTH, COSINE, Features, Passage, Scores};
use crate::claim::query::Query;
use crate::claim::rank::Ranker;
use crate::claim::sibling::{Wording, are_alike};
use crate::index::{Candidate, Candidates, Searcher};

/// Share of post and claim in common below which no post says a claim.
const SAID_FROM: f32 = 0.3;
/// Places in the ranking, and log-odds, from which on a check is told, so that it matters whether
/// its rivals check the same claim.
const READ_PLACES: usize = 6;
const READ_FROM: f64 = -3.0;
/// A check behind another can't be surer than it: by so much less at least, in log-odds.
const STEP: f64 = 1e-6;

/// What ranks and what decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    /// The order of candidates.
    pub ranker: Ranker,
    /// How sure the first one is.
    pub decision: Model,
}

/// One candidate in its place.
#[derive(Debug, Clone)]
pub(super) struct Ranked {
    pub(super) candidate: Candidate,
    pub(super) evidence: Evidence,
    pub(super) log_odds: f64,
    /// Checks the same claim as the first.
    pub(super) sibling: bool,
}

/// What is known of candidates beside their words.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known<'a> {
    /// The cosine of each, where their meaning is known.
    pub(super) cosines: Option<&'a [f32]>,
    /// Passages of articles that are like the post, by row of the check.
    pub(super) passages: &'a [(u64, Passage)],
}

impl Models {
    /// The models that ship with the program.
    ///
    /// # Errors
    /// If an embedded file is not a model; a test keeps that from happening.
    pub fn shipped() -> Result<Self> {
        Ok(Self { ranker: Ranker::shipped()?, decision: Model::shipped()? })
    }

    /// The models whose weights the operator named, else those that ship.
    ///
    /// # Errors
    /// Names the file that is missing or no model.
    pub fn of(settings: &MatchSettings) -> Result<Self> {
        let Some(dir) = &settings.weights else { return Self::shipped() };
        let read = |name: &str| {
            let file = dir.join(name);
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("reading {} ([match] weights)", file.display()))?;
            Ok::<_, anyhow::Error>((text, format!("{} ([match] weights)", file.display())))
        };
        let ((ranking, its), (decision, other)) = (read("ranking.toml")?, read("decision.toml")?);
        Ok(Self {
            ranker: Ranker::read(&ranking).context(its)?,
            decision: Model::read(&decision).context(other)?,
        })
    }

    /// Candidates in the ranking's order, but for one whose claim the post is, word for word.
    fn placed<'s>(
        &self,
        asked: &Asked<'_>,
        candidates: &'s Candidates,
        searcher: &'s Searcher,
        known: Known<'_>,
    ) -> Vec<Placed<'s>> {
        let mut placed: Vec<Placed<'s>> = candidates
            .list
            .iter()
            .enumerate()
            .map(|(at, candidate)| {
                let seen = searcher.digest(candidate);
                let scores = Scores {
                    bm25: candidate.score,
                    article: candidate.body,
                    cosine: known.cosines.and_then(|all| all.get(at).copied()),
                };
                let mut features = asked.compare(&seen, &scores);
                let passage = known.passages.iter().find(|(row, _)| *row == candidate.row);
                if let Some((_, passage)) = passage {
                    passage.stand_in(&mut features);
                }
                let rank = self.ranker.score(&features);
                Placed { candidate, seen, features, rank, wording: OnceCell::new() }
            })
            .collect();
        placed.sort_by(|one, other| {
            other.rank.total_cmp(&one.rank).then(one.candidate.row.cmp(&other.candidate.row))
        });
        let is_post = |one: &Placed<'_>| one.says() && one.wording(asked).is_verbatim();
        if let Some(verbatim) = placed.iter().position(is_post) {
            // More is known of another check, but none is closer to what was asked.
            placed[..=verbatim].rotate_right(1);
        }
        placed
    }

    /// Candidates in rank order. Log-odds fall strictly.
    pub(super) fn rank(
        &self,
        query: &Query,
        candidates: &Candidates,
        searcher: &Searcher,
        known: Known<'_>,
        texts: &Texts<'_>,
    ) -> Vec<Ranked> {
        let asked = Asked::of(query, &candidates.weights);
        let mask = |keep: &dyn Fn(usize) -> bool| {
            let places = candidates.terms.iter().map(|term| term.place).enumerate();
            places.filter(|(_, place)| keep(*place)).fold(0_u64, |mask, (bit, _)| mask | 1 << bit)
        };
        let telling = mask(&|place| !query.terms[place].weak);
        let own = mask(&|place| place < query.own_terms) & telling;
        let placed = self.placed(&asked, candidates, searcher, known);
        let alike = |one: &Placed<'_>, other: &Placed<'_>| one.is_like(other, &asked);
        let same = |one: &Placed<'_>, other: &Placed<'_>| {
            let is_again = one.seen.digest.is_again(&other.seen.digest);
            let rows = (one.candidate.row, other.candidate.row);
            is_again || alike(one, other) && texts.are_of_one_claim(rows.0, rows.1)
        };
        let documents = searcher.documents();
        let mut least = f64::INFINITY;
        let ranked = placed.iter().enumerate().map(|(place, one)| {
            let mut evidence = Evidence {
                features: one.features,
                lead: lead(&placed, place, &alike),
                shared: (one.candidate.shared & telling).count_ones() as usize,
                own_shared: (one.candidate.shared & own).count_ones() as usize,
                field_words: query.field_words(),
                pictured: query.own_terms < query.terms.len(),
                linked: false,
                documents,
            };
            let read = place < READ_PLACES && self.decision.score(&evidence) >= READ_FROM;
            if read {
                evidence.lead = lead(&placed, place, &same);
            }
            let log_odds = self.decision.score(&evidence).min(least - STEP);
            least = log_odds;
            let sibling = place == 0 || read && same(&placed[0], one);
            Ranked { candidate: *one.candidate, evidence, log_odds, sibling }
        });
        ranked.collect()
    }
}

struct Placed<'a> {
    candidate: &'a Candidate,
    seen: Seen<'a>,
    features: Features,
    rank: f32,
    wording: OnceCell<Wording>,
}

impl Placed<'_> {
    /// Whether the post may say the claim, for all that is known already.
    fn says(&self) -> bool {
        self.features[BOTH] >= SAID_FROM
    }

    fn wording(&self, asked: &Asked<'_>) -> &Wording {
        self.wording.get_or_init(|| asked.wording(&self.seen))
    }

    /// Whether another check may be of the same claim, by its words.
    fn is_like(&self, other: &Self, asked: &Asked<'_>) -> bool {
        let [one, another] = [&self.seen.digest, &other.seen.digest];
        let said = |one: &Self, other: &Self| {
            one.says() && asked.both_say(one.wording(asked), other.wording(asked))
        };
        one.is_again(another) || are_alike(one, another) || said(self, other) || said(other, self)
    }
}

/// The lead over the best candidate that is of another claim; `same` tells which are not.
fn lead(
    placed: &[Placed<'_>],
    place: usize,
    same: &dyn Fn(&Placed<'_>, &Placed<'_>) -> bool,
) -> Lead {
    let one = &placed[place];
    let rival =
        placed.iter().enumerate().find(|(other, rival)| *other != place && !same(one, rival));
    let Some((_, rival)) = rival else {
        return Lead { rank: f32::MAX, bm25: 1.0, cosine: one.features[COSINE] };
    };
    let total = one.candidate.total().max(f32::MIN_POSITIVE);
    Lead {
        rank: one.rank - rival.rank,
        bm25: (total - rival.candidate.total()) / total,
        cosine: one.features[COSINE] - rival.features[COSINE],
    }
}
