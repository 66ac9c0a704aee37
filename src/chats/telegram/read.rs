//! Reading an update: what somebody wants of us, or why it is set aside.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::Value;
use teloxide::types::{
    CallbackQuery, ChatKind, ChatMemberStatus, Message, MessageEntityKind, MessageOrigin, Update,
    UpdateKind, User,
};

use crate::claim::post::{Audience, Command, Incoming, Intent, Post, ReplyTo};

/// Most addresses taken from the links of a message.
const LINKS_MAX: usize = 16;

/// Who the bot is, as far as reading depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Its user number.
    pub id: u64,
    /// Its name without `@`.
    pub username: String,
    /// Chats and channels read as feeds: numbers, or lower-case names with `@`.
    pub watch: HashSet<String>,
}

/// What was read from an update.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// Conversation it belongs to; empty if none.
    pub conversation: String,
    /// What is wanted, or why it is set aside.
    pub incoming: Result<Incoming, &'static str>,
    /// Who wrote a watched post or pressed a button, as Telegram numbers them; never stored, only
    /// named under a secret.
    pub author: Option<String>,
    /// Whether the raw update may be kept: what was not addressed to us may not.
    pub keep_raw: bool,
}

impl Read {
    fn aside(conversation: String, reason: &'static str, keep_raw: bool) -> Self {
        // Of what was not for us not even the place is kept.
        let conversation = if keep_raw { conversation } else { String::new() };
        Self { conversation, incoming: Err(reason), author: None, keep_raw }
    }
}

/// Reads an update that came in over the bot `chat` at `now`.
pub fn read(raw: &Value, chat: &str, me: &Me, now: DateTime<Utc>) -> Read {
    // One update that the library stumbles over must not hold up all that come after it.
    std::panic::catch_unwind(|| understand(raw, chat, me, now))
        .unwrap_or_else(|_| Read::aside(String::new(), "not readable", may_be_kept(raw)))
}

/// Whether a message we can't read may be kept: not what was said in a group.
fn may_be_kept(raw: &Value) -> bool {
    let kinds = raw.as_object().into_iter().flat_map(serde_json::Map::values);
    let mut chats = kinds.filter_map(|kind| kind.pointer("/chat/type")?.as_str());
    chats.all(|chat| chat == "private")
}

fn understand(raw: &Value, chat: &str, me: &Me, now: DateTime<Utc>) -> Read {
    // The library tells kinds of updates apart only in text, not in a parsed value.
    let Ok(update) = serde_json::from_str::<Update>(&raw.to_string()) else {
        return Read::aside(String::new(), "not an update", may_be_kept(raw));
    };
    let door = Door { chat, me };
    match update.kind {
        UpdateKind::Message(message) => door.message(&message, false),
        UpdateKind::EditedMessage(message) => door.message(&message, true),
        UpdateKind::ChannelPost(message) => door.watched(&message),
        UpdateKind::CallbackQuery(press) => door.press(&press, now),
        UpdateKind::MyChatMember(change) => {
            let conversation = change.chat.id.to_string();
            match change.new_chat_member.status() {
                ChatMemberStatus::Banned | ChatMemberStatus::Left => Read {
                    incoming: Ok(Incoming {
                        intent: Intent::Left,
                        post: Post::default(),
                        reply_to: Some(ReplyTo {
                            chat: chat.to_owned(),
                            conversation: conversation.clone(),
                            message: None,
                            thread: None,
                            audience: Audience::Group,
                        }),
                        client_language: None,
                        seen_at: None,
                        author_key: None,
                        sent_at: change.date,
                    }),
                    conversation,
                    author: None,
                    keep_raw: true,
                },
                _ => Read::aside(conversation, "membership", false),
            }
        }
        _ => Read::aside(String::new(), "unknown kind of update", may_be_kept(raw)),
    }
}

struct Door<'a> {
    chat: &'a str,
    me: &'a Me,
}

