//! What is said later: questions that waited are answered when checks of them appear, and what was
//! told is put right when its check changes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use tracing::error;

use super::Shared;
use crate::answer::Answering;
use crate::gather::Rechecker;
use crate::learn::{Corrections, FollowUps, Step};

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
    let tell = Arc::clone(&answering);
    let follow_ups = Arc::new(FollowUps {
        store: Arc::clone(&house.store),
        analyzers: Arc::clone(&house.analyzers),
        tell: Arc::new(move |question, since| tell.follow_up(question, since)),
        clock: house.doors.clock.clone(),
        fault: house.doors.fault.clone(),
        pass: Mutex::default(),
    });
    let mut failing = false;
    let mut reached = None;
    while !shared.stop.is_cancelled() {
        let step = step(&shared, &follow_ups, &mut reached).await;
        let pause = match step {
            Ok(step) => {
                failing = false;
                if step.told > 0 {
                    shared.outbox.notify_one();
                }
                if step.more { BREATH } else { LOOK_EVERY }
            }
            Err(failure) => {
                if !failing {
                    error!("questions that wait can't be looked up: {failure:#}");
                }
                failing = true;
                LOOK_EVERY
            }
        };
        tokio::select! {
            () = shared.stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// One step, after the index has caught up if the step before was the last of its pass.
async fn step(
    shared: &Shared,
    follow_ups: &Arc<FollowUps>,
    reached: &mut Option<u64>,
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
    let own = Arc::clone(follow_ups);
    let step = tokio::task::spawn_blocking(move || own.step(upto)).await;
    let step = step.context("looking up broke off")??;
    *reached = step.more.then_some(upto);
    Ok(step)
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
        let step = tokio::task::spawn_blocking(move || own.step()).await;
        let pause = match step.context("it broke off").flatten() {
            Ok((done, more)) => {
                failing = false;
                if done > 0 {
                    shared.outbox.notify_one();
                }
                if more { BREATH } else { LOOK_EVERY }
            }
            Err(failure) => {
                if !failing {
                    error!("what was told can't be put right: {failure:#}");
                }
                failing = true;
                LOOK_EVERY
            }
        };
        tokio::select! {
            () = shared.stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
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
