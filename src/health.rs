//! Which parts of the running program fail: each task reports its own, `/readyz` lists them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Longest error kept of a part, in characters.
const ERROR_CHARS_MAX: usize = 300;
/// What a part says before it reported for the first time.
const STARTING: &str = "starting";

/// The parts that reported, and how they are.
#[derive(Debug, Default)]
pub struct Health {
    parts: Mutex<BTreeMap<String, Option<String>>>,
    /// What the operator should know and what keeps nothing from working.
    notices: Mutex<BTreeMap<String, String>>,
    /// The program is alive, but can't answer yet.
    preparing: AtomicBool,
}

/// A part that does not work.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Failing {
    /// Which: `database`, `index`, `telegram.main`.
    pub part: String,
    /// What is wrong, in one line.
    pub error: String,
}

impl Health {
    /// Names a part that has to report before the program is ready.
    pub fn expect(&self, part: &str) {
        self.parts().entry(part.to_owned()).or_insert_with(|| Some(STARTING.to_owned()));
    }

    /// Reports how a part is. The error is shown to whoever asks: it must hold no secret and no
    /// text of a message.
    pub fn set(&self, part: &str, state: Result<(), String>) {
        let error = state.err().map(|error| one_line(&error));
        self.parts().insert(part.to_owned(), error);
    }

    /// Says what the operator should know of something that is not ours to mend, or that there is
    /// nothing. Returns whether there was something before and is nothing now, or the other way
    /// round. Readiness does not depend on it.
    pub fn notice(&self, about: &str, what: Option<String>) -> bool {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        let known = notices.contains_key(about);
        match what.map(|what| one_line(&what)) {
            Some(what) => {
                notices.insert(about.to_owned(), what);
                !known
            }
            None => notices.remove(about).is_some(),
        }
    }

    /// What the operator should know, by what it is about.
    pub fn notices(&self) -> Vec<Failing> {
        let notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        let told = notices.iter();
        told.map(|(part, error)| Failing { part: part.clone(), error: error.clone() }).collect()
    }

    /// Says whether the program is still being prepared: alive, but to be asked later.
    pub fn set_preparing(&self, preparing: bool) {
        self.preparing.store(preparing, Ordering::Release);
    }

    /// Whether the program is still being prepared.
    pub fn is_preparing(&self) -> bool {
        self.preparing.load(Ordering::Acquire)
    }

    /// Takes away a part that is no longer run.
    pub fn forget(&self, part: &str) {
        self.parts().remove(part);
    }

    /// The parts that do not work, by name.
    pub fn failing(&self) -> Vec<Failing> {
        let parts = self.parts();
        let failing = parts.iter().filter_map(|(part, error)| Some((part, error.as_ref()?)));
        failing.map(|(part, error)| Failing { part: part.clone(), error: error.clone() }).collect()
    }

    fn parts(&self) -> MutexGuard<'_, BTreeMap<String, Option<String>>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn one_line(text: &str) -> String {
    let line: String = text.chars().take(ERROR_CHARS_MAX).collect();
    line.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_fails_from_when_it_is_expected_until_it_is_well() {
        let health = Health::default();
        health.expect("telegram.main");
        assert_eq!(health.failing()[0].error, STARTING);
        health.set("telegram.main", Ok(()));
        health.expect("telegram.main");
        assert_eq!(health.failing(), []);
        health.set("telegram.main", Err(format!("no\nroute{}", "x".repeat(1_000))));
        let error = &health.failing()[0].error;
        assert!(error.starts_with("no route") && error.chars().count() == ERROR_CHARS_MAX);
        health.forget("telegram.main");
        assert_eq!(health.failing(), []);
    }
    #[test]
    fn a_notice_is_there_until_it_is_taken_back_and_no_part_fails_for_it() {
        let health = Health::default();
        assert!(!health.notice("rss.town", None));
        assert!(health.notice("rss.town", Some("silent\nfor long".to_owned())));
        assert!(!health.notice("rss.town", Some("silent for longer".to_owned())));
        assert_eq!(health.notices()[0].error, "silent for longer");
        assert_eq!(health.failing(), []);
        assert!(health.notice("rss.town", None));
        assert_eq!(health.notices(), []);
    }
}
