//! What no single key of a feed of posts can tell.

use super::{At, networks, not_in_file};
use crate::feeds::settings::{Feed, Push, Rss};

/// Longest wait between two polls, in minutes: a week.
const POLL_MINUTES_MAX: u32 = 7 * 24 * 60;
/// What a limit of 0 means.
const NOTHING: &str = "is 0: nothing could ever be taken in";
const TOO_SMALL: &str = "write a number above 0";

/// Checks the table of one feed.
pub(super) fn check(at: &mut At<'_>, feed: &Feed) {
    match feed {
        Feed::Rss(rss) => polled(at, rss),
        Feed::Push(push) => pushed(at, push),
        Feed::Bluesky(feed) => networks::bluesky_feed(at, feed),
        Feed::Mastodon(feed) => networks::mastodon_feed(at, feed),
    }
}

fn polled(at: &mut At<'_>, rss: &Rss) {
    match &rss.url {
        Some(url) => at.address("url", url, &["http", "https", "file"]),
        None => at.missing("url", "write `url = \"https://...\"`, the feed's address"),
    }
    // Without a schedule the zone means nothing, but a wrong one is no zone either.
    at.schedule(rss.schedule.as_deref().unwrap_or("@hourly"), &rss.time_zone);
    for (key, minutes) in
        [("poll_min_minutes", rss.poll_min_minutes), ("poll_max_minutes", rss.poll_max_minutes)]
    {
        if !(1..=POLL_MINUTES_MAX).contains(&minutes) {
            let mend = format!("write a number from 1 to {POLL_MINUTES_MAX}, a week");
            at.wrong(key, &format!("is {minutes}"), &mend);
        } else if rss.schedule.is_some() && at.written(key).is_some() {
            let (place, path) = (at.place(key), at.path.join("."));
            let what = format!("`{path}.{key}` does nothing beside a `schedule`");
            at.findings.warning(place, what, "take one of the two away");
        }
    }
    if rss.poll_min_minutes > rss.poll_max_minutes {
        let key = if at.written("poll_max_minutes").is_some() {
            "poll_max_minutes"
        } else {
            "poll_min_minutes"
        };
        let (min, max) = (rss.poll_min_minutes, rss.poll_max_minutes);
        let what = format!("waits at least {min} and at most {max} minutes");
        at.wrong(key, &what, "poll_min_minutes may not be above poll_max_minutes");
    }
    if rss.posts_hourly_max == 0 {
        at.wrong("posts_hourly_max", NOTHING, TOO_SMALL);
    }
}

fn pushed(at: &mut At<'_>, push: &Push) {
    not_in_file(at, "token", "token_file");
    if push.token.is_none() && push.token_file.is_none() {
        let mend = "write `token_file = \"...\"`, a file that holds the sender's token";
        at.missing("token_file", mend);
    }
    for (key, zero) in [
        ("body_bytes_max", push.body_bytes_max == 0),
        ("batch_posts_max", push.batch_posts_max == 0),
        ("requests_minute_max", push.requests_minute_max == 0),
        ("posts_hourly_max", push.posts_hourly_max == 0),
    ] {
        if zero {
            at.wrong(key, NOTHING, TOO_SMALL);
        }
    }
}
