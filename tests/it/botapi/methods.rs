//! The methods that act on chats and messages.

use serde_json::{Value, json};

use super::check::{self, Refusal};
use super::params::Params;
use super::state::{BOT_ID, CALLBACK_LIFE, State, Stored, bot_user, unix_now};

/// A result, or the refusal to send.
pub(crate) type Answer = Result<Value, Refusal>;

const CALLBACK_TEXT_UNITS_MAX: usize = 200;

/// Every method this server has, with the parameters each may carry; one that is not listed would
/// be ignored by Telegram, so it is a violation here.
const METHODS: &[(&str, &str)] = &[
    ("answerCallbackQuery", "callback_query_id text show_alert url cache_time"),
    ("close", ""),
    ("deleteMessage", "chat_id message_id"),
    ("deleteMyCommands", "scope language_code"),
    ("deleteWebhook", "drop_pending_updates"),
    (
        "editMessageReplyMarkup",
        "business_connection_id chat_id message_id inline_message_id reply_markup",
    ),
    (
        "editMessageText",
        "business_connection_id chat_id message_id inline_message_id text parse_mode entities \
         link_preview_options reply_markup",
    ),
    ("getChat", "chat_id"),
    ("getChatAdministrators", "chat_id"),
    ("getChatMember", "chat_id user_id"),
    ("getFile", "file_id"),
    ("getMe", ""),
    ("getMyCommands", "scope language_code"),
    ("getMyDescription", "language_code"),
    ("getMyName", "language_code"),
    ("getMyShortDescription", "language_code"),
    ("getUpdates", "offset limit timeout allowed_updates"),
    ("getWebhookInfo", ""),
    ("leaveChat", "chat_id"),
    ("logOut", ""),
    ("sendChatAction", "business_connection_id chat_id message_thread_id action"),
    (
        "sendMessage",
        "business_connection_id chat_id message_thread_id direct_messages_topic_id text parse_mode \
         entities link_preview_options disable_notification protect_content allow_paid_broadcast \
         message_effect_id suggested_post_parameters reply_parameters reply_markup \
         reply_to_message_id allow_sending_without_reply",
    ),
    ("setMessageReaction", "chat_id message_id reaction is_big"),
    ("setMyCommands", "commands scope language_code"),
    ("setMyDescription", "description language_code"),
    ("setMyName", "name language_code"),
    ("setMyShortDescription", "short_description language_code"),
    (
        "setWebhook",
        "url certificate ip_address max_connections allowed_updates drop_pending_updates \
         secret_token",
    ),
];

/// The method's own spelling, and the names its parameters may have.
pub(crate) fn known(method: &str) -> Option<(&'static str, &'static str)> {
    METHODS.iter().find(|(name, _)| name.eq_ignore_ascii_case(method)).copied()
}

/// Carries out one call (all but `getUpdates`, which waits).
pub(crate) fn call(state: &mut State, method: &str, params: &Params) -> Answer {
    match method {
        "getMe" => Ok(me(state)),
        "sendMessage" => send_message(state, params),
        "editMessageText" => edit_text(state, params),
        "editMessageReplyMarkup" => edit_markup(state, params),
        "deleteMessage" => delete(state, params),
        "answerCallbackQuery" => answer_press(state, params),
        "setMessageReaction" => react(state, params),
        "sendChatAction" => chat_action(state, params),
        "getChat" => chat_info(state, params),
        "getChatMember" => member(state, params),
        "getChatAdministrators" => administrators(state, params),
        "leaveChat" => leave(state, params),
        "getFile" => file(state, params),
        "logOut" | "close" => Ok(true.into()),
        _ => super::profile::call(state, method, params),
    }
}

fn me(state: &State) -> Value {
    let mut me = bot_user();
    me["can_join_groups"] = true.into();
    me["can_read_all_group_messages"] = state.hears_everything.into();
    if state.is_old {
        me["supports_inline_queries"] = false.into();
        return me;
    }
    for name in ["supports_inline_queries", "can_connect_to_business", "has_main_web_app"] {
        me[name] = false.into();
    }
    me
}

