//! Answers: in the thread, no louder than the question, behind its content warning, and once.

use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation;

use super::{GONE, Mastodon, NAME_CHARS_MAX};
use crate::chats::{CallError, Sent};
use crate::claim::post::ReplyTo;
use crate::claim::reply::{EntityKind, Reply};
use crate::http::Method;
use crate::mastodon::{CHARS_MAX, Status, is_id, length};
use crate::store::Sending;

impl Mastodon {
    /// Answers a status. The row's id is its `Idempotency-Key`, which servers know for an hour;
    /// after a try that may have been taken, what is said below the question is looked at as well.
    /// So a repetition says nothing twice.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn send(
        &self,
        sending: &Sending,
        to: &ReplyTo,
        reply: &Reply,
    ) -> Result<Sent, CallError> {
        let asked = place(to)?;
        let question = self.status(asked, "what it answers was deleted").await?;
        let text = text(&question.account.acct, reply)?;
        if sending.attempts > 1
            && let Some(said) = self.said_before(asked, &text).await?
        {
            return Ok(Sent { message: Some(said) });
        }
        let mut body = json!({
            "status": text,
            "in_reply_to_id": asked,
            // What was said to few shall not be heard by many.
            "visibility": if question.is_open() { "unlisted" } else { "direct" },
            "spoiler_text": warning(&question.warning, &text),
        });
        tell_language(&mut body, reply);
        let path = "/api/v1/statuses";
        let sent = self.call(Method::Post, path, &[], Some(&body), Some(&sending.id)).await;
        let sent = sent.map_err(|error| or_gone(error, "what it answers was deleted"))?;
        receipt(&sent)
    }

    /// Puts a reply in place of an answer of ours. Harmless to repeat.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn edit(&self, message: &str, reply: &Reply) -> Result<Sent, CallError> {
        let ours = self.status(message, "the answer it changes was deleted").await?;
        let name = ours.mentions.first().map(|(_, name)| name.as_str()).unwrap_or_default();
        let text = text(name, reply)?;
        let mut body = json!({"status": text, "spoiler_text": warning(&ours.warning, &text)});
        tell_language(&mut body, reply);
        let path = format!("/api/v1/statuses/{message}");
        let put = self.call(Method::Put, &path, &[], Some(&body), None).await;
        put.map_err(|error| or_gone(error, "the answer it changes was deleted"))?;
        Ok(Sent { message: Some(message.to_owned()) })
    }

    /// A status as it is now.
    async fn status(&self, id: &str, gone: &str) -> Result<Status, CallError> {
        let told = self.get(&format!("/api/v1/statuses/{id}"), &[]).await;
        let told = told.map_err(|error| or_gone(error, gone))?;
        Status::of(&told).ok_or(CallError::Broken("the answer is no status"))
    }

    /// The answer of ours to a status that says just this, if there is one.
    async fn said_before(&self, asked: &str, text: &str) -> Result<Option<String>, CallError> {
        let me = self.me().await?;
        let context = self.get(&format!("/api/v1/statuses/{asked}/context"), &[]).await?;
        let below = context.get("descendants").and_then(Value::as_array).into_iter().flatten();
        let mut ours = below
            .filter_map(Status::of)
            .filter(|said| said.account.id == me.id && said.in_reply_to.as_deref() == Some(asked));
        Ok(ours.find(|said| same(&said.text, text)).map(|said| said.id))
    }
}

/// The status a row answers.
fn place(to: &ReplyTo) -> Result<&str, CallError> {
    let named = to.message.as_deref().and_then(|message| message.split(' ').next());
    let named = named.filter(|id| is_id(id));
    named.ok_or_else(|| CallError::Refused("it says not what it answers".to_owned()))
}

fn or_gone(error: CallError, gone: &str) -> CallError {
    match error {
        CallError::Refused(why) if why == GONE => CallError::Refused(gone.to_owned()),
        other => other,
    }
}

fn receipt(sent: &Value) -> Result<Sent, CallError> {
    let id = sent.get("id").and_then(Value::as_str).filter(|id| is_id(id));
    match id {
        Some(id) => Ok(Sent { message: Some(id.to_owned()) }),
        None => Err(CallError::Broken("the answer is no status")),
    }
}

fn tell_language(body: &mut Value, reply: &Reply) {
    if let (Some(language), Some(body)) = (&reply.language, body.as_object_mut()) {
        body.insert("language".to_owned(), language.clone().into());
    }
}

/// Whether two texts say the same, apart from names and blanks, which servers write otherwise.
fn same(a: &str, b: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split_whitespace().filter(|word| !word.starts_with('@')).map(str::to_owned).collect()
    };
    words(a) == words(b)
}

/// A reply as a status: whom it is for, then the words, addresses written out in place of links.
/// If it is too long, what stands between its beginning and its end goes.
///
/// # Errors
/// If that does not make it short enough.
fn text(acct: &str, reply: &Reply) -> Result<String, CallError> {
    let named = !acct.is_empty() && length(&format!("@{acct} ")) <= NAME_CHARS_MAX;
    let name = if named { format!("@{acct} ") } else { String::new() };
    let whole = written_out(reply);
    let mut paragraphs: Vec<&str> = whole.split("\n\n").collect();
    loop {
        let text = format!("{name}{}", paragraphs.join("\n\n"));
        if length(&text) <= CHARS_MAX {
            return Ok(text);
        }
        if paragraphs.len() < 3 {
            return Err(CallError::Refused("it is longer than a status may be".to_owned()));
        }
        paragraphs.remove(paragraphs.len() - 2);
    }
}

