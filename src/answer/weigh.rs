//! Weighing: candidates into rank order, each with what is known of it and its log-odds.

use anyhow::{Context, Result};

use crate::claim::bands::MatchSettings;
use crate::claim::decide::{Evidence, Lead, Model};
use crate::claim::digest::DigestRef;
use crate::claim::features::{Asked, COSINE, Features, Passage, Scores};
use crate::claim::query::Query;
use crate::claim::rank::Ranker;
use crate::index::{Candidate, Candidates, Searcher};

/// Share of words in common from which two checks are of one claim, so that neither is the other's
/// rival.
const SIBLINGS_FROM: f32 = 0.6;
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

    /// Candidates in rank order. Log-odds fall strictly.
    pub(super) fn rank(
        &self,
        query: &Query,
        candidates: &Candidates,
        searcher: &Searcher,
        known: Known<'_>,
    ) -> Vec<Ranked> {
        let asked = Asked::of(query, &candidates.weights);
        let mask = |keep: &dyn Fn(usize) -> bool| {
            let places = candidates.terms.iter().map(|term| term.place).enumerate();
            places.filter(|(_, place)| keep(*place)).fold(0_u64, |mask, (bit, _)| mask | 1 << bit)
        };
        let telling = mask(&|place| !query.terms[place].weak);
        let own = mask(&|place| place < query.own_terms) & telling;
        let mut placed: Vec<Placed<'_>> = candidates
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
                Placed { candidate, digest: seen.digest, features, rank }
            })
            .collect();
        placed.sort_by(|one, other| {
            other.rank.total_cmp(&one.rank).then(one.candidate.row.cmp(&other.candidate.row))
        });
        let documents = searcher.documents();
        let mut least = f64::INFINITY;
        let ranked = placed.iter().enumerate().map(|(place, one)| {
            let evidence = Evidence {
                features: one.features,
                lead: lead(&placed, place),
                shared: (one.candidate.shared & telling).count_ones() as usize,
                own_shared: (one.candidate.shared & own).count_ones() as usize,
                field_words: query.field_words(),
                pictured: query.own_terms < query.terms.len(),
                linked: false,
                documents,
            };
            let log_odds = self.decision.score(&evidence).min(least - STEP);
            least = log_odds;
            let sibling = place == 0 || siblings(&placed[0].digest, &one.digest);
            Ranked { candidate: *one.candidate, evidence, log_odds, sibling }
        });
        ranked.collect()
    }
}

struct Placed<'a> {
    candidate: &'a Candidate,
    digest: DigestRef<'a>,
    features: Features,
    rank: f32,
}

/// The lead over the best candidate that is of another claim.
fn lead(placed: &[Placed<'_>], place: usize) -> Lead {
    let one = &placed[place];
    let rival = placed
        .iter()
        .enumerate()
        .find(|(other, rival)| *other != place && !siblings(&one.digest, &rival.digest));
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

/// Whether two checks are the same again, or of the same claim.
fn siblings(one: &DigestRef<'_>, other: &DigestRef<'_>) -> bool {
    if one.is_again(other) {
        return true;
    }
    let (one, other) = (one.said(), other.said());
    let shared = one.iter().filter(|word| other.contains(word)).count() as f32;
    shared > 0.0 && shared / (one.len() + other.len()) as f32 * 2.0 >= SIBLINGS_FROM
}
