//! Claims, not messages: a watched post is counted with the others that make its claim, and
//! moderators are told of the claim: when it is first seen, and when it has grown manifold.

use std::collections::HashSet;

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};

use super::plans::moderators;
use super::rooms::Receiver;
use super::work::{Answering, Ending};
use crate::claim::alert::{Alert, Occasion, Seen, Severity, Spread};
use crate::claim::answer::{Answer, Decision, Match};
use crate::claim::moderation::{Settings, day, not_before};
use crate::claim::post::{Audience, Incoming, Intent, ReplyTo};
use crate::claim::reply;
use crate::claim::sketch::{SAME_CLAIM, Sketch, same_claim};
use crate::claim::text::{language, shorten};
use crate::store::{
    Claim, End, Outgoing, Plan, QueueKind, Queued, Sighting, ToldClaim, Waiting, place,
};

/// Longest text of a claim that is kept, in characters.
const TEXT_CHARS_MAX: usize = 600;
/// Claims without a check that moderators are told of in a day; the digest lists them anyway.
const UNCHECKED_DAILY_MAX: u64 = 5;

impl Answering {
    /// A post nobody asked about.
    pub(super) fn watched(&self, row: &Waiting, now: DateTime<Utc>) -> Result<Ending> {
        let incoming = &row.incoming;
        // Before it is matched: what changes meanwhile is looked at again.
        let checked = self.store.checked()?;
        let answer = self.finder.answer(&incoming.post, Audience::Moderators)?;
        let found = answer.matches.first().filter(|_| answer.decision == Decision::Match);
        let unasked = self.unasked(row, found, now)?;
        // What was said in a group, and not to us, is kept only if it matched.
        let overheard = matches!(incoming.intent, Intent::Overheard { .. });
        let hushed = overheard && found.is_none();
        let sketch = Sketch::of(&incoming.post.text);
        let known = self.claim_made(incoming, found, sketch.as_ref())?;
        let is_nothing = known.is_none() && sketch.is_none() && found.is_none();
        // What was changed counts once, for what it says now.
        let post = self.post_name(incoming)?;
        let before = post.as_deref().map(|post| self.store.counted(post)).transpose()?.flatten();
        let is_same = known.as_ref().zip(before.as_ref()).is_some_and(|(known, before)| {
            let answered = found.is_none_or(|found| known.review_id.as_ref() == Some(&found.id));
            known.id == before.claim && answered
        });
        let replaced = before.filter(|_| !is_same).map(|before| before.inbox_id);
        // What only admins of a group let us listen to is for the group alone.
        let theirs = matches!(incoming.intent, Intent::Overheard { watched: false, .. });
        if is_nothing || is_same || theirs {
            let end = match (found, &unasked) {
                (Some(_), Some(_)) => End::Answered,
                (Some(_), None) if is_same => End::Refused("it was counted before"),
                (Some(_), None) => End::Refused("nobody asked"),
                (None, _) => End::NoMatch,
            };
            return Ok(Ending { unasked, hushed, replaced, ..Ending::of(end, []) });
        }
        let sighting = self.sighting(row, known.as_ref(), found, sketch);
        let place = self.place(row)?;
        let mut sighting = Sighting { checked, post, place, ..sighting };
        let mut told = occasion(known.as_ref(), &answer, &self.moderation, now);
        if told.is_none() {
            told = self.unchecked(known.as_ref(), &sighting, now)?;
        }
        let mut plans = Vec::new();
        if let Some((occasion, today)) = told {
            let found = answer.matches.first();
            let queued = found.map(|found| self.queued(row, &sighting, found, now)).transpose()?;
            let alert = self.alert(row, (known.as_ref(), &sighting), &answer, occasion, now)?;
            let posts = known.as_ref().map_or(0, |known| known.posts) + 1;
            plans = match &queued {
                Some(queued) => self.tell(&alert, queued, posts, now),
                None => {
                    let once = |place: &str| format!("alert {} {place} {posts}", sighting.claim);
                    self.tell_everywhere(&alert, once, None, now)
                }
            };
            if !plans.is_empty() {
                sighting.told = Some(told_claim(today, found));
                sighting.queued = queued;
            }
        }
        let hushed = hushed && plans.is_empty();
        sighting.hushed = hushed;
        let end = match (found.is_some(), told.is_some() && plans.is_empty()) {
            (true, true) => End::Refused("no moderators to tell"),
            (true, false) => End::Answered,
            (false, _) => End::NoMatch,
        };
        let end = if unasked.is_some() && found.is_some() { End::Answered } else { end };
        let sighting = Some(Box::new(sighting));
        Ok(Ending { sighting, unasked, hushed, replaced, ..Ending::of(end, plans) })
    }

