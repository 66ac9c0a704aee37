//! Whether a post denies what a claim says, or says what it denies, told word by word: a word of
//! both is affirmed by the one and denied by the other.

use std::collections::{HashMap, HashSet};

use super::super::words::{Text, Word};
use super::denial::{self, Denial, tells};
use super::lexicon::{self, Sort};

/// Words that the post's denial must share with the claim, where it doesn't deny its verb.
const DENIED_MIN: usize = 2;
/// Share of a claim's words that its opposite must have, where the claim itself denies.
const DENIED_OVERLAP: f32 = 0.4;
/// Share of a claim's words with which the denial of its subject denies it, in whatever words.
const SUBJECT_OVERLAP: f32 = 0.4;
/// First words of what a claim denies among which the post must have half.
const DENIED_FIRST: usize = 6;
/// Words told before a denial among which is what it is said of.
const NEAR: usize = 3;
/// Words after a denial among which is the verb that it denies.
const VERB: usize = 3;

/// A text with what it denies.
struct Side<'a> {
    text: &'a Text,
    denials: Vec<Denial>,
    /// Stems that it says, and whether it denies them: an even number of denials affirms.
    said: HashMap<&'a str, Said>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Said {
    affirmed: bool,
    denied: bool,
}

impl<'a> Side<'a> {
    fn of(text: &'a Text, denials: Vec<Denial>, without: &HashSet<usize>) -> Self {
        let mut said: HashMap<&str, Said> = HashMap::new();
        let mut denials = denials;
        denials.retain(|denial| !without.contains(&denial.at));
        let counts = |denial: &&Denial| denial.sort.plain();
        for (at, word) in text.words.iter().enumerate().filter(|(_, word)| tells(word)) {
            let over = denials.iter().filter(counts);
            let over = over.filter(|d| (d.from..d.to).contains(&at) && d.at != at).count();
            let said = said.entry(word.stem.as_str()).or_default();
            if over % 2 == 0 { said.affirmed = true } else { said.denied = true }
        }
        Self { text, denials, said }
    }

    /// The same, denying what `other` of the same text denies as well: what is doubtful there is
    /// not affirmed.
    fn also(mut self, other: &Self) -> Self {
        for (stem, said) in &mut self.said {
            said.denied |= other.denies(stem);
        }
        self
    }

    fn affirms(&self, stem: &str) -> bool {
        self.said.get(stem).is_some_and(|said| said.affirmed && !said.denied)
    }

    fn denies(&self, stem: &str) -> bool {
        self.said.get(stem).is_some_and(|said| said.denied)
    }

    /// Whether it has the word that denies, in whatever form.
    fn has(&self, word: &Word) -> bool {
        self.text.words.iter().any(|other| lexicon::kin(&other.text, &word.text))
    }

    /// Whether it denies the word that denies, as "did not ban" does of "bans".
    fn denies_denial(&self, word: &Word) -> bool {
        let kin = |other: &&Word| lexicon::kin(&other.text, &word.text);
        self.text.words.iter().filter(kin).any(|other| self.denies(&other.stem))
    }
}

/// Whether a denial is of what somebody says or knows, or asked, or of the writer's own: it then
/// denies nothing that `other` says.
fn aside(text: &Text, denial: &Denial, other: &Text) -> bool {
    let Some(here) = text.words.get(denial.at) else { return true };
    if !denial.sort.plain() {
        return false;
    }
    let starts = here.first || denial.at == 0;
    if here.asked && (starts || text.get(denial.at - 1).is_empty()) {
        return true;
    }
    let claimed = |word: &Word| other.words.iter().any(|its| its.stem == word.stem);
    let mut head = denial::before(text, denial.at);
    let subject = head.any(|word| word.content() && claimed(word));
    let after = || text.words.iter().skip(denial.at + 1).take(VERB);
    let verb = after().find(|word| lexicon::feels(&word.text) || lexicon::says(&word.text));
    if let Some(verb) = verb
        && !claimed(verb)
    {
        let told = after().take_while(|word| word.stem != verb.stem).any(tells);
        let of_others = lexicon::feels(&verb.text) || !subject;
        if of_others && !told {
            return true;
        }
    }
    // "I don't trust it", "you don't need": of the writer and the reader.
    let person = |back: usize| {
        let word = denial.at.checked_sub(back).map_or("", |at| text.get(at));
        matches!(word, "i" | "we" | "you" | "u" | "i'll" | "you'll")
    };
    let own = person(1)
        || (person(2) && matches!(text.get(denial.at - 1), "do" | "will" | "would" | "am" | "are"));
    let next = text.words.iter().skip(denial.at + 1).find(|word| tells(word));
    own && !next.is_some_and(claimed)
}

