//! Corrections: an answer whose check has another verdict by now, or was withdrawn, is said anew.

use anyhow::Result;

use super::plans::once;
use super::work::Answering;
use crate::claim::answer::{Answer, Decision, Match};
use crate::claim::post::{Audience, Incoming, ReplyTo};
use crate::claim::reply::{self, Change, Reply};
use crate::store::{Correction, Outdated, Plan, Told, Unsent};

impl Answering {
    /// How an answer is put right.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn correction(&self, outdated: &Outdated) -> Result<Correction> {
        let (reply, told) = self.corrected(outdated)?;
        let audience = self.audience(outdated);
        let to = ReplyTo {
            chat: outdated.chat.clone(),
            conversation: outdated.conversation.clone(),
            message: outdated.message.clone(),
            thread: None,
            audience,
        };
        let checks = outdated.checks.iter().map(|(id, _, version)| format!("{id} {version}"));
        let once = format!(
            "correction {} {}{}",
            outdated.answer,
            checks.collect::<Vec<_>>().join(" "),
            if told.is_none() { " withdrawn" } else { "" }
        );
        let unsent = match (&outdated.asked, outdated.planned) {
            (_, false) => Unsent::No,
            (_, true) if outdated.follow_up => Unsent::WaitOn,
            (Some((inbox_id, incoming)), true) => self.anew(outdated, inbox_id, incoming)?,
            (None, true) => {
                let plan = self.plan(once.clone(), &to, None, reply.clone(), told.clone());
                Unsent::Instead(Box::new(Plan { id: outdated.answer.clone(), ..plan }), None)
            }
        };
        // Where nothing can be edited, the chat says it below.
        let target = Some(outdated.answer.clone());
        let said = !reply.text.is_empty();
        let sent = self.plan(once, &to, target, reply, told);
        Ok(Correction {
            answer: outdated.answer.clone(),
            inbox_id: outdated.inbox_id.clone(),
            unsent,
            sent: said.then_some(sent),
        })
    }

    /// Whether an answer tells a check as it is no more.
    pub(super) fn is_outdated(&self, told: &Told) -> Result<bool> {
        for one in reply::shown(&told.answer) {
            match self.finder.retell(one)? {
                Some((now, false))
                    if now.rating.as_ref().map(|rating| &rating.text)
                        == one.rating.as_ref().map(|rating| &rating.text) => {}
                _ => return Ok(true),
            }
        }
        Ok(false)
    }

    /// A question whose answer was not sent yet is answered anew.
    fn anew(&self, outdated: &Outdated, inbox_id: &str, incoming: &Incoming) -> Result<Unsent> {
        let Some(to) = &incoming.reply_to else { return Ok(Unsent::No) };
        let now = self.clock.now();
        let since = self.store.followed()?;
        let answer = self.finder.answer(&incoming.post, to.audience)?;
        let lang = self.language(incoming, to)?;
        let mut reply = self.told(lang, &answer, to, now)?;
        let asked = (incoming, to, lang);
        let later = self.keep_or_drop(&mut reply, asked, (&answer, inbox_id, since), now);
        let told = Told::of(lang, to.audience, answer);
        let plan = self.plan(once("answer", to), to, None, reply, Some(told));
        let plan = Box::new(Plan { id: outdated.answer.clone(), ..plan });
        Ok(Unsent::Instead(plan, Some(later)))
    }

    /// What is said by now in place of an answer; told is nothing if its check was withdrawn.
    fn corrected(&self, outdated: &Outdated) -> Result<(Reply, Option<Told>)> {
        let lang = outdated.told.as_ref().map(|told| &told.language).or(outdated.language.as_ref());
        let lang = lang.and_then(|tag| self.words.lang(tag)).unwrap_or_default();
        let audience = self.audience(outdated);
        let today = self.clock.now().date_naive();
        let (mut changes, mut changed) = (Vec::new(), Vec::new());
        let mut matches: Vec<Match> = Vec::new();
        let (decision, known) = self.known(outdated)?;
        for (place, was) in known.iter().enumerate() {
            let told = outdated.checks.iter().find(|(id, _, _)| *id == was.id);
            let now = self.finder.retell(was)?.filter(|(_, withdrawn)| !withdrawn);
            let Some((now, _)) = now else {
                if place == 0 {
                    let reply = reply::withdrawn(&self.words, lang, was, today, audience);
                    return Ok((reply, None));
                }
                changes.push(Change::Withdrawn(was.publisher.clone()));
                continue;
            };
            let verdict = now.rating.as_ref().map(|rating| rating.text.as_str());
            if let Some((_, told, _)) = told.filter(|(_, told, _)| told.as_deref() != verdict) {
                changes.push(Change::Verdict(now.publisher.clone(), told.clone()));
                changed.push((now.id.clone(), told.clone()));
            }
            matches.push(now);
        }
        let answer = Answer { id: None, decision, matches, reply: None };
        let short = self.rooms.get(&outdated.chat).graphemes_max.is_some();
        let reply = match (answer.matches.first().filter(|_| short), changed.first()) {
            // Only the first check was told there: what became of others changes nothing.
            (Some(first), Some((id, was))) if *id == first.id => {
                reply::corrected_short(&self.words, lang, first, was.as_deref(), today)
            }
            (Some(_), _) => Reply::default(),
            (None, _) => reply::corrected(&self.words, lang, &answer, today, audience, &changes),
        };
        Ok((reply, Some(Told::of(lang, audience, answer))))
    }

    /// Who reads an answer. Without buttons only its chat tells: where posts are short, everybody.
    fn audience(&self, outdated: &Outdated) -> Audience {
        match &outdated.told {
            Some(told) => told.audience,
            None if self.rooms.get(&outdated.chat).graphemes_max.is_some() => Audience::Public,
            None => Audience::Private,
        }
    }

    /// The checks that an answer told, the one it is about first.
    fn known(&self, outdated: &Outdated) -> Result<(Decision, Vec<Match>)> {
        if let Some(told) = &outdated.told {
            let shown = reply::shown(&told.answer).into_iter().cloned().collect();
            return Ok((told.answer.decision, shown));
        }
        // Without buttons only the identities were kept: nothing says how sure it was.
        let mut known = Vec::new();
        for (id, _, _) in &outdated.checks {
            known.extend(self.finder.tell_by_id(id)?);
        }
        Ok((Decision::Possible, known))
    }
}
