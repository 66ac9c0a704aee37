//! How long a server wants to be left alone that was asked too often.

use std::time::Duration;

use chrono::DateTime;

/// Longest wait a server may ask of us by its rate limit.
const WAIT_MAX: Duration = Duration::from_secs(60 * 60);
/// What is waited beyond the limit's end, since it is told to the second.
const MARGIN: Duration = Duration::from_secs(1);

/// The wait until the end of a limit (`X-RateLimit-Reset`), measured by the server's own clock
/// (`Date`), because ours is not asked here and theirs may be wrong. `None` if either can't be
/// read.
pub fn until_reset(reset: Option<&str>, date: Option<&str>) -> Option<Duration> {
    let then = DateTime::parse_from_rfc3339(reset?).ok()?;
    let now = DateTime::parse_from_rfc2822(date?).ok()?;
    let wait = (then - now).to_std().unwrap_or_default();
    Some((wait + MARGIN).min(WAIT_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_measured_by_the_servers_clock() {
        let date = Some("Wed, 14 Oct 2026 19:05:00 GMT");
        let wait = |reset, date| until_reset(reset, date).map(|wait| wait.as_secs());
        assert_eq!(wait(Some("2026-10-14T19:10:00.554744Z"), date), Some(301));
        assert_eq!(wait(Some("2026-10-14T19:00:00Z"), date), Some(1), "over by now");
        assert_eq!(wait(Some("2126-10-14T19:00:00Z"), date), Some(3_600), "not for ever");
        assert_eq!(wait(Some("soon"), date), None);
        assert_eq!(wait(Some("2026-10-14T19:00:00Z"), None), None);
    }
}
