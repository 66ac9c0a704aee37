//! Checks that are known without searching: decided about by people, or told before.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Finder;
use super::decided::Ruled;
use super::told::{Weighed, retold};
use crate::claim::answer::Match;
use crate::claim::guard::{ALSO_CHARS_MAX, Guard, Said};
use crate::claim::post::Post;
use crate::claim::query::Query;
use crate::claim::review::ClaimReview;

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
        for right in ruled.right.into_iter().filter(|right| !excluded.contains(&right.id)) {
            let known = weighed.iter().position(|one| one.stored.id == right.id);
            let mut one = match known {
                Some(at) => weighed.remove(at),
                None => {
                    let stored = self.store.review_by_id(&right.id)?;
                    match stored.filter(|stored| !stored.withdrawn) {
                        Some(stored) => Weighed::confirmed(stored, Vec::new()),
                        None => continue,
                    }
                }
            };
            one.confidence = one.confidence.max(CONFIRMED);
            // What was said of just this claim is settled; who published the check is not.
            one.guards = match right.surely {
                true => Vec::new(),
                false => self.contradicted(post, &one.stored.review),
            };
            one.guards.extend(self.held(&one.stored));
            weighed.insert(0, one);
        }
        Ok(())
    }

    /// The truth conditions on which a post contradicts a check.
    fn contradicted(&self, post: &Post, review: &ClaimReview) -> Vec<&'static str> {
        let query = Query::of(post, &self.analyzers);
        let said = Said::of(&query.text, query.languages.first().map(String::as_str));
        let claims = [review.claim(), review.name.as_deref().unwrap_or_default()];
        let also = review.summary(ALSO_CHARS_MAX).unwrap_or_default();
        let guards = said.on(self.day_of(&query)).contradicts(&claims, &also);
        guards.into_iter().map(Guard::name).collect()
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
