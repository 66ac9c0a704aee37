//! The line itself: one row of the inbox after the other, each ended with what is to be said about
//! it in one transaction.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, anyhow};
use chrono::{DateTime, TimeDelta, Utc};
use tracing::{info, warn};

use super::decisions::{Press, Ruling};
use super::plans::once;
use super::rooms::{Receiver, Rooms};
use super::{Finder, choose_language};
use crate::claim::answer::{Answer, Decision};
use crate::claim::moderation::Settings as Moderation;
use crate::claim::post::{Audience, Command, Incoming, Intent, ReplyTo};
use crate::claim::reply::{self, Action, Kept, Reply, Toast};
use crate::claim::words::{Lang, Words};
use crate::doors::{Chance, Clock, Fault};
use crate::store::{
    self, Also, End, Keys, Later, Listening, Plan, Raised, Sighting, Store, Told, Unasked, Verdict,
    Waiting,
};

/// Rows taken at once.
const BATCH: usize = 32;
/// A row leased for so long belongs to a process that is gone.
const LEASE_SECONDS: i64 = 60;
/// Tries before a row that fails is set aside.
const ATTEMPTS_MAX: u32 = 3;
/// Tries before a row is set aside that ended the program, or that the database failed for.
const BEGUN_MAX: u32 = 10;
/// What needs a room that is not known yet looks again after so long, at most so often.
const ROOM_SECONDS: i64 = 2;
pub(super) const ROOM_HOURS_MAX: i64 = 24;
/// A question older than this is not answered any more: in private Telegram's own memory, in a
/// group the talk has moved on.
const PRIVATE_HOURS: i64 = 24;
const GROUP_MINUTES: i64 = 15;

/// What the line needs to answer.
pub struct Answering {
    /// Inbox and outbox.
    pub store: Arc<Store>,
    /// Finds checks.
    pub finder: Arc<Finder>,
    /// Every sentence we say.
    pub words: Arc<Words>,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// Where a test kills the process.
    pub fault: Fault,
    /// For each chat the conversation of its moderators and the bot's name.
    pub rooms: Arc<Rooms>,
    /// Where moderators are told beside chats: receivers of webhooks and mail.
    pub receivers: Vec<Receiver>,
    /// By what people are counted.
    pub keys: Keys,
    /// When and how often moderators are told.
    pub moderation: Moderation,
    /// Who runs this, as the operator wants to be named.
    pub operator: Option<String>,
    /// Hours after which a message that was dealt with is deleted.
    pub retention_hours: usize,
    /// Days for which other things are kept.
    pub kept: Kept,
}

/// What one step did.
#[derive(Debug, Default)]
pub struct Step {
    /// Rows that were taken.
    pub leased: usize,
    /// How each ended, and the seconds it took.
    pub ends: Vec<(&'static str, f64)>,
}

/// How one row ends.
pub(super) struct Ending {
    pub(super) end: End,
    pub(super) plans: Vec<Plan>,
    /// Which claim it made.
    pub(super) sighting: Option<Box<Sighting>>,
    /// What it means for a question that nothing was found for.
    pub(super) later: Option<Later>,
    /// Whether its group is to be listened to.
    pub(super) listening: Option<Listening>,
    /// An answer that nobody asked for.
    pub(super) unasked: Option<Box<Unasked>>,
    /// Its words are not kept.
    pub(super) hushed: bool,
    /// The row of what the post said before it was changed.
    pub(super) replaced: Option<String>,
    /// What moderators are asked because readers doubt an answer.
    pub(super) raised: Option<Raised>,
}

impl Ending {
    pub(super) fn of(end: End, plans: impl Into<Vec<Plan>>) -> Self {
        let plans = plans.into();
        Self {
            end,
            plans,
            sighting: None,
            later: None,
            listening: None,
            unasked: None,
            hushed: false,
            replaced: None,
            raised: None,
        }
    }

