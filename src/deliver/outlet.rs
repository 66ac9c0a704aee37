//! Where a row of the outbox goes: what each configured chat or receiver of alerts can do.

use std::sync::Arc;

use crate::chats::telegram::Telegram;
use crate::chats::{CallError, Sent};
use crate::store::{Outgoing, Sending};

/// One configured place that things are sent to.
#[derive(Clone)]
pub enum Outlet {
    /// A Telegram bot.
    Telegram(Arc<Telegram>),
}

impl Outlet {
    /// Does what a row says; `target` is the message that an edit changes.
    pub(super) async fn carry(
        &self,
        sending: &Sending,
        target: Option<&str>,
    ) -> Result<Sent, CallError> {
        let Self::Telegram(bot) = self;
        match &sending.outgoing {
            Outgoing::Send { to, reply } => bot.send(&sending.there(to), reply).await,
            Outgoing::Edit { to, reply } => {
                let target = target.ok_or_else(|| {
                    let why = "the answer it changes was never surely sent";
                    CallError::Refused(why.to_owned())
                })?;
                bot.edit(&sending.there(to), target, reply).await
            }
            Outgoing::Acknowledge { press, toast } => bot.acknowledge(press, toast).await,
            Outgoing::Alert { .. } | Outgoing::Digest { .. } => {
                Err(CallError::Refused("a chat is told in words".to_owned()))
            }
        }
    }
}
