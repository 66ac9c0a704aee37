//! Strictness: what Telegram refuses, and what it silently mends but a careful bot never sends.

use serde_json::{Value, json};

use super::params::Params;

/// Most UTF-16 units in one message.
pub(crate) const TEXT_UNITS_MAX: usize = 4096;
const CALLBACK_DATA_BYTES_MAX: usize = 64;
const ENTITIES_MAX: usize = 100;
const BUTTONS_MAX: usize = 100;
const BUTTONS_A_ROW_MAX: usize = 8;
const QUOTE_UNITS_MAX: usize = 1024;

const STYLES: &[&str] = &["bold", "italic", "underline", "strikethrough", "spoiler"];
const QUOTES: &[&str] = &["blockquote", "expandable_blockquote"];
const CODES: &[&str] = &["code", "pre"];
const OTHER_ENTITIES: &[&str] = &[
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "text_link",
    "text_mention",
    "custom_emoji",
];

/// The reactions a bot may set, without variation selectors.
const REACTIONS: &str = "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 \
    ❤\u{200d}🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u{200d}💻 👀 🎃 🙈 😇 \
    😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u{200d}♂ 🤷 🤷\u{200d}♀ 😡";

const CHAT_ACTIONS: &[&str] = &[
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

/// An error answer.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    /// HTTP status and `error_code`.
    pub(crate) code: u16,
    /// The whole description, prefix included.
    pub(crate) description: String,
    /// `retry_after`, `migrate_to_chat_id`.
    pub(crate) parameters: Option<Value>,
    /// The request itself was wrong, whatever the state of the chat: a violation.
    pub(crate) strict: bool,
}

impl Refusal {
    /// Any error code, with its description whole.
    pub(crate) fn with(code: u16, description: &str) -> Self {
        Self { code, description: description.to_owned(), parameters: None, strict: false }
    }

    /// A request that was right in form but met a chat that does not allow it.
    pub(crate) fn state(text: &str) -> Self {
        Self::with(400, &format!("Bad Request: {text}"))
    }

    /// A request no chat would allow.
    pub(crate) fn strict(text: &str) -> Self {
        Self { strict: true, ..Self::state(text) }
    }

    /// Flood control, `retry_after` in seconds.
    pub(crate) fn flood(retry_after: u64) -> Self {
        Self {
            parameters: Some(json!({"retry_after": retry_after})),
            ..Self::with(429, &format!("Too Many Requests: retry after {retry_after}"))
        }
    }
}

/// Length in UTF-16 code units.
pub(crate) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Text and entities as Telegram keeps them: trimmed, offsets moved along.
pub(crate) fn text(params: &Params) -> Result<(String, Vec<Value>), Refusal> {
    if params.0.contains_key("parse_mode") {
        return Err(Refusal::strict("parse_mode is refused here: send entities"));
    }
    let whole = params.text("text");
    if whole.is_empty() {
        return Err(Refusal::strict("message text is empty"));
    }
    let entities = match params.json("entities") {
        None => Vec::new(),
        Some(Value::Array(list)) => list.clone(),
        Some(_) => return Err(Refusal::strict("expected an Array of MessageEntity")),
    };
    check_entities(&whole, &entities)?;
    let start = whole.trim_start();
    let (cut, kept) = (units(&whole) - units(start), start.trim_end());
    if kept.is_empty() {
        return Err(Refusal::strict("text must be non-empty"));
    }
    if units(kept) > TEXT_UNITS_MAX {
        return Err(Refusal::strict("message is too long"));
    }
    let end = units(kept) as i64;
    let moved = entities.into_iter().filter_map(|mut entity| {
        let (from, to) = span(&entity)?;
        let (from, to) = ((from - cut as i64).clamp(0, end), (to - cut as i64).clamp(0, end));
        entity["offset"] = from.into();
        entity["length"] = (to - from).into();
        (to > from).then_some(entity)
    });
    Ok((kept.to_owned(), moved.collect()))
}

fn span(entity: &Value) -> Option<(i64, i64)> {
    let offset = entity["offset"].as_i64()?;
    Some((offset, offset.checked_add(entity["length"].as_i64()?)?))
}

