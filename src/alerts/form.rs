//! Bodies of requests. `json` is our own form: the alert as it is, a version, and the id by which a
//! receiver knows a repetition.

use serde_json::{Value, json};

use super::settings::Form;
use super::{Told, discord, slack};
use crate::claim::alert::{Alert, Digest};
use crate::claim::reply::Reply;
use crate::claim::words::{Lang, Words};

/// Version of the form `json`: raised when a field goes or changes its meaning.
const VERSION: u32 = 1;
/// Most claims, and most gaps, of a digest.
const DIGEST_ENTRIES_MAX: usize = 100;
/// Longest text of a post.
const POST_CHARS_MAX: usize = 4_000;

/// The body for one row of the outbox.
pub(super) fn body(form: Form, id: &str, told: Told<'_>, words: &Words, lang: Lang) -> Value {
    match form {
        Form::Json => ours(id, told, &told.said(words, lang)),
        Form::Slack => slack::body(told, words, lang),
        Form::Discord => discord::body(told, words, lang),
    }
}

fn ours(id: &str, told: Told<'_>, said: &[Reply]) -> Value {
    let text = said.iter().map(Reply::plain).collect::<Vec<_>>().join("\n\n");
    match told {
        Told::Alert(alert) => {
            let alert = bounded(alert);
            json!({"version": VERSION, "id": id, "kind": "alert", "text": text, "alert": alert})
        }
        Told::Digest(digest) => {
            let claims = digest.claims.iter().take(DIGEST_ENTRIES_MAX).map(brief).collect();
            let gaps = digest.gaps.iter().take(DIGEST_ENTRIES_MAX).cloned().collect();
            let digest = Digest { claims, gaps, ..*digest };
            json!({"version": VERSION, "id": id, "kind": "digest", "text": text, "digest": digest})
        }
    }
}

fn bounded(alert: &Alert) -> Alert {
    let mut alert = alert.clone();
    if let Some((end, _)) = alert.post.text.char_indices().nth(POST_CHARS_MAX) {
        alert.post.text.truncate(end);
        alert.post.text.push('…');
    }
    alert
}

/// A claim of a digest: without the article's parts, which the check's page has.
fn brief(alert: &Alert) -> Alert {
    let mut alert = bounded(alert);
    if let Some(matched) = &mut alert.matched {
        matched.sections.clear();
        matched.sources.clear();
    }
    alert
}
