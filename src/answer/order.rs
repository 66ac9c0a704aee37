//! Order among checks that fit: preferred publishers first where they fit alike, and the same check
//! once.

use std::collections::HashSet;

use crate::claim::answer::Decision;
use crate::claim::digest::{kin, page};
use crate::store::Stored;

/// Checks whose probabilities differ by no more than this fit alike.
const ALIKE: f64 = 0.01;

/// Puts those of a better tier first among checks, best first, that fit alike and would be told
/// alike. `fits` gives probability and decision.
pub(super) fn prefer<T>(
    ranked: &mut [T],
    fits: impl Fn(&T) -> (f64, Decision),
    tier: impl Fn(&T) -> u8,
) {
    let mut rest = ranked;
    while let Some(first) = rest.first() {
        let (confidence, decision) = fits(first);
        let alike = rest
            .iter()
            .map(&fits)
            .take_while(|(other, told)| confidence - other <= ALIKE && *told == decision);
        let alike = alike.count().max(1);
        let (group, further) = rest.split_at_mut(alike);
        group.sort_by_key(&tier);
        rest = further;
    }
}

/// Drops checks that are the same check again: of one publisher and title, or on one page.
pub(super) fn once<T>(ranked: &mut Vec<T>, stored: impl Fn(&T) -> &Stored) {
    let (mut titles, mut pages) = (HashSet::new(), HashSet::new());
    ranked.retain(|one| {
        let review = &stored(one).review;
        let title = titles.insert(kin(review));
        let page = page(review);
        (page == 0 || pages.insert(page)) && title
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::review::ClaimReview;
    use crate::store::Trust;

    #[test]
    fn the_same_check_again_is_dropped_and_no_other() {
        let stored = |row, name: Option<&str>, url: &str| Stored {
            row,
            id: row.to_string(),
            version: 1,
            trust: Trust::Imported,
            withdrawn: false,
            review: ClaimReview {
                name: name.map(str::to_owned),
                url: Some(url.to_owned()),
                ..ClaimReview::default()
            },
        };
        let mut checks = vec![
            stored(1, None, "https://a.org/1"),
            stored(2, None, "https://a.org/2"),
            stored(3, Some("Shark?"), "https://a.org/3"),
            stored(4, Some("SHARK"), "https://a.org/4"),
            stored(5, Some("Another"), "https://a.org/3#claim"),
            stored(6, Some("Shark?"), "https://b.org/3"),
        ];
        once(&mut checks, |one| one);
        let rows: Vec<u64> = checks.iter().map(|one| one.row).collect();
        assert_eq!(rows, [1, 2, 3, 6]);
    }

    fn ordered(ranked: &[(f64, u8)]) -> Vec<u8> {
        let mut ranked = ranked.to_vec();
        let told = |(confidence, _): &(f64, u8)| {
            (*confidence, if *confidence >= 0.9 { Decision::Match } else { Decision::Possible })
        };
        prefer(&mut ranked, told, |(_, tier)| *tier);
        ranked.into_iter().map(|(_, tier)| tier).collect()
    }

    #[test]
    fn tiers_decide_only_among_checks_that_fit_and_are_told_alike() {
        assert_eq!(ordered(&[]), [0; 0]);
        assert_eq!(ordered(&[(0.95, 2), (0.945, 1), (0.942, 3)]), [1, 2, 3]);
        assert_eq!(ordered(&[(0.95, 3), (0.93, 1)]), [3, 1], "not alike");
        assert_eq!(ordered(&[(0.902, 3), (0.899, 1)]), [3, 1], "not told alike");
        // A chain of small steps is not alike from end to end.
        assert_eq!(ordered(&[(0.95, 3), (0.942, 2), (0.934, 1)]), [2, 3, 1]);
        assert_eq!(ordered(&[(f64::NAN, 3), (0.9, 1)]), [3, 1]);
    }
}
