//! The outbox: `planned -> sending -> sent | uncertain | dead`. What may have been sent is never
//! sent again.

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::answers::UNDONE;
use super::inbox::count_states;
use super::listening::{POST_CHANGED, SWITCHED_OFF};
use super::readers::move_conversation;
use super::{Store, millis};
use crate::claim::alert::{Alert, Digest};
use crate::claim::answer::Answer;
use crate::claim::post::{Audience, ReplyTo};
use crate::claim::reply::{Action, Reply};
use crate::claim::words::Lang;

/// Why something ends that was being sent when its reader asked to be forgotten.
const FORGOTTEN: &str = "the reader asked to be forgotten";
/// Why something ends that was planned with a check as it was before.
pub(super) const OUTDATED: &str = "the check changed";

/// Something to be done in a chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outgoing {
    /// Say this. Not repeatable: nobody can tell whether it was said.
    Send {
        /// Where.
        to: ReplyTo,
        /// What.
        reply: Reply,
    },
    /// Put this in place of what was said before.
    Edit {
        /// Where.
        to: ReplyTo,
        /// What.
        reply: Reply,
    },
    /// Tell moderators, somewhere that is no chat.
    Alert {
        /// What.
        alert: Box<Alert>,
    },
    /// Tell moderators what there was since the last time.
    Digest {
        /// What.
        digest: Digest,
    },
    /// Tell the one who pressed a button that it was felt.
    Acknowledge {
        /// Identifier of the press.
        press: String,
        /// A few words shown for a moment; empty for none.
        toast: String,
    },
}

/// Something planned for the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Our identifier for it.
    pub id: String,
    /// What may be said only once: a second plan with the same words here is dropped.
    pub once: String,
    /// Configured chat.
    pub chat: String,
    /// Conversation within it.
    pub conversation: String,
    /// The question it answers.
    pub message: Option<String>,
    /// Outbox row of the answer that this edits.
    pub target: Option<String>,
    /// Doing it twice does no harm.
    pub repeatable: bool,
    /// Not to be done before this.
    pub not_before: Option<DateTime<Utc>>,
    /// Forget whom it was for as soon as it has ended.
    pub ephemeral: bool,
    /// What is to be done.
    pub outgoing: Outgoing,
    /// What its buttons do: opaque id and action.
    pub buttons: Vec<(String, Action)>,
    /// The answer it tells, kept for its buttons.
    pub told: Option<Told>,
}

/// An answer as it was told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Language it was told in, an ISO 639-1 code.
    pub language: String,
    /// Who reads it.
    #[serde(default)]
    pub audience: Audience,
    /// The answer.
    pub answer: Answer,
}

impl Told {
    /// An answer as it is kept for its buttons and for corrections: that outlives what was asked,
    /// so it holds no word of it.
    pub fn of(language: Lang, audience: Audience, mut answer: Answer) -> Self {
        for matched in &mut answer.matches {
            matched.why.words.clear();
        }
        Self { language: language.code().to_owned(), audience, answer }
    }
}

/// One row that was marked as being sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sending {
    /// Our identifier.
    pub id: String,
    /// Configured chat.
    pub chat: String,
    /// Conversation within it, as it is called now.
    pub conversation: String,
    /// Its lane.
    pub lane: String,
    /// What is to be done.
    pub outgoing: Outgoing,
    /// For an edit: the message to be changed; `None` if it was never surely sent.
    pub target_message: Option<String>,
    /// How often it was tried, this time included.
    pub attempts: u32,
    /// Doing it twice does no harm.
    pub repeatable: bool,
    /// When it was planned.
    pub planned_at: DateTime<Utc>,
}

impl Sending {
    /// Where it goes now: the conversation may have moved since it was planned.
    pub fn there(&self, to: &ReplyTo) -> ReplyTo {
        ReplyTo { conversation: self.conversation.clone(), ..to.clone() }
    }
}

/// How a try to send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The chat took it; the message it became.
    Sent(Option<String>),
    /// The chat surely did not take it; try again after this moment, as the whole lane.
    Later {
        /// Not before this.
        at: DateTime<Utc>,
        /// Why.
        reason: String,
    },
    /// The conversation has another identifier; it was surely not taken.
    Moved {
        /// The new identifier.
        to: String,
    },
    /// Nobody can tell whether it was taken.
    Uncertain(String),
    /// It will never be taken.
    Dead(String),
}

/// An answer that was sent, or planned, for a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Outbox row.
    pub id: String,
    /// Its state.
    pub state: String,
}