fn check_entities(text: &str, entities: &[Value]) -> Result<(), Refusal> {
    let wide: Vec<u16> = text.encode_utf16().collect();
    if entities.len() > ENTITIES_MAX {
        return Err(Refusal::strict("too many entities: Telegram drops all after the 100th"));
    }
    for entity in entities {
        let kind = entity["type"].as_str().unwrap_or("");
        let known = [STYLES, QUOTES, CODES, OTHER_ENTITIES].iter().any(|set| set.contains(&kind));
        if !known {
            return Err(Refusal::strict("can't parse MessageEntity: Unsupported type specified"));
        }
        let Some((from, to)) = span(entity) else {
            return Err(Refusal::strict("can't parse MessageEntity: offset and length"));
        };
        if from < 0 || to <= from || to > wide.len() as i64 {
            return Err(Refusal::strict(&format!(
                "ENTITY_BOUNDS_INVALID: {kind} {from}..{to} of {} units",
                wide.len()
            )));
        }
        for edge in [from as usize, to as usize] {
            if wide.get(edge).is_some_and(|unit| (0xDC00..0xE000).contains(unit)) {
                return Err(Refusal::strict(&format!(
                    "ENTITY_BOUNDS_INVALID: {kind} splits a surrogate pair at {edge}"
                )));
            }
        }
        if kind == "text_link" && !is_link(entity["url"].as_str().unwrap_or("")) {
            return Err(Refusal::strict(&format!("text_link url is invalid: {}", entity["url"])));
        }
    }
    for (at, one) in entities.iter().enumerate() {
        for other in &entities[at + 1..] {
            check_pair(one, other)?;
        }
    }
    Ok(())
}

/// The nesting rules of Telegram's formatting options.
fn check_pair(one: &Value, other: &Value) -> Result<(), Refusal> {
    let (Some(a), Some(b)) = (span(one), span(other)) else { return Ok(()) };
    if a.1 <= b.0 || b.1 <= a.0 {
        return Ok(());
    }
    let kinds = [one, other].map(|entity| entity["type"].as_str().unwrap_or(""));
    let inside = (a.0 <= b.0 && b.1 <= a.1) || (b.0 <= a.0 && a.1 <= b.1);
    let any = |set: &[&str]| kinds.iter().any(|kind| set.contains(kind));
    let both = |set: &[&str]| kinds.iter().all(|kind| set.contains(kind));
    // A quote may hold links and styles; two quotes, or two links, may not share characters.
    let allowed = inside && !any(CODES) && !both(QUOTES) && (any(STYLES) || any(QUOTES));
    if allowed { Ok(()) } else { Err(Refusal::strict(&format!("entities clash: {one} {other}"))) }
}

/// Whether Telegram would open this address.
pub(crate) fn is_link(address: &str) -> bool {
    match url::Url::parse(address) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            url.host_str().is_some_and(|host| host.contains('.') || host.starts_with('['))
        }
        Ok(url) => url.scheme() == "tg",
        Err(_) => false,
    }
}

/// The reply markup, if any; inline keyboards are checked button by button.
pub(crate) fn markup(params: &Params) -> Result<Option<Value>, Refusal> {
    let Some(markup) = params.json("reply_markup") else { return Ok(None) };
    if !markup.is_object() {
        return Err(Refusal::strict("object expected as reply markup"));
    }
    let Some(rows) = markup.get("inline_keyboard") else {
        let known = ["keyboard", "remove_keyboard", "force_reply"];
        let any = known.iter().any(|name| markup.get(name).is_some());
        return if any { Ok(None) } else { Err(Refusal::strict("unknown reply markup")) };
    };
    let Some(rows) = rows.as_array() else {
        return Err(Refusal::strict("field \"inline_keyboard\" must be of type Array"));
    };
    let mut count = 0;
    for row in rows {
        let Some(row) = row.as_array() else {
            return Err(Refusal::strict("field \"inline_keyboard\" must be an Array of Arrays"));
        };
        if row.len() > BUTTONS_A_ROW_MAX {
            return Err(Refusal::strict("inline keyboard row holds more than 8 buttons"));
        }
        count += row.len();
        row.iter().try_for_each(button)?;
    }
    if count > BUTTONS_MAX {
        return Err(Refusal::strict("reply markup is too long"));
    }
    // Telegram leaves an empty keyboard out.
    Ok((count > 0).then(|| json!({"inline_keyboard": rows})))
}

