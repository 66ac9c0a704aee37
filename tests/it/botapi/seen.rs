//! What the bot did, as a test reads it.

use std::fmt;
use std::time::SystemTime;

use serde_json::Value;

use super::state::Stored;

/// One call the bot made.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The method as the documentation writes it.
    pub(crate) method: String,
    pub(crate) params: Value,
    /// When it came in.
    pub(crate) at: SystemTime,
    /// HTTP status of the answer; 0 while there is none, or when the connection was dropped.
    pub(crate) status: u16,
    /// The answer's JSON; null while there is none.
    pub(crate) answer: Value,
}

impl fmt::Display for Call {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ago = self.at.elapsed().unwrap_or_default().as_secs_f32();
        let Self { method, params, status, answer, .. } = self;
        write!(out, "{ago:7.2} s ago: {method} {params} -> {status} {answer}")
    }
}

/// One button under a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Button {
    pub(crate) text: String,
    pub(crate) data: Option<String>,
    pub(crate) url: Option<String>,
}

/// One message of the bot, as it stands now.
#[derive(Debug, Clone)]
pub(crate) struct BotMessage {
    pub(crate) id: i64,
    pub(crate) text: String,
    pub(crate) entities: Vec<Value>,
    /// Row by row.
    pub(crate) buttons: Vec<Vec<Button>>,
    pub(crate) reply_to: Option<i64>,
    pub(crate) thread: Option<i64>,
    /// The link preview options; null when none were sent.
    pub(crate) preview: Value,
    /// Earlier texts, oldest first.
    pub(crate) edits: Vec<String>,
    pub(crate) deleted: bool,
    /// Sent without a sound.
    pub(crate) silent: bool,
}

impl BotMessage {
    pub(crate) fn of(stored: &Stored) -> Self {
        let body = &stored.body;
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let word = |value: &Value| value.as_str().map(str::to_owned);
        let button = |one: &Value| Button {
            text: word(&one["text"]).unwrap_or_default(),
            data: word(&one["callback_data"]),
            url: word(&one["url"]),
        };
        let rows = list(&body["reply_markup"]["inline_keyboard"]);
        Self {
            id: body["message_id"].as_i64().unwrap_or(0),
            text: word(&body["text"]).unwrap_or_default(),
            entities: list(&body["entities"]),
            buttons: rows.iter().map(|row| list(row).iter().map(button).collect()).collect(),
            reply_to: body["reply_to_message"]["message_id"].as_i64(),
            thread: body["message_thread_id"].as_i64(),
            preview: body["link_preview_options"].clone(),
            edits: stored.edits.clone(),
            deleted: stored.deleted,
            silent: stored.silent,
        }
    }

    /// The words an entity covers.
    pub(crate) fn covered(&self, entity: &Value) -> String {
        let at = |name: &str| entity[name].as_u64().unwrap_or(0) as usize;
        let wide: Vec<u16> = self.text.encode_utf16().collect();
        let from = at("offset").min(wide.len());
        let to = (from + at("length")).min(wide.len());
        String::from_utf16_lossy(&wide[from..to])
    }

    /// The links in the text: words and address.
    pub(crate) fn links(&self) -> Vec<(String, String)> {
        let links = self
            .entities
            .iter()
            .filter_map(|entity| Some((self.covered(entity), entity["url"].as_str()?.to_owned())));
        links.collect()
    }

    /// All buttons in reading order.
    pub(crate) fn labels(&self) -> Vec<String> {
        self.buttons.iter().flatten().map(|button| button.text.clone()).collect()
    }
}
