//! Questions that nothing was found for: kept for a while, and told about later if their reader
//! asked for it.

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::outbox::{Plan, insert_plan};
use super::{Store, meta, millis, set_meta, time};
use crate::claim::post::{Post, ReplyTo};

/// Questions of one conversation that wait for an answer at once.
const AWAITED_MAX: i64 = 50;
/// By what `meta` knows how far changes of checks were compared with questions.
const FOLLOWED: &str = "followed";

/// A question that nothing was found for.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Inbox row it came in.
    pub inbox_id: String,
    /// Where it was asked, and what an answer replies to.
    pub to: ReplyTo,
    /// What was asked.
    pub post: Post,
    /// Language it was answered in, an ISO 639-1 code.
    pub language: String,
    /// When it was answered with nothing.
    pub at: DateTime<Utc>,
    /// When it is deleted.
    pub until: DateTime<Utc>,
    /// Checks its reader called another claim.
    pub excluded: Vec<String>,
    /// It was not compared with changes after this sequence; `None`: after the cursor.
    pub since: Option<u64>,
}

/// How a question stands whose reader presses “tell me”.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is kept: its reader may ask to be told.
    Kept,
    /// Its reader has asked for that.
    Awaited,
    /// So many others of its conversation wait that it can't wait as well.
    Full,
    /// It is not kept any more.
    Gone,
}

/// What the end of an inbox row means for a question that nothing was found for.
#[derive(Debug, Clone, PartialEq)]
pub enum Later {
    /// Nothing was found: keep it, in place of what was asked by the same message before.
    Keep(Box<Question>),
    /// Something was found for what this message asks now.
    Drop(ReplyTo),
    /// Its reader asks to be told, until then.
    Await {
        /// Its inbox row.
        question: String,
        /// When it is deleted.
        until: DateTime<Utc>,
    },
    /// What its reader was told is about another claim: it waits again.
    Again {
        /// Its inbox row.
        question: String,
        /// The check that is about another claim.
        review_id: String,
    },
}

/// One question that was compared with what changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Its inbox row.
    pub question: String,
    /// Up to which change it was compared.
    pub upto: u64,
    /// What its reader is told, if one of the changed checks answers it.
    pub plan: Option<Plan>,
}

impl Store {
    /// How a question stands, if it was asked in this very conversation.
    ///
    /// # Errors
    /// If the database fails.
    pub fn standing(&self, question: &str, to: &ReplyTo, now: DateTime<Utc>) -> Result<Standing> {
        self.read(|db| {
            let state: Option<String> = db
                .prepare_cached(
                    "SELECT state FROM question
                     WHERE inbox_id = ?1 AND chat = ?2 AND conversation = ?3 AND until > ?4",
                )?
                .query_row(params![question, to.chat, to.conversation, millis(now)], |row| {
                    row.get(0)
                })
                .optional()?;
            let waiting: i64 = db
                .prepare_cached(
                    "SELECT count(*) FROM question
                     WHERE chat = ?1 AND conversation = ?2 AND state = 'awaited'",
                )?
                .query_row([&to.chat, &to.conversation], |row| row.get(0))?;
            Ok(match state.as_deref() {
                Some("kept") if waiting >= AWAITED_MAX => Standing::Full,
                Some("kept") => Standing::Kept,
                Some(_) => Standing::Awaited,
                None => Standing::Gone,
            })
        })
    }

    /// The question that a follow-up answered, and when it is deleted, if it is still kept.
    ///
    /// # Errors
    /// If the database fails.
    pub fn answered_later(&self, outbox_id: &str) -> Result<Option<(String, DateTime<Utc>)>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT q.inbox_id, q.until FROM question q JOIN outbox o ON o.inbox_id = q.inbox_id
                 WHERE o.id = ?1 AND q.state = 'told' AND o.once LIKE 'follow-up %'",
            )?;
            Ok(statement
                .query_row([outbox_id], |row| Ok((row.get(0)?, time(row.get(1)?))))
                .optional()?)
        })
    }

    /// How far changes of checks were compared with questions.
    ///
    /// # Errors
    /// If the database fails.
    pub fn followed(&self) -> Result<u64> {
        self.read(|db| cursor(db, FOLLOWED))
    }

    /// Questions whose readers wait for an answer and that were not compared with all changes up to
    /// the cursor, at most `limit`.
    ///
    /// # Errors
    /// If the database fails.
    pub fn late_questions(&self, limit: usize, now: DateTime<Utc>) -> Result<Vec<Question>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT inbox_id, conversation, reply_to, post, language, at, until, excluded, since
                 FROM question WHERE state = 'awaited' AND since IS NOT NULL AND until > ?1
                 LIMIT ?2",
            )?;
            let rows =
                statement.query_map(params![millis(now), i64::try_from(limit)?], question)?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
    }

    /// Questions whose readers wait for an answer, in the order of their inbox rows' identifiers
    /// after `after`, at most `limit`.
    ///
    /// # Errors
    /// If the database fails.
    pub fn awaited_questions(
        &self,
        after: &str,
        limit: usize,
        now: DateTime<Utc>,
    ) -> Result<Vec<Question>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT inbox_id, conversation, reply_to, post, language, at, until, excluded, since
                 FROM question WHERE inbox_id > ?1 AND state = 'awaited' AND until > ?2
                 ORDER BY inbox_id LIMIT ?3",
            )?;
            let limit = i64::try_from(limit)?;
            let rows = statement.query_map(params![after, millis(now), limit], question)?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
    }

    /// Those of these questions, by their inbox rows and in that order, whose readers wait still.
    ///
    /// # Errors
    /// If the database fails.
    pub fn questions_of(&self, inbox: &[String], now: DateTime<Utc>) -> Result<Vec<Question>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT inbox_id, conversation, reply_to, post, language, at, until, excluded, since
                 FROM question WHERE inbox_id = ?1 AND state = 'awaited' AND until > ?2",
            )?;
            let mut found = Vec::with_capacity(inbox.len());
            for id in inbox {
                let row = statement.query_row(params![id, millis(now)], question).optional()?;
                found.extend(row.flatten());
            }
            Ok(found)
        })
    }

    /// Whether anybody waits for an answer.
    ///
    /// # Errors
    /// If the database fails.
    pub fn anybody_waits(&self) -> Result<bool> {
        self.read(|db| {
            let sql = "SELECT EXISTS (SELECT 1 FROM question WHERE state = 'awaited')";
            Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
        })
    }

    /// Plans what readers are told, marks their questions as told, and moves the cursor, all in one
    /// transaction. Whoever was forgotten, told or is not waiting any more is told nothing. Returns
    /// how many are told.
    ///
    /// # Errors
    /// If the database fails; nothing is planned then.
    pub fn follow_up(
        &self,
        compared: &[Compared],
        followed: Option<u64>,
        now: DateTime<Utc>,
    ) -> Result<usize> {
        self.write(|db| {
            let mut told = 0;
            for one in compared {
                told += usize::from(settle(db, one, now)?);
            }
            if let Some(followed) = followed {
                set_meta(db, FOLLOWED, &followed.to_string())?;
            }
            Ok(told)
        })
    }
}

