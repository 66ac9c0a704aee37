//! Understanding: the sentence model, once it is there, and the vectors of the checks, which follow
//! the database beside everything else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tracing::{error, info, warn};

use super::Shared;
use crate::answer::Meaning;
use crate::care::fetch_model;
use crate::gather::{VectorCounts, catch_up_vectors};
use crate::house::has_model;
use crate::index::vectors::Vectors;

/// How often it is looked whether a model came, and whether checks changed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A model that can't be read is tried again after this: somebody may put it right.
const AGAIN_AFTER: Duration = Duration::from_secs(60);
/// Time between two lines about progress.
const TELL_EVERY: Duration = Duration::from_secs(30);

/// After a failed download it is tried again, later and later, up to this.
const FETCH_AGAIN_FIRST: Duration = Duration::from_secs(15 * 60);
const FETCH_AGAIN_MAX: Duration = Duration::from_secs(6 * 60 * 60);

/// Fetches the model if it is missing and may be fetched.
pub(super) async fn fetch(shared: Arc<Shared>) {
    let settings = &shared.house.settings;
    if !settings.model.fetch || settings.model.dir.is_some() {
        return;
    }
    let mut pause = FETCH_AGAIN_FIRST;
    while !has_model(&shared.house.model_dir()) {
        let fetched = tokio::select! {
            () = shared.stop.cancelled() => return,
            fetched = fetch_once(&shared) => fetched,
        };
        match fetched {
            Ok(()) => return,
            Err(failure) => {
                let minutes = pause.as_secs() / 60;
                warn!("no sentence model yet, again in {minutes} minutes: {failure:#}");
            }
        }
        if pause_or_end(&shared, pause).await {
            return;
        }
        pause = (pause * 2).min(FETCH_AGAIN_MAX);
    }
}

async fn fetch_once(shared: &Shared) -> Result<()> {
    let house = &shared.house;
    let door = house.door()?;
    let mut told = Instant::now();
    let mut heard = |file: &str, got: u64, total: Option<u64>| {
        if told.elapsed() > TELL_EVERY {
            told = Instant::now();
            info!(file, got, total, "fetching the sentence model");
        }
    };
    let data = &house.settings.data;
    let placed = fetch_model(&door, &house.settings.model, data, &mut heard).await?;
    info!(model = placed.fingerprint, "the sentence model is there");
    Ok(())
}

/// Waits for a model, then keeps the vectors of all checks.
pub(super) async fn keep(shared: Arc<Shared>) {
    let mut told = false;
    let meaning = loop {
        let own = Arc::clone(&shared);
        let opened = tokio::task::spawn_blocking(move || open(&own)).await;
        let pause = match opened {
            Ok(Ok(Some(meaning))) => break meaning,
            Ok(Ok(None)) => {
                if !told {
                    let dir = shared.house.model_dir();
                    info!("no sentence model in {}: matching by words alone", dir.display());
                    told = true;
                }
                LOOK_EVERY
            }
            Ok(Err(failure)) => {
                warn!("matching by words alone, the sentence model can't be read: {failure:#}");
                AGAIN_AFTER
            }
            Err(_) => AGAIN_AFTER,
        };
        if pause_or_end(&shared, pause).await {
            return;
        }
    };
    shared.house.finder.understand(Arc::clone(&meaning));
    while !shared.stop.is_cancelled() {
        let (own, meaning) = (Arc::clone(&shared), Arc::clone(&meaning));
        let followed = tokio::task::spawn_blocking(move || follow(&own, &meaning)).await;
        let pause = match followed {
            Ok(Ok(counts)) => {
                if counts.made > 0 {
                    info!(made = counts.made, failed = counts.failed, "vectors caught up");
                }
                LOOK_EVERY
            }
            Ok(Err(failure)) => {
                error!("the vectors can't follow the database: {failure:#}");
                AGAIN_AFTER
            }
            Err(_) => AGAIN_AFTER,
        };
        if pause_or_end(&shared, pause).await {
            return;
        }
    }
}

/// Whether it is time to end.
async fn pause_or_end(shared: &Shared, pause: Duration) -> bool {
    tokio::select! {
        () = shared.stop.cancelled() => true,
        () = tokio::time::sleep(pause) => false,
    }
}

fn open(shared: &Shared) -> Result<Option<Arc<Meaning>>> {
    let house = &shared.house;
    let Some(encoder) = house.encoder()? else { return Ok(None) };
    let (fingerprint, dimensions) = (encoder.fingerprint(), encoder.dimensions());
    let vectors = Vectors::open(&house.vectors_dir(), fingerprint, dimensions)?;
    let (vectors, model) = (Arc::new(vectors), fingerprint.to_owned());
    let meaning = Arc::new(Meaning::new(encoder, Arc::clone(&vectors)));
    meaning.warm()?;
    info!(vectors = vectors.len(), model, "matching by meaning, too");
    Ok(Some(meaning))
}

fn follow(shared: &Shared, meaning: &Meaning) -> Result<VectorCounts> {
    if meaning.vectors().reached() == shared.house.store.sequence()? {
        return Ok(VectorCounts::default());
    }
    let mut encoder = meaning.encoder();
    let mut told = Instant::now();
    let mut progress = |counts: VectorCounts| {
        if told.elapsed() > TELL_EVERY {
            told = Instant::now();
            info!(made = counts.made, kept = counts.kept, "making vectors");
        }
    };
    catch_up_vectors(
        &shared.house.store,
        meaning.vectors(),
        &mut |text| encoder.encode(text),
        &mut progress,
        &shared.stop,
    )
}
