//! What the server knows: chats, messages, updates waiting, faults armed, and the log of calls.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use super::check::Refusal;
use super::fault::Armed;
use super::seen::Call;

/// The bot's own user id; the token starts with it.
pub(crate) const BOT_ID: i64 = 7_000_000_001;
/// The bot's user name, without the at sign.
pub(crate) const BOT_NAME: &str = "claimwatch_bot";
/// Update kinds a bot gets only when it asks for them by name.
const ONLY_ON_REQUEST: &[&str] = &["chat_member", "message_reaction", "message_reaction_count"];
/// How long a button press may wait for its answer.
pub(crate) const CALLBACK_LIFE: Duration = Duration::from_secs(60);

/// One message as stored, with what happened to it.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) body: Value,
    pub(crate) by_bot: bool,
    pub(crate) deleted: bool,
    pub(crate) silent: bool,
    /// Earlier texts, oldest first.
    pub(crate) edits: Vec<String>,
    /// The bot's reactions.
    pub(crate) reactions: Vec<String>,
}

/// One chat.
#[derive(Debug, Clone)]
pub(crate) struct ChatState {
    pub(crate) body: Value,
    pub(crate) messages: BTreeMap<i64, Stored>,
    pub(crate) next_message_id: i64,
    pub(crate) topics: BTreeMap<i64, String>,
    /// Why sending is forbidden, if it is.
    pub(crate) forbidden: Option<String>,
    pub(crate) migrated_to: Option<i64>,
    pub(crate) actions: Vec<String>,
    pub(crate) administrators: BTreeSet<i64>,
}

/// A button press.
#[derive(Debug, Clone)]
pub(crate) struct Press {
    pub(crate) at: Instant,
    pub(crate) answer: Option<Value>,
}

/// Where updates are pushed, when they are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    pub(crate) secret: String,
    pub(crate) max_connections: i64,
    pub(crate) last_error: Option<(i64, String)>,
    /// Grows with every change, so that an old delivery loop ends.
    pub(crate) generation: u64,
}

/// Everything.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) chats: BTreeMap<i64, ChatState>,
    pub(crate) users: BTreeMap<String, Value>,
    pub(crate) updates: VecDeque<Value>,
    /// Every update ever made, for sending one again.
    pub(crate) history: Vec<Value>,
    next_update: i64,
    next_id: i64,
    pub(crate) allowed: Option<Vec<String>>,
    pub(crate) polls: u64,
    pub(crate) webhook: Webhook,
    pub(crate) local_webhook: bool,
    pub(crate) hears_everything: bool,
    /// Answers as servers did before 2024.
    pub(crate) is_old: bool,
    pub(crate) presses: BTreeMap<String, Press>,
    pub(crate) commands: BTreeMap<(String, String), Vec<Value>>,
    pub(crate) profile: BTreeMap<(&'static str, String), String>,
    /// Files by id: path and bytes.
    pub(crate) files: BTreeMap<String, (String, Vec<u8>)>,
    pub(crate) faults: Vec<Armed>,
    /// Until when a method in a chat is under flood control.
    pub(crate) floods: BTreeMap<(String, i64), Instant>,
    pub(crate) log: Vec<Call>,
    pub(crate) violations: Vec<String>,
}

/// Now, in whole seconds since 1970.
pub(crate) fn unix_now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// The bot as a `User`.
pub(crate) fn bot_user() -> Value {
    json!({"id": BOT_ID, "is_bot": true, "first_name": "Claimwatch", "username": BOT_NAME})
}

impl State {
    /// A number no chat, user or file has yet.
    pub(crate) fn fresh_id(&mut self) -> i64 {
        self.next_id += 1;
        5_000_000_000 + self.next_id * 7
    }

    /// The user of this name, made on first sight.
    pub(crate) fn user(&mut self, name: &str, language: Option<&str>) -> Value {
        if !self.users.contains_key(name) {
            let mut user = json!({"id": self.fresh_id(), "is_bot": false, "first_name": name});
            user["username"] = format!("{}_reader", name.to_lowercase().replace(' ', "_")).into();
            self.users.insert(name.to_owned(), user);
        }
        let user = self.users.get_mut(name).expect("just made");
        if let Some(language) = language {
            user["language_code"] = language.into();
        }
        user.clone()
    }

