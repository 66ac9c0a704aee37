//! Dates: years, months, days, weekdays and seasons that a text names.
//!
//! Dates that no calendar has ("88 July") are read like others: a changed one becomes such.

pub(super) mod calendar;
mod era;
pub(super) mod moment;
pub(super) mod when;

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::words::{Text, Word};
use calendar::{
    BEFORE, COUNTED, EVERY, FRESH, MONTHS, day_at, last_day, place, season, weekday, year_of,
};
use era::{Era, era};
use when::{Mark, marks};

/// Days after its publication from which on a check is an old one for what is said of today.
const FRESH_DAYS: i64 = 90;

/// Dates with a month of one text that are compared.
const NAMED_MAX: usize = 24;
/// Languages in which a date in numbers begins with its day. In English it may be the month.
const DAY_FIRST: [&str; 4] = ["es", "pt", "fr", "de"];

/// A date by its month, as far as a text tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Named {
    day: Option<u8>,
    /// The month less one.
    month: usize,
    year: Option<u16>,
}

impl Named {
    /// What differs of what both tell, as slots, and how much both tell.
    fn differs(self, other: Self) -> (u8, u8) {
        let slots = [
            (YEAR, self.year.zip(other.year).map(|(one, other)| one == other)),
            (MONTH, Some(self.month == other.month)),
            (DAY, self.day.zip(other.day).map(|(one, other)| one == other)),
        ];
        let told = slots.into_iter().filter_map(|(slot, same)| same.map(|same| (slot, same)));
        told.fold((0, 0), |(differ, count), (slot, same)| {
            (if same { differ } else { differ | slot }, count + 1)
        })
    }
}

/// Slots of when, one bit each.
const YEAR: u8 = 1;
const MONTH: u8 = 1 << 1;
const DAY: u8 = 1 << 2;
const WEEKDAY: u8 = 1 << 3;
const SEASON: u8 = 1 << 4;

/// On which slots two texts agree and contradict each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Compared {
    agrees: u8,
    contradicts: u8,
}

impl Compared {
    /// Together with what another claim of the same check says.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            agrees: self.agrees | other.agrees,
            contradicts: self.contradicts | other.contradicts,
        }
    }

    /// Whether a slot contradicts that no claim agrees on: a title that names but the month does
    /// not make another day of it the same.
    pub(super) fn fires(self) -> bool {
        self.contradicts & !self.agrees != 0
    }
}

/// What a text says of when.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Dates {
    pub(super) years: BTreeSet<u16>,
    /// Decades and centuries.
    pub(super) eras: Vec<Era>,
    pub(super) months: BTreeSet<usize>,
    pub(super) days: BTreeSet<(usize, u8)>,
    named: Vec<Named>,
    pub(super) weekdays: BTreeSet<usize>,
    pub(super) seasons: BTreeSet<usize>,
    /// All of it that may be changed by itself, with holidays, parts of the day and the like.
    marks: Vec<Mark>,
    /// Says that it is of the days on which it is said.
    fresh: bool,
    /// Places of words that are part of a date and so no quantities.
    pub(super) taken: BTreeSet<usize>,
}

impl Dates {
    /// The dates of a text in the language `lang`, if that is known.
    pub(super) fn of(text: &Text, lang: Option<&str>) -> Self {
        let lang = lang.and_then(|lang| lang.split(['-', '_']).next()).unwrap_or_default();
        let day_first = DAY_FIRST.contains(&lang);
        let mut dates = Self::default();
        for at in 0..text.words.len() {
            dates.in_numbers(text, at, day_first);
            dates.month(text, at);
            if let Some((era, long)) = era(text, at) {
                dates.eras.push(era);
                dates.taken.extend(at..at + long);
            } else {
                dates.year(text, at);
            }
            let word = text.get(at);
            dates.fresh |= FRESH.contains(&word)
                || word == "this"
                    && matches!(text.get(at + 1), "morning" | "week" | "weekend" | "evening");
            dates.weekdays.extend(weekday(text, at));
            dates.seasons.extend(season(text, at));
        }
        dates.marks = marks(&dates, text, lang);
        dates
    }

