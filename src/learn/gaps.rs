//! Gaps: claims that people ask about or spread and that no check is known of, by week and
//! language. Nothing of it is about a person.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Result;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde::Serialize;

use crate::claim::alert::{Gap, Spread};
use crate::store::{GapPost, Store};

/// Languages of a claim that are named.
const LANGUAGES_MAX: usize = 5;

/// A claim without a check in one week and language.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GapRow {
    /// ISO 8601 week, such as `2026-W48`, by UTC.
    pub week: String,
    /// Most posts in one hour of that week.
    pub hourly_max: u64,
    /// The claim.
    #[serde(flatten)]
    pub gap: Gap,
}

/// What is known of one claim in one week and language.
#[derive(Default)]
struct Sum {
    asked: u64,
    posts: u64,
    last_hour: u64,
    authors: HashSet<String>,
    places: HashSet<String>,
    hours: HashMap<i64, u64>,
    since: Option<DateTime<Utc>>,
}

/// The claims without a check since `since`: by week, newest first, then by language, most asked
/// and fastest growing first, at most `limit` of each week and language. A claim of which no text
/// is kept, because only a few people asked about it in private, is left out.
///
/// # Errors
/// If the database fails.
pub fn gaps(
    store: &Store,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<GapRow>> {
    let mut sums: HashMap<(String, Option<String>, String), Sum> = HashMap::new();
    let mut texts: HashMap<String, String> = HashMap::new();
    store.gap_posts(since, |post| {
        let GapPost { claim, text, language, author, place, at } = post;
        texts.entry(claim.clone()).or_insert(text);
        let sum = sums.entry((week(at), language, claim)).or_default();
        sum.since = Some(sum.since.map_or(at, |since| since.min(at)));
        if place.is_empty() {
            sum.asked += 1;
            return;
        }
        sum.posts += 1;
        sum.last_hour += u64::from(now - at < TimeDelta::hours(1));
        *sum.hours.entry(at.timestamp() / 3_600).or_default() += 1;
        sum.places.insert(place);
        sum.authors.extend(author);
    })?;
    let mut by_week: BTreeMap<(String, Option<String>), Vec<GapRow>> = BTreeMap::new();
    for ((week, language, claim), sum) in sums {
        let row = row(&week, language.as_ref(), claim, &sum, &texts);
        by_week.entry((week, language)).or_default().push(row);
    }
    let mut rows = Vec::new();
    for group in by_week.into_values().rev() {
        let mut group = group;
        group.sort_by(|one, other| {
            let key = |row: &GapRow| (row.gap.asked, row.hourly_max, row.gap.spread.posts);
            key(other).cmp(&key(one)).then_with(|| one.gap.claim.cmp(&other.gap.claim))
        });
        group.truncate(limit);
        rows.extend(group);
    }
    // The newest week first; within it the languages in order.
    rows.sort_by(|one, other| {
        other.week.cmp(&one.week).then_with(|| one.gap.language.cmp(&other.gap.language))
    });
    Ok(rows)
}

fn row(
    week: &str,
    language: Option<&String>,
    claim: String,
    sum: &Sum,
    texts: &HashMap<String, String>,
) -> GapRow {
    let text = texts.get(&claim).cloned();
    let spread = Spread {
        posts: sum.posts,
        authors: sum.authors.len() as u64,
        places: sum.places.len() as u64,
        languages: language.iter().map(ToString::to_string).take(LANGUAGES_MAX).collect(),
        last_hour: sum.last_hour,
        since: sum.since.unwrap_or_default(),
    };
    GapRow {
        week: week.to_owned(),
        hourly_max: sum.hours.values().copied().max().unwrap_or_default(),
        gap: Gap { claim, text, language: language.cloned(), asked: sum.asked, spread },
    }
}

fn week(at: DateTime<Utc>) -> String {
    let week = at.iso_week();
    format!("{}-W{:02}", week.year(), week.week())
}
