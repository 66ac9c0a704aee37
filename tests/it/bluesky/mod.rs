//! A strict server of Bluesky's network on loopback: people post and mention, the account answers,
//! tests look at both. And streams of the network, as Jetstream gives them.
//!
//! It refuses what the network refuses, and notes as a violation what no client should ever send.
//! The network itself, in small, keeps it honest (`peers`).

mod corpora;
mod feeds;
mod flows;
mod jetstream;
mod peers;
mod server;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;

pub(crate) use jetstream::Jetstream;
pub(crate) use state::Ref;
use state::State;

/// Our account there.
pub(crate) const BOT: &str = "did:plc:claimwatch";
pub(crate) const PASSWORD: &str = "abcd-efgh-ijkl-mnop";

/// One running server; dropping it stops it.
pub(crate) struct Network {
    state: Arc<Mutex<State>>,
    port: u16,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    /// Holds the password's file.
    dir: TempDir,
}

impl Network {
    /// Starts on a free port of 127.0.0.1.
    pub(crate) fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("non-blocking");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::new()));
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&state);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(server::serve(listener, shared, stopped));
        });
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::write(dir.path().join("password"), format!("{PASSWORD}\n")).expect("a file");
        Self { state, port, running: Some((stop, thread)), dir }
    }

    /// The table of our account.
    pub(crate) fn config(&self) -> String {
        format!(
            "[chat.bluesky.sky]\nservice = \"http://127.0.0.1:{}\"\n\
             identifier = \"claimwatch.test\"\npassword_file = {:?}\n",
            self.port,
            self.dir.path().join("password")
        )
    }

    /// Somebody posts; what stands between `@` and a blank mentions us.
    pub(crate) fn post(&self, author: &str, text: &str, below: Option<&Ref>) -> Ref {
        self.lock().post(author, text, below)
    }

    /// Lets something happen to the network.
    pub(crate) fn with<T>(&self, happens: impl FnOnce(&mut State) -> T) -> T {
        happens(&mut self.lock())
    }

    /// Our posts, oldest first.
    pub(crate) fn answers(&self) -> Vec<Value> {
        self.lock().posts_of(BOT)
    }

    /// What no client should ever send.
    pub(crate) fn violations(&self) -> Vec<String> {
        self.lock().violations.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            let _ = stop.send(());
            drop(thread.join());
        }
    }
}
