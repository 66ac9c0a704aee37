//! A reply cut into spans of one look each, for places with a markup of their own.

use super::{EntityKind, Reply};

/// A piece of a reply's text that looks or acts alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<'a> {
    /// Its text.
    pub text: &'a str,
    /// How it looks or acts; `None`: plain.
    pub kind: Option<&'a EntityKind>,
}

/// All of a reply's text in order. Entities that do not fit the text, or overlap, are plain.
pub fn spans(reply: &Reply) -> Vec<Span<'_>> {
    let mut spans = Vec::new();
    let mut from = 0;
    for entity in &reply.entities {
        let text = reply.span(entity);
        if text.is_empty() {
            continue;
        }
        // Where a slice of the text begins within it.
        let start = text.as_ptr() as usize - reply.text.as_ptr() as usize;
        let Some(before) = reply.text.get(from..start) else { continue };
        if !before.is_empty() {
            spans.push(Span { text: before, kind: None });
        }
        spans.push(Span { text, kind: Some(&entity.kind) });
        from = start + text.len();
    }
    let rest = &reply.text[from..];
    if !rest.is_empty() {
        spans.push(Span { text: rest, kind: None });
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::reply::Entity;

    #[test]
    fn all_of_the_text_is_there_whatever_the_entities_say() {
        let entity = |offset, length| Entity { kind: EntityKind::Bold, offset, length };
        let reply = Reply {
            text: "😀 False, says".to_owned(),
            entities: vec![entity(3, 5), entity(4, 2), entity(90, 2), entity(10, 4), entity(0, 0)],
            ..Reply::default()
        };
        let texts: Vec<(&str, bool)> =
            spans(&reply).iter().map(|span| (span.text, span.kind.is_some())).collect();
        assert_eq!(texts, [("😀 ", false), ("False", true), (", ", false), ("says", true)]);
        assert_eq!(spans(&Reply::default()), []);
    }
}
