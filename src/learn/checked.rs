//! Backwards: what changed among the checks is compared with the claims that spread without one.
//!
//! As with questions that wait, a pass goes over all of them, some at a time, and only those that
//! share telling words with a changed check are looked up. Those with most posts come first, since
//! moderators are told of some claims a pass and no more.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use tracing::{info, warn};

use super::wanted::Wanted;
use super::{Step, in_pass};
use crate::claim::analysis::Analyzers;
use crate::doors::{Clock, Fault};
use crate::store::{Claim, NowChecked, Store};

/// Claims that are read at once.
const CLAIMS: usize = 2_000;
/// Claims that are looked up in one step.
const LOOKED_UP: usize = 32;
/// Claims of one pass that moderators are told of; the others get their check, and stand in the
/// digest. A first import would drown them.
const TOLD_MAX: usize = 20;

/// What becomes of a claim, if a check that changed after the sequence answers it, told quietly or
/// not.
pub type Check = Arc<dyn Fn(&Claim, u64, bool) -> Result<Option<NowChecked>> + Send + Sync>;

/// Gives claims that spread the checks that appear later.
pub struct Checks {
    /// Claims and checks.
    pub store: Arc<Store>,
    /// Text to terms.
    pub analyzers: Arc<Analyzers>,
    /// Finds the check and puts it into words.
    pub check: Check,
    /// The time.
    pub clock: Clock,
    /// Where a test kills the process.
    pub fault: Fault,
    /// Claims that were not seen for longer are left alone.
    pub days: u32,
    /// Posts and questions that a claim must have.
    pub posts_min: u64,
    /// The pass under way; lost with the process, and then made again.
    pub pass: Mutex<Option<Claims>>,
}

/// The claims of a pass under way.
#[derive(Debug)]
pub struct Claims {
    after: u64,
    upto: u64,
    /// Those not read yet.
    left: VecDeque<String>,
    /// Those to be looked up.
    due: VecDeque<Claim>,
    /// Those that moderators were told of.
    told: usize,
}

impl Checks {
    /// Takes the next step, where the index shows all changes up to `reached`. Blocks on the
    /// database.
    ///
    /// # Errors
    /// If database or index fail; the pass is then made again.
    pub fn step(&self, reached: u64) -> Result<Step> {
        in_pass(&self.pass, |pass| self.take(pass, reached))
    }

    fn take(&self, pass: &mut Option<Claims>, reached: u64) -> Result<Step> {
        let late = self.store.late_claims(self.posts_min, LOOKED_UP)?;
        if !late.is_empty() {
            return self.look_up(&late, (reached, reached), false, None);
        }
        if pass.is_none() {
            let after = self.store.checked()?;
            if after >= reached {
                return Ok(Step::default());
            }
            let since = self.clock.now().checked_sub_signed(TimeDelta::days(self.days.into()));
            let since = since.unwrap_or(DateTime::<Utc>::MIN_UTC);
            let left = self.store.unchecked(self.posts_min, since)?.into();
            *pass = Some(Claims { after, upto: reached, left, due: VecDeque::new(), told: 0 });
        }
        let Some(under_way) = pass else { return Ok(Step::default()) };
        while under_way.due.is_empty() && !under_way.left.is_empty() {
            self.choose(under_way)?;
        }
        let many = under_way.due.len().min(LOOKED_UP);
        let now: Vec<Claim> = under_way.due.drain(..many).collect();
        let ended = under_way.due.is_empty() && under_way.left.is_empty();
        let between = (under_way.after, under_way.upto);
        let quietly = under_way.told >= TOLD_MAX;
        let step = self.look_up(&now, between, quietly, ended.then_some(under_way.upto))?;
        under_way.told += step.told;
        if ended {
            *pass = None;
        }
        Ok(step)
    }

    /// Looks claims up and stores what comes of it; the last step of a pass moves the cursor.
    fn look_up(
        &self,
        claims: &[Claim],
        (after, upto): (u64, u64),
        quietly: bool,
        checked: Option<u64>,
    ) -> Result<Step> {
        let mut compared = Vec::with_capacity(claims.len());
        for claim in claims {
            let since = claim.since.unwrap_or(after);
            let found = if since < upto { self.found(claim, since, quietly)? } else { None };
            if found.is_some() || claim.since.is_some() {
                compared.push((claim.id.clone(), found));
            }
        }
        let found = compared.iter().any(|(_, found)| found.is_some());
        if found {
            self.fault.reach("checked-before-plan");
        }
        let checked = checked.map(|upto| (upto, self.posts_min));
        let done = self.store.check_claims(&compared, checked, self.clock.now())?;
        if found {
            self.fault.reach("checked-planned");
            info!(claims = done.claims, told = done.told, upto, "claims that spread have a check");
        }
        Ok(Step { looked_up: claims.len(), told: done.told, more: true })
    }

    /// What becomes of a claim; one that breaks it must not keep all others from a check.
    fn found(&self, claim: &Claim, since: u64, quietly: bool) -> Result<Option<NowChecked>> {
        let check = AssertUnwindSafe(|| (self.check)(claim, since, quietly));
        std::panic::catch_unwind(check).unwrap_or_else(|_| {
            warn!(claim = claim.id, "looking up a claim that spreads broke off");
            Ok(None)
        })
    }

    /// Reads the next claims and chooses those that a changed check may answer.
    fn choose(&self, pass: &mut Claims) -> Result<()> {
        let ids: Vec<String> = pass.left.drain(..pass.left.len().min(CLAIMS)).collect();
        let claims = self.store.still_unchecked(&ids)?;
        let posts: Vec<_> = claims.iter().filter_map(Claim::post).collect();
        let chosen =
            Wanted::choose_of(&posts, &self.analyzers, &self.store, (pass.after, pass.upto))?;
        // Each has a text, so each is there.
        let chosen = claims.into_iter().zip(chosen).filter(|(_, chosen)| chosen.is_some());
        pass.due.extend(chosen.map(|(claim, _)| claim));
        Ok(())
    }
}
