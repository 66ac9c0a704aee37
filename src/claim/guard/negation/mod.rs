//! The guard of negation: one side denies what the other says, or says it with the opposite word.

mod antonyms;
mod denial;
mod lexicon;
mod polarity;

use std::collections::{HashMap, HashSet};

use super::words::{Text, Word};
use lexicon::Sort;

/// Words after a negation among which is what it denies.
const SCOPE: usize = 6;
/// Content words that the denied clause must share with the claim.
const SHARED_MIN: usize = 2;
/// Share of a claim's words from which on a text repeats it.
const SAME_WORDS: f32 = 0.75;

/// What says that a thing is untrue, after "is", "was", "are" or alone.
const UNTRUE: [&str; 16] = [
    "false",
    "fake",
    "hoax",
    "myth",
    "debunked",
    "untrue",
    "lie",
    "nonsense",
    "misinformation",
    "disproven",
    "rumor",
    "falso",
    "falsa",
    "bulo",
    "mentira",
    "faux",
];

/// Content stems that each clause shares with a claim, found in one pass.
type Shared<'a> = HashMap<u16, HashSet<&'a str>>;

fn shared<'a>(text: &'a Text, claim: &Text) -> Shared<'a> {
    let mut shared = Shared::new();
    for word in text.words.iter().filter(|word| word.content()) {
        if claim.stems.contains(&word.stem) {
            shared.entry(word.clause).or_default().insert(word.stem.as_str());
        }
    }
    shared
}

/// Whether the text says of what it tells that it is untrue: "... is false".
fn calls_untrue(text: &Text, claim: &Text, shared: &Shared<'_>) -> bool {
    let claims = claim.words.iter().any(|word| UNTRUE.contains(&word.text.as_str()));
    let needed = SHARED_MIN.min(claim.stems.len());
    text.words.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).map_or("", |at| text.get(at));
        let before_two = at.checked_sub(2).map_or("", |at| text.get(at));
        let be =
            |word| matches!(word, "is" | "was" | "are" | "were" | "been" | "es" | "e" | "it's");
        let copula = be(before) || (matches!(before, "a" | "an" | "un" | "una") && be(before_two));
        let news = matches!(text.get(at + 1), "news" | "media" | "flag" | "positive" | "positives");
        UNTRUE.contains(&word.text.as_str())
            && copula
            && !news
            && !claims
            && !negates(before, Some("en"))
            && shared.get(&word.clause).map_or(0, HashSet::len) >= needed
    })
}

/// Where post and claim hold opposite words in the same place: their places in each.
fn opposed(post: &Text, claim: &Text, shared: &Shared<'_>) -> (HashSet<usize>, HashSet<usize>) {
    let words = |text: &Text| -> Vec<(usize, bool, usize)> {
        let all = text.words.iter().enumerate().filter(|(_, word)| !word.whole_tag);
        // "For" takes a side only in a vote.
        let voted = |at: usize| {
            !matches!(text.get(at), "for" | "against")
                || text.get(at.wrapping_sub(1)).starts_with("vot")
        };
        all.filter(|(at, _)| voted(*at))
            .flat_map(|(at, word)| {
                antonyms::sides(&word.text).map(move |(pair, left)| (pair, left, at))
            })
            .collect()
    };
    let (mine, theirs) = (words(post), words(claim));
    let direction =
        |text: &Text| text.words.iter().any(|word| matches!(word.text.as_str(), "up" | "down"));
    let loose = direction(post) && direction(claim);
    let mut places = (HashSet::new(), HashSet::new());
    for (pair, left, at) in &mine {
        let same = |all: &[(usize, bool, usize)], side: bool| {
            all.iter().any(|(other, left, _)| other == pair && *left == side)
        };
        let exchanged = same(&theirs, !left) && !same(&theirs, *left) && !same(&mine, !left);
        let clause = post.words.get(*at).map_or(0, |word| word.clause);
        let shared = shared.get(&clause).map_or(0, HashSet::len);
        let needed = SHARED_MIN.min(claim.stems.len().div_ceil(2).saturating_sub(1)).max(1);
        if exchanged && !loose && shared >= needed {
            places.0.insert(*at);
            let its = theirs.iter().filter(|(other, _, _)| other == pair);
            places.1.extend(its.map(|(_, _, at)| *at));
        }
    }
    places
}

/// Whether a word denies by itself, in a language or in any.
pub(super) fn negates(word: &str, lang: Option<&str>) -> bool {
    lexicon::sort(word, lang) == Some(Sort::Not)
}

/// Words around two neighbours in a claim within which its own denial may stand.
const NEAR: usize = 3;