    fn also(&self) -> Also<'_> {
        Also {
            sighting: self.sighting.as_deref(),
            later: self.later.as_ref(),
            listening: self.listening.as_ref(),
            unasked: self.unasked.as_deref(),
            hushed: self.hushed,
            replaced: self.replaced.as_deref(),
            raised: self.raised.as_ref(),
        }
    }
}

impl Answering {
    /// Answers the next rows of the inbox. Blocks on the database.
    ///
    /// # Errors
    /// If the database fails.
    pub fn step(&self) -> Result<Step> {
        if !self.finder.is_ready()? {
            return Ok(Step::default());
        }
        let now = self.clock.now();
        let until = now + TimeDelta::seconds(LEASE_SECONDS);
        let waiting = self.store.lease_inbox(BATCH, now, until)?;
        let mut ends = Vec::with_capacity(waiting.len());
        for row in &waiting {
            self.fault.reach("question-leased");
            if self.awaits_room(row, now) {
                self.store.postpone(&row.id, now + TimeDelta::seconds(ROOM_SECONDS))?;
                continue;
            }
            let began = Instant::now();
            match self.try_to_handle(row, now) {
                Ok(Some(ending)) => {
                    self.fault.reach("handled-before-end");
                    self.store.end_with(&row.id, ending.end, &ending.plans, ending.also(), now)?;
                    self.fault.reach("answer-planned");
                    ends.push((ending.end.name(), began.elapsed().as_secs_f64()));
                    info!(source = row.source, inbox = row.id, end = ending.end.name(), "answered");
                }
                Ok(None) => ends.push((End::Done.name(), began.elapsed().as_secs_f64())),
                // The lease runs out and the row is tried again, a few times.
                Err(error) => warn!(source = row.source, inbox = row.id, "not answered: {error:#}"),
            }
        }
        self.restate_answered(now)?;
        Ok(Step { leased: waiting.len(), ends })
    }

    /// Whether a row needs what is not known before its bot knows who it is: right after a start,
    /// or while the chat can't be reached. It would be answered wrongly, or told to nobody.
    fn awaits_room(&self, row: &Waiting, now: DateTime<Utc>) -> bool {
        let awaited = match (&row.incoming.intent, &row.incoming.reply_to) {
            (Intent::Watched, _) => self.rooms.awaits_moderators(),
            (Intent::Overheard { .. }, _) => {
                let there = row.incoming.seen_at.as_ref();
                self.rooms.awaits_moderators()
                    || there.is_some_and(|there| self.rooms.awaits(&there.chat))
            }
            (Intent::Command(Command::Forget, _), _) => false,
            // How long an answer may be there is known as late.
            (Intent::Question | Intent::Edited, Some(to)) if to.audience == Audience::Public => {
                self.rooms.awaits(&to.chat)
            }
            (Intent::Command(..) | Intent::Listen(_), Some(to)) => self.rooms.awaits(&to.chat),
            _ => false,
        };
        awaited && now - row.received_at < TimeDelta::hours(ROOM_HOURS_MAX)
    }

    /// As [`handle`](Self::handle), but what fails again and again ends, and what panics fails: the
    /// rows beside it are not to suffer.
    fn try_to_handle(&self, row: &Waiting, now: DateTime<Utc>) -> Result<Option<Ending>> {
        let dead = || Ok(Some(Ending::of(End::Dead("it failed again and again"), [])));
        if row.attempts > BEGUN_MAX {
            return dead();
        }
        let handled = std::panic::catch_unwind(AssertUnwindSafe(|| self.handle(row, now)));
        match handled.unwrap_or_else(|_| Err(anyhow!("handling it broke off"))) {
            Err(error) if row.attempts >= ATTEMPTS_MAX && !store::failed(&error) => {
                warn!(source = row.source, inbox = row.id, "set aside: {error:#}");
                dead()
            }
            handled => handled,
        }
    }

