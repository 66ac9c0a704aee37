//! The body that Discord's webhooks want: one embed. Whatever its markup could read into words of
//! others is escaped, and nobody is ever mentioned.

use serde_json::{Value, json};

use super::Told;
use crate::claim::alert::Severity;
use crate::claim::reply::spans::spans;
use crate::claim::reply::{EntityKind, Reply, address};
use crate::claim::text::cut_at_word;
use crate::claim::words::{Lang, Words};

/// Discord's limits on an embed, in characters; together they stay below its 6,000.
const TITLE_CHARS_MAX: usize = 256;
const DESCRIPTION_CHARS_MAX: usize = 4_096;

/// The message.
pub(super) fn body(told: Told<'_>, words: &Words, lang: Lang) -> Value {
    let title = told.headline(words, lang);
    let texts: Vec<String> = told.said(words, lang).iter().map(markdown).collect();
    let text = texts.join("\n\n");
    // The first paragraph is the headline, which is the title already.
    let text = text.split_once("\n\n").map_or("", |(_, rest)| rest);
    let mut embed = json!({
        "title": cut(&escaped(&title), TITLE_CHARS_MAX),
        "description": cut(text, DESCRIPTION_CHARS_MAX),
    });
    if let Told::Alert(alert) = told {
        embed["timestamp"] = alert.at.to_rfc3339().into();
        embed["color"] = colour(alert.severity).into();
    }
    json!({"embeds": [embed], "allowed_mentions": {"parse": []}})
}

/// The colour of the embed's edge: no verdict, only how urgent it is.
fn colour(severity: Severity) -> u32 {
    match severity {
        Severity::Low => 0x8a_93_99,
        Severity::Normal => 0x3a_78_b5,
        Severity::High => 0xc9_6a_12,
    }
}

/// A reply in Discord's markup.
fn markdown(said: &Reply) -> String {
    let mut out = String::new();
    for span in spans(said) {
        let text = escaped(span.text);
        match span.kind {
            Some(EntityKind::Bold) => out.push_str(&format!("**{text}**")),
            Some(EntityKind::Italic) => out.push_str(&format!("*{text}*")),
            Some(EntityKind::Blockquote) => out.push_str(&format!("> {text}")),
            Some(EntityKind::TextLink(url)) => match address(url) {
                Some(url) => out.push_str(&format!("[{text}]({})", enclosed(&url))),
                None => out.push_str(&text),
            },
            None => out.push_str(&text),
        }
    }
    out
}

/// Words with every sign escaped that could begin markup, a mention, an emoji or a list.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '*'
                | '_'
                | '~'
                | '`'
                | '|'
                | '['
                | ']'
                | '('
                | ')'
                | '<'
                | '>'
                | '#'
                | '-'
                | '+'
                | '@'
                | ':'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// An address that can stand in round brackets.
fn enclosed(url: &str) -> String {
    url.replace('(', "%28").replace(')', "%29").replace('<', "%3C").replace('>', "%3E")
}

/// A text within a limit: cut visibly, at a paragraph where there is one, so that no link is cut in
/// two.
fn cut(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let end = text.char_indices().nth(chars_max - 2).map_or(text.len(), |(at, _)| at);
    let kept = match text[..end].rfind("\n\n").or_else(|| text[..end].rfind('\n')) {
        Some(at) => &text[..at],
        None => cut_at_word(text, chars_max - 2),
    };
    format!("{} …", kept.trim_end_matches('\\'))
}