/// Whether a text that has most of a claim's own words has a denial put between two that are
/// neighbours there, or before the first: whatever else it says, it denies that claim.
fn put_in(text: &Text, claim: &Text, lang: Option<&str>) -> bool {
    if text.overlap(claim, &HashSet::new()) < SAME_WORDS {
        return false;
    }
    let denial = |word: &Word| negates(&word.text, lang);
    let tells = |word: &Word| word.content() && !denial(word);
    let order: Vec<usize> =
        (0..claim.words.len()).filter(|at| claim.words.get(*at).is_some_and(tells)).collect();
    // What the claim denies itself is not denied by who repeats it, in whichever order.
    let denied = |from: usize, to: usize| {
        let clause = |at: usize| claim.words.get(at).map(|word| word.clause);
        let near =
            |at: usize| (from.saturating_sub(NEAR)..=to).contains(&at) || clause(at) == clause(to);
        claim
            .words
            .iter()
            .enumerate()
            .filter(|(at, _)| near(*at))
            .any(|(_, word)| lexicon::sort(&word.text, lang).is_some_and(Sort::plain))
    };
    let is = |at: usize, word: &Word| claim.words.get(at).is_some_and(|its| its.stem == word.stem);
    text.words.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).map_or("", |at| text.get(at));
        let next = text.get(at + 1);
        let idiom =
            matches!(next, "only" | "just" | "even" | "merely" | "doubt" | "wonder" | "one")
                && !claim.words.iter().any(|its| its.text == next)
                || word.text == "no" && matches!(before, "there's" | "say" | "said" | "says");
        if !denial(word) || idiom || word.tagged || word.asked {
            return false;
        }
        let same = |other: &&Word| other.sentence == word.sentence;
        let head = || text.words.iter().take(at).rev().take_while(same);
        let after = text.words.iter().skip(at + 1).take(SCOPE).take_while(same);
        let Some(after) = after.into_iter().find(|word| tells(word)) else { return false };
        match head().take(SCOPE).find(|word| tells(word)) {
            Some(before) => order.windows(2).any(|pair| {
                let [one, two] = *pair else { return false };
                is(one, before) && is(two, after) && !denied(one, two)
            }),
            // "It is not legal": no telling word before, and the claim begins as the text does.
            None => order.first().is_some_and(|first| {
                let begins = claim.words.get(..*first).unwrap_or_default();
                let claimed = |word: &Word| begins.iter().any(|its| its.text == word.text);
                is(*first, after) && !denied(0, *first) && head().count() > 0 && head().all(claimed)
            }),
        }
    })
}

/// Whether the post says the opposite of the claim.
pub(super) fn opposite(post: &Text, claim: &Text, lang: Option<&str>) -> bool {
    if put_in(post, claim, lang) {
        return true;
    }
    let shared = shared(post, claim);
    let opposed = opposed(post, claim, &shared);
    let denied =
        polarity::contrary(post, claim, lang, &opposed) || calls_untrue(post, claim, &shared);
    denied == opposed.0.is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::{Guard, contradictions};

    fn fires(post: &str, claim: &str) -> bool {
        contradictions(post, &[claim], None).contains(&Guard::Negation)
    }

    #[test]
    fn a_denial_put_into_the_claims_own_words() {
        for (post, claim) in [
            ("Leeds is not the only town with a ferry", "Leeds is the only town with a ferry."),
            ("Ferries must not be free", "Ferries must be free."),
            ("the ferry has not \"been full for years\"", "The ferry has \"been full for years.\""),
            ("The ferry is not also a bus", "The ferry is also a bus."),
        ] {
            assert!(fires(post, claim), "{post}");
        }
        assert!(!fires(
            "Leeds is not only a town, it has a ferry",
            "Leeds is a town with a ferry."
        ));
    }

    #[test]
    fn what_denies_the_claim() {
        let claim = "Vaccines cause autism in children.";
        assert!(fires("vaccines do not cause autism, period", claim));
        assert!(fires("vaccines don't cause autism", claim));
        assert!(fires("there's no evidence vaccines cause autism", claim));
        assert!(fires("El café no provoca cáncer", "El café provoca cáncer."));
        assert!(fires("le vaccin ne modifie pas notre ADN", "Le vaccin modifie l'ADN."));
        assert!(fires(
            "die Impfung verändert das Erbgut nicht",
            "Die Impfung verändert das Erbgut."
        ));
    }

    #[test]
    fn a_denial_put_into_the_words_of_a_claim() {
        for (post, claim) in [
            (
                "California has not banned a popular type of ammunition, the .45 ACP.",
                "California has banned a popular type of ammunition, the .45 ACP.",
            ),
            (
                "The $20 bill cannot be folded to show the burning towers, free of charge",
                "The $20 bill can be folded to show the burning towers, free of charge",
            ),
            (
                "Video does not show a crowd that failed to save a whale",
                "Video shows a crowd that failed to save a whale.",
            ),
            ("Sir Alex Ferguson never said he saw it", "Sir Alex Ferguson said he saw it."),
            ("It is not legal to stop a statue", "It is legal to stop a statue."),
            ("They found no evidence of fraud", "They found evidence of fraud, without a doubt."),
            ("O vídeo não mostra a multidão", "O vídeo mostra a multidão, sem dúvida."),
        ] {
            assert!(fires(post, claim), "{post}");
            assert!(!fires(claim, claim), "{claim}");
        }
        for (post, claim) in [
            (
                "the coat read I REALLY DON'T CARE, DO U?",
                "She wore a coat with \"I don't really care\".",
            ),
            ("They won't tell you vaccines cause autism", "Vaccines cause autism."),
            ("Vaccines not only cause autism, they kill", "Vaccines cause autism."),
            ("Don't they say it is legal to stop a statue?", "It is legal to stop a statue."),
        ] {
            assert!(!fires(post, claim), "{post}");
        }
    }

    #[test]
    fn opposite_words() {
        assert!(fires(
            "home schooling is legal under the new law",
            "The law makes home schooling illegal."
        ));
        assert!(fires("Trump lost the popular vote", "Trump won the popular vote."));
        assert!(!fires(
            "home schooling is not legal here",
            "The law makes home schooling illegal."
        ));
    }

    #[test]
    fn negations_of_something_else() {
        let claim = "Vaccines cause autism in children.";
        assert!(!fires("they won't tell you vaccines cause autism", claim));
        assert!(!fires("I'm not kidding. vaccines cause autism", claim));
        assert!(!fires("not only do vaccines cause autism", claim));
        assert!(!fires("Don't vaccines cause autism?", claim));
        assert!(!fires("vaccines cause autism and not one doctor says it", claim));
    }
}
