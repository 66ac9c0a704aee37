//! Labelled sets as they come in files: queries a line, judgements in TREC form.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::claim::digest::{kin, page};
use crate::claim::post::Post;
use crate::claim::written;
use crate::store::Store;

/// Input that is not what it should be: its place, and what is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadData(pub String);

/// Queries and their right answers, as read.
#[derive(Debug, Clone, Default)]
pub struct Queries {
    /// One post each.
    pub posts: Vec<Post>,
    /// Identities of the right checks, by the query's identifier.
    pub right: BTreeMap<String, Vec<String>>,
}

impl Queries {
    /// Reads queries (`{"id","text"}` a line) and judgements (`qid 0 docid 1` a line), each from
    /// one file or several.
    ///
    /// # Errors
    /// Names file and line of what can't be read.
    pub fn read(queries: &[PathBuf], qrels: &[PathBuf]) -> Result<Self> {
        let mut read = Self::default();
        for file in queries {
            read.posts.extend(posts(file)?);
        }
        for file in qrels {
            for (query, mut right) in judgements(file)? {
                read.right.entry(query).or_default().append(&mut right);
            }
        }
        Ok(read)
    }
}

/// Posts, one JSON object a line.
///
/// # Errors
/// Names file and line of what can't be read.
pub fn posts(file: &Path) -> Result<Vec<Post>> {
    lines(file)?
        .iter()
        .map(|(number, line)| {
            let read = written::post(line.as_bytes());
            read.map_err(|why| BadData(format!("{}:{number}: {why}", file.display())).into())
        })
        .collect()
}

fn judgements(file: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    let mut right: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (number, line) in lines(file)? {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [query, _, check, relevance] = fields.as_slice() else {
            bail!(BadData(format!("{}:{number}: not `qid 0 docid 1`", file.display())));
        };
        if *relevance != "0" {
            right.entry((*query).to_owned()).or_default().push((*check).to_owned());
        }
    }
    Ok(right)
}

fn lines(file: &Path) -> Result<Vec<(usize, String)>> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    Ok(lines.map(|(at, line)| (at + 1, line.to_owned())).collect())
}

/// What makes two checks the same again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Page(u32),
    Title(u32),
}

/// Sets that grow together (Tarjan's union and find).
#[derive(Debug, Default)]
struct Groups {
    of: HashMap<Key, u32>,
    parents: Vec<u32>,
}

impl Groups {
    fn of(&mut self, key: Key) -> u32 {
        let next = self.parents.len() as u32;
        let group = *self.of.entry(key).or_insert(next);
        if group == next {
            self.parents.push(next);
        }
        group
    }

    fn root(&self, mut group: u32) -> u32 {
        while let Some(parent) = self.parents.get(group as usize).copied().filter(|p| *p != group) {
            group = parent;
        }
        group
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(parent) = self.parents.get_mut(one as usize) {
            *parent = other;
        }
    }
}

/// A set bound to the checks it was made for. Checks that are the same again count as one.
#[derive(Debug, Clone, Default)]
pub struct Labelled {
    /// Queries with at least one right answer.
    pub queries: Vec<Post>,
    /// Posts that should match nothing.
    pub ordinary: Vec<Post>,
    /// Queries left out because none of their right checks is there.
    pub unanswerable: usize,
    /// For each query the groups that are right, and the rows in them.
    gold: Vec<(Vec<u32>, Vec<u64>)>,
    group: HashMap<String, u32>,
}

impl Labelled {
    /// Binds queries to the checks in the database.
    ///
    /// # Errors
    /// If the database fails.
    pub fn bind(read: Queries, ordinary: Vec<Post>, store: &Store) -> Result<Self> {
        let mut set = Self { ordinary, ..Self::default() };
        let mut groups = Groups::default();
        let mut checks = Vec::new();
        let mut sequence = 0;
        loop {
            let changes = store.changes_after(sequence, 2_000)?;
            let Some(last) = changes.last() else { break };
            sequence = last.sequence;
            for stored in changes.into_iter().filter_map(|change| change.stored) {
                let of_page = groups.of(Key::Page(page(&stored.review)));
                let of_title = groups.of(Key::Title(kin(&stored.review)));
                if page(&stored.review) != 0 {
                    groups.join(of_page, of_title);
                }
                checks.push((stored.id, stored.row, of_title));
            }
        }
        let mut rows: HashMap<u32, Vec<u64>> = HashMap::new();
        for (id, row, title) in checks {
            let group = groups.root(title);
            rows.entry(group).or_default().push(row);
            set.group.insert(id, group);
        }
        for post in read.posts {
            let right = post.id.as_ref().and_then(|id| read.right.get(id));
            let mut groups: Vec<u32> =
                right.into_iter().flatten().filter_map(|id| set.group.get(id).copied()).collect();
            groups.sort_unstable();
            groups.dedup();
            if groups.is_empty() {
                set.unanswerable += 1;
                continue;
            }
            let gold = groups.iter().flat_map(|group| rows[group].iter().copied()).collect();
            set.gold.push((groups, gold));
            set.queries.push(post);
        }
        Ok(set)
    }

    /// Rows of the right checks of query `at`.
    pub fn gold_rows(&self, at: usize) -> &[u64] {
        self.gold.get(at).map_or(&[], |gold| &gold.1)
    }

    /// Whether each of a ranking's groups, the first of each kept, is right for query `at`; and how
    /// many are.
    pub fn judged<'a>(
        &self,
        at: usize,
        ranking: impl Iterator<Item = &'a str>,
    ) -> (Vec<bool>, usize) {
        let Some((right, _)) = self.gold.get(at) else { return (Vec::new(), 0) };
        let mut seen = Vec::new();
        let mut judged = Vec::new();
        for id in ranking {
            let Some(group) = self.group.get(id) else { continue };
            if !seen.contains(group) {
                seen.push(*group);
                judged.push(right.contains(group));
            }
        }
        (judged, right.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_title_or_one_page_is_one_check() {
        let mut groups = Groups::default();
        let checks = [(1, 10), (1, 11), (2, 11), (3, 12)];
        let of: Vec<u32> = checks
            .iter()
            .map(|(page, title)| {
                let (page, title) = (groups.of(Key::Page(*page)), groups.of(Key::Title(*title)));
                groups.join(page, title);
                title
            })
            .collect();
        let roots: Vec<u32> = of.into_iter().map(|group| groups.root(group)).collect();
        assert!(roots[0] == roots[1] && roots[1] == roots[2] && roots[2] != roots[3], "{roots:?}");
    }
}
