//! Claims that spread without a check: what moderators are told when one appears.

use anyhow::Result;

use super::spread::{severity, told_claim, told_today};
use super::work::Answering;
use crate::claim::alert::{Alert, Occasion, Seen};
use crate::claim::answer::{Answer, Decision, Match};
use crate::claim::post::Audience;
use crate::claim::reply;
use crate::store::{Claim, NowChecked, QueueKind, Queued};

impl Answering {
    /// What becomes of a claim without a check, if one that changed after `since` answers it;
    /// moderators are told of it unless `quietly`. Asked about in private alone, it gets its check
    /// and nobody is told: those who asked are, if they want to be.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn now_checked(
        &self,
        claim: &Claim,
        since: u64,
        quietly: bool,
    ) -> Result<Option<NowChecked>> {
        let Some(post) = claim.post() else { return Ok(None) };
        let answer = self.finder.answer(&post, Audience::Moderators)?;
        let shown: Vec<&str> = reply::shown(&answer).iter().map(|one| one.id.as_str()).collect();
        let told = answer.decision >= self.moderation.alert_on.decision();
        if !told || !self.store.changed_after(&shown, since)? {
            return Ok(None);
        }
        let Some(found) = answer.matches.first() else { return Ok(None) };
        let sure = answer.decision == Decision::Match;
        let mut now_checked =
            NowChecked { review_id: sure.then(|| found.id.clone()), ..NowChecked::default() };
        if !quietly && claim.posts > 0 {
            self.tell_checked(claim, &answer, found, &mut now_checked)?;
        }
        let nothing = now_checked.review_id.is_none() && now_checked.plans.is_empty();
        Ok(Some(now_checked).filter(|_| !nothing))
    }

    /// Plans the alert, once a claim and check, and as often a day as a claim is told.
    fn tell_checked(
        &self,
        claim: &Claim,
        answer: &Answer,
        found: &Match,
        into: &mut NowChecked,
    ) -> Result<()> {
        let now = self.clock.now();
        let Some(today) = told_today(claim, &self.moderation, now) else { return Ok(()) };
        if self.store.queued_for(&claim.id, &found.id)?.is_some() {
            return Ok(());
        }
        let Some(first) = self.store.first_post(&claim.id)? else { return Ok(()) };
        let spread = self.store.spread(&claim.id, now)?;
        let text = claim.text.clone();
        let alert = Alert {
            claim: claim.id.clone(),
            occasion: Occasion::Answered,
            severity: severity(answer.decision, &spread, &self.moderation),
            post: Seen {
                text: text.clone().unwrap_or_default(),
                url: claim.url.clone(),
                place: first.place,
                title: first.title,
                at: first.at,
                answerable: first.answerable,
            },
            spread,
            asked: claim.asked,
            readers: 0,
            decision: answer.decision,
            matched: Some(found.clone()),
            withdrawn: None,
            page: None,
            at: now,
        };
        let queued = Queued {
            id: self.chance.id(),
            kind: QueueKind::Match,
            claim: Some(claim.id.clone()),
            review_id: Some(found.id.clone()),
            inbox_id: Some(first.inbox_id),
            confidence: Some(found.confidence),
            text,
            url: claim.url.clone(),
            sketch: claim.sketch.clone(),
            state: "open".to_owned(),
            at: now,
        };
        into.plans = self.tell(&alert, &queued, claim.posts, now);
        if !into.plans.is_empty() {
            into.queued = Some(queued);
            into.told = Some(told_claim(today, Some(found)));
        }
        Ok(())
    }
}
