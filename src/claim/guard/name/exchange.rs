//! The guard of what no list knows: the post names something that the check does not, in the place
//! of what its claim names.

use std::collections::{BTreeSet, HashSet};

use super::super::words::{Text, Word};
use super::super::{Guard, Read};
use super::having::Having;
use super::naming::{Naming, Run, Stretch, among};

/// Share of a claim's other words that a post must have for two names far from each other to be
/// taken for one another.
const FAR_OVERLAP: f32 = 0.5;
/// The same where the post's name is written small, and may be any rare word.
const FAR_SMALL_OVERLAP: f32 = 0.6;
/// Share of a claim's other words from which on a post repeats it.
const SAME_WORDS: f32 = 0.75;
/// Names that the claim has alone, and the post, up to which those far from each other are
/// compared.
const FAR_MAX: usize = 2;
/// First letters that short forms of a name share with it.
const SHORT_FORM: usize = 3;

/// Kinds of people and things that claims name to tell more of them.
const KINDS: &str = "muslim muslims christian christians jewish jews islamic islam democratic \
    republican western african european asian";

/// Names in a text of which another does not have all.
struct Only {
    run: Run,
    /// The words that the other does not have.
    alone: Run,
    /// Whether the other has another name for it, or of what lies in it.
    told: bool,
}

impl Only {
    fn all(runs: Vec<Run>, is_alone: impl Fn(&usize) -> bool) -> Vec<Self> {
        let split = |run: Run| {
            let alone = run.iter().copied().filter(&is_alone).collect();
            Self { alone, run, told: false }
        };
        runs.into_iter().map(split).filter(|only| !only.alone.is_empty()).collect()
    }

    fn is_whole(&self) -> bool {
        self.alone.len() == self.run.len()
    }
}

/// The truth conditions on which something that only the post names stands in the place of what
/// only a claim names: the first of `claims`, or a title that does not write all words with a
/// capital. `also` is what else the check says.
pub(in crate::claim::guard) fn exchanged(
    post: &Read,
    claims: &[Read],
    also: &Text,
    lang: Option<&str>,
) -> BTreeSet<Guard> {
    let mine = Naming::of(&post.text, lang, None);
    let new = is_new(post, claims, also);
    let stretches = mine.stretches(&new);
    let added = Only::all(mine.runs(), new);
    if stretches.is_empty() && added.is_empty() {
        return BTreeSet::new();
    }
    let said = Having::of(&[&post.text]);
    let named = claims.iter().map(|claim| (claim, Naming::of(&claim.text, lang, Some(also))));
    let told = named.enumerate().filter(|(at, (_, naming))| *at == 0 || !naming.is_titled());
    told.flat_map(|(_, (claim, theirs))| {
        let lost = is_missing(claim, &said);
        let put = put_in_place((post, &stretches), (claim, &theirs), &lost);
        if !put.is_empty() {
            return put;
        }
        let missing = missing(post, claim, Only::all(theirs.runs(), lost), &said);
        Sides { post, claims, claim, mine: &mine, theirs: &theirs }.exchanged(&added, &missing)
    })
    .collect()
}

