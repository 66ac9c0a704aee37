//! Mastodon: an account that is mentioned and answers in the thread, by its server's API.

mod mentions;
mod send;
mod settings;

pub use settings::Settings;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::CallError;
use super::mentions::Budget;
use crate::doors::Secret;
use crate::http::{Call, Called, Door, Method};
use crate::mastodon::{self, Account, until_reset};

/// Most graphemes of an answer. With the name before it, an address in place of a link's words and
/// a good part of a content warning it stays within what servers allow.
pub const GRAPHEMES_MAX: usize =
    mastodon::CHARS_MAX - NAME_CHARS_MAX - ADDRESS_CHARS - WARNING_CHARS_MIN;
/// Longest name that is written before an answer, with its sign and a blank.
const NAME_CHARS_MAX: usize = 66;
/// What an address may count for beyond the words it stands for.
const ADDRESS_CHARS: usize = 23;
/// So much of a content warning always finds room.
const WARNING_CHARS_MIN: usize = 31;
/// Largest answer of the server that is read.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Wait where the server says "too often" without saying how long.
const FLOOD: Duration = Duration::from_secs(60);
/// The token is not one.
const UNKNOWN_TOKEN: &str =
    "the server does not know the access token: put a new one into token_file";
/// The token is not the named account's.
const OTHER_ACCOUNT: &str =
    "the access token is of another account than `identifier`: correct one of them";

/// One configured account.
pub struct Mastodon {
    name: String,
    settings: Settings,
    token: Secret,
    service: Url,
    door: Door,
    /// Who we are, once the server has said so.
    me: Mutex<Option<Me>>,
    /// Mentions whose thread could not be read, and how often that was tried.
    unread: Mutex<HashMap<String, u32>>,
}

/// Who the account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// The server's identifier of it.
    pub id: String,
    /// The name readers know, without its sign and host.
    pub username: String,
    /// The identifier of it that all servers share.
    pub uri: String,
}

impl std::fmt::Debug for Mastodon {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Mastodon({})", self.name)
    }
}

impl Mastodon {
    /// The account of that name with its token.
    ///
    /// # Errors
    /// If the address of the server is not one.
    pub fn new(
        name: &str,
        settings: &Settings,
        token: &Secret,
        door: Door,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            name: format!("mastodon.{name}"),
            settings: settings.clone(),
            token: token.clone(),
            service: Url::parse(settings.service.as_deref().unwrap_or_default())?,
            door,
            me: Mutex::default(),
            unread: Mutex::default(),
        })
    }

    /// Its name among all chats, `mastodon.NAME`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How much it answers.
    pub fn budget(&self) -> Budget {
        Budget {
            author_hourly_max: self.settings.author_hourly_max,
            thread_hourly_max: self.settings.thread_hourly_max,
        }
    }

    /// Asks who the account is, and says on it that it is a bot's if that is not said yet.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn introduce(&self) -> Result<Me, CallError> {
        let account = self.verified().await?;
        if !account.bot {
            let body = json!({"bot": true});
            let path = "/api/v1/accounts/update_credentials";
            self.call(Method::Patch, path, &[], Some(&body), None).await?;
        }
        let me = Me { id: account.id, username: account.acct, uri: account.uri };
        *self.me.lock().unwrap_or_else(PoisonError::into_inner) = Some(me.clone());
        Ok(me)
    }

    /// The account the token is of, if it is the one that was named.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn verified(&self) -> Result<Account, CallError> {
        let told = self.get("/api/v1/accounts/verify_credentials", &[]).await?;
        let account = Account::of(&told).ok_or(CallError::Broken("the answer is no account"))?;
        let named = self.settings.identifier.as_deref().map(|name| name.trim_start_matches('@'));
        let host = self.service.host_str().unwrap_or_default();
        let is_named = named.is_none_or(|named| {
            let name = named.split_once('@').filter(|(_, at)| at.eq_ignore_ascii_case(host));
            name.map_or(named, |(name, _)| name).eq_ignore_ascii_case(&account.acct)
        });
        if is_named { Ok(account) } else { Err(CallError::Unknown(OTHER_ACCOUNT)) }
    }

    async fn me(&self) -> Result<Me, CallError> {
        let known = self.me.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(me) => Ok(me),
            None => self.introduce().await,
        }
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, CallError> {
        self.call(Method::Get, path, query, None, None).await
    }

    /// Calls the server. What it does not grant is an error, and so is an answer that is no JSON.
    async fn call(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        json: Option<&Value>,
        key: Option<&str>,
    ) -> Result<Value, CallError> {
        let mut url = self.service.clone();
        url.set_path(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let headers: &[(&'static str, &str)] = match &key {
            Some(key) => &[("Idempotency-Key", key)],
            None => &[],
        };
        let bearer = Some(&self.token);
        let call = Call { method, bearer, headers, json, bytes_max: ANSWER_BYTES_MAX };
        let called = self.door.call(&url, &call).await?;
        if called.status == 200 {
            let body = serde_json::from_slice(&called.body);
            return body.map_err(|_| CallError::Broken("the answer is not JSON"));
        }
        Err(refused(&called))
    }
}

/// Why a call was not granted. What the server says in words may hold what was sent, so only its
/// status is kept.
fn refused(called: &Called) -> CallError {
    match called.status {
        401 => CallError::Unknown(UNKNOWN_TOKEN),
        403 => CallError::Refused("the token may not do this, or the account is frozen".to_owned()),
        404 | 410 => CallError::Refused(GONE.to_owned()),
        422 => CallError::Refused("it is not valid there".to_owned()),
        429 => {
            let reset = until_reset(called.header("x-ratelimit-reset"), called.header("date"));
            CallError::Later(called.retry_after.or(reset).unwrap_or(FLOOD))
        }
        500.. => CallError::Broken("the server failed"),
        status => CallError::Refused(format!("status {status}")),
    }
}

/// What is not there, or not for us to see.
const GONE: &str = "it is not there";
