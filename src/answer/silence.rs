//! Silence: moderators are told of a source of posts that has been silent for longer than ever.

use chrono::{DateTime, TimeDelta, Utc};

use super::work::{Answering, ROOM_HOURS_MAX};
use crate::claim::alert::{Alert, Occasion, Seen, Severity, Spread};
use crate::claim::answer::Decision;
use crate::store::{Plan, Silent};

impl Answering {
    /// Whether moderators can't be told yet, because a bot does not know who it is, and may be
    /// waited for since `since`: what is told now would not reach them.
    pub fn awaits_moderators(&self, since: DateTime<Utc>) -> bool {
        let waited = self.clock.now() - since;
        self.rooms.awaits_moderators() && waited < TimeDelta::hours(ROOM_HOURS_MAX)
    }

    /// What moderators are told of the silence of a source or a watched chat, which they know as
    /// `place`; everywhere once a silence. Asks no database.
    pub fn silence(&self, silent: &Silent, place: &str, now: DateTime<Utc>) -> Vec<Plan> {
        let alert = Alert {
            claim: String::new(),
            occasion: Occasion::Silent,
            severity: Severity::Normal,
            post: Seen { place: place.to_owned(), at: silent.received_at, ..Seen::default() },
            spread: Spread { since: silent.since, ..Spread::default() },
            asked: 0,
            readers: 0,
            decision: Decision::None,
            matched: None,
            withdrawn: None,
            page: None,
            at: now,
        };
        let since = silent.since.timestamp_millis();
        let once = |place: &str| format!("silent {} {since} {place}", silent.name);
        self.tell_everywhere(&alert, once, None, now)
    }
}