/// Stores that a question was compared; `true` if its reader is told something.
fn settle(db: &Connection, one: &Compared, now: DateTime<Utc>) -> Result<bool> {
    let Some(plan) = &one.plan else {
        db.prepare_cached(
            "UPDATE question SET since = NULL
             WHERE inbox_id = ?1 AND state = 'awaited' AND since IS NOT NULL",
        )?
        .execute([&one.question])?;
        return Ok(false);
    };
    let waits = db
        .prepare_cached(
            "UPDATE question SET state = 'told', since = ?2
             WHERE inbox_id = ?1 AND state = 'awaited' AND until > ?3",
        )?
        .execute(params![one.question, i64::try_from(one.upto)?, millis(now)])?;
    Ok(waits > 0 && insert_plan(db, &one.question, plan, now)?)
}

pub(super) fn apply(db: &Connection, later: &Later) -> Result<()> {
    match later {
        Later::Keep(question) => {
            drop_question(db, &question.to)?;
            db.prepare_cached(
                "INSERT INTO question (inbox_id, chat, conversation, reply_to, post, language,
                                       state, at, until, excluded, since)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'kept', ?7, ?8, ?9, ?10)
                 ON CONFLICT (inbox_id) DO NOTHING",
            )?
            .execute(params![
                question.inbox_id,
                question.to.chat,
                question.to.conversation,
                serde_json::to_string(&question.to)?,
                serde_json::to_string(&question.post)?,
                question.language,
                millis(question.at),
                millis(question.until),
                serde_json::to_string(&question.excluded)?,
                question.since.map(i64::try_from).transpose()?,
            ])?;
        }
        Later::Drop(to) => drop_question(db, to)?,
        Later::Await { question, until } => {
            db.execute(
                "UPDATE question SET state = 'awaited', until = ?2
                 WHERE inbox_id = ?1 AND state = 'kept'",
                params![question, millis(*until)],
            )?;
        }
        Later::Again { question, review_id } => again(db, question, review_id)?,
    }
    Ok(())
}

/// The question waits again, for anything but this check.
fn again(db: &Connection, question: &str, review_id: &str) -> Result<()> {
    let excluded: Option<String> = db
        .query_row(
            "SELECT excluded FROM question WHERE inbox_id = ?1 AND state = 'told'",
            [question],
            |row| row.get(0),
        )
        .optional()?;
    let Some(excluded) = excluded else { return Ok(()) };
    let mut excluded: Vec<String> = serde_json::from_str(&excluded).unwrap_or_default();
    excluded.push(review_id.to_owned());
    db.execute(
        "UPDATE question SET state = 'awaited', excluded = ?2 WHERE inbox_id = ?1",
        [question, &serde_json::to_string(&excluded)?],
    )?;
    Ok(())
}

/// Forgets what a message asked.
fn drop_question(db: &Connection, to: &ReplyTo) -> Result<()> {
    db.prepare_cached(
        "DELETE FROM question WHERE chat = ?1 AND conversation = ?2
           AND json_extract(reply_to, '$.message') = ?3",
    )?
    .execute(params![to.chat, to.conversation, to.message])?;
    Ok(())
}

pub(super) fn cursor(db: &Connection, name: &str) -> Result<u64> {
    let value = meta(db, name)?;
    Ok(value.and_then(|value| value.parse().ok()).unwrap_or(0))
}

/// Reads a question; `None` if what was stored makes no sense, which must not keep the others.
fn question(row: &Row<'_>) -> rusqlite::Result<Option<Question>> {
    let conversation: String = row.get(1)?;
    let (to, post): (String, String) = (row.get(2)?, row.get(3)?);
    let excluded: String = row.get(7)?;
    let to = serde_json::from_str::<ReplyTo>(&to).ok();
    let Some((to, post)) = to.zip(serde_json::from_str::<Post>(&post).ok()) else {
        return Ok(None);
    };
    Ok(Some(Question {
        inbox_id: row.get(0)?,
        // A group may have another identifier by now.
        to: ReplyTo { conversation, ..to },
        post,
        language: row.get(4)?,
        at: time(row.get(5)?),
        until: time(row.get(6)?),
        excluded: serde_json::from_str(&excluded).unwrap_or_default(),
        since: row.get::<_, Option<i64>>(8)?.map(|since| u64::try_from(since).unwrap_or(0)),
    }))
}
