//! `[moderation]`: when and how often moderators are told. Pure; the time is passed in.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::alert::Severity;
use super::answer::Decision;

/// The table `[moderation]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// From which decision on moderators are told of a post.
    pub alert_on: AlertOn,
    /// They are told again when a claim has so many times the posts it had the last time.
    pub growth_factor: u32,
    /// Most alerts about one claim a day.
    pub claim_daily_max: u32,
    /// Posts of one claim in an hour from which on it is urgent.
    pub high_last_hour: u64,
    /// Hours in which nobody is told, as `22:00-07:00`; what comes up then waits.
    pub quiet_hours: Option<String>,
    /// Whether urgent alerts go out in quiet hours all the same.
    pub high_breaks_quiet: bool,
    /// IANA name of the zone in which days begin, quiet hours and the digest are meant.
    pub time_zone: String,
    /// When the digest is sent, as in crontab(5); none without it.
    pub digest: Option<String>,
    /// Seconds for which an answer below a post waits, so that it can be taken back; 0: none.
    pub answer_undo_seconds: u32,
    /// Days for which a claim is muted.
    pub mute_days: u32,
    /// Posts and questions from which on a claim without a check is looked up again when checks
    /// appear.
    pub spread_min: u64,
    /// So many people who make a claim within a day, of which no check is known, are told; 0:
    /// never.
    pub unchecked_people_min: u64,
    /// So many readers who say of the same check that it is about another claim than theirs are put
    /// before the moderators.
    pub not_same_min: usize,
    /// Most claims that are remembered.
    pub claims_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            alert_on: AlertOn::Match,
            growth_factor: 10,
            claim_daily_max: 3,
            high_last_hour: 50,
            quiet_hours: None,
            high_breaks_quiet: true,
            time_zone: "UTC".to_owned(),
            digest: None,
            answer_undo_seconds: 10,
            mute_days: 7,
            spread_min: 2,
            unchecked_people_min: 20,
            not_same_min: 2,
            claims_max: 100_000,
        }
    }
}

/// From which decision on moderators are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertOn {
    /// Only of what would be stated.
    #[default]
    Match,
    /// Of what would be offered, too.
    Possible,
}

impl AlertOn {
    /// The least decision that is told.
    pub fn decision(self) -> Decision {
        match self {
            Self::Match => Decision::Match,
            Self::Possible => Decision::Possible,
        }
    }
}

impl Settings {
    /// The zone in which days begin; UTC if it is none, which checking the settings refuses.
    pub fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or(Tz::UTC)
    }

    /// The quiet hours.
    ///
    /// # Errors
    /// In words that follow the key's name, if they are none.
    pub fn quiet(&self) -> Result<Option<(NaiveTime, NaiveTime)>, String> {
        let Some(text) = &self.quiet_hours else { return Ok(None) };
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        let ends = text.split_once('-').and_then(|(from, to)| time(from).zip(time(to)));
        match ends {
            Some((from, to)) if from != to => Ok(Some((from, to))),
            Some(_) => Err(format!("is {text:?}: it begins when it ends")),
            None => Err(format!("is {text:?}, not two times of day")),
        }
    }
}

/// The day that a moment belongs to where the moderators are.
pub fn day(at: DateTime<Utc>, settings: &Settings) -> NaiveDate {
    at.with_timezone(&settings.zone()).date_naive()
}