    fn month(&mut self, text: &Text, at: usize) {
        let Some(month) = place(&MONTHS, text.get(at)) else { return };
        // "May" and "march", "mar" and "mars" are words of their own too.
        let sure = !matches!(text.get(at), "may" | "march" | "mar" | "mars" | "jan" | "mai");
        let day = day_at(text, at, sure);
        let capital = text.words.get(at).is_some_and(Word::capital);
        let led =
            at > 0 && (BEFORE.contains(&text.get(at - 1)) || EVERY.contains(&text.get(at - 1)));
        let dated = day.is_some() || year_of(text.get(at + 1)).is_some();
        let called = matches!(
            (at.checked_sub(2).map_or("", |at| text.get(at)), text.get(at.wrapping_sub(1))),
            ("mois" | "mes" | "month", "de" | "of")
        );
        let sure = sure || called;
        let verb = text.get(at) == "march" && !capital && !dated;
        if !(dated || (led && !verb && (sure || capital)) || (sure && text.get(at).len() > 3)) {
            return;
        }
        let year = [at + 1, at + 2].into_iter().find_map(|place| {
            let unreal =
                || unreal_year(text, place).filter(|_| day.is_some_and(|(at, _)| at < place));
            Some((place, year_of(text.get(place)).or_else(unreal)?))
        });
        if let Some((place, year)) = year {
            self.years.insert(year);
            self.taken.insert(place);
        }
        self.taken.extend(day.map(|(place, _)| place));
        // "Nov. 3-10": the last day is a date of its own.
        if let Some((place, last)) = day.and_then(|(first, _)| last_day(text, at, first)) {
            self.taken.insert(place);
            self.days.insert((month, last));
        }
        let (day, year) = (day.map(|(_, day)| day), year.map(|(_, year)| year));
        self.name(Named { day, month, year });
        for place in at + 1..=at + 2 {
            if year_of(text.get(place)).is_some() {
                self.taken.insert(place);
            }
        }
    }

    /// A date in numbers: `13/07/2018`, `2018-07-13`, `13.07.2018`.
    fn in_numbers(&mut self, text: &Text, at: usize, day_first: bool) {
        let word = text.get(at);
        let dotted = word.contains('.');
        let parts: Vec<&str> = if dotted {
            word.split('.').collect()
        } else {
            (at..at + 3).map(|place| text.get(place)).collect()
        };
        let [first, second, third] = parts[..] else { return };
        let short = |part: &str| part.parse::<u8>().ok().filter(|_| part.len() <= 2);
        let (one, two, year) = match (year_of(first), year_of(third)) {
            (Some(year), None) => (short(third), short(second), year),
            (None, Some(year)) => (short(first), short(second), year),
            _ => return,
        };
        let (Some(one), Some(two)) = (one, two) else { return };
        let sorted = dotted || day_first || year_of(first).is_some();
        let read = match (one, two) {
            (_, 1..=12) if sorted || one > 12 || one == two => Some((one, two)),
            (1..=12, 13..) => Some((two, one)),
            _ => None,
        };
        if let Some((day, month)) = read {
            self.name(Named { day: Some(day), month: usize::from(month) - 1, year: Some(year) });
        }
        self.years.insert(year);
        self.taken.extend(at..at + if dotted { 1 } else { 3 });
    }

    fn name(&mut self, named: Named) {
        self.months.insert(named.month);
        self.days.extend(named.day.map(|day| (named.month, day)));
        if self.named.len() < NAMED_MAX {
            self.named.push(named);
        }
    }

    fn year(&mut self, text: &Text, at: usize) {
        let word = text.get(at);
        let led = at > 0 && BEFORE.contains(&text.get(at - 1));
        let short = word.strip_prefix('\'').or(Some(word)).filter(|word| word.len() == 2);
        if let Some(year) = short.and_then(|word| word.parse::<u16>().ok())
            && (word.starts_with('\'')
                || at.checked_sub(1).and_then(|at| season(text, at)).is_some())
        {
            self.years.insert(if year > 30 { 1900 + year } else { 2000 + year });
            self.taken.insert(at);
            return;
        }
        let Some(year) = year_of(word) else { return };
        let money = at > 0 && matches!(text.get(at - 1), "$" | "€" | "£");
        let round = year.is_multiple_of(100) || year > 2060;
        let old = year < 1900;
        let clause = |at: usize| text.words.get(at).map(|word| word.clause);
        let goes_on = clause(at) == clause(at + 1);
        let counts = goes_on && text.words.get(at + 1).is_some_and(Word::content);
        let counted = goes_on && COUNTED.contains(&text.get(at + 1));
        // "The Refugee Act of 1980" is a name.
        let law = text.get(at.wrapping_sub(1)) == "of"
            && matches!(text.get(at.wrapping_sub(2)), "act" | "class" | "code");
        if law || money || counted || ((old || round) && !led && (at > 0 || counts)) {
            return;
        }
        self.years.insert(year);
        self.taken.insert(at);
    }

