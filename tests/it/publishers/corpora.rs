//! With `TEST_CORPORA=DIR`: a folder of real input, taken in whole. Without it each test says so.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use claimwatch::claim::review::{ClaimReview, SectionKind};
use claimwatch::publishers::{About, Form, read, read_line};

use super::{files_under, refuse_all, told};

fn corpora() -> Option<PathBuf> {
    let dir = std::env::var_os("TEST_CORPORA").map(PathBuf::from);
    if dir.is_none() {
        println!("skipped: TEST_CORPORA names no folder of real input");
    }
    dir
}

#[test]
fn saved_pages_give_the_claims_their_publishers_marked_up() {
    let Some(dir) = corpora() else { return };
    let manifest = std::fs::read(dir.join("pages/manifest.json")).expect("manifest");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("manifest");
    let mut marked_up = 0;
    for entry in manifest.as_array().expect("list") {
        let file = entry["file"].as_str().expect("file");
        let page = std::fs::read(dir.join("pages").join(file)).expect("page");
        let (form, parsed) = told(&page, entry["url"].as_str());
        assert_eq!(form, Some(Form::Html), "{file}");
        for (place, review) in &parsed.reviews {
            println!("{file} {place}: {}", serde_json::to_string_pretty(review).expect("JSON"));
        }
        println!("{file}: {:?}", parsed.rejects);
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().trim().to_owned();
        let claims: Vec<String> =
            entry["claims"].as_array().expect("claims").iter().map(text).collect();
        let ratings: Vec<String> =
            entry["ratings"].as_array().expect("ratings").iter().map(text).collect();
        if claims.is_empty() {
            continue;
        }
        marked_up += 1;
        let found: Vec<&ClaimReview> = parsed.reviews.iter().map(|(_, review)| review).collect();
        assert_eq!(found.len(), claims.len(), "{file}: {:?}", parsed.rejects);
        for (review, (claim, rating)) in found.iter().zip(claims.iter().zip(&ratings)) {
            if !claim.is_empty() {
                assert_eq!(review.claim_reviewed.as_ref(), Some(claim), "{file}");
            }
            let words =
                review.review_rating.as_ref().and_then(|rating| rating.alternate_name.as_ref());
            assert_eq!(words, Some(rating), "{file}");
        }
    }
    assert_eq!(marked_up, 12);
}

#[test]
fn real_feeds_and_sitemaps_give_their_pages() {
    let Some(dir) = corpora() else { return };
    let mut links = BTreeMap::new();
    for folder in ["feeds", "sitemaps"] {
        for entry in std::fs::read_dir(dir.join(folder)).expect("folder").flatten() {
            if entry.path().extension().is_some_and(|end| end == "xml") {
                let bytes = std::fs::read(entry.path()).expect("file");
                let (_, parsed) = told(&bytes, None);
                links.insert(entry.file_name().into_string().expect("name"), parsed.links.len());
            }
        }
    }
    println!("{links:?}");
    assert_eq!(links.get("politifact-rss-2026-04-29.xml"), Some(&3));
    assert_eq!(links.get("desi_facts_index_raw.xml"), Some(&169));
}

#[test]
fn nasty_feeds_never_panic_and_mostly_give_links() {
    let Some(dir) = corpora() else { return };
    let unpacked = unpacked(&dir.join("feeds/nasty-feeds.tar.zst"));
    let (mut files, mut with_links, mut links, mut refused) = (0, 0, 0, 0);
    for path in files_under(unpacked.path(), "xml") {
        let name = path.display();
        let bytes = std::fs::read(&path).expect("file");
        let parsed = read(
            Form::Feed,
            &bytes,
            &About { url: Some("https://feed.example/"), ..About::default() },
        );
        files += 1;
        with_links += usize::from(!parsed.links.is_empty());
        links += parsed.links.len();
        let reason = parsed.rejects.iter().find(|reject| reject.place == "feed");
        if let Some(reason) = reason {
            refused += 1;
            println!("{name}: {}", reason.reason);
        }
    }
    assert!(files > 2_600 && links >= 140, "{files} files, {links} links");
    println!("{files} files, {with_links} with links, {links} links, {refused} refused as a whole");
}

