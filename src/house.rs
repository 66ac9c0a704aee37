//! The house as built: what commands and the daemon are handed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::answer::{Finder, Meaning, Models};
use crate::claim::analysis::Analyzers;
use crate::claim::publisher::Publishers;
use crate::claim::words::Words;
use crate::config::Settings;
use crate::doors::{Chance, Clock, Entropy, Fault};
use crate::gather::{CaughtUp, Effort, catch_up};
use crate::http::{Door, SystemResolver};
use crate::index::Index;
use crate::index::vectors::Vectors;
use crate::model::Encoder;
use crate::store::Store;

/// The file of a model that is there when it is whole.
const WEIGHTS_FILE: &str = "model.safetensors";
/// How often, and how far apart, a daemon asks for its place: a command that indexes holds it a
/// while.
const PLACE_TRIES: u32 = 20;
const PLACE_EVERY: Duration = Duration::from_millis(250);

/// The doors to the outside, as the roof opens them: a test opens others.
#[derive(Debug, Clone)]
pub struct Doors {
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// Randomness for keys.
    pub entropy: Entropy,
    /// Where a test kills the process.
    pub fault: Fault,
}

impl Doors {
    /// The real ones.
    pub fn real() -> Self {
        Self {
            clock: Clock::new(chrono::Utc::now),
            chance: Chance::seeded(fastrand::u64(..)),
            entropy: Entropy::new(system_entropy),
            fault: Fault::at(std::env::var(crate::config::FAULT).ok()),
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "a system without randomness can keep no secret: not to go on is right"
)]
fn system_entropy() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system gives randomness");
    bytes
}

/// Everything that is built from settings and doors.
pub struct House {
    /// The settings.
    pub settings: Settings,
    /// The doors.
    pub doors: Doors,
    /// The database.
    pub store: Arc<Store>,
    /// The search index.
    pub index: Arc<Index>,
    /// Finds checks for posts.
    pub finder: Arc<Finder>,
    /// Every sentence we say.
    pub words: Arc<Words>,
    /// Who publishes checks.
    pub publishers: Arc<Publishers>,
    /// Text to terms.
    pub analyzers: Arc<Analyzers>,
}

impl House {
    /// Opens database and index in the data directory and builds the rest on them.
    ///
    /// # Errors
    /// If the data directory can't be used.
    pub fn build(settings: Settings, doors: Doors) -> Result<Self> {
        let models = Models::of(&settings.match_)?;
        let clock = doors.clock.clone();
        Self::build_of(settings, doors, models, |finder| finder.at_the_time_of(clock))
    }

    /// As [`build`](Self::build), with other weights, and for posts of any time: for measuring.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_with(settings: Settings, doors: Doors, models: Models) -> Result<Self> {
        Self::build_of(settings, doors, models, |finder| finder)
    }

    fn build_of(
        settings: Settings,
        doors: Doors,
        models: Models,
        finish: impl FnOnce(Finder) -> Finder,
    ) -> Result<Self> {
        let store = Arc::new(Store::open(&settings.data)?);
        let index = Arc::new(Index::open(&settings.data.join("search"))?);
        let publishers = Arc::new(settings.publishers(Publishers::shipped()?));
        let finder = Finder::new(
            Arc::clone(&store),
            Arc::clone(&index),
            Arc::clone(&publishers),
            settings.match_.clone(),
            models,
        )?;
        Ok(Self {
            words: Arc::new(Words::shipped()?),
            publishers,
            analyzers: Arc::new(Analyzers::new()),
            finder: Arc::new(finish(finder)),
            settings,
            doors,
            store,
            index,
        })
    }

    /// As [`daemon_place`](Self::daemon_place), waiting a while for a command that is indexing.
    ///
    /// # Errors
    /// As [`daemon_place`](Self::daemon_place).
    pub async fn wait_for_place(&self) -> Result<Option<File>> {
        for _ in 0..PLACE_TRIES {
            if let Some(place) = self.daemon_place()? {
                return Ok(Some(place));
            }
            tokio::time::sleep(PLACE_EVERY).await;
        }
        Ok(None)
    }

    /// Takes the place of the one daemon of this data directory; `None` if it is taken. The place
    /// is free again when the file is dropped, however the process ends.
    ///
    /// # Errors
    /// If the lock file can't be made.
    pub fn daemon_place(&self) -> Result<Option<File>> {
        let path = self.place_path();
        let file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("locking {}", path.display()))
            }
        }
    }

    /// Lets the finder understand posts, by the model in the data directory and the vectors that
    /// are there. `false`: there is no model.
    ///
    /// # Errors
    /// If the model or the vectors can't be read.
    pub fn understand(&self) -> Result<bool> {
        let Some(encoder) = self.encoder()? else { return Ok(false) };
        let (fingerprint, dimensions) = (encoder.fingerprint(), encoder.dimensions());
        let vectors = Vectors::read(&self.vectors_dir(), fingerprint, dimensions)?;
        self.finder.understand(Arc::new(Meaning::new(encoder, Arc::new(vectors))));
        Ok(true)
    }

    /// The encoder of the model in the data directory; `None` if there is none.
    ///
    /// # Errors
    /// If its files are no model.
    pub fn encoder(&self) -> Result<Option<Encoder>> {
        let dir = self.model_dir();
        if !has_model(&dir) {
            return Ok(None);
        }
        Encoder::open(&dir).map(Some)
    }

    /// Where the model's files are.
    pub fn model_dir(&self) -> PathBuf {
        model_dir(&self.settings)
    }

    /// Where the vectors of the checks are kept.
    pub fn vectors_dir(&self) -> PathBuf {
        self.settings.data.join("search")
    }

    fn place_path(&self) -> PathBuf {
        self.settings.data.join("daemon.lock")
    }

    /// The door for addresses that come from outside.
    ///
    /// # Errors
    /// If the settings of `[http]` can't be kept.
    pub fn door(&self) -> Result<Door> {
        door(&self.settings)
    }

    /// Brings the index to where the database is, by this process.
    ///
    /// # Errors
    /// If database or index fail, or another process writes the index.
    pub fn catch_up(&self, effort: Effort) -> Result<CaughtUp> {
        catch_up(&self.store, &self.index, &self.analyzers, effort)
    }
}

/// As [`House::door`], for commands that need no house.
///
/// # Errors
/// If the settings of `[http]` can't be kept.
pub fn door(settings: &Settings) -> Result<Door> {
    // Refused where one is installed already, which is as well.
    drop(rustls::crypto::ring::default_provider().install_default());
    Door::new(&settings.http, Arc::new(SystemResolver::default()))
}

/// Where the model's files are, or would be: where `[model]` says, or straight in `DATA/model`,
/// where somebody may have put them by hand.
pub fn model_dir(settings: &Settings) -> PathBuf {
    let dir = settings.model.directory(&settings.data);
    let by_hand = settings.data.join("model");
    if !has_model(&dir) && has_model(&by_hand) { by_hand } else { dir }
}

/// Whether the file is there that comes last.
pub fn has_model(dir: &Path) -> bool {
    dir.join(WEIGHTS_FILE).is_file()
}