    /// The name by which a post is known that its author may change.
    fn post_name(&self, incoming: &Incoming) -> Result<Option<String>> {
        let Some(there) = &incoming.seen_at else { return Ok(None) };
        let Some(message) = &there.message else { return Ok(None) };
        let name = format!("{} {} {message}", there.chat, there.conversation);
        Ok(Some(self.keys.key()?.name(&name)))
    }

    /// That somebody asked about a claim that nothing was found for: counted, so that it shows what
    /// is to be checked. What was asked is kept only once several people asked the same.
    pub(super) fn asked(
        &self,
        incoming: &Incoming,
        to: &ReplyTo,
        checked: u64,
    ) -> Result<Option<Sighting>> {
        let Some(sketch) = Sketch::of(&incoming.post.text) else { return Ok(None) };
        let known = self.claim_made(incoming, None, Some(&sketch))?;
        let told = language(&incoming.post.text).filter(|language| language.reliable);
        Ok(Some(Sighting {
            claim: known.map_or_else(|| self.chance.id(), |claim| claim.id),
            sketch: Some(sketch),
            text: Some(shorten(&incoming.post.text, TEXT_CHARS_MAX)),
            language: told.map(|language| language.code.to_owned()),
            author: Some(self.asker(to)?),
            at: incoming.sent_at,
            asked: true,
            checked,
            ..Sighting::default()
        }))
    }

    /// Where a post was seen. Of one source's groups and channels each is a place of its own.
    fn place(&self, row: &Waiting) -> Result<String> {
        Ok(match &row.incoming.seen_at {
            Some(there) if row.incoming.title.is_some() => place(&row.source, &self.asker(there)?),
            _ => row.source.clone(),
        })
    }

    /// The name by which whoever asks in a conversation is counted.
    pub(super) fn asker(&self, to: &ReplyTo) -> Result<String> {
        Ok(self.keys.key()?.name(&format!("{} {}", to.chat, to.conversation)))
    }

    /// The claim that a post makes: the one its check answers, else one whose first post is alike.
    fn claim_made(
        &self,
        incoming: &Incoming,
        found: Option<&Match>,
        sketch: Option<&Sketch>,
    ) -> Result<Option<Claim>> {
        if let Some(found) = found
            && let Some(claim) = self.store.claim_of(&found.id)?
        {
            return Ok(Some(claim));
        }
        let Some(sketch) = sketch else { return Ok(None) };
        let text = &incoming.post.text;
        let lang = language(text).map(|language| language.code);
        let mut best: Option<(f32, Claim)> = None;
        for claim in self.store.claims_like(sketch)? {
            let likeness = claim.sketch.as_ref().map_or(0.0, |known| known.likeness(sketch));
            // Another check's claim is not this one's, however alike the posts.
            let other = found.is_some() && claim.review_id.is_some();
            if likeness < SAME_CLAIM || other || best.as_ref().is_some_and(|b| b.0 >= likeness) {
                continue;
            }
            if claim.text.as_deref().is_none_or(|known| same_claim(text, known, lang)) {
                best = Some((likeness, claim));
            }
        }
        Ok(best.map(|(_, claim)| claim))
    }

    fn sighting(
        &self,
        row: &Waiting,
        known: Option<&Claim>,
        found: Option<&Match>,
        sketch: Option<Sketch>,
    ) -> Sighting {
        let Incoming { post, author_key, sent_at, .. } = &row.incoming;
        let told = language(&post.text).filter(|language| language.reliable);
        let hint = post.lang.as_deref().and_then(|tag| tag.get(..2)).map(str::to_lowercase);
        Sighting {
            claim: known.map_or_else(|| self.chance.id(), |claim| claim.id.clone()),
            review_id: found.map(|found| found.id.clone()),
            sketch,
            text: Some(shorten(&post.text, TEXT_CHARS_MAX)),
            url: post
                .id
                .clone()
                .filter(|id| id.starts_with("https://") || id.starts_with("http://")),
            language: told.map(|language| language.code.to_owned()).or(hint),
            author: author_key.clone(),
            at: *sent_at,
            ..Sighting::default()
        }
    }

