//! `[web]`: the page, the API and the health addresses.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;

use serde::Deserialize;

/// Most that `asks_max` may be.
pub const ASKS_MAX: usize = 4_096;

/// The table `[web]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address and port that are listened on.
    pub listen: SocketAddr,
    /// Most bytes of a request's body.
    pub body_bytes_max: usize,
    /// Most time one request may take.
    pub deadline_ms: u64,
    /// Most questions that are looked up at once, up to [`ASKS_MAX`]; not given: two for each
    /// core.
    pub asks_max: Option<NonZeroUsize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            body_bytes_max: 64 * 1024,
            deadline_ms: 10_000,
            asks_max: None,
        }
    }
}

impl Settings {
    /// How many questions are looked up at once.
    pub fn asks(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.asks_max.map_or_else(|| 2 * cores(), NonZeroUsize::get)
    }
}