/// The text with each link's address: in place of its words if these are but its host, else after
/// them. Signs that would make a name or a hashtag of what others wrote lose their power.
fn written_out(reply: &Reply) -> String {
    let mut out = String::with_capacity(reply.text.len() + 200);
    let mut at = 0;
    for entity in &reply.entities {
        let EntityKind::TextLink(url) = &entity.kind else { continue };
        let span = reply.span(entity);
        // A span is a part of the text, so its place is told by where it lies in memory.
        let start = (span.as_ptr() as usize).checked_sub(reply.text.as_ptr() as usize);
        let Some(start) = start.filter(|start| *start >= at && !span.is_empty()) else { continue };
        out.push_str(&disarmed(reply.text.get(at..start).unwrap_or_default()));
        if span.contains(char::is_whitespace) {
            out.push_str(&disarmed(span));
            out.push(' ');
        }
        out.push_str(url);
        at = start + span.len();
        // An address ends at a blank only.
        if reply
            .text
            .get(at..)
            .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(char::is_whitespace))
        {
            out.push(' ');
        }
    }
    out.push_str(&disarmed(reply.text.get(at..).unwrap_or_default()));
    out
}

/// Without names and hashtags that would call people or gather readers: what we say of others'
/// words speaks to nobody but who asked.
fn disarmed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for mark in text.chars() {
        out.push(mark);
        if matches!(mark, '@' | '#') {
            // An invisible mark that is part of no name.
            out.push('\u{2060}');
        }
    }
    out
}

/// The question's content warning, as far as there is room beside the text.
fn warning(given: &str, text: &str) -> String {
    let room = CHARS_MAX.saturating_sub(length(text));
    if given.graphemes(true).count() <= room {
        return given.to_owned();
    }
    let cut: String = given.graphemes(true).take(room.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chats::mastodon::{GRAPHEMES_MAX, WARNING_CHARS_MIN};
    use crate::claim::reply::Entity;

    fn linked(text: &str, words: &str, url: &str) -> Reply {
        let start = text.find(words).expect("the words");
        let units = |text: &str| text.encode_utf16().count();
        let entity = Entity {
            kind: EntityKind::TextLink(url.into()),
            offset: units(&text[..start]),
            length: units(words),
        };
        Reply { text: text.into(), entities: vec![entity], ..Reply::default() }
    }

    #[test]
    fn links_are_written_out_and_names_of_others_call_nobody() {
        let url = "https://checks.example/a";
        let told = |reply: &Reply| text("ana@far.example", reply).expect("a text");
        let host = linked("🧪 Read: checks.example\nMatched.", "checks.example", url);
        assert_eq!(told(&host), format!("@ana@far.example 🧪 Read: {url}\nMatched."));
        let titled = linked("Read: A title (checks.example).", "A title (checks.example)", url);
        let want = format!("@ana@far.example Read: A title (checks.example) {url} .");
        assert_eq!(told(&titled), want);
        let quoted = Reply { text: "“@potus and #news” e@x".into(), ..Reply::default() };
        let want = "@ana@far.example “@\u{2060}potus and #\u{2060}news” e@\u{2060}x";
        assert_eq!(told(&quoted), want);
        assert!(same(
            "@ana 🧪 Read: https://x\nMatched.",
            "@ana@far.example 🧪 Read: https://x Matched."
        ));
        assert!(!same("@ana other", "@ana so"));
    }

    #[test]
    fn what_is_made_to_fit_fits_and_what_is_not_loses_its_middle() {
        let url = format!("https://checks.example/{}", "x".repeat(300));
        let body = format!("{} c.io", "é".repeat(GRAPHEMES_MAX - 5));
        let longest = linked(&body, "c.io", &url);
        let name = format!("{}@{}example", "n".repeat(NAME_CHARS_MAX - 2), "far.".repeat(30));
        let said = text(&name, &longest).expect("a text");
        assert!(said.starts_with(&format!("@{name} é")));
        let cw = warning(&"w".repeat(400), &said);
        assert!(cw.ends_with("w…") && cw.chars().count() >= WARNING_CHARS_MIN, "{cw}");
        assert!(length(&said) + cw.chars().count() <= CHARS_MAX);
        assert_eq!(warning("health", &said), "health");
        assert!(text(&format!("n{name}"), &longest).expect("a text").starts_with('é'));

        let parts = ["head".to_owned(), "a".repeat(300), "b".repeat(300), "end".to_owned()];
        let long = Reply { text: parts.join("\n\n"), ..Reply::default() };
        let want = format!("@ana head\n\n{}\n\nend", "a".repeat(300));
        assert_eq!(text("ana", &long).expect("a text"), want);
        let endless = Reply { text: "x".repeat(501), ..Reply::default() };
        assert!(matches!(text("ana", &endless), Err(CallError::Refused(_))));
    }
}
