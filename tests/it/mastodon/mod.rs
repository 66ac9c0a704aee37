//! A strict Mastodon server on loopback: people post, the program reads and answers, tests look at
//! both.
//!
//! It refuses what Mastodon refuses, and notes as a violation what a careful program would not do:
//! an unknown parameter, a token in an address, a text too long, a status without
//! `Idempotency-Key`, a call before the rate limit is over. Its answers are held to those recorded
//! of a real server (`recorded`), and an independent client understands it (`peers`). Not here:
//! federation, media uploads, polls, search, moderation.

mod act;
mod chat;
mod entities;
mod fault;
mod feed;
mod flows;
mod markup;
mod methods;
mod params;
mod peers;
mod recorded;
mod selftest;
mod server;
mod state;
mod streaming;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::{oneshot, watch};

pub(crate) use act::{Draft, Person, Seen};
pub(crate) use fault::Fault;
pub(crate) use state::Call;

/// What the server's thread and the tests share.
struct Shared {
    state: Mutex<state::State>,
    changes: watch::Sender<u64>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, state::State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the streams.
    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }
}

/// One running server; dropping it stops it and closes every connection.
pub(crate) struct Mastodon {
    shared: Arc<Shared>,
    port: u16,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Mastodon {
    /// Starts on a free port of 127.0.0.1.
    pub(crate) fn start() -> Self {
        let state = Mutex::new(state::State::new());
        let shared = Arc::new(Shared { state, changes: watch::Sender::new(0) });
        let mut server = Self { shared, port: 0, running: None };
        server.resume();
        server
    }

    /// Goes away: open connections are cut, new ones refused. Nothing is forgotten.
    pub(crate) fn pause(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            let _ = stop.send(());
            thread.join().expect("the server's thread ends well");
        }
    }

    /// Comes back on the same port after `pause`.
    pub(crate) fn resume(&mut self) {
        assert!(self.running.is_none(), "the server runs already");
        let (ready, listener) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let (shared, port) = (self.shared.clone(), self.port);
        // Its own thread and runtime: ending them ends every connection, as a crash would.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a small runtime");
            runtime.block_on(async move {
                let bound = tokio::net::TcpListener::bind(("127.0.0.1", port)).await;
                let bound = bound.expect("a port on loopback").into_std().expect("a listener");
                let port = bound.local_addr().expect("its address").port();
                shared.lock().base = format!("http://127.0.0.1:{port}");
                ready.send(port).expect("a starter");
                server::serve(bound, shared, stopped).await;
            });
        });
        self.port = listener.recv().expect("the server starts");
        self.running = Some((stop, thread));
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The bot's token.
    pub(crate) fn token(&self) -> &'static str {
        state::BOT_TOKEN
    }

    /// What was done that a careful program would not do.
    pub(crate) fn violations(&self) -> Vec<String> {
        self.shared.lock().violations.clone()
    }

    /// Every call so far.
    pub(crate) fn log(&self) -> Vec<Call> {
        self.shared.lock().log.clone()
    }

    /// Calls whose method and path begin so.
    pub(crate) fn calls(&self, beginning: &str) -> Vec<Call> {
        let fits = |call: &Call| format!("{} {}", call.method, call.path).starts_with(beginning);
        self.log().into_iter().filter(fits).collect()
    }

    /// The log in lines, for a failed test.
    pub(crate) fn story(&self) -> String {
        let line = |call: &Call| format!("{} {} -> {}", call.method, call.path, call.status);
        self.log().iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Mastodon {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}
