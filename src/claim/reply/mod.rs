//! `Reply`: what a reader gets, as plain text with our own entities. Every sentence comes from
//! `config/lang/*.ftl`.

mod alert;
mod answer;
mod around;
mod digest;
mod doubted;
mod draft;
mod finding;
pub mod html;
mod later;
mod listening;
mod pages;
mod parts;
mod short;
pub mod spans;

#[cfg(test)]
mod tests;

pub use alert::{Ruled, decided_alone, headline, moderated, ruled, subject};
pub use answer::{answer, with_context};
pub use digest::{digest, digest_headline};
pub use draft::{TEXT_UNITS_MAX, address, clean, clean_lines, shown_host};
pub use later::{
    Change, awaited, corrected, corrected_short, follow_up, not_same_again, offer, withdrawn,
};
pub use listening::{Heard, listening, unasked, unasked_changed};
pub use pages::{
    Facts, Hint, Kept, Toast, Whose, alert, command, description, forgotten, hint, menu, not_same,
    report_how, reported, short_description, toast,
};
pub use parts::shown;
pub use short::short;

use serde::{Deserialize, Serialize};

use draft::Draft;

/// One message to a reader: plain text and the entities we built ourselves, never markup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The text, at most 4,096 UTF-16 units.
    pub text: String,
    /// Spans of the text that look or act differently, in order, not overlapping.
    pub entities: Vec<Entity>,
    /// Address whose preview is shown: the check, never the rumour. `None`: no preview at all.
    pub preview: Option<String>,
    /// Rows of buttons under the message.
    pub buttons: Vec<Vec<Button>>,
    /// Language it is said in, an ISO 639-1 code, for places that want it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Reply {
    fn of(draft: Draft) -> Self {
        let (text, entities) = draft.finish();
        Self { text, entities, ..Self::default() }
    }

    /// What an entity covers; empty if it does not fit the text.
    pub fn span(&self, entity: &Entity) -> &str {
        let at = |units: usize| {
            let mut seen = 0;
            let mut ends = self.text.char_indices().map(|(at, c)| (at, c.len_utf16()));
            loop {
                match ends.next() {
                    Some((at, _)) if seen == units => return Some(at),
                    Some((_, length)) => seen += length,
                    None => return (seen == units).then_some(self.text.len()),
                }
            }
        };
        at(entity.offset)
            .zip(at(entity.offset + entity.length))
            .and_then(|(start, end)| self.text.get(start..end))
            .unwrap_or_default()
    }

    /// The reply for places without links: every linked text is followed by its address.
    pub fn plain(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut units = 0;
        let mut links: Vec<(usize, &str)> = Vec::new();
        for entity in &self.entities {
            if let EntityKind::TextLink(url) = &entity.kind {
                links.push((entity.offset + entity.length, url));
            }
        }
        let mut links = links.into_iter().peekable();
        for c in self.text.chars() {
            while let Some((_, url)) = links.next_if(|(end, _)| *end <= units) {
                out.push_str(&format!(" <{url}>"));
            }
            out.push(c);
            units += c.len_utf16();
        }
        for (_, url) in links {
            out.push_str(&format!(" <{url}>"));
        }
        out
    }
}

/// A span of a reply's text. Offset and length count UTF-16 code units, as Telegram counts them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// How it looks or acts.
    pub kind: EntityKind,
    /// First unit.
    pub offset: usize,
    /// Number of units.
    pub length: usize,
}

/// How a span looks or acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// A quotation set apart.
    Blockquote,
    /// Opens this address.
    TextLink(String),
}

/// A button under a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What it does.
    pub action: Action,
}

/// What pressing a button does. Everything but an address is stored under an opaque id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Opens an address.
    Open(String),
    /// Shows what is missing and who benefits, from the check with this identity.
    Context(String),
    /// Shows the answer as it was before.
    Back(String),
    /// The check with this identity is about another claim.
    NotSame(String),
    /// Answer in this language from now on; empty: in the language of the message.
    Language(String),
    /// The post of this item of the queue makes the claim of its check.
    Right(String),
    /// It makes another claim.
    Wrong(String),
    /// Answer the post of this item of the queue where it stands.
    AnswerNow(String),
    /// Take that answer back, if it was not sent yet.
    TakeBack(String),
    /// Tell no more of the claim with this identity for a while.
    Mute(String),
    /// Tell of it again.
    Unmute(String),
    /// Tell me when there is a check for what I asked: the question's inbox row.
    TellMe(String),
    /// Whatever is stored under this opaque id.
    Stored(String),
}
