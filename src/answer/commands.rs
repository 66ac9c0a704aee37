//! The bot's commands: each is answered with a page, a report goes on to the moderators.

use anyhow::Result;
use chrono::{DateTime, Utc};

use super::plans::{moderators, once};
use super::work::{Answering, Ending};
use crate::claim::post::{Command, Incoming, ReplyTo};
use crate::claim::reply::{self, Facts, Reply};
use crate::claim::words::Lang;
use crate::store::{End, Plan};

impl Answering {
    pub(super) fn command(
        &self,
        incoming: &Incoming,
        to: &ReplyTo,
        command: Command,
        rest: &str,
        inbox_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Ending> {
        let lang = self.language(incoming, to)?;
        let mut plans = Vec::new();
        if command == Command::Report {
            self.store.report(inbox_id, &to.chat, now)?;
            plans.extend(self.report_to_moderators(to, rest, inbox_id));
        }
        let reply = self.page(lang, command, to)?;
        plans.insert(0, self.plan(once("answer", to), to, None, reply, None));
        Ok(Ending::of(End::Done, plans))
    }

    pub(super) fn forgotten(&self, incoming: &Incoming, to: &ReplyTo) -> Result<Plan> {
        let lang = self.language(incoming, to)?;
        let reply = self.page(lang, Command::Forget, to)?;
        Ok(Plan { ephemeral: true, ..self.plan(once("answer", to), to, None, reply, None) })
    }

    /// A reader's report goes to the moderators of the same chat, if there are any.
    fn report_to_moderators(&self, to: &ReplyTo, rest: &str, inbox_id: &str) -> Option<Plan> {
        let there = moderators(&to.chat, self.rooms.get(&to.chat).moderators?);
        let lang = self.words.choose(&[]);
        let reply = reply::reported(&self.words, lang, rest);
        let plan = self.plan(format!("report {inbox_id}"), &there, None, reply, None);
        // It quotes the reader, who may ask to be forgotten.
        Some(Plan { ephemeral: true, ..plan })
    }

    fn page(&self, lang: Lang, command: Command, to: &ReplyTo) -> Result<Reply> {
        let (checks, publishers) = self.finder.counts()?;
        let username = self.rooms.get(&to.chat).username;
        let facts = Facts {
            publishers: usize::try_from(publishers).unwrap_or(usize::MAX),
            checks: usize::try_from(checks).unwrap_or(usize::MAX),
            operator: self.operator.as_deref(),
            retention_hours: self.retention_hours,
            kept: self.kept,
            bot_username: &username,
        };
        Ok(reply::command(&self.words, lang, command, &facts))
    }
}
