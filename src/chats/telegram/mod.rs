//! Telegram: the only Telegram. Its library gives types and calls; updates are taken in raw,
//! because they are stored before they are acknowledged.

mod announce;
mod calls;
mod read;
mod send;

pub use announce::Announcement;
pub use read::{Groups, Me, Read, read};

use std::collections::HashSet;
use std::time::Duration;

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use subtle::ConstantTimeEq;
use teloxide::requests::{JsonRequest, Payload, Request};
use teloxide::{ApiError, Bot, RequestError};
use url::Url;

use super::CallError;
use super::settings::{self, Peer};
use crate::doors::Secret;
use crate::http::Distrust;
use calls::{GetAdmins, GetBot, GetChat, GetRawUpdates};

/// How long the server holds a poll that has nothing to say, in seconds. The library's client gives
/// up after 17.
const POLL_SECONDS: u32 = 10;
/// Most updates taken at once; the server's own limit.
const UPDATES_MAX: u8 = 100;
/// Wait where the server says "too often" without saying how long, in seconds.
const FLOOD_SECONDS: u64 = 30;
/// Longest words of a refusal that are kept.
const REFUSAL_CHARS_MAX: usize = 120;
/// Answers of a failing server that carry a description instead of a status of their own.
const SERVER_FAILURES: [&str; 4] =
    ["Internal Server Error", "Bad Gateway", "Gateway Timeout", "Service Unavailable"];
/// The token is not one.
const UNKNOWN_TOKEN: &str =
    "the server does not know the bot's token: put the one BotFather gave into token_file";
/// Somebody else polls with the same token, or a webhook is set.
const TAKEN_UPDATES: &str =
    "another program receives this bot's updates: stop it, or use another bot";
/// Something else answers at the address, or in a way that is not known here.
const OTHER_JSON: &str = "the answer is JSON, but none that the Bot API gives to this call: see \
                          whether api_url leads to a Bot API server, and to one that is not too old";
/// Header that carries the webhook's secret.
pub const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
/// What we want to be told.
const ALLOWED_UPDATES: [&str; 6] = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "my_chat_member",
];

/// One configured bot.
#[derive(Debug, Clone)]
pub struct Telegram {
    bot: Bot,
    name: String,
    settings: settings::Telegram,
}

impl From<RequestError> for CallError {
    /// Texts of errors may hold what was sent, so only their kind is kept.
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Api(ApiError::InvalidToken) => Self::Unknown(UNKNOWN_TOKEN),
            RequestError::Api(ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates) => {
                Self::Conflict(TAKEN_UPDATES)
            }
            RequestError::Api(ApiError::Unknown(text)) => from_words(&text),
            RequestError::Api(other) => Self::Refused(other.to_string()),
            RequestError::MigrateToChatId(to) => Self::Moved(to.0.to_string()),
            RequestError::RetryAfter(seconds) => Self::Later(seconds.duration()),
            RequestError::Network(error) if error.is_connect() => {
                match Distrust::of(error.as_ref()) {
                    // The library brings its own list of authorities.
                    Some(Distrust::UnknownIssuer) => Self::Untrusted(Distrust::NotWellKnown),
                    Some(why) => Self::Untrusted(why),
                    None => Self::Unreachable,
                }
            }
            RequestError::Network(error) if error.is_timeout() => Self::Broken("no answer in time"),
            RequestError::Network(_) => Self::Broken("no whole answer"),
            RequestError::InvalidJson { raw, .. } => {
                let is_json = serde_json::from_str::<IgnoredAny>(&raw).is_ok();
                Self::Broken(if is_json { OTHER_JSON } else { "the answer is not JSON" })
            }
            RequestError::Io(_) => Self::Broken("input or output failed"),
        }
    }
}

/// Reads an answer that the library knows no kind for by its words.
fn from_words(text: &str) -> CallError {
    if let Some((_, rest)) = text.split_once("Too Many Requests") {
        let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let seconds = digits[..end].parse::<u32>().map_or(FLOOD_SECONDS, u64::from);
        return CallError::Later(Duration::from_secs(seconds));
    }
    if text.starts_with("Conflict: ") {
        return CallError::Conflict(TAKEN_UPDATES);
    }
    if SERVER_FAILURES.iter().any(|failure| text.contains(failure)) {
        return CallError::Broken("the server failed");
    }
    // What is quoted may be what was sent.
    let said = text.split(['"', '\n']).next().unwrap_or_default();
    CallError::Refused(said.chars().take(REFUSAL_CHARS_MAX).collect())
}

