//! Readers of published checks on real bytes: own pages in the forms publishers use, permissive
//! parser suites, and (with `TEST_CORPORA=DIR`) whatever lies in a folder of real input.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use claimwatch::claim::review::{ClaimReview, SectionKind};
use claimwatch::publishers::{About, Form, Parsed, read, read_line, recognise};

fn data(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads bytes as the program would: told by their beginning.
fn told(bytes: &[u8], url: Option<&str>) -> (Option<Form>, Parsed) {
    let form = recognise(bytes, None);
    let about = About { url, ..About::default() };
    (form, form.map(|form| read(form, bytes, &about)).unwrap_or_default())
}

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
    println!("{files} files, {with_links} with links, {links} links, {refused} refused as a whole");
}

#[test]
fn an_article_of_known_sections_is_read_from_text_and_from_a_page() {
    let url = Some("https://factually.co/fact-checks/science/oldport-crane-a1b2c3");
    for (file, want) in [("sectioned.txt", Form::Article), ("sectioned.html", Form::Html)] {
        let (form, parsed) = told(&data(&format!("pages/{file}")), url);
        assert_eq!(form, Some(want));
        let [(_, review)] = parsed.reviews.as_slice() else {
            panic!("{file}: {:?}", parsed.rejects)
        };
        assert_eq!(review.url.as_deref(), url, "{file}");
        assert_eq!(
            review.name.as_deref(),
            Some("Fact check: Is the harbour crane in Oldport painted with lead?")
        );
        assert_eq!(
            review.claim_reviewed.as_deref(),
            Some("Is the harbour crane in Oldport painted with lead?")
        );
        assert_eq!(review.review_rating, None);
        assert_eq!(review.in_language.as_deref(), Some("en"), "{file}");
        assert_eq!(review.date_published.expect("checked on").to_string(), "2025-06-16");
        let kinds: Vec<SectionKind> = review.has_part.iter().map(|part| part.kind()).collect();
        assert_eq!(
            kinds,
            [SectionKind::Summary, SectionKind::Context, SectionKind::Bias],
            "{file}"
        );
        assert_eq!(review.has_part[0].name.as_deref(), Some("Summary of the results"));
        assert!(
            review.has_part[1].text.contains("\n- The crane was repainted in 2004 [2]"),
            "{file}"
        );
        assert!(
            review.summary(200).expect("summary").starts_with("The claim that the Oldport crane")
        );
        let everything = serde_json::to_string(review).expect("JSON");
        for banner in
            ["Keep Factually", "Loading", "donation", "Goal:", "Donate", "dive deeper", "Menu"]
        {
            assert!(!everything.contains(banner), "{file}: {banner}");
        }
        if want == Form::Html {
            let sources: Vec<_> = review
                .citation
                .iter()
                .map(|source| {
                    (source.name.as_deref().unwrap_or(""), source.url.as_deref().unwrap_or(""))
                })
                .collect();
            assert_eq!(
                sources,
                [
                    ("A letter to the editor", "https://letters.example/1987"),
                    ("Survey of the port", "https://port.example/survey")
                ]
            );
        } else {
            assert!(review.citation.is_empty());
        }
    }
}

#[test]
fn the_later_generation_gives_its_summary_and_its_linked_sources() {
    let (_, parsed) = told(
        &data("pages/executive.html"),
        Some("https://factually.co/fact-checks/x/ferries-0a1b2c"),
    );
    let [(_, review)] = parsed.reviews.as_slice() else { panic!("{:?}", parsed.rejects) };
    assert_eq!(review.claim_reviewed.as_deref(), Some("Do ferries in Oldport run on whale oil?"));
    let names: Vec<_> = review.has_part.iter().filter_map(|part| part.name.as_deref()).collect();
    assert_eq!(
        names,
        ["Executive summary", "Where the story comes from", "What the operator says"]
    );
    let urls: Vec<_> = review.citation.iter().filter_map(|source| source.url.as_deref()).collect();
    assert_eq!(urls, ["https://ferries.example/history", "https://power.example/2022"]);
}

#[test]
fn one_page_may_hold_several_checks_and_a_bad_one_does_not_spoil_them() {
    let (_, parsed) = told(&data("pages/several.html"), Some("https://www.desk.example/debate"));
    let claims: Vec<&str> = parsed.reviews.iter().map(|(_, review)| review.claim()).collect();
    assert_eq!(
        claims,
        ["Oldport has the oldest crane of the country", "Nobody has ever counted the cranes"]
    );
    let ratings: Vec<_> = parsed
        .reviews
        .iter()
        .filter_map(|(_, review)| review.review_rating.as_ref()?.alternate_name.as_deref())
        .collect();
    assert_eq!(ratings, ["Four cranes", "Not & never"]);
    assert_eq!(parsed.reviews[0].1.id.as_deref(), Some("https://www.desk.example/debate#one"));
    assert_eq!(parsed.reviews[0].1.name.as_deref(), Some("Debate check"));
    let reasons: Vec<&str> = parsed.rejects.iter().map(|reject| reject.reason.as_str()).collect();
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.contains("another site")));
    assert!(reasons.iter().any(|reason| reason.starts_with("not JSON")));
}

