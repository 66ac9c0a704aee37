//! The guard of numbers: the same thing counted or measured, and otherwise.

pub(super) mod numerals;
pub(super) mod ordinal;
pub(super) mod quantity;
pub(super) mod units;

use std::collections::HashSet;
use std::sync::LazyLock;

use super::Read;
use super::words::{Text, Word, stem};
use quantity::{Bound, Kind, Quantity};

/// Numbers closer than this share of the larger one are the same, told roughly.
const ROUGHLY: f64 = 0.1;
/// How much more "more than" may mean, as a factor.
const MORE_MAX: f64 = 2.0;
/// Words on each side of a number that say what it is of.
const WINDOW: usize = 4;
/// Words looked through for them.
const REACH: usize = 16;
/// Share of the claim's words that a post must have for two lonely counts to be of the same thing.
const LONELY_OVERLAP: f32 = 0.34;
/// The same for lengths, times and weights, which fewer things have.
const MEASURED_OVERLAP: f32 = 0.12;

/// Share of a claim's words that a post must have for another number in it to be a changed one.
const SWAP_OVERLAP: f32 = 0.2;
/// The same where it is of the very same word.
const BESIDE_OVERLAP: f32 = 0.25;
/// The same where its unit is left out.
const BARE_OVERLAP: f32 = 0.3;
/// The same where each side has one number that the other lacks, one of them of time: what is 468
/// years old has been swimming for as long.
const SINGLE_OVERLAP: f32 = 0.4;
/// How much more "more than" may mean beside a number told exactly, in otherwise like texts.
const OVER_MAX: f64 = 1.3;
/// From here on a number without a sign may be one of money.
const LARGE: f64 = 1e3;
/// Up to how many times as much "thousands" may be.
const VAGUE_MAX: f64 = 1e3;
/// Up to here the number is known to the last digit.
const SMALL: f64 = 100.0;
/// By how much it may differ then, being told in whole numbers or not.
const ONE: f64 = 0.51;
/// By what share a rounded number may differ from the one told exactly.
const ROUNDED: f64 = 0.05;

/// Words that count the same.
const ALIKE: [&[&str]; 8] = [
    &[
        "death", "dead", "died", "die", "kill", "killed", "muert", "mort", "mortes", "victim",
        "slaught", "murder", "casual", "bodies", "lost", "todes", "tote",
    ],
    &["people", "person", "folk", "ppl", "men", "women", "human", "someon", "citize", "reside"],
    &["child", "childr", "kid", "baby", "babie", "schoolc", "school", "toddle", "minor", "teen"],
    &["home", "house", "buildi"],
    &["job", "worker", "employ", "staff", "nurse"],
    &["vote", "ballot", "voter"],
    &["migran", "immigr", "refuge", "asylum", "illega", "alien"],
    &["case", "infect", "patien"],
];

/// The stems of these.
static SAME: LazyLock<Vec<HashSet<String>>> = LazyLock::new(|| {
    ALIKE.iter().map(|words| words.iter().map(|word| stem(word)).collect()).collect()
});

/// Whether post and claim give numbers of the same thing and agree: `None` if nothing compares.
fn agree(post: &Read, claim: &Read) -> Option<bool> {
    let amounts = |read: &Read| -> Vec<Quantity> {
        let told = |one: &&Quantity| !matches!(one.kind, Kind::Clock | Kind::Vague);
        read.quantities.iter().filter(told).cloned().collect()
    };
    let (mine, theirs) = (&amounts(post), &amounts(claim));
    let unmatched = |some: &[Quantity], others: &[Quantity]| -> Vec<usize> {
        let alone = |one: &Quantity| !others.iter().any(|other| same_value(one, other));
        some.iter().enumerate().filter(|(_, one)| alone(one)).map(|(place, _)| place).collect()
    };
    let (left, missing) = (unmatched(mine, theirs), unmatched(theirs, mine));
    let matched = left.len() < mine.len();
    let of_kind = |kind: Kind| {
        mine.iter().any(|one| {
            one.kind == kind && theirs.iter().any(|c| c.kind == kind && same_value(one, c))
        })
    };
    let lonely =
        |some: &[Quantity], kind: Kind| some.iter().filter(|one| kin(one.kind, kind)).count() == 1;
    let overlap = post.text.overlap(&claim.text, &HashSet::new());
    let contradicts = left.iter().filter_map(|place| mine.get(*place)).any(|one| {
        missing.iter().filter_map(|place| theirs.get(*place)).any(|other| {
            if !kin(one.kind, other.kind) {
                return false;
            }
            let alone = lonely(mine, one.kind) && lonely(theirs, other.kind);
            let lonely_enough = match one.kind {
                Kind::Percent | Kind::Money | Kind::Age | Kind::Volume | Kind::Power => alone,
                Kind::Count => alone && overlap >= LONELY_OVERLAP,
                _ => alone && overlap >= MEASURED_OVERLAP,
            };
            (lonely_enough && !of_kind(one.kind)) || same_slot(&post.text, one, &claim.text, other)
        })
    });
    if contradicts {
        Some(false)
    } else if matched {
        Some(true)
    } else {
        None
    }
}

