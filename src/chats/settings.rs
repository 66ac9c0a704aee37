//! `[chat.KIND.NAME]`: where people ask and are answered.

use serde::Deserialize;

pub use super::mastodon::Settings as Mastodon;
use super::mentions::Budget;
use crate::doors::Secret;

/// One configured chat account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The operator's name for it, unique among chats.
    pub name: String,
    /// What kind it is, with its table.
    pub chat: Chat,
}

/// A chat's kind and table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chat {
    /// A Telegram bot.
    Telegram(Telegram),
    /// An account on Bluesky.
    Bluesky(Bluesky),
    /// An account on a Mastodon server.
    Mastodon(Mastodon),
}

/// How a bot receives its updates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It asks for them.
    #[default]
    Polling,
    /// They are sent to us.
    Webhook,
}

/// A chat, group or channel: its number or its `@name`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "neither a chat's number nor its @name")]
pub enum Peer {
    /// Number, negative for groups and channels.
    Id(i64),
    /// Public name with its `@`.
    Name(String),
}

impl Peer {
    /// The number, or the name as names are compared.
    pub fn key(&self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Name(name) => name.to_lowercase(),
        }
    }
}

/// Topics of a chat by how urgent an alert is, and for the digest, each by the number of its
/// thread; without one, the chat's general topic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Topics {
    /// For what is worth a look now.
    pub high: Option<i64>,
    /// For what is worth a look today.
    pub normal: Option<i64>,
    /// For what is worth knowing.
    pub low: Option<i64>,
    /// For what there was since the last digest.
    pub digest: Option<i64>,
}

/// In which groups admins may switch listening on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Listening {
    /// In those that the operator has watched.
    #[default]
    Watched,
    /// In any that the bot is in.
    Anywhere,
    /// In none; what was switched on before is silent.
    Never,
}

/// The table of one Telegram bot.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telegram {
    /// File that holds the bot's token.
    pub token_file: Option<String>,
    /// The token itself: from the environment, or read from `token_file`.
    pub token: Option<Secret>,
    /// Address of the Bot API server.
    pub api_url: String,
    /// How updates are received.
    pub mode: Mode,
    /// webhook: the public https address Telegram sends to.
    pub webhook_url: Option<String>,
    /// webhook: file that holds the secret Telegram sends along.
    pub webhook_secret_file: Option<String>,
    /// webhook: the secret itself: from the environment, or read from `webhook_secret_file`.
    pub webhook_secret: Option<Secret>,
    /// The chat that gets alerts.
    pub moderators: Option<Peer>,
    /// Topics of that chat in which alerts and digests are told.
    pub topics: Topics,
    /// Channels and groups that are read as feeds of posts.
    pub watch: Vec<Peer>,
    /// In which groups admins may have posts answered that nobody asked about.
    pub listen: Listening,
    /// Most such answers in one group within an hour.
    pub listen_hourly_max: u32,
}

impl Default for Telegram {
    fn default() -> Self {
        Self {
            token_file: None,
            token: None,
            api_url: "https://api.telegram.org".to_owned(),
            mode: Mode::default(),
            webhook_url: None,
            webhook_secret_file: None,
            webhook_secret: None,
            moderators: None,
            topics: Topics::default(),
            watch: Vec::new(),
            listen: Listening::default(),
            listen_hourly_max: 6,
        }
    }
}

/// The table of one account on Bluesky.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bluesky {
    /// Address of the account's server.
    pub service: String,
    /// The account: its handle, or its `did:...`.
    pub identifier: Option<String>,
    /// File that holds an app password of the account.
    pub password_file: Option<String>,
    /// The password itself: from the environment, or read from `password_file`.
    pub password: Option<Secret>,
    /// Most answers to one author within an hour.
    pub author_hourly_max: u32,
    /// Most answers in one thread within an hour.
    pub thread_hourly_max: u32,
}

impl Default for Bluesky {
    fn default() -> Self {
        let Budget { author_hourly_max, thread_hourly_max } = Budget::default();
        Self {
            service: "https://bsky.social".to_owned(),
            identifier: None,
            password_file: None,
            password: None,
            author_hourly_max,
            thread_hourly_max,
        }
    }
}
