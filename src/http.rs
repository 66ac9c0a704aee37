//! The only outbound door for addresses that come from outside.

use serde::Deserialize;

/// `[http]`: what the outbound door permits and how much it takes in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Private addresses the operator permits.
    pub allow: Vec<String>,
    /// Most bytes of a body, counted after decompression.
    pub body_bytes_max: usize,
    /// Most time for connecting, headers, body and all redirects together.
    pub deadline_ms: u64,
    /// Most redirects that are followed.
    pub redirects_max: usize,
    /// Most requests to one host at once.
    pub per_host_max: usize,
    /// What we call ourselves.
    pub user_agent: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            body_bytes_max: 8 * 1024 * 1024,
            deadline_ms: 20_000,
            redirects_max: 5,
            per_host_max: 2,
            user_agent: format!("claimwatch/{}", env!("CARGO_PKG_VERSION")),
        }
    }
}
