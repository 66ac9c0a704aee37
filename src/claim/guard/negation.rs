//! The guard of negation: one side denies what the other says, or says it with the opposite word.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::antonyms;
use super::words::{Text, Word, stem};

/// Words after a negation among which is what it denies.
const SCOPE: usize = 6;
/// Content words that the denied clause must share with the claim.
const SHARED_MIN: usize = 2;
/// Share of a claim's words that its opposite must have, where the claim itself denies.
const DENIED_OVERLAP: f32 = 0.5;

/// Words that deny.
const NOT: [&str; 13] = [
    "not", "never", "cannot", "cant", "dont", "doesnt", "didnt", "isnt", "wasnt", "arent", "wont",
    "nor", "neither",
];

/// Verbs after which a negation denies nothing of the claim: "they won't tell you that ...".
const ATTITUDE: &str = "tell told want know knew care cares believe think see saw hear heard need trust matter \
    forget let ask understand say mention report reporting talk buy even only just sure \
    kidding joking lie surprised wonder mind like realize expect be get wait worry stop \
    alone seen said thought surprise share retweet miss cover show admit pretend blame \
    afford read";

/// Their stems, so that other forms of them count.
static FEELS: LazyLock<HashSet<String>> = LazyLock::new(|| ATTITUDE.split(' ').map(stem).collect());

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

/// Whether a word denies by itself, in a language or in any.
pub(super) fn negates(word: &str, lang: Option<&str>) -> bool {
    let lang = lang.and_then(|lang| lang.split(['-', '_']).next());
    let own = |code| lang.is_none_or(|lang| lang == code);
    NOT.contains(&word)
        || word.ends_with("n't")
        || (own("es") && matches!(word, "no" | "nunca" | "jamas"))
        || (own("pt") && matches!(word, "nao" | "nunca" | "jamais"))
        || (own("fr") && matches!(word, "ne" | "pas" | "jamais"))
        || (own("de") && matches!(word, "nicht" | "kein" | "keine" | "keinen" | "niemals"))
}

/// Where a text denies, by the place of the word that does.
fn denials(text: &Text) -> Vec<usize> {
    (0..text.words.len()).filter(|at| denies(text, *at)).collect()
}

fn denies(text: &Text, at: usize) -> bool {
    let word = text.get(at);
    let Some(here) = text.words.get(at).filter(|word| !word.tagged) else { return false };
    let (before, next, second) =
        (at.checked_sub(1).map_or("", |at| text.get(at)), text.get(at + 1), text.get(at + 2));
    // "Il n'est": in English "mentos n coke" is an "and".
    let elided_not = word == "n" && next.starts_with(['a', 'e', 'i', 'o', 'u', 'y']);
    let romance = elided_not || matches!(word, "no" | "nunca" | "jamas" | "nao" | "jamais" | "ne");
    let german = matches!(word, "nicht" | "kein" | "keine" | "keinen" | "niemals");
    let elided = word.starts_with("n'") && word.len() > 3;
    // "no" is a negation of Spanish; in English it stands before what there is none of.
    let none = word == "no" && NONE_OF.contains(&next);
    let spanish = word == "no" && SPANISH.contains(&next);
    let plain = negates(word, Some("en"));
    if !(plain || none || german || elided || (romance && word != "no") || spanish) {
        return false;
    }
    // "Didn't he say ...?", "isn't it true", "why not": asked, it affirms.
    let asks = here.asked && (here.first || clause_start(text, at));
    let idiom = matches!(
        (word, next),
        ("not", "only" | "just" | "even" | "a" | "kidding" | "gonna" | "surprised" | "to" | "one")
            | ("no", "one" | "wonder" | "doubt" | "matter" | "joke" | "way" | "more" | "longer")
            | ("never", "forget" | "mind" | "again" | "eating" | "let")
    ) && !(next == "a" && at > 0)
        || before == "why"
        || (word.ends_with("n't") && next == "it");
    let quip = word == "not"
        && matches!(next, "a" | "one")
        && matches!(second, "word" | "single" | "peep" | "soul" | "sound" | "person" | "doctor");
    // "Don't touch ...", "please don't share": a command.
    let command = matches!(word, "don't" | "dont")
        && (clause_start(text, at) || matches!(before, "please" | "pls" | "so" | "and" | "just"))
        || (word == "not" && before == "do" && clause_start(text, at.saturating_sub(1)));
    let feels = |word: &str| FEELS.contains(&stem(word));
    let attitude = feels(next) || (ADVERBS.contains(&next) && feels(second));
    let i = matches!(before, "i" | "we" | "you" | "u" | "you'll" | "i'll" | "dont" | "don't");
    // "Burn the sunscreen, not your skin": instead of it.
    let instead = word == "not" && !here.raw.starts_with('N') && !AUXILIARY.contains(&before);
    !(asks || idiom || quip || command || attitude || i || instead)
}

