//! What people decided about posts and checks, at hand while answering: a pair that was wrong is
//! not offered again, not for posts that are much alike either; one that was right is stated.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::claim::sketch::{SAME_POST, Sketch, same_claim};
use crate::store::{Pair, Store, Verdict};

/// How often it is looked whether something was decided, here or by a command.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Pairs of one piece that are compared.
const LIKE_MAX: usize = 64;

/// What people decided, by pieces of the posts' sketches.
#[derive(Default)]
pub(super) struct Decisions(Mutex<Known>);

#[derive(Default)]
struct Known {
    looked: Option<Instant>,
    version: i64,
    pairs: Arc<Pairs>,
}

#[derive(Default)]
pub(super) struct Pairs {
    all: Vec<Pair>,
    by_band: HashMap<i64, Vec<u32>>,
}

/// What was decided about posts like one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ruled {
    /// Checks that are about other claims.
    pub(super) wrong: Vec<String>,
    /// Checks that are about this one.
    pub(super) right: Vec<Right>,
}

/// A check that people confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Right {
    /// Identity of the check.
    pub(super) id: String,
    /// Whether it was confirmed for just this claim. Of a post that was not public only a sketch
    /// is left, and a number or a denial changes that less than a greeting does.
    pub(super) surely: bool,
}

impl Decisions {
    /// The decisions so far, at most a second old.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) fn known(&self, store: &Store) -> Result<Arc<Pairs>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.looked.is_none_or(|looked| looked.elapsed() >= LOOK_EVERY) {
            let version = store.pairs_version()?;
            if version != known.version {
                known.pairs = Arc::new(Pairs::of(store.pairs()?));
                known.version = version;
            }
            known.looked = Some(Instant::now());
        }
        Ok(Arc::clone(&known.pairs))
    }

    /// What was decided a moment ago counts from now on.
    pub(super) fn look_again(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).looked = None;
    }
}

impl Pairs {
    fn of(all: Vec<Pair>) -> Self {
        let mut by_band: HashMap<i64, Vec<u32>> = HashMap::new();
        for (at, pair) in all.iter().enumerate() {
            for band in pair.sketch.bands() {
                by_band.entry(band).or_default().push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        Self { all, by_band }
    }

    /// What was decided about posts like this one; of two decisions about one check the later
    /// holds.
    pub(super) fn about(&self, text: &str, lang: Option<&str>) -> Ruled {
        let mut ruled = Ruled::default();
        if self.all.is_empty() {
            return ruled;
        }
        let Some(sketch) = Sketch::of(text) else { return ruled };
        let mut like: Vec<u32> = sketch
            .bands()
            .iter()
            .filter_map(|band| self.by_band.get(band))
            .flat_map(|pairs| pairs.iter().rev().take(LIKE_MAX).copied())
            .collect();
        like.sort_unstable_by(|one, other| other.cmp(one));
        like.dedup();
        for pair in like.iter().filter_map(|at| self.all.get(*at as usize)) {
            let id = &pair.review_id;
            if ruled.wrong.contains(id) || ruled.right.iter().any(|right| right.id == *id) {
                continue;
            }
            let likeness = sketch.likeness(&pair.sketch);
            if likeness < SAME_POST {
                continue;
            }
            if pair.text.as_deref().is_some_and(|decided| !same_claim(text, decided, lang)) {
                continue;
            }
            match pair.verdict {
                Verdict::Wrong => ruled.wrong.push(id.clone()),
                Verdict::Right => {
                    let surely = pair.text.is_some() || likeness >= 1.0;
                    ruled.right.push(Right { id: id.clone(), surely });
                }
            }
        }
        ruled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POST: &str =
        "They say the old bridge of Marnstadt was sold to a circus for one euro in March";

    fn pair(id: &str, review: &str, verdict: Verdict, text: &str) -> Pair {
        Pair {
            id: id.into(),
            review_id: review.into(),
            verdict,
            sketch: Sketch::of(text).expect("a sketch"),
            text: Some(text.to_owned()),
            confidence: 0.9,
        }
    }

    #[test]
    fn what_was_decided_holds_for_posts_much_alike_and_for_no_other() {
        let pairs = Pairs::of(vec![
            pair("1", "bridge", Verdict::Wrong, POST),
            pair("2", "circus", Verdict::Right, POST),
            pair(
                "3",
                "bridge",
                Verdict::Right,
                "Another text about something else altogether, dear friends",
            ),
        ]);
        let ruled = |text: &str| pairs.about(text, Some("en"));
        let both = Ruled { wrong: vec!["bridge".into()], right: vec![right("circus", true)] };
        assert_eq!(ruled(POST), both);
        assert_eq!(ruled(&format!("{POST}!! 😱 https://t.co/x1")), both);
        assert_eq!(ruled(&POST.replace("one euro", "nine million euros")), Ruled::default());
        assert_eq!(
            ruled("Good morning, lovely weather at the lake today, is it not?"),
            Ruled::default()
        );
    }

    fn right(id: &str, surely: bool) -> Right {
        Right { id: id.to_owned(), surely }
    }

    #[test]
    fn where_only_a_sketch_is_left_a_decision_is_sure_for_the_same_post_alone() {
        let decided = pair("1", "bridge", Verdict::Right, POST);
        let pairs = Pairs::of(vec![Pair { text: None, ..decided }]);
        let ruled = |text: &str| pairs.about(text, Some("en")).right;
        assert_eq!(ruled(POST), [right("bridge", true)]);
        assert_eq!(ruled(&POST.replace("March", "April")), [right("bridge", false)]);
    }

    #[test]
    fn the_later_decision_holds() {
        let pairs = Pairs::of(vec![
            pair("1", "bridge", Verdict::Wrong, POST),
            pair("2", "bridge", Verdict::Right, POST),
        ]);
        assert_eq!(pairs.about(POST, None).right, [right("bridge", true)]);
        assert_eq!(pairs.about(POST, None).wrong, [""; 0]);
    }
}
