//! Calls of the operator's own accounts: a request with a method, a body and a token, to an address
//! he wrote. Never redirected, never repeated.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use serde_json::Value;
use url::Url;

use super::address::written;
use super::door::failed;
use super::response::{place, retry_after};
use super::{Door, FetchError};
use crate::doors::Secret;

/// Longest header of an answer that is looked at.
const HEADER_BYTES_MAX: usize = 2_048;

/// What is done at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Adds.
    Post,
    /// Puts in place.
    Put,
    /// Changes in part.
    Patch,
    /// Takes away.
    Delete,
}

/// A call.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// What is done.
    pub method: Method,
    /// The token that says who calls; never shown in an error.
    pub bearer: Option<&'a Secret>,
    /// Further headers.
    pub headers: &'a [(&'static str, &'a str)],
    /// What is sent along, as JSON.
    pub json: Option<&'a Value>,
    /// Most bytes of the answer.
    pub bytes_max: usize,
}

/// What a server answered, whatever its status.
#[derive(Debug, Clone)]
pub struct Called {
    /// The HTTP status.
    pub status: u16,
    /// When it wants to be asked again, if it said so.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl Called {
    /// A header's text, if it has one of a readable length.
    pub fn header(&self, name: &str) -> Option<&str> {
        let text = self.headers.get(name)?.to_str().ok()?.trim();
        (!text.is_empty() && text.len() <= HEADER_BYTES_MAX).then_some(text)
    }

    /// The body as JSON; `Null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Door {
    /// Calls an address that the operator wrote. Every status is an answer; a redirect is one too.
    ///
    /// # Errors
    /// [`FetchError::Connect`]: nothing was sent. Any other: nobody can tell whether it was done.
    pub async fn call(&self, url: &Url, call: &Call<'_>) -> Result<Called, FetchError> {
        let operator = written(url);
        let client = self.client_for(url, operator.as_ref())?;
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = client.request(method, url.clone()).header(ACCEPT, "application/json");
        if let Some(token) = call.bearer {
            request = request.bearer_auth(token.reveal());
        }
        for (name, value) in call.headers {
            request = request.header(*name, *value);
        }
        if let Some(json) = call.json {
            request = request.header(CONTENT_TYPE, "application/json").body(json.to_string());
        }
        let deadline_ms = self.deadline_ms();
        let answer = async {
            let mut response = request.send().await.map_err(|error| failed(&error, url))?;
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error, url))? {
                if chunk.len() > call.bytes_max - body.len() {
                    return Err(FetchError::TooLarge {
                        place: place(url),
                        bytes_max: call.bytes_max,
                    });
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Called {
                status: response.status().as_u16(),
                retry_after: retry_after(response.headers()),
                headers: response.headers().clone(),
                body,
            })
        };
        match tokio::time::timeout(Duration::from_millis(deadline_ms), answer).await {
            Ok(answered) => answered,
            Err(_) => Err(FetchError::Deadline { place: place(url), deadline_ms }),
        }
    }
}