/// Words with a no in them, of any strength.
fn softly(word: &str) -> bool {
    let starts =
        ["refus", "fail", "reject", "declin", "deny", "denie", "lack", "unabl", "prohibit"];
    negates(word, None)
        || starts.iter().any(|start| word.starts_with(start))
        || matches!(
            word,
            "no" | "zero"
                | "zip"
                | "nada"
                | "none"
                | "nobody"
                | "nothing"
                | "without"
                | "anti"
                | "longer"
                | "free"
                | "un"
                | "nowhere"
                | "hardly"
                | "stop"
                | "stopped"
                | "kein"
                | "0"
                | "forbid"
                | "banned"
                | "ban"
                | "bans"
        )
}

const ADVERBS: [&str; 5] = ["even", "really", "ever", "actually", "want"];

/// What there is none of where a thing is denied; else "no" denies only what follows it.
const NONE_OF: [&str; 8] =
    ["evidence", "proof", "truth", "such", "plan", "plans", "link", "microchips"];

/// Verbs that "not" follows where it denies.
const AUXILIARY: [&str; 30] = [
    "is", "are", "was", "were", "be", "been", "being", "do", "does", "did", "has", "have", "had",
    "will", "would", "can", "could", "should", "shall", "must", "may", "might", "am", "it's",
    "that's", "there's", "he's", "she's", "they're", "has",
];

/// Verbs that follow a Spanish "no".
const SPANISH: [&str; 22] = [
    "es", "son", "provoca", "causa", "cura", "ha", "han", "fue", "va", "hay", "mata", "tiene",
    "dijo", "existe", "esta", "sirve", "puede", "contiene", "altera", "se", "compro", "murio",
];

fn clause_start(text: &Text, at: usize) -> bool {
    let clause = |at: usize| text.words.get(at).map(|word| word.clause);
    at == 0 || clause(at) != clause(at - 1)
}

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