/// Whether a verb that denies has a subject of which the other text says nothing: "they deny it".
fn foreign(text: &Text, denial: &Denial, other: &Text) -> bool {
    let mut head = denial::before(text, denial.at);
    head.find(|word| word.content()).is_some_and(|_| {
        !denial::before(text, denial.at)
            .any(|word| word.content() && other.stems.contains(&word.stem))
    })
}

/// Stems that each sentence of a text shares with another.
fn sentences<'a>(text: &'a Text, other: &Text) -> HashMap<u16, HashSet<&'a str>> {
    let mut shared: HashMap<u16, HashSet<&str>> = HashMap::new();
    for word in text.words.iter().filter(|word| tells(word) && other.stems.contains(&word.stem)) {
        shared.entry(word.sentence).or_default().insert(word.stem.as_str());
    }
    shared
}

/// Whether the post denies what the claim affirms.
fn adds(post: &Side<'_>, claim: &Side<'_>) -> bool {
    let shared = sentences(post.text, claim.text);
    let best = shared.values().map(HashSet::len).max().unwrap_or(0);
    let close = |denial: &&Denial| {
        let foreign = denial.sort == Sort::Verb && foreign(post.text, denial, claim.text);
        // "That's not true": of the sentence before.
        let here = denial.from.min(denial.at);
        let here = post.text.words.get(here).map_or(0, |word| word.sentence);
        let own = shared.get(&here).map_or(0, HashSet::len);
        denial.sort.plain()
            && !foreign
            && own >= best
            && own >= DENIED_MIN.min(claim.text.stems.len())
    };
    post.denials.iter().filter(close).any(|denial| {
        let contrary = |word: &&Word| post.denies(&word.stem) && claim.affirms(&word.stem);
        let denied: HashSet<&str> =
            denial.reaches(post.text).filter(contrary).map(|word| word.stem.as_str()).collect();
        let verb = denial.verb(post.text);
        let of_claim = verb.is_some_and(|word| contrary(&word));
        let subject = is_of(post.text, denial, claim.text);
        let other = verb.is_some_and(|word| !claim.text.stems.contains(&word.stem));
        let stops = post.text.get(denial.at).starts_with("stop") && !of_claim;
        let enough = (denied.len() >= DENIED_MIN && !stops)
            || (subject && (of_claim || (other && denies_subject(post.text, denial, claim.text))));
        // "Refused to sign it" of "signed it", whatever else the claim denies.
        let plainly = of_claim && subject && denial.sort == Sort::Verb;
        enough && (plainly || !is_denied(post, claim, denial, of_claim))
    })
}

/// Whether what a denial is said of, before it in its clause, is of the other text.
fn is_of(text: &Text, denial: &Denial, other: &Text) -> bool {
    let clause = text.words.get(denial.at).map(|word| word.clause);
    let head = denial::before(text, denial.at).filter(|word| Some(word.clause) == clause);
    let mut told = head.filter(|word| tells(word) && !lexicon::says(&word.text)).take(NEAR);
    told.any(|word| other.stems.contains(&word.stem))
}

