//! Dates: years, months, days, weekdays and seasons that a text names.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::words::Text;

/// Names of months, each with its short and foreign forms; the place is the month less one.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "enero", "janeiro", "janvier", "januar"],
    &["february", "feb", "febrero", "fevereiro", "fevrier", "februar"],
    &["march", "mar", "marzo", "marco", "mars", "marz"],
    &["april", "apr", "abril", "avril"],
    &["may", "mayo", "maio", "mai"],
    &["june", "jun", "junio", "junho", "juin", "juni"],
    &["july", "jul", "julio", "julho", "juillet", "juli"],
    &["august", "aug", "agosto", "aout"],
    &["september", "sep", "sept", "septiembre", "setembro", "septembre"],
    &["october", "oct", "octubre", "outubro", "octobre", "oktober"],
    &["november", "nov", "noviembre", "novembro", "novembre"],
    &["december", "dec", "diciembre", "dezembro", "decembre", "dezember"],
];

const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "lunes", "segunda-feira", "lundi", "montag"],
    &["tuesday", "martes", "mardi", "dienstag"],
    &["wednesday", "miercoles", "mercredi", "mittwoch"],
    &["thursday", "jueves", "jeudi", "donnerstag"],
    &["friday", "viernes", "vendredi", "freitag"],
    &["saturday", "sabado", "samedi", "samstag", "sonnabend"],
    &["sunday", "domingo", "dimanche", "sonntag"],
];

const SEASONS: [&[&str]; 4] = [
    &["spring", "primavera", "printemps", "fruhling"],
    &["summer", "verano", "verao", "ete", "sommer"],
    &["autumn", "fall", "otono", "outono", "automne", "herbst"],
    &["winter", "invierno", "inverno", "hiver"],
];

/// Words before which a number of four digits is a year, and a month's name no verb or name.
const BEFORE: [&str; 46] = [
    "in", "of", "since", "until", "till", "by", "from", "to", "last", "next", "this", "on", "late",
    "early", "mid", "before", "after", "during", "starts", "the", "year", "and", "between", "en",
    "de", "desde", "hasta", "em", "ate", "depuis", "le", "la", "au", "im", "seit", "bis", "ab",
    "vom", "jahr", "ano", "del", "do", "da", "pour", "para", "and",
];

/// Words by which a text is of the days on which it is said.
const FRESH: [&str; 16] = [
    "today",
    "tonight",
    "yesterday",
    "tomorrow",
    "breaking",
    "hoy",
    "ayer",
    "anoche",
    "hoje",
    "ontem",
    "aujourd'hui",
    "hui",
    "demain",
    "heute",
    "gestern",
    "eilmeldung",
];
/// Days after its publication from which on a check is an old one for what is said of today.
const FRESH_DAYS: i64 = 90;

/// What a text says of when.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Dates {
    years: BTreeSet<u16>,
    months: BTreeSet<usize>,
    days: BTreeSet<(usize, u8)>,
    weekdays: BTreeSet<usize>,
    seasons: BTreeSet<usize>,
    /// Says that it is of the days on which it is said.
    fresh: bool,
    /// Places of words that are part of a date and so no quantities.
    pub(super) taken: BTreeSet<usize>,
}

fn place(table: &[&[&str]], word: &str) -> Option<usize> {
    table.iter().position(|forms| forms.contains(&word))
}

impl Dates {
    pub(super) fn of(text: &Text) -> Self {
        let mut dates = Self::default();
        for at in 0..text.words.len() {
            dates.month(text, at);
            dates.year(text, at);
            let word = text.get(at);
            dates.fresh |= FRESH.contains(&word)
                || word == "this"
                    && matches!(text.get(at + 1), "morning" | "week" | "weekend" | "evening");
            if let Some(weekday) = place(&WEEKDAYS, word) {
                dates.weekdays.insert(weekday);
            }
            if let Some(season) = place(&SEASONS, word)
                && at > 0
                && BEFORE.contains(&text.get(at - 1))
                && word != "ete"
            {
                dates.seasons.insert(season);
            }
        }
        dates
    }

