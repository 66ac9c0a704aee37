//! The one outbound door for addresses that come from outside: feeds, pages, sitemaps. It reaches
//! public addresses and what the operator permits, ends in bounded time and memory, and never
//! repeats a request by itself: whoever asks decides when to ask again.

mod address;
mod call;
mod door;
mod download;
mod file;
mod glimpse;
mod listen;
mod response;
mod socket;
mod trust;
mod turns;

use std::future::Future;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use url::Url;

pub use address::why_not_public;
pub use call::{Call, Called, Method};
pub use door::Door;
pub use download::{DownloadError, Piece};
pub use listen::{Listen, Listening};
pub use socket::{Bytes, Socket};
pub use trust::Distrust;
pub use turns::{Turn, Turns};

/// Lookups of the system's resolver that run at once: each holds a thread that cannot be called
/// back.
const LOOKUPS_MAX: usize = 128;

/// The `[http]` table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Private addresses the operator permits: `127.0.0.1:8001`, `10.0.0.0/8`,
    /// `intranet.example:443`.
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
    /// Whether links in watched posts are followed to where they end.
    pub resolve_links: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            body_bytes_max: 10 * 1024 * 1024,
            deadline_ms: 30_000,
            redirects_max: 5,
            per_host_max: 1,
            user_agent: format!(
                "{}/{} (+{})",
                env!("CARGO_PKG_NAME"),
                env!("CARGO_PKG_VERSION"),
                env!("CARGO_PKG_REPOSITORY")
            ),
            resolve_links: true,
        }
    }
}

/// The answer of a name server, on its way.
pub type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Turns a host name into addresses; their ports do not matter.
pub trait Resolve: Send + Sync {
    /// All addresses of `host`.
    fn resolve(&self, host: &str) -> Resolving;
}

/// The resolver of the operating system.
#[derive(Debug, Clone)]
pub struct SystemResolver(Arc<Semaphore>);

impl Default for SystemResolver {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LOOKUPS_MAX)))
    }
}

impl Resolve for SystemResolver {
    fn resolve(&self, host: &str) -> Resolving {
        let host = host.to_owned();
        let turns = Arc::clone(&self.0);
        Box::pin(async move {
            let turn = turns.acquire_owned().await.map_err(io::Error::other)?;
            // The turn goes along: a lookup nobody waits for any more still holds its thread.
            let look_up = move || {
                let _turn = turn;
                Ok((host.as_str(), 0).to_socket_addrs()?.collect())
            };
            tokio::task::spawn_blocking(look_up).await.map_err(io::Error::other)?
        })
    }
}

/// What is wanted of an address.
#[derive(Debug, Clone, Copy)]
pub struct Want<'a> {
    /// The operator wrote this address himself: its host and port are permitted even if private.
    /// Where it redirects to is not, unless to the same host and port.
    pub trusted: bool,
    /// What the last answer said of its version; unchanged then means [`Fetched::NotModified`].
    pub validators: Option<&'a Validators>,
    /// The `Accept` header.
    pub accept: &'a str,
    /// Most bytes of this body, instead of the setting.
    pub body_bytes_max: Option<usize>,
}

/// What tells one version of a page from the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The `ETag` header, quotes and all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// A page.
    Fresh(Page),
    /// The page is the one that the validators were taken from.
    NotModified,
}

/// A page, whole and decompressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it was found, after all redirects.
    pub url: Url,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The body, decompressed, in its own charset.
    pub body: Vec<u8>,
    /// For asking again.
    pub validators: Validators,
    /// How long the sender calls it fresh.
    pub max_age: Option<Duration>,
}

/// Why nothing came back. The texts name the page without its query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address, where it leads, or the name behind it is not permitted. Nothing was connected.
    #[error("{place} is refused: {why}")]
    Refused {
        /// Which page.
        place: String,
        /// Which rule.
        why: String,
    },
    /// The body is larger than the cap.
    #[error("{place} is larger than {bytes_max} bytes; raise http.body_bytes_max if it should be")]
    TooLarge {
        /// Which page.
        place: String,
        /// The cap.
        bytes_max: usize,
    },
    /// The time was up.
    #[error(
        "{place} was not done after {deadline_ms} ms; raise http.deadline_ms if it may be slow"
    )]
    Deadline {
        /// Which page.
        place: String,
        /// The deadline.
        deadline_ms: u64,
    },
    /// The server answered with something else than the page.
    #[error("{place} answered with status {code}")]
    Status {
        /// Which page.
        place: String,
        /// The HTTP status.
        code: u16,
        /// When the server wants to be asked again; a day at most.
        retry_after: Option<Duration>,
    },
    /// The page is not there (404) or never again (410).
    #[error("{place} is not there: status {code}; correct or remove the address")]
    Gone {
        /// Which page.
        place: String,
        /// 404 or 410.
        code: u16,
    },
    /// The page moves on and on.
    #[error("{place} was still redirected after {redirects_max} redirects; correct the address")]
    Redirects {
        /// The last page.
        place: String,
        /// The cap.
        redirects_max: usize,
    },
    /// No connection came about.
    #[error("{place} could not be reached: {why}")]
    Connect {
        /// Which page.
        place: String,
        /// What went wrong.
        why: String,
    },
    /// Whoever answers there can't be trusted; nothing was sent.
    #[error("{place} is not trusted: {why}")]
    Untrusted {
        /// Which page.
        place: String,
        /// What is wrong with its certificate.
        why: Distrust,
    },
    /// The connection ended, or what came over it made no sense.
    #[error("{place} sent a broken answer: {why}")]
    Broken {
        /// Which page.
        place: String,
        /// What went wrong.
        why: String,
    },
}

impl FetchError {
    /// When the server wants to be asked again, if it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