impl Store {
    /// Marks the next rows as being sent: the oldest of each lane whose time has come and whose
    /// lane is free, at most `limit`. One that can't be read ends at once.
    ///
    /// # Errors
    /// If the database fails.
    pub fn lease_outbox(
        &self,
        limit: usize,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
    ) -> Result<Vec<Sending>> {
        self.write(|db| {
            let ids: Vec<String> = db
                .prepare_cached(
                    "SELECT o.id FROM outbox o
                     WHERE o.state = 'planned' AND o.not_before <= ?1
                       AND NOT EXISTS (SELECT 1 FROM outbox p
                           WHERE p.chat = o.chat AND p.lane = o.lane AND p.state = 'sending')
                       AND NOT EXISTS (SELECT 1 FROM outbox p
                           WHERE p.chat = o.chat AND p.lane = o.lane AND p.state = 'planned'
                             AND p.position < o.position)
                     ORDER BY o.position LIMIT ?2",
                )?
                .query_map(params![millis(now), i64::try_from(limit)?], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            let mut leased = Vec::with_capacity(ids.len());
            for id in &ids {
                leased.extend(mark_sending(db, id, now, lease_until)?);
            }
            Ok(leased)
        })
    }

    /// Records how a try to send ended. What its reader wants forgotten is not tried again. `true`:
    /// whom it was for was forgotten with that, so a [`scrub`](Self::scrub) is due.
    ///
    /// # Errors
    /// If the database fails; the row then stays as being sent and ends as uncertain.
    pub fn end_outbox(
        &self,
        sending: &Sending,
        outcome: &Outcome,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.write_forgetting(|db| match outcome {
            Outcome::Moved { to } => {
                move_conversation(db, &sending.chat, &sending.conversation, to)?;
                if is_forgotten(db, &sending.id)? {
                    return end(db, &sending.id, "dead", Some(FORGOTTEN), None, now);
                }
                db.execute(
                    "UPDATE outbox SET state = 'planned', lane = ?2 WHERE id = ?1",
                    params![sending.id, to],
                )?;
                Ok(false)
            }
            Outcome::Later { at, reason } => {
                let given_up = is_forgotten(db, &sending.id)?;
                if !given_up {
                    db.prepare_cached(
                        "UPDATE outbox SET state = 'planned', reason = ?2 WHERE id = ?1",
                    )?
                    .execute(params![sending.id, reason])?;
                }
                db.prepare_cached(
                    "UPDATE outbox SET not_before = max(not_before, ?3)
                     WHERE chat = ?1 AND lane = ?2 AND state = 'planned'",
                )?
                .execute(params![sending.chat, sending.lane, millis(*at)])?;
                if given_up {
                    return end(db, &sending.id, "dead", Some(FORGOTTEN), None, now);
                }
                Ok(false)
            }
            Outcome::Sent(receipt) => end(db, &sending.id, "sent", None, receipt.as_deref(), now),
            Outcome::Uncertain(reason) => {
                end(db, &sending.id, "uncertain", Some(reason.as_str()), None, now)
            }
            Outcome::Dead(reason) => end(db, &sending.id, "dead", Some(reason.as_str()), None, now),
        })
    }

    /// The answer planned or sent for a message of a conversation, if there is one.
    ///
    /// # Errors
    /// If the database fails.
    pub fn answer_to(&self, to: &ReplyTo) -> Result<Option<Sent>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id, state FROM outbox
                 WHERE chat = ?1 AND conversation = ?2 AND message = ?3 AND target IS NULL
                 ORDER BY position LIMIT 1",
            )?;
            Ok(statement
                .query_row(params![to.chat, to.conversation, to.message], |row| {
                    Ok(Sent { id: row.get(0)?, state: row.get(1)? })
                })
                .optional()?)
        })
    }

    /// Number of rows in each state.
    ///
    /// # Errors
    /// If the database fails.
    pub fn outbox_states(&self) -> Result<Vec<(String, u64)>> {
        self.read(|db| count_states(db, "SELECT state, count(*) FROM outbox GROUP BY state"))
    }
}