/// Whether the post contradicts a check on a number: on one of the same thing where no claim
/// agrees, or on one that was put in another's place, whatever else agrees.
pub(super) fn contradicts(post: &Read, claims: &[Read], also: &Read) -> bool {
    let verdicts: Vec<Option<bool>> = claims.iter().map(|claim| agree(post, claim)).collect();
    (verdicts.contains(&Some(false)) && !verdicts.contains(&Some(true)))
        || swapped(post, claims, also)
}

/// Whether a number that only the post has stands where a claim that otherwise says the same has
/// one that the post lacks.
fn swapped(post: &Read, claims: &[Read], also: &Read) -> bool {
    let known = |one: &Quantity| {
        let mut all = claims.iter().chain([also]).flat_map(numbers);
        all.any(|other| told_alike(one, other))
    };
    let new: Vec<&Quantity> = numbers(post).filter(|one| !known(one)).collect();
    if new.is_empty() {
        return false;
    }
    claims.iter().any(|claim| {
        let overlap = post.text.overlap(&claim.text, &HashSet::new());
        let kept = |one: &Quantity| numbers(post).any(|other| told_alike(one, other));
        let gone: Vec<&Quantity> = numbers(claim).filter(|one| !kept(one)).collect();
        let replaced = || gone.iter().any(|one| new.iter().any(|other| comparable(one, other)));
        let unnamed = || {
            let bare = new.iter().any(|one| is_bare(&post.text, one));
            bare && gone.iter().any(|one| !matches!(one.kind, Kind::Rank | Kind::Roman))
        };
        overlap >= SWAP_OVERLAP && replaced()
            || overlap >= SINGLE_OVERLAP
                && matches!((&*new, &*gone), ([one], [other]) if lasts(one, other))
            || overlap >= BARE_OVERLAP && unnamed()
            || overlap >= BESIDE_OVERLAP && beside(post, claim, &new)
            || overlap >= MEASURED_OVERLAP && only_one(post, claim, &new)
    })
}

/// Whether a number stands without a word for what it is of.
fn is_bare(text: &Text, one: &Quantity) -> bool {
    let clause = |at: usize| text.words.get(at).map(|word| word.clause);
    let named = text.words.get(one.end).is_some_and(Word::content);
    one.kind == Kind::Count && (!named || clause(one.end) != clause(one.start))
}

/// All numbers of a text, with what they count and without.
fn numbers(read: &Read) -> impl Iterator<Item = &Quantity> {
    read.quantities.iter().chain(&read.ranks)
}

/// Whether a new number is the only one of its kind in the post, and the claim has one as well.
fn only_one(post: &Read, claim: &Read, new: &[&Quantity]) -> bool {
    let count = |read: &Read, kind: Kind| numbers(read).filter(|one| one.kind == kind).count();
    let measured = |kind: Kind| !matches!(kind, Kind::Count | Kind::Rank | Kind::Time);
    new.iter()
        .any(|one| measured(one.kind) && count(post, one.kind) == 1 && count(claim, one.kind) == 1)
}

/// Numbers that may stand in each other's place: money is told without its sign too.
fn comparable(one: &Quantity, other: &Quantity) -> bool {
    let large =
        |one: &Quantity| matches!(one.kind, Kind::Count | Kind::Money) && one.value >= LARGE;
    let counted = |kind| matches!(kind, Kind::Count | Kind::Vague);
    one.kind == other.kind
        || (large(one) && large(other))
        || (counted(one.kind) && counted(other.kind))
}

