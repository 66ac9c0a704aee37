//! When a feed without a schedule is read again: by how often it brings something new, and not
//! sooner than its publisher asks for. Pure.

use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Serialize};

/// Wait after the first look at a feed whose posts have no dates.
const FIRST_S: u64 = 15 * 60;
/// Newest posts whose dates say how often there is one.
const DATED_MAX: usize = 20;
/// Most hours a due moment is moved on for the hours a publisher wants to be spared.
const SPARED_HOURS_MAX: usize = 7 * 24;

/// Between what waits a feed is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Shortest wait.
    pub min: Duration,
    /// Longest wait.
    pub max: Duration,
}

/// What a feed asks of those who read it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asks {
    /// Seconds for which it calls itself fresh: RSS `ttl`, and `max-age` of its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fresh_s: Option<u64>,
    /// Hours in UTC at which nothing new comes, RSS `skipHours`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_hours: Vec<u8>,
    /// Days at which nothing new comes, RSS `skipDays`, from Monday as 0.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_days: Vec<u8>,
}

/// How a feed has been going; kept from one look to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pace {
    /// Date of the oldest of its newest posts, and how many those were.
    #[serde(skip_serializing_if = "Option::is_none")]
    dated: Option<(DateTime<Utc>, u32)>,
    /// The last wait in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    wait_s: Option<u64>,
    /// What the feed asked for.
    #[serde(flatten)]
    asks: Asks,
}

impl Pace {
    /// The pace after a look that showed something: what it asks for, the dates of its posts, and
    /// whether there was anything new.
    pub fn shown(
        &self,
        asks: Asks,
        dates: impl Iterator<Item = DateTime<Utc>>,
        is_new: bool,
        now: DateTime<Utc>,
        bounds: Bounds,
    ) -> Self {
        let mut dates: Vec<DateTime<Utc>> = dates.filter(|date| *date <= now).collect();
        dates.sort_unstable_by(|one, other| other.cmp(one));
        dates.truncate(DATED_MAX);
        let count = u32::try_from(dates.len()).unwrap_or(u32::MAX);
        // One date alone says nothing.
        let dated = dates.last().filter(|_| count > 1).map(|oldest| (*oldest, count));
        Self { dated, asks, wait_s: self.wait_s }.unchanged(is_new, now, bounds)
    }

    /// The pace after a look at a feed that had not changed.
    pub fn not_modified(&self, now: DateTime<Utc>, bounds: Bounds) -> Self {
        self.clone().unchanged(false, now, bounds)
    }

    fn unchanged(mut self, is_new: bool, now: DateTime<Utc>, bounds: Bounds) -> Self {
        let wait_s = match (self.dated, self.wait_s) {
            // Half the time in which one post is to be expected: silence makes it longer.
            (Some((oldest, count)), _) => {
                let seconds = (now - oldest).num_seconds() / (2 * i64::from(count.max(1)));
                u64::try_from(seconds).unwrap_or(0)
            }
            (None, Some(last)) if is_new => last / 2,
            (None, Some(last)) => last.saturating_add(last / 2),
            (None, None) => FIRST_S,
        };
        let wait_s = wait_s.max(self.asks.fresh_s.unwrap_or(0));
        let (min, max) = (bounds.min.as_secs(), bounds.max.as_secs());
        self.wait_s = Some(wait_s.max(min).min(max.max(min)));
        self
    }

    /// How long to wait after a look.
    pub fn wait(&self, bounds: Bounds) -> Duration {
        let (min, max) = (bounds.min, bounds.max.max(bounds.min));
        self.wait_s.map_or(min, Duration::from_secs).clamp(min, max)
    }

    /// When the feed is due that was read at `last`; `fraction` in 0..1 puts it off a little, so
    /// that feeds that were read together do not stay together.
    pub fn due(&self, last: DateTime<Utc>, bounds: Bounds, fraction: f64) -> DateTime<Utc> {
        let wait = self.wait(bounds);
        let wait = wait + wait.mul_f64(0.1 * fraction.clamp(0.0, 1.0)).min(Duration::from_secs(60));
        let mut due = last + TimeDelta::from_std(wait).unwrap_or(TimeDelta::hours(1));
        for _ in 0..SPARED_HOURS_MAX {
            let hour = u8::try_from(due.hour()).unwrap_or(0);
            let day = u8::try_from(due.weekday().num_days_from_monday()).unwrap_or(0);
            if !self.asks.skip_hours.contains(&hour) && !self.asks.skip_days.contains(&day) {
                return due;
            }
            let into = TimeDelta::seconds(i64::from(due.minute() * 60 + due.second()));
            due = due - into + TimeDelta::hours(1);
        }
        // Spared at every hour is spared at none.
        last + TimeDelta::from_std(wait).unwrap_or(TimeDelta::hours(1))
    }
}

/// What stands in the head of an RSS feed about when to read it.
pub(super) fn asks(text: &str, ttl_minutes: Option<u32>) -> Asks {
    let head = text.find("<item").map_or(text, |end| &text[..end]);
    let hours = listed(head, "skipHours", "hour").filter_map(|hour| hour.parse::<u8>().ok());
    // The hour after 23 is 0, which some write as 24.
    let mut skip_hours: Vec<u8> = hours.filter(|hour| *hour <= 24).map(|hour| hour % 24).collect();
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let day_of = |name: &str| days.iter().position(|day| day.eq_ignore_ascii_case(name));
    let named = listed(head, "skipDays", "day").filter_map(day_of);
    let mut skip_days: Vec<u8> = named.filter_map(|day| u8::try_from(day).ok()).collect();
    for list in [&mut skip_hours, &mut skip_days] {
        list.sort_unstable();
        list.dedup();
    }
    let fresh_s = ttl_minutes.filter(|minutes| *minutes > 0).map(|minutes| u64::from(minutes) * 60);
    Asks { fresh_s, skip_hours, skip_days }
}