    /// Whether all it says of when is after a day: later years, later months of that year, or, on
    /// the day `on` which it is said, that very time. What is yet to come on that day does not
    /// count: a check may well be about it.
    pub(super) fn are_after(&self, day: NaiveDate, on: Option<NaiveDate>) -> bool {
        let year = |year: &u16| i32::from(*year);
        let later = |one: i32| one > day.year() && on.is_none_or(|on| one <= on.year());
        if !self.years.is_empty() {
            let months = || self.months.iter().all(|month| *month as u32 > day.month0());
            return self.years.iter().map(year).all(later)
                || self.years.iter().map(year).all(|one| one == day.year())
                    && !self.months.is_empty()
                    && months();
        }
        self.fresh && on.is_some_and(|on| (on - day).num_days() > FRESH_DAYS)
    }

    /// How what this text says of when compares with what a claim says.
    pub(super) fn compare(&self, claim: &Self) -> Compared {
        let mut compared = Compared::default();
        let mut put = |slot: u8, comparable: bool, agrees: bool| {
            if comparable && agrees {
                compared.agrees |= slot;
            } else if comparable {
                compared.contradicts |= slot;
            }
        };
        fn both<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> (bool, bool) {
            (!one.is_empty() && !other.is_empty(), !one.is_disjoint(other))
        }
        let slots = [
            (YEAR, self.in_years_of(claim)),
            (MONTH, both(&self.months, &claim.months)),
            (WEEKDAY, both(&self.weekdays, &claim.weekdays)),
            (SEASON, both(&self.seasons, &claim.seasons)),
        ];
        for (slot, (comparable, agrees)) in slots {
            put(slot, comparable, agrees);
        }
        let same_month =
            self.days.iter().any(|(month, _)| claim.days.iter().any(|(other, _)| month == other));
        put(DAY, same_month, !self.days.is_disjoint(&claim.days));
        let changed = self.changed(claim);
        compared.agrees &= !changed;
        compared.contradicts |= changed;
        compared
    }

    /// Whether both texts name years, decades or centuries, and whether they meet.
    fn in_years_of(&self, claim: &Self) -> (bool, bool) {
        let spans = |dates: &Self| -> Vec<Era> {
            let years = dates.years.iter().map(|year| (*year, *year));
            years.chain(dates.eras.iter().copied()).collect()
        };
        let (mine, theirs) = (spans(self), spans(claim));
        let meets = |one: &Era| theirs.iter().any(|other| one.0 <= other.1 && other.0 <= one.1);
        (!mine.is_empty() && !theirs.is_empty(), mine.iter().any(meets))
    }

    /// Slots in which a date of this text is one of the claim's but for that slot, where neither
    /// text has the other's date as well.
    fn changed(&self, claim: &Self) -> u8 {
        let alone = |one: Named, others: &[Named]| others.iter().all(|o| one.differs(*o).0 != 0);
        let theirs: Vec<Named> =
            claim.named.iter().copied().filter(|one| alone(*one, &self.named)).collect();
        let mine = self.named.iter().filter(|one| alone(**one, &claim.named));
        let pairs = mine.flat_map(|one| theirs.iter().map(|other| one.differs(*other)));
        pairs
            .filter(|(slots, told)| slots.count_ones() == 1 && *told > 1)
            .fold(0, |changed, (slots, _)| changed | slots)
    }
}

