//! Mentions: networks on which somebody addresses an account of ours in public.

#[cfg(test)]
use std::collections::VecDeque;
use std::sync::Arc;
#[cfg(test)]
use std::sync::Mutex;
use std::time::Duration;

use super::CallError;
use super::bluesky::Bluesky;
use crate::claim::post::Incoming;

/// How often Bluesky is asked: its servers allow 3,000 calls in five minutes.
const BLUESKY_PAUSE: Duration = Duration::from_secs(2);

/// Somebody addressed the account.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// The network's identifier of the post that did.
    pub id: String,
    /// Who wrote it, as the network names them: the conversation of the answer.
    pub author: String,
    /// The thread it stands in, by a name that `ReplyTo.message` or `ReplyTo.conversation` of
    /// every answer in that thread holds.
    pub thread: String,
    /// What is wanted, or why it is set aside.
    pub incoming: Result<Incoming, &'static str>,
}

/// What a look at the notifications gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mentions {
    /// Mentions, oldest first. Some may have been given before.
    pub mentions: Vec<Mention>,
    /// How far was read: kept with what was read.
    pub cursor: Option<String>,
}

/// How much is answered: what is over is set aside, so that nobody makes us talk without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Most answers to one author within an hour.
    pub author_hourly_max: u32,
    /// Most answers in one thread within an hour.
    pub thread_hourly_max: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { author_hourly_max: 10, thread_hourly_max: 5 }
    }
}

/// An account that is addressed in public, whichever network it is on.
#[derive(Clone)]
pub enum Addressed {
    /// An account on Bluesky.
    Bluesky(Arc<Bluesky>),
    /// What a test lets happen.
    #[cfg(test)]
    Scripted(Arc<Mutex<VecDeque<Result<Mentions, CallError>>>>),
}

impl Addressed {
    /// Its name among all chats, `KIND.NAME`.
    pub fn name(&self) -> &str {
        match self {
            Self::Bluesky(account) => account.name(),
            #[cfg(test)]
            Self::Scripted(_) => "test.main",
        }
    }

    /// How much it answers.
    pub fn budget(&self) -> Budget {
        match self {
            Self::Bluesky(account) => account.budget(),
            #[cfg(test)]
            Self::Scripted(_) => Budget { author_hourly_max: 2, thread_hourly_max: 3 },
        }
    }

    /// How often it may be asked for mentions.
    pub fn pause(&self) -> Duration {
        match self {
            Self::Bluesky(_) => BLUESKY_PAUSE,
            #[cfg(test)]
            Self::Scripted(_) => Duration::from_millis(1),
        }
    }

    /// What there is after `cursor`; without one only how far it is now, so that an account that
    /// is new to us answers nothing of what lies behind it.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn mentions(&self, cursor: Option<&str>) -> Result<Mentions, CallError> {
        match self {
            Self::Bluesky(account) => account.mentions(cursor).await,
            #[cfg(test)]
            Self::Scripted(script) => {
                let next = script.lock().map(|mut script| script.pop_front()).ok().flatten();
                next.unwrap_or(Err(CallError::Unreachable))
            }
        }
    }
}
