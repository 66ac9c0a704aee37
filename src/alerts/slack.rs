//! The body that Slack's incoming webhooks want. Words of others stand in rich text only, which
//! Slack does not parse: nothing in them is bold, a link or a mention.

use serde_json::{Value, json};

use super::Told;
use crate::claim::reply::spans::{Span, spans};
use crate::claim::reply::{EntityKind, Reply, address};
use crate::claim::words::{Lang, Words};

/// Most characters of one block and of the message. Slack's own limits are 3,000 for a text and
/// some 13,000 for all blocks together.
const BLOCK_CHARS_MAX: usize = 3_000;
const MESSAGE_CHARS_MAX: usize = 12_000;
/// Most blocks of a message.
const BLOCKS_MAX: usize = 50;

/// The message: rich text, and our headline for notifications and for receivers that read `text`
/// only.
pub(super) fn body(told: Told<'_>, words: &Words, lang: Lang) -> Value {
    let mut blocks = Blocks::default();
    for said in told.said(words, lang) {
        blocks.reply(&said);
    }
    json!({
        "text": escaped(&told.headline(words, lang)),
        "blocks": blocks.finish(),
        "unfurl_links": false,
        "unfurl_media": false,
    })
}

/// `text` is parsed: these three would begin markup or a mention.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Blocks in the making.
#[derive(Default)]
struct Blocks {
    done: Vec<Value>,
    /// Elements of the block at hand, and its characters.
    block: Vec<Value>,
    chars: usize,
    /// Pieces of the section at hand.
    section: Vec<Value>,
    /// Characters of the message.
    all: usize,
    full: bool,
}

impl Blocks {
    fn reply(&mut self, said: &Reply) {
        // A digest's pages follow one another.
        if self.all > 0 {
            self.piece(Span { text: "\n\n", kind: None });
        }
        for span in spans(said) {
            if span.kind.is_some() {
                self.piece(span);
                continue;
            }
            // Plain text may be long; a block may end with any line of it.
            for text in span.text.split_inclusive('\n') {
                self.piece(Span { text, ..span });
            }
        }
    }

    fn piece(&mut self, span: Span<'_>) {
        let chars = span.text.chars().count();
        if self.full || self.all + chars > MESSAGE_CHARS_MAX || self.done.len() + 1 >= BLOCKS_MAX {
            self.full = true;
            return;
        }
        if self.chars + chars > BLOCK_CHARS_MAX {
            self.end_block();
        }
        self.all += chars;
        self.chars += chars;
        match span.kind {
            Some(EntityKind::Blockquote) => {
                self.end_section();
                let quoted = json!([{"type": "text", "text": span.text}]);
                self.block.push(json!({"type": "rich_text_quote", "elements": quoted}));
            }
            Some(EntityKind::Bold) => self.text(span.text, Some("bold")),
            Some(EntityKind::Italic) => self.text(span.text, Some("italic")),
            Some(EntityKind::TextLink(url)) => match address(url) {
                Some(url) => {
                    self.section.push(json!({"type": "link", "url": url, "text": span.text}));
                }
                None => self.text(span.text, None),
            },
            None => {
                // A quotation ends its line by itself.
                let after_quote = self.section.is_empty() && !self.block.is_empty();
                let text = span.text.strip_prefix('\n').filter(|_| after_quote);
                self.text(text.unwrap_or(span.text), None);
            }
        }
    }

    fn text(&mut self, text: &str, style: Option<&str>) {
        if text.is_empty() {
            return;
        }
        self.section.push(match style {
            Some(style) => json!({"type": "text", "text": text, "style": {style: true}}),
            None => json!({"type": "text", "text": text}),
        });
    }

    fn end_section(&mut self) {
        if !self.section.is_empty() {
            let elements = std::mem::take(&mut self.section);
            self.block.push(json!({"type": "rich_text_section", "elements": elements}));
        }
    }

    fn end_block(&mut self) {
        self.end_section();
        if !self.block.is_empty() {
            let elements = std::mem::take(&mut self.block);
            self.done.push(json!({"type": "rich_text", "elements": elements}));
        }
        self.chars = 0;
    }

    fn finish(mut self) -> Vec<Value> {
        if self.full {
            self.text(" …", None);
        }
        self.end_block();
        self.done
    }
}
