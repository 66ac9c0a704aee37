//! `Digest`: what ranking needs of a check, small enough to keep that of every check in memory.

use super::analysis::Analyzers;
use super::review::{ClaimReview, address_key};

/// Most words kept of a title, of a claim and of a summary.
const TITLE_WORDS_MAX: usize = 48;
const CLAIM_WORDS_MAX: usize = 96;
const SUMMARY_WORDS_MAX: usize = 200;
/// Most four-letter runs kept of title and claim together.
const GRAMS_MAX: usize = 255;
/// Letters of title and claim that four-letter runs are taken from.
const GRAM_CHARS_MAX: usize = 400;
/// Characters of the summary that are read.
const SUMMARY_CHARS_MAX: usize = 1_000;
/// Numbers of a run before its words: day, kin, page, lengths, number of four-letter runs.
pub const HEAD: usize = 5;

/// A check in numbers, laid out in one run: day, kin, page, lengths, then the words of title, claim
/// and summary as 32-bit hashes of their index terms, then four-letter runs, two to a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest(Vec<u32>);

/// A [`Digest`] where it lies.
#[derive(Debug, Clone, Copy, Default)]
pub struct DigestRef<'a> {
    /// Day of publication, in days from the common era; 0 where it is not known.
    pub day: i32,
    /// Equal for checks that are the same check again: see [`kin`].
    pub kin: u32,
    /// Equal for checks of one page, 0 where it has none: see [`page`].
    pub page: u32,
    /// Where the words begin, for weights that are kept beside them.
    pub words: &'a [u32],
    /// Words of the title.
    pub title: usize,
    /// Words of the claim, which follow those of the title.
    pub claim: usize,
    /// Four-letter runs of title and claim, two to a number; an odd last one stands twice.
    pub grams: &'a [u32],
}

/// A digest with the rarity of its words, in steps of 1 / [`RARITY_STEPS`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen<'a> {
    /// The digest.
    pub digest: DigestRef<'a>,
    /// A rarity for each of the digest's words.
    pub rarities: &'a [u8],
}

/// Steps per unit of inverse document frequency in which a word's rarity is kept.
pub const RARITY_STEPS: f32 = 20.0;

impl Seen<'_> {
    /// Inverse document frequency of the word at `place`.
    pub fn rarity(&self, place: usize) -> f32 {
        self.rarities.get(place).map_or(0.0, |steps| f32::from(*steps) / RARITY_STEPS)
    }
}

impl Digest {
    /// The digest of a check.
    pub fn of(review: &ClaimReview, analyzers: &Analyzers) -> Self {
        let language = review.in_language.as_deref();
        let words = |text: Option<&str>, most: usize| {
            let mut words = Vec::new();
            analyzers.document_terms(text.unwrap_or_default(), language, |term| {
                if words.len() < most {
                    words.push(hash(term));
                }
            });
            words
        };
        let title = words(review.name.as_deref(), TITLE_WORDS_MAX);
        let claim = words(review.claim_reviewed.as_deref(), CLAIM_WORDS_MAX);
        let summary = review.summary(SUMMARY_CHARS_MAX);
        let mut summary = words(summary.as_deref(), SUMMARY_WORDS_MAX);
        summary.sort_unstable();
        summary.dedup();
        summary.retain(|word| !title.contains(word) && !claim.contains(word));
        let mut grams = Vec::new();
        for text in [&review.name, &review.claim_reviewed].into_iter().flatten() {
            grams_of(text, GRAM_CHARS_MAX, |gram| grams.push(gram));
        }
        grams.sort_unstable();
        grams.dedup();
        grams.truncate(GRAMS_MAX);

        let mut run = Vec::with_capacity(HEAD + title.len() + claim.len() + summary.len() + 128);
        let day = review.date_published.map_or(0, |day| chrono::Datelike::num_days_from_ce(&day));
        run.push(day.cast_unsigned());
        run.push(kin(review));
        run.push(page(review));
        run.push((title.len() | claim.len() << 8 | summary.len() << 16) as u32);
        run.push(grams.len() as u32);
        run.extend(title.iter().chain(&claim).chain(&summary));
        run.extend(grams.chunks(2).map(|pair| {
            let first = u32::from(pair[0]);
            first << 16 | pair.get(1).map_or(first, |second| u32::from(*second))
        }));
        Self(run)
    }

    /// As it is kept, little-endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|number| number.to_le_bytes()).collect()
    }
}

impl<'a> DigestRef<'a> {
    /// Reads a run; one that is not whole is read as empty.
    pub fn of(run: &'a [u32]) -> Self {
        Self::read(run).unwrap_or_default()
    }

    fn read(run: &'a [u32]) -> Option<Self> {
        let [day, kin, page, lengths, grams, rest @ ..] = run else { return None };
        let [title, claim, summary] = [0, 8, 16].map(|shift| (lengths >> shift & 0xff) as usize);
        let (words, rest) = rest.split_at_checked(title + claim + summary)?;
        let grams = rest.get(..(*grams as usize).div_ceil(2))?;
        Some(Self { day: day.cast_signed(), kin: *kin, page: *page, words, title, claim, grams })
    }

    /// Whether two checks are the same again: of one publisher and title, or on one page.
    pub fn is_again(&self, other: &Self) -> bool {
        self.kin == other.kin || (self.page != 0 && self.page == other.page)
    }