/// Whether `at` denies what the claim says: what follows is the claim's own predicate, or what
/// stands before it the claim's subject, in the clause that is closest to the claim.
fn denies_claim(text: &Text, at: usize, claim: &Text, shared: &Shared<'_>) -> bool {
    let Some(here) = text.words.get(at) else { return false };
    let mut own = shared.get(&here.clause).map_or(0, HashSet::len);
    // "Hot water, it won't kill ...": what "it" is stands in the clause before.
    let pronoun = at.checked_sub(1).map_or("", |at| text.get(at));
    if matches!(pronoun, "it" | "they" | "this" | "that" | "these" | "he" | "she") {
        own += shared.get(&here.clause.saturating_sub(1)).map_or(0, HashSet::len);
    }
    let best = shared.values().map(HashSet::len).max().unwrap_or(0);
    let needed = SHARED_MIN.min(claim.stems.len().saturating_sub(1)).max(1);
    if own < best || own < needed {
        return false;
    }
    let of_claim = |word: &Word| word.content() && claim.stems.contains(&word.stem);
    let german = matches!(text.get(at), "nicht" | "kein" | "keine" | "keinen");
    let after = text.words.iter().skip(at + 1).take(SCOPE);
    let after = after.take_while(|word| word.clause == here.clause).any(of_claim);
    let before = text.words.iter().take(at).rev().take(SCOPE);
    let before = before.take_while(|word| word.clause == here.clause).any(of_claim);
    let single = text.words.last().is_some_and(|word| word.sentence == 0);
    after || (before && (single || own > SHARED_MIN)) || german
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

/// Whether post and claim hold opposite words in the same place.
fn opposed(post: &Text, claim: &Text, shared: &Shared<'_>) -> bool {
    let words = |text: &Text| -> Vec<(usize, bool, u16)> {
        let all = text.words.iter().enumerate().filter(|(_, word)| !word.whole_tag);
        // "For" takes a side only in a vote.
        let voted = |at: usize| {
            !matches!(text.get(at), "for" | "against")
                || text.get(at.wrapping_sub(1)).starts_with("vot")
        };
        all.filter(|(at, _)| voted(*at))
            .flat_map(|(_, word)| {
                antonyms::sides(&word.text).map(|(pair, left)| (pair, left, word.clause))
            })
            .collect()
    };
    let (mine, theirs) = (words(post), words(claim));
    let direction =
        |text: &Text| text.words.iter().any(|word| matches!(word.text.as_str(), "up" | "down"));
    let loose = direction(post) && direction(claim);
    mine.iter().any(|(pair, left, clause)| {
        let same = |all: &[(usize, bool, u16)], side: bool| {
            all.iter().any(|(other, left, _)| other == pair && *left == side)
        };
        let exchanged = same(&theirs, !left) && !same(&theirs, *left) && !same(&mine, !left);
        exchanged && !loose && {
            let shared = shared.get(clause).map_or(0, HashSet::len);
            shared >= SHARED_MIN.min(claim.stems.len().div_ceil(2).saturating_sub(1)).max(1)
        }
    })
}

/// Words around two neighbours in a claim within which its own denial may stand.
const NEAR: usize = 3;

/// Whether a text has a claim's own words with a denial put between two that are neighbours there,
/// or before the first: whatever else it says, it denies that claim.
fn put_in(text: &Text, claim: &Text, lang: Option<&str>) -> bool {
    let denial = |word: &Word| negates(&word.text, lang) || word.text == "no";
    let tells = |word: &Word| word.content() && !denial(word);
    let order: Vec<usize> =
        (0..claim.words.len()).filter(|at| claim.words.get(*at).is_some_and(tells)).collect();
    // What the claim denies itself is not denied by who repeats it, in whichever order.
    let denied = |from: usize, to: usize| {
        claim.words.iter().take(to + 1).skip(from.saturating_sub(NEAR)).any(denial)
    };
    let is = |at: usize, word: &Word| claim.words.get(at).is_some_and(|its| its.stem == word.stem);
    text.words.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).map_or("", |at| text.get(at));
        let idiom = matches!(
            text.get(at + 1),
            "only" | "just" | "even" | "merely" | "doubt" | "wonder" | "one"
        ) || word.text == "no" && matches!(before, "there's" | "say" | "said" | "says");
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
    let claim_denies = !denials(claim).is_empty();
    let shared = shared(post, claim);
    let untrue = calls_untrue(post, claim, &shared);
    let denied = denials(post).into_iter().any(|at| denies_claim(post, at, claim, &shared));
    if claim_denies {
        // The title of a check often denies, so only a post close to it says the opposite.
        let any = untrue || post.words.iter().any(|word| softly(&word.text));
        let questioned = post.words.iter().any(|word| word.asked);
        return !any && !questioned && post.overlap(claim, &HashSet::new()) >= DENIED_OVERLAP;
    }
    // "Won't take it" and "refuses to take it" are the same.
    let refused = claim.words.iter().any(|word| softly(&word.text)) && !untrue;
    (denied && !refused || untrue) != opposed(post, claim, &shared)
}

#[cfg(test)]
mod tests {
    use super::super::{Guard, contradictions};

    fn fires(post: &str, claim: &str) -> bool {
        contradictions(post, &[claim], None).contains(&Guard::Negation)
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
