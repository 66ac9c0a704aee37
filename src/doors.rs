//! What the roof hands down: the time, chance, and (in debug builds) a place to be killed at.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};

/// The time, handed down so that a test can own it.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// A clock that asks `now` each time.
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present moment.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Clock")
    }
}

/// Chance, handed down so that a test can seed it. Not for secrets.
#[derive(Debug, Clone)]
pub struct Chance(Arc<Mutex<fastrand::Rng>>);

impl Chance {
    /// Chance that repeats itself for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))))
    }

    /// A fraction in [0, 1).
    pub fn fraction(&self) -> f64 {
        self.with(fastrand::Rng::f64)
    }

    /// A number below `end`; 0 if that is 0.
    pub fn below(&self, end: usize) -> usize {
        if end == 0 { 0 } else { self.with(|rng| rng.usize(..end)) }
    }

    /// An identifier of 32 hex digits.
    pub fn id(&self) -> String {
        self.with(|rng| format!("{:032x}", rng.u128(..)))
    }

    fn with<T>(&self, ask: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        ask(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

/// Named places between two stored steps at which a test kills the process. In release builds and
/// without a name nothing happens there.
#[derive(Debug, Clone, Default)]
pub struct Fault(Option<Arc<str>>);

/// Every place at which a fault can be asked for: on the way of an update or a post through, then
/// on that of a check, then at a start, then of what is said later.
pub const FAULTS: [&str; 18] = [
    "received-before-inbox",
    "inbox-stored",
    "posts-before-inbox",
    "posts-stored",
    "question-leased",
    "handled-before-end",
    "forgotten-before-scrub",
    "answer-planned",
    "send-marked",
    "sent-before-receipt",
    "receipt-stored",
    "reviews-stored-before-index",
    "indexed-before-poll-ended",
    "index-before-catch-up",
    "follow-up-before-plan",
    "follow-up-planned",
    "correction-before-plan",
    "correction-planned",
];

impl Fault {
    /// A fault at the named place, or none.
    pub fn at(name: Option<String>) -> Self {
        Self(name.map(Arc::from))
    }

    /// Stops here for good, saying so on stderr, if this is the place asked for; the test that
    /// asked for it then kills the process.
    pub fn reach(&self, name: &'static str) {
        debug_assert!(FAULTS.contains(&name), "{name} is not listed in FAULTS");
        if cfg!(debug_assertions) && self.0.as_deref() == Some(name) {
            eprintln!("fault reached: {name}");
            loop {
                std::thread::park();
            }
        }
    }
}

/// A text that no log, error or debug print may show: a bot's token, a key. Whoever needs it asks
/// for it by [`reveal`](Self::reveal).
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("***")
    }
}
