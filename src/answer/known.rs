//! Checks that are known without searching: decided about by people, or told before.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Finder;
use super::decided::Ruled;
use super::held::{MACHINE_WRITTEN, UNLISTED};
use super::told::{Weighed, retold};
use crate::claim::answer::Match;
use crate::claim::post::Post;

/// Confidence in a check that somebody confirmed for a post much alike.
const CONFIRMED: f64 = 0.995;

/// While checks pour in, their number is counted again only so often.
const COUNTED_FOR: Duration = Duration::from_secs(5);

/// Numbers of checks and publishers, and at which database sequence and when they were counted.
pub(super) struct Counted {
    sequence: u64,
    at: Instant,
    counts: (u64, u64),
}

impl Finder {
    /// Number of checks that can be found and of publishers they are from.
    ///
    /// # Errors
    /// If the database fails.
    pub fn counts(&self) -> Result<(u64, u64)> {
        let sequence = self.store.sequence()?;
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = counted.as_ref()
            && (known.sequence == sequence || known.at.elapsed() < COUNTED_FOR)
        {
            return Ok(known.counts);
        }
        let counts = self.store.review_counts()?;
        *counted = Some(Counted { sequence, at: Instant::now(), counts });
        Ok(counts)
    }

    /// What people decided about posts like this one goes before what we reckon.
    pub(super) fn overrule(
        &self,
        post: &Post,
        weighed: &mut Vec<Weighed>,
        excluded: &[String],
    ) -> Result<()> {
        let ruled = self.ruled(post)?;
        weighed.retain(|one| !ruled.wrong.contains(&one.stored.id));
        for id in ruled.right.into_iter().filter(|id| !excluded.contains(id)) {
            let known = weighed.iter().position(|one| one.stored.id == id);
            let mut one = match known {
                Some(at) => weighed.remove(at),
                None => match self.store.review_by_id(&id)?.filter(|stored| !stored.withdrawn) {
                    Some(stored) => {
                        let held = self.held(&stored);
                        Weighed::confirmed(stored, held)
                    }
                    None => continue,
                },
            };
            one.confidence = one.confidence.max(CONFIRMED);
            // What was said of the post is settled; who published the check is not.
            one.guards.retain(|guard| [MACHINE_WRITTEN, UNLISTED].contains(guard));
            weighed.insert(0, one);
        }
        Ok(())
    }

    /// What people decided about posts like this one.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) fn ruled(&self, post: &Post) -> Result<Ruled> {
        let known = self.decisions.known(&self.store)?;
        Ok(known.about(&post.text, post.lang.as_deref().and_then(|tag| tag.get(..2))))
    }

    /// What was decided a moment ago counts from now on.
    pub fn look_again(&self) {
        self.decisions.look_again();
    }

    /// A check that was told as it is by now, and whether it was withdrawn; `None`: it is not
    /// known.
    ///
    /// # Errors
    /// If the database fails.
    pub fn retell(&self, was: &Match) -> Result<Option<(Match, bool)>> {
        let stored = self.store.review_by_id(&was.id)?;
        Ok(stored.map(|stored| {
            let withdrawn = stored.withdrawn;
            (retold(stored, was.confidence, &self.publishers, &self.ratings), withdrawn)
        }))
    }

    /// The check of an identity as it would be told, withdrawn or not.
    ///
    /// # Errors
    /// If the database fails.
    pub fn tell_by_id(&self, id: &str) -> Result<Option<Match>> {
        Ok(self.standing(id)?.map(|(told, _)| told))
    }

    /// As [`tell_by_id`](Self::tell_by_id), with whether it was withdrawn.
    ///
    /// # Errors
    /// If the database fails.
    pub fn standing(&self, id: &str) -> Result<Option<(Match, bool)>> {
        let stored = self.store.review_by_id(id)?;
        Ok(stored.map(|stored| {
            let withdrawn = stored.withdrawn;
            (retold(stored, 1.0, &self.publishers, &self.ratings), withdrawn)
        }))
    }
}
