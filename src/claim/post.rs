//! `Post`: one incoming text, where it came from and where an answer may go.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

/// One incoming text that may hold a claim.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// Identifier within its origin; echoed in results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What was written, as it came.
    pub text: String,
    /// Language the sender or network says it is in; a hint, not believed blindly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Addresses linked from the text that do not stand in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<String>,
    /// Display name of the author: query words, because claims are often about whoever speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// What its pictures say, as their alternative texts or as read off them, one a picture: words
    /// that find a check, but alone don't state one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alt: Vec<String>,
}

impl Post {
    /// A post that is only a text.
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// Where an answer may go: one message in one conversation of one configured chat.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReplyTo {
    /// Configured chat, `KIND.NAME`, such as `telegram.main`.
    pub chat: String,
    /// Conversation within it (Telegram: chat id).
    pub conversation: String,
    /// Message that is answered, if there is one, as the chat names it (Telegram: its number).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "number_or_text")]
    pub message: Option<String>,
    /// Topic within the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<i64>,
    /// Who will read it.
    pub audience: Audience,
}

/// Who reads an answer; thresholds and deadlines differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// One person who asked.
    #[default]
    Private,
    /// A group in which somebody asked.
    Group,
    /// A public thread in which somebody asked: it does not move on as a group's talk does.
    Public,
    /// Moderators, by alert.
    Moderators,
}

/// What somebody wants of us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Intent {
    /// Tell me what was found about this text.
    Question,
    /// The question was changed after it was asked.
    Edited,
    /// One of the bot's commands, with what follows it.
    Command(Command, String),
    /// Something without words was shown to us: a picture, a voice, a place.
    Unreadable,
    /// A button was pressed: its opaque id, and the press to be acknowledged.
    Press {
        /// Opaque id we gave the button.
        button: String,
        /// Identifier of the press, to be acknowledged once.
        press: String,
    },
    /// A post nobody asked about, from a feed.
    Watched,
    /// What was said in a group without being meant for us.
    Overheard {
        /// The operator has the group watched; else only its admins want us to listen.
        watched: bool,
        /// A bot or a channel had a hand in it: it is not answered unasked.
        indirect: bool,
    },
    /// Somebody in a group wants us to listen there, or not.
    Listen(Listen),
    /// The conversation now has another id.
    Moved {
        /// The new id.
        to: String,
    },
    /// The bot was blocked or removed: nothing may be sent there.
    Left,
}

impl Intent {
    /// Whether it is a post that nobody asked about.
    pub fn is_unasked(&self) -> bool {
        matches!(self, Self::Watched | Self::Overheard { .. })
    }
}

/// What somebody in a group wants of listening, and what was found out about that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listen {
    /// To begin or to end; `None`: neither was said.
    pub on: Option<bool>,
    /// Whether the operator permits it there.
    pub permitted: bool,
    /// Whether an admin of the group says so; `None`: nobody could tell.
    pub by_admin: Option<bool>,
    /// Whether the network shows us what is said there; `None`: nobody could tell.
    pub hears: Option<bool>,
}

/// The bot's commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Command {
    /// `/start`
    Start,
    /// `/help`
    Help,
    /// `/check`
    Check,
    /// `/settings`
    Settings,
    /// `/privacy`
    Privacy,
    /// `/forget`
    Forget,
    /// `/report`
    Report,
    /// `/listen`
    Listen,
}

impl Command {
    /// All commands, in the order in which menus list them.
    pub const ALL: [Self; 8] = [
        Self::Check,
        Self::Help,
        Self::Settings,
        Self::Privacy,
        Self::Forget,
        Self::Report,
        Self::Listen,
        Self::Start,
    ];

    /// Name without the slash.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Help => "help",
            Self::Check => "check",
            Self::Settings => "settings",
            Self::Privacy => "privacy",
            Self::Forget => "forget",
            Self::Report => "report",
            Self::Listen => "listen",
        }
    }

    /// The command of that name, case ignored.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.name().eq_ignore_ascii_case(name))
    }
}

/// One thing that came in and waits in the inbox until it is answered or set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incoming {
    /// What is wanted.
    pub intent: Intent,
    /// The text it is about.
    pub post: Post,
    /// Where the answer goes; a watched post has no such place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<ReplyTo>,
    /// Language of the sender's client, an IETF tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_language: Option<String>,
    /// Where a watched post stands, if it can be answered there; nobody does unless a moderator
    /// says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<ReplyTo>,
    /// What the group or channel that a watched post stands in calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who wrote a watched post, pressed a button or is to be forgotten in a group, as a keyed
    /// hash: to count people without knowing them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_key: Option<String>,
    /// Whether an admin of the group says so, of what only they may; `None`: that is nobody's
    /// privilege, or nobody could tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_admin: Option<bool>,
    /// Our message that a report is about, as the chat names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// When it was sent, by the network's clock.
    pub sent_at: DateTime<Utc>,
}

impl Incoming {
    /// What came in with this intent, sent at that time, and nothing else known of it.
    pub fn of(intent: Intent, post: Post, sent_at: DateTime<Utc>) -> Self {
        Self {
            intent,
            post,
            reply_to: None,
            client_language: None,
            seen_at: None,
            title: None,
            author_key: None,
            by_admin: None,
            about: None,
            sent_at,
        }
    }
}

/// Reads what names a message: earlier versions wrote a number.
fn number_or_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Named {
        Number(i64),
        Text(String),
    }
    let named = Option::<Named>::deserialize(from)?;
    Ok(named.map(|named| match named {
        Named::Number(number) => number.to_string(),
        Named::Text(text) => text,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_named_by_numbers_of_old_and_by_texts() {
        let read = |message: &str| {
            let text = format!(
                r#"{{"chat":"telegram.x","conversation":"5"{message},"audience":"private"}}"#
            );
            serde_json::from_str::<ReplyTo>(&text).expect("a place").message
        };
        assert_eq!(read(r#","message":7"#).as_deref(), Some("7"));
        assert_eq!(read(r#","message":"at://x/y cid""#).as_deref(), Some("at://x/y cid"));
        assert_eq!(read(r#","message":null"#), None);
        assert_eq!(read(""), None);
    }
}
