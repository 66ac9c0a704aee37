//! Readers act: they write, forward, reply, edit, press buttons and block the bot.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};

use super::fault::{Armed, Fault};
use super::methods::is_bot;
use super::seen::BotMessage;
use super::state::{BOT_NAME, Press, State, bot_user, unix_now};
use super::{BotApi, Shared};

/// One chat, as one of its people sees it.
#[derive(Clone)]
pub(crate) struct Chat {
    shared: Arc<Shared>,
    pub(crate) id: i64,
    who: Value,
    topic: Option<i64>,
}

/// Where a forwarded message comes from.
pub(crate) enum Origin {
    /// A person who shows his account.
    Person(&'static str),
    /// A person who hides it.
    Hidden(&'static str),
    /// A channel of this title.
    Channel(&'static str),
}

impl BotApi {
    /// The private chat with a user, made on first sight.
    pub(crate) fn private(&self, user: &str) -> Chat {
        self.private_in(user, "en")
    }

    /// The same, of a user whose app speaks this language.
    pub(crate) fn private_in(&self, user: &str, language: &str) -> Chat {
        let mut state = self.shared.lock();
        let who = state.user(user, Some(language));
        let id = state.add_chat(json!({"id": who["id"], "type": "private",
            "first_name": who["first_name"], "username": who["username"]}));
        Chat { shared: self.shared.clone(), id, who, topic: None }
    }

    /// A new supergroup with the bot in it; `Ann` made it and speaks first.
    pub(crate) fn group(&self, title: &str) -> Chat {
        self.room(title, "supergroup", -1_000_000_000_000)
    }

    /// A new basic group, which can still become a supergroup.
    pub(crate) fn basic_group(&self, title: &str) -> Chat {
        self.room(title, "group", 0)
    }

    /// A new channel with the bot in it.
    pub(crate) fn channel(&self, title: &str) -> Chat {
        self.room(title, "channel", -1_000_000_000_000)
    }

    fn room(&self, title: &str, kind: &str, base: i64) -> Chat {
        let mut state = self.shared.lock();
        let who = state.user("Ann", None);
        let id = base - state.fresh_id();
        let id = state.add_chat(json!({"id": id, "type": kind, "title": title}));
        let owner = who["id"].as_i64().expect("users have ids");
        state.chats.get_mut(&id).expect("just made").administrators.insert(owner);
        Chat { shared: self.shared.clone(), id, who, topic: None }
    }

    /// Delivers an update of any form, whatever the bot asked for; returns its id.
    pub(crate) fn raw_update(&self, update: Value) -> i64 {
        let id = self.shared.lock().push_raw(update, true);
        self.shared.changed();
        id
    }

    /// Delivers an update once more, under its old id.
    pub(crate) fn redeliver(&self, update_id: i64) {
        let mut state = self.shared.lock();
        let again = state.history.iter().find(|update| update["update_id"] == update_id).cloned();
        state.updates.push_back(again.expect("there was such an update"));
        drop(state);
        self.shared.changed();
    }

    /// Makes a button press too old to be answered.
    pub(crate) fn expires(&self, callback: &str) {
        self.shared.lock().presses.remove(callback).expect("there was such a press");
    }

    /// The ids of all updates so far, delivered or not.
    pub(crate) fn update_ids(&self) -> Vec<i64> {
        let state = self.shared.lock();
        state.history.iter().filter_map(|update| update["update_id"].as_i64()).collect()
    }
}

impl Chat {
    /// The same chat, as another person sees it.
    pub(crate) fn by(&self, user: &str) -> Self {
        let who = self.shared.lock().user(user, None);
        Self { who, ..self.clone() }
    }

    /// Makes the bot an admin of this group.
    pub(crate) fn appoints_the_bot(&self) {
        let mut state = self.shared.lock();
        let bot = bot_user()["id"].as_i64().expect("it has an id");
        state.chats.get_mut(&self.id).expect("this chat is there").administrators.insert(bot);
    }

    /// Writes as the group itself, as admins may who want to stay unknown.
    pub(crate) fn says_anonymously(&self, text: &str) -> i64 {
        let group = self.shared.lock().chats[&self.id].body.clone();
        let bot = json!({"id": 1_087_968_824, "is_bot": true, "first_name": "Group",
            "username": "GroupAnonymousBot"});
        let own = Self { who: bot, ..self.clone() };
        own.write(json!({"sender_chat": group, "text": text, "entities": entities(text)}))
    }

    /// A new topic of this group.
    pub(crate) fn topic(&self, name: &str) -> Self {
        let mut state = self.shared.lock();
        let made = json!({"from": self.who, "forum_topic_created":
            {"name": name, "icon_color": 7_322_096}});
        // 1 is the general topic's number, by which nothing can be sent there.
        state.store(self.id, json!({"from": self.who, "group_chat_created": true}), false, false);
        let id = state.store(self.id, made, false, false);
        let chat = state.chats.get_mut(&self.id).expect("this chat is there");
        chat.body["is_forum"] = true.into();
        chat.topics.insert(id, name.to_owned());
        drop(state);
        Self { topic: Some(id), ..self.clone() }
    }

    /// Writes; returns the message id.
    pub(crate) fn says(&self, text: &str) -> i64 {
        self.write(json!({"text": text, "entities": entities(text)}))
    }

    /// Replies to a message. In a supergroup without topics the reply carries a thread id that no
    /// bot may send back (`message thread not found`), as on Telegram.
    pub(crate) fn replies(&self, to: i64, text: &str) -> i64 {
        let mut original = self.body(to);
        original.as_object_mut().expect("a message").remove("reply_to_message");
        let thread = match original["message_thread_id"].as_i64() {
            None if original["chat"]["type"] == "supergroup" => Some(to),
            thread => thread,
        };
        let topic = original["is_topic_message"].as_bool();
        let mut body = json!({"reply_to_message": original, "text": text,
            "entities": entities(text)});
        if let Some(thread) = thread {
            body["message_thread_id"] = thread.into();
        }
        if let Some(topic) = topic {
            body["is_topic_message"] = topic.into();
        }
        self.write(body)
    }

    /// Forwards a text from elsewhere.
    pub(crate) fn forwards(&self, from: &Origin, text: &str) -> i64 {
        let mut state = self.shared.lock();
        let date = unix_now() - 3600;
        let origin = match from {
            Origin::Person(name) => {
                json!({"type": "user", "date": date, "sender_user": state.user(name, None)})
            }
            Origin::Hidden(name) => {
                json!({"type": "hidden_user", "date": date, "sender_user_name": name})
            }
            Origin::Channel(title) => {
                let id = -1_000_000_000_000 - state.fresh_id();
                json!({"type": "channel", "date": date, "message_id": 77,
                    "chat": {"id": id, "type": "channel", "title": title}})
            }
        };
        drop(state);
        self.write(json!({"forward_origin": origin, "text": text, "entities": entities(text)}))
    }

    /// Sends a picture with a caption; `getFile` gives these bytes back.
    pub(crate) fn photo(&self, bytes: &[u8], caption: &str) -> i64 {
        let mut state = self.shared.lock();
        let number = state.fresh_id();
        let id = format!("AgACAgIAAxk{number}");
        let path = format!("photos/file_{number}.jpg");
        state.files.insert(id.clone(), (path, bytes.to_vec()));
        drop(state);
        let size = json!({"file_id": id, "file_unique_id": format!("u{id}"), "width": 640,
            "height": 480, "file_size": bytes.len()});
        let mut body = json!({"photo": [size]});
        if !caption.is_empty() {
            body["caption"] = caption.into();
            body["caption_entities"] = entities(caption);
        }
        self.write(body)
    }

    /// Sends a message of any fields beside sender, chat, date and id.
    pub(crate) fn write(&self, mut body: Value) -> i64 {
        let mut state = self.shared.lock();
        let channel = state.chats[&self.id].body["type"] == "channel";
        if channel {
            body["sender_chat"] = state.chats[&self.id].body.clone();
        } else {
            body["from"] = self.who.clone();
        }
        if let Some(topic) = self.topic {
            body["message_thread_id"] = topic.into();
            body["is_topic_message"] = true.into();
        }
        let fields = body.as_object_mut().expect("a message is an object");
        fields.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
        let id = state.store(self.id, body, false, false);
        self.publish(&mut state, id, if channel { "channel_post" } else { "message" });
        drop(state);
        self.shared.changed();
        id
    }

    /// Queues an update about a message, unless group privacy hides it from the bot.
    fn publish(&self, state: &mut State, id: i64, kind: &str) {
        let body = state.chats[&self.id].messages[&id].body.clone();
        let group = matches!(body["chat"]["type"].as_str(), Some("group" | "supergroup"));
        if !group || state.hears_everything || is_for_bot(&body) {
            state.push(kind, body);
        }
    }

    /// Changes the text of a message.
    pub(crate) fn edits(&self, id: i64, text: &str) {
        let mut state = self.shared.lock();
        let chat = state.chats.get_mut(&self.id).expect("this chat is there");
        let channel = chat.body["type"] == "channel";
        let stored = chat.messages.get_mut(&id).expect("there is such a message");
        assert!(!stored.by_bot, "readers edit only their own messages");
        stored.body["text"] = text.into();
        stored.body["entities"] = entities(text);
        stored.body["edit_date"] = unix_now().into();
        if entities(text).as_array().is_some_and(Vec::is_empty) {
            stored.body.as_object_mut().expect("a message").remove("entities");
        }
        self.publish(
            &mut state,
            id,
            if channel { "edited_channel_post" } else { "edited_message" },
        );
        drop(state);
        self.shared.changed();
    }

    /// Removes a message; Telegram tells bots nothing of it.
    pub(crate) fn deletes(&self, id: i64) {
        let mut state = self.shared.lock();
        let chat = state.chats.get_mut(&self.id).expect("this chat is there");
        chat.messages.get_mut(&id).expect("there is such a message").deleted = true;
    }

    /// Presses the button of this label under a message of the bot; returns the callback id.
    pub(crate) fn presses(&self, id: i64, label: &str) -> String {
        let message = self.body(id);
        let shown = BotMessage::of(&self.shared.lock().chats[&self.id].messages[&id]);
        let button = shown.buttons.iter().flatten().find(|button| button.text == label);
        let button = button.unwrap_or_else(|| panic!("no {label:?} among {:?}", shown.labels()));
        let data = button.data.as_ref().unwrap_or_else(|| panic!("{label:?} gives no callback"));
        let mut state = self.shared.lock();
        let callback = format!("{}", 4_000_000_000_000_000_000 + state.fresh_id());
        state.presses.insert(callback.clone(), Press { at: Instant::now(), answer: None });
        let body = json!({"id": callback, "from": self.who, "message": message,
            "chat_instance": format!("{}", -self.id), "data": data});
        state.push("callback_query", body);
        drop(state);
        self.shared.changed();
        callback
    }

    /// Blocks the bot, or throws it out of the group.
    pub(crate) fn blocks(&self) {
        self.membership("member", "kicked");
    }

    /// Lets the bot in again.
    pub(crate) fn unblocks(&self) {
        self.membership("kicked", "member");
    }

    fn membership(&self, from: &str, to: &str) {
        let mut state = self.shared.lock();
        let chat = state.chats.get_mut(&self.id).expect("this chat is there");
        let body = chat.body.clone();
        chat.forbidden = (to == "kicked").then(|| match body["type"].as_str() {
            Some("private") => "bot was blocked by the user".to_owned(),
            kind => format!("bot was kicked from the {} chat", kind.unwrap_or("group")),
        });
        let status = |status: &str| match status {
            "kicked" => json!({"user": bot_user(), "status": status, "until_date": 0}),
            _ => json!({"user": bot_user(), "status": status}),
        };
        let update = json!({"chat": body, "from": self.who, "date": unix_now(),
            "old_chat_member": status(from), "new_chat_member": status(to)});
        state.push("my_chat_member", update);
        drop(state);
        self.shared.changed();
    }

    /// Turns a basic group into a supergroup with a new id, which is returned as a chat.
    pub(crate) fn migrates(&self) -> Self {
        let mut state = self.shared.lock();
        let title = state.chats[&self.id].body["title"].clone();
        let id = -1_000_000_000_000 - state.fresh_id();
        state.add_chat(json!({"id": id, "type": "supergroup", "title": title}));
        let told =
            state.store(self.id, json!({"from": self.who, "migrate_to_chat_id": id}), false, false);
        let there = state.store(
            id,
            json!({"from": self.who, "migrate_from_chat_id": self.id}),
            false,
            false,
        );
        for (chat, message) in [(self.id, told), (id, there)] {
            let body = state.chats[&chat].messages[&message].body.clone();
            state.push("message", body);
        }
        let old = state.chats.get_mut(&self.id).expect("this chat is there");
        old.migrated_to = Some(id);
        let admins = old.administrators.clone();
        state.chats.get_mut(&id).expect("just made").administrators = admins;
        drop(state);
        self.shared.changed();
        Self { id, ..self.clone() }
    }

    /// Arms a fault for the next call of a method in this chat.
    pub(crate) fn fail_next(&self, method: &str, fault: Fault) {
        let (method, chat) = (method.to_ascii_lowercase(), Some(self.id));
        self.shared.lock().faults.push(Armed { method, chat, left: 1, fault });
    }

    /// The bot's messages here, oldest first, deleted ones included.
    pub(crate) fn messages(&self) -> Vec<BotMessage> {
        let state = self.shared.lock();
        let stored = state.chats[&self.id].messages.values();
        stored.filter(|stored| stored.by_bot).map(BotMessage::of).collect()
    }

    /// The bot's reactions to a message.
    pub(crate) fn reactions(&self, id: i64) -> Vec<String> {
        self.shared.lock().chats[&self.id].messages[&id].reactions.clone()
    }

    /// The chat actions (`typing`) shown here so far.
    pub(crate) fn actions(&self) -> Vec<String> {
        self.shared.lock().chats[&self.id].actions.clone()
    }

    /// A message's JSON, whoever wrote it.
    pub(crate) fn body(&self, id: i64) -> Value {
        let state = self.shared.lock();
        let stored = state.message(self.id, id);
        stored.unwrap_or_else(|| panic!("no message {id} in chat {}", self.id)).body.clone()
    }
}

/// With privacy mode on a bot sees commands, its own name, and replies to itself. (Telegram gives
/// a bare `/command` only to the bot that spoke last; here to ours.)
fn is_for_bot(body: &Value) -> bool {
    let text = body["text"].as_str().or_else(|| body["caption"].as_str()).unwrap_or("");
    let command = text.starts_with('/')
        && text.split_whitespace().next().is_some_and(|word| match word.split_once('@') {
            Some((_, name)) => name.eq_ignore_ascii_case(BOT_NAME),
            None => true,
        });
    let mention = text.to_lowercase().contains(&format!("@{BOT_NAME}"));
    let service = body.get("text").is_none() && body.get("photo").is_none();
    command || mention || service || is_bot(&body["reply_to_message"]["from"])
}

/// The entities Telegram finds in a plain text: commands, mentions, tags, addresses.
fn entities(text: &str) -> Value {
    let mut found = Vec::new();
    let mut offset = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end().trim_end_matches([',', '.', '!', '?', ':', ';', ')']);
        let length = bare.encode_utf16().count();
        let rest = bare.get(1..).unwrap_or("");
        let name = |c: char| c.is_alphanumeric() || c == '_';
        let kind = match bare.chars().next() {
            Some('/') if rest.starts_with(char::is_alphabetic) => Some("bot_command"),
            Some('@') if rest.len() >= 4 && rest.chars().all(name) => Some("mention"),
            Some('#') if !rest.is_empty() && rest.chars().all(name) => Some("hashtag"),
            _ if bare.starts_with("http://") || bare.starts_with("https://") => Some("url"),
            _ => None,
        };
        if let Some(kind) = kind {
            found.push(json!({"type": kind, "offset": offset, "length": length}));
        }
        offset += word.encode_utf16().count();
    }
    found.into()
}