/// A year that is none, or none of any text: only where nothing follows that it could count.
fn unreal_year(text: &Text, place: usize) -> Option<u16> {
    let year: u16 = Some(text.get(place)).filter(|word| word.len() == 4)?.parse().ok()?;
    let clause = |place: usize| text.words.get(place).map(|word| word.clause);
    let counts = text.words.get(place + 1).is_some_and(Word::content);
    (!counts || clause(place) != clause(place + 1)).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_lang(post: &str, claim: &str, lang: &str) -> Option<bool> {
        let read = |text: &str| Dates::of(&Text::of(text), Some(lang));
        let compared = read(post).compare(&read(claim));
        (compared != Compared::default()).then_some(!compared.fires())
    }

    fn agree(post: &str, claim: &str) -> Option<bool> {
        in_lang(post, claim, "en")
    }

    #[test]
    fn other_years_months_days_and_weekdays_contradict() {
        assert_eq!(agree("Detroit #election2020", "Detroit in 2016"), Some(false));
        assert_eq!(agree("on March 3", "on March 13"), Some(false));
        assert_eq!(agree("1er janvier 2024", "le 1 janvier 2024"), Some(true));
        assert_eq!(agree("from Saturday", "on Wednesday"), Some(false));
        assert_eq!(agree("Sept. 23rd", "September 23"), Some(true));
        assert_eq!(agree("the arctic in '95", "a photo from 1995"), Some(true));
    }

    #[test]
    fn one_side_only_is_no_contradiction() {
        assert_eq!(agree("more votes than voters", "in 2016"), None);
        assert_eq!(agree("they may march on", "on March 3"), None);
        assert_eq!(agree("2000 people came", "in 2016"), None);
        assert_eq!(agree("in July 2020", "in 2020"), Some(true));
        for (lang, claim, post) in [
            ("en", "The bridge fell on 13 July 2018.", "the bridge fell in July 2018"),
            ("en", "The bridge fell in July 2018.", "it fell on July 13, 2018"),
            ("es", "El puente cayó el 13 de julio de 2018.", "cayó en julio de 2018"),
            ("pt", "A ponte caiu em 13 de julho de 2018.", "caiu em julho de 2018"),
            ("fr", "Le pont est tombé le 13 juillet 2018.", "tombé en juillet 2018"),
            ("de", "Die Brücke stürzte am 13. Juli 2018 ein.", "sie stürzte im Juli 2018 ein"),
        ] {
            assert_eq!(in_lang(post, claim, lang), Some(true), "{lang}: {post}");
        }
    }

    #[test]
    fn one_part_of_a_date_changed_is_another_date() {
        for (lang, claim, part, changed) in [
            (
                "en",
                "The bridge fell on 13 July 2018.",
                "13 July",
                ["31 July", "88 July", "13 June"],
            ),
            ("en", "It fell on July 13, 2018.", "July 13,", ["July 31,", "July 88,", "May 13,"]),
            (
                "es",
                "Cayó el 13 de julio de 2018.",
                "13 de julio",
                ["31 de julio", "88 de julio", "13 de junio"],
            ),
            (
                "pt",
                "Caiu em 13 de julho de 2018.",
                "13 de julho",
                ["31 de julho", "0 de julho", "1º de julho"],
            ),
            (
                "fr",
                "Il est tombé le 13 juillet 2018.",
                "13 juillet",
                ["31 juillet", "88 juillet", "1er juillet"],
            ),
            ("de", "Sie fiel am 13. Juli 2018.", "13. Juli", ["31. Juli", "88. Juli", "13. Juni"]),
        ] {
            assert_eq!(in_lang(claim, claim, lang), Some(true), "{lang}");
            for other in changed {
                let post = claim.replace(part, other);
                assert_eq!(in_lang(&post, claim, lang), Some(false), "{post}");
                assert_eq!(in_lang(claim, &post, lang), Some(false), "{post}");
            }
            for year in ["2017", "3018", "1018"] {
                let post = claim.replace("2018", year);
                assert_eq!(in_lang(&post, claim, lang), Some(false), "{post}");
            }
        }
    }

    #[test]
    fn beside_a_date_that_both_give_another_one_may_be_changed() {
        let claim = "The fair ran from 1 July 2018 to 13 July 2018.";
        assert_eq!(agree("the fair ran from 1 July 2018 to 31 July 2018", claim), Some(false));
        let one = "The fair ended on 13 July 2018.";
        assert_eq!(agree("on 13 July 2018, before that on 9 July 2018", one), Some(true));
        assert_eq!(agree("from 1 July to 13 July 2018, told on 2 May 2020", claim), Some(true));
        assert_eq!(agree("ran in July 2018, as in July 2019", "It ran in July 2018."), Some(true));
    }

    #[test]
    fn dates_in_numbers_are_dates() {
        let claim = "The bridge fell on 13 July 2018.";
        for same in ["fell 13/07/2018", "fell 7/13/2018", "fell 2018-07-13", "fell 13.7.2018"] {
            assert_eq!(agree(same, claim), Some(true), "{same}");
        }
        for other in ["fell 31/07/2018", "fell 7/31/2018", "fell 2018-07-31", "fell 3.7.2018"] {
            assert_eq!(agree(other, claim), Some(false), "{other}");
        }
        // The fourth of July in one place is the seventh of April in another.
        assert_eq!(agree("fell 4/7/2018", "fell on 7 April 2018"), Some(true));
        assert_eq!(in_lang("4/7/2018", "el 7 de abril de 2018", "es"), Some(false));
    }

    #[test]
    fn what_stands_beside_a_month_is_not_always_a_day() {
        assert_eq!(agree("In July 50 people came", "13 July"), Some(true));
        assert_eq!(agree("on 13 July 5000 nurses quit", "on 13 July 2018"), Some(true));
    }
}
