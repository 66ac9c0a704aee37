//! When a source is due next, given how it fared.

use chrono::{DateTime, Duration, Utc};

use super::Schedule;

/// How a source fared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Past {
    /// When it was asked last.
    pub last: Option<DateTime<Utc>>,
    /// Whether that failed.
    pub failing: bool,
    /// Not to be asked before this.
    pub not_before: Option<DateTime<Utc>>,
}

impl Schedule {
    /// When a source is due next: at once if a run was missed while down, after a failure as soon
    /// as it may be asked again, else by the schedule, put off by `fraction` of the permitted
    /// jitter.
    pub fn due(&self, past: Past, now: DateTime<Utc>, fraction: f64) -> DateTime<Utc> {
        let not_before = past.not_before.unwrap_or(now).max(now);
        if past.failing || self.missed(past.last, now) {
            return not_before;
        }
        // A schedule without a next run is refused when it is read.
        let due = self.next_after(now).unwrap_or(now + Duration::days(1));
        self.jittered(due, fraction).max(not_before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn due_by_schedule_at_once_when_missed_and_not_before_it_may() {
        let schedule = Schedule::parse("0 * * * *", "UTC").expect("schedule");
        let now = at("2026-03-01T10:20:00Z");
        let mut past = Past::default();
        assert_eq!(schedule.due(past, now, 0.5), now, "never asked");
        past.last = Some(at("2026-03-01T08:30:00Z"));
        assert_eq!(schedule.due(past, now, 0.5), now, "missed at 9 and 10: once");
        past.last = Some(at("2026-03-01T10:00:05Z"));
        assert_eq!(schedule.due(past, now, 0.0), at("2026-03-01T11:00:00Z"));
        assert_eq!(schedule.due(past, now, 0.5), at("2026-03-01T11:00:30Z"));
        past.failing = true;
        past.not_before = Some(at("2026-03-01T10:22:00Z"));
        assert_eq!(schedule.due(past, now, 0.5), at("2026-03-01T10:22:00Z"));
        past.not_before = Some(at("2026-03-01T15:00:00Z"));
        assert_eq!(schedule.due(past, now, 0.5), at("2026-03-01T15:00:00Z"));
        past.not_before = Some(at("2026-03-01T09:00:00Z"));
        assert_eq!(schedule.due(past, now, 0.5), now);
    }
}
