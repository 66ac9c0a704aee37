//! The index catches up with the database: from where it is, or made anew beside the serving one.

use anyhow::{Context, Result};

use crate::claim::analysis::Analyzers;
use crate::claim::review::ClaimReview;
use crate::claim::text::cut_at_word;
use crate::index::{Document, Health, Index, Writer};
use crate::store::Store;

/// Changes read at once.
const BATCH: usize = 2_000;
/// Characters of a confirmed post that a check is found by.
const ALIAS_CHARS_MAX: usize = 280;
/// Characters of a body that stand for its summary.
const SUMMARY_CHARS_MAX: usize = 600;
/// A change this large is worth merging the index into one piece for.
const MERGE_FROM: u64 = 20_000;

/// How much may be spent on writing the index.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Threads that write.
    pub threads: usize,
    /// Memory they share, in bytes.
    pub memory_bytes: usize,
}

impl Effort {
    /// For a daemon that answers meanwhile.
    pub const SPARING: Self = Self { threads: 1, memory_bytes: 24 * 1024 * 1024 };
    /// For a command somebody waits for.
    pub const FULL: Self = Self { threads: 2, memory_bytes: 160 * 1024 * 1024 };
}

/// What catching up did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaughtUp {
    /// Database sequence that the index has reached.
    pub sequence: u64,
    /// Changes that were taken over.
    pub changes: u64,
    /// Why the index was made anew, if it was.
    pub rebuilt: Option<String>,
}

/// Brings the index to where the database is. Whatever was committed to the database before this is
/// found after it.
///
/// # Errors
/// If database or index fail, or another process writes the index.
pub fn catch_up(
    store: &Store,
    index: &Index,
    analyzers: &Analyzers,
    effort: Effort,
) -> Result<CaughtUp> {
    let there = store.sequence()?;
    match index.health() {
        Health::Rebuild(reason) => rebuild(store, index, analyzers, effort, reason),
        Health::Reached(reached) if reached > there => {
            let reason = format!("it has reached sequence {reached}, the database only {there}");
            rebuild(store, index, analyzers, effort, reason)
        }
        Health::Reached(reached) if reached == there => {
            index.show()?;
            Ok(CaughtUp { sequence: reached, ..CaughtUp::default() })
        }
        Health::Reached(reached) => {
            let mut writer = index.writer(effort.threads, effort.memory_bytes)?;
            let end = follow(store, analyzers, &mut writer, reached, 0)?;
            index.reload()?;
            let merge = end.changes >= MERGE_FROM;
            writer.finish(merge)?;
            if merge {
                index.reload()?;
            }
            Ok(end)
        }
    }
}

/// Makes the index anew from everything in the database; the present one serves meanwhile.
///
/// # Errors
/// As [`catch_up`].
pub fn rebuild(
    store: &Store,
    index: &Index,
    analyzers: &Analyzers,
    effort: Effort,
    reason: String,
) -> Result<CaughtUp> {
    let mut end = CaughtUp::default();
    let there = store.sequence()?;
    index
        .rebuild(effort.threads, effort.memory_bytes, |mut writer| {
            end = follow(store, analyzers, &mut writer, 0, there)?;
            writer.finish(true)
        })
        .context("making the search index anew")?;
    end.rebuilt = Some(reason);
    Ok(end)
}

/// Posts that people confirmed are other words for the check's claim: they are found by, too.
fn add_aliases(review: &mut ClaimReview, aliases: &[String]) {
    let summary = review.summary(SUMMARY_CHARS_MAX).unwrap_or_default();
    let mut words: Vec<&str> =
        aliases.iter().map(|alias| cut_at_word(alias, ALIAS_CHARS_MAX)).collect();
    words.push(&summary);
    review.abstract_ = Some(words.join("\n"));
}

/// Takes over all changes after `sequence` and commits. Checks of changes up to `fresh` are known
/// not to be in the index; what changed later may have been added before.
fn follow(
    store: &Store,
    analyzers: &Analyzers,
    writer: &mut Writer,
    sequence: u64,
    fresh: u64,
) -> Result<CaughtUp> {
    let mut end = CaughtUp { sequence, ..CaughtUp::default() };
    let aliases = store.aliases()?;
    loop {
        let changes = store.changes_after(end.sequence, BATCH)?;
        let Some(last) = changes.last() else { break };
        end.sequence = last.sequence;
        end.changes += changes.len() as u64;
        for change in changes {
            let Some(mut stored) = change.stored else {
                writer.delete(change.row);
                continue;
            };
            if let Some(aliases) = aliases.get(&stored.id) {
                add_aliases(&mut stored.review, aliases);
            }
            let document = Document::of(stored.row, &stored.review, analyzers);
            if change.sequence <= fresh { writer.add(&document)? } else { writer.put(&document)? }
        }
    }
    writer.commit(end.sequence)?;
    Ok(end)
}
