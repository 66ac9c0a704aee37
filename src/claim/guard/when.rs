//! What a text says of when, each by itself, so that one that was changed is seen beside others
//! that were not.

use std::collections::HashSet;

use super::Read;
use super::calendar::{holiday, part_of_day};
use super::date::Dates;
use super::moment::{away, current, rate};
use super::words::Text;

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
pub(super) fn changed(post: &Read, claims: &[Read], also: &Read) -> bool {
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
        let gone = claim.dates.marks.iter().filter(|one| !mine.iter().any(|m| m.meets(**one)));
        let swapped = gone.into_iter().any(|one| new.iter().any(|other| other.slot == one.slot));
        swapped && post.text.overlap(&claim.text, &HashSet::new()) >= SWAP_OVERLAP
    };
    claims.iter().any(instead) || only_also(post, claims, also, &new)
}

/// Whether the post tells a year where only the rest of the check tells one, and another.
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
