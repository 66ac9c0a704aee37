//! What readers chose, pressed and said, and how all of it is forgotten.

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::inbox::{End, set_end};
use super::outbox::{Plan, Told, insert_plan};
use super::{Store, millis};
use crate::claim::post::ReplyTo;
use crate::claim::reply::Action;

/// What a pressed button stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Pressed {
    /// Outbox row of the answer it stands under.
    pub outbox_id: String,
    /// The question that was answered.
    pub message: Option<i64>,
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
                        row.get::<_, Option<i64>>(1)?,
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

    /// Keeps that a reader says an answer is about another claim.
    ///
    /// # Errors
    /// If the database fails.
    pub fn say_not_same(&self, id: &str, to: &ReplyTo, review_id: &str, now: DateTime<Utc>) -> Result<()> {
        self.write(|db| {
            put_feedback(db, id, to, ("not-same", Some(review_id), None), now)
        })
    }

    /// Keeps a reader's report.
    ///
    /// # Errors
    /// If the database fails.
    pub fn report(&self, id: &str, to: &ReplyTo, text: &str, now: DateTime<Utc>) -> Result<()> {
        self.write(|db| put_feedback(db, id, to, ("report", None, Some(text)), now))
    }

    /// Forgets everything about a conversation but the plan that says so, ending the inbox row that
    /// asked for it. What was planned and not sent yet is never sent.
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
        self.write(|db| {
            let whose = [&to.chat, &to.conversation];
            db.execute("DELETE FROM button WHERE chat = ?1 AND conversation = ?2", whose)?;
            db.execute("DELETE FROM setting WHERE chat = ?1 AND conversation = ?2", whose)?;
            db.execute("DELETE FROM feedback WHERE chat = ?1 AND conversation = ?2", whose)?;
            db.execute(
                "DELETE FROM outbox WHERE chat = ?1 AND conversation = ?2 AND state <> 'sending'",
                whose,
            )?;
            db.execute(
                "UPDATE outbox SET ephemeral = 1 WHERE chat = ?1 AND conversation = ?2",
                whose,
            )?;
            // The rows stay, empty: what was answered once must not be answered again.
            db.execute(
                "UPDATE inbox SET conversation = '', raw = NULL, incoming = NULL
                 WHERE source = ?1 AND conversation = ?2 AND state <> 'new'",
                whose,
            )?;
            db.execute(
                "UPDATE inbox SET conversation = '', raw = NULL, incoming = NULL WHERE id = ?1",
                [inbox_id],
            )?;
            insert_plan(db, inbox_id, plan, now)?;
            set_end(db, inbox_id, End::Done, now)
        })?;
        self.scrub()
    }

    /// The conversation has another identifier from now on.
    ///
    /// # Errors
    /// If the database fails.
    pub fn move_conversation(&self, chat: &str, from: &str, to: &str) -> Result<()> {
        self.write(|db| {
            for table in ["button", "feedback", "outbox"] {
                let sql = format!(
                    "UPDATE {table} SET conversation = ?3 WHERE chat = ?1 AND conversation = ?2"
                );
                db.execute(&sql, [chat, from, to])?;
            }
            db.execute(
                "UPDATE outbox SET lane = ?3 WHERE chat = ?1 AND lane = ?2 AND state = 'planned'",
                [chat, from, to],
            )?;
            db.execute(
                "INSERT INTO setting (chat, conversation, language)
                 SELECT chat, ?3, language FROM setting WHERE chat = ?1 AND conversation = ?2
                 ON CONFLICT (chat, conversation) DO NOTHING",
                [chat, from, to],
            )?;
            db.execute("DELETE FROM setting WHERE chat = ?1 AND conversation = ?2", [chat, from])?;
            Ok(())
        })
    }

    /// Nothing more goes to a conversation that shut us out.
    ///
    /// # Errors
    /// If the database fails.
    pub fn shut_out(&self, chat: &str, conversation: &str, now: DateTime<Utc>) -> Result<()> {
        self.write(|db| {
            db.execute(
                "UPDATE outbox SET state = 'dead', reason = 'the bot was blocked or removed',
                     ended_at = ?3 WHERE chat = ?1 AND conversation = ?2 AND state = 'planned'",
                params![chat, conversation, millis(now)],
            )?;
            Ok(())
        })
    }

    /// Takes deleted rows out of the write-ahead log, too.
    ///
    /// # Errors
    /// If the database fails. Readers may hold the log for a while; that is no error.
    pub fn scrub(&self) -> Result<()> {
        let writer = super::lock(&self.writer);
        writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

fn put_feedback(
    db: &Connection,
    id: &str,
    to: &ReplyTo,
    (kind, review_id, text): (&str, Option<&str>, Option<&str>),
    now: DateTime<Utc>,
) -> Result<()> {
    db.execute(
        "INSERT INTO feedback (id, chat, conversation, review_id, kind, text, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING",
        params![id, to.chat, to.conversation, review_id, kind, text, millis(now)],
    )?;
    Ok(())
}