fn send_message(state: &mut State, params: &Params) -> Answer {
    let (text, entities) = check::text(params)?;
    let markup = check::markup(params)?;
    let preview = check::preview(params)?;
    let chat = state.chat_of(params)?;
    let original = replied(state, chat, params)?;
    let mut thread = params.int("message_thread_id")?;
    if let Some(topic) = thread
        && !state.chats[&chat].topics.contains_key(&topic)
    {
        return Err(Refusal::state("message thread not found"));
    }
    let mut body = match state.chats[&chat].body["type"].as_str() {
        Some("channel") => json!({"sender_chat": state.chats[&chat].body}),
        _ => json!({"from": bot_user()}),
    };
    if let Some(original) = original {
        // A reply goes where the message it answers stands.
        let topic = original["message_thread_id"].as_i64();
        thread = thread.or(topic.filter(|_| original["is_topic_message"] == true));
        body["reply_to_message"] = original;
    }
    if let Some(topic) = thread {
        body["message_thread_id"] = topic.into();
        body["is_topic_message"] = true.into();
    }
    body["text"] = text.into();
    put(&mut body, "entities", (!entities.is_empty()).then(|| entities.into()));
    put(&mut body, "link_preview_options", preview);
    put(&mut body, "reply_markup", markup);
    let id = state.store(chat, body, true, params.flag("disable_notification"));
    Ok(state.chats[&chat].messages[&id].body.clone())
}

/// Sets a field, or removes it.
fn put(body: &mut Value, name: &str, value: Option<Value>) {
    let fields = body.as_object_mut().expect("a message is an object");
    match value {
        Some(value) => fields.insert(name.to_owned(), value),
        None => fields.remove(name),
    };
}

/// The message this one answers, without the one that one answered.
fn replied(state: &State, chat: i64, params: &Params) -> Result<Option<Value>, Refusal> {
    let legacy = params.int("reply_to_message_id")?.map(|id| {
        json!({"message_id": id,
            "allow_sending_without_reply": params.flag("allow_sending_without_reply")})
    });
    let Some(reply) = params.json("reply_parameters").cloned().or(legacy) else { return Ok(None) };
    if !reply.is_object() {
        return Err(Refusal::strict("object expected as reply parameters"));
    }
    let Some(id) = reply["message_id"].as_i64() else {
        return Err(Refusal::strict("can't parse reply parameters: message_id"));
    };
    if reply.get("quote_parse_mode").is_some_and(|mode| !mode.is_null()) {
        return Err(Refusal::strict("quote_parse_mode is refused here"));
    }
    let there = reply["chat_id"].as_i64().unwrap_or(chat);
    let Some(stored) = state.message(there, id) else {
        return match reply["allow_sending_without_reply"].as_bool() {
            Some(true) => Ok(None),
            _ => Err(Refusal::state("message to be replied not found")),
        };
    };
    check::quote(&reply, &stored.body)?;
    let mut original = stored.body.clone();
    put(&mut original, "reply_to_message", None);
    Ok(Some(original))
}

/// The message a call names, for one purpose.
fn named<'a>(
    state: &'a mut State,
    params: &Params,
    purpose: &str,
) -> Result<&'a mut Stored, Refusal> {
    if params.0.contains_key("inline_message_id") {
        return Err(Refusal::strict("inline messages are not built into this server"));
    }
    let Some(id) = params.int("message_id")? else {
        return Err(Refusal::strict("message identifier is not specified"));
    };
    let chat = state.chat_of(params)?;
    let messages = &mut state.chats.get_mut(&chat).expect("just found").messages;
    match messages.get_mut(&id) {
        Some(stored) if !stored.deleted => Ok(stored),
        _ => Err(Refusal::state(&format!("message to {purpose} not found"))),
    }
}

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply \
    markup are exactly the same as a current content and reply markup of the message";

fn edit_text(state: &mut State, params: &Params) -> Answer {
    let (text, entities) = check::text(params)?;
    let entities = (!entities.is_empty()).then(|| Value::from(entities));
    let markup = check::markup(params)?;
    let preview = check::preview(params)?;
    let stored = named(state, params, "edit")?;
    if !stored.by_bot {
        return Err(Refusal::state("message can't be edited"));
    }
    let body = &mut stored.body;
    let same = body["text"] == text.as_str()
        && body.get("entities") == entities.as_ref()
        && body.get("reply_markup") == markup.as_ref();
    if same {
        return Err(Refusal::state(NOT_MODIFIED));
    }
    stored.edits.push(body["text"].as_str().unwrap_or("").to_owned());
    body["text"] = text.into();
    body["edit_date"] = unix_now().into();
    put(body, "entities", entities);
    put(body, "reply_markup", markup);
    put(body, "link_preview_options", preview);
    Ok(body.clone())
}

fn edit_markup(state: &mut State, params: &Params) -> Answer {
    let markup = check::markup(params)?;
    let stored = named(state, params, "edit")?;
    if !stored.by_bot {
        return Err(Refusal::state("message can't be edited"));
    }
    if stored.body.get("reply_markup") == markup.as_ref() {
        return Err(Refusal::state(NOT_MODIFIED));
    }
    stored.body["edit_date"] = unix_now().into();
    put(&mut stored.body, "reply_markup", markup);
    Ok(stored.body.clone())
}

