//! The search index: derived from the database, carries the database sequence it has reached, and
//! can always be made anew.

mod candidates;
mod digests;
mod generation;
mod mend;
mod passages;
mod search;
pub mod vectors;
mod writer;

pub use candidates::{Candidate, Candidates, TermUse};
pub use generation::{Health, Index};
pub use search::Searcher;
pub use writer::{Document, Writer};

use serde::{Deserialize, Serialize};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};

/// Changes whenever what an index holds or how its terms are made changes; an index of another
/// format is rebuilt beside the serving one.
pub const FORMAT: u32 = 4;

/// The fields of the index.
#[derive(Debug, Clone, Copy)]
struct Fields {
    /// Row of the check in the database.
    row: Field,
    /// Title, claim and summary in one: the field that scores.
    text: Field,
    /// The article, with the places of its words.
    body: Field,
    /// The check's digest.
    digest: Field,
}

/// What an index says of itself in its commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Payload {
    format: u32,
    sequence: u64,
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    // Terms come ready made and joined by blanks, so the index only splits them again.
    let words = |option| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(option)
            .set_fieldnorms(true);
        TextOptions::default().set_indexing_options(indexing)
    };
    let row = schema.add_u64_field("row", FAST | INDEXED);
    let text = schema.add_text_field("text", words(IndexRecordOption::WithFreqs));
    let body = schema.add_text_field("body", words(IndexRecordOption::WithFreqsAndPositions));
    let digest = schema.add_bytes_field("digest", STORED);
    (schema.build(), Fields { row, text, body, digest })
}
