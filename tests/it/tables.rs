//! The reviewed tables that are embedded: ratings, publishers, starter checks, stop words.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use claimwatch::claim::publisher::Publishers;
use claimwatch::claim::rating::{RatingClass, RatingTable};
use claimwatch::claim::review::ClaimReview;
use unicode_normalization::UnicodeNormalization;

fn root(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn a_verdict_word_stands_in_one_class_only() {
    let text = std::fs::read_to_string(root("config/ratings.toml")).expect("table");
    let table: toml::Table = text.parse().expect("toml");
    let words = table.get("words").and_then(toml::Value::as_table).expect("words");
    let mut classes: BTreeMap<String, &str> = BTreeMap::new();
    for (class, words) in words {
        for word in words.as_array().expect("list").iter().filter_map(toml::Value::as_str) {
            let folded = word.to_lowercase().replace(['_', '-'], " ");
            let other = classes.insert(folded, class);
            assert_eq!(other, None, "{word:?} stands in two places");
        }
    }
    assert!(classes.len() > 450, "{}", classes.len());
}

#[test]
fn publishers_words_mean_what_they_mean() {
    let table = RatingTable::shipped().expect("table");
    for (host, words, class) in [
        ("washingtonpost.com", "Four Pinocchios", RatingClass::False),
        ("washingtonpost.com", "Geppetto Checkmark", RatingClass::True),
        ("gossipcop.com", "0/10", RatingClass::False),
        ("gossipcop.com", "10/10", RatingClass::True),
        ("snopes.com", "Outdated", RatingClass::MisleadingContext),
        ("politifact.com", "full-flop", RatingClass::Other),
        ("aosfatos.org", "distorcido", RatingClass::MisleadingContext),
        ("facta.news", "immagine-modificata", RatingClass::Altered),
        ("pagellapolitica.it", "Panzana Pazzesca", RatingClass::False),
        ("factcheck.snu.ac.kr", "대체로 사실 아님", RatingClass::MostlyFalse),
        ("factual.afp.com", "Engañoso", RatingClass::MisleadingContext),
        ("politifact.com", "Women wear white", RatingClass::Other),
    ] {
        assert_eq!(table.class(Some(host), words), class, "{host}: {words}");
    }
}

#[test]
fn the_starter_checks_are_whole_and_of_known_publishers() {
    let text = std::fs::read_to_string(root("index/starter/checks.jsonl")).expect("file");
    let (publishers, ratings) =
        (Publishers::shipped().expect("table"), RatingTable::shipped().expect("table"));
    let (mut ids, mut languages) = (BTreeSet::new(), BTreeMap::new());
    for line in text.lines() {
        let review: ClaimReview = serde_json::from_str(line).expect("the stored form");
        review.check().expect("a check");
        let host = review.host().expect("host");
        assert!(publishers.of_host(&host).is_some(), "{host}");
        assert!(review.claim_reviewed.is_some() && review.abstract_.is_some());
        assert!(review.name.is_some() && review.date_published.is_some(), "{line}");
        if let Some(words) = review.review_rating.as_ref().and_then(|r| r.alternate_name.as_ref()) {
            assert!(ratings.lookup(Some(&host), words).is_some(), "{words}");
        }
        assert!(ids.insert(review.identity()), "twice: {line}");
        *languages.entry(review.in_language.expect("language")).or_insert(0) += 1;
    }
    let expected = [("de", 4), ("en", 24), ("es", 4), ("fr", 4), ("pt", 4)];
    assert_eq!(languages, expected.map(|(l, n)| (l.to_owned(), n)).into());
}

#[test]
fn stop_words_are_folded_and_stand_once() {
    for language in ["en", "es", "pt", "fr", "de", "it", "nl", "id", "tr", "ru", "hi", "ar", "pl"] {
        let path = root("index/analyzers").join(format!("{language}.txt"));
        let text = std::fs::read_to_string(path).expect("file");
        let (stop, common) = text.split_once("\n## common\n").expect("two blocks");
        let words = |block: &str| -> Vec<String> {
            let lines = block.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
            lines.map(str::to_owned).collect()
        };
        let (stop, common) = (words(stop), words(common));
        assert!((60..=180).contains(&stop.len()), "{language}: {}", stop.len());
        assert!((40..=180).contains(&common.len()), "{language}: {}", common.len());
        let mut seen = BTreeSet::new();
        for word in stop.iter().chain(&common) {
            let folded: String = word.nfkc().collect();
            assert_eq!(*word, folded.to_lowercase(), "{language}");
            assert!(!word.contains(char::is_whitespace) && seen.insert(word), "{language}: {word}");
        }
    }
}
