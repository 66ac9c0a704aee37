//! The methods that set up the bot itself: commands, descriptions, webhook.

use serde_json::{Value, json};

use super::check::{self, Refusal};
use super::methods::Answer;
use super::params::Params;
use super::state::State;

const COMMANDS_MAX: usize = 100;
const SECRET_CHARS_MAX: usize = 256;
const PORTS: &[u16] = &[80, 88, 443, 8443];
/// Longest name and descriptions, in UTF-16 units.
const PROFILE: &[(&str, &str, usize)] = &[
    ("name", "MyName", 64),
    ("description", "MyDescription", 512),
    ("short_description", "MyShortDescription", 120),
];

pub(crate) fn call(state: &mut State, method: &str, params: &Params) -> Answer {
    match method {
        "setMyCommands" => set_commands(state, params),
        "getMyCommands" => {
            let key = (scope(state, params)?, check::language(params)?);
            Ok(state.commands.get(&key).cloned().unwrap_or_default().into())
        }
        "deleteMyCommands" => {
            let key = (scope(state, params)?, check::language(params)?);
            state.commands.remove(&key);
            Ok(true.into())
        }
        "setWebhook" => set_webhook(state, params),
        "deleteWebhook" => {
            change_webhook(state, params);
            Ok(true.into())
        }
        "getWebhookInfo" => Ok(webhook_info(state)),
        _ => profile(state, method, params),
    }
}

fn profile(state: &mut State, method: &str, params: &Params) -> Answer {
    let of = PROFILE.iter().find(|(_, name, _)| method[3..] == **name).copied();
    let Some((field, _, units_max)) = of else {
        return Err(Refusal::strict(&format!("{method} is not built into this server")));
    };
    let language = check::language(params)?;
    if method.starts_with("get") {
        let own = state.profile.get(&(field, language));
        let default = || state.profile.get(&(field, String::new()));
        let text = own.or_else(default).cloned().unwrap_or_default();
        return Ok(json!({ field: text }));
    }
    let text = params.text(field);
    if check::units(&text) > units_max {
        return Err(Refusal::strict(&format!("{field} is longer than {units_max}")));
    }
    state.profile.insert((field, language), text);
    Ok(true.into())
}

/// The scope as a key; the default scope when none is named.
fn scope(state: &State, params: &Params) -> Result<String, Refusal> {
    let Some(scope) = params.json("scope") else { return Ok("default".to_owned()) };
    let kind = scope["type"].as_str().unwrap_or("");
    let wide =
        ["default", "all_private_chats", "all_group_chats", "all_chat_administrators"].as_slice();
    if wide.contains(&kind) {
        return Ok(kind.to_owned());
    }
    if !["chat", "chat_administrators", "chat_member"].contains(&kind) {
        return Err(Refusal::strict("can't parse BotCommandScope: Unsupported type specified"));
    }
    let chat = &scope["chat_id"];
    if chat.is_null() {
        return Err(Refusal::strict("can't parse BotCommandScope: Empty chat_id specified"));
    }
    let id = chat.as_i64().or_else(|| chat.as_str()?.parse().ok());
    if !id.is_some_and(|id| state.chats.contains_key(&id)) {
        return Err(Refusal::state("chat not found"));
    }
    if kind == "chat_member" && !scope["user_id"].is_i64() {
        return Err(Refusal::strict("can't parse BotCommandScope: Invalid user_id specified"));
    }
    Ok(format!("{kind} {chat} {}", scope["user_id"]))
}

fn set_commands(state: &mut State, params: &Params) -> Answer {
    let key = (scope(state, params)?, check::language(params)?);
    let Some(list) = params.json("commands").and_then(Value::as_array) else {
        return Err(Refusal::strict("expected an Array of BotCommand"));
    };
    if list.len() > COMMANDS_MAX {
        return Err(Refusal::strict("BOT_COMMANDS_TOO_MUCH"));
    }
    for one in list {
        let name = one["command"].as_str().unwrap_or("");
        let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if !(1..=32).contains(&name.len()) || !name.bytes().all(fine) {
            return Err(Refusal::strict(&format!("BOT_COMMAND_INVALID: {name:?}")));
        }
        let description = one["description"].as_str().unwrap_or("");
        if !(1..=256).contains(&check::units(description.trim())) {
            return Err(Refusal::strict(&format!("BOT_COMMAND_DESCRIPTION_INVALID: /{name}")));
        }
    }
    state.commands.insert(key, list.clone());
    Ok(true.into())
}

fn set_webhook(state: &mut State, params: &Params) -> Answer {
    let address = params.text("url");
    if !address.is_empty() {
        check_address(&address, state.local_webhook)?;
    }
    let secret = params.text("secret_token");
    let fine = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if secret.len() > SECRET_CHARS_MAX {
        return Err(Refusal::strict("secret token is too long"));
    }
    if !secret.bytes().all(fine) {
        return Err(Refusal::strict("secret token contains unallowed characters"));
    }
    let connections = params.int("max_connections")?.unwrap_or(40);
    if !(1..=100).contains(&connections) {
        return Err(Refusal::strict("max_connections must be between 1 and 100"));
    }
    allow(state, params)?;
    change_webhook(state, params);
    if !address.is_empty() {
        state.webhook.url = address;
        state.webhook.secret = secret;
        state.webhook.max_connections = connections;
    }
    Ok(true.into())
}

fn check_address(address: &str, local: bool) -> Result<(), Refusal> {
    let bad = |why: &str| Refusal::strict(&format!("bad webhook: {why}"));
    let Ok(url) = url::Url::parse(address) else {
        return Err(bad("invalid webhook URL specified"));
    };
    if local && url.scheme() == "http" {
        return Ok(());
    }
    if url.scheme() != "https" {
        return Err(bad("An HTTPS URL must be provided for webhook"));
    }
    if !url.port_or_known_default().is_some_and(|port| PORTS.contains(&port)) {
        return Err(bad("Webhook can be set up only on ports 80, 88, 443 or 8443"));
    }
    Ok(())
}

/// Forgets the webhook there was.
fn change_webhook(state: &mut State, params: &Params) {
    let generation = state.webhook.generation + 1;
    state.webhook = super::state::Webhook { generation, ..Default::default() };
    if params.flag("drop_pending_updates") {
        state.updates.clear();
    }
}

/// Keeps the update kinds asked for; an empty list means the default, none named means as before.
pub(crate) fn allow(state: &mut State, params: &Params) -> Result<(), Refusal> {
    let Some(value) = params.json("allowed_updates") else { return Ok(()) };
    let Some(list) = value.as_array() else {
        return Err(Refusal::strict("expected an Array of allowed updates"));
    };
    let kinds: Vec<String> = list.iter().filter_map(|k| k.as_str().map(str::to_owned)).collect();
    state.allowed = (!kinds.is_empty()).then_some(kinds);
    Ok(())
}

fn webhook_info(state: &State) -> Value {
    let hook = &state.webhook;
    let mut info = json!({"url": hook.url, "has_custom_certificate": false,
        "pending_update_count": state.updates.len()});
    if !hook.url.is_empty() {
        info["max_connections"] = hook.max_connections.into();
    }
    if let Some((date, message)) = &hook.last_error {
        info["last_error_date"] = (*date).into();
        info["last_error_message"] = message.as_str().into();
    }
    if let Some(kinds) = &state.allowed {
        info["allowed_updates"] = kinds.clone().into();
    }
    info
}
