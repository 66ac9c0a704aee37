//! `Reply`: what a reader gets, as plain text with our own entities. Every sentence comes from
//! `config/lang/*.ftl`.

use serde::{Deserialize, Serialize};

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
    /// Whatever is stored under this opaque id.
    Stored(String),
}
