//! When something is due: crontab(5) text in, the next moment out. Pure: the present and chance
//! are passed in.
//!
//! Clocks that are put forward or back follow cron's own habit. A run at a stated hour that falls
//! into the hour left out happens once, right after it; one that falls into the doubled hour
//! happens once, the first time. A run of every hour (the hour begins with `*`) keeps its pace in
//! the doubled hour instead of pausing for it.

mod backoff;
mod due;
mod text;

use std::str::FromStr;

use chrono::{DateTime, Duration, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

pub use backoff::backoff;
pub use due::Past;
pub use text::ScheduleError;

/// Most that chance may add to a due time, as a share of the gap to the next one.
const JITTER_SHARE_MAX: f64 = 0.1;
/// Most that chance may add to a due time, in seconds.
const JITTER_S_MAX: f64 = 60.0;
/// Further than any clock has ever been put forward or back.
const SHIFT_HOURS_MAX: i64 = 26;

/// A schedule in a time zone.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Due at the earliest of these: crontab(5) joins a day of the month and a day of the week by
    /// "or", the cron crate by "and".
    any_of: Vec<cron::Schedule>,
    /// Due every hour, or every so many.
    every_hour: bool,
    zone: Tz,
}

impl Schedule {
    /// Reads five fields as in crontab(5) (six: seconds first; 0 and 7 are Sunday) or one of
    /// `@hourly @daily @midnight @weekly @monthly @yearly @annually`, in an IANA time zone.
    ///
    /// # Errors
    /// Says which field is wrong and what is permitted there.
    pub fn parse(text: &str, time_zone: &str) -> Result<Self, ScheduleError> {
        let zone = Tz::from_str(time_zone)
            .map_err(|_| ScheduleError::TimeZone { time_zone: time_zone.to_owned() })?;
        let fields = text::parse(text)?;
        let mut any_of = Vec::new();
        for form in fields.forms() {
            let schedule = cron::Schedule::from_str(&form)
                .map_err(|error| ScheduleError::Unreadable { why: error.to_string() })?;
            any_of.push(schedule);
        }
        let schedule = Self { any_of, every_hour: fields.every_hour(), zone };
        if schedule.wall_after(DateTime::UNIX_EPOCH.naive_utc()).is_none() {
            return Err(ScheduleError::Never { text: text.to_owned() });
        }
        Ok(schedule)
    }

    /// The next due moment, strictly after `now`; none only beyond the year 2100.
    pub fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = now.with_timezone(&self.zone).naive_local();
        let mut wall = local;
        let due = loop {
            wall = self.wall_after(wall)?;
            let (first, second) = self.moments_of(wall);
            if first > now {
                break first;
            }
            if let Some(second) = second.filter(|second| self.every_hour && *second > now) {
                break second;
            }
        };
        Some(self.repeated_after(now, local).map_or(due, |repeated| repeated.min(due)))
    }

    /// A due moment put off by chance, so that not everyone asks at the full hour: up to a tenth of
    /// the gap to the next run, a minute at most. `fraction` in 0..1 says how much of that.
    pub fn jittered(&self, due: DateTime<Utc>, fraction: f64) -> DateTime<Utc> {
        let Some(next) = self.next_after(due) else {
            return due;
        };
        let gap_s = (next - due).num_milliseconds() as f64 / 1000.0;
        let most_s = (gap_s * JITTER_SHARE_MAX).min(JITTER_S_MAX);
        // NaN becomes 0 in the cast.
        let added_ms = most_s * fraction.clamp(0.0, 1.0) * 1000.0;
        due + Duration::milliseconds(added_ms as i64)
    }

    /// Whether a run was due since the last one and did not happen. What never ran has missed one.
    pub fn missed(&self, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
        last.is_none_or(|last| self.next_after(last).is_some_and(|due| due <= now))
    }

    /// The next due time on the wall, as if no clock were ever put forward or back.
    fn wall_after(&self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        let after = wall.and_utc();
        let next = |schedule: &cron::Schedule| schedule.after(&after).next();
        self.any_of.iter().filter_map(next).min().map(|due| due.naive_utc())
    }

    /// The moments at which the wall shows a time: the only or first one (right after the gap where
    /// it is left out), and the second one where it is shown twice.
    fn moments_of(&self, wall: NaiveDateTime) -> (DateTime<Utc>, Option<DateTime<Utc>>) {
        use chrono::offset::LocalResult;
        match self.zone.from_local_datetime(&wall) {
            LocalResult::Single(only) => (only.to_utc(), None),
            LocalResult::Ambiguous(first, second) => (first.to_utc(), Some(second.to_utc())),
            LocalResult::None => {
                let around = Duration::hours(SHIFT_HOURS_MAX);
                let (before, after) = (wall.and_utc() - around, wall.and_utc() + around);
                (first_second(before, after, |moment| self.wall_at(moment) > wall), None)
            }
        }
    }

    /// A run of every hour whose wall time is shown a second time soon after `now`: the wall then
    /// shows less than it does now, so a look forward on the wall passes it by.
    fn repeated_after(&self, now: DateTime<Utc>, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        if !self.every_hour {
            return None;
        }
        let (first, second) = self.moments_of(local);
        let second = second.filter(|_| first == now)?;
        let offset = self.offset_at(now);
        let change = first_second(now, second, |moment| self.offset_at(moment) != offset);
        let wall = self.wall_after(self.wall_at(change) - Duration::seconds(1))?;
        self.moments_of(wall).1
    }

    fn wall_at(&self, moment: DateTime<Utc>) -> NaiveDateTime {
        moment.with_timezone(&self.zone).naive_local()
    }

    fn offset_at(&self, moment: DateTime<Utc>) -> i32 {
        self.zone.offset_from_utc_datetime(&moment.naive_utc()).fix().local_minus_utc()
    }
}

/// The first full second in `(no, yes]` at which something has come true and stays so.
fn first_second(
    no: DateTime<Utc>,
    yes: DateTime<Utc>,
    is_so: impl Fn(DateTime<Utc>) -> bool,
) -> DateTime<Utc> {
    let (mut no, mut yes) = (no.timestamp(), yes.timestamp());
    let at = |second| DateTime::from_timestamp(second, 0).unwrap_or_default();
    while yes - no > 1 {
        let middle = no + (yes - no) / 2;
        if is_so(at(middle)) {
            yes = middle;
        } else {
            no = middle;
        }
    }
    at(yes)
}

#[cfg(test)]
mod tests;