#[test]
fn microdata_is_read_like_json() {
    let (_, parsed) = told(&data("pages/microdata.html"), Some("https://desk.example/x"));
    assert_eq!(parsed.reviews.len(), 2, "{:?}", parsed.rejects);
    let review = &parsed.reviews[0].1;
    assert_eq!(review.claim_reviewed.as_deref(), Some("The crane <sings> at night"));
    assert_eq!(review.url.as_deref(), Some("https://desk.example/crane"));
    let rating = review.review_rating.as_ref().expect("rating");
    assert_eq!(rating.alternate_name.as_deref(), Some("Pants on fire"));
    assert_eq!(
        (rating.rating_value.as_deref(), rating.best_rating.as_deref()),
        (Some("1"), Some("5"))
    );
    let speaker =
        review.item_reviewed.as_ref().and_then(|item| item.author.as_ref()).expect("speaker");
    assert_eq!(speaker.name.as_deref(), Some("A neighbour"));
    assert_eq!(review.date_published.expect("day").to_string(), "2016-06-22");
}

#[test]
fn a_page_without_markup_gives_what_it_states_and_no_more() {
    let (_, parsed) = told(&data("pages/plain.html"), Some("https://desk.example/lighthouse"));
    let [(_, review)] = parsed.reviews.as_slice() else { panic!("{:?}", parsed.rejects) };
    assert_eq!(review.name.as_deref(), Some("No, the lighthouse was not moved"));
    assert_eq!(
        review.claim_reviewed.as_deref(),
        Some("The lighthouse of Oldport was moved by a mile in one night.")
    );
    assert_eq!(
        review.review_rating.as_ref().and_then(|rating| rating.alternate_name.as_deref()),
        Some("False")
    );
    assert!(
        review.abstract_.as_deref().expect("summary").starts_with("A picture of the lighthouse")
    );
    assert_eq!(review.date_published.expect("day").to_string(), "2024-03-02");
}

#[test]
fn error_pages_and_walls_are_rejects() {
    for file in ["soft404.html", "wall.html"] {
        let (_, parsed) = told(&data(&format!("pages/{file}")), Some("https://desk.example/x"));
        assert!(parsed.reviews.is_empty(), "{file}: {:?}", parsed.reviews);
        assert_eq!(parsed.rejects.len(), 1);
        assert!(parsed.rejects[0].reason.contains("error page"), "{:?}", parsed.rejects);
    }
    for text in ["", "<html></html>", "<p>x", "\u{0}\u{1}", "<a href=x>"] {
        let parsed = read(Form::Html, text.as_bytes(), &About::default());
        assert_eq!((parsed.reviews.len(), parsed.rejects.len()), (0, 1), "{text}");
    }
}

/// Runs on as much stack as a worker thread has.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread =
        std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(work).expect("thread");
    thread.join().expect("no overflow and no panic");
}

#[test]
fn nothing_nested_runs_out_of_stack_or_time() {
    on_a_small_stack(|| {
        let items = "<p><font a=1>x</font>".repeat(1_000);
        for open in [
            "<div>",
            "<b>",
            "<font color=1>",
            "<table><tr><td>",
            "<ul><li>",
            "<p><i>",
            "<svg><g>",
            "<a href=x>",
            "<span itemscope itemtype=http://schema.org/ClaimReview itemprop=claimReviewed>",
            "<article><section>",
            "<!--",
            "<script>",
            "<button><p>",
        ] {
            let page = format!("{}text {items}", open.repeat(50_000));
            read(Form::Html, page.as_bytes(), &About::default());
        }
        for open in [
            "<a>",
            "<rss><channel>",
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry>",
            "<urlset><url>",
        ] {
            let text = open.repeat(50_000);
            for form in [Form::Feed, Form::Sitemap] {
                let parsed = read(form, text.as_bytes(), &About::default());
                assert!(!parsed.rejects.is_empty(), "{open}");
            }
        }
        for open in ["[", "{\"a\":", "[{\"@graph\":"] {
            let text = open.repeat(100_000);
            for form in [Form::ClaimReviewJson, Form::DataFeed, Form::JsonLines, Form::Feed] {
                let parsed = read(form, text.as_bytes(), &About::default());
                assert!(!parsed.rejects.is_empty(), "{open}");
            }
            let page = format!("<script type=application/ld+json>{text}</script>ClaimReview");
            read(Form::Html, page.as_bytes(), &About::default());
        }
    });
}

#[test]
fn the_copied_suites_give_the_same_counts_every_time() {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/suites");
    let mut counts = BTreeMap::new();
    for (suite, end) in [("feedparser", "xml"), ("gofeed", "xml"), ("gofeed", "json")] {
        let (mut files, mut links) = (0, 0);
        for path in files_under(&suites.join(suite), end) {
            let bytes = std::fs::read(&path).expect("file");
            let about = About { url: Some("https://feed.example/"), ..About::default() };
            files += 1;
            links += read(Form::Feed, &bytes, &about).links.len();
        }
        counts.insert(format!("{suite} {end}"), (files, links));
    }
    println!("{counts:?}");
    assert_eq!(counts, BTreeMap::new());
    let files = files_under(&suites.join("jsontestsuite"), "json");
    assert_eq!(files.len(), 21);
    refuse_all(&files);
}

/// None of these documents is a check, whatever it is read as.
fn refuse_all(files: &[PathBuf]) {
    for path in files {
        let bytes = std::fs::read(path).expect("file");
        assert!(read_line(&bytes).is_err(), "{}", path.display());
        for form in [
            Form::JsonLines,
            Form::ClaimReviewJson,
            Form::DataFeed,
            Form::GoogleFactCheck,
            Form::Feed,
        ] {
            let parsed = read(form, &bytes, &About::default());
            assert!(parsed.reviews.is_empty(), "{}", path.display());
        }
    }
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

/// Every file under `dir` whose name ends with `.end`, in a stable order.
fn files_under(dir: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == end) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
