//! `[retention]`: how long things are kept.

use serde::Deserialize;

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
}

impl Default for Settings {
    fn default() -> Self {
        Self { updates_hours: 24, posts_days: 30, decisions_days: 365, people_days: 30 }
    }
}
