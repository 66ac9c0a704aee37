//! Labelled sets as they come in files: queries a line, judgements in TREC form.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::claim::post::Post;
use crate::store::Store;

/// Queries and their right answers, as read.
#[derive(Debug, Clone, Default)]
pub struct Queries {
    /// One post each.
    pub posts: Vec<Post>,
    /// Identities of the right checks, by the query's identifier.
    pub right: BTreeMap<String, Vec<String>>,
}

impl Queries {
    /// Reads queries (`{"id","text"}` a line) and judgements (`qid 0 docid 1` a line).
    ///
    /// # Errors
    /// Names file and line of what can't be read.
    pub fn read(queries: &Path, qrels: &Path) -> Result<Self> {
        Ok(Self { posts: posts(queries)?, right: judgements(qrels)? })
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
            serde_json::from_str(line)
                .with_context(|| format!("{}:{number}: no post", file.display()))
        })
        .collect()
}

fn judgements(file: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    let mut right: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (number, line) in lines(file)? {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [query, _, check, relevance] = fields.as_slice() else {
            bail!("{}:{number}: not `qid 0 docid 1`", file.display());
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
        let mut rows: HashMap<u32, Vec<u64>> = HashMap::new();
        let mut sequence = 0;
        loop {
            let changes = store.changes_after(sequence, 2_000)?;
            let Some(last) = changes.last() else { break };
            sequence = last.sequence;
            for stored in changes.into_iter().filter_map(|change| change.stored) {
                let kin = crate::claim::digest::kin(&stored.review);
                rows.entry(kin).or_default().push(stored.row);
                set.group.insert(stored.id, kin);
            }
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
            let group = self.group.get(id).copied().unwrap_or_default();
            if !seen.contains(&group) {
                seen.push(group);
                judged.push(right.contains(&group));
            }
        }
        (judged, right.len())
    }
}
