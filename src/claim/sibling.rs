//! Siblings: checks of one claim are no rivals of each other. Which ones are is told by their words
//! first, which are at hand for every candidate, and then by their texts, which are read for few.

use super::digest::DigestRef;
use super::guard::{Guard, contradictions};
use super::review::ClaimReview;

/// Share of words in common from which two checks may be of one claim.
const ALIKE_FROM: f32 = 0.6;
/// A post says a check's claim if it has this share of the claim's weight, and the check this share
/// of the post's.
const SAID_FROM: (f32, f32) = (0.75, 0.5);
/// The post is the claim itself from this share of either on.
const VERBATIM_FROM: f32 = 0.95;
/// Share of what a check has of such a post from which on another one says the same.
const SAME_FROM: f32 = 0.9;
/// Rarity from which on a word may make the claim: where each check has one that the other lacks,
/// they are of two claims.
const RARE: f32 = 4.5;

/// How a check's claim is worded, seen from a post.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wording {
    /// Places in the post of the words that title or claim have, in order, each once.
    pub places: Vec<u16>,
    /// Share of the post's weight that they have.
    pub coverage: f32,
    /// Share of the claim's weight that the post has.
    pub said: f32,
    /// Rarity of the rarest word of the claim that the post lacks.
    pub lacking: f32,
}

impl Wording {
    /// Whether the post says this claim, whatever it says besides.
    pub fn is_said(&self) -> bool {
        self.said >= SAID_FROM.0 && self.coverage >= SAID_FROM.1
    }

    /// Whether the post is this claim, word for word but for those of grammar.
    pub fn is_verbatim(&self) -> bool {
        self.said >= VERBATIM_FROM && self.coverage >= VERBATIM_FROM
    }

    /// Whether another check says the same of a post that says this claim. `weights` are those of
    /// the post's words.
    pub fn is_shared_by(&self, other: &Self, weights: &[f32]) -> bool {
        let weight = |place: u16| weights.get(usize::from(place)).copied().unwrap_or_default();
        let (mut all, mut shared, mut rarest) = (0.0, 0.0, 0.0_f32);
        for place in &self.places {
            all += weight(*place);
            if other.places.binary_search(place).is_ok() {
                shared += weight(*place);
            } else {
                rarest = rarest.max(weight(*place));
            }
        }
        let replaced = rarest >= RARE && other.lacking >= RARE;
        self.is_said() && shared >= all * SAME_FROM && !replaced
    }
}

/// Whether the words of two claims are much the same.
pub fn are_alike(one: &DigestRef<'_>, other: &DigestRef<'_>) -> bool {
    let (one, other) = (one.said(), other.said());
    let shared = one.iter().filter(|word| other.contains(word)).count() as f32;
    shared > 0.0 && shared / (one.len() + other.len()) as f32 * 2.0 >= ALIKE_FROM
}

/// Whether nothing in the texts of two checks makes two claims of them: no other number, name,
/// place or date, and not the opposite.
pub fn are_of_one_claim(one: &ClaimReview, other: &ClaimReview) -> bool {
    let lang = one.in_language.as_deref().filter(|_| one.in_language == other.in_language);
    // A title is often the answer: only two claims can be each other's opposite.
    let both_claims = one.claim_reviewed.is_some() && other.claim_reviewed.is_some();
    contradictions(one.claim(), &[other.claim()], lang)
        .iter()
        .all(|guard| *guard == Guard::Negation && !both_claims)
}

#[cfg(test)]
mod tests {
    use super::super::analysis::Analyzers;
    use super::super::digest::Digest;
    use super::super::features::Asked;
    use super::super::post::Post;
    use super::super::query::Query;
    use super::*;

    fn check(claim: &str) -> ClaimReview {
        ClaimReview {
            claim_reviewed: Some(claim.to_owned()),
            in_language: Some("en".to_owned()),
            ..ClaimReview::default()
        }
    }

    fn titled(title: &str) -> ClaimReview {
        ClaimReview { name: Some(title.to_owned()), claim_reviewed: None, ..check("") }
    }

    /// Whether a post that says what `one` checked says the same of `other`, by words as rare as
    /// `rarity`.
    fn shared(post: &str, one: &ClaimReview, other: &ClaimReview, rarity: f32) -> bool {
        let analyzers = Analyzers::new();
        let post = Post { lang: Some("en".to_owned()), ..Post::of(post) };
        let query = Query::of(&post, &analyzers);
        let weights = vec![rarity; query.terms.len()];
        let asked = Asked::of(&query, &weights);
        let [one, other] = [one, other].map(|review| {
            let bytes = Digest::of(review, &analyzers).to_bytes();
            let (run, _) = bytes.as_chunks::<4>();
            let run: Vec<u32> = run.iter().map(|four| u32::from_le_bytes(*four)).collect();
            asked.wording_of(&DigestRef::of(&run), |_| rarity)
        });
        one.is_shared_by(&other, &weights)
    }

    const BRIDGE: &str = "The old bridge of Marnstadt was sold to a circus for nine euros";

    #[test]
    fn a_claim_told_at_length_is_the_same_claim() {
        let longer = check(
            "A viral post on Facebook says the old bridge of Marnstadt was sold to a travelling \
             circus for nine euros by the mayor's office",
        );
        assert!(shared(BRIDGE, &check(BRIDGE), &longer, 4.0));
        assert!(are_of_one_claim(&check(BRIDGE), &longer));
        let title =
            titled("No, the old bridge of Marnstadt was not sold to a circus for nine euros");
        assert!(shared(BRIDGE, &check(BRIDGE), &title, 4.0));
        assert!(are_of_one_claim(&check(BRIDGE), &title), "a title denies the claim");
    }

    #[test]
    fn what_makes_another_claim_of_it_keeps_it_a_rival() {
        for other in [
            "The old bridge of Marnstadt was sold to a circus for 900 euros",
            "The old bridge of Marnstadt was not sold to a circus for nine euros",
        ] {
            assert!(!are_of_one_claim(&check(BRIDGE), &check(other)), "{other}");
        }
        let other = check("The old bridge of Lindhaven was sold to a circus for nine euros");
        assert!(!shared(BRIDGE, &check(BRIDGE), &other, RARE), "a rare word for a rare one");
        let other = check("The mayor of Marnstadt sold a bridge, says the local paper");
        assert!(!shared(BRIDGE, &check(BRIDGE), &other, 4.0), "less than the post says");
    }

    #[test]
    fn a_post_that_only_names_the_topic_has_no_siblings() {
        let (one, other) = (check(BRIDGE), check("The bridge of Marnstadt is to be painted blue"));
        assert!(!shared("the bridge of Marnstadt", &one, &other, 4.0));
    }

    #[test]
    fn the_claim_itself_is_known_in_any_dress() {
        let verbatim = |said, coverage| Wording { said, coverage, ..Wording::default() };
        assert!(verbatim(1.0, 0.96).is_verbatim());
        assert!(!verbatim(1.0, 0.9).is_verbatim() && !verbatim(0.9, 1.0).is_verbatim());
    }
}
