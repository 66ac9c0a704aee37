//! One candidate with what speaks for it, as it is told and as it is explained.

use std::cell::LazyCell;

use super::weigh::{Models, Ranked};
use crate::claim::answer::{Decision, Match, RatingGiven, SectionGiven, SourceGiven, Why};
use crate::claim::bands::Bands;
use crate::claim::decide::{self, Evidence, LEADS, probability};
use crate::claim::explain::{self, Reason};
use crate::claim::features::FEATURES;
use crate::claim::guard::{ALSO_CHARS_MAX, Said};
use crate::claim::post::Audience;
use crate::claim::publisher::Publishers;
use crate::claim::query::Query;
use crate::claim::rating::RatingTable;
use crate::index::Candidates;
use crate::store::Stored;

/// Longest summary made of a body's first sentences, in characters.
const SUMMARY_CHARS_MAX: usize = 600;
/// Shared words named as a reason.
const WORDS_MAX: usize = 8;
/// Log-odds below which nobody asks what held a check down.
const GUARDED_FROM: f64 = -3.0;

/// One candidate with what speaks for it.
pub(super) struct Weighed {
    pub(super) stored: Stored,
    pub(super) evidence: Evidence,
    pub(super) confidence: f64,
    pub(super) guards: Vec<&'static str>,
    pub(super) words: Vec<String>,
    /// The post links to this check's own page.
    pub(super) own_page: bool,
    /// Checks the same claim as the first.
    pub(super) sibling: bool,
}

/// A candidate as measuring and fitting see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Identity of the check.
    pub id: String,
    /// Its row in the database.
    pub row: u64,
    /// Probability that it is about the post's claim.
    pub confidence: f64,
    /// What the decision is made of.
    pub evidence: Evidence,
    /// What is decided for each of [`Judged::AUDIENCES`].
    pub decisions: [Decision; Judged::AUDIENCES.len()],
}

impl Judged {
    /// Those who are told, with their names in `[match]`.
    pub const AUDIENCES: [(&'static str, Audience); 3] = [
        ("private", Audience::Private),
        ("group", Audience::Group),
        ("feed", Audience::Moderators),
    ];
}

/// What `--explain` tells of one candidate.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Explained {
    /// Identity of the check.
    pub id: String,
    /// Who checked.
    pub publisher: String,
    /// The claim it checked.
    pub claim: String,
    /// Probability that it is about the post's claim.
    pub confidence: f64,
    /// What is decided for somebody who asks in private.
    pub decision: Decision,
    /// What decided that, in a sentence.
    pub because: String,
    /// What speaks for and against it, the weightiest first.
    pub reasons: Vec<Reason>,
    /// Each input of the decision, its value and its share of the score.
    pub features: Vec<(&'static str, f64, f64)>,
    /// What held it down.
    pub guards: Vec<&'static str>,
    /// Shared words, most telling first.
    pub words: Vec<String>,
}

impl Weighed {
    /// A ranked candidate as it is kept.
    pub(super) fn of<'s>(
        one: &Ranked,
        stored: Stored,
        query: &Query,
        candidates: &Candidates,
        said: &LazyCell<Said<'s>, impl FnOnce() -> Said<'s>>,
        held: Vec<&'static str>,
    ) -> Self {
        let shared = candidates.terms.iter().enumerate();
        let shared = shared.filter(|(bit, _)| one.candidate.shared & (1 << bit) != 0);
        let words = shared.take(WORDS_MAX).map(|(_, term)| query.terms[term.place].surface.clone());
        let words = words.collect();
        let review = &stored.review;
        let claims = [review.claim(), review.name.as_deref().unwrap_or_default()];
        let mut guards = if one.log_odds >= GUARDED_FROM {
            let also = review.summary(ALSO_CHARS_MAX).unwrap_or_default();
            decide::guards(&one.evidence, said, &claims, &also, review.date_published)
        } else {
            Vec::new()
        };
        guards.extend(held);
        Self {
            confidence: probability(one.log_odds),
            evidence: one.evidence,
            stored,
            guards,
            words,
            own_page: false,
            sibling: one.sibling,
        }
    }
}

impl Weighed {
    /// A check that is told though it was not among the candidates.
    pub(super) fn confirmed(stored: Stored, guards: Vec<&'static str>) -> Self {
        Self {
            stored,
            evidence: Evidence::default(),
            confidence: 0.0,
            guards,
            words: Vec::new(),
            own_page: false,
            sibling: true,
        }
    }
}

/// A check as scripts and replies are given it.
pub(super) fn told(one: Weighed, publishers: &Publishers, ratings: &RatingTable) -> Match {
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
        publisher: publishers.name_of(&review),
        rating: rating
            .map(|text| RatingGiven { class: ratings.class(host.as_deref(), &text), text }),
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

/// A check that was told, as it is by now.
pub(super) fn retold(
    stored: Stored,
    confidence: f64,
    publishers: &Publishers,
    ratings: &RatingTable,
) -> Match {
    told(Weighed { confidence, ..Weighed::confirmed(stored, Vec::new()) }, publishers, ratings)
}

/// A candidate with what decided and what it is made of.
pub(super) fn explained(
    one: &Weighed,
    models: &Models,
    decision: Decision,
    bands: &Bands,
    publishers: &Publishers,
) -> Explained {
    let weights = models.decision.weights(&one.evidence);
    let names = FEATURES.iter().chain(&LEADS);
    let features = names.zip(one.evidence.inputs()).zip(weights.weights);
    Explained {
        id: one.stored.id.clone(),
        publisher: publishers.name_of(&one.stored.review),
        claim: one.stored.review.claim().to_owned(),
        confidence: one.confidence,
        decision,
        because: explain::verdict(one.confidence, decision, &one.guards, bands),
        reasons: explain::reasons(&one.evidence, weights),
        features: features.map(|((name, value), weight)| (*name, value, value * weight)).collect(),
        guards: one.guards.clone(),
        words: one.words.clone(),
    }
}
