//! The sets of our own writing are whole: what training and measuring read is what it says it is.

use std::collections::{BTreeMap, BTreeSet};

use claimwatch::claim::guard::is_debunk;

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

fn posts(text: &str) -> BTreeMap<String, String> {
    let posts = lines(text).map(|line| {
        let post: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let field = |name: &str| post[name].as_str().expect("a string").to_owned();
        (field("id"), field("text"))
    });
    posts.collect()
}

#[test]
fn the_labelled_set_is_whole() {
    let checks: Vec<serde_json::Value> = lines(include_str!("../data/labelled/checks.jsonl"))
        .map(|line| serde_json::from_str(line).expect("a check"))
        .collect();
    let ids: BTreeSet<&str> = checks.iter().filter_map(|check| check["@id"].as_str()).collect();
    assert_eq!((checks.len(), ids.len()), (80, 80));
    let queries = posts(include_str!("../data/labelled/queries.jsonl"));
    let negatives = posts(include_str!("../data/labelled/negatives.jsonl"));
    assert!(queries.len() >= 120 && negatives.len() >= 150);
    let mut asked = BTreeSet::new();
    let mut found = BTreeSet::new();
    for line in lines(include_str!("../data/labelled/qrels.txt")) {
        let columns: Vec<&str> = line.split(' ').collect();
        let [query, "0", check, "1"] = columns[..] else { panic!("TREC form: {line}") };
        assert!(queries.contains_key(query) && ids.contains(check), "{line}");
        asked.insert(query);
        found.insert(check);
    }
    assert_eq!(asked.len(), queries.len());
    assert_eq!(found.len(), checks.len());
}

#[test]
fn pairs_and_ordinary_posts_are_told_once_and_nowhere_else() {
    let ordinary = include_str!("../../config/pairs/ordinary.txt");
    let mut seen = BTreeSet::new();
    for line in lines(ordinary) {
        let (lang, post) = line.split_once('\t').expect("a language and a post");
        assert!(["en", "es", "pt", "fr", "de", "it"].contains(&lang), "{line}");
        assert!(seen.insert(post), "twice: {post}");
        assert!(!is_debunk(post, Some(lang)), "no debunk: {post}");
    }
    assert!(seen.len() >= 800, "{}", seen.len());
    for post in posts(include_str!("../data/labelled/negatives.jsonl")).values() {
        assert!(!seen.contains(post.as_str()), "trained and measured on: {post}");
    }
    let pairs: Vec<&str> = lines(include_str!("../../config/pairs/pairs.tsv")).collect();
    assert!(pairs.len() >= 150, "{}", pairs.len());
    let held: BTreeSet<&str> = lines(include_str!("../data/guards.tsv"))
        .filter_map(|line| line.split('\t').nth(3))
        .collect();
    for pair in pairs {
        let columns: Vec<&str> = pair.split('\t').collect();
        let [_, claim, _] = columns[..] else { panic!("three columns: {pair}") };
        assert!(!held.contains(claim), "trained and measured on: {claim}");
    }
}
