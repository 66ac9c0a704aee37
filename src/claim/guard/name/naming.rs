//! What names something in a text, told by capitals and by the words that are usually written
//! without one. No list knows all names.

use std::collections::HashSet;

use super::super::date::calendar::{MONTHS, WEEKDAYS, place};
use super::super::words::{Text, Word};
use super::small::{is_never_named, is_small};

/// Runs of one text that are compared.
const RUNS_MAX: usize = 24;
/// Words that may stand in the place of others.
const STRETCH_MAX: usize = 3;
/// Languages whose words written small are known well enough to tell a name where a capital tells
/// nothing: at the start of a sentence, in a headline.
const LISTED: [&str; 4] = ["en", "es", "pt", "fr"];

/// Words before a name that say what somebody is.
const TITLES: &str = "president presidents vice senator sen rep gov governor mayor dr mr mrs ms \
    king queen prince princess pope justice judge sir secretary minister congressman \
    congresswoman representative general prime former first lady potus flotus col lt rev sgt \
    capt gen adm colonel lieutenant sergeant captain chief adviser advisor pastor coach leader \
    minority majority attorney official spokesman spokeswoman ceo officer professor doctor \
    state county city dept department sr jr presidente presidenta senador senadora deputado \
    deputada diputado ministro ministra governador governadora gobernador prefeito alcalde \
    juiz juez rei rey papa ex premier ministre senateur maire juge roi kanzler kanzlerin \
    ministerin bundeskanzler bundeskanzlerin prasident burgermeister herr frau";

/// Names of sides, which are said with many other names.
const PARTIES: &str = "republican democrat democrats republicans gop dem dems";

/// Names that posts put anywhere and that say little of what is told.
const VAGUE: &str = "u.s u.s. us usa united america american americans states unidos estados \
    eeuu eua internet twitter facebook instagram tiktok youtube whatsapp telegram breaking news \
    video photo god lol omg wtf rt via read watch til scoop update alert urgent";

/// German prepositions: no article stands between them and a name, as one does before other words
/// with a capital.
const BARE: &str = "in aus nach von bei um";

/// Words after which something beside the matter is named, or somebody.
const BEFORE: &str = "in at on from of to with by during near for against en de do da dos das em \
    no na nos nas com para por con a au aux du des dans chez avec pour contre bei aus nach von fur \
    mit";

/// Whether a list, its words parted by blanks, has a word.
pub(super) fn among(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one == word)
}

/// A word without the ending of a genitive.
pub(super) fn bare(word: &str) -> &str {
    word.strip_suffix("'s").unwrap_or(word)
}

/// A run of words that name something, by their places.
pub(super) type Run = Vec<usize>;

/// Telling words that follow each other, without others between them.
pub(super) struct Stretch<'a> {
    pub(super) run: Run,
    /// Stems of the telling words before and after, in the same sentence.
    beside: [Option<&'a str>; 2],
}

impl Stretch<'_> {
    /// Whether another one has the same words on both sides.
    pub(super) fn stands_where(&self, other: &Stretch<'_>) -> bool {
        self.beside == other.beside && self.beside.iter().any(Option::is_some)
    }
}

/// A text with what is needed to tell its names.
pub(super) struct Naming<'a> {
    text: &'a Text,
    titled: HashSet<u16>,
    /// Whether its language's words written small are known.
    listed: bool,
    /// In English, without any capital but at the start of sentences.
    plain: bool,
    german: bool,
    /// The text of a check, which is written with care.
    claimed: bool,
    /// Words that the rest of the check writes with a capital.
    evident: HashSet<&'a str>,
}

impl<'a> Naming<'a> {
    /// A post in the language `lang`, if that is known, or a claim, where there is `also` the rest
    /// of its check.
    pub(super) fn of(text: &'a Text, lang: Option<&str>, also: Option<&'a Text>) -> Self {
        let lang = lang.map_or("en", |lang| lang.split(['-', '_']).next().unwrap_or(lang));
        let mut inner = text.words.iter().filter(|word| !word.first && !word.tagged);
        Self {
            text,
            // German headlines have no more capitals than other sentences.
            titled: if lang == "de" { HashSet::new() } else { super::titled(text) },
            listed: LISTED.contains(&lang),
            plain: lang == "en" && !inner.any(|word| word.content() && word.capital()),
            german: lang == "de",
            claimed: also.is_some(),
            evident: also.map(evident).unwrap_or_default(),
        }
    }

