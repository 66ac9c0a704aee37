//! Schedules against dates worked out by hand.

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect(text).to_utc()
}

fn dues(text: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
    let schedule = Schedule::parse(text, zone).expect(text);
    let mut now = at(from);
    let mut dues = Vec::new();
    for _ in 0..count {
        now = schedule.next_after(now).expect("due");
        dues.push(now.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    }
    dues
}

#[test]
fn next_due_times_are_those_worked_out_by_hand() {
    // 1 November 2026 is a Sunday.
    let from = "2026-11-22T10:07:30Z";
    let rows: &[(&str, &[&str])] = &[
        ("*/15 * * * *", &["2026-11-22T10:15:00Z", "2026-11-22T10:30:00Z"]),
        ("7 * * * *", &["2026-11-22T11:07:00Z"]),
        ("0 6 * * *", &["2026-11-23T06:00:00Z"]),
        ("30 */6 * * *", &["2026-11-22T12:30:00Z", "2026-11-22T18:30:00Z", "2026-11-23T00:30:00Z"]),
        ("0 0 * * 0", &["2026-11-29T00:00:00Z", "2026-12-06T00:00:00Z"]),
        ("0 0 * * 7", &["2026-11-29T00:00:00Z", "2026-12-06T00:00:00Z"]),
        ("0 0 * * sun", &["2026-11-29T00:00:00Z"]),
        ("0 0 * * 1", &["2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"]),
        ("0 0 * * mon-fri", &["2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"]),
        ("0 0 * * 6", &["2026-11-28T00:00:00Z"]),
        ("0 0 * * 5-7", &["2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z"]),
        ("0 0 * * SAT-Sun", &["2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z"]),
        (
            "0 0 * * 0-7/2",
            &["2026-11-24T00:00:00Z", "2026-11-26T00:00:00Z", "2026-11-28T00:00:00Z"],
        ),
        ("0 0 29 2 *", &["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]),
        ("0 0 31 * *", &["2026-12-31T00:00:00Z", "2027-01-31T00:00:00Z", "2027-03-31T00:00:00Z"]),
        ("0 12 1 JAN,jul *", &["2027-01-01T12:00:00Z", "2027-07-01T12:00:00Z"]),
        // Either rule: the 13th, or a Friday.
        (
            "0 0 13 * 5",
            &[
                "2026-11-27T00:00:00Z",
                "2026-12-04T00:00:00Z",
                "2026-12-11T00:00:00Z",
                "2026-12-13T00:00:00Z",
            ],
        ),
        // A `*` in one of them, even in a step, means both must match.
        ("0 0 */2 * 5", &["2026-11-27T00:00:00Z", "2026-12-11T00:00:00Z", "2026-12-25T00:00:00Z"]),
        ("0 0 13 * *", &["2026-12-13T00:00:00Z"]),
        ("15 30 4 1 1 *", &["2027-01-01T04:30:15Z"]),
        ("*/20 * * * * *", &["2026-11-22T10:07:40Z", "2026-11-22T10:08:00Z"]),
        ("5-59/15 * * * *", &["2026-11-22T10:20:00Z", "2026-11-22T10:35:00Z"]),
        (
            "0,30 8-9 * * *",
            &["2026-11-23T08:00:00Z", "2026-11-23T08:30:00Z", "2026-11-23T09:00:00Z"],
        ),
        ("0 0 1 */4 *", &["2027-01-01T00:00:00Z", "2027-05-01T00:00:00Z", "2027-09-01T00:00:00Z"]),
        ("@hourly", &["2026-11-22T11:00:00Z"]),
        ("@daily", &["2026-11-23T00:00:00Z"]),
        ("@Midnight", &["2026-11-23T00:00:00Z"]),
        ("@weekly", &["2026-11-29T00:00:00Z"]),
        ("@monthly", &["2026-12-01T00:00:00Z"]),
        ("@yearly", &["2027-01-01T00:00:00Z"]),
        ("  @annually ", &["2027-01-01T00:00:00Z"]),
    ];
    for (text, expected) in rows {
        assert_eq!(dues(text, "UTC", from, expected.len()), *expected, "{text}");
    }
}

/// Schedule, time zone, moment of asking, and what is due from then on.
type ShiftRow = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// In 2026 Berlin goes from 02:00 to 03:00 on 29 March (+1 to +2) and back on 25 October at 03:00;
/// New York from 02:00 to 03:00 on 8 March (-5 to -4) and back on 1 November at 02:00.
const SHIFTS: &[ShiftRow] = &[
    // Left out: once, right after the gap.
    (
        "30 2 * * *",
        "Europe/Berlin",
        "2026-03-28T12:00:00Z",
        &["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
    ),
    (
        "30 2 * * *",
        "America/New_York",
        "2026-03-07T12:00:00Z",
        &["2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"],
    ),
    // Several left out together: once together.
    (
        "0,15,30 2 * * *",
        "Europe/Berlin",
        "2026-03-28T12:00:00Z",
        &["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"],
    ),
    // Left out and regular at the same moment: once.
    (
        "0 2,3 * * *",
        "Europe/Berlin",
        "2026-03-28T12:00:00Z",
        &["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"],
    ),
    (
        "0 * * * *",
        "Europe/Berlin",
        "2026-03-28T23:30:00Z",
        &["2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"],
    ),
    // Doubled: once, the first time.
    (
        "30 2 * * *",
        "Europe/Berlin",
        "2026-10-24T12:00:00Z",
        &["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
    ),
    (
        "30 1 * * *",
        "America/New_York",
        "2026-10-31T12:00:00Z",
        &["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"],
    ),
    // Asked within the second showing: not again.
    ("30 2 * * *", "Europe/Berlin", "2026-10-25T01:15:00Z", &["2026-10-26T01:30:00Z"]),
    // Every hour and every so many minutes keep their pace.
    (
        "0 * * * *",
        "Europe/Berlin",
        "2026-10-24T23:30:00Z",
        &["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"],
    ),
    (
        "*/30 * * * *",
        "America/New_York",
        "2026-11-01T05:00:00Z",
        &[
            "2026-11-01T05:30:00Z",
            "2026-11-01T06:00:00Z",
            "2026-11-01T06:30:00Z",
            "2026-11-01T07:00:00Z",
        ],
    ),
    // Ordinary days on both sides.
    ("0 9 * * *", "Europe/Berlin", "2026-01-10T12:00:00Z", &["2026-01-11T08:00:00Z"]),
    ("0 9 * * *", "Europe/Berlin", "2026-07-10T12:00:00Z", &["2026-07-11T07:00:00Z"]),
    // The day of the week is that of the zone.
    ("0 0 * * mon", "Pacific/Auckland", "2026-11-21T00:00:00Z", &["2026-11-22T11:00:00Z"]),
    // A half-hour shift, and a whole day left out.
    (
        "15 2 * * *",
        "Australia/Lord_Howe",
        "2026-10-03T00:00:00Z",
        &["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"],
    ),
    ("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", &["2011-12-30T10:00:00Z"]),
];

#[test]
fn clocks_put_forward_and_back_are_followed() {
    for (text, zone, from, expected) in SHIFTS {
        assert_eq!(dues(text, zone, from, expected.len()), *expected, "{text} in {zone}");
    }
}

#[test]
fn a_wrong_schedule_says_which_field_and_what_is_permitted() {
    let rows = [
        ("60 * * * *", "minute \"60\": the number is out of range; permitted are 0 to 59"),
        ("* 24 * * *", "hour \"24\""),
        ("* * 0 * *", "day of the month \"0\""),
        ("* * * 13 *", "month \"13\""),
        ("* * * * 8", "day of the week \"8\": the number is out of range; permitted are 0 to 7"),
        ("* * * * funday", "day of the week \"funday\": this is not a number"),
        ("*/0 * * * *", "the step is not a number above 0"),
        ("5/15 * * * *", "a step needs a range before it"),
        ("50-10 * * * *", "the range runs backwards"),
        ("1,,2 * * * *", "something is missing"),
        ("-5 * * * *", "something is missing"),
        ("1-2-3 * * * *", "this is not a number"),
        ("* * ? * *", "day of the month \"?\""),
        ("* * L * *", "day of the month \"L\""),
        ("99999999999999999999 * * * *", "out of range"),
        ("+5 * * * *", "this is not a number"),
        ("٣ * * * *", "this is not a number"),
        ("* * * *", "has 4 fields"),
        ("0 0 0 * * * 2026", "has 7 fields"),
        ("", "has 0 fields"),
        ("@reboot", "@reboot"),
        ("0 0 30 2 *", "is never due"),
        ("0 0 31 4,6,9,11 *", "is never due"),
    ];
    for (text, part) in rows {
        let error = Schedule::parse(text, "UTC").expect_err(text).to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
    for zone in ["Mars/Olympus", "", "CEST+1", "../etc/passwd"] {
        let error = Schedule::parse("@daily", zone).expect_err(zone).to_string();
        assert!(error.contains("IANA"), "{zone}: {error}");
    }
}

#[test]
fn jitter_stays_below_a_tenth_of_the_gap_and_a_minute() {
    let due = at("2026-11-22T10:00:00Z");
    let put_off = |text: &str, fraction| {
        Schedule::parse(text, "UTC").expect(text).jittered(due, fraction) - due
    };
    assert_eq!(put_off("0 * * * *", 1.0), Duration::seconds(60));
    assert_eq!(put_off("0 * * * *", 0.5), Duration::seconds(30));
    assert_eq!(put_off("*/5 * * * *", 1.0), Duration::seconds(30));
    assert_eq!(put_off("*/5 * * * *", 0.0), Duration::zero());
    assert_eq!(put_off("* * * * * *", 1.0), Duration::milliseconds(100));
    for odd in [-1.0, f64::NAN, f64::NEG_INFINITY] {
        assert_eq!(put_off("0 * * * *", odd), Duration::zero());
    }
    assert_eq!(put_off("0 * * * *", f64::INFINITY), Duration::seconds(60));
}

#[test]
fn a_run_missed_while_down_is_told_once() {
    let schedule = Schedule::parse("0 6 * * *", "UTC").expect("schedule");
    let now = at("2026-11-22T10:00:00Z");
    assert!(schedule.missed(None, now));
    assert!(schedule.missed(Some(at("2026-11-21T06:00:00Z")), now));
    assert!(schedule.missed(Some(at("2025-01-01T00:00:00Z")), now));
    assert!(!schedule.missed(Some(at("2026-11-22T06:00:05Z")), now));
    // Due this very second counts; a clock put back does not.
    assert!(schedule.missed(Some(at("2026-11-22T05:59:59Z")), at("2026-11-22T06:00:00Z")));
    assert!(!schedule.missed(Some(at("2026-12-22T06:00:05Z")), now));
}

#[test]
fn after_the_last_year_nothing_is_due_and_nothing_fails() {
    let schedule = Schedule::parse("@yearly", "Europe/Berlin").expect("schedule");
    assert_eq!(schedule.next_after(at("2100-06-01T00:00:00Z")), None);
    assert_eq!(schedule.next_after(DateTime::<Utc>::MAX_UTC - Duration::days(2)), None);
    let late = at("2100-01-01T00:00:00Z");
    assert_eq!(schedule.jittered(late, 0.5), late);
}

proptest! {
    #[test]
    fn the_next_due_time_is_later_and_stays_the_same_until_then(
        seconds in 0_i64..4_000_000_000,
        text in prop::sample::select(vec![
            "*/7 * * * *", "30 2 * * *", "0 * * * *", "0 0 13 * 5", "15 1-3 * * sun", "0 */5 1 * *",
        ]),
        zone in prop::sample::select(vec![
            "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
        ]),
        part in 0.0_f64..1.0,
    ) {
        let schedule = Schedule::parse(text, zone).expect(text);
        let now = DateTime::from_timestamp(seconds, 0).expect("in range");
        let due = schedule.next_after(now).expect("due before 2100");
        prop_assert!(due > now);
        let between = now + Duration::seconds(((due - now).num_seconds() as f64 * part) as i64);
        if between < due {
            prop_assert_eq!(schedule.next_after(between), Some(due));
        }
        prop_assert!(!schedule.missed(Some(now), due - Duration::seconds(1)));
        prop_assert!(schedule.missed(Some(now), due));
    }

    #[test]
    fn no_text_makes_it_panic(text in "[-0-9*/, a-z@?]{0,30}", zone in "[A-Za-z/_]{0,20}") {
        let _ = Schedule::parse(&text, &zone);
        if let Ok(schedule) = Schedule::parse(&text, "Europe/Berlin") {
            let now = DateTime::from_timestamp(1_790_000_000, 0).expect("in range");
            if let Some(due) = schedule.next_after(now) {
                prop_assert!(due > now);
            }
        }
    }
}
