//! The guard of names: another person or organisation where the rest is the same. Here those that
//! posts name most often, under all their names; beside it those that no list knows.

pub(super) mod exchange;
mod having;
mod naming;
mod small;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use super::Read;
use super::forms::{Forms, Found};
use super::place::Places;
use super::words::Text;

/// Share of the claim's other words that a post must have for known names to be exchanged.
const KNOWN_OVERLAP: f32 = 0.2;
/// Other words of a claim so few that none need be shared: "... has died".
const FEW_OTHERS: usize = 1;
/// Handles at the start of a post say to whom it is, not of whom.
const ADDRESSED_MAX: usize = 8;

struct Known {
    forms: Forms,
    /// Family name, or the last word of any other name.
    last: Vec<&'static str>,
    /// Kind of each by id: person, organisation or press.
    kinds: Vec<u8>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known { forms: Forms::default(), last: Vec::new(), kinds: Vec::new() };
    let list = include_str!("../../../../index/analyzers/names.txt");
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let Some((kind, forms)) = line.split_once(':') else { continue };
        let id = u16::try_from(known.kinds.len()).unwrap_or(u16::MAX);
        known.kinds.push(kind.bytes().next().unwrap_or_default());
        let full = forms.split(',').next().unwrap_or_default().trim();
        known.last.push(full.rsplit(' ').find(|word| *word != "jr").unwrap_or_default());
        forms.split(',').for_each(|form| known.forms.add(id, form));
    }
    known
});

/// The names in a text.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: BTreeSet<u16>,
    /// Known ones that are only called, as in a reply to them.
    called: BTreeSet<u16>,
    /// Stems of all words of names.
    stems: HashSet<String>,
    /// Where the known ones stand.
    found: Vec<Found>,
}

impl Names {
    pub(super) fn of(text: &Text, places: &Places) -> Self {
        let found = KNOWN.forms.find(text);
        let addressed = text.words.iter().take(ADDRESSED_MAX).take_while(|w| w.tagged).count();
        let others = found.iter().any(|one| one.start >= addressed);
        // Without another name, "#Pelosi sneaks ..." is about it; with one, it is said to her.
        let called = |one: &Found| {
            let press = KNOWN.kinds.get(usize::from(one.id)) == Some(&b'm');
            (one.start < addressed && (press || others)) || signs(text, one.start, one.end)
        };
        let mut names = Self::default();
        let mut taken = BTreeSet::new();
        for one in &found {
            if called(one) {
                names.called.insert(one.id);
            } else {
                names.known.insert(one.id);
            }
            taken.extend(one.start..one.end);
        }
        for place in &places.found {
            taken.extend(place.start..place.end);
        }
        for at in &taken {
            names.stems.extend(text.words.get(*at).map(|word| word.stem.clone()));
        }
        names.found = found;
        names
    }

    /// Whether a word of this text is part of a known name that another text has, too.
    pub(super) fn is_kin(&self, at: usize, other: &Self) -> bool {
        let here = self.found.iter().filter(|one| (one.start..one.end).contains(&at));
        here.into_iter().any(|one| other.known.contains(&one.id) || other.called.contains(&one.id))
    }
}

/// Whether a name stands alone after the last sentence: who wrote it, not of whom.
fn signs(text: &Text, start: usize, end: usize) -> bool {
    let sentence = |at: usize| text.words.get(at).map(|word| word.sentence);
    let alone = start > 0 && sentence(start) != sentence(start - 1);
    alone && end >= text.words.len() && !text.words.get(start).is_some_and(|word| word.tagged)
}

/// Sentences most of whose words have capitals, as in headlines, so that they tell nothing.
pub(super) fn titled(text: &Text) -> HashSet<u16> {
    let mut counts: HashMap<u16, (usize, usize)> = HashMap::new();
    for word in text.words.iter().filter(|word| word.content()) {
        let (capitals, all) = counts.entry(word.sentence).or_default();
        *all += 1;
        *capitals += usize::from(word.capital());
    }
    let titled = |(capitals, all): &(usize, usize)| *all > 3 && capitals * 3 > all * 2;
    counts.iter().filter(|(_, counts)| titled(counts)).map(|(sentence, _)| *sentence).collect()
}

/// Whether post and claim name people or organisations that agree: `None` if nothing compares.
pub(super) fn agree(post: &Read, claim: &Read) -> Option<bool> {
    let (mine, theirs) = (&post.names, &claim.names);
    let kind = |id: &u16| KNOWN.kinds.get(usize::from(*id)).copied().unwrap_or_default();
    let said = |names: &Names, id: &u16| names.known.contains(id) || names.called.contains(id);
    let added: Vec<u16> = mine.known.iter().filter(|id| !said(theirs, id)).copied().collect();
    let missing: Vec<u16> = theirs.known.iter().filter(|id| !said(mine, id)).copied().collect();
    let both: HashSet<&str> = mine.stems.iter().chain(&theirs.stems).map(String::as_str).collect();
    let overlap = post.text.overlap(&claim.text, &both);
    // "Mrs. Trump" is found as another Trump.
    let family = |one: &u16| KNOWN.last.get(usize::from(*one)).copied().unwrap_or_default();
    let other = |one: &u16, other: &u16| kind(one) == kind(other) && family(one) != family(other);
    let rest = claim.text.stems.iter().filter(|stem| !both.contains(stem.as_str())).count();
    let exchanged = (overlap >= KNOWN_OVERLAP || rest <= FEW_OTHERS)
        && added.iter().any(|one| missing.iter().any(|lost| other(one, lost)));
    if exchanged {
        return Some(false);
    }
    mine.known.iter().any(|id| theirs.known.contains(id)).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::super::{Guard, contradictions};

    fn fires(post: &str, claim: &str) -> bool {
        contradictions(post, &[claim], Some("en")).contains(&Guard::Name)
    }

    #[test]
    fn somebody_else_in_the_same_place() {
        let claim = "Bill Gates said that vaccines reduce the population.";
        assert!(fires("Elon Musk said vaccines reduce the population", claim));
        assert!(fires("elon musk admits vaccines reduce population", claim));
        assert!(fires(
            "Then Peter Miller was arrested for selling ballots",
            "The clerk Jane Doe was arrested for selling ballots."
        ));
    }

    #[test]
    fn other_words_for_the_same_name() {
        assert!(!fires("@realDonaldTrump called them losers", "Donald Trump called them losers"));
        assert!(!fires("#RIPDrake shot dead", "Rapper Drake was shot dead"));
        assert!(!fires("Even the WHO says so", "The World Health Organization said so"));
        assert!(!fires("who says lockdowns failed", "The CDC says lockdowns failed"));
    }

    #[test]
    fn a_further_name_contradicts_nothing() {
        assert!(!fires("Trump and Obama met Putin", "Donald Trump met Putin"));
        assert!(!fires("he called them losers", "Donald Trump called them losers"));
        assert!(!fires("@CNN why silent? Trump called them losers", "Trump called them losers"));
    }
}
