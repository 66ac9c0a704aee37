//! What the roof hands down: the time, chance, and (in debug builds) a place to be killed at.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::runtime::{Handle, RuntimeFlavor};

/// Writes a line to stderr. That it can't be written, for nobody reads it or its disk is full, is
/// no failure: the work goes on.
macro_rules! tell {
    ($($text:tt)*) => { $crate::doors::tell_line(format_args!($($text)*)) };
}
pub(crate) use tell;

/// As `tell!`, for the binary.
pub fn tell_line(text: std::fmt::Arguments<'_>) {
    // One write a line, so that lines of threads do not mix.
    let _ = std::io::stderr().lock().write_all(format!("{text}\n").as_bytes());
}

/// Makes a directory that only the running user may enter, because questions of people lie in it.
/// One that is there stays as it is: whoever made it decides. What it lies in is made as usual.
///
/// # Errors
/// If it can't be made.
pub fn make_private_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    dir.parent().map_or(Ok(()), fs::create_dir_all)?;
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Err(_) if dir.is_dir() => Ok(()),
        made => made,
    }
}

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

/// A secret that names are made from: whoever lacks it can neither tell whose they are nor make
/// them.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// A key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes as hexadecimal digits, to be kept.
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// From what was kept; `None` if it is no key.
    pub fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The name of somebody or something under this key: the first half of an HMAC-SHA256
    /// (RFC 2104), as hexadecimal digits.
    pub fn name(&self, of: &str) -> String {
        // A block of SHA-256, filled with zeros as HMAC fills it.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
        mac.update(of.as_bytes());
        hex(&mac.finalize().into_bytes()[..16])
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("***")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The system's own randomness, for keys; handed down so that a test can own it.
#[derive(Clone)]
pub struct Entropy(Arc<dyn Fn() -> [u8; 32] + Send + Sync>);

impl Entropy {
    /// Randomness that asks `draw` each time.
    pub fn new(draw: impl Fn() -> [u8; 32] + Send + Sync + 'static) -> Self {
        Self(Arc::new(draw))
    }

    /// A key nobody else has.
    pub fn key(&self) -> Key {
        Key((self.0)())
    }
}

impl std::fmt::Debug for Entropy {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Entropy")
    }
}

/// Every place at which a fault can be asked for: on the way of an update or a post through, then
/// on that of a check, then at a start, then of what is said later.
pub const FAULTS: [&str; 25] = [
    "received-before-inbox",
    "inbox-stored",
    "posts-before-inbox",
    "posts-stored",
    "question-leased",
    "decided-before-end",
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
    "checked-before-plan",
    "checked-planned",
    "revision-before-plan",
    "revision-planned",
    "silence-before-plan",
    "silence-planned",
];

/// Those of them that come right after something was planned.
const PLANNED: [&str; 7] = [
    "forgotten-before-scrub",
    "answer-planned",
    "follow-up-planned",
    "correction-planned",
    "checked-planned",
    "revision-planned",
    "silence-planned",
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
            tell!("fault reached: {name}");
            stand_still();
        }
    }
}

/// Stands still for good, and nothing else does: a worker of the runtime hands on what it has to
/// do. If it looked after sockets and timers, nobody would any more, and what a test does beside
/// the daemon, such as an import that waits for the index, would wait in vain.
fn stand_still() {
    let park = || {
        loop {
            std::thread::park();
        }
    };
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(park),
        _ => park(),
    }
}

impl Fault {
    /// Whether the place asked for comes right after something was planned: whoever sends might
    /// have it before that place is reached, and is not to.
    pub fn holds_sending(&self) -> bool {
        cfg!(debug_assertions) && self.0.as_deref().is_some_and(|place| PLANNED.contains(&place))
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn who_stands_still_at_a_fault_keeps_nobody_else_from_going_on() {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_time().build().expect("a runtime");
        let fault = Fault::at(Some("inbox-stored".to_owned()));
        runtime.spawn(async move { fault.reach("inbox-stored") });
        let (told, hears) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            tokio::time::sleep(Duration::from_millis(10)).await;
            told.send(()).expect("a listener");
        });
        assert_eq!(hears.recv_timeout(Duration::from_secs(20)), Ok(()));
        runtime.shutdown_background();
    }

    #[test]
    fn names_are_those_of_rfc_4231_and_depend_on_the_key() {
        // Test case 2 of RFC 4231, its key padded with zeros as HMAC pads it.
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(b"Jefe");
        let key = Key::new(bytes);
        assert_eq!(key.name("what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c7");
        assert_ne!(key.name("a"), Key::new([1; 32]).name("a"));
        assert_eq!(Key::from_hex(&key.to_hex()), Some(key.clone()));
        assert_eq!(Key::from_hex("00"), None);
        assert_eq!(Key::from_hex(&"é".repeat(32)), None);
        assert_eq!(format!("{key:?}"), "***");
    }
}
