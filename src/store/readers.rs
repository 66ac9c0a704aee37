//! What readers chose, pressed and said, and how all of it is forgotten.

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::inbox::{End, set_end};
use super::outbox::{Plan, Told, insert_plan};
use super::people::rename;
use super::quotes::forget_words;
use super::{Store, millis};
use crate::claim::post::ReplyTo;
use crate::claim::reply::Action;

/// What a pressed button stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Pressed {
    /// Outbox row of the answer it stands under.
    pub outbox_id: String,
    /// The question that was answered.
    pub message: Option<String>,
    /// What it does.
    pub action: Action,
    /// The answer it stands under.
    pub told: Option<Told>,
}

impl Store {
    /// What a button stands for, if it was given to this very conversation.
    ///
    /// # Errors
    /// If the database fails.
    pub fn pressed(&self, to: &ReplyTo, button: &str) -> Result<Option<Pressed>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT b.outbox_id, o.message, b.action, b.told FROM button b
                 JOIN outbox o ON o.id = b.outbox_id
                 WHERE b.id = ?1 AND b.chat = ?2 AND b.conversation = ?3",
            )?;
            let found = statement
                .query_row(params![button, to.chat, to.conversation], |row| {
                    Ok((
                        row.get::<_, String>(0)?,
                        row.get::<_, Option<String>>(1)?,
                        row.get::<_, String>(2)?,
                        row.get::<_, Option<String>>(3)?,
                    ))
                })
                .optional()?;
            let Some((outbox_id, message, action, told)) = found else { return Ok(None) };
            Ok(Some(Pressed {
                outbox_id,
                message,
                action: serde_json::from_str(&action)?,
                told: told.as_deref().map(serde_json::from_str).transpose()?,
            }))
        })
    }

    /// The language a conversation chose, if it chose one.
    ///
    /// # Errors
    /// If the database fails.
    pub fn language(&self, to: &ReplyTo) -> Result<Option<String>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT language FROM setting WHERE chat = ?1 AND conversation = ?2",
            )?;
            Ok(statement
                .query_row([&to.chat, &to.conversation], |row| row.get(0))
                .optional()?
                .filter(|language: &String| !language.is_empty()))
        })
    }

    /// Keeps the language a conversation chose; empty: none.
    ///
    /// # Errors
    /// If the database fails.
    pub fn set_language(&self, to: &ReplyTo, language: &str) -> Result<()> {
        self.write(|db| {
            db.execute(
                "INSERT INTO setting (chat, conversation, language) VALUES (?1, ?2, ?3)
                 ON CONFLICT (chat, conversation) DO UPDATE SET language = excluded.language",
                [&to.chat, &to.conversation, language],
            )?;
            Ok(())
        })
    }

    /// Keeps that somebody in a chat reported something; what, moderators are told, and who,
    /// nobody.
    ///
    /// # Errors
    /// If the database fails.
    pub fn report(&self, id: &str, chat: &str, now: DateTime<Utc>) -> Result<()> {
        self.write(|db| {
            db.execute(
                "INSERT INTO feedback (id, chat, conversation, kind, at)
                 VALUES (?1, ?2, '', 'report', ?3) ON CONFLICT (id) DO NOTHING",
                params![id, chat, millis(now)],
            )?;
            Ok(())
        })
    }

    /// Forgets everything about a conversation but the plan that says so, ending the inbox row that
    /// asked for it. What was planned and not sent yet is never sent, what waited before it never
    /// answered; what is being sent this very moment is not tried again. A [`scrub`](Self::scrub)
    /// is due afterwards.
    ///
    /// # Errors
    /// If the database fails.
    pub fn forget(
        &self,
        inbox_id: &str,
        to: &ReplyTo,
        plan: &Plan,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.write_forgetting(|db| {
            let whose = [&to.chat, &to.conversation];
            // The chat may have asked us to wait, which holds for what is said last as well.
            let not_before: i64 = db.query_row(
                "SELECT coalesce(max(not_before), 0) FROM outbox
                 WHERE chat = ?1 AND lane = ?2 AND state = 'planned'",
                whose,
                |row| row.get(0),
            )?;
            forget_kept(db, whose)?;
            db.execute(
                "DELETE FROM outbox WHERE chat = ?1 AND conversation = ?2 AND state <> 'sending'",
                whose,
            )?;
            db.execute(
                "UPDATE outbox SET ephemeral = 2 WHERE chat = ?1 AND conversation = ?2",
                whose,
            )?;
            // What the reader said may also be on its way to the moderators.
            let from_there = "inbox_id IN (SELECT id FROM inbox
                 WHERE source = ?1 AND conversation = ?2)";
            let planned = format!("FROM outbox WHERE state = 'planned' AND {from_there}");
            for table in ["button", "told"] {
                let sql = format!("DELETE FROM {table} WHERE outbox_id IN (SELECT id {planned})");
                db.execute(&sql, whose)?;
            }
            db.execute(&format!("DELETE {planned}"), whose)?;
            db.execute(
                &format!(
                    "UPDATE outbox SET ephemeral = 2 WHERE state = 'sending' AND {from_there}"
                ),
                whose,
            )?;
            // The rows stay, empty: what was answered once must not be answered again.
            db.execute(
                "UPDATE inbox SET conversation = '', raw = NULL, incoming = NULL
                 WHERE source = ?1 AND conversation = ?2 AND state <> 'new'",
                whose,
            )?;
            db.execute(
                "UPDATE inbox SET conversation = '', raw = NULL, incoming = NULL,
                     state = 'refused', reason = 'forgotten', ended_at = ?4
                 WHERE source = ?1 AND conversation = ?2 AND state = 'new'
                   AND rowid < (SELECT rowid FROM inbox WHERE id = ?3)",
                params![to.chat, to.conversation, inbox_id, millis(now)],
            )?;
            db.execute(
                "UPDATE inbox SET conversation = '', raw = NULL, incoming = NULL WHERE id = ?1",
                [inbox_id],
            )?;
            insert_plan(db, inbox_id, plan, now)?;
            db.execute(
                "UPDATE outbox SET not_before = ?2 WHERE id = ?1",
                params![plan.id, not_before],
            )?;
            set_end(db, inbox_id, End::Done, now)?;
            Ok(true)
        })?;
        Ok(())
    }

    /// The conversation has another identifier from now on.
    ///
    /// # Errors
    /// If the database fails.
    pub fn move_conversation(&self, chat: &str, from: &str, to: &str) -> Result<()> {
        self.write(|db| move_conversation(db, chat, from, to))
    }
}