    /// Decides how a row ends; `None` if that is stored already.
    fn handle(&self, row: &Waiting, now: DateTime<Utc>) -> Result<Option<Ending>> {
        let incoming = &row.incoming;
        let Some(to) = &incoming.reply_to else {
            return self.watched(row, now).map(Some);
        };
        if is_late(incoming, to, now) {
            return Ok(Some(Ending::of(End::Expired, [])));
        }
        let ending = match &incoming.intent {
            Intent::Question => self.question(incoming, to, None, &row.id, now)?,
            Intent::Edited => self.edited(incoming, to, &row.id, now)?,
            Intent::Command(Command::Forget, _) => {
                return self.forget(incoming, to, &row.id, now);
            }
            Intent::Command(command, rest) => {
                self.command(incoming, to, *command, rest, &row.id, now)?
            }
            Intent::Press { button, press } => {
                self.pressed(incoming, to, button, press, &row.id, now)?
            }
            Intent::Moved { to: new } => {
                self.store.move_conversation(&to.chat, &to.conversation, new)?;
                Ending::of(End::Done, [])
            }
            Intent::Left => {
                self.store.shut_out(&to.chat, &to.conversation, now)?;
                Ending::of(End::Done, [])
            }
            Intent::Listen(wish) => self.listen(incoming, to, wish)?,
            Intent::Unreadable => self.unreadable(incoming, to)?,
            Intent::Watched | Intent::Overheard { .. } => {
                Ending::of(End::Refused("a watched post with a place to answer"), [])
            }
        };
        Ok(Some(ending))
    }