    /// Whether a sentence writes most of its words with a capital, as headlines do.
    pub(super) fn is_titled(&self) -> bool {
        !self.titled.is_empty()
    }

    /// The runs of words that name something, of one clause each.
    pub(super) fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let clause = |at: usize| self.text.words.get(at).map(|word| word.clause);
        // "Robert C. O'Brien" is one name.
        let letter = |at: usize| self.text.words.get(at).is_some_and(is_letter);
        for at in (0..self.text.words.len()).filter(|at| self.names(*at)) {
            let goes_on = |last: &usize| {
                (last + 1 == at || last + 2 == at && letter(at - 1)) && clause(*last) == clause(at)
            };
            match runs.last_mut().filter(|run| run.last().is_some_and(goes_on)) {
                Some(run) => run.push(at),
                None => runs.push(vec![at]),
            }
        }
        runs.truncate(RUNS_MAX);
        runs
    }

    /// The stretches of those words, up to some length.
    pub(super) fn stretches(&self, of: &impl Fn(&usize) -> bool) -> Vec<Stretch<'a>> {
        let words = &self.text.words;
        let telling = |at: &usize| words.get(*at).is_some_and(|w| w.content() && !w.tagged);
        let telling: Vec<usize> = (0..words.len()).filter(telling).collect();
        let sentence = |at: usize| words.get(at).map(|word| word.sentence);
        let parts = telling
            .chunk_by(|one, other| sentence(*one) == sentence(*other) && of(one) == of(other));
        let parts = parts.filter(|part| part.len() <= STRETCH_MAX && part.iter().all(of));
        parts.map(|part| Stretch { run: part.to_vec(), beside: self.beside(part) }).collect()
    }

    /// Whether a word is written as a name is, of whatever kind.
    pub(super) fn writes_as_name(&self, at: usize) -> bool {
        let other = |word: &str| among(TITLES, word) || is_of_calendar(word);
        let usual = self.tells(at) && self.is_capital(at) && !other(self.text.get(at));
        usual && !self.german || self.names(at)
    }

    fn names(&self, at: usize) -> bool {
        let Some(word) = self.text.words.get(at) else { return false };
        let bare = bare(&word.text);
        let no_name = bare.contains('\'') && !bare.starts_with("o'")
            || among(TITLES, bare)
            || among(PARTIES, bare)
            || among(VAGUE, bare)
            || is_of_calendar(bare);
        if !word.content() || word.tagged || no_name {
            return false;
        }
        if !word.capital() {
            return self.plain && word.text.is_ascii() && !is_small(bare);
        }
        let telling = self.tells(at) && !is_shouted(word);
        let beside = [at.wrapping_sub(1), at + 1];
        if self.german {
            // Every noun has a capital.
            let led = || self.claimed || among(BARE, self.text.get(at.wrapping_sub(1)));
            let in_company = || beside.iter().any(|at| self.is_capital(*at));
            return !is_small(bare) && (telling && led() || in_company());
        }
        if self.evident.contains(bare) || self.listed && !is_small(bare) {
            return true;
        }
        // "Target", "Boston Globe": a usual word, where nothing but a name gives it a capital.
        let in_company = || beside.iter().any(|at| self.tells(*at) && self.is_capital(*at));
        telling && (!is_never_named(bare) || in_company())
    }

    /// Whether a capital tells something here.
    fn tells(&self, at: usize) -> bool {
        self.text.words.get(at).is_some_and(|word| {
            !(self.text.shouted || word.first || self.titled.contains(&word.sentence))
        })
    }

    fn is_capital(&self, at: usize) -> bool {
        let word = self.text.words.get(at);
        word.is_some_and(|word| word.capital() && word.content() && !is_shouted(word))
    }

    /// The stems of the telling words before and after a run, in its sentence.
    pub(super) fn beside(&self, run: &[usize]) -> [Option<&'a str>; 2] {
        let words = &self.text.words;
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return [None; 2] };
        let sentence = words.get(*first).map(|word| word.sentence);
        let tells = |word: &&Word| word.content() && !word.tagged;
        let same = |word: &&Word| Some(word.sentence) == sentence;
        let before = words.iter().take(*first).rev().take_while(same).find(tells);
        let after = words.iter().skip(last + 1).take_while(same).find(tells);
        [before, after].map(|word| word.map(|word| word.stem.as_str()))
    }

    /// Whether a text ends in a run: who wrote it, perhaps.
    pub(super) fn signs(&self, run: &[usize]) -> bool {
        run.last().is_some_and(|last| last + 1 >= self.text.words.len())
    }

    /// Whether a preposition leads to a run.
    pub(super) fn is_led_to(&self, run: &[usize]) -> bool {
        let before = run.first().and_then(|at| at.checked_sub(1));
        before.is_some_and(|at| among(BEFORE, self.text.get(at)))
    }
}

