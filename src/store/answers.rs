//! Answers below posts that moderators ask for: planned once, and taken back while they wait. The
//! row in the outbox decides which of two comes first, taking back or sending.

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::alerts::{AlertTold, alerts_of};
use super::outbox::{Plan, end, insert_plan};
use super::queue::put_audit;
use super::{Store, millis, told};

/// Why an answer is not sent that was asked for.
pub(super) const UNDONE: &str = "a moderator took it back";
/// What the record calls asking for an answer, and taking it back.
const ANSWER: &str = "answer";
const TAKE_BACK: &str = "take-back";
/// How the record calls what a press did, if it did it.
const DONE: &str = "done";

/// The answer that was asked for about something of the queue (`a.subject`), in `o`. There are far
/// fewer presses than answers, so these come first.
const ASKED_FOR: &str = "audit a CROSS JOIN outbox o ON o.inbox_id = a.id
     AND a.action = 'answer' AND o.once >= 'answer ' AND o.once < 'answer!'";
/// It was planned to wait.
const HELD: &str = "o.not_before > o.planned_at";

/// A moderator's press about the answer below a post.
#[derive(Debug, Clone, Copy)]
pub struct AnswerPress<'a> {
    /// What the post is in the queue.
    pub queue: &'a str,
    /// Who, by a name under a secret.
    pub actor: &'a str,
    /// The inbox row of the press, which names its record, too.
    pub inbox_id: &'a str,
}

/// What became of a try to take an answer back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TookBack {
    /// It is not sent any more.
    Now,
    /// It had been taken back before.
    Before,
    /// It is being sent, or may have been.
    TooLate,
    /// No answer waits or was sent.
    Nothing,
}

impl TookBack {
    const ALL: [Self; 4] = [Self::Now, Self::Before, Self::TooLate, Self::Nothing];

    /// How the record calls it.
    fn effect(self) -> &'static str {
        match self {
            Self::Now => DONE,
            Self::Before => "taken back",
            Self::TooLate => "too late",
            Self::Nothing => "nothing to take back",
        }
    }
}

/// How far an answer is that was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// It was asked for, and not taken back since.
    pub(super) asked: bool,
    /// It waits, and can be taken back.
    pub(super) waits: bool,
}

impl Store {
    /// Plans an answer that a moderator asks for, unless it was planned before; every press is
    /// kept. `false`: it was taken back by a press that came in after this one.
    ///
    /// # Errors
    /// If the database fails.
    pub fn ask_answer(
        &self,
        press: &AnswerPress<'_>,
        plan: &Plan,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let AnswerPress { queue, actor, inbox_id } = *press;
        self.write(|db| {
            let stands = !is_overtaken(db, press)?;
            let effect = if stands { DONE } else { TookBack::Before.effect() };
            put_audit(db, inbox_id, actor, ANSWER, queue, effect, now)?;
            if stands {
                insert_plan(db, inbox_id, plan, now)?;
            }
            Ok(stands)
        })
    }

    /// Takes an answer back that waits, for ever; another one may then be asked for. A press that
    /// is taken up again finds what it did.
    ///
    /// # Errors
    /// If the database fails.
    pub fn take_back_answer(
        &self,
        press: &AnswerPress<'_>,
        now: DateTime<Utc>,
    ) -> Result<TookBack> {
        let AnswerPress { queue, actor, inbox_id } = *press;
        self.write(|db| {
            let sql = "SELECT effect FROM audit WHERE id = ?1 AND action = ?2";
            let kept: Option<String> = db
                .prepare_cached(sql)?
                .query_row([inbox_id, TAKE_BACK], |row| row.get(0))
                .optional()?;
            if let Some(did) =
                TookBack::ALL.into_iter().find(|did| Some(did.effect()) == kept.as_deref())
            {
                return Ok(did);
            }
            let took = match answer(db, queue)? {
                Some((id, _, true)) => {
                    drop_answer(db, &id, now)?;
                    TookBack::Now
                }
                Some((_, state, _)) if state != "dead" => TookBack::TooLate,
                _ if is_last(db, queue, TAKE_BACK)? => TookBack::Before,
                _ => TookBack::Nothing,
            };
            put_audit(db, inbox_id, actor, TAKE_BACK, queue, took.effect(), now)?;
            Ok(took)
        })
    }

    /// Plans what takes the place of alerts under which an answer could be taken back that has
    /// ended, if it was asked for after `since`: `edit` is handed the alert and the answer. Returns
    /// how many were planned.
    ///
    /// # Errors
    /// If the database fails.
    pub fn restate_answered(
        &self,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
        edit: impl Fn(&AlertTold, &str) -> Plan,
    ) -> Result<usize> {
        // The usual case costs no transaction.
        if self.read(|db| ended(db, since))?.is_empty() {
            return Ok(0);
        }
        self.write(|db| {
            let mut planned = 0;
            for (queue, answer, alert) in ended(db, since)? {
                for told in alerts_of(db, &queue)?.iter().filter(|told| told.id == alert) {
                    planned += usize::from(insert_plan(db, "", &edit(told, &answer), now)?);
                }
            }
            Ok(planned)
        })
    }
}

