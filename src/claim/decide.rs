//! Deciding: how sure it is that a check is about a post's claim. Everything else asks this.
//!
//! A small logistic model over what the post and the check share. Its weights are data
//! (`config/decision.toml`, which names where they are from); its output is a calibrated
//! probability that rises strictly with the score.

use std::collections::HashSet;

use serde::Deserialize;

use super::analysis::Term;
use super::answer::Decision;
use super::bands::Bands;
use super::guard::{Guard, Said};

/// Posts with fewer telling words than this can't be stated as a match unless they cover the claim.
const FEW_WORDS: usize = 4;
/// Share of the claim's weight that makes up for few words.
const COVERED: f32 = 0.75;
/// Posts that share fewer telling words than this with a check are likely to be about the same
/// topic only: they can't be stated as a match unless those words are half of what both say.
const FEW_SHARED: usize = 5;
/// The half, by weight: of the post, and of the claim itself, since a title often names but a
/// topic.
const HALF: f32 = 0.5;

/// What is known of one candidate check for a post, before anything is decided. Weights are inverse
/// document frequencies, so sums of them are information, not counts.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Evidence {
    /// BM25 of the check.
    pub score: f32,
    /// BM25 of the best other check that is not the same check again; 0 if there is none.
    pub rival: f32,
    /// Share of the post's weight that the check's title, claim and summary have, in [0, 1].
    pub coverage: f32,
    /// Share of the claim's (or title's, whichever is more) weight that the post has, in [0, 1].
    pub claim_coverage: f32,
    /// As `claim_coverage`, of the claim itself; of the title only where no claim is given.
    pub claimed: f32,
    /// Weight of the rarest shared word.
    pub rarest: f32,
    /// Number of shared telling words.
    pub shared: usize,
    /// Number of the post's telling words.
    pub words: usize,
    /// The post links to the check or to where the claim appeared.
    pub linked: bool,
    /// Number of checks in the index.
    pub documents: u64,
}

/// Names of the model's inputs, in the order of its weights.
pub const FEATURES: [&str; 9] = [
    "score",
    "margin",
    "coverage",
    "claim-coverage",
    "both-coverages",
    "rarest",
    "shared",
    "words",
    "score-by-claim",
];

/// The decision model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Where the weights are from and under which licence.
    pub source: String,
    /// Weight of nothing at all.
    pub bias: f64,
    /// A weight for each of [`FEATURES`].
    pub weights: [f64; FEATURES.len()],
}

impl Model {
    /// The model that ships with the program.
    ///
    /// # Errors
    /// If the embedded file is not a model; a test keeps that from happening.
    pub fn shipped() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../../config/decision.toml"))
    }

    /// The decision score: the log-odds that the check is about the post's claim.
    pub fn score(&self, evidence: &Evidence) -> f64 {
        if evidence.linked {
            return LINKED_LOG_ODDS;
        }
        let weighed = self.weights.iter().zip(evidence.features());
        self.bias + weighed.map(|(weight, value)| weight * value).sum::<f64>()
    }

    /// The probability that the check is about the post's claim.
    pub fn confidence(&self, evidence: &Evidence) -> f64 {
        1.0 / (1.0 + (-self.score(evidence)).exp())
    }
}

/// Log-odds of a check whose own page the post links to: 199 to 1.
const LINKED_LOG_ODDS: f64 = 5.3;

impl Evidence {
    /// The model's inputs, in the order of [`FEATURES`].
    pub fn features(&self) -> [f64; FEATURES.len()] {
        let [score, rival, coverage, claim, rarest] =
            [self.score, self.rival, self.coverage, self.claim_coverage, self.rarest]
                .map(f64::from);
        let margin = if score > 0.0 { (score - rival) / score } else { 0.0 };
        [
            score.ln_1p(),
            margin.clamp(-1.0, self.margin_max()),
            coverage,
            claim,
            coverage * claim,
            rarest / 10.0,
            (self.shared as f64).ln_1p(),
            (self.words as f64).ln_1p(),
            score.ln_1p() * claim,
        ]
    }

    /// In a small index the best check has no rival for lack of company, which says little.
    fn margin_max(&self) -> f64 {
        if self.documents >= SMALL_INDEX { 1.0 } else { 0.5 }
    }
}

/// Below this many checks a missing rival says little.
const SMALL_INDEX: u64 = 1_000;

