//! `Sketch`: by what texts are known that say nearly the same, word for word.
//!
//! MinHash (Broder 1997) over runs of four letters: the share of equal places in two sketches
//! estimates the share of runs that both texts have (Jaccard). Pieces of a sketch ("bands",
//! Leskovec et al., *Mining of Massive Datasets*, ch. 3) are equal where texts are much alike, so
//! that candidates are found by looking up, not by comparing with all.

use super::guard::contradictions;
use super::query::clean;

/// Places of a sketch: the standard error of a likeness of 0.5 is 0.05.
const PLACES: usize = 96;
/// Pieces; texts alike by 0.5, 0.6 and 0.7 share one with a chance of 0.79, 0.97 and 0.998.
pub const BANDS: usize = 24;
const ROWS: usize = PLACES / BANDS;
/// Letters of a run.
const RUN: usize = 4;
/// Letters of a text that are looked at.
const CHARS_MAX: usize = 1_000;
/// Texts with fewer distinct runs say too little to be known again.
const RUNS_MIN: usize = 24;
/// Likeness from which on two posts make one claim. Of 18 million pairs of ordinary posts 13 are
/// as alike, most of them places and greetings.
pub const SAME_CLAIM: f32 = 0.5;
/// Likeness from which on what people decided about one post holds for the other.
pub const SAME_POST: f32 = 0.7;

/// What a text is known by. Nothing of the text can be read from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch([u32; PLACES]);

impl Sketch {
    /// The sketch of a post without its addresses; `None` if it is too short to be known again.
    pub fn of(post: &str) -> Option<Self> {
        let (text, _) = clean(post);
        let mut runs = Vec::with_capacity(text.len());
        let mut run = [' '; RUN];
        let mut before = ' ';
        let letters = text.chars().flat_map(char::to_lowercase);
        let letters = letters.map(|c| if c.is_alphanumeric() { c } else { ' ' });
        for c in letters.take(CHARS_MAX) {
            if c == ' ' && before == ' ' {
                continue;
            }
            before = c;
            run.rotate_left(1);
            run[RUN - 1] = c;
            runs.push(hash(&run));
        }
        runs.sort_unstable();
        runs.dedup();
        if runs.len() < RUNS_MIN {
            return None;
        }
        let mut places = [u32::MAX; PLACES];
        for run in runs {
            for (place, (multiplier, shift)) in places.iter_mut().zip(&FAMILY) {
                let hashed = run.wrapping_mul(*multiplier).wrapping_add(*shift) >> 32;
                *place = (*place).min(hashed as u32);
            }
        }
        Some(Self(places))
    }

    /// How alike two texts are, from 0 to 1.
    pub fn likeness(&self, other: &Self) -> f32 {
        let same = self.0.iter().zip(&other.0).filter(|(one, other)| one == other).count();
        same as f32 / PLACES as f32
    }

    /// What the pieces are looked up by.
    pub fn bands(&self) -> [i64; BANDS] {
        let mut bands = [0; BANDS];
        for (at, (band, rows)) in bands.iter_mut().zip(self.0.chunks_exact(ROWS)).enumerate() {
            let mixed = rows.iter().fold(at as u64 + 1, |sum, row| mix(sum ^ u64::from(*row)));
            *band = i64::from_ne_bytes(mixed.to_ne_bytes());
        }
        bands
    }

    /// As it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|place| place.to_le_bytes()).collect()
    }

    /// From what was stored; `None` if it is no sketch.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let places: Vec<u32> = bytes
            .chunks_exact(4)
            .filter_map(|four| Some(u32::from_le_bytes(four.try_into().ok()?)))
            .collect();
        Some(Self(places.try_into().ok()?))
    }
}

/// Whether two posts that are alike also make the same claim: a changed name, number, place, date
/// or "not" changes few letters and everything else.
pub fn same_claim(one: &str, other: &str, lang: Option<&str>) -> bool {
    contradictions(one, &[other], lang).is_empty()
}

fn hash(run: &[char; RUN]) -> u64 {
    run.iter().fold(0, |sum, c| mix(sum ^ u64::from(u32::from(*c))))
}

/// The finaliser of SplitMix64 (Steele et al. 2014).
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Odd multipliers and shifts, one pair a place.
const FAMILY: [(u64, u64); PLACES] = {
    let mut family = [(0, 0); PLACES];
    let mut place = 0;
    while place < PLACES {
        let seed = place as u64 * 2;
        family[place] = (mix(seed) | 1, mix(seed + 1));
        place += 1;
    }
    family
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RUMOUR: &str =
        "Rice exported from China is made of plastic pellets, a customs officer in Lagos says";

    fn likeness(one: &str, other: &str) -> f32 {
        let sketch = |text| Sketch::of(text).expect("long enough");
        sketch(one).likeness(&sketch(other))
    }

    #[test]
    fn posts_that_differ_in_dress_alone_are_the_same() {
        let dressed = "RICE exported from China — is made of PLASTIC pellets!! a customs officer in \
                       Lagos says… https://t.co/abc123";
        assert!(likeness(RUMOUR, dressed) > 0.95);
        assert!(
            likeness(
                RUMOUR,
                "Forwarded: rice exported from China is made of plastic pellets, a customs officer \
             says"
            ) >= SAME_CLAIM
        );
        assert!(
            likeness(RUMOUR, "The customs office in Lagos exported rice made in China last year")
                < SAME_CLAIM
        );
    }

    #[test]
    fn posts_that_are_much_alike_share_a_piece() {
        let one = Sketch::of(RUMOUR).expect("a sketch");
        let other = Sketch::of(&format!("{RUMOUR}, wow!")).expect("a sketch");
        let shared = one.bands().iter().filter(|band| other.bands().contains(band)).count();
        assert!(shared > BANDS / 2, "{shared}");
        let far = Sketch::of("Drinking hot water with lemon every morning cures the flu")
            .expect("a sketch");
        assert!(one.bands().iter().all(|band| !far.bands().contains(band)));
    }

    #[test]
    fn what_is_changed_in_the_claim_is_another_claim() {
        let changed = RUMOUR.replace("China", "India");
        assert!(likeness(RUMOUR, &changed) >= SAME_CLAIM, "alike by letters");
        assert!(!same_claim(RUMOUR, &changed, Some("en")));
        assert!(same_claim(RUMOUR, &format!("{RUMOUR}!"), Some("en")));
    }

    #[test]
    fn too_little_is_not_known_again() {
        for text in ["", "happy birthday!", "https://example.org/a/very/long/address/indeed?q=1"] {
            assert_eq!(Sketch::of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn sketches_are_stored_whole_and_no_text_breaks_them(text in "\\PC{0,200}") {
            if let Some(sketch) = Sketch::of(&text) {
                prop_assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), Some(sketch.clone()));
                prop_assert!((sketch.likeness(&sketch) - 1.0).abs() < f32::EPSILON);
            }
            let whole = text.len() / 4 == PLACES;
            prop_assert_eq!(Sketch::from_bytes(text.as_bytes()).is_some(), whole);
        }
    }
}
