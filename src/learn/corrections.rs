//! Corrections: what was told from a check that has another verdict by now, or was withdrawn, is
//! put right.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use tracing::{info, warn};

use super::Step;
use crate::doors::{Clock, Fault};
use crate::store::{Correction, Outdated, Store, Unsent};

/// Answers put right in one transaction.
const BATCH: usize = 50;

/// How an answer is put right.
pub type PutRight = Arc<dyn Fn(&Outdated) -> Result<Correction> + Send + Sync>;

/// Puts right what was told.
pub struct Corrections {
    /// What was told, and checks.
    pub store: Arc<Store>,
    /// Puts corrections into words.
    pub put_right: PutRight,
    /// The time.
    pub clock: Clock,
    /// Where a test kills the process.
    pub fault: Fault,
    /// Older answers are left alone.
    pub days: u32,
}

impl Corrections {
    /// Compares what changed with what was told, and puts right at most so many answers. Blocks on
    /// the database.
    ///
    /// # Errors
    /// If the database fails; what was not put right is found again.
    pub fn step(&self) -> Result<Step> {
        let upto = self.store.sequence()?;
        let after = self.store.corrected()?;
        if after >= upto {
            return Ok(Step::default());
        }
        let now = self.clock.now();
        let since = now.checked_sub_signed(TimeDelta::days(self.days.into()));
        let since = since.unwrap_or(DateTime::<Utc>::MIN_UTC);
        let outdated = self.store.outdated(after, since, BATCH)?;
        let mut corrections = Vec::with_capacity(outdated.len());
        for one in &outdated {
            corrections.push(self.correction(one)?);
        }
        if !corrections.is_empty() {
            self.fault.reach("correction-before-plan");
        }
        let more = outdated.len() == BATCH;
        let done = self.store.correct(&corrections, (!more).then_some(upto), now)?;
        if !corrections.is_empty() {
            self.fault.reach("correction-planned");
            info!(answers = done, "what was told is put right");
        }
        Ok(Step { looked_up: outdated.len(), told: done, more })
    }

    /// One answer that breaks it must not keep all others from being put right.
    fn correction(&self, outdated: &Outdated) -> Result<Correction> {
        let made = std::panic::catch_unwind(AssertUnwindSafe(|| (self.put_right)(outdated)));
        made.unwrap_or_else(|_| {
            warn!(outbox = outdated.answer, "putting an answer right broke off");
            Ok(Correction {
                answer: outdated.answer.clone(),
                inbox_id: outdated.inbox_id.clone(),
                unsent: Unsent::No,
                sent: None,
            })
        })
    }
}
