//! Order among checks that fit: preferred publishers first where they fit alike, and the same check
//! once.

use crate::claim::answer::Decision;
use crate::claim::review::address_key;
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

/// Equal for checks that are the same check again: same page, or same publisher and title.
pub(super) fn same_key(stored: &Stored) -> String {
    let review = &stored.review;
    match (&review.name, review.host()) {
        (Some(name), Some(host)) => {
            let letters = name.chars().filter(|c| c.is_alphanumeric());
            format!("{host} {}", letters.flat_map(char::to_lowercase).collect::<String>())
        }
        _ => review.url.as_deref().map_or_else(|| stored.id.clone(), address_key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