/// Plans one thing; `false` if it was planned before.
pub(super) fn insert_plan(
    db: &Connection,
    inbox_id: &str,
    plan: &Plan,
    now: DateTime<Utc>,
) -> Result<bool> {
    let lane = match &plan.outgoing {
        Outgoing::Acknowledge { press, .. } => press,
        Outgoing::Alert { .. } | Outgoing::Digest { .. } => &plan.chat,
        Outgoing::Send { .. } | Outgoing::Edit { .. } => &plan.conversation,
    };
    // What waits for its hour must not hold up what need not.
    let held = plan.not_before.map(|_| format!("{lane} held"));
    let lane = held.as_ref().unwrap_or(lane);
    let inserted = db
        .prepare_cached(
            "INSERT INTO outbox (id, position, inbox_id, once, chat, conversation, message, lane,
                                 target, repeatable, ephemeral, outgoing, state, planned_at,
                                 not_before)
             VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM outbox), ?2, ?3, ?4, ?5, ?6, ?7,
                     ?8, ?9, ?10, ?11, 'planned', ?12,
                     -- What the chat asked a lane to wait holds for what comes after a taken back row.
                     max(?13, (SELECT coalesce(max(not_before), 0) FROM outbox
                         WHERE chat = ?4 AND lane = ?7 AND state = 'dead' AND reason IN (?14, ?15, ?16, ?17))))
             ON CONFLICT (once) DO NOTHING",
        )?
        .execute(params![
            plan.id,
            inbox_id,
            plan.once,
            plan.chat,
            plan.conversation,
            plan.message,
            lane,
            plan.target,
            plan.repeatable,
            plan.ephemeral,
            serde_json::to_string(&plan.outgoing)?,
            millis(now),
            plan.not_before.map_or(0, millis),
            OUTDATED,
            SWITCHED_OFF,
            POST_CHANGED,
            UNDONE
        ])?;
    if inserted == 0 {
        return Ok(false);
    }
    super::told::remember(db, plan)?;
    put_buttons(db, plan, now)?;
    Ok(true)
}

/// Stores what the buttons of a plan do.
pub(super) fn put_buttons(db: &Connection, plan: &Plan, now: DateTime<Utc>) -> Result<()> {
    let told = plan.told.as_ref().map(serde_json::to_string).transpose()?;
    let mut put = db.prepare_cached(
        "INSERT INTO button (id, outbox_id, chat, conversation, action, told, planned_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (id, action) in &plan.buttons {
        let action = serde_json::to_string(action)?;
        let root = plan.target.as_ref().unwrap_or(&plan.id);
        put.execute(params![id, root, plan.chat, plan.conversation, action, told, millis(now)])?;
    }
    Ok(())
}

fn mark_sending(
    db: &Connection,
    id: &str,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> Result<Option<Sending>> {
    let (chat, conversation, lane, outgoing, attempts, planned_at, target, repeatable) = db
        .prepare_cached(
            "UPDATE outbox SET state = 'sending', attempts = attempts + 1, lease_until = ?2
             WHERE id = ?1
             RETURNING chat, conversation, lane, outgoing, attempts, planned_at, target,
                 repeatable",
        )?
        .query_row(params![id, millis(lease_until)], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get::<_, Option<String>>(3)?,
                row.get(4)?,
                row.get::<_, i64>(5)?,
                row.get::<_, Option<String>>(6)?,
                row.get(7)?,
            ))
        })?;
    let target_message = match target {
        Some(target) => db
            .prepare_cached("SELECT receipt FROM outbox WHERE id = ?1 AND state = 'sent'")?
            .query_row([target], |row| row.get(0))
            .optional()?
            .flatten(),
        None => None,
    };
    let Ok(outgoing) = serde_json::from_str(outgoing.as_deref().unwrap_or_default()) else {
        end(db, id, "dead", Some("it can't be read"), None, now)?;
        return Ok(None);
    };
    Ok(Some(Sending {
        outgoing,
        id: id.to_owned(),
        chat,
        conversation,
        lane,
        target_message,
        attempts,
        repeatable,
        planned_at: super::time(planned_at),
    }))
}

/// Whether the reader asked to be forgotten while a row was being sent.
fn is_forgotten(db: &Connection, id: &str) -> Result<bool> {
    let mut statement = db.prepare_cached("SELECT ephemeral = 2 FROM outbox WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?.unwrap_or(false))
}

/// Ends a row by name; `true` if whom it was for was forgotten with that.
pub(super) fn end(
    db: &Connection,
    id: &str,
    state: &str,
    reason: Option<&str>,
    receipt: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool> {
    db.prepare_cached(
        "UPDATE outbox SET state = ?2, reason = ?3, receipt = ?4, ended_at = ?5 WHERE id = ?1",
    )?
    .execute(params![id, state, reason, receipt, millis(now)])?;
    let forgotten = db
        .prepare_cached(
        "UPDATE outbox SET conversation = '', lane = id, once = id, message = NULL, outgoing = NULL,
             receipt = NULL WHERE id = ?1 AND ephemeral > 0",
    )?
    .execute([id])?;
    Ok(forgotten > 0)
}