fn delete(state: &mut State, params: &Params) -> Answer {
    let stored = named(state, params, "delete")?;
    if !stored.by_bot && stored.body["chat"]["type"] != "private" {
        return Err(Refusal::state("message can't be deleted"));
    }
    stored.deleted = true;
    Ok(true.into())
}

fn answer_press(state: &mut State, params: &Params) -> Answer {
    if check::units(&params.text("text")) > CALLBACK_TEXT_UNITS_MAX {
        return Err(Refusal::strict("MESSAGE_TOO_LONG"));
    }
    match state.presses.get_mut(&params.text("callback_query_id")) {
        Some(press) if press.answer.is_none() && press.at.elapsed() < CALLBACK_LIFE => {
            press.answer = Some(Value::Object(params.0.clone()));
            Ok(true.into())
        }
        _ => Err(Refusal::state(
            "query is too old and response timeout expired or query ID is invalid",
        )),
    }
}

fn react(state: &mut State, params: &Params) -> Answer {
    let reactions = check::reactions(params)?;
    named(state, params, "react")?.reactions = reactions;
    Ok(true.into())
}

fn chat_action(state: &mut State, params: &Params) -> Answer {
    let action = check::action(params)?;
    let chat = state.chat_of(params)?;
    state.chats.get_mut(&chat).expect("just found").actions.push(action);
    Ok(true.into())
}

fn chat_info(state: &mut State, params: &Params) -> Answer {
    let chat = state.chat_of(params)?;
    let mut body = state.chats[&chat].body.clone();
    if state.is_old {
        return Ok(body);
    }
    body["accent_color_id"] = 0.into();
    body["max_reaction_count"] = 11.into();
    body["accepted_gift_types"] = json!({"unlimited_gifts": false, "limited_gifts": false,
        "unique_gifts": false, "premium_subscription": false, "gifts_from_channels": false});
    if body["type"] == "private" {
        body["active_usernames"] = json!([body["username"]]);
    } else {
        body["permissions"] = json!({"can_send_messages": true});
    }
    Ok(body)
}

fn member_body(state: &State, chat: i64, user: &Value) -> Value {
    let id = user["id"].as_i64().unwrap_or(0);
    if state.chats[&chat].administrators.contains(&id) && state.is_old {
        // As of April 2020.
        json!({"status": "administrator", "user": user, "can_be_edited": false,
            "can_change_info": true, "can_delete_messages": true, "can_invite_users": true,
            "can_restrict_members": true, "can_pin_messages": true, "can_promote_members": false})
    } else if state.chats[&chat].administrators.contains(&id) {
        json!({"status": "creator", "user": user, "is_anonymous": false})
    } else {
        json!({"status": "member", "user": user})
    }
}

fn member(state: &mut State, params: &Params) -> Answer {
    let chat = state.chat_of(params)?;
    let id = params.int("user_id")?.unwrap_or(0);
    let users = state.users.values().cloned().chain([bot_user()]);
    match users.into_iter().find(|user| user["id"] == id) {
        Some(user) => Ok(member_body(state, chat, &user)),
        None => Err(Refusal::state("PARTICIPANT_ID_INVALID")),
    }
}

fn administrators(state: &mut State, params: &Params) -> Answer {
    let chat = state.chat_of(params)?;
    if state.chats[&chat].body["type"] == "private" {
        return Err(Refusal::state("there are no administrators in the private chat"));
    }
    let of = &state.chats[&chat].administrators;
    let is = |user: &&Value| user["id"].as_i64().is_some_and(|id| of.contains(&id));
    // Of bots only the asking one is told.
    let bot = bot_user();
    let all = state.users.values().chain(std::iter::once(&bot));
    Ok(all.filter(is).map(|user| member_body(state, chat, user)).collect())
}

fn leave(state: &mut State, params: &Params) -> Answer {
    let chat = state.chat_of(params)?;
    let chat = state.chats.get_mut(&chat).expect("just found");
    let kind = chat.body["type"].as_str().unwrap_or("group");
    chat.forbidden = Some(format!("bot is not a member of the {kind} chat"));
    Ok(true.into())
}

fn file(state: &mut State, params: &Params) -> Answer {
    let id = params.text("file_id");
    match state.files.get(&id) {
        Some((path, bytes)) => Ok(json!({"file_id": id, "file_unique_id": format!("u{id}"),
            "file_size": bytes.len(), "file_path": path})),
        None => Err(Refusal::state("wrong file_id or the file is temporarily unavailable")),
    }
}

/// Whether a user id is the bot's.
pub(crate) fn is_bot(user: &Value) -> bool {
    user["id"] == BOT_ID
}