/// The texts of the elements `name` within the element `list`.
fn listed<'a>(head: &'a str, list: &str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let within = |text: &'a str, name: &str| {
        let text = &text[text.find(&format!("<{name}>"))? + name.len() + 2..];
        Some(&text[..text.find(&format!("</{name}>"))?])
    };
    let mut rest = within(head, list).unwrap_or_default();
    std::iter::from_fn(move || {
        let text = within(rest, name)?;
        let end = rest.find(text).unwrap_or(0) + text.len();
        rest = rest.get(end + name.len() + 3..).unwrap_or_default();
        Some(text.trim())
    })
    .take(24)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds =
        Bounds { min: Duration::from_secs(5 * 60), max: Duration::from_secs(240 * 60) };

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn minutes(pace: &Pace) -> u64 {
        pace.wait(BOUNDS).as_secs() / 60
    }

    fn every(gap: TimeDelta, now: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        (1..=50).map(move |step| now - gap * step)
    }

    #[test]
    fn a_busy_feed_is_read_often_and_a_quiet_one_seldom() {
        let now = at("2026-11-25T12:00:00Z");
        let shown = |gap, asks| Pace::default().shown(asks, every(gap, now), true, now, BOUNDS);
        assert_eq!(minutes(&shown(TimeDelta::minutes(1), Asks::default())), 5);
        assert_eq!(minutes(&shown(TimeDelta::minutes(60), Asks::default())), 30);
        assert_eq!(minutes(&shown(TimeDelta::days(3), Asks::default())), 240);
        let asks = Asks { fresh_s: Some(3_600), ..Asks::default() };
        assert_eq!(minutes(&shown(TimeDelta::minutes(1), asks)), 60);
        let asks = Asks { fresh_s: Some(u64::MAX), ..Asks::default() };
        assert_eq!(minutes(&shown(TimeDelta::minutes(1), asks)), 240, "within the bounds");
        // A busy feed that falls silent is read less and less often.
        let mut pace = shown(TimeDelta::minutes(10), Asks::default());
        assert_eq!(minutes(&pace), 5);
        pace = pace.not_modified(now + TimeDelta::hours(20), BOUNDS);
        assert_eq!(minutes(&pace), 35);
        pace = pace.not_modified(now + TimeDelta::days(30), BOUNDS);
        assert_eq!(minutes(&pace), 240);
    }

    #[test]
    fn without_dates_it_is_found_out_by_trying() {
        let now = at("2026-11-25T12:00:00Z");
        let none = || std::iter::empty();
        let mut pace = Pace::default().shown(Asks::default(), none(), true, now, BOUNDS);
        assert_eq!(minutes(&pace), 15);
        pace = pace.not_modified(now, BOUNDS).not_modified(now, BOUNDS);
        assert_eq!(minutes(&pace), 33);
        for _ in 0..20 {
            pace = pace.not_modified(now, BOUNDS);
        }
        assert_eq!(minutes(&pace), 240);
        for _ in 0..20 {
            pace = pace.shown(Asks::default(), none(), true, now, BOUNDS);
        }
        assert_eq!(minutes(&pace), 5);
        let text = serde_json::to_string(&pace).expect("JSON");
        assert_eq!(serde_json::from_str::<Pace>(&text).expect("a pace"), pace);
        assert_eq!(serde_json::from_str::<Pace>("{}").expect("a pace"), Pace::default());
        // Dates to come and absurd bounds do no harm.
        let dates = [now + TimeDelta::days(9_000), DateTime::<Utc>::MIN_UTC, now].into_iter();
        let bounds = Bounds { min: Duration::from_secs(u64::MAX), max: Duration::ZERO };
        let pace = Pace::default().shown(Asks::default(), dates, true, now, bounds);
        assert!(pace.due(now, BOUNDS, 2.0) > now);
    }

    #[test]
    fn hours_and_days_that_are_to_be_spared_are() {
        let text = "<rss><channel><ttl>60</ttl><skipHours><hour>0</hour><hour>24</hour><hour> 13 </hour>\
                    <hour>x</hour><hour>14</hour></skipHours><skipDays><day>Sunday</day></skipDays>\
                    <item><skipHours><hour>5</hour></skipHours></item></channel></rss>";
        let asks = asks(text, Some(60));
        assert_eq!(asks.skip_hours, [0, 13, 14]);
        assert_eq!((asks.skip_days.as_slice(), asks.fresh_s), (&[6][..], Some(3_600)));
        let pace = Pace { asks, ..Pace::default() };
        let due = |last: &str| pace.due(at(last), BOUNDS, 0.0).to_rfc3339();
        assert_eq!(due("2026-11-25T12:30:00Z"), "2026-11-25T12:35:00+00:00");
        assert_eq!(due("2026-11-25T12:57:13Z"), "2026-11-25T15:00:00+00:00");
        assert_eq!(due("2026-11-28T23:58:00Z"), "2026-11-30T01:00:00+00:00", "Sunday, then 0 h");
        let always = Asks { skip_hours: (0..24).collect(), ..Asks::default() };
        let pace = Pace { asks: always, ..Pace::default() };
        let due = pace.due(at("2026-11-25T12:30:00Z"), BOUNDS, 0.0);
        assert_eq!(due, at("2026-11-25T12:35:00Z"));
        assert_eq!(super::asks("<skipHours><hour>", None), Asks::default());
        assert_eq!(super::asks("</hour><skipHours></skipHours><hour>é", Some(0)), Asks::default());
    }
}
