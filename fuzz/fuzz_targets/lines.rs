//! All that reads one short text: schedules, days, addresses, names and limits of networks,
//! settings of receivers.
#![no_main]

use chrono::DateTime;
use claimwatch::alerts::{is_mailbox, settings::Server};
use claimwatch::claim::moderation;
use claimwatch::claim::post::Command;
use claimwatch::claim::rating::RatingTable;
use claimwatch::claim::reply::{address, clean, clean_lines, shown_host};
use claimwatch::claim::review::{ClaimReview, address_key};
use claimwatch::claim::text::{cut_at_word, first_sentences, language, normalise, shorten};
use claimwatch::mastodon::{is_id, length, until_reset};
use claimwatch::schedule::Schedule;
use claimwatch::{atproto, http, publishers};
use libfuzzer_sys::fuzz_target;

/// Runs of a schedule that are looked at.
const RUNS: usize = 5;
const ZONES: [&str; 3] = ["UTC", "Europe/Berlin", "Australia/Lord_Howe"];

fuzz_target!(|text: &str| {
    for zone in ZONES {
        let Ok(schedule) = Schedule::parse(text, zone) else { break };
        let mut now = DateTime::from_timestamp(1_774_000_000, 0).expect("a moment");
        for _ in 0..RUNS {
            let Some(next) = schedule.next_after(now) else { break };
            assert!(next > now, "{next} after {now}");
            assert!(schedule.jittered(next, 0.9) >= next);
            now = next;
        }
    }
    let _ = Schedule::parse("@daily", text);
    publishers::day(text);
    until_reset(Some(text), Some("Wed, 14 Oct 2026 19:05:00 GMT"));
    until_reset(Some("2026-10-14T19:10:00.554744Z"), Some(text));
    addresses(text);
    names(text);
    cuts(text);
});

fn addresses(text: &str) {
    let key = address_key(text);
    assert_eq!(address_key(&key), key.trim(), "{text:?}");
    if let Some(opened) = address(text) {
        assert!(opened.bytes().all(|byte| byte.is_ascii_graphic()), "{opened}");
        let shown = shown_host(text, 20).expect("a host");
        assert!(shown.chars().count() <= 20, "{shown}");
    }
    if let Ok(ip) = text.parse() {
        http::why_not_public(ip);
    }
    let review = ClaimReview { url: Some(text.to_owned()), ..ClaimReview::default() };
    assert_eq!(review.page().is_some(), review.host().is_some());
    review.identity();
}

fn names(text: &str) {
    if let Some((did, key)) = atproto::parts(text) {
        assert!(atproto::is_did(did) && !key.is_empty());
    }
    is_id(text);
    is_mailbox(text);
    let _ = Server::parse(text);
    Command::named(text);
    let quiet = moderation::Settings { quiet_hours: Some(text.to_owned()), ..Default::default() };
    let _ = quiet.quiet();
    let _ = RatingTable::parse(text);
}

fn cuts(text: &str) {
    for chars_max in [0, 1, 7, 40] {
        assert!(cut_at_word(text, chars_max).chars().count() <= chars_max);
        assert!(first_sentences(text, chars_max).chars().count() <= chars_max);
        assert!(shorten(text, chars_max + 2).chars().count() <= chars_max + 2);
    }
    language(text);
    let plain = normalise(text);
    assert_eq!(normalise(&plain), plain, "{text:?}");
    assert_eq!(clean(&clean(text)), clean(text));
    assert!(!clean_lines(text).contains("\n\n"));
    length(text);
}
