//! Sending: a reply as plain text with our own entities, never with markup to be parsed.

use teloxide::payloads::{AnswerCallbackQuerySetters, EditMessageTextSetters, SendMessageSetters};
use teloxide::prelude::Requester;
use teloxide::types::{
    CallbackQueryId, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions,
    MessageEntity, MessageId, ReplyParameters, ThreadId,
};
use teloxide::{ApiError, RequestError};

use super::Telegram;
use crate::chats::{CallError, Sent};
use crate::claim::post::ReplyTo;
use crate::claim::reply::{Action, EntityKind, Reply};

/// The number of a forum's general topic, which Telegram shows and does not take.
const GENERAL: i64 = 1;

impl Telegram {
    /// Sends a reply. Not repeatable: after [`CallError::Broken`] nobody can tell whether it was
    /// said.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn send(&self, to: &ReplyTo, reply: &Reply) -> Result<Sent, CallError> {
        let mut request = self
            .bot
            .send_message(chat(to)?, reply.text.clone())
            .entities(entities(reply))
            .link_preview_options(preview(reply));
        if let Some(message) = to.message.as_deref().and_then(message_id) {
            request = request
                .reply_parameters(ReplyParameters::new(message).allow_sending_without_reply());
        }
        let thread = to.thread.filter(|id| *id != GENERAL).and_then(|id| i32::try_from(id).ok());
        if let Some(thread) = thread.map(MessageId) {
            request = request.message_thread_id(ThreadId(thread));
        }
        if let Some(keyboard) = keyboard(reply) {
            request = request.reply_markup(keyboard);
        }
        match request.await {
            Ok(message) => Ok(Sent { message: Some(message.id.0.to_string()) }),
            Err(error) => taken(&error).ok_or_else(|| error.into()),
        }
    }

    /// Puts a reply in place of a message we sent. Harmless to repeat.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn edit(
        &self,
        to: &ReplyTo,
        message: &str,
        reply: &Reply,
    ) -> Result<Sent, CallError> {
        let target = message_id(message).ok_or_else(|| no_number("message"))?;
        let mut request = self
            .bot
            .edit_message_text(chat(to)?, target, reply.text.clone())
            .entities(entities(reply))
            .link_preview_options(preview(reply));
        if let Some(keyboard) = keyboard(reply) {
            request = request.reply_markup(keyboard);
        }
        match request.await {
            Ok(_) | Err(RequestError::Api(ApiError::MessageNotModified)) => {
                Ok(Sent { message: Some(message.to_owned()) })
            }
            Err(error) => taken(&error)
                .map(|_| Sent { message: Some(message.to_owned()) })
                .ok_or_else(|| error.into()),
        }
    }

    /// Tells the one who pressed a button that it was felt. Harmless to repeat.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn acknowledge(&self, press: &str, toast: &str) -> Result<Sent, CallError> {
        let mut request = self.bot.answer_callback_query(CallbackQueryId(press.to_owned()));
        if !toast.is_empty() {
            request = request.text(toast);
        }
        request.await?;
        Ok(Sent { message: None })
    }
}

/// Whether the server took it all the same: an answer newer than the library can't be read whole,
/// but says so.
fn taken(error: &RequestError) -> Option<Sent> {
    let RequestError::InvalidJson { raw, .. } = error else { return None };
    let answer: serde_json::Value = serde_json::from_str(raw).ok()?;
    let message = answer.pointer("/result/message_id").and_then(serde_json::Value::as_i64);
    let message = message.map(|number| number.to_string());
    answer.get("ok")?.as_bool()?.then_some(Sent { message })
}

fn chat(to: &ReplyTo) -> Result<ChatId, CallError> {
    to.conversation.parse().map(ChatId).map_err(|_| no_number("chat"))
}

fn no_number(what: &str) -> CallError {
    CallError::Refused(format!("the {what} is not a number"))
}

fn message_id(id: &str) -> Option<MessageId> {
    id.parse().ok().map(MessageId)
}

fn entities(reply: &Reply) -> Vec<MessageEntity> {
    let entities = reply.entities.iter().filter_map(|entity| {
        let (offset, length) = (entity.offset, entity.length);
        Some(match &entity.kind {
            EntityKind::Bold => MessageEntity::bold(offset, length),
            EntityKind::Italic => MessageEntity::italic(offset, length),
            EntityKind::Blockquote => {
                MessageEntity::new(teloxide::types::MessageEntityKind::Blockquote, offset, length)
            }
            EntityKind::TextLink(url) => {
                MessageEntity::text_link(url.parse().ok()?, offset, length)
            }
        })
    });
    entities.collect()
}

/// The check's preview, small; or none at all, lest the rumour's be shown.
fn preview(reply: &Reply) -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: reply.preview.is_none(),
        url: reply.preview.clone(),
        prefer_small_media: reply.preview.is_some(),
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn keyboard(reply: &Reply) -> Option<InlineKeyboardMarkup> {
    let rows = reply.buttons.iter().map(|row| {
        row.iter().filter_map(|button| match &button.action {
            Action::Open(url) => {
                Some(InlineKeyboardButton::url(button.label.clone(), url.parse().ok()?))
            }
            Action::Stored(id) => {
                Some(InlineKeyboardButton::callback(button.label.clone(), id.clone()))
            }
            // What is not stored can't be found again after a restart, so it is not offered.
            _ => None,
        })
    });
    let rows: Vec<Vec<InlineKeyboardButton>> =
        rows.map(Iterator::collect).filter(|row: &Vec<_>| !row.is_empty()).collect();
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_newer_than_the_library_still_says_that_it_was_sent() {
        let read = |raw: &str| {
            let source = serde_json::from_str::<u8>("x").expect_err("no number").into();
            taken(&RequestError::InvalidJson { source, raw: raw.into() })
        };
        let sent = Some(Sent { message: Some("7".into()) });
        assert_eq!(read(r#"{"ok":true,"result":{"message_id":7,"new":{}}}"#), sent);
        assert_eq!(read(r#"{"ok":false,"description":3}"#), None);
        assert_eq!(read(r#"{"ok":true,"result":{"message_id":7,"#), None);
    }
}