/// Whether a text that has most of another denies what it says of the same subject, in whatever
/// words: "does not make kids dumber".
fn denies_subject(text: &Text, denial: &Denial, other: &Text) -> bool {
    let starts = matches!(text.get(denial.at + 1), "one" | "a" | "an" | "the");
    let whole = text.overlap(other, &HashSet::new()) >= SUBJECT_OVERLAP;
    if starts || !whole || !lexicon::of_verbs(text.get(denial.at)) {
        return false;
    }
    let mut shared: HashMap<u16, HashSet<&str>> = HashMap::new();
    for word in text.words.iter().filter(|word| tells(word) && other.stems.contains(&word.stem)) {
        shared.entry(word.clause).or_default().insert(word.stem.as_str());
    }
    let best = shared.values().map(HashSet::len).max().unwrap_or(0);
    let here = text.words.get(denial.at).and_then(|word| shared.get(&word.clause));
    here.is_some_and(|own| own.len() >= best && own.len() >= DENIED_MIN)
}

/// Whether the claim denies itself what a denial of the post denies: "won't take it" and "refuses
/// to take it" are the same.
fn is_denied(post: &Side<'_>, claim: &Side<'_>, denial: &Denial, of_claim: bool) -> bool {
    let both = |word: &Word| post.denies(&word.stem) && claim.denies(&word.stem);
    denial.reaches(post.text).any(both)
        || claim.denials.iter().any(|its| {
            let word = claim.text.words.get(its.at);
            let said = word.is_some_and(|word| post.has(word));
            let denied = word.is_some_and(|word| post.denies_denial(word));
            let repeated = its.reaches(claim.text).any(|word| post.denies(&word.stem));
            // Said by the post under its denial: "never hires who is not ..." of "hires non-...".
            let nested = |other: &Denial| {
                denial.at < other.at
                    && other.at < denial.to
                    && other.sort.plain()
                    && other
                        .reaches(post.text)
                        .any(|word| its.reaches(claim.text).any(|denied| denied.stem == word.stem))
            };
            if post.denials.iter().any(nested) {
                return false;
            }
            match its.sort {
                Sort::Weak => !denied && (repeated || !of_claim),
                Sort::Trace => false,
                Sort::Not | Sort::Verb => !said && (repeated || !of_claim),
            }
        })
}

/// Whether the post affirms what the claim denies.
fn takes_away(post: &Side<'_>, claim: &Side<'_>) -> bool {
    if post.text.overlap(claim.text, &HashSet::new()) < DENIED_OVERLAP {
        return false;
    }
    let shares = |clause: u16| {
        let words = post.text.words.iter().filter(|word| word.clause == clause && tells(word));
        words.into_iter().any(|word| claim.text.stems.contains(&word.stem))
    };
    let denies_another = post.denials.iter().any(|denial| {
        let Some(word) = post.text.words.get(denial.at) else { return false };
        let matched = if denial.sort.plain() {
            denial.reaches(post.text).any(|word| claim.denies(&word.stem))
        } else {
            let same = |its: &&Denial| {
                let other = claim.text.words.get(its.at);
                other.is_some_and(|other| lexicon::kin(&other.text, &word.text))
            };
            claim.has(word) && !claim.denials.iter().filter(same).any(|its| its.sort.plain())
        };
        shares(word.clause) && !matched
    });
    !denies_another
        && claim.denials.iter().filter(|denial| denial.sort.plain()).any(|denial| {
            // Said by the post as well, in part.
            let both = |word: &Word| post.denies(&word.stem) && claim.denies(&word.stem);
            if denial.reaches(claim.text).any(both) {
                return false;
            }
            let words: Vec<&Word> = denial.reaches(claim.text).take(DENIED_FIRST).collect();
            let contrary = |word: &&&Word| claim.denies(&word.stem) && post.affirms(&word.stem);
            // "The firms that did it? They were fined": what is asked is told all the same.
            let stated =
                |word: &Word| post.text.words.iter().any(|its| its.stem == word.stem && !its.asked);
            let count = words.iter().filter(contrary).count();
            let sure = words.iter().filter(contrary).filter(|word| stated(word)).count();
            let verb = denial.verb(claim.text).filter(|word| stated(word));
            let verb = verb.is_some_and(|word| contrary(&&word));
            count * 3 > words.len() && (verb || sure * 2 > words.len())
        })
}

