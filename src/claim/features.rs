//! What a post and a check have in common, in numbers: the inputs of ranking and deciding.
//!
//! Weights of words are inverse document frequencies, so sums of them are information, not counts.
//! All of it is read from memory, for fifty checks a post.

use super::digest::{DigestRef, Seen, grams_of, hash, is_number};
use super::query::Query;
use super::sibling::Wording;

/// Least and most words of a passage that is compared with a post.
const PASSAGE_WORDS: (usize, usize) = (6, 60);
/// Letters of a post that four-letter runs are taken from.
const GRAM_CHARS_MAX: usize = 1_000;
/// Days between post and check within which they speak of the same days.
const NEAR_DAYS: i32 = 45;
/// Days after which they speak of other days.
const FAR_DAYS: i32 = 365;

/// Names of the inputs, in their order.
pub const FEATURES: [&str; FEATURE_COUNT] = [
    "bm25",
    "bm25-share",
    "article",
    "coverage",
    "claim-coverage",
    "title-coverage",
    "said-coverage",
    "both-coverages",
    "rarest",
    "shared",
    "letters",
    "letters-both",
    "number-shared",
    "number-missing",
    "number-other",
    "neighbours",
    "near-day",
    "far-day",
    "cosine",
    "cosine-known",
    "words",
    "passage",
];
/// How many inputs there are.
pub const FEATURE_COUNT: usize = 22;
/// Their values for one post and check.
pub type Features = [f32; FEATURE_COUNT];
/// Place of `cosine` among them.
pub const COSINE: usize = 18;
/// Place of `bm25` among them.
pub const BM25: usize = 0;
/// Place of `article` among them.
pub const ARTICLE: usize = 2;
/// Place of `letters` among them.
pub const LETTERS: usize = 10;
/// Place of `coverage` among them; those of claim, title and what is said of the claim follow.
pub const COVERAGE: usize = 3;
/// Place of `both-coverages` among them.
pub const BOTH: usize = COVERAGE + 4;
/// Place of `passage` among them.
pub const PASSAGE: usize = 21;

/// What a post asks, made ready to be compared with many checks.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// Hashed stems with the place of their word, by stem.
    stems: Vec<(u32, u16)>,
    weights: &'a [f32],
    mass: f32,
    strong: Vec<bool>,
    numbers: usize,
    grams: Vec<u64>,
    gram_count: usize,
    day: i32,
}

/// What the search says of a check.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scores {
    /// BM25 of title, claim and summary.
    pub bm25: f32,
    /// BM25 of the article.
    pub article: f32,
    /// Cosine between the meanings of post and check, where both are known.
    pub cosine: Option<f32>,
}

/// Where a word of a post stands in an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Its place in the article, in words.
    pub at: u32,
    /// Its place among the words of the post.
    pub place: u16,
}

/// The passage of an article that is most like a post: articles quote what they check.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Passage {
    /// Share of the post's weight that it has.
    pub coverage: f32,
    /// Share of its words that the post has.
    pub said: f32,
}

impl Passage {
    /// Counts as an article's, and as the claim where it is more like the post than that.
    pub fn stand_in(self, features: &mut Features) {
        let both = self.coverage * self.said;
        features[PASSAGE] = both;
        if both > features[BOTH] {
            features[BOTH] = both;
            features[COVERAGE] = features[COVERAGE].max(self.coverage);
            features[COVERAGE + 3] = features[COVERAGE + 3].max(self.said);
        }
    }
}

impl<'a> Asked<'a> {
    /// Makes a query ready; `weights` are those of its words.
    pub fn of(query: &Query, weights: &'a [f32]) -> Self {
        let mut stems: Vec<(u32, u16)> = Vec::with_capacity(query.terms.len() * 2);
        for (place, term) in query.terms.iter().enumerate() {
            stems.extend(term.stems.iter().map(|stem| (hash(stem), place as u16)));
        }
        stems.sort_unstable();
        stems.dedup_by_key(|(stem, _)| *stem);
        let mut grams = vec![0_u64; 1 << 10];
        let mut gram_count = 0;
        grams_of(&query.text, GRAM_CHARS_MAX, |gram| {
            let (slot, bit) = (usize::from(gram >> 6), 1 << (gram & 63));
            gram_count += usize::from(grams[slot] & bit == 0);
            grams[slot] |= bit;
        });
        let is_number = |surface: &str| surface.starts_with(|c: char| c.is_ascii_digit());
        Self {
            stems,
            weights,
            mass: weights.iter().sum::<f32>().max(f32::MIN_POSITIVE),
            strong: query.terms.iter().map(|term| !term.weak).collect(),
            numbers: query.terms.iter().filter(|term| is_number(&term.surface)).count(),
            grams,
            gram_count,
            day: query.day,
        }
    }

