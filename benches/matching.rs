//! One post against N checks: what an answer costs, found or not, and what reading a post costs.
//! The texts are made up: words of syllables, as frequent as words are (Zipf), in lengths as
//! claims, titles, summaries and posts have them.

#![expect(clippy::expect_used, reason = "a benchmark that can't be set up has nothing to measure")]

use std::sync::Arc;

use claimwatch::answer::{Finder, Models};
use claimwatch::claim::analysis::Analyzers;
use claimwatch::claim::bands::MatchSettings;
use claimwatch::claim::post::{Audience, Post};
use claimwatch::claim::publisher::Publishers;
use claimwatch::claim::query::Query;
use claimwatch::claim::review::ClaimReview;
use claimwatch::gather::{Effort, catch_up};
use claimwatch::index::Index;
use claimwatch::store::{Store, Trust};
use divan::{Bencher, black_box};

const SEED: u64 = 7;
const VOCABULARY: usize = 30_000;
const POSTS: usize = 256;
const CHECKS: [usize; 3] = [40, 2_000, 20_000];
/// Checks put by one transaction.
const BATCH: usize = 1_000;

fn main() {
    divan::main();
}

/// A post that says what a check's claim says, in part and with words of its own.
#[divan::bench(args = CHECKS)]
fn post_of_a_checked_claim(bencher: Bencher<'_, '_>, checks: usize) {
    let mut world = World::new(checks);
    let claims = world.claims.clone();
    let posts: Vec<Post> = (0..POSTS)
        .map(|_| {
            let claim = &claims[world.chance.usize(..claims.len())];
            let kept: Vec<&str> = claim.split(' ').filter(|_| world.chance.f32() < 0.8).collect();
            Post::of(format!("{} {}", world.words.sentence(&mut world.chance, 6), kept.join(" ")))
        })
        .collect();
    answer(bencher, &world.finder, &posts);
}

/// A post about anything.
#[divan::bench(args = CHECKS)]
fn post_of_no_claim(bencher: Bencher<'_, '_>, checks: usize) {
    let mut world = World::new(checks);
    let posts: Vec<Post> =
        (0..POSTS).map(|_| Post::of(world.words.sentence(&mut world.chance, 18))).collect();
    answer(bencher, &world.finder, &posts);
}

/// Cleaning a post, telling its language, taking its stems.
#[divan::bench]
fn reading_a_post(bencher: Bencher<'_, '_>) {
    let analyzers = Analyzers::new();
    let mut chance = fastrand::Rng::with_seed(SEED);
    let post = Post::of(Vocabulary::new(&mut chance).sentence(&mut chance, 18));
    bencher.bench_local(|| Query::of(black_box(&post), &analyzers));
}

fn answer(bencher: Bencher<'_, '_>, finder: &Finder, posts: &[Post]) {
    let mut next = posts.iter().cycle();
    bencher.bench_local(|| {
        let post = next.next().expect("posts");
        finder.answer(black_box(post), Audience::Private).expect("an answer")
    });
}

struct World {
    _dir: tempfile::TempDir,
    chance: fastrand::Rng,
    words: Vocabulary,
    claims: Vec<String>,
    finder: Finder,
}

impl World {
    fn new(checks: usize) -> Self {
        let mut chance = fastrand::Rng::with_seed(SEED);
        let words = Vocabulary::new(&mut chance);
        let dir = tempfile::tempdir().expect("a directory");
        let store = Arc::new(Store::open(dir.path()).expect("a database"));
        let publishers = Publishers::shipped().expect("a table");
        let reviews: Vec<ClaimReview> =
            (0..checks).map(|number| words.review(&mut chance, number)).collect();
        for batch in reviews.chunks(BATCH) {
            let now = chrono::DateTime::UNIX_EPOCH;
            store.put_reviews(batch, Trust::Imported, &publishers, now).expect("stored");
        }
        let index = Arc::new(Index::open(&dir.path().join("search")).expect("an index"));
        catch_up(&store, &index, &Analyzers::new(), Effort::FULL).expect("indexed");
        let bands = MatchSettings::default();
        let finder = Finder::new(
            store,
            index,
            Arc::new(publishers),
            bands,
            Models::shipped().expect("models"),
        )
        .expect("a finder");
        let claims = reviews.into_iter().filter_map(|review| review.claim_reviewed).collect();
        Self { _dir: dir, chance, words, claims, finder }
    }
}

struct Vocabulary(Vec<String>);

impl Vocabulary {
    fn new(chance: &mut fastrand::Rng) -> Self {
        const SYLLABLES: [&str; 24] = [
            "ba", "con", "der", "el", "fi", "gro", "ha", "in", "jo", "kel", "lan", "mi", "nor",
            "o", "pre", "qua", "ras", "sto", "ti", "un", "ver", "wo", "ya", "zen",
        ];
        let word = |_| {
            let syllables = 2 + chance.usize(..3);
            (0..syllables).map(|_| SYLLABLES[chance.usize(..SYLLABLES.len())]).collect()
        };
        Self((0..VOCABULARY).map(word).collect())
    }

    /// The word of rank r comes up about 1/r as often as the first.
    fn sentence(&self, chance: &mut fastrand::Rng, words: usize) -> String {
        let mut sentence = String::new();
        for _ in 0..words {
            let rank = (VOCABULARY as f64).powf(chance.f64()) - 1.0;
            sentence.push_str(&self.0[rank as usize]);
            sentence.push(' ');
        }
        sentence.truncate(sentence.trim_end().len());
        sentence
    }

    fn review(&self, chance: &mut fastrand::Rng, number: usize) -> ClaimReview {
        ClaimReview {
            url: Some(format!("https://checks.example/{number}")),
            name: Some(self.sentence(chance, 9)),
            claim_reviewed: Some(self.sentence(chance, 14)),
            abstract_: Some(self.sentence(chance, 40)),
            review_body: Some(self.sentence(chance, 300)),
            in_language: Some("en".to_owned()),
            ..ClaimReview::default()
        }
    }
}