    /// Words of the claim, or of the title where there is no claim.
    pub fn said(&self) -> &'a [u32] {
        let (title, rest) = self.words.split_at_checked(self.title).unwrap_or_default();
        if self.claim == 0 { title } else { rest.get(..self.claim).unwrap_or_default() }
    }

    /// The distinct words of the check.
    pub fn distinct_words(&self) -> impl Iterator<Item = u32> {
        let said = self.title + self.claim;
        let words = self.words;
        words
            .iter()
            .enumerate()
            .filter(move |(place, word)| *place >= said || !words[..*place].contains(word))
            .map(|(_, word)| *word)
    }
}

/// Equal for checks that are the same check again: same publisher and title, or the same page.
pub fn kin(review: &ClaimReview) -> u32 {
    match (&review.name, review.host()) {
        (Some(name), Some(host)) => {
            let letters = name.chars().filter(|c| c.is_alphanumeric());
            hash(&format!("{host} {}", letters.flat_map(char::to_lowercase).collect::<String>()))
        }
        _ => hash(&review.url.as_deref().map_or_else(|| review.identity(), address_key)),
    }
}

/// Equal for checks on the same page; 0 where a check has none of its own.
pub fn page(review: &ClaimReview) -> u32 {
    let page = review.url.as_deref().map(address_key);
    let own = |page: &String| page.split_once('/').is_some_and(|(_, path)| !path.is_empty());
    page.filter(own).map_or(0, |page| hash(&page))
}

/// FNV-1a, 32 bits: stable across builds, because it is kept. The highest bit tells numbers from
/// words.
pub fn hash(text: &str) -> u32 {
    let hash = text
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let number = text.starts_with(|c: char| c.is_ascii_digit());
    if number { hash | NUMBER } else { hash & !NUMBER }
}

/// Whether a hashed word is a number.
pub fn is_number(word: u32) -> bool {
    word & NUMBER != 0
}

const NUMBER: u32 = 1 << 31;

/// The four-letter runs of a text's words, each word between blanks, as 16-bit hashes.
pub fn grams_of(text: &str, chars_max: usize, mut keep: impl FnMut(u16)) {
    let mut window = [' '; 4];
    let mut step = |c: char, first: bool| {
        window.rotate_left(1);
        window[3] = c;
        if !first {
            let mixed = window.iter().fold(0_u32, |mixed, c| {
                (mixed.rotate_left(5) ^ u32::from(*c)).wrapping_mul(0x9e37_79b9)
            });
            keep((mixed >> 16) as u16);
        }
    };
    let mut blank = true;
    let mut begun = 0;
    for c in text.chars().take(chars_max).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            begun += 1;
            step(c, begun < 3);
            blank = false;
        } else if !blank {
            step(' ', begun < 2);
            blank = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review() -> ClaimReview {
        ClaimReview {
            name: Some("Is there a shark on the highway?".to_owned()),
            claim_reviewed: Some("A shark swam on a flooded highway in Houston.".to_owned()),
            abstract_: Some("The photo was made with a computer. No shark.".to_owned()),
            url: Some("https://example.org/shark".to_owned()),
            in_language: Some("en".to_owned()),
            date_published: chrono::NaiveDate::from_ymd_opt(2017, 8, 28),
            ..ClaimReview::default()
        }
    }

    #[test]
    fn a_digest_is_read_as_it_was_made() {
        let Digest(run) = Digest::of(&review(), &Analyzers::new());
        let read = DigestRef::of(&run);
        assert_eq!(read.day, 736_569);
        assert_eq!((read.kin, read.page), (kin(&review()), page(&review())));
        assert_eq!(read.words[..read.title], [hash("shark"), hash("highway")]);
        assert!(read.words[read.title..].starts_with(&[hash("shark"), hash("swam")]));
        assert!(read.words.contains(&hash("comput")));
        let shark = read.distinct_words().filter(|word| *word == hash("shark"));
        assert_eq!(shark.count(), 1);
        assert!(read.grams.len() > 10);
    }

    #[test]
    fn a_run_that_is_not_whole_is_empty() {
        let Digest(run) = Digest::of(&review(), &Analyzers::new());
        for end in 0..run.len() {
            assert!(DigestRef::of(&run[..end]).words.is_empty(), "{end}");
        }
        assert!(DigestRef::of(&[0, 0, 0, u32::MAX, u32::MAX, 1, 2]).words.is_empty());
    }

    #[test]
    fn the_same_check_again_has_the_title_or_the_page() {
        let is_again = |one: &ClaimReview, other: &ClaimReview| {
            let [one, other] = [one, other].map(|review| Digest::of(review, &Analyzers::new()).0);
            DigestRef::of(&one).is_again(&DigestRef::of(&other))
        };
        let with = |name: &str, url: &str| ClaimReview {
            name: Some(name.to_owned()),
            url: Some(url.to_owned()),
            ..review()
        };
        let shark = with("A shark?", "https://example.org/shark");
        assert!(is_again(&shark, &with("A SHARK", "https://example.org/other")));
        assert!(is_again(
            &shark,
            &with("Another title", "https://www.example.org/shark?utm_source=x")
        ));
        assert!(!is_again(&shark, &with("Another title", "https://example.org/other")));
        assert!(!is_again(&with("One", "https://a.org/"), &with("Two", "https://a.org/")));
    }

    #[test]
    fn runs_of_letters_survive_a_slip_of_the_thumb() {
        let runs = |text| {
            let mut runs = Vec::new();
            grams_of(text, 100, |gram| runs.push(gram));
            runs
        };
        let (right, wrong) = (runs("vaccination drive"), runs("vacination drive"));
        let shared = wrong.iter().filter(|gram| right.contains(gram)).count();
        assert!(shared * 10 >= right.len() * 7, "{shared} of {}", right.len());
        assert!(runs("a").is_empty() && runs("").is_empty());
    }
}
