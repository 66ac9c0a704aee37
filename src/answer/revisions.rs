//! Claims whose check has another verdict than moderators were told, or was withdrawn: they hear of
//! it once.

use anyhow::Result;

use super::spread::{severity, told_claim, told_today};
use super::work::Answering;
use crate::claim::alert::{Alert, Occasion, Seen};
use crate::claim::answer::Decision;
use crate::store::{Revised, Revision, ToldClaim};

impl Answering {
    /// What moderators are told of a claim whose check changed; `None`: not yet, because it is
    /// muted or they were told of it often enough today.
    ///
    /// # Errors
    /// If the database fails.
    pub fn revision(&self, one: &Revised) -> Result<Option<Revision>> {
        let (claim, now) = (&one.claim, self.clock.now());
        let Some(today) = told_today(claim, &self.moderation, now) else { return Ok(None) };
        let nothing = |today| Revision {
            plans: Vec::new(),
            quoted: None,
            told: ToldClaim { today, ..ToldClaim::default() },
        };
        let standing = self.finder.standing(&one.review_id)?;
        let first = self.store.first_post(&claim.id)?;
        let Some(((check, withdrawn), first)) = standing.zip(first) else {
            return Ok(Some(nothing(claim.told_today)));
        };
        let spread = self.store.spread(&claim.id, now)?;
        let sure = claim.review_id.as_ref() == Some(&one.review_id);
        let decision = match (withdrawn, sure) {
            (true, _) => Decision::None,
            (false, true) => Decision::Match,
            (false, false) => Decision::Possible,
        };
        let publisher = check.publisher.clone();
        let matched = Some(check).filter(|_| !withdrawn);
        let told = told_claim(today, matched.as_ref());
        let alert = Alert {
            claim: claim.id.clone(),
            occasion: Occasion::Changed,
            // What was said before may be on its way into the world.
            severity: severity(Decision::Match, &spread, &self.moderation),
            post: Seen {
                text: claim.text.clone().unwrap_or_default(),
                url: claim.url.clone(),
                place: first.place,
                title: first.title,
                at: first.at,
                answerable: false,
            },
            spread,
            asked: claim.asked,
            readers: 0,
            decision,
            matched,
            withdrawn: withdrawn.then_some(publisher),
            page: None,
            at: now,
        };
        let once = |place: &str| format!("alert changed {} {} {place}", claim.id, one.sequence);
        let plans = self.tell_everywhere(&alert, once, None, now);
        Ok(Some(Revision { plans, quoted: Some(first.inbox_id), told }))
    }
}
