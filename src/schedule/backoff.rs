//! How long to leave a source alone after it failed.

use std::time::Duration;

/// Wait after the first failure.
const FIRST: Duration = Duration::from_secs(60);
/// Longest wait, whatever chance adds.
const LONGEST: Duration = Duration::from_secs(6 * 60 * 60);
/// Share of the wait that chance decides about.
const JITTER_SHARE: f64 = 0.5;

/// The wait after `failures` failures in a row (1 for the first): doubles each time, six hours at
/// most. `fraction` in 0..1 spreads it, so that sources that failed together don't return together.
pub fn backoff(failures: u32, fraction: f64) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let wait = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    wait.mul_f64(1.0 - JITTER_SHARE * fraction.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_six_hours_and_chance_only_shortens_it() {
        let minutes = |failures| backoff(failures, 0.0).as_secs() / 60;
        assert_eq!([1, 2, 3, 9].map(minutes), [1, 2, 4, 256]);
        assert_eq!([10, 17, u32::MAX].map(minutes), [360, 360, 360]);
        assert_eq!(backoff(3, 1.0), Duration::from_secs(120));
        assert!(backoff(u32::MAX, 0.999) > Duration::from_secs(3 * 60 * 60));
        assert_eq!(backoff(0, 7.0), Duration::from_secs(30));
    }
}