/// What keeps a check from being stated as the check of a post's claim, by name. `claims` are what
/// the check reviewed and its title.
pub fn guards(evidence: &Evidence, post: &Said<'_>, claims: &[&str]) -> Vec<&'static str> {
    let mut guards = Vec::new();
    if evidence.linked {
        return guards;
    }
    if evidence.words < FEW_WORDS && evidence.claim_coverage < COVERED {
        guards.push("few-words");
    }
    if evidence.shared < FEW_SHARED && evidence.coverage.min(evidence.claimed) < HALF {
        guards.push("few-shared");
    }
    guards.extend(post.contradicts(claims).into_iter().map(Guard::name));
    guards
}

/// The decision for a confidence: a band of it, held down by guards and by what may be stated at
/// all.
pub fn decide(confidence: f64, bands: &Bands, may_be_stated: bool) -> Decision {
    if confidence >= bands.match_min && may_be_stated {
        Decision::Match
    } else if confidence >= bands.possible_min {
        Decision::Possible
    } else {
        Decision::None
    }
}

/// Share of the weight of `claim`'s words that `post` has, in [0, 1], and the claim's words that it
/// has, the most telling first.
pub fn coverage<'a>(post: &HashSet<&str>, claim: &'a [(Term, f32)]) -> (f32, Vec<(&'a Term, f32)>) {
    let total: f32 = claim.iter().map(|(_, weight)| weight).sum();
    let mut shared: Vec<(&Term, f32)> = claim
        .iter()
        .filter(|(term, _)| term.stems.iter().any(|stem| post.contains(stem.as_str())))
        .map(|(term, weight)| (term, *weight))
        .collect();
    shared.sort_by(|one, other| other.1.total_cmp(&one.1));
    let covered: f32 = shared.iter().map(|(_, weight)| weight).sum();
    (if total > 0.0 { covered / total } else { 0.0 }, shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_rises_strictly_with_the_score_and_stays_a_probability() {
        let model = Model::shipped().expect("config/decision.toml");
        let strong = Evidence {
            score: 60.0,
            rival: 20.0,
            coverage: 0.9,
            claim_coverage: 0.9,
            claimed: 0.9,
            rarest: 9.0,
            shared: 8,
            words: 9,
            linked: false,
            documents: 10_000,
        };
        let weak = Evidence {
            score: 9.0,
            rival: 8.9,
            coverage: 0.2,
            claim_coverage: 0.1,
            shared: 2,
            ..strong
        };
        assert!(model.score(&strong) > model.score(&weak));
        assert!(model.confidence(&strong) > 0.9, "{}", model.confidence(&strong));
        assert!(model.confidence(&weak) < 0.2, "{}", model.confidence(&weak));
        let linked = Evidence { linked: true, ..weak };
        assert!(model.confidence(&linked) > 0.99);
    }

    #[test]
    fn a_shared_topic_alone_is_not_stated() {
        let same =
            Evidence { coverage: 0.8, claimed: 0.6, shared: 4, words: 5, ..Evidence::default() };
        let guards = |evidence: &Evidence| guards(evidence, &Said::of("post", None), &["claim"]);
        assert!(guards(&same).is_empty());
        for topic in [Evidence { coverage: 0.4, ..same }, Evidence { claimed: 0.4, ..same }] {
            assert_eq!(guards(&topic), ["few-shared"]);
            assert!(guards(&Evidence { shared: 5, ..topic }).is_empty());
            assert!(guards(&Evidence { linked: true, ..topic }).is_empty());
        }
    }

    #[test]
    fn what_contradicts_the_claim_is_named() {
        let post = Said::of("500 people died in Italy", Some("en"));
        let claims = ["5,000 people died in Spain"];
        let told =
            Evidence { coverage: 0.9, claimed: 0.9, shared: 8, words: 9, ..Evidence::default() };
        assert_eq!(guards(&told, &post, &claims), ["number", "place"]);
        assert!(guards(&Evidence { linked: true, ..told }, &post, &claims).is_empty());
    }

    #[test]
    fn guards_hold_down_what_bands_would_state() {
        let bands = Bands::default();
        assert_eq!(decide(0.95, &bands, true), Decision::Match);
        assert_eq!(decide(0.95, &bands, false), Decision::Possible);
        assert_eq!(decide(0.6, &bands, true), Decision::Possible);
        assert_eq!(decide(0.4, &bands, true), Decision::None);
    }
}
