//! A post and a check, from their texts to what a reader is told: nothing panics, a probability is
//! one, and every reply holds. The parts of the input stand in the order of `given`.
#![no_main]

use std::sync::LazyLock;

use chrono::NaiveDate;
use claimwatch::claim::analysis::Analyzers;
use claimwatch::claim::answer::{Answer, Decision, Match, RatingGiven, SectionGiven, SourceGiven};
use claimwatch::claim::bands::Bands;
use claimwatch::claim::decide::{Evidence, Lead, Model, decide, guards, probability};
use claimwatch::claim::digest::{Digest, DigestRef, Seen};
use claimwatch::claim::features::{Asked, Scores};
use claimwatch::claim::guard::Said;
use claimwatch::claim::post::{Audience, Post};
use claimwatch::claim::query::Query;
use claimwatch::claim::rating::RatingTable;
use claimwatch::claim::reply::{self, Change};
use claimwatch::claim::review::{Citation, ClaimReview, Rating, Section};
use claimwatch::claim::sketch::{Sketch, same_claim};
use claimwatch::claim::split;
use claimwatch::claim::words::Words;
use claimwatch_fuzz::{holds, parts};
use libfuzzer_sys::fuzz_target;

/// Graphemes of the shortest answers: those of Bluesky.
const GRAPHEMES_MAX: usize = 300;

struct World {
    analyzers: Analyzers,
    words: Words,
    ratings: RatingTable,
    model: Model,
}

static WORLD: LazyLock<World> = LazyLock::new(|| World {
    analyzers: Analyzers::new(),
    words: Words::shipped().expect("sentences"),
    ratings: RatingTable::shipped().expect("ratings"),
    model: Model::shipped().expect("weights"),
});

fuzz_target!(|text: &str| {
    let given: [Option<&str>; 14] = parts(text);
    let own = |at: usize| given[at].map(str::to_owned);
    let post = Post {
        text: own(0).unwrap_or_default(),
        author: own(1),
        alt: own(2).into_iter().collect(),
        lang: own(3),
        urls: own(4).into_iter().collect(),
        id: None,
    };
    let review = ClaimReview {
        claim_reviewed: own(5),
        name: own(6),
        abstract_: own(7),
        review_rating: Some(Rating { alternate_name: own(8), ..Rating::default() }),
        url: own(10),
        date_published: given[11].and_then(|day| day.parse().ok()),
        in_language: own(3),
        has_part: vec![Section { name: own(12), text: own(13).unwrap_or_default() }],
        citation: vec![Citation { name: own(12), url: own(4) }],
        ..ClaimReview::default()
    };
    let confidence = weigh(&post, &review);
    tell(&post, &told(&review, given[9].unwrap_or_default(), confidence));
});

/// The way of `answer`, without an index: how sure it is that the check is about the post.
fn weigh(post: &Post, review: &ClaimReview) -> f64 {
    let query = Query::of(post, &WORLD.analyzers);
    assert!(query.text_terms <= query.own_terms && query.own_terms <= query.terms.len());
    if query.terms.is_empty() {
        return 0.0;
    }
    let weights = vec![5.0; query.terms.len()];
    let bytes = Digest::of(review, &WORLD.analyzers).to_bytes();
    let run: Vec<u32> = bytes
        .chunks_exact(4)
        .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
        .collect();
    let digest = DigestRef::of(&run);
    assert_eq!(digest.is_again(&digest), true);
    let rarities = vec![100; digest.words.len()];
    let scores = Scores { bm25: 20.0, article: 10.0, cosine: None };
    let features =
        Asked::of(&query, &weights).compare(&Seen { digest, rarities: &rarities }, &scores);
    assert!(features.iter().all(|feature| feature.is_finite()), "{features:?}");
    let evidence = Evidence {
        features,
        lead: Lead { rank: f32::MAX, bm25: 1.0, cosine: 0.0 },
        shared: query.terms.len(),
        own_shared: query.own_terms,
        field_words: query.field_words(),
        pictured: query.own_terms < query.terms.len(),
        linked: false,
        documents: 30_000,
    };
    let confidence = probability(WORLD.model.score(&evidence));
    assert!((0.0..=1.0).contains(&confidence), "{confidence}");
    let today = NaiveDate::from_ymd_opt(2026, 11, 28);
    let said = Said::of(&query.text, query.languages.first().map(String::as_str)).on(today);
    let claims = [review.claim_reviewed.as_deref(), review.name.as_deref()];
    let claims: Vec<&str> = claims.into_iter().flatten().collect();
    let held = guards(&evidence, &said, &claims, review.date_published);
    decide(confidence, &Bands::default(), held.is_empty());
    compare(post, review.claim());
    confidence
}