    /// What moderators are asked about a post and the check it was matched with; of one claim and
    /// check they are asked once.
    fn queued(
        &self,
        row: &Waiting,
        one: &Sighting,
        found: &Match,
        now: DateTime<Utc>,
    ) -> Result<Queued> {
        if let Some(known) = self.store.queued_for(&one.claim, &found.id)? {
            return Ok(known);
        }
        Ok(Queued {
            id: self.chance.id(),
            kind: QueueKind::Match,
            claim: Some(one.claim.clone()),
            review_id: Some(found.id.clone()),
            inbox_id: Some(row.id.clone()),
            confidence: Some(found.confidence),
            text: one.text.clone(),
            url: one.url.clone(),
            sketch: one.sketch.clone(),
            state: "open".to_owned(),
            at: now,
        })
    }

    /// Plans something for a receiver that is no chat.
    pub(super) fn to_receiver(&self, once: String, to: &Receiver, outgoing: Outgoing) -> Plan {
        Plan {
            id: self.chance.id(),
            once,
            chat: to.name.clone(),
            conversation: String::new(),
            message: None,
            target: None,
            repeatable: to.keyed,
            not_before: None,
            ephemeral: false,
            outgoing,
            buttons: Vec::new(),
            told: None,
        }
    }

    fn alert(
        &self,
        row: &Waiting,
        (known, sighting): (Option<&Claim>, &Sighting),
        answer: &Answer,
        occasion: Occasion,
        now: DateTime<Utc>,
    ) -> Result<Alert> {
        let before = self.store.spread(&sighting.claim, now)?;
        let mut spread = with(before, sighting, now);
        let (claim, author) = (&sighting.claim, sighting.author.as_deref());
        spread.places = self.store.places_with(claim, &sighting.place)?;
        spread.authors = self.store.people_since(claim, author, DateTime::<Utc>::MIN_UTC)?;
        let severity = match answer.matches.first() {
            Some(_) => severity(answer.decision, &spread, &self.moderation),
            // Nobody can answer it yet.
            None => Severity::Normal,
        };
        let seen = Seen {
            text: row.incoming.post.text.clone(),
            url: sighting.url.clone(),
            place: row.source.clone(),
            title: row.incoming.title.clone(),
            at: sighting.at,
            answerable: row.incoming.seen_at.is_some(),
        };
        Ok(Alert {
            claim: sighting.claim.clone(),
            occasion,
            severity,
            post: seen,
            spread,
            asked: known.map_or(0, |known| known.asked),
            readers: 0,
            decision: answer.decision,
            matched: answer.matches.first().cloned(),
            withdrawn: None,
            page: None,
            at: now,
        })
    }

    /// Whether moderators are told of a claim of which no check is known, because of one more post:
    /// so many people must have made it of late, and of some such claims a day and no more.
    fn unchecked(
        &self,
        known: Option<&Claim>,
        one: &Sighting,
        now: DateTime<Utc>,
    ) -> Result<Option<(Occasion, u32)>> {
        let settings = &self.moderation;
        let people_min = settings.unchecked_people_min;
        let Some(known) = known.filter(|known| known.review_id.is_none() && people_min > 0) else {
            return Ok(None);
        };
        let Some(today) = told_today(known, settings, now) else { return Ok(None) };
        let occasion = match known.told_posts {
            0 => Occasion::First,
            _ if has_grown(known, settings) => Occasion::Growth,
            _ => return Ok(None),
        };
        // Nearly all claims are asked no more than this.
        if known.posts + 1 < people_min {
            return Ok(None);
        }
        let day_ago = now - TimeDelta::days(1);
        let people = self.store.people_since(&known.id, one.author.as_deref(), day_ago)?;
        let is_told =
            people >= people_min && self.store.unchecked_told_since(day_ago)? < UNCHECKED_DAILY_MAX;
        Ok(is_told.then_some((occasion, today)))
    }