impl Door<'_> {
    fn message(&self, message: &Message, edited: bool) -> Read {
        let conversation = message.chat.id.to_string();
        if let Some(to) = message.migrate_to_chat_id() {
            let moved = Intent::Moved { to: to.to_string() };
            return self.take(message, moved, Post::default(), conversation);
        }
        if message.from.as_ref().is_some_and(|user| user.is_bot) {
            return Read::aside(conversation, "from a bot", false);
        }
        let private = matches!(message.chat.kind, ChatKind::Private(_));
        let text = words(message);
        if let Some((command, rest)) = self.command(text, private) {
            return self.commanded(message, command, rest, edited, conversation);
        }
        let addressed = private || self.is_reply_to_us(message) || self.mentions_us(text);
        if !addressed {
            if self.is_watched(message) {
                return self.watched(message);
            }
            return Read::aside(conversation, "not addressed to the bot", false);
        }
        let asked = if private { text.to_owned() } else { self.without_mention(text) };
        let replied = message.reply_to_message().filter(|_| !self.is_reply_to_us(message));
        let mut post = match replied {
            Some(replied) if asked.trim().is_empty() => post(replied, words(replied)),
            _ => post(message, &asked),
        };
        post.id = Some(message.id.0.to_string());
        if post.text.trim().is_empty() && post.urls.is_empty() {
            return if private && !edited {
                self.take(
                    message,
                    Intent::Command(Command::Help, String::new()),
                    post,
                    conversation,
                )
            } else {
                Read::aside(conversation, "no text", false)
            };
        }
        let intent = if edited { Intent::Edited } else { Intent::Question };
        self.take(message, intent, post, conversation)
    }

    fn commanded(
        &self,
        message: &Message,
        command: Command,
        rest: &str,
        edited: bool,
        conversation: String,
    ) -> Read {
        let id = Some(message.id.0.to_string());
        if command == Command::Check {
            let asked = match message.reply_to_message() {
                Some(replied) if rest.is_empty() => post(replied, words(replied)),
                _ => Post { text: rest.to_owned(), ..Post::default() },
            };
            if !asked.text.trim().is_empty() || !asked.urls.is_empty() {
                let intent = if edited { Intent::Edited } else { Intent::Question };
                return self.take(message, intent, Post { id, ..asked }, conversation);
            }
        }
        if edited {
            return Read::aside(conversation, "an edited command", false);
        }
        let post = Post { id, ..Post::default() };
        self.take(message, Intent::Command(command, rest.to_owned()), post, conversation)
    }

    fn watched(&self, message: &Message) -> Read {
        let conversation = message.chat.id.to_string();
        if !self.is_watched(message) {
            return Read::aside(conversation, "not a watched channel", false);
        }
        let mut post = post(message, words(message));
        post.id = message.url().map(|url| url.to_string());
        if post.text.trim().is_empty() {
            return Read::aside(conversation, "no text", false);
        }
        let there = ReplyTo {
            chat: self.chat.to_owned(),
            conversation: conversation.clone(),
            message: Some(message.id.0.to_string()),
            thread: None,
            audience: Audience::Group,
        };
        let incoming = Incoming {
            intent: Intent::Watched,
            post,
            reply_to: None,
            client_language: None,
            seen_at: Some(there),
            author_key: None,
            sent_at: message.date,
        };
        let author = match (&message.sender_chat, &message.from) {
            (Some(channel), _) => Some(channel.id.to_string()),
            (None, Some(user)) => Some(user.id.to_string()),
            (None, None) => None,
        };
        // Nobody spoke to us: whoever wrote it is not kept.
        Read { conversation, incoming: Ok(incoming), author, keep_raw: false }
    }

    fn press(&self, press: &CallbackQuery, now: DateTime<Utc>) -> Read {
        let (Some(message), Some(button)) = (&press.message, &press.data) else {
            return Read::aside(String::new(), "a press without message", true);
        };
        let chat = message.chat();
        let private = matches!(chat.kind, ChatKind::Private(_));
        let conversation = chat.id.to_string();
        let incoming = Incoming {
            intent: Intent::Press { button: button.clone(), press: press.id.0.clone() },
            post: Post::default(),
            reply_to: Some(ReplyTo {
                chat: self.chat.to_owned(),
                conversation: conversation.clone(),
                message: None,
                thread: None,
                audience: if private { Audience::Private } else { Audience::Group },
            }),
            client_language: press.from.language_code.clone(),
            seen_at: None,
            author_key: None,
            sent_at: now,
        };
        let author = Some(press.from.id.to_string());
        Read { conversation, incoming: Ok(incoming), author, keep_raw: true }
    }

    fn take(&self, message: &Message, intent: Intent, post: Post, conversation: String) -> Read {
        let private = matches!(message.chat.kind, ChatKind::Private(_));
        let reply_to = ReplyTo {
            chat: self.chat.to_owned(),
            conversation: conversation.clone(),
            message: Some(message.id.0.to_string()),
            thread: message
                .thread_id
                .filter(|_| message.is_topic_message)
                .map(|thread| i64::from(thread.0.0)),
            audience: if private { Audience::Private } else { Audience::Group },
        };
        let incoming = Incoming {
            intent,
            post,
            reply_to: Some(reply_to),
            client_language: message.from.as_ref().and_then(|user| user.language_code.clone()),
            seen_at: None,
            author_key: None,
            // Somebody who edits an old question asks now.
            sent_at: message.edit_date().copied().unwrap_or(message.date),
        };
        Read { conversation, incoming: Ok(incoming), author: None, keep_raw: true }
    }

    /// A command at the beginning of a text that is meant for us, with what follows it. In private
    /// an unknown command asks for help.
    fn command<'t>(&self, text: &'t str, private: bool) -> Option<(Command, &'t str)> {
        let rest = text.strip_prefix('/')?;
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        let (name, bot) =
            word.split_once('@').map_or((word, None), |(name, bot)| (name, Some(bot)));
        if bot.is_some_and(|bot| !bot.eq_ignore_ascii_case(&self.me.username)) {
            return None;
        }
        let is_word =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match Command::named(name) {
            Some(command) => Some((command, rest.trim())),
            None if private && is_word => Some((Command::Help, "")),
            None => None,
        }
    }

    fn is_reply_to_us(&self, message: &Message) -> bool {
        let author = message.reply_to_message().and_then(|replied| replied.from.as_ref());
        author.is_some_and(|user: &User| user.id.0 == self.me.id)
    }

    fn mentions_us(&self, text: &str) -> bool {
        mention(text, &self.me.username).is_some()
    }

    fn without_mention(&self, text: &str) -> String {
        match mention(text, &self.me.username) {
            Some((start, end)) => format!("{}{}", &text[..start], &text[end..]).trim().to_owned(),
            None => text.to_owned(),
        }
    }

    fn is_watched(&self, message: &Message) -> bool {
        let name = message.chat.username().map(|name| format!("@{}", name.to_lowercase()));
        self.me.watch.contains(&message.chat.id.to_string())
            || name.is_some_and(|name| self.me.watch.contains(&name))
    }
}