/// The truth conditions on which a post that has most words of a claim has another in the place of
/// a name, however that is written.
fn put_in_place(
    (post, stretches): (&Read, &[Stretch<'_>]),
    (claim, theirs): (&Read, &Naming<'_>),
    lost: &impl Fn(&usize) -> bool,
) -> BTreeSet<Guard> {
    let untold = |at: &usize| lost(at) && !is_told(post, claim, *at);
    let named = theirs.stretches(&untold);
    let named = named.iter().filter(|one| one.run.iter().any(|at| theirs.writes_as_name(*at)));
    let repeated = named.filter(|one| repeats(post, claim, &one.run));
    let pairs = repeated.flat_map(|one| stretches.iter().map(move |other| (one, other)));
    let put = pairs.filter(|(one, other)| {
        let runs = ((&post.text, &*other.run), (&claim.text, &*one.run));
        one.stands_where(other) && !is_short_form(runs.0, runs.1)
    });
    put.map(|(one, other)| guard_of((post, &other.run), (claim, &one.run))).collect()
}

/// What kind of name is exchanged.
fn guard_of(new: (&Read, &[usize]), lost: (&Read, &[usize])) -> Guard {
    let of_place =
        [new, lost].iter().any(|(read, run)| run.iter().any(|at| read.places.covers(*at)));
    if of_place { Guard::Place } else { Guard::Name }
}

/// Whether two names begin alike, as Debbie and Deborah do.
fn is_short_form(one: (&Text, &[usize]), other: (&Text, &[usize])) -> bool {
    let first = |(text, run): (&Text, &[usize])| {
        let word = run.first().and_then(|at| text.words.get(*at));
        word.map(|word| word.text.chars().take(SHORT_FORM).collect::<String>())
    };
    first(one) == first(other)
}

/// Whether the post has most words of the claim but those of a run.
fn repeats(post: &Read, claim: &Read, run: &[usize]) -> bool {
    let without = run.iter().filter_map(|at| claim.text.words.get(*at));
    let without: HashSet<&str> = without.map(|word| word.stem.as_str()).collect();
    post.text.overlap(&claim.text, &without) >= SAME_WORDS
}

/// Tells what the post has and the check nowhere does.
fn is_new(post: &Read, claims: &[Read], also: &Text) -> impl Fn(&usize) -> bool {
    let texts: Vec<&Text> = claims.iter().map(|claim| &claim.text).chain([also]).collect();
    let known = Having::of(&texts);
    let alone = (0..post.text.words.len()).filter(move |at| {
        post.text.words.get(*at).is_some_and(|word| word.content() && !known.has(word))
            && !claims.iter().any(|claim| {
                claim.places.tell_of(&post.places, *at) || post.names.is_kin(*at, &claim.names)
            })
    });
    let alone: HashSet<usize> = alone.collect();
    move |at| alone.contains(at)
}

/// Tells what the claim has and the post, which has `said` this, does not.
fn is_missing(claim: &Read, said: &Having<'_>) -> impl Fn(&usize) -> bool + use<> {
    let alone = (0..claim.text.words.len()).filter(|at| {
        claim.text.words.get(*at).is_some_and(|word| word.content() && !said.has(word))
    });
    let alone: HashSet<usize> = alone.collect();
    move |at| alone.contains(at)
}

/// Whether the post has another name for a word of the claim, or of what lies in it.
fn is_told(post: &Read, claim: &Read, at: usize) -> bool {
    post.places.lie_in(&claim.places, at) || claim.names.is_kin(at, &post.names)
}

/// Names of the claim that the post does not have, in full or by their first letters.
fn missing(post: &Read, claim: &Read, mut missing: Vec<Only>, said: &Having<'_>) -> Vec<Only> {
    let told =
        |at: &usize| post.places.lie_in(&claim.places, *at) || claim.names.is_kin(*at, &post.names);
    for only in &mut missing {
        only.told = only.alone.iter().all(told);
    }
    missing.retain(|only| {
        let words = only.run.iter().filter_map(|at| claim.text.words.get(*at));
        let initials: String = words.filter_map(|word| word.text.chars().next()).collect();
        !said.abbreviates(&initials)
    });
    missing
}

/// A post and a claim whose names are compared.
struct Sides<'a> {
    post: &'a Read,
    claims: &'a [Read],
    claim: &'a Read,
    mine: &'a Naming<'a>,
    theirs: &'a Naming<'a>,
}

impl Sides<'_> {
    /// The truth conditions on which one of the `added` names of the post stands in the place of
    /// one of the claim.
    fn exchanged(&self, added: &[Only], missing: &[Only]) -> BTreeSet<Guard> {
        let whole = |only: &&Only| only.is_whole() && !only.told;
        let few = |some: &[Only]| some.iter().filter(whole).count() <= FAR_MAX;
        let first = self.claims.first().is_some_and(|first| std::ptr::eq(first, self.claim));
        let few = first && few(missing) && few(added);
        let pairs = missing.iter().flat_map(|lost| added.iter().map(move |new| (lost, new)));
        let replaced = pairs.filter(|(lost, new)| {
            self.is_replaced(lost, new) || few && lost.is_whole() && self.is_far(lost, new)
        });
        let guard = |(lost, new): (&Only, &Only)| {
            guard_of((self.post, &new.alone), (self.claim, &lost.alone))
        };
        replaced.map(guard).collect()
    }

    /// Whether a name of the post stands in the place of one of the claim.
    fn is_replaced(&self, lost: &Only, new: &Only) -> bool {
        let words = |text: &'_ Text, run: &[usize]| -> Vec<Word> {
            run.iter().filter_map(|at| text.words.get(*at)).cloned().collect()
        };
        let kept: Run = lost.run.iter().copied().filter(|at| !lost.alone.contains(at)).collect();
        let kept = words(&self.claim.text, &kept);
        let added = words(&self.post.text, &new.run);
        if added.iter().any(|one| kept.iter().any(|other| one.stem == other.stem)) {
            // "Jennifer Garner" for Jennifer Lopez.
            let given = new.alone.first() == new.run.first();
            return !(given
                && is_short_form((&self.post.text, &new.alone), (&self.claim.text, &lost.alone)));
        }
        let [before, after] = self.theirs.beside(&lost.alone);
        let [my_before, my_after] = self.mine.beside(&new.alone);
        let same = |one: Option<&str>, other: Option<&str>| one.is_some() && one == other;
        same(before, my_before) || same(after, my_after)
    }

    /// Whether two names may be exchanged though other words stand beside them: in texts that
    /// otherwise say the same.
    fn is_far(&self, lost: &Only, new: &Only) -> bool {
        let of_kind = |at: &usize| among(KINDS, self.claim.text.get(*at));
        let capital = |at: &usize| self.post.text.words.get(*at).is_some_and(Word::capital);
        let written_small = !new.alone.iter().all(capital);
        if lost.told || self.mine.signs(&new.run) || lost.alone.iter().all(of_kind) {
            return false;
        }
        let names = lost.run.iter().filter_map(|at| self.claim.text.words.get(*at));
        let names: HashSet<&str> = names.map(|word| word.stem.as_str()).collect();
        let least = if written_small { FAR_SMALL_OVERLAP } else { FAR_OVERLAP };
        self.theirs.is_led_to(&lost.run) == self.mine.is_led_to(&new.alone)
            && self.post.text.overlap(&self.claim.text, &names) >= least
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Guard, Said};

    fn guards(post: &str, claim: &str, also: &str) -> Vec<Guard> {
        Said::of(post, Some("en")).contradicts(&[claim], also)
    }

    fn fires(post: &str, claim: &str) -> bool {
        let guards = guards(post, claim, "");
        guards.contains(&Guard::Name) || guards.contains(&Guard::Place)
    }

    #[test]
    fn another_name_beside_the_same_word_is_another_claim() {
        let claim = "Kelvin Armitage and Sara Lindqvist are expecting twins.";
        assert!(fires("Kelvin Armitage and Mona Lindqvist are expecting TWINS! so happy", claim));
        assert!(fires("omg kelvin armitage and sara pettersen are expecting twins", claim));
        assert!(!fires("omg kelvin armitage and sara lindqvist are expecting twins", claim));
        assert!(fires(
            "Pawtucket has its lowest crime rate",
            "Cranston has the lowest crime rate."
        ));
        assert!(fires("PAWTUCKET HAS THE LOWEST CRIME", "Cranston has the lowest crime rate."));
    }

    #[test]
    fn another_word_in_the_place_of_a_name_is_another_claim() {
        let claim = "Video shows a man upset about the list for storming the Capitol.";
        assert!(fires("video shows a man upset about the list for storming the granary", claim));
        assert!(!fires("video shows a man upset about the list he is on", claim));
    }

    #[test]
    fn another_name_far_off_is_one_where_all_else_is_the_same() {
        let claim = "The charity Oakwell has asked schools to rename the bullpen an arm barn.";
        let post = "Not a joke: Thornbury wants schools to rename their bullpen to arm barn";
        assert!(fires(post, claim));
        assert!(!fires("Thornbury is a nice town with many schools", claim));
        assert!(!fires("Oakwell wants schools to rename the bullpen, says Thornbury", claim));
    }

    #[test]
    fn what_the_check_knows_too_is_not_new() {
        let claim = "A mayor called the Cranston bridge unsafe.";
        let post = "Mayor Fennimore called the bridge unsafe";
        assert!(guards(post, claim, "Mayor Ed Fennimore spoke of it on Monday.").is_empty());
        assert!(!fires("The mayor called the Cranstn bridge unsafe", claim));
        assert!(!fires("The WHO rejects it", "The World Health Organization rejects it."));
    }

    #[test]
    fn short_forms_and_signatures_exchange_nothing() {
        let claim = "Deborah Ramsbottom has ties to the bank.";
        assert!(!fires("Debbie Ramsbottom has ties to the bank", claim));
        assert!(!fires("She has ties to the bank. Kirk Hollis", claim));
    }
}