/// Whether one of post and claim denies what the other says; of what they say with opposite words
/// at `opposed` (in the post, in the claim), the words themselves are no denials.
pub(super) fn contrary(
    post: &Text,
    claim: &Text,
    lang: Option<&str>,
    opposed: &(HashSet<usize>, HashSet<usize>),
) -> bool {
    let (mine, its) = (denial::denials(post, lang), denial::denials(claim, lang));
    let meant = |text: &Text, other: &Text, denials: &[Denial]| -> Vec<Denial> {
        denials.iter().filter(|denial| !aside(text, denial, other)).cloned().collect()
    };
    let denier = Side::of(post, meant(post, claim, &mine), &opposed.0);
    let denied = Side::of(claim, meant(claim, post, &its), &opposed.1);
    let affirmer = Side::of(post, mine, &opposed.0).also(&denier);
    let affirmed = Side::of(claim, its, &opposed.1).also(&denied);
    adds(&denier, &affirmed) || takes_away(&affirmer, &denied)
}

#[cfg(test)]
mod tests {
    use super::super::super::{Guard, contradictions};

    fn fires(lang: &str, post: &str, claim: &str) -> bool {
        contradictions(post, &[claim], Some(lang)).contains(&Guard::Negation)
    }

    #[test]
    fn a_denial_of_what_a_claim_says() {
        for (lang, post, claim) in [
            ("en", "nobody in Leeds sold the old ferry to Chile", "Leeds sold its ferry to Chile."),
            ("en", "Leeds declined to sell its ferry", "Leeds will sell its ferry."),
            ("en", "Leeds can no longer sell its ferry", "Leeds can sell its ferry."),
            ("en", "Songs are not banned in school now", "The law bans songs in school."),
            ("en", "Leeds sold its ferry? that's not true", "Leeds sold its ferry."),
            ("es", "el alcalde se negó a vender el barco", "El alcalde quiere vender el barco."),
            ("pt", "o prefeito nunca vendeu o barco", "O prefeito vendeu o barco."),
            ("fr", "ce n'est pas Lyon qui a vendu le bateau", "Lyon a vendu le bateau."),
            ("de", "Ulm hat das Schiff nie verkauft", "Ulm hat das Schiff verkauft."),
        ] {
            assert!(fires(lang, post, claim), "{post}");
            assert!(!fires(lang, claim, claim), "{claim}");
        }
    }

    #[test]
    fn a_denial_taken_away() {
        for (lang, post, claim) in [
            ("en", "the ferry is a charity by law", "The ferry is NOT a charity by law."),
            ("en", "there was a flag on the ferry stage", "Not one flag on the ferry stage."),
            ("en", "Leeds did pay its ferry tax", "Leeds pays no ferry tax."),
            ("de", "Ulm hat eine Fähre gebaut", "Ulm hat nie eine Fähre gebaut."),
        ] {
            assert!(fires(lang, post, claim), "{post}");
        }
    }

    #[test]
    fn other_words_for_the_same_denial() {
        for (lang, post, claim) in [
            ("en", "Leeds pays zero ferry tax", "Leeds pays no ferry tax."),
            (
                "en",
                "Leeds didn't respond to ferry calls",
                "Leeds failed to respond to ferry calls.",
            ),
            ("en", "the ferry ran with no fuel", "The ferry ran without fuel."),
            ("en", "songs are no longer allowed in school", "The law bans songs in school."),
            ("en", "nobody denies that Leeds sold its ferry", "Leeds sold its ferry."),
            ("en", "they won't tell you Leeds sold its ferry", "Leeds sold its ferry."),
            ("es", "ni un barco salió de Cádiz", "Ningún barco salió de Cádiz."),
        ] {
            assert!(!fires(lang, post, claim), "{post}");
        }
    }
}
