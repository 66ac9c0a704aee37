//! Readers' doubts: who presses "not the same claim" says something of the pair that they got.
//! Several readers who say so of the same are put before the moderators, once.

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};

use super::spread::told_today;
use super::work::Answering;
use crate::claim::alert::{Alert, Occasion, Seen, Severity, Spread};
use crate::claim::answer::{Decision, Match};
use crate::claim::post::{Incoming, Post, ReplyTo};
use crate::claim::sketch::{SAME_POST, Sketch, same_claim};
use crate::store::{Claim, Doubt, Pressed, QueueKind, Queued, Raised, doubters};

/// Alerts about doubts in a day: whoever presses a lot must not drown the moderators. What is above
/// waits in the queue alone.
const TOLD_DAILY_MAX: u64 = 20;

impl Answering {
    /// Keeps that a reader calls a check one of another claim; what moderators are asked if they
    /// are enough by now. Done again after a crash it says the same.
    pub(super) fn doubt(
        &self,
        (incoming, to, inbox_id): (&Incoming, &ReplyTo, &str),
        pressed: &Pressed,
        review_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Raised>> {
        let place = self.asker(to)?;
        let reader = incoming.author_key.clone().unwrap_or_else(|| place.clone());
        let asked = self.store.asked_for(&pressed.outbox_id)?;
        let given = pressed.told.as_ref().map(|told| &told.answer.matches);
        let given = given.and_then(|all| all.iter().find(|one| one.id == review_id));
        let doubt = Doubt {
            id: inbox_id.to_owned(),
            review_id: review_id.to_owned(),
            reader: Some(reader),
            place,
            sketch: asked.as_ref().and_then(|post| Sketch::of(&post.text)),
            confidence: given.map(|one| one.confidence),
        };
        self.store.put_doubt(&doubt, &to.chat, now)?;
        let (Some(post), Some(sketch), Some(given)) = (&asked, doubt.sketch, given) else {
            return Ok(None);
        };
        let readers = doubters(&self.store.doubts(Some(review_id))?, &sketch);
        if readers < self.moderation.not_same_min || self.store.raised(review_id, &sketch)? {
            return Ok(None);
        }
        let ruled = self.finder.ruled(post)?;
        let right = ruled.right.iter().map(|right| &right.id);
        if right.chain(&ruled.wrong).any(|id| id == review_id) {
            return Ok(None);
        }
        let public = self.public(post, &sketch)?;
        self.raise(given, sketch, public, readers, now).map(Some)
    }

    /// A claim of public posts that are much like a question: moderators may read those.
    fn public(&self, post: &Post, sketch: &Sketch) -> Result<Option<Claim>> {
        let like = self.store.claims_like(sketch)?.into_iter().find(|claim| {
            let near = claim.sketch.as_ref().is_some_and(|it| it.likeness(sketch) >= SAME_POST);
            let said = claim.text.as_deref().filter(|_| claim.posts > 0);
            near && said.is_some_and(|text| same_claim(&post.text, text, None))
        });
        Ok(like)
    }

    /// Asks moderators about a check and questions that are known by a sketch alone.
    fn raise(
        &self,
        given: &Match,
        sketch: Sketch,
        public: Option<Claim>,
        readers: usize,
        now: DateTime<Utc>,
    ) -> Result<Raised> {
        let may = public.as_ref().map(|claim| told_today(claim, &self.moderation, now));
        let claim = public.unwrap_or_default();
        let queued = Queued {
            id: self.chance.id(),
            kind: QueueKind::NotSame,
            claim: Some(claim.id.clone()).filter(|id| !id.is_empty()),
            review_id: Some(given.id.clone()),
            inbox_id: claim.text_of.clone().filter(|_| claim.text.is_some()),
            confidence: Some(given.confidence),
            text: claim.text.clone(),
            url: claim.url.clone(),
            sketch: Some(claim.sketch.unwrap_or(sketch)),
            state: "open".to_owned(),
            at: now,
        };
        let spread = match &queued.claim {
            Some(id) => self.store.spread(id, now)?,
            None => Spread::default(),
        };
        let text = claim.text.unwrap_or_default();
        let alert = Alert {
            claim: claim.id,
            occasion: Occasion::NotSame,
            severity: Severity::Low,
            post: Seen { text, url: claim.url, at: claim.first_seen, ..Seen::default() },
            spread,
            asked: 0,
            readers: u64::try_from(readers).unwrap_or(u64::MAX),
            decision: Decision::Possible,
            matched: Some(given.clone()),
            withdrawn: None,
            page: None,
            at: now,
        };
        // So does a claim that was muted, or told often enough today.
        let raised = self.store.raised_since(now - TimeDelta::days(1))?;
        let plans = match may {
            Some(None) => Vec::new(),
            _ if raised >= TOLD_DAILY_MAX => Vec::new(),
            _ => self.tell(&alert, &queued, 0, now),
        };
        let told_today = may.flatten().filter(|_| !plans.is_empty());
        Ok(Raised { queued, plans, told_today })
    }
}
