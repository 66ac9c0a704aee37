//! Reading an update: what somebody wants of us, or why it is set aside.

mod message;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde_json::Value;
use teloxide::types::{
    CallbackQuery, ChatKind, ChatMemberStatus, Message, Update, UpdateKind, User,
};

use self::message::{
    forwarded_from, is_anonymous, is_indirect, mention, post, shows, thread, words,
};
use super::super::settings::Listening;
use crate::claim::post::{Audience, Command, Incoming, Intent, Listen, Post, ReplyTo};

/// Longest beginning of a group's or channel's name that is kept, as long as Telegram lets it be.
const TITLE_CHARS_MAX: usize = 128;

/// Who the bot is, as far as reading depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Its user number.
    pub id: u64,
    /// Its name without `@`.
    pub username: String,
    /// Chats and channels read as feeds: numbers, or lower-case names with `@`.
    pub watch: HashSet<String>,
    /// In which groups it may listen.
    pub listen: Listening,
    /// Whether it is shown what groups say that is not meant for it; else only where it is an
    /// admin.
    pub hears_groups: bool,
}

/// What is known of groups, by their numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    /// Those whose admins switched listening on.
    pub listened: HashSet<String>,
    /// Those that are numbered anew, each with its first number.
    pub moved: HashMap<String, String>,
}

/// What was read from an update.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// Conversation it belongs to; empty if none.
    pub conversation: String,
    /// What is wanted, or why it is set aside.
    pub incoming: Result<Incoming, &'static str>,
    /// Who wrote a watched post, pressed a button or is to be forgotten in a group, as Telegram
    /// numbers them; never stored, only named under a secret.
    pub author: Option<String>,
    /// Who wants of a group what its admins alone may, as Telegram numbers them: whether they are
    /// is to be looked up.
    pub asks: Option<u64>,
    /// The watched chat it stands in, as the operator named that.
    pub watched: Option<String>,
    /// Whether the raw update may be kept: what was not addressed to us may not.
    pub keep_raw: bool,
}

impl Read {
    fn aside(conversation: String, reason: &'static str, keep_raw: bool) -> Self {
        // Of what was not for us not even the place is kept.
        let conversation = if keep_raw { conversation } else { String::new() };
        let (author, asks, watched) = (None, None, None);
        Self { conversation, incoming: Err(reason), author, asks, watched, keep_raw }
    }
}

/// Reads an update that came in over the bot `chat` at `now`.
pub fn read(raw: &Value, chat: &str, me: &Me, groups: &Groups, now: DateTime<Utc>) -> Read {
    // One update that the library stumbles over must not hold up all that come after it.
    std::panic::catch_unwind(|| understand(raw, Door { chat, me, groups }, now))
        .unwrap_or_else(|_| Read::aside(String::new(), "not readable", may_be_kept(raw)))
}

/// Whether a message we can't read may be kept: not what was said in a group.
fn may_be_kept(raw: &Value) -> bool {
    let kinds = raw.as_object().into_iter().flat_map(serde_json::Map::values);
    let mut chats = kinds.filter_map(|kind| kind.pointer("/chat/type")?.as_str());
    chats.all(|chat| chat == "private")
}

fn understand(raw: &Value, door: Door<'_>, now: DateTime<Utc>) -> Read {
    // The library tells kinds of updates apart only in text, not in a parsed value.
    let Ok(update) = serde_json::from_str::<Update>(&raw.to_string()) else {
        return Read::aside(String::new(), "not an update", may_be_kept(raw));
    };
    match update.kind {
        UpdateKind::Message(message) => door.message(&message, false),
        UpdateKind::EditedMessage(message) => door.message(&message, true),
        UpdateKind::ChannelPost(message) | UpdateKind::EditedChannelPost(message) => {
            door.watched(&message)
        }
        UpdateKind::CallbackQuery(press) => door.press(&press, now),
        UpdateKind::MyChatMember(change) => {
            let conversation = change.chat.id.to_string();
            match change.new_chat_member.status() {
                ChatMemberStatus::Banned | ChatMemberStatus::Left => Read {
                    incoming: Ok(Incoming {
                        reply_to: Some(ReplyTo {
                            chat: door.chat.to_owned(),
                            conversation: conversation.clone(),
                            message: None,
                            thread: None,
                            audience: Audience::Group,
                        }),
                        ..Incoming::of(Intent::Left, Post::default(), change.date)
                    }),
                    conversation,
                    author: None,
                    asks: None,
                    watched: None,
                    keep_raw: true,
                },
                _ => Read::aside(conversation, "membership", false),
            }
        }
        _ => Read::aside(String::new(), "unknown kind of update", may_be_kept(raw)),
    }
}

