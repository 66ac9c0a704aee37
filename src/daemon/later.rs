//! What is said later: questions that waited are answered when checks of them appear, moderators
//! hear of the claims that these answer, and what was told is put right when its check changes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use tracing::error;

use super::Shared;
use crate::answer::Answering;
use crate::gather::Rechecker;
use crate::learn::{Checks, Corrections, FollowUps, Revisions, Step};

/// How often it is looked for what changed.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Pause between two steps of one pass: whoever asks now goes first.
const BREATH: Duration = Duration::from_millis(10);
/// Changes whose vectors are waited for; where more are to be made that takes too long, and words
/// alone decide.
const VECTORS_BEHIND_MAX: u64 = 1_000;

/// Compares what changes among the checks with the questions that wait.
pub(super) async fn follow_up(shared: Arc<Shared>, answering: Arc<Answering>) {
    let house = &shared.house;
    let follow_ups = Arc::new(FollowUps {
        store: Arc::clone(&house.store),
        analyzers: Arc::clone(&house.analyzers),
        tell: Arc::new(move |question, since| answering.follow_up(question, since)),
        clock: house.doors.clock.clone(),
        fault: house.doors.fault.clone(),
        pass: Mutex::default(),
    });
    let (mut reached, mut failing) = (None, false);
    while !shared.stop.is_cancelled() {
        let own = Arc::clone(&follow_ups);
        let taken = step(&shared, &mut reached, move |upto| own.step(upto)).await;
        if let Ok(step) = &taken {
            shared.metrics.followed_up(step.looked_up, step.told);
        }
        rest(&shared, taken, &mut failing, "questions that wait can't be looked up").await;
    }
}

/// Compares what changes among the checks with the claims that spread without one.
pub(super) async fn check(shared: Arc<Shared>, answering: Arc<Answering>) {
    let house = &shared.house;
    let line = Arc::clone(&answering);
    let checks = Arc::new(Checks {
        store: Arc::clone(&house.store),
        analyzers: Arc::clone(&house.analyzers),
        check: Arc::new(move |claim, since, quietly| line.now_checked(claim, since, quietly)),
        clock: house.doors.clock.clone(),
        fault: house.doors.fault.clone(),
        days: house.settings.retention.posts_days,
        posts_min: house.settings.moderation.spread_min,
        pass: Mutex::default(),
    });
    let began = house.doors.clock.now();
    let (mut reached, mut failing) = (None, false);
    while !shared.stop.is_cancelled() {
        let own = Arc::clone(&checks);
        let taken = if answering.awaits_moderators(began) {
            Ok(Step::default())
        } else {
            step(&shared, &mut reached, move |upto| own.step(upto)).await
        };
        if let Ok(step) = &taken {
            shared.metrics.checked(step.looked_up, step.told);
        }
        rest(&shared, taken, &mut failing, "claims that spread can't be looked up").await;
    }
}

/// Tells moderators that the check of a claim they were told of changed.
pub(super) async fn revise(shared: Arc<Shared>, answering: Arc<Answering>) {
    let house = &shared.house;
    let line = Arc::clone(&answering);
    let revisions = Arc::new(Revisions {
        store: Arc::clone(&house.store),
        revise: Arc::new(move |revised| line.revision(revised)),
        clock: house.doors.clock.clone(),
        fault: house.doors.fault.clone(),
    });
    let began = house.doors.clock.now();
    let mut failing = false;
    while !shared.stop.is_cancelled() {
        let own = Arc::clone(&revisions);
        let taken = if answering.awaits_moderators(began) {
            Ok(Step::default())
        } else {
            let taken = tokio::task::spawn_blocking(move || own.step()).await;
            taken.context("it broke off").flatten()
        };
        rest(&shared, taken, &mut failing, "what moderators were told can't be compared").await;
    }
}

/// Puts right what was told, as soon as a check changes.
pub(super) async fn correct(shared: Arc<Shared>, answering: Arc<Answering>) {
    let house = &shared.house;
    let corrections = Arc::new(Corrections {
        store: Arc::clone(&house.store),
        put_right: Arc::new(move |outdated| answering.correction(outdated)),
        clock: house.doors.clock.clone(),
        fault: house.doors.fault.clone(),
        days: house.settings.retention.corrections_days,
    });
    let mut failing = false;
    while !shared.stop.is_cancelled() {
        let own = Arc::clone(&corrections);
        let taken = tokio::task::spawn_blocking(move || own.step()).await;
        let taken = taken.context("it broke off").flatten();
        if let Ok(step) = &taken {
            shared.metrics.corrected(step.looked_up, step.told);
        }
        rest(&shared, taken, &mut failing, "what was told can't be put right").await;
    }
}

/// What follows a step: whoever sends is woken, and then there is a pause. That steps fail is told
/// once.
async fn rest(shared: &Shared, step: Result<Step>, failing: &mut bool, failed: &str) {
    let pause = match step {
        Ok(step) => {
            *failing = false;
            if step.told > 0 {
                shared.outbox.notify_one();
            }
            if step.more { BREATH } else { LOOK_EVERY }
        }
        Err(failure) => {
            if !*failing {
                error!("{failed}: {failure:#}");
            }
            *failing = true;
            LOOK_EVERY
        }
    };
    tokio::select! {
        () = shared.stop.cancelled() => {}
        () = tokio::time::sleep(pause) => {}
    }
}

/// One step, after the index has caught up if the step before was the last of its pass.
async fn step(
    shared: &Shared,
    reached: &mut Option<u64>,
    take: impl FnOnce(u64) -> Result<Step> + Send + 'static,
) -> Result<Step> {
    let upto = match *reached {
        Some(upto) => upto,
        None => {
            let sequence = shared.indexer.caught_up().await?.sequence;
            let meant = shared.house.finder.meant_up_to();
            let near = meant.filter(|meant| sequence.saturating_sub(*meant) <= VECTORS_BEHIND_MAX);
            near.map_or(sequence, |meant| meant.min(sequence))
        }
    };
    *reached = None;
    let step = tokio::task::spawn_blocking(move || take(upto)).await;
    let step = step.context("looking up broke off")??;
    *reached = step.more.then_some(upto);
    Ok(step)
}

/// Looks once a day whether the pages of told checks are still there.
pub(super) fn rechecker(shared: &Shared) -> Result<Rechecker> {
    let house = &shared.house;
    Ok(Rechecker {
        store: Arc::clone(&house.store),
        door: house.door()?,
        clock: house.doors.clock.clone(),
        chance: house.doors.chance.clone(),
        health: Arc::clone(&shared.health),
        days: house.settings.retention.corrections_days,
    })
}
