//! `[chat.mastodon.NAME]`: an account that is mentioned and answers.

use serde::Deserialize;

use crate::chats::mentions::Budget;
use crate::doors::Secret;

/// The table of one account on a Mastodon server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address of the account's server.
    pub service: Option<String>,
    /// The account's name, if the token is to be held to it.
    pub identifier: Option<String>,
    /// File that holds an access token of the account.
    pub token_file: Option<String>,
    /// The token itself: from the environment, or read from `token_file`.
    pub token: Option<Secret>,
    /// Most answers to one author within an hour.
    pub author_hourly_max: u32,
    /// Most answers in one thread within an hour.
    pub thread_hourly_max: u32,
}

impl Default for Settings {
    fn default() -> Self {
        let Budget { author_hourly_max, thread_hourly_max } = Budget::default();
        Self {
            service: None,
            identifier: None,
            token_file: None,
            token: None,
            author_hourly_max,
            thread_hourly_max,
        }
    }
}