#[test]
fn the_whole_json_suite_makes_no_check() {
    let Some(dir) = corpora() else { return };
    let unpacked = unpacked(&dir.join("hostile/json-and-html-suites.tar.zst"));
    let files = files_under(&unpacked.path().join("jsontestsuite"), "json");
    assert!(files.len() >= 318, "{}", files.len());
    refuse_all(&files);
}

#[test]
fn wire_samples_are_read() {
    let Some(dir) = corpora() else { return };
    let first = |file: &str| {
        let bytes = std::fs::read(dir.join("wire").join(file)).expect("file");
        let (form, parsed) = told(&bytes, None);
        println!("{file}: {form:?} {:?}", parsed.rejects);
        parsed.reviews.into_iter().next().map(|(_, review)| review)
    };
    let google = first("google_fact_check_raw.json").expect("a check");
    assert_eq!(google.in_language.as_deref(), Some("ur"));
    assert_eq!(
        google.review_rating.and_then(|rating| rating.alternate_name).as_deref(),
        Some("False")
    );
    let data_commons = first("data_commons_raw.json").expect("a check");
    assert_eq!(data_commons.in_language.as_deref(), Some("de"));
    assert_eq!(data_commons.item_reviewed.expect("item").appearance.len(), 1);
    assert_eq!(first("gesis_claims_raw.json"), None);
}

#[test]
fn the_whole_corpus_of_checks_is_taken_in() {
    let Some(dir) = corpora() else { return };
    let packed = std::fs::read(dir.join("checks.jsonl.zst")).expect("archive");
    let lines = zstd::decode_all(packed.as_slice()).expect("zstd");
    let start = std::time::Instant::now();
    let (mut good, mut rejects) = (0_usize, BTreeMap::<String, usize>::new());
    let mut languages = BTreeMap::<String, usize>::new();
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match read_line(line) {
            Ok(review) => {
                good += 1;
                *languages.entry(review.in_language.unwrap_or_default()).or_default() += 1;
            }
            Err(reason) => *rejects.entry(reason).or_default() += 1,
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{good} checks, {:.0} lines/s; rejects {rejects:#?}; {languages:?}",
        good as f64 / seconds
    );
    assert_eq!(good + rejects.values().sum::<usize>(), 88_895);
    assert!(good > 88_700, "{rejects:?}");
}

#[test]
fn the_seed_is_read_whole() {
    let Some(dir) = corpora() else { return };
    let Ok(seed) = std::fs::read(dir.join("../seed/factually-article.txt"))
        .or_else(|_| std::fs::read(dir.join("seed/factually-article.txt")))
    else {
        println!("skipped: no seed beside the corpora");
        return;
    };
    let (form, parsed) = told(&seed, Some("https://factually.co/fact-checks/politics/x-000000"));
    assert_eq!(form, Some(Form::Article));
    let [(_, review)] = parsed.reviews.as_slice() else { panic!("{:?}", parsed.rejects) };
    println!("{}", serde_json::to_string_pretty(review).expect("JSON"));
    assert!(review.claim().ends_with('?') && !review.claim().starts_with("Fact check"));
    let kinds: Vec<SectionKind> = review.has_part.iter().map(|part| part.kind()).collect();
    assert_eq!(kinds, [SectionKind::Summary, SectionKind::Context, SectionKind::Bias]);
    assert!(review.review_rating.is_none() && review.citation.is_empty());
}

/// Unpacks a `.tar.zst` into a folder that goes when dropped.
fn unpacked(archive: &Path) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("folder");
    let packed = std::fs::read(archive).expect("archive");
    let mut tar = Command::new("tar")
        .args(["-x", "-C"])
        .arg(dir.path())
        .stdin(Stdio::piped())
        .spawn()
        .expect("tar");
    let mut stdin = tar.stdin.take().expect("stdin");
    stdin.write_all(&zstd::decode_all(packed.as_slice()).expect("zstd")).expect("tar");
    drop(stdin);
    assert!(tar.wait().expect("tar").success());
    dir
}
