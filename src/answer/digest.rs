//! The digest: what there was since the last one, once to every place where moderators are told.

use anyhow::Result;
use chrono::{DateTime, Utc};

use super::plans::moderators;
use super::work::Answering;
use crate::claim::alert::{Alert, Digest, Gap, Occasion, Seen, Severity};
use crate::claim::answer::Decision;
use crate::claim::post::ReplyTo;
use crate::claim::reply;
use crate::store::{Outgoing, Plan};

/// Claims with a check in one digest.
const CLAIMS_MAX: usize = 10;

impl Answering {
    /// Plans the digest that was due at `due`, of what there was since `from`; `gaps` are claims
    /// without a check. Nothing to tell is not told. That it was due is stored with the plans.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn digest(
        &self,
        from: DateTime<Utc>,
        due: DateTime<Utc>,
        gaps: Vec<Gap>,
        now: DateTime<Utc>,
    ) -> Result<usize> {
        let mut claims = Vec::new();
        for claim in self.store.claims_seen(from, CLAIMS_MAX)? {
            let Some(review_id) = &claim.review_id else { continue };
            let Some(matched) = self.finder.tell_by_id(review_id)? else { continue };
            claims.push(Alert {
                occasion: Occasion::Growth,
                severity: Severity::Low,
                post: Seen {
                    text: claim.text.unwrap_or_default(),
                    url: claim.url,
                    at: claim.first_seen,
                    ..Seen::default()
                },
                spread: self.store.spread(&claim.id, now)?,
                claim: claim.id,
                asked: claim.asked,
                readers: 0,
                decision: Decision::Match,
                matched: Some(matched),
                withdrawn: None,
                page: None,
                at: now,
            });
        }
        let digest = Digest { from, to: due, claims, gaps };
        let plans = if digest.claims.is_empty() && digest.gaps.is_empty() {
            Vec::new()
        } else {
            self.digest_plans(&digest, due)
        };
        let claims = digest.claims.iter().filter(|one| !one.post.text.is_empty());
        let gaps = digest.gaps.iter().filter(|gap| gap.text.is_some());
        let quoted = claims.map(|one| &one.claim).chain(gaps.map(|gap| &gap.claim));
        let quoted: Vec<String> = quoted.cloned().collect();
        self.store.plan_digest(&due.timestamp_millis().to_string(), &plans, &quoted, now)
    }

    fn digest_plans(&self, digest: &Digest, due: DateTime<Utc>) -> Vec<Plan> {
        let lang = self.words.choose(&[]);
        let stamp = due.timestamp();
        let mut plans = Vec::new();
        for (chat, conversation) in self.rooms.moderated() {
            let thread = self.rooms.get(&chat).digest_topic;
            let to = ReplyTo { thread, ..moderators(&chat, conversation) };
            for (part, reply) in reply::digest(&self.words, lang, digest).into_iter().enumerate() {
                let once = format!("digest {chat} {} {stamp} {part}", to.conversation);
                plans.push(self.plan(once, &to, None, reply, None));
            }
        }
        for receiver in &self.receivers {
            let outgoing = Outgoing::Digest { digest: digest.clone() };
            let once = format!("digest {} {stamp}", receiver.name);
            plans.push(self.to_receiver(once, receiver, outgoing));
        }
        plans
    }
}
