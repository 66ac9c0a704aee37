//! Mentions: networks on which somebody addresses an account of ours in public.

#[cfg(test)]
use std::collections::VecDeque;
use std::sync::Arc;
#[cfg(test)]
use std::sync::Mutex;
use std::time::Duration;

use super::CallError;
use super::bluesky::{self, Bluesky};
use super::mastodon::{self, Mastodon};
use crate::claim::post::Incoming;

/// How often Bluesky is asked: its servers allow 3,000 calls in five minutes.
const BLUESKY_PAUSE: Duration = Duration::from_secs(2);
/// How often a Mastodon server is asked: it allows 300 calls in five minutes, answers included.
const MASTODON_PAUSE: Duration = Duration::from_secs(3);

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
    /// An account on a Mastodon server.
    Mastodon(Arc<Mastodon>),
    /// What a test lets happen.
    #[cfg(test)]
    Scripted(Arc<Mutex<VecDeque<Result<Mentions, CallError>>>>),
}

/// Who an account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduced {
    /// The name readers know.
    pub username: String,
    /// How feeds of the network name it as the author of a post.
    pub author: String,
}

impl Addressed {
    /// Asks who the account is, and says on it that it is a bot's if that is not said yet.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn introduce(&self) -> Result<Introduced, CallError> {
        match self {
            Self::Bluesky(account) => {
                let me = account.introduce().await?;
                Ok(Introduced { username: me.handle, author: me.did })
            }
            Self::Mastodon(account) => {
                let me = account.introduce().await?;
                Ok(Introduced { username: me.username, author: me.uri })
            }
            #[cfg(test)]
            Self::Scripted(_) => Err(CallError::Unreachable),
        }
    }

    /// Most graphemes of an answer.
    pub fn graphemes_max(&self) -> usize {
        match self {
            Self::Bluesky(_) => bluesky::GRAPHEMES_MAX,
            Self::Mastodon(_) => mastodon::GRAPHEMES_MAX,
            #[cfg(test)]
            Self::Scripted(_) => usize::MAX,
        }
    }

    /// Its name among all chats, `KIND.NAME`.
    pub fn name(&self) -> &str {
        match self {
            Self::Bluesky(account) => account.name(),
            Self::Mastodon(account) => account.name(),
            #[cfg(test)]
            Self::Scripted(_) => "test.main",
        }
    }

    /// How much it answers.
    pub fn budget(&self) -> Budget {
        match self {
            Self::Bluesky(account) => account.budget(),
            Self::Mastodon(account) => account.budget(),
            #[cfg(test)]
            Self::Scripted(_) => Budget { author_hourly_max: 2, thread_hourly_max: 3 },
        }
    }

    /// How often it may be asked for mentions.
    pub fn pause(&self) -> Duration {
        match self {
            Self::Bluesky(_) => BLUESKY_PAUSE,
            Self::Mastodon(_) => MASTODON_PAUSE,
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
            Self::Mastodon(account) => account.mentions(cursor).await,
            #[cfg(test)]
            Self::Scripted(script) => {
                let next = script.lock().map(|mut script| script.pop_front()).ok().flatten();
                next.unwrap_or(Err(CallError::Unreachable))
            }
        }
    }
}
