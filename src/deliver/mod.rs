//! Deliver: outbox to chats. A row is marked before it is sent and ends by name after it; what may
//! have been sent is never sent again.

mod outlet;

pub use outlet::Outlet;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::TimeDelta;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::chats::{CallError, Sent};
use crate::claim::post::Audience;
use crate::doors::{Chance, Clock, Fault};
use crate::store::{Outcome, Outgoing, Sending, Store};

/// Rows being sent at once, each of another lane.
const SENDING_MAX: usize = 16;
/// A row that has been marked for so long belongs to a process that is gone.
const LEASE_SECONDS: i64 = 120;
/// What could not be sent for so long is no answer any more; in a group the talk has moved on.
const TOO_LATE_HOURS: i64 = 24;
const TOO_LATE_GROUP_MINUTES: i64 = 15;
/// A conversation that moves on every try does not exist.
const MOVES_MAX: u32 = 5;
/// How an end that could not be stored is stored again, well within the lease.
const RECORDS_MAX: u32 = 60;
const RECORD_AGAIN: Duration = Duration::from_secs(1);
/// First wait after a failed try, and the longest, in milliseconds.
const WAIT_FIRST_MS: u64 = 1_000;
const WAIT_MAX_MS: u64 = 300_000;
/// Looks into the outbox at least so often, in case a wake-up was lost.
const SWEEP: Duration = Duration::from_secs(1);
/// What is under way at the end may finish within this.
const DRAIN: Duration = Duration::from_secs(7);

/// Sends what the outbox holds.
pub struct Courier {
    /// The outbox.
    pub store: Arc<Store>,
    /// Where things go, by name.
    pub outlets: HashMap<String, Outlet>,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// Where a test kills the process.
    pub fault: Fault,
    /// Told when something new is in the outbox.
    pub wake: Arc<Notify>,
}

impl Courier {
    /// Sends until `stop`, then lets what is under way finish. `report` hears how each try ended.
    pub async fn run(&self, stop: &CancellationToken, report: impl Fn(&'static str)) {
        let mut under_way = FuturesUnordered::new();
        while !stop.is_cancelled() {
            match self.lease(SENDING_MAX - under_way.len()).await {
                Ok(leased) => under_way.extend(leased.into_iter().map(|one| self.send(one))),
                Err(error) => warn!("the outbox can't be read: {error:#}"),
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.wake.notified(), if under_way.len() < SENDING_MAX => {}
                Some(outcome) = under_way.next(), if !under_way.is_empty() => report(outcome),
                () = tokio::time::sleep(SWEEP) => {}
            }
        }
        let drained = tokio::time::timeout(DRAIN, async {
            while let Some(outcome) = under_way.next().await {
                report(outcome);
            }
        });
        if drained.await.is_err() {
            warn!("what was still being sent at the end is uncertain");
        }
    }

    async fn lease(&self, limit: usize) -> Result<Vec<Sending>> {
        if limit == 0 || self.fault.holds_sending() {
            return Ok(Vec::new());
        }
        let now = self.clock.now();
        let until = now + TimeDelta::seconds(LEASE_SECONDS);
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || {
            store.settle_outbox(false, now)?;
            store.expire_outbox(now - TimeDelta::hours(TOO_LATE_HOURS), now)?;
            store.lease_outbox(limit, now, until)
        })
        .await?
    }