/// Whether two numbers may tell how long the same thing takes, or of how many hours or years it is.
fn lasts(one: &Quantity, other: &Quantity) -> bool {
    let pairs = [(one.kind, other.kind), (other.kind, one.kind)];
    pairs.iter().any(|pair| matches!(pair, (Kind::Time, Kind::Age | Kind::Count)))
}

/// Whether a new number is of the very word of which the claim tells another number that the post
/// does not tell of it.
fn beside(post: &Read, claim: &Read, new: &[&Quantity]) -> bool {
    let of = |read: &Read, one: &Quantity| {
        let word = read.text.words.get(one.end).filter(|word| word.content());
        word.map(|word| word.stem.clone())
    };
    let bare = |kind| matches!(kind, Kind::Count | Kind::Rank);
    let same = |one: &Option<String>, other: &Option<String>| {
        let in_group = |group: &HashSet<String>, word: &Option<String>| {
            word.as_ref().is_some_and(|word| group.contains(word))
        };
        one == other || SAME.iter().any(|group| in_group(group, one) && in_group(group, other))
    };
    let told_of = |word: &Option<String>, one: &Quantity| {
        let mut all = numbers(post).filter(|mine| same(&of(post, mine), word));
        all.any(|mine| told_alike(mine, one))
    };
    new.iter().any(|one| {
        let word = of(post, one);
        word.is_some()
            && numbers(claim).any(|other| {
                (other.kind == one.kind || bare(one.kind) && bare(other.kind))
                    && of(claim, other) == word
                    && !told_of(&word, other)
            })
    })
}

/// Whether two numbers may well be the same one, told more or less exactly.
fn told_alike(one: &Quantity, other: &Quantity) -> bool {
    let bare = |kind| matches!(kind, Kind::Count | Kind::Times | Kind::Rank | Kind::Roman);
    let vague = |kind| kind == Kind::Vague;
    let either = |is: &dyn Fn(Kind) -> bool| is(one.kind) || is(other.kind);
    if one.kind != other.kind && !either(&bare) && !either(&vague) {
        return false;
    }
    let (a, b) = (one.value, other.value);
    let some = |vague: &Quantity, value: f64| {
        vague.kind == Kind::Vague && (vague.value..vague.value * VAGUE_MAX).contains(&value)
    };
    if one.kind != other.kind && (some(one, b) || some(other, a)) {
        return true;
    }
    let within = |bound: Bound, limit: f64, value: f64| match bound {
        Bound::Exact => false,
        Bound::Over => value >= limit && value <= limit * OVER_MAX,
        Bound::Under => value <= limit && value * OVER_MAX >= limit,
    };
    let bounded =
        one.bound != other.bound && (within(one.bound, a, b) || within(other.bound, b, a));
    // "7:30" is told in two numbers where its half of the day is left out.
    let hour = |one: &Quantity, other: &Quantity| {
        let apart = (one.value.trunc() - other.value).abs();
        one.kind == Kind::Clock && other.kind == Kind::Count && (apart == 0.0 || apart == 12.0)
    };
    if hour(one, other) || hour(other, one) {
        return true;
    }
    // "5¢" and "5 cents", a sign being no word: what is told is the same.
    let signless = one.kind != other.kind && (one.told - other.told).abs() < 1e-9;
    bounded || signless || near(one, other)
}

/// Whether two numbers of one kind are the same, one of them rounded perhaps.
fn near(one: &Quantity, other: &Quantity) -> bool {
    let (a, b) = (one.value, other.value);
    let (apart, larger) = ((a - b).abs(), a.abs().max(b.abs()));
    if apart < 1e-9 * larger.max(1.0) {
        return true;
    }
    let exact = |kind| matches!(kind, Kind::Rank | Kind::Roman | Kind::Clock | Kind::Generation);
    if exact(one.kind) || exact(other.kind) {
        return false;
    }
    let unit = |one: &Quantity| if one.told == 0.0 { 1.0 } else { one.value / one.told };
    let (mine, theirs) = (unit(one), unit(other));
    let converted = (mine - theirs).abs() > 1e-9 * mine.max(theirs);
    if one.rough || other.rough || converted {
        return apart <= ROUGHLY * larger;
    }
    let (one, other) = (step(one.told), step(other.told));
    let (fine, coarse) = (one.min(other), one.max(other));
    let tolerance = if larger <= SMALL * mine { ONE * mine } else { ROUNDED * larger };
    fine < coarse && apart < coarse * mine && apart <= tolerance
}