    fn month(&mut self, text: &Text, at: usize) {
        let Some(month) = place(&MONTHS, text.get(at)) else { return };
        let number = |place: usize| day(text.get(place)).map(|day| (place, day));
        let before = at.checked_sub(1).and_then(number);
        // "the 3rd of March", "22 de noviembre"
        let linked = at
            .checked_sub(2)
            .and_then(number)
            .filter(|_| matches!(text.get(at - 1), "of" | "de" | "do"));
        let day = before.or(linked).or_else(|| number(at + 1));
        let capital = text.words.get(at).is_some_and(super::words::Word::capital);
        let led = at > 0 && BEFORE.contains(&text.get(at - 1));
        let dated = day.is_some() || year_of(text.get(at + 1)).is_some();
        // "May" and "march", "mar" and "mars" are words of their own too.
        let sure = !matches!(text.get(at), "may" | "march" | "mar" | "mars" | "jan" | "mai");
        let verb = text.get(at) == "march" && !capital && !dated;
        if !(dated || (led && !verb && (sure || capital)) || (sure && text.get(at).len() > 3)) {
            return;
        }
        self.months.insert(month);
        if let Some((place, day)) = day {
            self.days.insert((month, day));
            self.taken.insert(place);
        }
        if let Some(year) = year_of(text.get(at + 1)).or_else(|| year_of(text.get(at + 2))) {
            self.years.insert(year);
        }
        for place in at + 1..=at + 2 {
            if year_of(text.get(place)).is_some() {
                self.taken.insert(place);
            }
        }
    }

    fn year(&mut self, text: &Text, at: usize) {
        let word = text.get(at);
        let led = at > 0 && BEFORE.contains(&text.get(at - 1));
        let short = word.strip_prefix('\'').or(Some(word)).filter(|word| word.len() == 2);
        if let Some(year) = short.and_then(|word| word.parse::<u16>().ok())
            && text.words.get(at).is_some_and(|word| word.raw.starts_with('\''))
        {
            self.years.insert(if year > 30 { 1900 + year } else { 2000 + year });
            self.taken.insert(at);
            return;
        }
        let decade = word.strip_suffix('s').filter(|word| word.ends_with('0'));
        let Some(year) = year_of(decade.unwrap_or(word)) else { return };
        let money = at > 0 && matches!(text.get(at - 1), "$" | "€" | "£");
        let round = year.is_multiple_of(100) || year > 2060;
        let old = year < 1900;
        let counted = COUNTED.contains(&text.get(at + 1));
        // "The Refugee Act of 1980" is a name.
        let law = text.get(at.wrapping_sub(1)) == "of"
            && matches!(text.get(at.wrapping_sub(2)), "act" | "class" | "code" | "summer");
        if law || money || counted || ((old || round) && !led && at > 0) {
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

    /// Whether this text and a claim's say when and agree: `None` if nothing can be compared.
    pub(super) fn agree(&self, claim: &Self) -> Option<bool> {
        let mut verdict = None;
        let mut put = |comparable: bool, agrees: bool| {
            if comparable {
                verdict = Some(verdict.unwrap_or(true) && agrees);
            }
        };
        fn both<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> (bool, bool) {
            (!one.is_empty() && !other.is_empty(), !one.is_disjoint(other))
        }
        let pairs = [
            both(&self.years, &claim.years),
            both(&self.months, &claim.months),
            both(&self.weekdays, &claim.weekdays),
            both(&self.seasons, &claim.seasons),
        ];
        for (comparable, agrees) in pairs {
            put(comparable, agrees);
        }
        let same_month =
            self.days.iter().any(|(month, _)| claim.days.iter().any(|(other, _)| month == other));
        put(same_month, !self.days.is_disjoint(&claim.days));
        verdict
    }
}

/// Words after a number of four digits that make it a quantity.
const COUNTED: [&str; 22] = [
    "people",
    "dollars",
    "euros",
    "euro",
    "pounds",
    "percent",
    "%",
    "€",
    "votes",
    "times",
    "miles",
    "deaths",
    "cases",
    "years",
    "calories",
    "watts",
    "personas",
    "pessoas",
    "personnes",
    "menschen",
    "reais",
    "pesos",
];

fn year_of(word: &str) -> Option<u16> {
    let year: u16 = Some(word).filter(|word| word.len() == 4)?.parse().ok()?;
    (1700..=2100).contains(&year).then_some(year)
}

fn day(word: &str) -> Option<u8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = word.get(digits.len()..)?;
    let ordinal = matches!(ending, "" | "st" | "nd" | "rd" | "th" | "er");
    let day: u8 = Some(digits).filter(|d| ordinal && d.len() <= 2)?.parse().ok()?;
    (1..=31).contains(&day).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree(post: &str, claim: &str) -> Option<bool> {
        Dates::of(&Text::of(post)).agree(&Dates::of(&Text::of(claim)))
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
    }
}