    fn place(&self, word: u32) -> Option<usize> {
        let found = self.stems.binary_search_by_key(&word, |(stem, _)| *stem).ok()?;
        Some(usize::from(self.stems[found].1))
    }

    /// Compares with one check.
    pub fn compare(&self, seen: &Seen<'_>, scores: &Scores) -> Features {
        let digest = &seen.digest;
        let mut both = Both::default();
        let mut shared = vec![false; self.strong.len()];
        for (at, word) in digest.words.iter().enumerate() {
            let part = if at < digest.title {
                Part::Title
            } else if at < digest.title + digest.claim {
                Part::Claim
            } else {
                Part::Summary
            };
            let place = self.place(*word);
            both.add(part, *word, seen.rarity(at), place);
            if let Some(place) = place {
                shared[place] = true;
            }
        }
        let weight = |place: usize| self.weights.get(place).copied().unwrap_or_default();
        let places = || shared.iter().enumerate().filter(|(_, is)| **is).map(|(place, _)| place);
        let coverage = places().map(weight).sum::<f32>() / self.mass;
        let rarest = places().map(weight).fold(0.0, f32::max);
        let strong = places().filter(|place| self.strong[*place]).count();
        let letters = self.letters(digest.grams);
        let [title, claim] = [both.title, both.claim].map(Covered::share);
        let said = if digest.claim > 0 { claim } else { title };
        let gap = (digest.day - self.day).abs();
        let dated = digest.day != 0 && self.day != 0;
        [
            scores.bm25 / 40.0,
            scores.bm25 / self.mass,
            scores.article / 40.0,
            coverage,
            claim,
            title,
            said,
            coverage * said.max(title),
            rarest / 10.0,
            (strong as f32).ln_1p(),
            letters.0,
            letters.1,
            ratio(both.numbers_shared, self.numbers),
            ratio(both.numbers_missing, both.numbers_missing + both.numbers_shared),
            f32::from(both.numbers_shared == 0 && both.numbers_missing > 0 && self.numbers > 0),
            both.neighbours / self.mass,
            f32::from(dated && gap <= NEAR_DAYS),
            f32::from(dated && gap > FAR_DAYS),
            scores.cosine.unwrap_or_default(),
            f32::from(scores.cosine.is_some()),
            (self.strong.iter().filter(|strong| **strong).count() as f32).ln_1p() / 3.0,
            0.0,
        ]
    }

    /// How a check words its claim.
    pub fn wording(&self, seen: &Seen<'_>) -> Wording {
        self.wording_of(&seen.digest, |at| seen.rarity(at))
    }

    /// The same with the rarity of the digest's words, by their place.
    pub fn wording_of(&self, digest: &DigestRef<'_>, rarity: impl Fn(usize) -> f32) -> Wording {
        let (titles, end) = (digest.title, digest.title + digest.claim);
        let claim = if digest.claim > 0 { titles..end } else { 0..titles };
        let (mut wording, mut said) = (Wording::default(), Covered::default());
        for (at, word) in digest.words.iter().take(end).enumerate() {
            let place = self.place(*word);
            wording.places.extend(place.and_then(|place| u16::try_from(place).ok()));
            if claim.contains(&at) {
                said.add(rarity(at), place.is_some());
                let lacking = if place.is_none() { rarity(at) } else { 0.0 };
                wording.lacking = wording.lacking.max(lacking);
            }
        }
        wording.places.sort_unstable();
        wording.places.dedup();
        let weight = |place: &u16| self.weights.get(usize::from(*place)).copied();
        let weight: f32 = wording.places.iter().filter_map(weight).sum();
        wording.coverage = weight / self.mass;
        wording.said = said.share();
        wording
    }

    /// Whether a post that says the claim of `one` says that of `other` with the same words.
    pub fn both_say(&self, one: &Wording, other: &Wording) -> bool {
        one.is_shared_by(other, self.weights)
    }

    /// The passage most like the post in an article of about so many words, by where those of the
    /// post stand in it: in order, each place once.
    pub fn passage(&self, hits: &[Hit], words: usize) -> Passage {
        let long = self.strong.len().clamp(PASSAGE_WORDS.0, PASSAGE_WORDS.1);
        let held = long.min(words.max(1)) as f32;
        let mut times = vec![0_u16; self.strong.len()];
        let mut weight = 0.0;
        let mut first = 0;
        let mut best = Passage::default();
        for (last, hit) in hits.iter().enumerate() {
            let place = usize::from(hit.place);
            times[place] += 1;
            if times[place] == 1 {
                weight += self.weights[place];
            }
            while hits[first].at as usize + long <= hit.at as usize {
                let gone = usize::from(hits[first].place);
                first += 1;
                times[gone] -= 1;
                if times[gone] == 0 {
                    weight -= self.weights[gone];
                }
            }
            let said = ((last + 1 - first) as f32 / held).min(1.0);
            let coverage = (weight / self.mass).clamp(0.0, 1.0);
            if coverage * said > best.coverage * best.said {
                best = Passage { coverage, said };
            }
        }
        best
    }

