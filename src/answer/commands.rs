//! The bot's commands: each is answered with a page, a report goes on to the moderators.

use anyhow::Result;
use chrono::{DateTime, Utc};

use super::plans::{moderators, once};
use super::work::{Answering, Ending};
use crate::claim::answer::Match;
use crate::claim::post::{Audience, Command, Incoming, ReplyTo};
use crate::claim::reply::{self, Facts, Heard, Reply, Toast, Whose};
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
            let about = self.reported(incoming, to)?;
            if rest.trim().is_empty() && about.is_none() {
                let reply = reply::report_how(&self.words, lang);
                let plan = self.plan(once("answer", to), to, None, reply, None);
                return Ok(Ending::of(End::Done, [plan]));
            }
            self.store.report(inbox_id, &to.chat, now)?;
            plans.extend(self.report_to_moderators(to, rest, about.as_ref(), inbox_id));
        }
        let reply = match (command, to.audience, incoming.by_admin) {
            (Command::Settings, Audience::Group, Some(false)) => {
                reply::listening(&self.words, lang, Heard::NoAdmin, 0)
            }
            (Command::Settings, Audience::Group, None) => {
                reply::listening(&self.words, lang, Heard::Unknown, 0)
            }
            _ => self.page(lang, command, to)?,
        };
        plans.insert(0, self.plan(once("answer", to), to, None, reply, None));
        Ok(Ending::of(End::Done, plans))
    }

    /// Forgets a conversation and ends the row that asked for it; `None`. In a group an admin may
    /// ask for that, and anybody else only that what is held about them alone is forgotten.
    pub(super) fn forget(
        &self,
        incoming: &Incoming,
        to: &ReplyTo,
        inbox_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Ending>> {
        let lang = self.language(incoming, to)?;
        let whose = match (to.audience, incoming.by_admin, &incoming.author_key) {
            (Audience::Group, Some(true), _) => Whose::Group,
            (Audience::Group, Some(false), Some(name)) => {
                self.store.forget_name(name)?;
                // The log is for a later sweep if this fails.
                drop(self.store.scrub());
                Whose::Member
            }
            (Audience::Group, ..) => {
                let reply = reply::listening(&self.words, lang, Heard::Unknown, 0);
                let plan = self.plan(once("answer", to), to, None, reply, None);
                return Ok(Some(Ending::of(End::Done, [plan])));
            }
            _ => Whose::Reader,
        };
        let reply = reply::forgotten(&self.words, lang, whose);
        let plan = self.plan(once("answer", to), to, None, reply, None);
        if whose == Whose::Member {
            return Ok(Some(Ending::of(End::Done, [plan])));
        }
        // In private, the conversation is numbered as its reader is.
        let reader = self.keys.key()?.name(&to.conversation);
        for name in [self.asker(to)?, reader].iter().chain(&incoming.author_key) {
            self.store.forget_name(name)?;
        }
        let plan = Plan { ephemeral: true, ..plan };
        self.store.forget(inbox_id, to, &plan, now)?;
        self.fault.reach("forgotten-before-scrub");
        // It is forgotten by now; the log is for a later sweep if this fails.
        drop(self.store.scrub());
        Ok(None)
    }

    /// What becomes of a press on a language, and in which one to go on. In a group only its admins
    /// choose for all.
    pub(super) fn speak(
        &self,
        incoming: &Incoming,
        to: &ReplyTo,
        code: &str,
        lang: Lang,
    ) -> Result<(Toast, Lang)> {
        match (to.audience, incoming.by_admin) {
            (Audience::Group, Some(false)) => return Ok((Toast::NoAdmin, lang)),
            (Audience::Group, None) => return Ok((Toast::Failed, lang)),
            _ => {}
        }
        self.store.set_language(to, code)?;
        let toast = if code.is_empty() { Toast::LanguageAuto } else { Toast::Language };
        Ok((toast, self.words.lang(code).unwrap_or(lang)))
    }

    /// A reader's report goes to the moderators of the same chat, if there are any.
    fn report_to_moderators(
        &self,
        to: &ReplyTo,
        rest: &str,
        about: Option<&Match>,
        inbox_id: &str,
    ) -> Option<Plan> {
        let there = moderators(&to.chat, self.rooms.get(&to.chat).moderators?);
        let lang = self.words.choose(&[]);
        let reply = reply::reported(&self.words, lang, rest, about);
        let plan = self.plan(format!("report {inbox_id}"), &there, None, reply, None);
        // It quotes the reader, who may ask to be forgotten.
        Some(Plan { ephemeral: true, ..plan })
    }

    /// The check that the answer tells which a report is a reply to.
    fn reported(&self, incoming: &Incoming, to: &ReplyTo) -> Result<Option<Match>> {
        let Some(message) = &incoming.about else { return Ok(None) };
        let told = self.store.told_in(to, message)?;
        told.first().map_or(Ok(None), |id| self.finder.tell_by_id(id))
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