fn is_of_calendar(word: &str) -> bool {
    place(&MONTHS, word).is_some() || place(&WEEKDAYS, word).is_some()
}

/// Words that a text always writes with a capital, also where no sentence begins.
fn evident(text: &Text) -> HashSet<&str> {
    let titled = super::titled(text);
    let inner = text.words.iter().filter(|word| word.content() && !word.first);
    let inner = inner.filter(|word| !titled.contains(&word.sentence));
    let (capital, small): (Vec<&Word>, Vec<&Word>) = inner.partition(|word| word.capital());
    let small: HashSet<&str> = small.into_iter().map(|word| bare(&word.text)).collect();
    let capital = capital.into_iter().map(|word| bare(&word.text));
    capital.filter(|word| !small.contains(word)).collect()
}

fn is_shouted(word: &Word) -> bool {
    word.raw.chars().count() > 1 && !word.raw.chars().any(char::is_lowercase)
}

/// One letter of a name.
fn is_letter(word: &Word) -> bool {
    word.capital() && word.raw.chars().count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str, lang: &str, also: Option<&str>) -> Vec<String> {
        let (text, also) = (Text::of(text), also.map(Text::of));
        let naming = Naming::of(&text, Some(lang), also.as_ref());
        let raw = |run: Run| run.iter().map(|at| text.words[*at].raw.clone()).collect::<Vec<_>>();
        naming.runs().into_iter().map(|run| raw(run).join(" ")).collect()
    }

    #[test]
    fn names_are_told_by_their_capitals() {
        assert_eq!(named("Then Jane Doe of Pawtucket ran", "en", None), ["Jane Doe", "Pawtucket"]);
        assert_eq!(named("advisor Robert C. O'Brien said", "en", None), ["Robert O'Brien"]);
        assert_eq!(named("the Boston Globe wrote", "en", None), ["Boston Globe"]);
        assert!(named("We told President so on Monday in May", "en", None).is_empty());
    }

    #[test]
    fn where_capitals_tell_nothing_usual_words_are_none() {
        assert_eq!(named("Providence has less crime", "en", None), ["Providence"]);
        assert!(named("Crime has fallen. Men say so", "en", None).is_empty());
        assert_eq!(named("IOWA IS THE WORST STATE", "en", None), ["IOWA"]);
        assert_eq!(named("did pawtucket pay for it", "en", None), ["pawtucket"]);
        assert!(named("Szkola zamknieta od jutra", "pl", None).is_empty());
        assert!(named("वह कहता है", "hi", None).is_empty());
    }

    #[test]
    fn the_rest_of_a_check_tells_which_words_name() {
        let also = "A row began when Target announced it.";
        assert_eq!(named("Target caved to pressure", "en", Some(also)), ["Target"]);
        assert!(named("Target caved to pressure", "en", Some("It met its target.")).is_empty());
    }

    #[test]
    fn german_nouns_are_no_names() {
        assert_eq!(named("Der Markt in Itzehoe wird Museum", "de", None), ["Itzehoe"]);
        assert!(named("Der Markt wird ein Museum", "de", None).is_empty());
    }
}
