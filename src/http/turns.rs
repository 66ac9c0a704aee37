//! Turns at a host: so many at once, the others wait in line. Only hosts at which someone stands
//! or waits are remembered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The lines before all hosts.
#[derive(Debug)]
pub struct Turns {
    at_once_max: usize,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// A turn at one host; given back when dropped.
#[derive(Debug)]
pub struct Turn {
    turns: Arc<Turns>,
    host: String,
    permit: Option<OwnedSemaphorePermit>,
}

impl Turns {
    /// Lines in which so many have their turn at once.
    pub fn new(at_once_max: usize) -> Arc<Self> {
        Arc::new(Self { at_once_max: at_once_max.max(1), hosts: Mutex::default() })
    }

    /// Waits for a turn at `host`.
    pub async fn take(self: &Arc<Self>, host: &str) -> Turn {
        // Made before the wait, so that a wait broken off is cleared away as well.
        let mut turn = Turn { turns: Arc::clone(self), host: host.to_owned(), permit: None };
        let line = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Semaphore::new(self.at_once_max));
            Arc::clone(hosts.entry(host.to_owned()).or_insert_with(new))
        };
        // Never closed, so a permit always comes.
        turn.permit = line.acquire_owned().await.ok();
        turn
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.permit = None;
        let mut hosts = self.turns.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever stands in the line holds it too; they joined under this lock.
        if hosts.get(&self.host).is_some_and(|line| Arc::strong_count(line) == 1) {
            hosts.remove(&self.host);
        }
    }
}
