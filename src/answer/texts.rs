//! The texts of candidates while they are weighed: read when words alone do not tell whether two
//! checks are of one claim, once each, and few of them.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::claim::review::ClaimReview;
use crate::claim::sibling::are_of_one_claim;
use crate::store::Store;

/// Checks read for one post. What is not read counts as a rival, which only makes less sure.
const TEXTS_MAX: usize = 12;

/// Texts of checks that were read for one post.
pub(super) struct Texts<'a> {
    store: &'a Store,
    read: RefCell<HashMap<u64, Option<ClaimReview>>>,
    told: RefCell<HashMap<(u64, u64), bool>>,
}

impl<'a> Texts<'a> {
    /// None of the checks in a database yet.
    pub(super) fn of(store: &'a Store) -> Self {
        Self { store, read: RefCell::default(), told: RefCell::default() }
    }

    /// Whether nothing in the texts of the checks in two rows makes two claims of them.
    pub(super) fn are_of_one_claim(&self, one: u64, other: u64) -> bool {
        let pair = (one.min(other), one.max(other));
        if let Some(told) = self.told.borrow().get(&pair) {
            return *told;
        }
        let told = self.read(one) && self.read(other) && {
            let read = self.read.borrow();
            let text = |row: u64| read.get(&row).and_then(Option::as_ref);
            text(one).zip(text(other)).is_some_and(|(one, other)| are_of_one_claim(one, other))
        };
        self.told.borrow_mut().insert(pair, told);
        told
    }

    /// Reads a check if that is still to be done. A database that fails here fails again when the
    /// check is to be told, where that is an error.
    fn read(&self, row: u64) -> bool {
        let mut read = self.read.borrow_mut();
        if !read.contains_key(&row) && read.len() < TEXTS_MAX {
            let stored = self.store.review(row).ok().flatten();
            read.insert(row, stored.map(|stored| stored.review));
        }
        read.contains_key(&row)
    }
}
