//! What a text says of when, each by itself, so that one that was changed is seen beside others
//! that were not.

use std::collections::HashSet;

use super::super::Read;
use super::super::words::Text;
use super::Dates;
use super::calendar::{holiday, part_of_day};
use super::moment::{away, current, rate};

/// Share of a claim's words that a post must have for another date in it to be a changed one.
const SWAP_OVERLAP: f32 = 0.15;
/// The same where only the summary of the check tells the date.
const ALSO_OVERLAP: f32 = 0.4;

/// What is told of when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// A year, or the years of a decade or century.
    Year,
    Month,
    Day,
    Weekday,
    Season,
    Holiday,
    /// Part of the day.
    Part,
    /// Days from the day of speaking.
    Away,
    /// The week, month or year of speaking.
    Current,
    /// How often, in hours.
    Rate,
}

/// What the rest of a check may tell alone.
const ALSO_SLOTS: [Slot; 6] =
    [Slot::Year, Slot::Month, Slot::Day, Slot::Weekday, Slot::Season, Slot::Holiday];

/// Something told of when, as the first and last of what it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    slot: Slot,
    from: i32,
    to: i32,
}

impl Mark {
    fn meets(self, other: Self) -> bool {
        self.slot == other.slot && self.from <= other.to && other.from <= self.to
    }
}

/// All that a text tells of when.
pub(super) fn marks(dates: &Dates, text: &Text, lang: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut put = |slot: Slot, (from, to): (i32, i32)| marks.push(Mark { slot, from, to });
    let one = |value: &usize| i32::try_from(*value).map_or((0, 0), |value| (value, value));
    dates.years.iter().for_each(|year| put(Slot::Year, (i32::from(*year), i32::from(*year))));
    dates.eras.iter().for_each(|era| put(Slot::Year, (i32::from(era.0), i32::from(era.1))));
    dates.months.iter().for_each(|month| put(Slot::Month, one(month)));
    for (month, day) in &dates.days {
        let of_year = i32::try_from(*month).unwrap_or_default() * 100 + i32::from(*day);
        put(Slot::Day, (of_year, of_year));
    }
    dates.weekdays.iter().for_each(|day| put(Slot::Weekday, one(day)));
    dates.seasons.iter().for_each(|season| put(Slot::Season, one(season)));
    for at in 0..text.words.len() {
        if let Some(holiday) = holiday(text, at, lang) {
            put(Slot::Holiday, one(&holiday));
        }
        if let Some(part) = part_of_day(text, at, lang) {
            put(Slot::Part, part);
        }
        if let Some(away) = away(text, at, lang) {
            put(Slot::Away, away);
        }
        if let Some(current) = current(text, at) {
            put(Slot::Current, current);
        }
        if let Some(rate) = rate(text, at) {
            put(Slot::Rate, rate);
        }
    }
    marks
}

/// Whether the post tells another date than a check that otherwise says the same.
pub(in crate::claim::guard) fn changed(post: &Read, claims: &[Read], also: &Read) -> bool {
    let mine = &post.dates.marks;
    let known = |one: &Mark| {
        let all = claims.iter().chain([also]).flat_map(|read| &read.dates.marks);
        all.into_iter().any(|other| one.meets(*other))
    };
    let new: Vec<&Mark> = mine.iter().filter(|one| !known(one)).collect();
    if new.is_empty() {
        return false;
    }
    let instead = |claim: &Read| {
        let gone =
            claim.dates.marks.iter().filter(|one| !mine.iter().any(|other| other.meets(**one)));
        let swapped = gone.into_iter().any(|one| new.iter().any(|other| other.slot == one.slot));
        swapped && post.text.overlap(&claim.text, &HashSet::new()) >= SWAP_OVERLAP
    };
    claims.iter().any(instead) || only_also(post, claims, also, &new)
}

