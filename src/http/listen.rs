//! Answers that do not end: what a server tells as it happens, chunk by chunk.

use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING};
use reqwest::{Response, StatusCode};
use tokio::time::timeout;
use url::Url;

use super::address::written;
use super::door::failed;
use super::response::{accept, place};
use super::{Door, FetchError};
use crate::doors::Secret;

/// What is wanted of an answer that does not end.
#[derive(Debug, Clone, Copy)]
pub struct Listen<'a> {
    /// The address the operator wrote, which led here: its host and port are permitted even if
    /// private, others are not.
    pub from: &'a Url,
    /// The token that says who asks; never shown in an error.
    pub bearer: Option<&'a Secret>,
    /// The `Accept` header.
    pub accept: &'a str,
    /// Longest silence.
    pub idle: Duration,
}

/// An open answer.
pub struct Listening {
    response: Response,
    here: Url,
    idle: Duration,
}

impl Door {
    /// Opens an answer that does not end. It takes no turn at its host, since it would never give
    /// it back; whoever asks keeps to one for each purpose. A redirect is not followed.
    ///
    /// # Errors
    /// See [`FetchError`]. Nothing is tried twice.
    pub async fn listen(&self, url: &Url, want: &Listen<'_>) -> Result<Listening, FetchError> {
        let operator = written(want.from);
        let client = self.client_for(url, operator.as_ref())?;
        if want.from.scheme() == "https" && url.scheme() != "https" {
            let why = format!("{} leads there from https to http", place(want.from));
            return Err(FetchError::Refused { place: place(url), why });
        }
        let mut request = client.get(url.clone()).header(ACCEPT, want.accept);
        // What is compressed comes when a block is full, not when it was said.
        request = request.header(ACCEPT_ENCODING, "identity");
        if let Some(token) = want.bearer {
            request = request.bearer_auth(token.reveal());
        }
        let deadline_ms = self.deadline_ms();
        let sent = timeout(Duration::from_millis(deadline_ms), request.send()).await;
        let late = |_| FetchError::Deadline { place: place(url), deadline_ms };
        let response = sent.map_err(late)?.map_err(|error| failed(&error, url))?;
        accept(&response, url)?;
        if response.status() != StatusCode::OK {
            let code = response.status().as_u16();
            return Err(FetchError::Status { place: place(url), code, retry_after: None });
        }
        Ok(Listening { response, here: url.clone(), idle: want.idle })
    }
}

impl Listening {
    /// Waits for the next bytes; `None` at the end. Nothing is lost if the wait is broken off.
    ///
    /// # Errors
    /// [`FetchError::Deadline`] after too long a silence, [`FetchError::Broken`] if the connection
    /// is.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, FetchError> {
        let idle_ms = u64::try_from(self.idle.as_millis()).unwrap_or(u64::MAX);
        match timeout(self.idle, self.response.chunk()).await {
            Ok(Ok(next)) => Ok(next.map(|bytes| bytes.to_vec())),
            Ok(Err(error)) => Err(failed(&error, &self.here)),
            Err(_) => Err(FetchError::Deadline { place: place(&self.here), deadline_ms: idle_ms }),
        }
    }
}