#[derive(Clone, Copy)]
struct Door<'a> {
    chat: &'a str,
    me: &'a Me,
    groups: &'a Groups,
}

impl Door<'_> {
    fn message(&self, message: &Message, edited: bool) -> Read {
        let conversation = message.chat.id.to_string();
        if let Some(to) = message.migrate_to_chat_id() {
            let moved = Intent::Moved { to: to.to_string() };
            return self.take(message, moved, Post::default(), conversation);
        }
        let is_bot = message.from.as_ref().is_some_and(|user| user.is_bot);
        if is_bot && !is_anonymous(message) {
            return Read::aside(conversation, "from a bot", false);
        }
        let private = matches!(message.chat.kind, ChatKind::Private(_));
        let text = words(message);
        if let Some((command, rest)) = self.command(text, private) {
            return self.commanded(message, command, rest, edited, conversation);
        }
        let addressed = private || self.is_reply_to_us(message) || self.mentions_us(text);
        if !addressed {
            if self.is_watched(message) || self.is_listened(message) {
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
            // In a group, whoever mentions us below a picture shows it to us.
            let shown = private || (replied.is_some() && shows(message) && self.mentions_us(text));
            return if shown && !edited {
                self.take(message, Intent::Unreadable, post, conversation)
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
        let group = message.chat.is_group() || message.chat.is_supergroup();
        let changing = matches!(command, Command::Listen | Command::Forget | Command::Settings);
        // Who passes on the words of others does not mean them.
        let passed_on = || is_indirect(message) || message.forward_origin().is_some();
        if changing && group && !edited && passed_on() {
            return Read::aside(conversation, "a command of somebody else", false);
        }
        if command == Command::Listen && group && !edited {
            return self.listen(message, rest, conversation);
        }
        if command == Command::Check {
            let asked = match message.reply_to_message() {
                Some(replied) if rest.is_empty() => post(replied, words(replied)),
                _ => Post { text: rest.to_owned(), ..Post::default() },
            };
            if !asked.text.trim().is_empty() || !asked.urls.is_empty() {
                let intent = if edited { Intent::Edited } else { Intent::Question };
                return self.take(message, intent, Post { id, ..asked }, conversation);
            }
            if shows(message) && !edited {
                let post = Post { id, ..Post::default() };
                return self.take(message, Intent::Unreadable, post, conversation);
            }
        }
        if edited {
            return Read::aside(conversation, "an edited command", false);
        }
        let post = Post { id, ..Post::default() };
        let intent = Intent::Command(command, rest.to_owned());
        let mut read = self.take(message, intent, post, conversation);
        if let Ok(incoming) = &mut read.incoming
            && command == Command::Report
            && self.is_reply_to_us(message)
        {
            incoming.about = message.reply_to_message().map(|ours| ours.id.0.to_string());
        }
        if changing && group {
            let asks = message.from.as_ref().filter(|_| !is_anonymous(message));
            read.asks = asks.map(|user| user.id.0);
            read.author = read.asks.map(|who| who.to_string());
            if let Ok(incoming) = &mut read.incoming {
                incoming.by_admin = is_anonymous(message).then_some(true);
            }
        }
        read
    }

    fn watched(&self, message: &Message) -> Read {
        let conversation = message.chat.id.to_string();
        let watched_as = self.watched_as(message).cloned();
        let watched = watched_as.is_some();
        if !watched && !self.is_listened(message) {
            return Read::aside(conversation, "not a watched channel", false);
        }
        if forwarded_from(message).is_some_and(|user| user.id.0 == self.me.id) {
            return Read::aside(conversation, "our own words", false);
        }
        // What a bot helped to write, or a channel brought, is not answered, but counts. Even our
        // own answer comes back so where it stands in a channel that belongs to a group.
        let indirect = is_indirect(message);
        if !watched && indirect {
            return Read::aside(conversation, "by way of a bot or a channel", false);
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
            thread: thread(message),
            audience: Audience::Group,
        };
        let incoming = Incoming {
            seen_at: Some(there),
            // What only the group's admins let us listen to is nobody's to be told of.
            title: message
                .chat
                .title()
                .filter(|_| watched)
                .map(|title| title.chars().take(TITLE_CHARS_MAX).collect()),
            ..Incoming::of(
                if message.chat.is_channel() {
                    Intent::Watched
                } else {
                    Intent::Overheard { watched, indirect }
                },
                post,
                message.date,
            )
        };
        let author = match (&message.sender_chat, &message.from) {
            (Some(channel), _) => Some(channel.id.to_string()),
            (None, Some(user)) => Some(user.id.to_string()),
            (None, None) => None,
        };
        // Nobody spoke to us: whoever wrote it is not kept.
        let (incoming, watched) = (Ok(incoming), watched_as);
        Read { conversation, incoming, author, asks: None, watched, keep_raw: false }
    }

    fn press(&self, press: &CallbackQuery, now: DateTime<Utc>) -> Read {
        let (Some(message), Some(button)) = (&press.message, &press.data) else {
            return Read::aside(String::new(), "a press without message", true);
        };
        let chat = message.chat();
        let private = matches!(chat.kind, ChatKind::Private(_));
        let conversation = chat.id.to_string();
        let incoming = Incoming {
            reply_to: Some(ReplyTo {
                chat: self.chat.to_owned(),
                conversation: conversation.clone(),
                message: None,
                thread: None,
                audience: if private { Audience::Private } else { Audience::Group },
            }),
            client_language: press.from.language_code.clone(),
            ..Incoming::of(
                Intent::Press { button: button.clone(), press: press.id.0.clone() },
                Post::default(),
                now,
            )
        };
        let author = Some(press.from.id.to_string());
        let asks = (!private).then_some(press.from.id.0);
        let (incoming, watched) = (Ok(incoming), None);
        Read { conversation, incoming, author, asks, watched, keep_raw: true }
    }

    fn take(&self, message: &Message, intent: Intent, post: Post, conversation: String) -> Read {
        let private = matches!(message.chat.kind, ChatKind::Private(_));
        let reply_to = ReplyTo {
            chat: self.chat.to_owned(),
            conversation: conversation.clone(),
            message: Some(message.id.0.to_string()),
            thread: thread(message),
            audience: if private { Audience::Private } else { Audience::Group },
        };
        let incoming = Incoming {
            reply_to: Some(reply_to),
            client_language: message.from.as_ref().and_then(|user| user.language_code.clone()),
            ..Incoming::of(
                intent,
                post,
                // Somebody who edits an old question asks now.
                message.edit_date().copied().unwrap_or(message.date),
            )
        };
        let (incoming, author, asks, watched) = (Ok(incoming), None, None, None);
        Read { conversation, incoming, author, asks, watched, keep_raw: true }
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

    /// The watched chat that a message stands in, as the operator named it.
    fn watched_as(&self, message: &Message) -> Option<&String> {
        let name = message.chat.username().map(|name| format!("@{}", name.to_lowercase()));
        let id = message.chat.id.to_string();
        // A group that became a supergroup is still the one that the operator named.
        let was = self.groups.moved.get(&id);
        let names = [Some(&id), was, name.as_ref()];
        names.into_iter().flatten().find_map(|name| self.me.watch.get(name))
    }

    fn is_watched(&self, message: &Message) -> bool {
        self.watched_as(message).is_some()
    }

    /// Whether admins want us to listen where the operator does not, and he lets them.
    fn is_listened(&self, message: &Message) -> bool {
        self.me.listen == Listening::Anywhere
            && self.groups.listened.contains(&message.chat.id.to_string())
    }

    /// Somebody in a group wants us to listen, or not.
    fn listen(&self, message: &Message, rest: &str, conversation: String) -> Read {
        let on = match rest.to_lowercase().as_str() {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        };
        let permitted = match self.me.listen {
            Listening::Anywhere => true,
            Listening::Watched => self.is_watched(message),
            Listening::Never => false,
        };
        // Who speaks as the group itself is one of its admins.
        let anonymous = is_anonymous(message);
        let listen = Listen {
            on,
            permitted,
            by_admin: anonymous.then_some(true),
            hears: self.me.hears_groups.then_some(true),
        };
        let asks = message.from.as_ref().filter(|_| !anonymous).map(|user| user.id.0);
        let post = Post { id: Some(message.id.0.to_string()), ..Post::default() };
        Read { asks, ..self.take(message, Intent::Listen(listen), post, conversation) }
    }
}