    /// Plans an alert for every place where moderators are told: once for so many posts.
    pub(super) fn tell(
        &self,
        alert: &Alert,
        queued: &Queued,
        posts: u64,
        now: DateTime<Utc>,
    ) -> Vec<Plan> {
        let once = |place: &str| format!("alert {} {place} {posts}", queued.id);
        let ask = (queued.state == "open").then_some(queued.id.as_str());
        self.tell_everywhere(alert, once, ask, now)
    }

    /// Plans an alert for every place where moderators are told, `once` a place; `ask` is the item
    /// of the queue that it asks about.
    pub(super) fn tell_everywhere(
        &self,
        alert: &Alert,
        once: impl Fn(&str) -> String,
        ask: Option<&str>,
        now: DateTime<Utc>,
    ) -> Vec<Plan> {
        let lang = self.words.choose(&[]);
        let not_before = not_before(now, alert.severity, &self.moderation);
        let mut plans = Vec::new();
        for (chat, conversation) in self.rooms.moderated() {
            let thread = self.rooms.topic(&chat, alert.severity);
            let to = ReplyTo { thread, ..moderators(&chat, conversation) };
            let reply = reply::moderated(&self.words, lang, alert, ask);
            let once = once(&format!("{chat} {}", to.conversation));
            plans.push(Plan { not_before, ..self.plan(once, &to, None, reply, None) });
        }
        for receiver in &self.receivers {
            let outgoing = Outgoing::Alert { alert: Box::new(alert.clone()) };
            plans.push(Plan {
                not_before,
                ..self.to_receiver(once(&receiver.name), receiver, outgoing)
            });
        }
        plans
    }
}

/// Whether moderators are told of a claim because of one more post of it, why, and the how manieth
/// time that is today.
fn occasion(
    known: Option<&Claim>,
    answer: &Answer,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Option<(Occasion, u32)> {
    if answer.decision < settings.alert_on.decision() {
        return None;
    }
    let Some(known) = known.filter(|known| known.told_posts > 0) else {
        let muted = known.is_some_and(|known| known.muted_until > now);
        return (!muted).then_some((Occasion::First, 1));
    };
    // They know it as one without a check.
    let is_answered = known.told_review.is_none() && known.review_id.is_none();
    let occasion = match answer.decision {
        Decision::Match if is_answered => Occasion::Answered,
        _ if has_grown(known, settings) => Occasion::Growth,
        _ => return None,
    };
    told_today(known, settings, now).map(|today| (occasion, today))
}

/// Whether a claim has grown manifold with one more post since moderators were told of it.
fn has_grown(known: &Claim, settings: &Settings) -> bool {
    known.posts + 1 >= known.told_posts.saturating_mul(settings.growth_factor.into())
}

/// What moderators know of a claim that they are told of.
pub(super) fn told_claim(today: u32, found: Option<&Match>) -> ToldClaim {
    let rating = found.and_then(|found| found.rating.as_ref());
    ToldClaim {
        today,
        review_id: found.map(|found| found.id.clone()),
        rating: rating.map(|rating| rating.text.clone()),
    }
}

/// The how manieth time today moderators would be told of a claim now; `None`: it is muted, or they
/// were told often enough.
pub(super) fn told_today(known: &Claim, settings: &Settings, now: DateTime<Utc>) -> Option<u32> {
    let same_day = day(known.told_at, settings) == day(now, settings);
    let today = if same_day { known.told_today } else { 0 };
    (known.muted_until <= now && today < settings.claim_daily_max).then_some(today + 1)
}

pub(super) fn severity(decision: Decision, spread: &Spread, settings: &Settings) -> Severity {
    match decision {
        Decision::Match if spread.last_hour >= settings.high_last_hour => Severity::High,
        Decision::Match => Severity::Normal,
        _ => Severity::Low,
    }
}

/// A spread with one more post, which is not stored yet; its author and place are not counted.
fn with(mut spread: Spread, one: &Sighting, now: DateTime<Utc>) -> Spread {
    if spread.posts == 0 {
        spread.since = one.at;
    }
    spread.posts += 1;
    spread.last_hour += u64::from(now - one.at < TimeDelta::hours(1));
    let known: HashSet<&String> = spread.languages.iter().collect();
    if let Some(language) = one.language.as_ref().filter(|language| !known.contains(language)) {
        spread.languages.push(language.clone());
    }
    spread
}