/// The place of the last digit of a number that is not zero: 100 of 4900.
fn step(value: f64) -> f64 {
    let whole = |step: f64| {
        let count = value / step;
        count >= 0.99 && (count - count.round()).abs() < 1e-6
    };
    let steps = (-3..=12).rev().map(|power| 10_f64.powi(power));
    steps.into_iter().find(|step| value != 0.0 && whole(*step)).unwrap_or(1.0)
}

fn kin(one: Kind, other: Kind) -> bool {
    let counts = |kind| matches!(kind, Kind::Count | Kind::Times);
    one == other || (counts(one) && counts(other))
}

fn same_value(one: &Quantity, other: &Quantity) -> bool {
    let bare = |kind| matches!(kind, Kind::Count | Kind::Times);
    if one.kind != other.kind && !bare(one.kind) && !bare(other.kind) {
        return false;
    }
    let (a, b) = (one.value, other.value);
    let near = (a - b).abs() <= ROUGHLY * a.abs().max(b.abs()) + 1e-9;
    let small = one.kind == Kind::Count && a.max(b) < 100.0;
    let near = if small { (a - b).abs() < 0.51 } else { near };
    let within = |bound: Bound, limit: f64, value: f64| match bound {
        Bound::Exact => false,
        Bound::Over => value >= limit && value <= limit * MORE_MAX,
        Bound::Under => value <= limit && value * MORE_MAX >= limit,
    };
    near || within(one.bound, a, b) || within(other.bound, b, a)
}

/// Words near a number that say what it is of: to the next number on either side.
fn window<'a>(text: &'a Text, one: &Quantity) -> HashSet<&'a str> {
    let sentence = text.words.get(one.start).map(|word| word.sentence);
    let telling = |at: &usize| {
        text.words.get(*at).is_some_and(|word| word.content() && Some(word.sentence) == sentence)
    };
    let digits = |at: &usize| !text.get(*at).starts_with(|c: char| c.is_ascii_digit());
    let after =
        (one.end..text.words.len()).take(REACH).take_while(digits).filter(telling).take(WINDOW);
    let before =
        (0..one.start).rev().take(REACH).take_while(digits).filter(telling).take(WINDOW / 2);
    after.chain(before).filter_map(|at| text.words.get(at)).map(|w| w.stem.as_str()).collect()
}

fn same_slot(post: &Text, one: &Quantity, claim: &Text, other: &Quantity) -> bool {
    let (mine, theirs) = (window(post, one), window(claim, other));
    let group =
        |stems: &HashSet<&str>, group: &HashSet<String>| stems.iter().any(|s| group.contains(*s));
    !mine.is_disjoint(&theirs) || SAME.iter().any(|same| group(&mine, same) && group(&theirs, same))
}

#[cfg(test)]
mod tests {
    use super::super::{Guard, contradictions};
    use super::*;

    fn fires(post: &str, claim: &str) -> bool {
        contradictions(post, &[claim], Some("en")).contains(&Guard::Number)
    }

    #[test]
    fn another_number_of_the_same_thing() {
        assert!(fires("50,000 nurses quit over it", "5,000 nurses quit their jobs"));
        assert!(fires("only 20% of it goes to aid", "9 percent of the bill is for aid"));
        assert!(fires("3 dead at the mall", "The shooting left 22 dead and 24 injured."));
        assert!(fires("under forty were killed", "More than 200 Christians were killed"));
    }

    #[test]
    fn the_same_number_otherwise_written_or_told_roughly() {
        assert!(!fires("five thousand nurses quit", "5,000 nurses quit"));
        assert!(!fires("about 4,900 nurses quit", "5,000 nurses quit"));
        assert!(!fires("half of all bees died", "50 percent of bees died"));
        assert!(!fires("over 200 killed", "230 people were killed"));
        assert!(!fires("a dozen killed", "Twelve people were killed"));
    }

