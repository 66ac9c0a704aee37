//! Alerts: receivers that are told about claims, beside chats: webhooks and mail.

mod discord;
mod form;
mod mail;
pub mod settings;
mod slack;
mod webhook;

pub use mail::Mail;
pub use webhook::{DELIVERY, SIGNATURE, STAMPED_SIGNATURE, TIMESTAMP, Webhook};

use std::time::Duration;

use crate::claim::alert::{Alert, Digest};
use crate::claim::reply::{self, Reply};
use crate::claim::words::{Lang, Words};
use crate::http::Distrust;

/// Whether a text is a mail address, with or without a name before it.
pub fn is_mailbox(text: &str) -> bool {
    mail::mailbox(text).is_some()
}

/// Why a receiver could not be told. No text of it holds what was told, or an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TellError {
    /// It has too much to do; surely not taken.
    #[error("the receiver is busy; again in {} s", .0.as_secs())]
    Later(Duration),
    /// No connection came about: nothing was sent.
    #[error("the receiver can't be reached")]
    Unreachable,
    /// Whoever answers there can't be trusted: nothing was sent.
    #[error("the receiver is not trusted: {0}")]
    Untrusted(Distrust),
    /// Something broke after it may have been taken.
    #[error("the connection to the receiver broke: {0}")]
    Broken(&'static str),
    /// It refuses for good.
    #[error("the receiver refuses: {0}")]
    Refused(String),
}

/// What a receiver is told.
#[derive(Debug, Clone, Copy)]
pub enum Told<'a> {
    /// About one claim.
    Alert(&'a Alert),
    /// What there was since the last time.
    Digest(&'a Digest),
}

impl Told<'_> {
    /// Whether there is nothing to tell.
    fn is_empty(self) -> bool {
        matches!(self, Self::Digest(digest) if digest.claims.is_empty() && digest.gaps.is_empty())
    }

    /// In words: one reply, or several where a digest is long. Nothing is asked there, so there are
    /// no buttons.
    fn said(self, words: &Words, lang: Lang) -> Vec<Reply> {
        match self {
            Self::Alert(alert) => {
                let said = reply::moderated(words, lang, alert, None);
                vec![Reply { buttons: Vec::new(), ..said }]
            }
            Self::Digest(digest) => reply::digest(words, lang, digest),
        }
    }

    /// The first line: our own words only, but for the name of a source.
    fn headline(self, words: &Words, lang: Lang) -> String {
        match self {
            Self::Alert(alert) => reply::headline(words, lang, alert),
            Self::Digest(digest) => reply::digest_headline(words, lang, digest),
        }
    }
}