/// How far the answer is that was asked for about something of the queue.
pub(super) fn progress(db: &Connection, queue: &str) -> Result<Progress> {
    let asked = is_last(db, queue, ANSWER)?;
    let waits = asked && answer(db, queue)?.is_some_and(|(_, _, waits)| waits);
    Ok(Progress { asked, waits })
}

/// Whether what was done last about an answer is this.
fn is_last(db: &Connection, queue: &str, action: &str) -> Result<bool> {
    let mut statement = db.prepare_cached(
        "SELECT action = ?2 FROM audit
         WHERE subject = ?1 AND action IN (?3, ?4) AND effect = ?5 ORDER BY rowid DESC LIMIT 1",
    )?;
    let last = statement
        .query_row(params![queue, action, ANSWER, TAKE_BACK, DONE], |row| row.get(0))
        .optional()?;
    Ok(last.unwrap_or(false))
}

/// The answer that was asked for last: its row, its state, and whether it can be taken back. What
/// was tried and may be tried again without harm may have arrived.
fn answer(db: &Connection, queue: &str) -> Result<Option<(String, String, bool)>> {
    let sql = format!(
        "SELECT o.id, o.state, o.state = 'planned' AND {HELD}
             AND (o.attempts = 0 OR o.repeatable = 0)
         FROM {ASKED_FOR} WHERE a.subject = ?1 ORDER BY o.position DESC LIMIT 1"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let found = statement.query_row([queue], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    Ok(found.optional()?)
}

/// Whether the answer was taken back by a press that came in after this one.
fn is_overtaken(db: &Connection, press: &AnswerPress<'_>) -> Result<bool> {
    let mut statement = db.prepare_cached(
        "SELECT 1 FROM audit a CROSS JOIN inbox later ON later.id = a.id
         CROSS JOIN inbox own ON own.id = ?2 AND later.rowid > own.rowid
         WHERE a.subject = ?1 AND a.action = ?3 AND a.effect = ?4",
    )?;
    Ok(statement.exists(params![press.queue, press.inbox_id, TAKE_BACK, DONE])?)
}

/// Ends an answer that is not to be sent; nothing is left of it that could be, or be put right, and
/// another may be told in its place.
fn drop_answer(db: &Connection, id: &str, now: DateTime<Utc>) -> Result<()> {
    end(db, id, "dead", Some(UNDONE), None, now)?;
    told::forget(db, id)?;
    for sql in [
        "UPDATE outbox SET once = id, outgoing = NULL, message = NULL WHERE id = ?1",
        "DELETE FROM button WHERE outbox_id = ?1",
    ] {
        db.prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}

/// Answers that have ended after they could be taken back, with what they are about in the queue,
/// and each alert in a chat that does not say so yet.
fn ended(db: &Connection, since: DateTime<Utc>) -> Result<Vec<(String, String, String)>> {
    // An alert's `once` begins with this, and `!` comes after the blank; a `+` keeps it the way in.
    let sql = format!(
        "SELECT DISTINCT a.subject, o.id, alert.id FROM {ASKED_FOR}
         CROSS JOIN outbox alert ON alert.once >= 'alert ' || a.subject || ' '
              AND alert.once < 'alert ' || a.subject || '!'
         WHERE a.at >= ?1 AND a.effect = ?2 AND o.state IN ('sent', 'uncertain', 'dead') AND {HELD}
           AND +alert.position < o.position AND +alert.state IN ('sent', 'sending', 'planned')
           AND alert.outgoing LIKE '{{\"send\":%'
           AND NOT EXISTS (SELECT 1 FROM outbox edit
               WHERE edit.once = 'decided ' || alert.id || ' ' || o.id)"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params![millis(since), DONE], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use chrono::TimeDelta;

    use super::*;
    use crate::claim::post::{Audience, Incoming, Intent, Post, ReplyTo};
    use crate::claim::reply::Reply;
    use crate::store::{Outcome, Outgoing, Received};

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    /// A database into which presses came in this order.
    fn store(presses: &[&str]) -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let received = presses.iter().map(|id| Received {
            id: (*id).to_owned(),
            external_id: (*id).to_owned(),
            conversation: "-9".into(),
            raw: None,
            incoming: Ok(Incoming::of(Intent::Watched, Post::of("x"), NOW)),
        });
        let received: Vec<_> = received.collect();
        store.receive("telegram.x", &received, None, NOW).expect("stored");
        (dir, store)
    }

    fn press(inbox_id: &str) -> AnswerPress<'_> {
        AnswerPress { queue: "q", actor: "somebody", inbox_id }
    }

    /// An answer below post `post` that waits for ten seconds.
    fn plan(id: &str, post: &str) -> Plan {
        let to = ReplyTo {
            chat: "telegram.x".into(),
            conversation: "-5".into(),
            message: Some(post.into()),
            thread: None,
            audience: Audience::Group,
        };
        Plan {
            id: id.into(),
            once: format!("answer telegram.x -5 {post}"),
            chat: "telegram.x".into(),
            conversation: "-5".into(),
            message: Some(post.into()),
            target: None,
            repeatable: false,
            not_before: Some(NOW + TimeDelta::seconds(10)),
            ephemeral: false,
            outgoing: Outgoing::Send { to, reply: Reply::default() },
            buttons: vec![],
            told: None,
        }
    }

    fn leased(store: &Store, seconds: i64) -> Vec<crate::store::Sending> {
        let now = NOW + TimeDelta::seconds(seconds);
        store.lease_outbox(9, now, now + TimeDelta::minutes(1)).expect("leased")
    }

    fn back(store: &Store, inbox_id: &str) -> TookBack {
        store.take_back_answer(&press(inbox_id), NOW).expect("a try")
    }

    #[test]
    fn a_press_that_is_tried_again_after_its_answer_was_taken_back_plans_none() {
        let (_dir, store) = store(&["ask", "ask too", "back", "late", "anew"]);
        let ask = |inbox_id: &str, id: &str| {
            store.ask_answer(&press(inbox_id), &plan(id, "1"), NOW).expect("asked")
        };
        assert!(ask("ask", "first") && ask("ask too", "second"));
        assert_eq!(back(&store, "back"), TookBack::Now);
        assert_eq!(back(&store, "back"), TookBack::Now, "taken up again it says the same");
        assert!(!ask("ask too", "third"), "what came in before that is over");
        assert_eq!(leased(&store, 3600), []);
        assert_eq!(back(&store, "late"), TookBack::Before);
        assert!(ask("anew", "fourth"));
        assert_eq!(back(&store, "back"), TookBack::Now, "nor does it take back another one");
        assert_eq!(leased(&store, 9), []);
        assert_eq!(leased(&store, 10)[0].id, "fourth");
    }

    #[test]
    fn what_may_have_been_sent_is_too_late_to_take_back() {
        let (_dir, store) = store(&["ask", "1", "2", "3"]);
        let keyed = Plan { repeatable: true, ..plan("answer", "1") };
        assert_eq!(back(&store, "1"), TookBack::Nothing);
        assert!(store.ask_answer(&press("ask"), &keyed, NOW).expect("asked"));
        let sending = leased(&store, 10).remove(0);
        assert_eq!(back(&store, "2"), TookBack::TooLate);
        // It is tried again under its key, and may have arrived the first time.
        let at = NOW + TimeDelta::seconds(60);
        let later = Outcome::Later { at, reason: "broken".into() };
        store.end_outbox(&sending, &later, NOW).expect("stored");
        assert_eq!(back(&store, "3"), TookBack::TooLate);
        assert_eq!(leased(&store, 60).len(), 1);
    }

    #[test]
    fn what_was_surely_not_taken_can_be_taken_back() {
        let (_dir, store) = store(&["ask", "early", "back"]);
        assert!(store.ask_answer(&press("ask"), &plan("answer", "1"), NOW).expect("asked"));
        let sending = leased(&store, 10).remove(0);
        assert_eq!(back(&store, "early"), TookBack::TooLate, "nobody knows yet");
        let at = NOW + TimeDelta::seconds(60);
        let later = Outcome::Later { at, reason: "too many".into() };
        store.end_outbox(&sending, &later, NOW).expect("stored");
        assert_eq!(back(&store, "back"), TookBack::Now);
        assert_eq!(leased(&store, 3600), []);
    }

    #[test]
    fn of_taking_back_and_sending_at_once_one_comes_first() {
        let names: Vec<String> = (0..60).map(|number| number.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (_dir, store) = store(&names);
        for pair in names.chunks(2) {
            let asked = press(pair[0]);
            assert!(store.ask_answer(&asked, &plan(pair[0], pair[0]), NOW).expect("asked"));
            let both = Barrier::new(2);
            let (sent, took) = std::thread::scope(|scope| {
                let sends = scope.spawn(|| {
                    both.wait();
                    leased(&store, 10)
                });
                both.wait();
                let took = back(&store, pair[1]);
                (sends.join().expect("an end"), took)
            });
            assert_eq!(sent.len(), usize::from(took == TookBack::TooLate), "{took:?}");
            for one in &sent {
                store.end_outbox(one, &Outcome::Sent(None), NOW).expect("stored");
            }
        }
    }
}