/// Where a text mentions a user, as a whole name.
fn mention(text: &str, username: &str) -> Option<(usize, usize)> {
    let lower = text.to_ascii_lowercase();
    let wanted = format!("@{}", username.to_ascii_lowercase());
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    lower.match_indices(&wanted).map(|(start, found)| (start, start + found.len())).find(
        |(start, end)| !lower[..*start].ends_with(is_name) && !lower[*end..].starts_with(is_name),
    )
}

/// Text or caption.
fn words(message: &Message) -> &str {
    message.text().or_else(|| message.caption()).unwrap_or_default()
}

/// The post that a message is: its words, links hidden behind words, and who said it first.
fn post(message: &Message, text: &str) -> Post {
    let entities = message.entities().or_else(|| message.caption_entities()).unwrap_or_default();
    let links = entities.iter().filter_map(|entity| match &entity.kind {
        MessageEntityKind::TextLink { url } => Some(url.to_string()),
        _ => None,
    });
    let author = message.forward_origin().and_then(|origin| match origin {
        MessageOrigin::User { sender_user, .. } => Some(sender_user.full_name()),
        MessageOrigin::HiddenUser { .. } => None,
        MessageOrigin::Chat { sender_chat, .. } => sender_chat.title().map(str::to_owned),
        MessageOrigin::Channel { chat, .. } => chat.title().map(str::to_owned),
    });
    Post {
        id: None,
        text: text.to_owned(),
        lang: None,
        urls: links.take(LINKS_MAX).collect(),
        author,
        alt: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn me() -> Me {
        Me { id: 42, username: "checkbot".into(), watch: ["-100".into()].into() }
    }

    #[expect(clippy::needless_pass_by_value, reason = "made where it is told")]
    fn told(kind: &str, message: Value) -> Read {
        let raw = json!({"update_id": 1, kind: message});
        read(&raw, "telegram.main", &me(), DateTime::default())
    }

    #[expect(clippy::needless_pass_by_value, reason = "made where it is put together")]
    fn message(chat: Value, more: Value) -> Value {
        let mut message = json!({
            "message_id": 7, "date": 1_700_000_000, "chat": chat,
            "from": {"id": 5, "is_bot": false, "first_name": "Ana", "language_code": "pt-br"},
        });
        for (key, value) in more.as_object().expect("object") {
            message[key] = value.clone();
        }
        message
    }

    fn private() -> Value {
        json!({"id": 5, "type": "private", "first_name": "Ana"})
    }

    fn group() -> Value {
        json!({"id": -9, "type": "supergroup", "title": "Family"})
    }

    #[test]
    fn anything_in_private_is_a_question() {
        let read = told("message", message(private(), json!({"text": "Garlic cures flu"})));
        let incoming = read.incoming.expect("question");
        assert_eq!(incoming.intent, Intent::Question);
        assert_eq!(incoming.post.text, "Garlic cures flu");
        assert_eq!(incoming.client_language.as_deref(), Some("pt-br"));
        let to = incoming.reply_to.expect("place");
        assert_eq!((to.conversation.as_str(), to.message), ("5", Some("7".to_owned())));
    }

    #[test]
    fn a_group_is_only_heard_when_it_speaks_to_us() {
        let heard = |more| told("message", message(group(), more));
        let silent = heard(json!({"text": "Garlic cures flu"}));
        assert_eq!(silent.incoming, Err("not addressed to the bot"));
        assert!(!silent.keep_raw);
        assert_eq!(silent.conversation, "");
        let asked =
            heard(json!({"text": "@CheckBot garlic cures flu"})).incoming.expect("question");
        assert_eq!(asked.post.text, "garlic cures flu");
        assert!(heard(json!({"text": "@checkbot2 garlic"})).incoming.is_err());
        let replied = message(group(), json!({"text": "Lemon cures flu", "message_id": 3}));
        let by_command = heard(json!({"text": "/check@checkbot", "reply_to_message": replied}));
        let asked = by_command.incoming.expect("question");
        assert_eq!((asked.intent, asked.post.text.as_str()), (Intent::Question, "Lemon cures flu"));
        assert!(heard(json!({"text": "/check@otherbot x"})).incoming.is_err());
    }

    #[test]
    fn commands_and_captions_and_edits_are_told_apart() {
        let intent = |kind, more| told(kind, message(private(), more)).incoming.map(|i| i.intent);
        assert_eq!(
            intent("message", json!({"text": "/report wrong link"})),
            Ok(Intent::Command(Command::Report, "wrong link".into()))
        );
        assert_eq!(
            intent("message", json!({"text": "/nonsense"})),
            Ok(Intent::Command(Command::Help, String::new()))
        );
        assert_eq!(intent("message", json!({"text": "/check it is flat"})), Ok(Intent::Question));
        assert_eq!(intent("edited_message", json!({"text": "it is flat"})), Ok(Intent::Edited));
        let late = json!({"text": "it is flat", "edit_date": 1_800_000_000});
        let edited = told("edited_message", message(private(), late)).incoming.expect("edit");
        assert_eq!(edited.sent_at.timestamp(), 1_800_000_000);
        let photo = json!({"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1});
        let photo = json!([photo]);
        assert_eq!(
            intent("message", json!({"photo": photo, "caption": "a shark"})),
            Ok(Intent::Question)
        );
    }

    #[test]
    fn what_is_not_understood_is_set_aside() {
        let unknown = json!({"update_id": 3, "guest_message": {}});
        for raw in [unknown, json!({"update_id": 3}), json!(7)] {
            assert!(read(&raw, "telegram.main", &me(), DateTime::default()).incoming.is_err());
        }
        // A message of a kind the library can't read yet.
        let odd =
            |chat| json!({"update_id": 3, "message": {"chat": chat, "text": "x", "date": []}});
        for (chat, kept) in [(private(), true), (group(), false)] {
            let read = read(&odd(chat), "telegram.main", &me(), DateTime::default());
            assert_eq!((read.incoming.is_err(), read.keep_raw), (true, kept));
        }
    }
}
