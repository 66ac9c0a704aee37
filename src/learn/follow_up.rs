//! Backwards: what changed among the checks is compared with the questions that wait for an answer.
//!
//! A pass goes over all of them, some at a time, so that whoever asks now is not held up. Only the
//! questions that share telling words with a changed check are looked up, those first that share
//! the rarest, so that who is told is told soon; of many changes at once all are. Questions that
//! were not there for a pass (asked or armed while it went on) are looked up by themselves.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use tracing::{info, warn};

use super::in_pass;
use super::wanted::Wanted;
use crate::claim::analysis::Analyzers;
use crate::doors::{Clock, Fault};
use crate::store::{Compared, Plan, Question, Store};

/// Questions that are read at once.
const QUESTIONS: usize = 2_000;
/// Questions that are looked up in one step.
const LOOKED_UP: usize = 32;

/// What the reader of a question is told, if a check that changed after the sequence answers it.
pub type Tell = Arc<dyn Fn(&Question, u64) -> Result<Option<Plan>> + Send + Sync>;

/// Answers questions that wait.
pub struct FollowUps {
    /// Questions and checks.
    pub store: Arc<Store>,
    /// Text to terms.
    pub analyzers: Arc<Analyzers>,
    /// Finds the answer and puts it into words.
    pub tell: Tell,
    /// The time.
    pub clock: Clock,
    /// Where a test kills the process.
    pub fault: Fault,
    /// The pass under way; lost with the process, and then made again.
    pub pass: Mutex<Option<Pass>>,
}

/// A pass under way.
#[derive(Debug)]
pub struct Pass {
    after: u64,
    upto: u64,
    /// Inbox row of the last question that was read.
    read: String,
    /// Whether there may be more of them.
    more: bool,
    /// Inbox rows of those to be looked up, and how much they share with a changed check; once all
    /// are read, the likeliest is last.
    due: Vec<(f32, String)>,
}

/// What one step did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Step {
    /// Questions or claims that were looked up, or answers that were found outdated.
    pub looked_up: usize,
    /// Of how many of them somebody is told.
    pub told: usize,
    /// Whether there is more to do at once.
    pub more: bool,
}

impl FollowUps {
    /// Takes the next step, where the index shows all changes up to `reached`. Blocks on the
    /// database.
    ///
    /// # Errors
    /// If database or index fail; the pass is then made again.
    pub fn step(&self, reached: u64) -> Result<Step> {
        in_pass(&self.pass, |pass| self.take(pass, reached))
    }

    fn take(&self, pass: &mut Option<Pass>, reached: u64) -> Result<Step> {
        let late = self.store.late_questions(LOOKED_UP, self.clock.now())?;
        if !late.is_empty() {
            return self.look_up(late, reached, None);
        }
        if pass.is_none() {
            let after = self.store.followed()?;
            if after >= reached {
                return Ok(Step::default());
            }
            if !self.store.anybody_waits()? {
                self.store.follow_up(&[], Some(reached), self.clock.now())?;
                return Ok(Step::default());
            }
            let (read, due) = (String::new(), Vec::new());
            *pass = Some(Pass { after, upto: reached, read, more: true, due });
        }
        let Some(under_way) = pass else { return Ok(Step::default()) };
        if under_way.more {
            self.choose(under_way)?;
            if under_way.more {
                return Ok(Step { more: true, ..Step::default() });
            }
        }
        let left = under_way.due.len().saturating_sub(LOOKED_UP);
        let now = under_way.due.split_off(left).into_iter().rev();
        let now: Vec<String> = now.map(|(_, inbox_id)| inbox_id).collect();
        let now = self.store.questions_of(&now, self.clock.now())?;
        let ended = under_way.due.is_empty();
        let (after, upto) = (under_way.after, under_way.upto);
        let step = self.look_up(now, upto, Some((after, ended)))?;
        if ended {
            *pass = None;
        }
        Ok(Step { more: true, ..step })
    }

    /// Looks questions up and stores what comes of it. In a pass all are compared with changes
    /// after the same sequence, and its last step moves the cursor.
    fn look_up(
        &self,
        questions: Vec<Question>,
        upto: u64,
        pass: Option<(u64, bool)>,
    ) -> Result<Step> {
        let looked_up = questions.len();
        let mut compared = Vec::new();
        for question in questions {
            let since = question.since.or(pass.map(|(after, _)| after)).unwrap_or(upto);
            // Nothing changed since it was asked.
            let plan = if since < upto { self.told(&question, since)? } else { None };
            if plan.is_some() || pass.is_none() {
                compared.push(Compared { question: question.inbox_id, upto, plan });
            }
        }
        let followed = pass.filter(|(_, ended)| *ended).map(|_| upto);
        let plans = compared.iter().any(|one| one.plan.is_some());
        if plans {
            self.fault.reach("follow-up-before-plan");
        }
        let told = self.store.follow_up(&compared, followed, self.clock.now())?;
        if plans {
            self.fault.reach("follow-up-planned");
            info!(looked_up, told, upto, "questions that waited are answered");
        }
        Ok(Step { looked_up, told, more: true })
    }

    /// What a reader is told; one question that breaks it must not keep all others from an answer.
    fn told(&self, question: &Question, since: u64) -> Result<Option<Plan>> {
        let told = std::panic::catch_unwind(AssertUnwindSafe(|| (self.tell)(question, since)));
        told.unwrap_or_else(|_| {
            warn!(inbox = question.inbox_id, "looking up a question that waits broke off");
            Ok(None)
        })
    }

    /// Reads the next questions and chooses those that a changed check may answer.
    fn choose(&self, pass: &mut Pass) -> Result<()> {
        let questions = self.store.awaited_questions(&pass.read, QUESTIONS, self.clock.now())?;
        pass.more = questions.len() == QUESTIONS;
        if let Some(last) = questions.last() {
            pass.read.clone_from(&last.inbox_id);
            let posts: Vec<_> = questions.iter().map(|question| question.post.clone()).collect();
            let between = (pass.after, pass.upto);
            let chosen = Wanted::choose_of(&posts, &self.analyzers, &self.store, between)?;
            let chosen = questions.into_iter().zip(chosen);
            pass.due.extend(chosen.filter_map(|(one, chosen)| Some((chosen?, one.inbox_id))));
        }
        if !pass.more {
            pass.due.sort_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)));
        }
        Ok(())
    }
}