fn button(button: &Value) -> Result<(), Refusal> {
    let bad = |why: &str| Refusal::strict(&format!("can't parse inline keyboard button: {why}"));
    if button["text"].as_str().is_none_or(|text| text.trim().is_empty()) {
        return Err(bad("Field \"text\" must be a non-empty String"));
    }
    let kinds = ["url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat"]
        .iter()
        .chain(&["copy_text", "web_app", "login_url", "switch_inline_query_chosen_chat", "pay"])
        .filter(|name| button.get(**name).is_some_and(|value| !value.is_null()))
        .count();
    if kinds != 1 {
        return Err(bad("Text buttons are unallowed in the inline keyboard"));
    }
    if let Some(data) = button.get("callback_data").filter(|data| !data.is_null()) {
        let length = data.as_str().map_or(0, str::len);
        if !(1..=CALLBACK_DATA_BYTES_MAX).contains(&length) {
            return Err(Refusal::strict("BUTTON_DATA_INVALID"));
        }
    }
    if let Some(url) = button.get("url").and_then(Value::as_str)
        && !is_link(url)
    {
        return Err(Refusal::strict(&format!(
            "inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"
        )));
    }
    Ok(())
}

/// The link preview options, if any.
pub(crate) fn preview(params: &Params) -> Result<Option<Value>, Refusal> {
    let Some(options) = params.json("link_preview_options") else { return Ok(None) };
    let Some(fields) = options.as_object() else {
        return Err(Refusal::strict("object expected as link preview options"));
    };
    for (name, value) in fields {
        let fine = match name.as_str() {
            "url" => value.as_str().is_some_and(is_link),
            "is_disabled" | "prefer_small_media" | "prefer_large_media" | "show_above_text" => {
                value.is_boolean()
            }
            _ => false,
        };
        if !fine && !value.is_null() {
            return Err(Refusal::strict(&format!("link preview option {name}: {value}")));
        }
    }
    if options["prefer_small_media"] == true && options["prefer_large_media"] == true {
        return Err(Refusal::strict("link preview can't be both small and large"));
    }
    Ok(Some(options.clone()))
}

/// A quote must stand word for word in the message replied to.
pub(crate) fn quote(reply: &Value, original: &Value) -> Result<(), Refusal> {
    let Some(quote) = reply["quote"].as_str() else { return Ok(()) };
    let text = original["text"].as_str().or_else(|| original["caption"].as_str()).unwrap_or("");
    if units(quote) > QUOTE_UNITS_MAX {
        return Err(Refusal::strict("quote is too long"));
    }
    if text.contains(quote) { Ok(()) } else { Err(Refusal::state("QUOTE_TEXT_INVALID")) }
}

/// At most one reaction, and one Telegram knows.
pub(crate) fn reactions(params: &Params) -> Result<Vec<String>, Refusal> {
    let empty = Vec::new();
    let list = match params.json("reaction") {
        None => &empty,
        Some(Value::Array(list)) => list,
        Some(_) => return Err(Refusal::strict("expected an Array of ReactionType")),
    };
    if list.len() > 1 {
        return Err(Refusal::strict("REACTIONS_TOO_MANY"));
    }
    let read = list.iter().map(|one| {
        let emoji = one["emoji"].as_str().unwrap_or("").replace('\u{fe0f}', "");
        match one["type"].as_str() {
            Some("emoji") if REACTIONS.split_whitespace().any(|known| known == emoji) => Ok(emoji),
            Some("emoji") => Err(Refusal::strict("REACTION_INVALID")),
            _ => Err(Refusal::strict("can't parse ReactionType: invalid reaction type specified")),
        }
    });
    read.collect()
}

/// A chat action by name.
pub(crate) fn action(params: &Params) -> Result<String, Refusal> {
    let action = params.text("action");
    if CHAT_ACTIONS.contains(&action.as_str()) {
        Ok(action)
    } else {
        Err(Refusal::strict("wrong parameter action in request"))
    }
}

/// A language code of two letters, or none.
pub(crate) fn language(params: &Params) -> Result<String, Refusal> {
    let code = params.text("language_code");
    let fine = code.is_empty() || (code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase()));
    if fine { Ok(code) } else { Err(Refusal::strict("LANG_CODE_INVALID")) }
}