/// Until when an alert has to wait because of quiet hours; `None`: it may go out now.
pub fn not_before(
    now: DateTime<Utc>,
    severity: Severity,
    settings: &Settings,
) -> Option<DateTime<Utc>> {
    if severity == Severity::High && settings.high_breaks_quiet {
        return None;
    }
    let (from, to) = settings.quiet().ok().flatten()?;
    let zone = settings.zone();
    let local = now.with_timezone(&zone).naive_local();
    let time = local.time();
    let quiet = if from < to { time >= from && time < to } else { time >= from || time < to };
    if !quiet {
        return None;
    }
    // They end today, or tomorrow where they reach over midnight and it has not come yet.
    let today = local.date();
    let ends = if from < to || time < to { today } else { today.checked_add_days(Days::new(1))? };
    // A time that clocks leave out comes an hour later; of one that comes twice the first counts.
    let end = zone.from_local_datetime(&ends.and_time(to)).earliest().or_else(|| {
        zone.from_local_datetime(&(ends.and_time(to) + TimeDelta::hours(1))).earliest()
    })?;
    Some(end.with_timezone(&Utc)).filter(|end| *end > now)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quiet(hours: &str, zone: &str) -> Settings {
        Settings {
            quiet_hours: Some(hours.to_owned()),
            time_zone: zone.to_owned(),
            ..Settings::default()
        }
    }

    fn waits(now: &str, settings: &Settings) -> Option<String> {
        let now = now.parse().expect("a time");
        not_before(now, Severity::Normal, settings).map(|at| at.to_rfc3339())
    }

    #[test]
    fn quiet_hours_end_where_the_moderators_are() {
        let berlin = quiet("22:00-07:00", "Europe/Berlin");
        let at = |text: &str| waits(text, &berlin);
        assert_eq!(at("2026-01-10T20:59:59Z"), None);
        assert_eq!(at("2026-01-10T21:00:00Z").as_deref(), Some("2026-01-11T06:00:00+00:00"));
        assert_eq!(at("2026-01-11T05:59:59Z").as_deref(), Some("2026-01-11T06:00:00+00:00"));
        assert_eq!(at("2026-01-11T06:00:00Z"), None);
        let noon = quiet("12:00-14:00", "UTC");
        assert_eq!(
            waits("2026-01-10T13:00:00Z", &noon).as_deref(),
            Some("2026-01-10T14:00:00+00:00")
        );
        assert_eq!(waits("2026-01-10T14:00:00Z", &noon), None);
        let now = "2026-01-10T23:00:00Z".parse().expect("a time");
        assert_eq!(not_before(now, Severity::High, &berlin), None);
        let all = Settings { high_breaks_quiet: false, ..berlin };
        assert!(not_before(now, Severity::High, &all).is_some());
    }

    #[test]
    fn clocks_that_are_changed_do_not_keep_us_quiet_for_ever() {
        // On 29 March 2026 there is no 02:30 in Berlin; on 25 October there are two.
        let berlin = quiet("22:00-02:30", "Europe/Berlin");
        let at = |text: &str| waits(text, &berlin);
        assert_eq!(at("2026-03-28T23:00:00Z").as_deref(), Some("2026-03-29T01:30:00+00:00"));
        assert_eq!(at("2026-10-24T23:00:00Z").as_deref(), Some("2026-10-25T00:30:00+00:00"));
        assert_eq!(at("2026-10-25T01:40:00Z"), None);
    }

    #[test]
    fn what_are_no_quiet_hours_says_why() {
        for (hours, why) in [
            ("22-7", "not two times"),
            ("25:00-07:00", "not two times"),
            ("07:00-07:00", "begins when"),
        ] {
            let told = quiet(hours, "UTC").quiet().expect_err("refused");
            assert!(told.contains(why), "{told}");
        }
        assert!(quiet("nonsense", "UTC").quiet().is_err());
        assert_eq!(waits("2026-01-10T13:00:00Z", &quiet("nonsense", "nowhere")), None);
    }

    proptest! {
        #[test]
        fn nothing_waits_longer_than_a_day_and_what_waited_may_go(
            minutes in 0_i64..2_000_000, from in 0_u32..24, length in 1_u32..23, zone in 0_usize..4,
        ) {
            let zone = ["UTC", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe"][zone];
            let settings = quiet(&format!("{from:02}:00-{:02}:00", (from + length) % 24), zone);
            let now = DateTime::from_timestamp(1_700_000_000 + minutes * 60, 0).expect("a time");
            if let Some(until) = not_before(now, Severity::Low, &settings) {
                prop_assert!(until > now && until - now <= TimeDelta::hours(25));
                prop_assert_eq!(not_before(until, Severity::Low, &settings), None);
            }
        }
    }
}
