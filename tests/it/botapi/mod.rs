//! A strict Telegram Bot API server on loopback: readers act, the bot answers, tests look at both.
//!
//! It refuses what Telegram refuses, in Telegram's words where those are known, and also what
//! Telegram silently mends (entities out of bounds, clashing or splitting a character, a parse
//! mode, a parameter nobody knows). A request that is wrong whatever the chat is a violation; one
//! the chat does not allow (blocked, not found, not modified) is only an error. Not here: media
//! sent by the bot, inline mode, payments, addresses found in the bot's own text.
//!
//! Two independent clients keep it honest (`peers`), and so does the one this program uses.

mod act;
mod check;
mod fault;
mod hooktest;
mod methods;
mod params;
mod peers;
mod profile;
mod seen;
mod selftest;
mod server;
mod state;
mod teloxidetest;
mod webhook;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::{oneshot, watch};

pub(crate) use act::{Chat, Origin};
pub(crate) use fault::Fault;
pub(crate) use seen::{BotMessage, Button, Call};

/// The one token the server knows.
const TOKEN: &str = "7000000001:AAF-Test_token_of_the_fake_server_0";
/// How long `wait_for` waits.
const WAIT: Duration = Duration::from_secs(15);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What the server's thread and the tests share.
struct Shared {
    state: Mutex<state::State>,
    changes: watch::Sender<u64>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, state::State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes polls and webhook delivery.
    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}

/// An HTTP client for loopback.
fn client() -> reqwest::Client {
    // A second install is refused, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("a client without special settings")
}

/// One running server; dropping it stops it and closes every connection.
pub(crate) struct BotApi {
    shared: Arc<Shared>,
    port: u16,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl BotApi {
    /// Starts on a free port of 127.0.0.1.
    pub(crate) async fn start() -> Self {
        let shared = Arc::new(Shared { state: Mutex::default(), changes: watch::Sender::new(0) });
        let mut api = Self { shared, port: 0, running: None };
        api.resume();
        api
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
                ready.send(bound.local_addr().expect("its address").port()).expect("a starter");
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
        TOKEN
    }

    /// The bot's user name, without the at sign.
    pub(crate) fn bot_name(&self) -> &'static str {
        state::BOT_NAME
    }

    /// Lets `setWebhook` take plain HTTP, as a Bot API server in local mode does.
    pub(crate) fn allow_local_webhook(&self) {
        self.shared.lock().local_webhook = true;
    }

    /// Turns group privacy off: the bot gets every message of its groups.
    pub(crate) fn hears_everything(&self) {
        self.shared.lock().hears_everything = true;
    }

    /// Answers without what came to the Bot API in 2024 and later.
    pub(crate) fn is_old(&self) {
        self.shared.lock().is_old = true;
    }

    /// Arms a fault for the next call of a method (`*` for any).
    pub(crate) fn fail_next(&self, method: &str, fault: Fault) {
        self.fail_times(method, 1, fault);
    }

    /// Arms a fault for the next so many calls of a method (`*` for any).
    pub(crate) fn fail_times(&self, method: &str, times: usize, fault: Fault) {
        self.arm(method, None, times, fault);
    }

    /// Takes back every fault and every flood control.
    pub(crate) fn heal(&self) {
        let mut state = self.shared.lock();
        state.faults.clear();
        state.floods.clear();
    }

    fn arm(&self, method: &str, chat: Option<i64>, times: usize, fault: Fault) {
        let method = method.to_ascii_lowercase();
        self.shared.lock().faults.push(fault::Armed { method, chat, left: times, fault });
    }

    /// Every call so far, oldest first.
    pub(crate) fn log(&self) -> Vec<Call> {
        self.shared.lock().log.clone()
    }

    /// The calls of one method so far.
    pub(crate) fn calls(&self, method: &str) -> Vec<Call> {
        let mut log = self.log();
        log.retain(|call| call.method == method);
        log
    }

    /// What strictness refused or noted; a good bot leaves it empty.
    pub(crate) fn violations(&self) -> Vec<String> {
        self.shared.lock().violations.clone()
    }

    /// Parameters of the answer a button press got, if it got one.
    pub(crate) fn press_answer(&self, callback: &str) -> Option<Value> {
        self.shared.lock().presses.get(callback)?.answer.clone()
    }

    /// How many updates the bot has not confirmed.
    pub(crate) fn waiting(&self) -> usize {
        self.shared.lock().updates.len()
    }

    /// Violations and the whole log, as a failing test shows them.
    pub(crate) fn story(&self) -> String {
        let mut lines = vec!["violations:".to_owned()];
        lines.extend(self.violations());
        lines.push("calls:".to_owned());
        lines.extend(self.log().iter().map(ToString::to_string));
        lines.join("\n")
    }

    /// Looks until there is something to return; after 15 s panics with the whole log.
    pub(crate) async fn wait_for<T>(&self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        let end = Instant::now() + WAIT;
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            if Instant::now() > end {
                panic!("no {what} within {WAIT:?}\n{}", self.story());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

impl Drop for BotApi {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            let _ = stop.send(());
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server's thread panicked");
        }
    }
}