/// Whether the post tells a year, month, day, season or holiday where only the rest of the check
/// tells one, and another.
fn only_also(post: &Read, claims: &[Read], also: &Read, new: &[&Mark]) -> bool {
    let tells = |read: &Read, slot: Slot| read.dates.marks.iter().any(|one| one.slot == slot);
    let told = ALSO_SLOTS.into_iter().any(|slot| {
        new.iter().any(|one| one.slot == slot)
            && tells(also, slot)
            && !claims.iter().any(|claim| tells(claim, slot))
    });
    told && claims
        .iter()
        .any(|claim| post.text.overlap(&claim.text, &HashSet::new()) >= ALSO_OVERLAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fires(post: &str, claim: &str, also: &str, lang: &str) -> bool {
        let read = |text: &str| Read::of(text, Some(lang));
        changed(&read(post), &[read(claim)], &read(also))
    }

    #[test]
    fn another_season_era_holiday_weekday_or_part_of_the_day() {
        for (lang, claim, from, to) in [
            ("en", "The fish kill people every summer.", "summer", "winter"),
            ("en", "Riots shook the town in spring 2020.", "spring 2020", "fall 2020"),
            ("en", "The custom dates from the 1500s.", "1500s", "1700s"),
            ("en", "The dam dates from the 1930s.", "1930s", "fifties"),
            ("en", "They will wed over Christmas.", "Christmas", "Easter"),
            ("en", "The plane fell on Monday morning.", "morning", "evening"),
            ("en", "There is no power from Nov. 3 to 10.", "10", "18"),
            ("en", "A shark swam there in the summer of 1975.", "of 1975", "85"),
            ("en", "The fair is held every March.", "March", "October"),
            ("de", "Gestern Abend brannte das Rathaus.", "Abend", "Morgen"),
            ("de", "Sie bekommt 1.200 Euro im Monat.", "im Monat", "in der Woche"),
            ("en", "The aid is paid every week.", "every week", "every month"),
            ("en", "He said last week that taxes rise.", "last week", "two years ago"),
            ("es", "La iglesia es del siglo XVI.", "XVI", "XII"),
            ("es", "Hace tres semanas cerró el puerto.", "semanas", "meses"),
            ("pt", "O voo caiu na terça-feira.", "terça", "quinta"),
            ("pt", "A loja fecha na véspera de Natal.", "Natal", "Ano Novo"),
            ("fr", "Le train a déraillé hier matin.", "matin", "soir"),
            (
                "fr",
                "La loi passe la semaine prochaine.",
                "la semaine prochaine",
                "le mois prochain",
            ),
            ("de", "Der Turm stammt aus dem 14. Jahrhundert.", "14.", "18."),
            ("de", "Kerzen sind an Weihnachten verboten.", "Weihnachten", "Ostern"),
            ("de", "Der Anschlag war am Donnerstagabend.", "Donnerstag", "Samstag"),
        ] {
            assert!(!fires(claim, claim, "", lang), "{claim}");
            let post = claim.replace(from, to);
            assert!(fires(&post, claim, "", lang), "{post}");
        }
    }

    #[test]
    fn the_same_time_otherwise_told() {
        for (lang, post, claim) in [
            ("en", "the dam is from the thirties", "The dam dates from 1934."),
            ("en", "she fell a year ago", "She fell last year."),
            ("en", "in summer 75 a shark swam there", "A shark swam there in 1975."),
            ("en", "no power Nov. 3-10", "There is no power from Nov. 3 to Nov. 10."),
            ("en", "every Xmas", "Every Christmas"),
            ("en", "it fell last night", "It fell yesterday."),
            ("fr", "ce pont date du 17e siècle", "Le pont date du XVIIe siècle."),
            ("de", "vor 14 Tagen", "Vor zwei Wochen"),
        ] {
            assert!(!fires(post, claim, "", lang), "{post}");
        }
    }

    #[test]
    fn what_only_the_summary_tells() {
        let claim = "A driver crashed and destroyed hundreds of presents.";
        let also = "On 17 December 2014 a paper told so.";
        let post = "in December 2010 a driver crashed and destroyed hundreds of presents";
        assert!(fires(post, claim, also, "en"));
        assert!(!fires(&post.replace("2010", "2014"), claim, also, "en"));
        assert!(!fires(post, claim, "A paper told so.", "en"));
        assert!(!fires("in 2010 I bought a car", claim, also, "en"));
    }

    #[test]
    fn what_one_side_leaves_out_contradicts_nothing() {
        assert!(!fires("the fish kill people", "The fish kill people every summer.", "", "en"));
        assert!(!fires("every summer fish kill people", "The fish kill people.", "", "en"));
        let two = "summer and winter, the fish kill people";
        assert!(!fires(two, "The fish kill people every summer.", "", "en"));
    }
}
