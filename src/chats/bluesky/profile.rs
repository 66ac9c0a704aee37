//! The profile says that this is a bot: a self-label of the network.

use serde_json::{Value, json};

use super::{Bluesky, Me};
use crate::chats::CallError;

/// Where profiles stand, and what the label of a bot is called.
const PROFILES: &str = "app.bsky.actor.profile";
const SELF_LABELS: &str = "com.atproto.label.defs#selfLabels";
const BOT: &str = "bot";

impl Bluesky {
    /// Adds the label if it is not there; everything else on the profile stays.
    pub(super) async fn label(&self, me: &Me) -> Result<(), CallError> {
        let query = [("repo", me.did.as_str()), ("collection", PROFILES), ("rkey", "self")];
        let there = match self.get("com.atproto.repo.getRecord", &query).await {
            Ok(there) => there,
            Err(CallError::Refused(why)) if why.contains("RecordNotFound") => Value::Null,
            Err(error) => return Err(error),
        };
        let Some(record) = labelled(there.get("value")) else { return Ok(()) };
        let body = json!({
            "repo": me.did, "collection": PROFILES, "rkey": "self", "record": record,
            // Not over what somebody changes at this moment.
            "swapRecord": there.get("cid"),
        });
        self.post("com.atproto.repo.putRecord", &body).await.map(drop)
    }
}

/// A profile with the label; `None` if it has it.
pub(super) fn labelled(record: Option<&Value>) -> Option<Value> {
    let mut record = record.and_then(Value::as_object).cloned().unwrap_or_default();
    record.insert("$type".to_owned(), json!(PROFILES));
    let values = record.get("labels").and_then(|labels| labels.get("values"));
    let mut values = values.and_then(Value::as_array).cloned().unwrap_or_default();
    if values.iter().any(|label| label.get("val").and_then(Value::as_str) == Some(BOT)) {
        return None;
    }
    values.push(json!({"val": BOT}));
    record.insert("labels".to_owned(), json!({"$type": SELF_LABELS, "values": values}));
    Some(Value::Object(record))
}

/// Whether an account is labelled as a bot, by itself or by somebody who labels.
pub(super) fn is_bot(account: &Value) -> bool {
    let labels = account.get("labels").and_then(Value::as_array).into_iter().flatten();
    labels
        .filter(|label| label.get("neg") != Some(&Value::Bool(true)))
        .any(|label| label.get("val").and_then(Value::as_str) == Some(BOT))
}
