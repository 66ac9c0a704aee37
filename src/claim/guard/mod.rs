//! Guards of the truth conditions: does the post contradict the check's claim on a number, name,
//! place, date, or by negation? Such a check is never stated as the match.
//!
//! A guard speaks only where both sides fill the same slot with different values. What one side
//! leaves out contradicts nothing, since people paraphrase and shorten. Texts are cut off at a
//! limit, and what is compared in pairs is few.

mod date;
mod debunk;
mod forms;
mod name;
mod negation;
mod number;
mod place;
mod words;

use chrono::NaiveDate;
pub use debunk::is_debunk;
use words::Text;

use super::text::cut_at_word;

/// Claims of one check that are compared: what it reviewed, and its title.
const CLAIMS_MAX: usize = 4;

/// Characters of what else a check says, its summary, that are read.
pub const ALSO_CHARS_MAX: usize = 600;

/// A truth condition on which a post contradicts a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guard {
    /// Another number of the same thing.
    Number,
    /// Another person or organisation in the same place.
    Name,
    /// Another place.
    Place,
    /// Another year, month, day, weekday or season.
    Date,
    /// The opposite.
    Negation,
}

impl Guard {
    /// Its name in `why.guards`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Name => "name",
            Self::Place => "place",
            Self::Date => "date",
            Self::Negation => "negation",
        }
    }
}

/// A text with what the guards compare.
struct Read {
    text: Text,
    dates: date::Dates,
    quantities: Vec<number::quantity::Quantity>,
    ranks: Vec<number::quantity::Quantity>,
    places: place::Places,
    names: name::Names,
}

impl Read {
    fn of(text: &str, lang: Option<&str>) -> Self {
        let text = Text::of(text);
        let dates = date::Dates::of(&text, lang);
        let quantities = number::quantity::quantities(&text, &dates.taken, lang);
        let ranks = number::ordinal::ranks(&text, &dates.taken, lang);
        let places = place::Places::of(&text);
        let names = name::Names::of(&text, &places);
        Self { text, dates, quantities, ranks, places, names }
    }
}

/// A post, read once and compared with the claims of many checks.
pub struct Said<'a> {
    read: Read,
    lang: Option<&'a str>,
    on: Option<NaiveDate>,
    debunk: bool,
}

impl<'a> Said<'a> {
    /// Reads a post in the language `lang`, if that is known.
    pub fn of(post: &str, lang: Option<&'a str>) -> Self {
        Self { read: Read::of(post, lang), lang, on: None, debunk: is_debunk(post, lang) }
    }

    /// The same post, said on a day if that is known.
    #[must_use]
    pub fn on(self, day: Option<NaiveDate>) -> Self {
        Self { on: day, ..self }
    }

    /// Whether the post is itself a fact check or reports one.
    pub fn is_debunk(&self) -> bool {
        self.debunk
    }

    /// Whether the post speaks of days after `published` only, so that a check of that day can't
    /// be about them.
    pub fn is_of_days_after(&self, published: NaiveDate) -> bool {
        self.read.dates.are_after(published, self.on)
    }