    /// Sends one row and records how that ended; returns the name of the end.
    async fn send(&self, sending: Sending) -> &'static str {
        self.fault.reach("send-marked");
        let outcome = self.outcome(&sending).await;
        if matches!(outcome, Outcome::Sent(_)) {
            self.fault.reach("sent-before-receipt");
        }
        let name = match &outcome {
            Outcome::Sent(_) => "sent",
            Outcome::Later { .. } => "later",
            Outcome::Moved { .. } => "moved",
            Outcome::Uncertain(_) => "uncertain",
            Outcome::Dead(_) => "dead",
        };
        let said = match &outcome {
            Outcome::Sent(_) | Outcome::Moved { .. } => "",
            Outcome::Later { reason, .. } | Outcome::Uncertain(reason) | Outcome::Dead(reason) => {
                reason
            }
        };
        if said.is_empty() {
            info!(chat = sending.chat, outbox = sending.id, outcome = name, "sent");
        } else {
            warn!(chat = sending.chat, outbox = sending.id, outcome = name, "not sent: {said}");
        }
        self.record(sending, outcome).await;
        name
    }

    /// Stores how a send ended, again and again if need be: without that a row that was surely
    /// sent, or surely not, would end as uncertain.
    async fn record(&self, sending: Sending, outcome: Outcome) {
        let ended = Arc::new((sending, outcome));
        for _ in 0..RECORDS_MAX {
            let (store, ended, now) =
                (Arc::clone(&self.store), Arc::clone(&ended), self.clock.now());
            let stored =
                tokio::task::spawn_blocking(move || store.end_outbox(&ended.0, &ended.1, now));
            match stored.await.context("storing broke off").flatten() {
                Ok(forgotten) => {
                    self.fault.reach("receipt-stored");
                    if forgotten {
                        let store = Arc::clone(&self.store);
                        // What fails here or is killed before is for a later sweep.
                        drop(tokio::task::spawn_blocking(move || store.scrub()).await);
                    }
                    self.wake.notify_one();
                    return;
                }
                Err(error) => warn!("how a send ended could not be stored: {error:#}"),
            }
            tokio::time::sleep(RECORD_AGAIN).await;
        }
    }

    async fn outcome(&self, sending: &Sending) -> Outcome {
        let Some(outlet) = self.outlets.get(&sending.chat) else {
            return Outcome::Dead(format!("no chat {} is configured", sending.chat));
        };
        let age = self.clock.now() - sending.planned_at;
        if age > time_for(&sending.outgoing) {
            return Outcome::Dead("it could not be sent in time".to_owned());
        }
        let sent = outlet.carry(sending, sending.target_message.as_deref()).await;
        match (self.judge(sent, sending), &sending.outgoing) {
            // A press takes one answer, and an earlier try may have been it.
            (Outcome::Dead(reason), Outgoing::Acknowledge { .. }) if sending.attempts > 1 => {
                Outcome::Uncertain(reason)
            }
            (outcome, _) => outcome,
        }
    }

    /// What a call's end means for the row. Only what was surely not done, or may be done twice
    /// without harm, is tried again.
    fn judge(&self, sent: Result<Sent, CallError>, sending: &Sending) -> Outcome {
        let Sending { repeatable, attempts, .. } = *sending;
        let error = match sent {
            Ok(sent) => return Outcome::Sent(sent.message),
            Err(error) => error,
        };
        let reason = error.to_string();
        let wait = match error {
            CallError::Later(wait) => TimeDelta::from_std(wait).unwrap_or(TimeDelta::hours(1)),
            CallError::Unreachable
            | CallError::Untrusted(_)
            | CallError::Unknown(_)
            | CallError::Conflict(_) => self.backoff(attempts),
            CallError::Broken(_) if repeatable => self.backoff(attempts),
            CallError::Broken(_) => return Outcome::Uncertain(reason),
            CallError::Moved(_) if attempts > MOVES_MAX => return Outcome::Dead(reason),
            CallError::Moved(to) => return Outcome::Moved { to },
            CallError::Refused(_) => return Outcome::Dead(reason),
        };
        Outcome::Later { at: self.clock.now() + wait, reason }
    }

    fn backoff(&self, attempts: u32) -> TimeDelta {
        let longest = WAIT_FIRST_MS.saturating_mul(1 << attempts.min(16)).min(WAIT_MAX_MS);
        let wait = Duration::from_millis(longest).mul_f64(0.5 + self.chance.fraction() / 2.0);
        TimeDelta::from_std(wait).unwrap_or(TimeDelta::minutes(5))
    }
}

/// How long after it was planned something may still be sent.
fn time_for(outgoing: &Outgoing) -> TimeDelta {
    match outgoing {
        Outgoing::Send { to, .. } if to.audience == Audience::Group => {
            TimeDelta::minutes(TOO_LATE_GROUP_MINUTES)
        }
        _ => TimeDelta::hours(TOO_LATE_HOURS),
    }
}