    /// A question, or (with `target`) a changed one whose answer is to be changed.
    fn question(
        &self,
        incoming: &Incoming,
        to: &ReplyTo,
        target: Option<String>,
        inbox_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Ending> {
        // Before it is answered: what changes meanwhile is looked at again.
        let (since, checked) = (self.store.followed()?, self.store.checked()?);
        let answer = self.finder.answer(&incoming.post, to.audience)?;
        if answer.decision == Decision::None
            && let Some(ending) = self.chatter(incoming, to, target.as_ref(), inbox_id, now)?
        {
            return Ok(ending);
        }
        let lang = self.language(incoming, to)?;
        let mut reply = self.told(lang, &answer, to, now)?;
        let asked = (incoming, to, lang);
        let later = self.keep_or_drop(&mut reply, asked, (&answer, inbox_id, since), now);
        let end = if answer.decision == Decision::None { End::NoMatch } else { End::Answered };
        let once = match &target {
            Some(_) => format!("edit {inbox_id}"),
            None => once("answer", to),
        };
        let asked = match (&target, end) {
            (None, End::NoMatch) => self.asked(incoming, to, checked)?,
            _ => None,
        };
        let told = Told::of(lang, to.audience, answer);
        let plan = self.plan(once, to, target, reply, Some(told));
        let sighting = asked.map(Box::new);
        Ok(Ending { later: Some(later), sighting, ..Ending::of(end, [plan]) })
    }

    fn edited(
        &self,
        incoming: &Incoming,
        to: &ReplyTo,
        inbox_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Ending> {
        match self.store.answer_to(to)? {
            Some(sent) => self.question(incoming, to, Some(sent.id), inbox_id, now),
            None if to.audience == Audience::Private => {
                self.question(incoming, to, None, inbox_id, now)
            }
            None => Ok(Ending::of(End::Refused("an edit of what was not asked"), [])),
        }
    }

    fn pressed(
        &self,
        incoming: &Incoming,
        to: &ReplyTo,
        button: &str,
        press: &str,
        inbox_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Ending> {
        let mut lang = self.language(incoming, to)?;
        let Some(pressed) = self.store.pressed(to, button)? else {
            let toast = reply::toast(&self.words, lang, Toast::Expired);
            return Ok(Ending::of(End::Done, [self.acknowledge(to, press, toast)]));
        };
        let told = pressed.told.as_ref();
        if let Some(known) = told.and_then(|told| self.words.lang(&told.language)) {
            lang = known;
        }
        if let Some(ruling) = ruling(&pressed.action) {
            let press = Press { incoming, to, press, inbox_id, lang, now };
            return self.ruled(&press, ruling);
        }
        let there = ReplyTo { message: pressed.message.clone(), ..to.clone() };
        let today = now.date_naive();
        let mut toast = None;
        let mut later = None;
        let mut raised = None;
        let reply = match (&pressed.action, told) {
            // The correction that takes the place of the message comes by itself.
            (Action::Context(_) | Action::Back(_), Some(told)) if self.is_outdated(told)? => {
                toast = Some(Toast::Expired);
                None
            }
            (Action::Context(_), Some(told)) => {
                Some(reply::with_context(&self.words, lang, &told.answer, today, to.audience))
            }
            (Action::Back(_), Some(told)) => Some(self.told(lang, &told.answer, to, now)?),
            (Action::NotSame(review), _) => {
                raised = self.doubt((incoming, to, inbox_id), &pressed, review, now)?;
                toast = Some(Toast::NotSame);
                let (reply, again) = self.not_same(to, &pressed.outbox_id, review, lang)?;
                later = again;
                reply
            }
            (Action::TellMe(question), told) => {
                let noted = self.tell_me(question, (to, lang), told, now)?;
                (toast, later) = (Some(noted.toast), noted.later);
                noted.reply
            }
            (Action::Language(code), _) => {
                let (said, spoken) = self.speak(incoming, to, code, lang)?;
                (toast, lang) = (Some(said), spoken);
                None
            }
            _ => None,
        };
        let toast = toast.map(|toast| reply::toast(&self.words, lang, toast)).unwrap_or_default();
        let mut plans = vec![self.acknowledge(to, press, toast)];
        if let Some(reply) = reply.filter(|reply| !reply.text.is_empty()) {
            let once = format!("edit {inbox_id}");
            // A reply without the check tells nothing that could be corrected.
            let told = pressed.told.filter(|_| !matches!(pressed.action, Action::NotSame(_)));
            plans.push(self.plan(once, &there, Some(pressed.outbox_id), reply, told));
        }
        Ok(Ending { later, raised, ..Ending::of(End::Done, plans) })
    }

    pub(super) fn told(
        &self,
        lang: Lang,
        answer: &Answer,
        to: &ReplyTo,
        now: DateTime<Utc>,
    ) -> Result<Reply> {
        let publishers = usize::try_from(self.finder.counts()?.1).unwrap_or(usize::MAX);
        let today = now.date_naive();
        if let Some(max) = self.rooms.get(&to.chat).graphemes_max {
            return Ok(reply::short(&self.words, lang, answer, today, publishers, max));
        }
        Ok(reply::answer(&self.words, lang, answer, today, to.audience, publishers))
    }

    pub(super) fn language(&self, incoming: &Incoming, to: &ReplyTo) -> Result<Lang> {
        let chosen = self.store.language(to)?;
        let client = incoming.client_language.as_deref();
        Ok(choose_language(&self.words, chosen.as_deref(), &incoming.post.text, client))
    }
}

/// What a moderator's button does; `None`: it is a reader's.
fn ruling(action: &Action) -> Option<Ruling<'_>> {
    Some(match action {
        Action::Right(queue) => Ruling::Decide(queue, Verdict::Right),
        Action::Wrong(queue) => Ruling::Decide(queue, Verdict::Wrong),
        Action::AnswerNow(queue) => Ruling::Answer(queue),
        Action::TakeBack(queue) => Ruling::TakeBack(queue),
        Action::Mute(claim) => Ruling::Mute(claim),
        Action::Unmute(claim) => Ruling::Unmute(claim),
        _ => return None,
    })
}

pub(super) fn is_late(incoming: &Incoming, to: &ReplyTo, now: DateTime<Utc>) -> bool {
    let limit = match (&incoming.intent, to.audience) {
        (
            Intent::Moved { .. }
            | Intent::Left
            | Intent::Command(Command::Forget, _)
            | Intent::Listen(_),
            _,
        ) => return false,
        (_, Audience::Group) => TimeDelta::minutes(GROUP_MINUTES),
        (_, Audience::Private | Audience::Public | Audience::Moderators) => {
            TimeDelta::hours(PRIVATE_HOURS)
        }
    };
    now - incoming.sent_at > limit
}
