//! Deciding: how sure it is that a check is about a post's claim. Everything else asks this.
//!
//! A small logistic model over what the post and the check share. Its weights are data
//! (`config/decision.toml`, which names where they are from); its output is a calibrated
//! probability that rises strictly with the score.

use chrono::NaiveDate;
use serde::Deserialize;

use super::answer::Decision;
use super::bands::Bands;
use super::features::{COSINE, COVERAGE, FEATURE_COUNT, Features, LETTERS};
use super::guard::{Guard, Said};

/// Posts of which no field, text or pictures, has as many words besides those of grammar say too
/// little to be sure which claim they make.
const FIELD_WORDS_MIN: usize = 8;
/// Share of the claim's weight that makes up for that: then the post says the claim itself.
const COVERED: f32 = 0.75;
/// Telling words that post and check share, of those that do not stand in pictures only.
const OWN_SHARED_MIN: usize = 2;
/// Posts that share fewer telling words than this with a check are likely to be about the same
/// topic only: they can't be stated as a match unless those words are half of what both say, or the
/// meaning is as near as other words for one claim are.
const FEW_SHARED: usize = 5;
/// The half, by weight: of the post, and of the claim itself, since a title often names but a
/// topic.
const HALF: f32 = 0.5;
/// Cosine of other words for one claim.
const SAME_MEANING: f32 = 0.7;

/// What is known of one candidate check for a post, before anything is decided.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Evidence {
    /// What post and check have in common.
    pub features: Features,
    /// How far ahead of its best rival it is.
    pub lead: Lead,
    /// Number of shared telling words.
    pub shared: usize,
    /// Number of these that the post's own text or author has.
    pub own_shared: usize,
    /// Words of the post's longest field, besides those of grammar.
    pub field_words: usize,
    /// The post has words that stand in pictures only.
    pub pictured: bool,
    /// The post links to the check or to where the claim appeared.
    pub linked: bool,
    /// Number of checks in the index.
    pub documents: u64,
}

/// How far a check is ahead of the best one that checks another claim; negative if it is behind.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Lead {
    /// In the ranking's score.
    pub rank: f32,
    /// In BM25, as a share of its own.
    pub bm25: f32,
    /// In cosine.
    pub cosine: f32,
}

/// Inputs of the model beside [`FEATURES`](super::features::FEATURES).
pub const LEADS: [&str; 3] = ["lead", "lead-bm25", "lead-cosine"];
/// How many inputs the model has.
pub const INPUTS: usize = FEATURE_COUNT + LEADS.len();

/// A logistic model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Weight of nothing at all.
    pub bias: f64,
    /// A weight for each input.
    pub weights: [f64; INPUTS],
}

/// The decision model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Where the weights are from and under which licence.
    pub source: String,
    /// Where the meaning of post and check is known.
    pub meaning: Weights,
    /// Where only words are.
    pub words: Weights,
}

impl Model {
    /// The model that ships with the program.
    ///
    /// # Errors
    /// If the embedded file is not a model; a test keeps that from happening.
    pub fn shipped() -> Result<Self, toml::de::Error> {
        Self::read(include_str!("../../config/decision.toml"))
    }

    /// A model as `claimwatch train` writes it.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The weights that hold for this evidence.
    pub fn weights(&self, evidence: &Evidence) -> &Weights {
        if evidence.features[COSINE + 1] > 0.0 { &self.meaning } else { &self.words }
    }

    /// The decision score: the log-odds that the check is about the post's claim.
    pub fn score(&self, evidence: &Evidence) -> f64 {
        if evidence.linked {
            return LINKED_LOG_ODDS;
        }
        let weights = self.weights(evidence);
        let weighed = weights.weights.iter().zip(evidence.inputs());
        weights.bias + weighed.map(|(weight, value)| weight * value).sum::<f64>()
    }
}

/// The probability that goes with log-odds.
pub fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The log-odds of a probability.
pub fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

/// Log-odds of a check whose own page the post links to: 199 to 1.
const LINKED_LOG_ODDS: f64 = 5.3;

impl Evidence {
    /// The model's inputs: [`FEATURES`](super::features::FEATURES), then [`LEADS`].
    pub fn inputs(&self) -> [f64; INPUTS] {
        let most = self.lead_max();
        let Lead { rank, bm25, cosine } = self.lead;
        let known = self.features[COSINE + 1];
        let leads =
            [rank.clamp(-LEAD_MAX, LEAD_MAX * most), bm25.clamp(-1.0, most), cosine * known];
        let mut inputs = [0.0; INPUTS];
        for (input, value) in inputs.iter_mut().zip(self.features.iter().chain(&leads)) {
            *input = f64::from(*value);
        }
        inputs
    }

    /// In a small index the best check has no rival for lack of company, which says little.
    fn lead_max(&self) -> f32 {
        if self.documents >= SMALL_INDEX { 1.0 } else { 0.5 }
    }
}

/// A lead in the ranking's score beyond which a larger one says no more.
const LEAD_MAX: f32 = 20.0;
/// Below this many checks a missing rival says little.
const SMALL_INDEX: u64 = 1_000;

