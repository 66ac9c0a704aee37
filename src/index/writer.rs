//! Writing: documents in by row, one commit a batch, the database sequence in the commit.

use anyhow::{Context, Result};
use tantivy::{IndexWriter, TantivyDocument, Term};

use super::{FORMAT, Fields, Payload};
use crate::claim::analysis::Analyzers;
use crate::claim::digest::Digest;
use crate::claim::review::ClaimReview;

/// Characters of the summary that score; what is longer is article.
const SUMMARY_CHARS_MAX: usize = 1_000;
/// Characters of the article that are indexed.
const BODY_CHARS_MAX: usize = 60_000;

/// A check as the index holds it: terms joined by blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Row of the check in the database.
    pub row: u64,
    text: String,
    body: String,
    digest: Vec<u8>,
}

impl Document {
    /// The terms of a check.
    pub fn of(row: u64, review: &ClaimReview, analyzers: &Analyzers) -> Self {
        let language = review.in_language.as_deref();
        let mut text = String::with_capacity(1_024);
        let mut body = String::new();
        let add = |out: &mut String, words: &str| {
            analyzers.document_terms(words, language, |term| {
                out.push_str(term);
                out.push(' ');
            });
        };
        for words in [&review.name, &review.claim_reviewed].into_iter().flatten() {
            add(&mut text, words);
        }
        let summary = review.summary(SUMMARY_CHARS_MAX);
        if let Some(summary) = &summary {
            let cut =
                summary.char_indices().nth(SUMMARY_CHARS_MAX).map_or(summary.len(), |at| at.0);
            add(&mut text, &summary[..cut]);
            add(&mut body, &summary[cut..]);
        }
        // A body that is no more than its summary is no article, and would count twice.
        let is_article = |body: &&String| summary.as_deref().is_none_or(|all| all != body.trim());
        if let Some(article) = review.review_body.as_ref().filter(is_article) {
            let cut = article.char_indices().nth(BODY_CHARS_MAX).map_or(article.len(), |at| at.0);
            add(&mut body, &article[..cut]);
        }
        Self { row, text, body, digest: Digest::of(review, analyzers).to_bytes() }
    }
}

/// The one writer of a generation; nothing is visible before [`commit`](Self::commit).
pub struct Writer {
    pub(super) inner: IndexWriter,
    pub(super) fields: Fields,
}

impl Writer {
    /// Adds a check, in place of any earlier version of it.
    ///
    /// # Errors
    /// If the index has failed before; the writer is then to be dropped.
    pub fn put(&mut self, document: &Document) -> Result<()> {
        self.delete(document.row);
        self.add(document)
    }

    /// Adds a check that is known not to be there.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub fn add(&mut self, document: &Document) -> Result<()> {
        let mut fields = TantivyDocument::default();
        fields.add_u64(self.fields.row, document.row);
        fields.add_text(self.fields.text, &document.text);
        if !document.body.is_empty() {
            fields.add_text(self.fields.body, &document.body);
        }
        fields.add_bytes(self.fields.digest, &document.digest);
        self.inner.add_document(fields).context("adding a check to the search index")?;
        Ok(())
    }

    /// Takes a check out.
    pub fn delete(&mut self, row: u64) {
        self.inner.delete_term(Term::from_field_u64(self.fields.row, row));
    }

    /// Makes everything since the last commit durable, with the database sequence it reaches.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn commit(&mut self, sequence: u64) -> Result<()> {
        let mut commit = self.inner.prepare_commit().context("preparing a search index commit")?;
        let payload = serde_json::to_string(&Payload { format: FORMAT, sequence })?;
        commit.set_payload(&payload);
        commit.commit().context("committing the search index")?;
        Ok(())
    }

    /// Merges everything into one segment, then ends the writer.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn finish(mut self, merge: bool) -> Result<()> {
        if merge {
            let segments = self.inner.index().searchable_segment_ids()?;
            if segments.len() > 1 {
                self.inner.merge(&segments).wait().context("merging the search index")?;
            }
        }
        self.inner.wait_merging_threads().context("ending search index merges")
    }
}
