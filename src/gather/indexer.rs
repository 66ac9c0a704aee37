//! The one writer of the index in this process: many sources may ask it at once.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};

use super::catch_up::{CaughtUp, Effort, catch_up, rebuild};
use crate::claim::analysis::Analyzers;
use crate::index::Index;
use crate::store::Store;

/// Brings the index to where the database is, one caller after the other.
pub struct Indexer {
    store: Arc<Store>,
    index: Arc<Index>,
    analyzers: Arc<Analyzers>,
    effort: Effort,
    turn: Mutex<()>,
}

impl Indexer {
    /// An indexer that spends at most `effort`.
    pub fn new(
        store: Arc<Store>,
        index: Arc<Index>,
        analyzers: Arc<Analyzers>,
        effort: Effort,
    ) -> Self {
        Self { store, index, analyzers, effort, turn: Mutex::new(()) }
    }

    /// As [`catch_up`]; whoever comes while another is at it waits, then mostly finds nothing left.
    /// Where somebody wishes it, the index is made anew instead; the present one serves meanwhile.
    ///
    /// # Errors
    /// As [`catch_up`].
    pub fn catch_up(&self) -> Result<CaughtUp> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(asked) = self.store.asked_anew()? else {
            return catch_up(&self.store, &self.index, &self.analyzers, self.effort);
        };
        let reason = "asked for".to_owned();
        let end = rebuild(&self.store, &self.index, &self.analyzers, self.effort, reason)?;
        self.store.made_anew(asked)?;
        Ok(end)
    }

    /// As [`catch_up`](Self::catch_up), on a thread that may block.
    ///
    /// # Errors
    /// As [`catch_up`].
    pub async fn caught_up(self: &Arc<Self>) -> Result<CaughtUp> {
        let own = Arc::clone(self);
        tokio::task::spawn_blocking(move || own.catch_up()).await.context("indexing panicked")?
    }
}
