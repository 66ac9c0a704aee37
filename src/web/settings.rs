//! `[web]`: the page, the API and the health addresses.

use std::net::{Ipv4Addr, SocketAddr};

use serde::Deserialize;

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
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            body_bytes_max: 64 * 1024,
            deadline_ms: 10_000,
        }
    }
}
