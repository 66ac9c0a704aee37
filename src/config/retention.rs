//! `[retention]`: how long things are kept.

use serde::Deserialize;

use crate::claim::reply::Kept;

/// The table `[retention]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Raw messages, counted from the end of their handling.
    pub updates_hours: u32,
    /// Posts of feeds, counted likewise.
    pub posts_days: u32,
    /// Which check was offered where, without message texts.
    pub decisions_days: u32,
    /// How long one secret names people by whom posts are counted; then they have other names.
    pub people_days: u32,
    /// Questions that nothing was found for.
    pub questions_days: u32,
    /// The same where their reader asked to be told, counted from then.
    pub follow_up_days: u32,
    /// How old an answer may be that is still corrected when its check changes.
    pub corrections_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            updates_hours: 24,
            posts_days: 30,
            decisions_days: 365,
            people_days: 30,
            questions_days: 7,
            follow_up_days: 30,
            corrections_days: 90,
        }
    }
}

impl Settings {
    /// What of this is told to readers beside hours.
    pub fn kept(&self) -> Kept {
        let days = |days: u32| usize::try_from(days).unwrap_or(usize::MAX);
        Kept {
            questions_days: days(self.questions_days),
            follow_up_days: days(self.follow_up_days),
            answers_days: days(self.decisions_days),
            people_days: days(self.people_days),
            posts_days: days(self.posts_days),
        }
    }
}