    /// Adds a chat.
    pub(crate) fn add_chat(&mut self, body: Value) -> i64 {
        let id = body["id"].as_i64().expect("a chat has an id");
        self.chats.entry(id).or_insert_with(|| ChatState {
            body,
            messages: BTreeMap::new(),
            next_message_id: 1,
            topics: BTreeMap::new(),
            forbidden: None,
            migrated_to: None,
            actions: Vec::new(),
            administrators: BTreeSet::new(),
        });
        id
    }

    /// The chat a call names, by id or @username, if the bot may act in it.
    pub(crate) fn chat_of(&mut self, params: &super::params::Params) -> Result<i64, Refusal> {
        let named = params.text("chat_id");
        if named.is_empty() {
            return Err(Refusal::strict("chat_id is empty"));
        }
        let id = match named.strip_prefix('@') {
            Some(name) => self.chats.iter().find(|(_, c)| c.body["username"] == name).map(|c| *c.0),
            None => match named.parse::<i64>() {
                Ok(id) => Some(id),
                Err(_) => return Err(Refusal::strict("chat not found: chat_id is no number")),
            },
        };
        let chat = id.and_then(|id| self.chats.get(&id));
        let Some((id, chat)) = id.zip(chat) else { return Err(Refusal::state("chat not found")) };
        if let Some(to) = chat.migrated_to {
            let mut moved = Refusal::state("group chat was upgraded to a supergroup chat");
            moved.parameters = Some(json!({"migrate_to_chat_id": to}));
            return Err(moved);
        }
        match &chat.forbidden {
            Some(why) => Err(Refusal::with(403, &format!("Forbidden: {why}"))),
            None => Ok(id),
        }
    }

    /// Stores a message in a chat and gives it the next id of that chat.
    pub(crate) fn store(&mut self, chat: i64, mut body: Value, by_bot: bool, silent: bool) -> i64 {
        let chat = self.chats.get_mut(&chat).expect("the caller looked");
        let id = chat.next_message_id;
        chat.next_message_id += 1;
        let mut whole = Map::new();
        whole.insert("message_id".into(), id.into());
        whole.append(body.as_object_mut().expect("a message is an object"));
        whole.insert("date".into(), unix_now().into());
        whole.insert("chat".into(), chat.body.clone());
        let body = Value::Object(whole);
        let (edits, reactions) = (Vec::new(), Vec::new());
        let stored = Stored { body, by_bot, deleted: false, silent, edits, reactions };
        chat.messages.insert(id, stored);
        id
    }

    /// A message that is there and not deleted.
    pub(crate) fn message(&self, chat: i64, id: i64) -> Option<&Stored> {
        self.chats.get(&chat)?.messages.get(&id).filter(|stored| !stored.deleted)
    }

    /// Queues an update of this kind unless the bot did not ask for it. Returns its id.
    pub(crate) fn push(&mut self, kind: &str, body: Value) -> i64 {
        let wanted = match &self.allowed {
            Some(kinds) => kinds.iter().any(|one| one == kind),
            None => !ONLY_ON_REQUEST.contains(&kind),
        };
        let mut update = json!({});
        update[kind] = body;
        self.push_raw(update, wanted)
    }

    /// Queues an update of any form under the next id, which it returns.
    pub(crate) fn push_raw(&mut self, mut update: Value, wanted: bool) -> i64 {
        self.next_update += 1;
        let id = 800_000_000 + self.next_update;
        let mut whole = Map::new();
        whole.insert("update_id".into(), id.into());
        whole.append(update.as_object_mut().expect("an update is an object"));
        if wanted {
            self.updates.push_back(Value::Object(whole.clone()));
        }
        self.history.push(Value::Object(whole));
        id
    }

    /// Notes something a careful bot would not have done.
    pub(crate) fn violation(&mut self, method: &str, what: &str) {
        self.violations.push(format!("{method}: {what}"));
    }
}