    #[test]
    fn a_number_put_in_anothers_place_whatever_else_agrees() {
        let claim = "The number on the jersey of the player changes from 13 to 14 in a 360 dunk.";
        assert!(fires("his jersey number changes from 13 to 24 in a 360 dunk", claim));
        assert!(!fires("his jersey number changes from 13 to 14 in a 360 dunk", claim));
        let over = "Over 50% of senators were born abroad.";
        assert!(fires("over 75% of senators were born abroad", over));
        assert!(!fires("over half of the senators were born abroad", over));
        assert!(!fires("55% of senators were born abroad", over));
        let budget = "Rio sends 120 billion dollars and gets $5 billion back.";
        assert!(fires("Rio sends $120 billion and gets 50 billion back", budget));
        assert!(!fires("Rio sends $120 billion and gets 5 billion back", budget));
    }

    #[test]
    fn a_number_that_the_title_or_the_summary_has_is_not_new() {
        let read = |text: &str| Read::of(text, Some("en"));
        let claims = [read("The city fired 40 of its nurses.")];
        let (told, silent) = (read("In all, 55 nurses left the city."), read(""));
        assert!(contradicts(&read("the city fired 55 of its nurses"), &claims, &silent));
        assert!(!swapped(&read("the city fired 55 of its nurses"), &claims, &told));
        assert!(!contradicts(&read("the city fired 40 of its nurses"), &claims, &told));
    }

    #[test]
    fn other_ranks_hours_multiples_and_ages() {
        for (claim, same, other) in [
            ("The third wave hit the city.", "3rd wave hits city", "fifth wave hits city"),
            ("The shop closes at 9 p.m.", "shop closes 9pm", "shop closes 7pm"),
            ("Gas prices doubled.", "gas prices have doubled", "gas prices have tripled"),
            ("A 4-year-old boy drove.", "boy, 4 years old, drove", "4-week-old boy drove"),
            ("World War II began.", "World War 2 began", "World War I began"),
            ("Thousands of fish died.", "thousands of fish died", "millions of fish died"),
            ("5G masts make birds fall.", "birds fall by 5G masts", "birds fall by 7G masts"),
            ("It was 2 of 3 nurses.", "it was two in three nurses", "it was 1 in 3 nurses"),
        ] {
            assert!(!fires(same, claim), "{same}");
            assert!(fires(other, claim), "{other}");
        }
    }

    #[test]
    fn of_the_very_word_another_number() {
        let claim = "Photographs show where two oceans meet in the gulf of Alaska.";
        assert!(fires("where seven oceans meet, these two bodies, the gulf of Alaska", claim));
        assert!(!fires("where 2 oceans meet, these seven bodies, the gulf of Alaska", claim));
    }

    #[test]
    fn a_number_without_its_unit() {
        assert!(fires(
            "the suspect of the killing is 29",
            "The killing's suspect is 19 years old."
        ));
        assert!(!fires("the suspect of the killing is 19", "The killing's suspect is 19 years."));
        assert!(!fires("every share gives 5¢ to them", "Every share gives 5 cents to them."));
    }

    #[test]
    fn rounded_numbers_are_the_same_and_others_are_not() {
        let alike = |one: &str, other: &str| {
            let (one, other) = (Read::of(one, None), Read::of(other, None));
            let pair = one.quantities.first().zip(other.quantities.first());
            pair.is_some_and(|(one, other)| told_alike(one, other))
        };
        assert!(alike("4,900 nurses", "5,000 nurses"));
        assert!(alike("$1.92 billion", "$1.9 billion"));
        assert!(alike("6 feet", "1.8 meters"));
        assert!(alike("about 45%", "50%"));
        assert!(!alike("55%", "57%"));
        assert!(!alike("47,500 children", "48,500 children"));
        assert!(!alike("90%", "92%"));
    }

    #[test]
    fn a_number_of_something_else_contradicts_nothing() {
        assert!(!fires("I waited 3 hours. 5000 nurses quit", "5,000 nurses quit"));
        assert!(!fires("nurses quit, I pay $20 for parking", "5,000 nurses quit"));
        assert!(!fires("COVID-19 is 5G", "5G towers, 1000 of them, cause illness"));
    }
}
