//! Being signed in, and calls as who we are. A session that ended is renewed once a call.

use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::{Bluesky, Me};
use crate::atproto::is_did;
use crate::chats::CallError;
use crate::doors::Secret;
use crate::http::{Call, Called, Method};

/// Longest answer that is read.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Longest wait a server may ask of us, and the one where it does not say.
const LATER_SECONDS_MAX: i64 = 3_600;
const LATER_SECONDS: i64 = 60;
/// Longest name of an error that is kept.
const ERROR_CHARS_MAX: usize = 40;
/// The server does not take the password.
const UNKNOWN: &str = "the server does not know identifier and password: make an app password in \
                       the account's settings and put it into password_file";
const SECOND_FACTOR: &str =
    "the server wants a second factor: use an app password, not the account's own";
const TAKEN_DOWN: &str = "the account was taken down or deactivated: its server says why";

/// Who we are signed in as.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) me: Me,
    access: Secret,
    refresh: Secret,
}

impl Bluesky {
    /// The present session; a new one if there is none or `ended` is its token.
    pub(super) async fn session(&self, ended: Option<&Secret>) -> Result<Session, CallError> {
        let mut held = self.session.lock().await;
        match &*held {
            // Somebody else may have renewed it meanwhile.
            Some(session) if ended != Some(&session.access) => return Ok(session.clone()),
            Some(session) => {
                let refreshed = self
                    .call(
                        Method::Post,
                        "com.atproto.server.refreshSession",
                        &[],
                        None,
                        Some(&session.refresh),
                    )
                    .await?;
                if let Some(session) = signed_in(&refreshed) {
                    *held = Some(session.clone());
                    return Ok(session);
                }
                // Revoked, or too old: the password opens a new one, if it still does.
                *held = None;
            }
            None => {}
        }
        let identifier = self.settings.identifier.as_deref().unwrap_or_default();
        let body = json!({"identifier": identifier, "password": self.password.reveal()});
        let called = self
            .call(Method::Post, "com.atproto.server.createSession", &[], Some(&body), None)
            .await?;
        let session = match signed_in(&called) {
            Some(session) => session,
            None => return Err(self.refusal(&called, true)),
        };
        *held = Some(session.clone());
        Ok(session)
    }

    /// Asks the server something.
    pub(super) async fn get(
        &self,
        method: &str,
        query: &[(&str, &str)],
    ) -> Result<Value, CallError> {
        self.ask(Method::Get, method, query, None).await
    }

    /// Has the server do something.
    pub(super) async fn post(&self, method: &str, body: &Value) -> Result<Value, CallError> {
        self.ask(Method::Post, method, &[], Some(body)).await
    }

    async fn ask(
        &self,
        how: Method,
        method: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Value, CallError> {
        let mut session = self.session(None).await?;
        let mut called = self.call(how, method, query, body, Some(&session.access)).await?;
        if is_ended(&called) {
            session = self.session(Some(&session.access)).await?;
            called = self.call(how, method, query, body, Some(&session.access)).await?;
        }
        match called.status {
            200..=299 => Ok(called.json()),
            _ => Err(self.refusal(&called, false)),
        }
    }

    async fn call(
        &self,
        how: Method,
        method: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
        bearer: Option<&Secret>,
    ) -> Result<Called, CallError> {
        let mut url: Url = self.service.clone();
        url.set_path(&format!("/xrpc/{method}"));
        if !query.is_empty() {
            url.query_pairs_mut().clear().extend_pairs(query);
        }
        let call =
            Call { method: how, bearer, headers: &[], json: body, bytes_max: ANSWER_BYTES_MAX };
        Ok(self.door.call(&url, &call).await?)
    }

    /// Why the server did not do it. What it says in words may quote what was sent, so only its
    /// name for the error is kept.
    fn refusal(&self, called: &Called, signing_in: bool) -> CallError {
        let error = error_name(called);
        match (called.status, error.as_str()) {
            (429, _) => CallError::Later(self.later(called)),
            (_, "AuthFactorTokenRequired") => CallError::Unknown(SECOND_FACTOR),
            (_, "AccountTakedown" | "AccountDeactivated" | "AccountSuspended") => {
                CallError::Unknown(TAKEN_DOWN)
            }
            (400 | 401 | 403, _) if signing_in => CallError::Unknown(UNKNOWN),
            (401, _) => CallError::Unknown(UNKNOWN),
            (500.., _) => CallError::Broken("the server failed"),
            (status, "") => CallError::Refused(format!("status {status}")),
            (status, error) => CallError::Refused(format!("status {status}, {error}")),
        }
    }

    /// When the server wants to be asked again: it names a moment, by its own clock.
    fn later(&self, called: &Called) -> Duration {
        let now = self.clock.now().timestamp();
        let reset = called.header("ratelimit-reset").and_then(|text| text.parse::<i64>().ok());
        let named = called.retry_after.and_then(|wait| i64::try_from(wait.as_secs()).ok());
        let seconds = named.or_else(|| reset.map(|reset| reset - now)).unwrap_or(LATER_SECONDS);
        Duration::from_secs(seconds.clamp(1, LATER_SECONDS_MAX).unsigned_abs())
    }
}

fn error_name(called: &Called) -> String {
    let answer = called.json();
    let name = answer.get("error").and_then(Value::as_str).unwrap_or_default();
    name.chars().filter(char::is_ascii_alphanumeric).take(ERROR_CHARS_MAX).collect()
}

fn is_ended(called: &Called) -> bool {
    matches!(called.status, 400 | 401)
        && matches!(error_name(called).as_str(), "ExpiredToken" | "InvalidToken")
}

fn signed_in(called: &Called) -> Option<Session> {
    if called.status != 200 {
        return None;
    }
    let answer = called.json();
    let text = |key: &str| Some(answer.get(key)?.as_str()?.to_owned());
    let me = Me { did: text("did").filter(|did| is_did(did))?, handle: text("handle")? };
    Some(Session {
        me,
        access: Secret::new(text("accessJwt")?),
        refresh: Secret::new(text("refreshJwt")?),
    })
}