/// What groups posts into claims, and cuts long ones.
fn compare(post: &Post, claim: &str) {
    for part in split::parts(&post.text) {
        assert!(!part.trim().is_empty());
    }
    let [one, other] = [&post.text, claim].map(Sketch::of);
    if let (Some(one), Some(other)) = (one, other) {
        assert!((0.0..=1.0).contains(&one.likeness(&other)));
        assert_eq!(Sketch::from_bytes(&one.to_bytes()).map(|read| read.bands()), Some(one.bands()));
    }
    same_claim(&post.text, claim, post.lang.as_deref());
}

fn told(review: &ClaimReview, publisher: &str, confidence: f64) -> Match {
    let rated = review.review_rating.as_ref().and_then(|rating| rating.alternate_name.clone());
    let sections = review.has_part.iter().map(|part| SectionGiven {
        kind: part.kind(),
        heading: part.name.clone(),
        text: part.text.clone(),
    });
    let sources = review.citation.iter().map(|citation| SourceGiven {
        n: 1,
        name: citation.name.clone(),
        url: citation.url.clone(),
    });
    Match {
        id: review.identity(),
        url: review.url.clone(),
        publisher: publisher.to_owned(),
        claim_reviewed: review.claim_reviewed.clone(),
        name: review.name.clone(),
        rating: rated.map(|text| {
            let class = WORLD.ratings.class(review.host().as_deref(), &text);
            RatingGiven { text, class }
        }),
        date_published: review.date_published.map(|day| day.to_string()),
        in_language: review.in_language.clone(),
        summary: review.summary(1_000),
        sections: sections.collect(),
        sources: sources.collect(),
        confidence,
        why: Default::default(),
    }
}

/// Everything that may be said of it.
fn tell(post: &Post, first: &Match) {
    let words = &WORLD.words;
    let today = NaiveDate::from_ymd_opt(2026, 11, 28).expect("a day");
    let lang = claimwatch::answer::choose_language(words, None, &post.text, post.lang.as_deref());
    let mut second = first.clone();
    second.publisher.insert_str(0, "Other ");
    for decision in [Decision::None, Decision::Possible, Decision::Match] {
        let matches = vec![first.clone(), second.clone()];
        let given = Answer { id: None, decision, matches, reply: None };
        for audience in [Audience::Private, Audience::Group] {
            let told = reply::answer(words, lang, &given, today, audience, 9);
            holds(&told);
            holds(&reply::unasked(words, lang, &told));
            holds(&reply::with_context(words, lang, &given, today, audience));
            holds(&reply::follow_up(words, lang, &given, (today, today), audience));
            let changes = [Change::Withdrawn(first.publisher.clone())];
            holds(&reply::corrected(words, lang, &given, today, audience, &changes));
        }
        let short = reply::short(words, lang, &given, today, 9, GRAPHEMES_MAX);
        holds(&short);
        assert!(short.text.chars().count() <= GRAPHEMES_MAX, "{}", short.text);
    }
    let short = reply::corrected_short(words, lang, first, today);
    holds(&short);
    assert!(short.text.chars().count() <= GRAPHEMES_MAX, "{}", short.text);
    let alert = reply::alert(words, lang, post, first);
    holds(&alert);
    assert!(!alert.text.contains('\n'));
    holds(&reply::reported(words, lang, &post.text));
    holds(&reply::withdrawn(words, lang, first, today, Audience::Private));
}
