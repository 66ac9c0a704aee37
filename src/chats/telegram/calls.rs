//! Calls of which this program reads no more than it needs: a server may be older or newer than the
//! library, whose types want every field that there is today.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide::requests::Payload;

/// `getUpdates` whose answer stays raw, so that what this program does not understand yet is kept.
#[derive(Debug, Clone, Serialize)]
pub(super) struct GetRawUpdates {
    pub(super) offset: i64,
    pub(super) limit: u8,
    pub(super) timeout: u32,
    pub(super) allowed_updates: [&'static str; 6],
}

impl Payload for GetRawUpdates {
    type Output = Vec<Value>;
    const NAME: &'static str = "GetUpdates";

    fn timeout_hint(&self) -> Option<Duration> {
        Some(Duration::from_secs(self.timeout.into()))
    }
}

/// `getMe`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct GetBot {}

/// Who the bot is.
#[derive(Debug, Deserialize)]
pub(super) struct Bot {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) username: Option<String>,
    #[serde(default)]
    pub(super) can_read_all_group_messages: bool,
}

impl Payload for GetBot {
    type Output = Bot;
    const NAME: &'static str = "GetMe";
}

/// `getChat`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct GetChat {
    pub(super) chat_id: String,
}

/// A chat, by its number.
#[derive(Debug, Deserialize)]
pub(super) struct Chat {
    pub(super) id: i64,
}

impl Payload for GetChat {
    type Output = Chat;
    const NAME: &'static str = "GetChat";
}

/// `getChatAdministrators`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct GetAdmins {
    pub(super) chat_id: i64,
}

/// One of a group's admins.
#[derive(Debug, Deserialize)]
pub(super) struct Admin {
    pub(super) user: User,
}

/// Somebody, by number.
#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub(super) id: u64,
}

impl Payload for GetAdmins {
    type Output = Vec<Admin>;
    const NAME: &'static str = "GetChatAdministrators";
}
