//! Intake: reviews into the database, counted, with everything that could not be taken in.

use anyhow::Result;
use chrono::{DateTime, Utc};

use crate::claim::publisher::Publishers;
use crate::claim::review::ClaimReview;
use crate::store::{Store, Trust, Upsert};

/// Checks taken in by one transaction.
const BATCH: usize = 1_000;

/// What taking in did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Checks that were not known.
    pub new: u64,
    /// New versions of known checks.
    pub changed: u64,
    /// Checks known just so.
    pub unchanged: u64,
    /// What could not be taken in.
    pub rejected: u64,
}

impl Tally {
    /// Everything that was looked at.
    pub fn total(&self) -> u64 {
        self.new + self.changed + self.unchanged + self.rejected
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.rejected += other.rejected;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { new, changed, unchanged, rejected } = self;
        write!(out, "new {new}, changed {changed}, unchanged {unchanged}, rejected {rejected}")
    }
}

/// Takes in checks batch by batch; what can't be taken in is told to `reject` with its place.
pub struct Intake<'a, R> {
    store: &'a Store,
    publishers: &'a Publishers,
    trust: Trust,
    now: DateTime<Utc>,
    reject: R,
    places: Vec<String>,
    waiting: Vec<ClaimReview>,
    tally: Tally,
}

impl<'a, R: FnMut(&str, &str)> Intake<'a, R> {
    /// An intake at `now` of checks trusted as `trust`.
    pub fn new(
        store: &'a Store,
        publishers: &'a Publishers,
        trust: Trust,
        now: DateTime<Utc>,
        reject: R,
    ) -> Self {
        let (places, waiting, tally) = (Vec::new(), Vec::new(), Tally::default());
        Self { store, publishers, trust, now, reject, places, waiting, tally }
    }

    /// Takes in one check found at `place`.
    ///
    /// # Errors
    /// If the database fails.
    pub fn put(&mut self, place: impl Into<String>, review: ClaimReview) -> Result<()> {
        self.places.push(place.into());
        self.waiting.push(review);
        if self.waiting.len() >= BATCH { self.flush() } else { Ok(()) }
    }

    /// Lists something that could not be read.
    pub fn reject(&mut self, place: &str, reason: &str) {
        self.tally.rejected += 1;
        (self.reject)(place, reason);
    }

    /// What was done so far; what still waits is not in it.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Takes in what still waits and says what was done.
    ///
    /// # Errors
    /// If the database fails.
    pub fn finish(mut self) -> Result<Tally> {
        self.flush()?;
        Ok(self.tally)
    }

    fn flush(&mut self) -> Result<()> {
        let upserts =
            self.store.put_reviews(&self.waiting, self.trust, self.publishers, self.now)?;
        self.waiting.clear();
        let places = std::mem::take(&mut self.places);
        for (place, upsert) in places.iter().zip(upserts) {
            match upsert {
                Upsert::New => self.tally.new += 1,
                Upsert::Changed => self.tally.changed += 1,
                Upsert::Unchanged => self.tally.unchanged += 1,
                Upsert::Rejected(reason) => self.reject(place, &reason),
            }
        }
        Ok(())
    }
}