    /// Shares of four-letter runs: of the check's that the post has, and of both.
    fn letters(&self, grams: &[u32]) -> (f32, f32) {
        let has = |gram: u32| self.grams[(gram >> 6) as usize & 0x3ff] >> (gram & 63) & 1;
        let halves = grams.iter().flat_map(|two| [two >> 16, two & 0xffff]);
        let found = halves.map(has).sum::<u64>() as f32;
        let all = grams.len() as f32 * 2.0;
        if found == 0.0 {
            return (0.0, 0.0);
        }
        (found / all, found / (all * self.gram_count.max(1) as f32).sqrt())
    }
}

fn ratio(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { (part as f32 / whole as f32).min(1.0) }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Title,
    Claim,
    Summary,
}

#[derive(Debug, Clone, Copy, Default)]
struct Covered {
    all: f32,
    found: f32,
}

impl Covered {
    fn add(&mut self, rarity: f32, found: bool) {
        self.all += rarity;
        if found {
            self.found += rarity;
        }
    }

    fn share(self) -> f32 {
        if self.all > 0.0 { self.found / self.all } else { 0.0 }
    }
}

/// What adds up over the words of a check.
#[derive(Debug, Default)]
struct Both {
    title: Covered,
    claim: Covered,
    numbers_shared: usize,
    numbers_missing: usize,
    /// Weight of words that stand beside each other in both.
    neighbours: f32,
    before: Option<(Part, usize)>,
}

impl Both {
    fn add(&mut self, part: Part, word: u32, rarity: f32, place: Option<usize>) {
        match part {
            Part::Title => self.title.add(rarity, place.is_some()),
            Part::Claim => self.claim.add(rarity, place.is_some()),
            Part::Summary => {}
        }
        if part == Part::Claim && is_number(word) {
            *(if place.is_some() {
                &mut self.numbers_shared
            } else {
                &mut self.numbers_missing
            }) += 1;
        }
        if let (Some((before, at)), Some(place)) = (self.before, place)
            && before == part
            && part != Part::Summary
            && place == at + 1
        {
            self.neighbours += rarity;
        }
        self.before = place.map(|place| (part, place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::analysis::Analyzers;
    use crate::claim::post::Post;

    /// The passage of an article of these words.
    fn passage_in(asked: &Asked<'_>, article: &str) -> Passage {
        let (mut hits, mut words) = (Vec::new(), 0);
        Analyzers::new().document_terms(article, Some("en"), |term| {
            let place = asked.place(hash(term));
            hits.extend(place.map(|place| Hit { at: words, place: place as u16 }));
            words += 1;
        });
        asked.passage(&hits, words as usize)
    }

    #[test]
    fn places_are_those_of_the_names() {
        for (place, name) in [
            (BM25, "bm25"),
            (ARTICLE, "article"),
            (COVERAGE, "coverage"),
            (BOTH, "both-coverages"),
            (PASSAGE, "passage"),
            (LETTERS, "letters"),
            (COSINE, "cosine"),
        ] {
            assert_eq!(FEATURES[place], name);
        }
    }

    #[test]
    fn the_passage_that_quotes_the_post_is_found() {
        let post = Post {
            lang: Some("en".to_owned()),
            ..Post::of("A shark swam on the highway in Houston today")
        };
        let query = Query::of(&post, &Analyzers::new());
        let weights = vec![2.0; query.terms.len()];
        let asked = Asked::of(&query, &weights);
        let about = "The storm was long. ".repeat(50);
        let quoting =
            format!("{about} One post said: a shark swam on the highway in Houston. {about}");
        let found = passage_in(&asked, &quoting);
        assert!(found.coverage > 0.7 && found.said > 0.6, "{found:?}");
        let scattered = format!("shark {about} swam {about} highway {about} Houston {about} today");
        let other = passage_in(&asked, &scattered);
        assert!(other.coverage * other.said < 0.1, "{other:?}");
        assert_eq!(asked.passage(&[], 0), Passage::default());

        let mut features = [0.0; FEATURE_COUNT];
        found.stand_in(&mut features);
        assert_eq!(features[PASSAGE], found.coverage * found.said);
        let before = features;
        other.stand_in(&mut features);
        features[PASSAGE] = before[PASSAGE];
        assert_eq!(features, before, "a worse passage does not stand in for the claim");
        assert!((features[COVERAGE] - found.coverage).abs() < 1e-6);
    }
}
