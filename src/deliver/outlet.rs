//! Where a row of the outbox goes: what each configured chat or receiver of alerts can do.

use std::sync::Arc;

use crate::alerts::{Mail, TellError, Told, Webhook};
use crate::chats::bluesky::Bluesky;
use crate::chats::mastodon::Mastodon;
use crate::chats::mentions::Addressed;
use crate::chats::telegram::Telegram;
use crate::chats::{CallError, Sent};
use crate::store::{Outgoing, Sending};

/// One configured place that things are sent to.
#[derive(Clone)]
pub enum Outlet {
    /// A Telegram bot.
    Telegram(Arc<Telegram>),
    /// An account on Bluesky.
    Bluesky(Arc<Bluesky>),
    /// An account on a Mastodon server.
    Mastodon(Arc<Mastodon>),
    /// A program that is called over HTTP.
    Webhook(Arc<Webhook>),
    /// People with mailboxes.
    Mail(Arc<Mail>),
}

impl Outlet {
    /// Where an account that is addressed answers.
    pub fn of(account: &Addressed) -> Option<Self> {
        match account {
            Addressed::Bluesky(account) => Some(Self::Bluesky(Arc::clone(account))),
            Addressed::Mastodon(account) => Some(Self::Mastodon(Arc::clone(account))),
            #[cfg(test)]
            Addressed::Scripted(_) => None,
        }
    }

    /// Does what a row says; `target` is the message that an edit changes.
    pub(super) async fn carry(
        &self,
        sending: &Sending,
        target: Option<&str>,
    ) -> Result<Sent, CallError> {
        match self {
            Self::Telegram(bot) => carry_telegram(bot, sending, target).await,
            Self::Bluesky(account) => match &sending.outgoing {
                Outgoing::Send { to, reply } => {
                    account.send(sending, &sending.there(to), reply).await
                }
                Outgoing::Edit { to, reply } => {
                    let target = target.ok_or_else(never_sent)?;
                    account.follow_up(sending, &sending.there(to), target, reply).await
                }
                _ => Err(only_words()),
            },
            Self::Mastodon(account) => match &sending.outgoing {
                Outgoing::Send { to, reply } => {
                    account.send(sending, &sending.there(to), reply).await
                }
                Outgoing::Edit { reply, .. } => {
                    account.edit(target.ok_or_else(never_sent)?, reply).await
                }
                _ => Err(only_words()),
            },
            Self::Webhook(receiver) => {
                told(receiver.tell(&sending.id, to_tell(&sending.outgoing)?).await)
            }
            Self::Mail(receiver) => {
                told(receiver.tell(&sending.id, to_tell(&sending.outgoing)?).await)
            }
        }
    }
}

async fn carry_telegram(
    bot: &Telegram,
    sending: &Sending,
    target: Option<&str>,
) -> Result<Sent, CallError> {
    match &sending.outgoing {
        Outgoing::Send { to, reply } => bot.send(&sending.there(to), reply).await,
        Outgoing::Edit { to, reply } => {
            let target = target.ok_or_else(never_sent)?;
            bot.edit(&sending.there(to), target, reply).await
        }
        Outgoing::Acknowledge { press, toast } => bot.acknowledge(press, toast).await,
        Outgoing::Alert { .. } | Outgoing::Digest { .. } => {
            Err(CallError::Refused("a chat is told in words".to_owned()))
        }
    }
}

fn only_words() -> CallError {
    CallError::Refused("a post has no buttons, nor alerts".to_owned())
}

fn never_sent() -> CallError {
    CallError::Refused("the answer it changes was never surely sent".to_owned())
}

/// What a receiver of alerts is told.
fn to_tell(outgoing: &Outgoing) -> Result<Told<'_>, CallError> {
    match outgoing {
        Outgoing::Alert { alert } => Ok(Told::Alert(alert)),
        Outgoing::Digest { digest } => Ok(Told::Digest(digest)),
        _ => Err(CallError::Refused("nobody can be answered there".to_owned())),
    }
}

fn told(told: Result<(), TellError>) -> Result<Sent, CallError> {
    match told {
        Ok(()) => Ok(Sent { message: None }),
        Err(TellError::Later(wait)) => Err(CallError::Later(wait)),
        Err(TellError::Unreachable) => Err(CallError::Unreachable),
        Err(TellError::Untrusted(why)) => Err(CallError::Untrusted(why)),
        Err(TellError::Broken(what)) => Err(CallError::Broken(what)),
        Err(TellError::Refused(why)) => Err(CallError::Refused(why)),
    }
}