/// Forgets what is kept beside the messages of a conversation.
fn forget_kept(db: &Connection, whose: [&String; 2]) -> Result<()> {
    let rows: Vec<String> = db
        .prepare("SELECT id FROM inbox WHERE source = ?1 AND conversation = ?2")?
        .query_map(whose, |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for row in rows {
        forget_words(db, &row)?;
        // Nor can anybody tell from then on which message was counted.
        db.prepare_cached("UPDATE claim_post SET post = NULL WHERE inbox_id = ?1")?
            .execute([&row])?;
    }
    for table in ["button", "setting", "question"] {
        db.execute(&format!("DELETE FROM {table} WHERE chat = ?1 AND conversation = ?2"), whose)?;
    }
    db.execute(
        "DELETE FROM told WHERE outbox_id IN
             (SELECT id FROM outbox WHERE chat = ?1 AND conversation = ?2)",
        whose,
    )?;
    Ok(())
}

pub(super) fn move_conversation(db: &Connection, chat: &str, from: &str, to: &str) -> Result<()> {
    rename(db, chat, from, to)?;
    for table in ["button", "outbox", "question"] {
        let sql =
            format!("UPDATE {table} SET conversation = ?3 WHERE chat = ?1 AND conversation = ?2");
        db.execute(&sql, [chat, from, to])?;
    }
    db.execute(
        "UPDATE inbox SET conversation = ?3 WHERE source = ?1 AND conversation = ?2",
        [chat, from, to],
    )?;
    db.execute(
        "UPDATE outbox SET lane = ?3 WHERE chat = ?1 AND lane = ?2 AND state = 'planned'",
        [chat, from, to],
    )?;
    let kept = db.execute(
        "INSERT INTO setting (chat, conversation, language, listening, listening_at, was)
         SELECT chat, ?3, language, listening, listening_at, coalesce(was, conversation)
         FROM setting WHERE chat = ?1 AND conversation = ?2
         ON CONFLICT (chat, conversation) DO NOTHING",
        [chat, from, to],
    )?;
    if kept == 0 {
        // By which number the operator named it is all there is to be kept.
        db.execute(
            "INSERT INTO setting (chat, conversation, language, was) VALUES (?1, ?3, '', ?2)
             ON CONFLICT (chat, conversation) DO UPDATE SET was = coalesce(was, excluded.was)",
            [chat, from, to],
        )?;
    }
    db.execute("DELETE FROM setting WHERE chat = ?1 AND conversation = ?2", [chat, from])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::claim::post::{Audience, Incoming, Intent, Post};
    use crate::claim::reply::Reply;
    use crate::store::{Keep, Outcome, Outgoing, Received};

    fn there(conversation: &str) -> ReplyTo {
        ReplyTo {
            chat: "telegram.x".into(),
            conversation: conversation.into(),
            message: Some("1".into()),
            thread: None,
            audience: Audience::Private,
        }
    }

    fn received(name: &str, to: &ReplyTo) -> Received {
        Received {
            id: name.to_owned(),
            external_id: name.to_owned(),
            conversation: to.conversation.clone(),
            raw: Some("{}".into()),
            incoming: Ok(Incoming {
                reply_to: Some(to.clone()),
                ..Incoming::of(Intent::Question, Post::of("garlic cures flu"), DateTime::default())
            }),
        }
    }

    fn plan(id: &str, to: &ReplyTo, ephemeral: bool) -> Plan {
        Plan {
            id: id.to_owned(),
            once: format!("{id} {}", to.conversation),
            chat: to.chat.clone(),
            conversation: to.conversation.clone(),
            message: to.message.clone(),
            target: None,
            repeatable: false,
            not_before: None,
            ephemeral,
            outgoing: Outgoing::Send { to: to.clone(), reply: Reply::default() },
            buttons: vec![],
            told: None,
        }
    }

    #[test]
    fn what_is_being_sent_while_a_reader_is_forgotten_is_not_tried_again() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now: DateTime<Utc> = DateTime::default();
        let until = now + TimeDelta::seconds(60);
        let (ana, room) = (there("5"), there("-9"));
        let edit = |id: &str| Plan {
            outgoing: Outgoing::Edit { to: ana.clone(), reply: Reply::default() },
            repeatable: true,
            ..plan(id, &ana, false)
        };
        let names = |leased: &[crate::store::Sending]| -> Vec<String> {
            leased.iter().map(|one| one.id.clone()).collect()
        };
        let later = Outcome::Later { at: until, reason: "429".into() };
        for (turn, crashes) in [false, true].into_iter().enumerate() {
            let [asked, forget] = [format!("a{turn}"), format!("f{turn}")];
            let rows = [received(&asked, &ana), received(&forget, &ana)];
            store.receive("telegram.x", &rows, None, now).expect("stored");
            let report = format!("report{turn}");
            let plans = [
                edit(&format!("edit{turn}")),
                plan(&format!("waits{turn}"), &ana, false),
                plan(&report, &room, true),
            ];
            store.end_inbox(&asked, End::Done, &plans, now).expect("planned");
            let leased = store.lease_outbox(9, now, until).expect("leased");
            assert_eq!(names(&leased), [format!("edit{turn}"), report]);
            let bye = format!("bye{turn}");
            store.forget(&forget, &ana, &plan(&bye, &ana, true), now).expect("forgotten");
            if crashes {
                assert_eq!(store.settle_outbox(true, now).expect("settled"), 2);
            } else {
                assert!(store.end_outbox(&leased[0], &later, now).expect("ended"));
                let moved = Outcome::Moved { to: "-10".into() };
                assert!(store.end_outbox(&leased[1], &moved, now).expect("ended"));
                // The chat asked us to wait: that holds for the last word.
                assert_eq!(store.lease_outbox(9, now, until).expect("leased"), []);
            }
            let leased = store.lease_outbox(9, until, until).expect("leased");
            assert_eq!(names(&leased), [bye], "only the last word");
            store.end_outbox(&leased[0], &Outcome::Sent(Some("1".into())), now).expect("sent");
        }
        let ends = store.outbox_states().expect("states");
        assert_eq!(ends, [("dead".into(), 2), ("sent".into(), 2), ("uncertain".into(), 2)]);
    }

    #[test]
    fn what_was_to_be_told_elsewhere_is_forgotten_with_its_buttons() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now: DateTime<Utc> = DateTime::default();
        let (ana, room) = (there("5"), there("-9"));
        let rows = [received("a", &ana), received("f", &ana)];
        store.receive("telegram.x", &rows, None, now).expect("stored");
        let buttons = vec![("b".to_owned(), Action::Right("q".into()))];
        let report = Plan { buttons, ..plan("report", &room, true) };
        store.end_inbox("a", End::Done, &[report], now).expect("planned");
        let count = || {
            let db = store.writer.lock().expect("the writer");
            let sql = "SELECT count(*) FROM button";
            db.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number")
        };
        assert_eq!(count(), 1);
        store.forget("f", &ana, &plan("bye", &ana, true), now).expect("forgotten");
        assert_eq!(count(), 0);
    }

    #[test]
    fn forgetting_reaches_what_waits_and_what_the_group_was_called_before() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now = DateTime::default();
        let (old, new) = (there("-1234567"), there("-1007654321"));
        let rows = [received("a", &old), received("b", &old)];
        store.receive("telegram.x", &rows, None, now).expect("stored");
        store.end_inbox("a", End::NoMatch, &[plan("answer", &old, false)], now).expect("ended");
        store.move_conversation("telegram.x", "-1234567", "-1007654321").expect("moved");
        store.receive("telegram.x", &[received("f", &new)], None, now).expect("stored");
        store.forget("f", &new, &plan("bye", &new, true), now).expect("forgotten");
        let bye = store.lease_outbox(9, now, now + TimeDelta::seconds(9)).expect("leased");
        assert_eq!(bye.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["bye"]);
        store.end_outbox(&bye[0], &Outcome::Sent(Some("2".into())), now).expect("sent");
        let states = store.inbox_states().expect("states");
        assert!(!states.iter().any(|(state, _)| state == "new"), "{states:?}");
        let day = TimeDelta::days(1);
        store.sweep(Keep { texts: day, posts: day, rows: day }, now).expect("swept");
        for name in ["claimwatch.db", "claimwatch.db-wal"] {
            let bytes = std::fs::read(dir.path().join(name)).expect("a file");
            for trace in ["1234567", "1007654321", "garlic"] {
                let found = bytes.windows(trace.len()).any(|window| window == trace.as_bytes());
                assert!(!found, "{trace} in {name}");
            }
        }
    }
}