/// What keeps a check from being stated as the check of a post's claim, by name. `claims` are what
/// the check reviewed and its title, `also` is what else it says, `published` is its day.
pub fn guards(
    evidence: &Evidence,
    post: &Said<'_>,
    claims: &[&str],
    also: &str,
    published: Option<NaiveDate>,
) -> Vec<&'static str> {
    let mut guards = Vec::new();
    if evidence.linked {
        return guards;
    }
    let [coverage, claim, title, said] =
        [COVERAGE, COVERAGE + 1, COVERAGE + 2, COVERAGE + 3].map(|at| evidence.features[at]);
    // Where the language of a check is not known, words of grammar count; its letters tell, too.
    let covered = claim.max(title).max(evidence.features[LETTERS]);
    if evidence.field_words < FIELD_WORDS_MIN && covered < COVERED {
        guards.push("few-words");
    }
    let near = evidence.features[COSINE] >= SAME_MEANING;
    if evidence.shared < FEW_SHARED && coverage.min(said) < HALF && !near {
        guards.push("few-shared");
    }
    if evidence.pictured && evidence.own_shared < OWN_SHARED_MIN {
        guards.push("picture-only");
    }
    if published.is_some_and(|day| post.is_of_days_after(day)) {
        guards.push("older-check");
    }
    if post.is_debunk() {
        guards.push("debunk");
    }
    guards.extend(post.contradicts(claims, also).into_iter().map(Guard::name));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn with(values: &[(usize, f32)]) -> Evidence {
        let mut evidence = Evidence { documents: 10_000, ..Evidence::default() };
        for (at, value) in values {
            evidence.features[*at] = *value;
        }
        evidence
    }

    #[test]
    fn a_link_to_the_check_is_as_good_as_sure() {
        let model = Model::shipped().expect("config/decision.toml");
        let linked = Evidence { linked: true, ..with(&[]) };
        assert!(probability(model.score(&linked)) > 0.99);
        assert!(probability(model.score(&with(&[]))) < 0.1);
    }

    #[test]
    fn a_shared_topic_alone_is_not_stated() {
        let said = Said::of("post", Some("en"));
        let guards = |evidence: &Evidence| guards(evidence, &said, &["claim"], "", None);
        let same = |coverage, claim| Evidence {
            shared: 4,
            own_shared: 4,
            field_words: 8,
            ..with(&[(COVERAGE, coverage), (COVERAGE + 3, claim)])
        };
        assert!(guards(&same(0.8, 0.6)).is_empty());
        for topic in [same(0.4, 0.6), same(0.8, 0.4)] {
            assert_eq!(guards(&topic), ["few-shared"]);
            assert!(guards(&Evidence { shared: 5, ..topic }).is_empty());
            let mut near = topic;
            near.features[COSINE] = 0.7;
            assert!(guards(&near).is_empty(), "other words for the same");
            assert!(guards(&Evidence { linked: true, ..topic }).is_empty());
        }
    }

    #[test]
    fn short_posts_and_words_of_pictures_alone_are_not_stated() {
        let said = Said::of("post", Some("en"));
        let guards = |evidence: &Evidence| guards(evidence, &said, &["claim"], "", None);
        let alike = [(COVERAGE, 0.8), (COVERAGE + 1, 0.6), (COVERAGE + 3, 0.6)];
        let post = Evidence { shared: 6, own_shared: 6, field_words: 7, ..with(&alike) };
        assert_eq!(guards(&post), ["few-words"]);
        assert!(guards(&Evidence { field_words: 8, ..post }).is_empty());
        let mut whole = post;
        whole.features[COVERAGE + 1] = 0.8;
        assert!(guards(&whole).is_empty(), "the claim itself, in few words");
        let pictured = Evidence { field_words: 20, pictured: true, ..post };
        assert!(guards(&pictured).is_empty());
        assert_eq!(guards(&Evidence { own_shared: 1, ..pictured }), ["picture-only"]);
    }

    #[test]
    fn old_checks_of_dated_claims_and_debunks_are_not_stated() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let plain = Evidence { shared: 9, own_shared: 9, field_words: 20, ..with(&[]) };
        let guards = |post: &str, on: &str, published: &str| {
            let said = Said::of(post, Some("en")).on(day(on));
            guards(&plain, &said, &["Sharks swam in Houston."], "", day(published))
        };
        let older = ["older-check"];
        assert_eq!(guards("sharks swam in Houston in 2024", "", "2017-08-28"), older);
        assert!(guards("sharks swam in Houston in 2017", "", "2017-08-28").is_empty());
        assert!(guards("sharks swam in Houston", "2024-05-01", "2017-08-28").is_empty());
        assert_eq!(guards("sharks swam in Houston today", "2024-05-01", "2017-08-28"), older);
        assert!(guards("sharks swam in Houston today", "2017-09-02", "2017-08-28").is_empty());
        assert!(
            guards("sharks will swim in Houston by 2040", "2024-05-01", "2017-08-28").is_empty()
        );
        let debunk = "FALSE: no sharks swam in Houston, says the zoo";
        assert!(guards(debunk, "", "2017-08-28").contains(&"debunk"));
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
