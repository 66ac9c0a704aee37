//! What moderators were told of claims, and that the check has another verdict by now, or was
//! withdrawn.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use anyhow::Result;
use tracing::{info, warn};

use super::Step;
use crate::doors::{Clock, Fault};
use crate::store::{Revised, Revision, Store, ToldClaim};

/// Claims that are looked at in one step.
const BATCH: usize = 50;

/// What moderators are told of a claim whose check changed; `None`: not yet.
pub type Revise = Arc<dyn Fn(&Revised) -> Result<Option<Revision>> + Send + Sync>;

/// Tells moderators what became of what they were told.
pub struct Revisions {
    /// Claims and checks.
    pub store: Arc<Store>,
    /// Puts it into words.
    pub revise: Revise,
    /// The time.
    pub clock: Clock,
    /// Where a test kills the process.
    pub fault: Fault,
}

impl Revisions {
    /// Compares what changed with what moderators were told. Blocks on the database.
    ///
    /// # Errors
    /// If the database fails; what was not told is found again.
    pub fn step(&self) -> Result<Step> {
        let upto = self.store.sequence()?;
        let after = self.store.revised()?;
        let [fresh, late] = self.store.revised_claims(after, BATCH)?;
        let more = fresh.len() == BATCH;
        let mut done = Vec::with_capacity(fresh.len());
        for one in fresh {
            let revision = self.revision(&one)?;
            done.push((one, revision));
        }
        for one in late {
            // What still has to wait does so without a word.
            if let Some(revision) = self.revision(&one)? {
                done.push((one, Some(revision)));
            }
        }
        let reached = (after < upto && !more).then_some(upto);
        if done.is_empty() && reached.is_none() {
            return Ok(Step::default());
        }
        if !done.is_empty() {
            self.fault.reach("revision-before-plan");
        }
        let told = self.store.revise(&done, reached, self.clock.now())?;
        if !done.is_empty() {
            self.fault.reach("revision-planned");
            info!(claims = done.len(), told, "checks of claims changed");
        }
        Ok(Step { looked_up: done.len(), told, more })
    }

    /// One claim that breaks it must not keep all others from being told.
    fn revision(&self, one: &Revised) -> Result<Option<Revision>> {
        let made = std::panic::catch_unwind(AssertUnwindSafe(|| (self.revise)(one)));
        made.unwrap_or_else(|_| {
            warn!(claim = one.claim.id, "telling that the check of a claim changed broke off");
            let told = ToldClaim { today: one.claim.told_today, ..ToldClaim::default() };
            Ok(Some(Revision { plans: Vec::new(), quoted: None, told }))
        })
    }
}
