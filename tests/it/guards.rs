//! The guards against pairs of our own: a post that makes a claim, and the same post with one truth
//! condition changed.

use std::collections::BTreeMap;

use claimwatch::claim::guard::contradictions;

/// A row of `guards.tsv`.
struct Row {
    part: &'static str,
    kind: &'static str,
    lang: &'static str,
    claim: &'static str,
    same: &'static str,
    changed: &'static str,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("../data/guards.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let [part, kind, lang, claim, same, changed] = columns[..] else {
                panic!("six columns: {line}");
            };
            Row { part, kind, lang, claim, same, changed }
        })
        .collect()
}

/// Rows, changed posts on which a guard fired (any, and that of the row's kind), true posts on
/// which one did.
#[derive(Debug, Default)]
struct Count {
    rows: usize,
    caught: usize,
    by_kind: usize,
    wronged: usize,
}

#[test]
fn changed_posts_are_caught_and_true_ones_left_alone() {
    let mut counts: BTreeMap<(&str, &str), Count> = BTreeMap::new();
    for row in rows() {
        let lang = Some(row.lang);
        let changed = contradictions(row.changed, &[row.claim], lang);
        let same = contradictions(row.same, &[row.claim], lang);
        for part in [row.kind, "all"] {
            let count = counts.entry((row.part, part)).or_default();
            count.rows += 1;
            count.caught += usize::from(!changed.is_empty());
            count.by_kind += usize::from(changed.iter().any(|guard| guard.name() == row.kind));
            count.wronged += usize::from(!same.is_empty());
        }
    }
    for ((part, kind), count) in &counts {
        println!("{part} {kind:<10}{count:?}");
    }
    for part in ["a", "b"] {
        let all = &counts[&(part, "all")];
        assert!(all.rows >= 110, "{part}: {} rows", all.rows);
        assert!(all.caught * 100 >= all.rows * CAUGHT_MIN, "{part}: {all:?}");
        assert!(all.wronged * 100 <= all.rows * WRONGED_MAX, "{part}: {all:?}");
    }
}

/// Least share of the changed posts that must be caught, in percent.
const CAUGHT_MIN: usize = 95;
/// Largest share of the true posts that may be held down, in percent.
const WRONGED_MAX: usize = 5;