impl Telegram {
    /// The bot of that name with its token.
    ///
    /// # Errors
    /// If the address of the Bot API server is not one.
    pub fn new(name: &str, settings: &settings::Telegram, token: &Secret) -> anyhow::Result<Self> {
        let url = Url::parse(&settings.api_url)?;
        let bot = Bot::new(token.reveal()).set_api_url(url);
        Ok(Self { bot, name: format!("telegram.{name}"), settings: settings.clone() })
    }

    /// Its name among all chats, `telegram.NAME`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its settings.
    pub fn settings(&self) -> &settings::Telegram {
        &self.settings
    }

    /// Who the bot is.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn me(&self) -> Result<Me, CallError> {
        let me = self.ask(GetBot {}).await?;
        let username = me.username.ok_or_else(|| {
            CallError::Refused("the bot has no username: ask BotFather for one".to_owned())
        })?;
        Ok(Me {
            id: me.id,
            username,
            watch: self.settings.watch.iter().map(Peer::key).collect(),
            listen: self.settings.listen,
            hears_groups: me.can_read_all_group_messages,
        })
    }

    /// The numbers of a group's admins, the bot among them if it is one.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn admins(&self, conversation: &str) -> Result<HashSet<u64>, CallError> {
        let chat_id = conversation.parse().map_err(|_| {
            CallError::Refused("a conversation that is no number has no admins".to_owned())
        })?;
        let admins = self.ask(GetAdmins { chat_id }).await?;
        Ok(admins.into_iter().map(|admin| admin.user.id).collect())
    }

    /// The number of a chat the operator named.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn resolve(&self, peer: &Peer) -> Result<String, CallError> {
        match peer {
            Peer::Id(id) => Ok(id.to_string()),
            Peer::Name(name) => {
                Ok(self.ask(GetChat { chat_id: name.clone() }).await?.id.to_string())
            }
        }
    }

    async fn ask<P>(&self, payload: P) -> Result<P::Output, CallError>
    where
        P: Payload + Serialize + 'static,
        P::Output: DeserializeOwned,
    {
        Ok(JsonRequest::new(self.bot.clone(), payload).send().await?)
    }

    /// Waits for updates from `offset` on. Asking confirms everything before it: only ask when that
    /// is stored.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn updates(&self, offset: i64) -> Result<Vec<Value>, CallError> {
        let (limit, timeout, allowed_updates) = (UPDATES_MAX, POLL_SECONDS, ALLOWED_UPDATES);
        self.ask(GetRawUpdates { offset, limit, timeout, allowed_updates }).await
    }

    /// Whether a webhook's header carries the secret; takes as long for a near miss as for a far
    /// one.
    pub fn is_from_telegram(&self, header: Option<&[u8]>) -> bool {
        match (&self.settings.webhook_secret, header) {
            (Some(secret), Some(header)) => secret.reveal().as_bytes().ct_eq(header).into(),
            _ => false,
        }
    }
}

/// The number of an update.
pub fn update_id(raw: &Value) -> Option<i64> {
    raw.get("update_id")?.as_i64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_can_not_be_read_is_told_as_what_it_is() {
        let read = |raw: &str| {
            let source = serde_json::from_str::<u8>("x").expect_err("no number").into();
            CallError::from(RequestError::InvalidJson { source, raw: raw.into() })
        };
        assert_eq!(read("<html>"), CallError::Broken("the answer is not JSON"));
        assert_eq!(read(r#"{"ok":true,"result":{}}"#), CallError::Broken(OTHER_JSON));
    }

    #[test]
    fn answers_are_read_by_their_words_and_keep_nothing_that_was_sent() {
        let read = |text: &str| CallError::from(RequestError::Api(ApiError::Unknown(text.into())));
        let wait = |seconds| CallError::Later(Duration::from_secs(seconds));
        assert_eq!(read("Too Many Requests: retry after 17"), wait(17));
        assert_eq!(read("Too Many Requests"), wait(FLOOD_SECONDS));
        assert_eq!(
            read("Conflict: can't use getUpdates; a webhook is active"),
            CallError::Conflict(TAKEN_UPDATES)
        );
        assert_eq!(read("Internal Server Error: x"), CallError::Broken("the server failed"));
        let refused = read("Bad Request: URL \"https://a.example/secret\" is wrong");
        assert_eq!(refused, CallError::Refused("Bad Request: URL ".into()));
    }
}
