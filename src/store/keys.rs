//! Keys: who wrote something becomes a name under a secret before anything is stored.

use std::sync::Arc;

use anyhow::Result;
use chrono::TimeDelta;

use super::Store;
use crate::doors::{Clock, Entropy, Key};

/// Where the secret that people are named by comes from.
#[derive(Clone)]
pub struct Keys {
    /// Where it is kept.
    pub store: Arc<Store>,
    /// Where a new one comes from.
    pub entropy: Entropy,
    /// The time.
    pub clock: Clock,
    /// Days it lives for: after that the same person has another name.
    pub days: u32,
}

impl Keys {
    /// The secret that people are named by now. Blocks on the database.
    ///
    /// # Errors
    /// If the database fails.
    pub fn key(&self) -> Result<Key> {
        let lives = TimeDelta::days(self.days.into());
        self.store.people_key(&self.entropy.key(), lives, self.clock.now())
    }
}