    /// The truth conditions on which the post contradicts a check, whose `claims` are what it
    /// reviewed (the title only where that is not given), then its title; `also` is what else it
    /// says. A claim that agrees on a condition saves it, of dates on that part of it.
    pub fn contradicts(&self, claims: &[&str], also: &str) -> Vec<Guard> {
        let claims = claims.iter().filter(|claim| !claim.trim().is_empty()).take(CLAIMS_MAX);
        let claims: Vec<Read> = claims.map(|claim| Read::of(claim, self.lang)).collect();
        let also = Read::of(cut_at_word(also, ALSO_CHARS_MAX), self.lang);
        let post = &self.read;
        let fires = |agree: &dyn Fn(&Read, &Read) -> Option<bool>| {
            let all = claims.iter().map(|claim| agree(post, claim));
            let verdicts: Vec<Option<bool>> = all.collect();
            verdicts.contains(&Some(false)) && !verdicts.contains(&Some(true))
        };
        let mut guards = Vec::new();
        if number::contradicts(post, &claims, &also) {
            guards.push(Guard::Number);
        }
        if fires(&name::agree) {
            guards.push(Guard::Name);
        }
        let places: Vec<&place::Places> = claims.iter().map(|claim| &claim.places).collect();
        let besides = [places.get(1..).unwrap_or_default(), &[&also.places]].concat();
        if fires(&|post, claim| post.places.agree(&claim.places))
            || places.first().is_some_and(|claim| post.places.exchanges(claim, &besides))
        {
            guards.push(Guard::Place);
        }
        let dates = claims.iter().map(|claim| post.dates.compare(&claim.dates));
        if dates.fold(date::Compared::default(), date::Compared::and).fires()
            || date::when::changed(post, &claims, &also)
        {
            guards.push(Guard::Date);
        }
        // A title is often the answer to the claim: only the claim itself can be the opposite.
        let opposite = |claim: &Read| negation::opposite(&post.text, &claim.text, self.lang);
        if claims.first().is_some_and(opposite) {
            guards.push(Guard::Negation);
        }
        let exchanged = name::exchange::exchanged(post, &claims, &also.text, self.lang);
        for guard in exchanged {
            if !guards.contains(&guard) {
                guards.push(guard);
            }
        }
        guards
    }
}

/// [`Said::contradicts`] for a post that is compared with one check only.
pub fn contradictions(post: &str, claims: &[&str], lang: Option<&str>) -> Vec<Guard> {
    Said::of(post, lang).contradicts(claims, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_claim_that_agrees_saves() {
        let post = "Detroit had more votes than voters in 2016";
        let of_2020 = "Detroit had more votes than voters in 2020.";
        assert_eq!(contradictions(post, &[of_2020], None), [Guard::Date]);
        assert!(contradictions(post, &[of_2020, "Detroit votes, 2016"], None).is_empty());
        assert!(contradictions(post, &["", " "], None).is_empty());
    }

    #[test]
    fn a_title_that_says_less_does_not_save() {
        let claim = "The bridge fell on 13 July 2018.";
        let titles = |post: &str, title: &str| contradictions(post, &[claim, title], Some("en"));
        let changed = "the bridge fell on 31 July 2018";
        assert_eq!(titles(changed, "Bridge did not fall in July 2018"), [Guard::Date]);
        assert!(titles(changed, "Bridge did not fall on 31 July").is_empty());
        assert!(titles("the bridge fell in July 2018", "Bridge stood on July 13").is_empty());
        assert_eq!(titles("the bridge fell on 88 July 2018", "Bridge, July 2018"), [Guard::Date]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_a_guard(post in any::<String>(), claim in any::<String>()) {
            for lang in [None, Some("en"), Some("de"), Some("es-AR"), Some("")] {
                contradictions(&post, &[&claim, &post], lang);
                is_debunk(&post, lang);
            }
        }

        #[test]
        fn no_run_of_signs_and_digits_breaks_a_guard(
            post in "[#@$€%'’.,:!?0-9a-dA-DéßİΣ \\-n]{0,60}",
            claim in "(not|no|5,000|1 in|half of|Sept\\.|'95|million|U\\.S\\.|l'Italie| )*",
        ) {
            contradictions(&post, &[&claim], Some("fr"));
            contradictions(&claim, &[&post], Some("en"));
        }
    }

    #[test]
    fn long_texts_cost_no_more_than_their_limit() {
        let long = "Trump did not kill 5,000 people in Texas in 2020, they won't! ".repeat(5_000);
        assert_eq!(contradictions(&long, &[&long], Some("en")), []);
        assert_eq!(Text::of(&long).words.len(), words::WORDS_MAX);
    }
}
