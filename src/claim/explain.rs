//! Why a check was found for a post and what was decided, in words for who looks after the program.
//! Readers get other words (`config/lang`); these are for the command line and for moderators.

use super::answer::Decision;
use super::bands::Bands;
use super::decide::{Evidence, INPUTS, LEADS, Weights};
use super::features::{COSINE, COVERAGE, FEATURES};

/// One kind of likeness between post and check, and how much it adds to the score.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Reason {
    /// What it is, with what was found.
    pub what: String,
    /// Its share of the score; a score of 0 is a probability of one half.
    pub adds: f64,
}

/// What a guard's name means, as the end of "held down to a similar check, because …".
pub fn guard(name: &str) -> &'static str {
    match name {
        "few-words" => "the post says too little to be sure which claim it makes",
        "few-shared" => "post and check share few telling words: perhaps the same topic only",
        "picture-only" => "only what the pictures say is like the check",
        "older-check" => "the post is about later days than the check",
        "debunk" => "the post is itself a fact check, or tells of one",
        "number" => "post and check name different numbers",
        "name" => "post and check name different people or organisations",
        "place" => "post and check name different places",
        "date" => "post and check name different dates",
        "negation" => "one of them says the opposite of the other",
        "machine-written" => {
            "its publisher's checks are written by a machine, and no other publisher's fits"
        }
        "unlisted-publisher" => "it was gathered from a publisher that is not in the configuration",
        _ => "of a guard that has no words yet",
    }
}

/// What decided, in a sentence: the threshold, or the guards.
pub fn verdict(confidence: f64, decision: Decision, guards: &[&str], bands: &Bands) -> String {
    let Bands { match_min, possible_min } = bands;
    match decision {
        Decision::Match => {
            format!(
                "stated as the check of this claim: {confidence:.3}, and {match_min:.2} is needed"
            )
        }
        Decision::Possible if confidence >= *match_min => {
            let because: Vec<&str> = guards.iter().map(|name| guard(name)).collect();
            format!(
                "only offered as similar: {confidence:.3} would do, but {}",
                if because.is_empty() {
                    "it is held down".to_owned()
                } else {
                    because.join("; and ")
                }
            )
        }
        Decision::Possible => format!(
            "only offered as similar: {confidence:.3}; from {match_min:.2} on it would be stated"
        ),
        Decision::None => {
            format!("not told: {confidence:.3}; from {possible_min:.2} on it would be offered")
        }
    }
}

/// What speaks for and against a check, the weightiest first.
pub fn reasons(evidence: &Evidence, weights: &Weights) -> Vec<Reason> {
    if evidence.linked {
        return vec![Reason { what: "the post links to it".to_owned(), adds: 0.0 }];
    }
    let inputs = evidence.inputs();
    let adds = |names: &[&str]| {
        let all = FEATURES.iter().chain(&LEADS).zip(inputs.iter().zip(&weights.weights));
        let these = all.filter(|(name, _)| names.contains(name));
        these.map(|(_, (input, weight))| input * weight).sum::<f64>()
    };
    let mut reasons: Vec<Reason> = THEMES
        .iter()
        .map(|(theme, names)| Reason { what: theme.told(evidence, &inputs), adds: adds(names) })
        .filter(|reason| reason.adds != 0.0)
        .collect();
    reasons.sort_by(|one, other| other.adds.abs().total_cmp(&one.adds.abs()));
    reasons.push(Reason { what: "where every check begins".to_owned(), adds: weights.bias });
    reasons
}

/// What inputs are about.
#[derive(Debug, Clone, Copy)]
enum Theme {
    Words,
    Article,
    Letters,
    Numbers,
    Days,
    Meaning,
    Lead,
    Length,
}

/// Each input belongs to one theme; a test sees to it.
const THEMES: [(Theme, &[&str]); 8] = [
    (
        Theme::Words,
        &[
            "bm25",
            "bm25-share",
            "coverage",
            "claim-coverage",
            "title-coverage",
            "said-coverage",
            "both-coverages",
            "rarest",
            "shared",
            "neighbours",
        ],
    ),
    (Theme::Article, &["article", "passage"]),
    (Theme::Letters, &["letters", "letters-both"]),
    (Theme::Numbers, &["number-shared", "number-missing", "number-other"]),
    (Theme::Days, &["near-day", "far-day"]),
    (Theme::Meaning, &["cosine", "cosine-known"]),
    (Theme::Lead, &LEADS),
    (Theme::Length, &["words"]),
];

impl Theme {
    fn told(self, evidence: &Evidence, inputs: &[f64; INPUTS]) -> String {
        let percent = |at: usize| (evidence.features[at] * 100.0).clamp(0.0, 100.0);
        match self {
            Self::Words => format!(
                "words in common: {:.0} % of what the post says, {:.0} % of the claim",
                percent(COVERAGE),
                percent(COVERAGE + 3)
            ),
            Self::Article => "words that only the article has".to_owned(),
            Self::Letters => "spelled alike".to_owned(),
            Self::Numbers => "numbers in common, or missing".to_owned(),
            Self::Days => "days between post and check".to_owned(),
            Self::Meaning => format!("alike in meaning: {:.0} of 100", percent(COSINE)),
            Self::Lead if inputs[INPUTS - LEADS.len()] < 0.0 => {
                "behind a check of another claim".to_owned()
            }
            Self::Lead => "ahead of the next check of another claim".to_owned(),
            Self::Length => "how much the post says".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::decide::Model;
    use crate::claim::guard::Guard;

    #[test]
    fn every_input_belongs_to_one_theme() {
        for name in FEATURES.iter().chain(&LEADS) {
            let themes = THEMES.iter().filter(|(_, names)| names.contains(name)).count();
            assert_eq!(themes, 1, "{name}");
        }
    }

    #[test]
    fn reasons_add_up_to_the_score() {
        let model = Model::shipped().expect("config/decision.toml");
        let mut evidence = Evidence { documents: 10_000, ..Evidence::default() };
        for (at, value) in evidence.features.iter_mut().enumerate() {
            *value = at as f32 / 20.0;
        }
        let reasons = reasons(&evidence, model.weights(&evidence));
        let sum: f64 = reasons.iter().map(|reason| reason.adds).sum();
        assert!((sum - model.score(&evidence)).abs() < 1e-9, "{reasons:?}");
    }

    #[test]
    fn what_decided_is_said() {
        let bands = Bands::default();
        let said =
            |confidence, decision, guards: &[&str]| verdict(confidence, decision, guards, &bands);
        assert_eq!(
            said(0.97, Decision::Match, &[]),
            "stated as the check of this claim: 0.970, and 0.90 is needed"
        );
        assert_eq!(
            said(0.97, Decision::Possible, &["number"]),
            "only offered as similar: 0.970 would do, but post and check name different numbers"
        );
        assert_eq!(
            said(0.7, Decision::Possible, &["number"]),
            "only offered as similar: 0.700; from 0.90 on it would be stated"
        );
        assert_eq!(
            said(0.1, Decision::None, &[]),
            "not told: 0.100; from 0.50 on it would be offered"
        );
        let guards = [Guard::Number, Guard::Name, Guard::Place, Guard::Date, Guard::Negation];
        let others = ["few-words", "few-shared", "picture-only", "older-check", "debunk"];
        let held = ["machine-written", "unlisted-publisher"];
        for name in guards.map(Guard::name).iter().chain(&others).chain(&held) {
            assert!(!guard(name).contains("no words yet"), "{name}");
        }
    }
}
