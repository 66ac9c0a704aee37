//! How a call to a chat ends, whichever chat it is.

use std::time::Duration;

use crate::http::{Distrust, FetchError};

/// What became of something we sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The message it became, as the chat names it.
    pub message: Option<String>,
}

/// Why a call failed. No text of it holds what was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The server does not know us.
    #[error("{0}")]
    Unknown(&'static str),
    /// Somebody else receives what is meant for us.
    #[error("{0}")]
    Conflict(&'static str),
    /// Asked too often.
    #[error("asked too often; again in {} s", .0.as_secs())]
    Later(Duration),
    /// No connection came about: nothing was done.
    #[error("the server can't be reached")]
    Unreachable,
    /// Whoever answers there can't be trusted: nothing was sent.
    #[error("the server is not trusted: {0}")]
    Untrusted(Distrust),
    /// Something broke after the request may have arrived; be it that the answer can't be read.
    #[error("the server gave no good answer: {0}")]
    Broken(&'static str),
    /// The server refuses for good.
    #[error("the server refuses: {0}")]
    Refused(String),
    /// The conversation has another identifier now.
    #[error("the conversation moved")]
    Moved(String),
}

impl From<FetchError> for CallError {
    /// Only what was surely not sent may be sent again: anything else broke on the way.
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Connect { .. } => Self::Unreachable,
            FetchError::Untrusted { why, .. } => Self::Untrusted(why),
            FetchError::Refused { why, .. } => Self::Refused(why),
            FetchError::Deadline { .. } => Self::Broken("no answer in time"),
            FetchError::TooLarge { .. } => Self::Broken("the answer is too large"),
            _ => Self::Broken("no whole answer"),
        }
    }
}
