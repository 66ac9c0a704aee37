//! Readers of published checks on real bytes: own pages in the forms publishers use, permissive
//! parser suites, hostile nesting.

mod corpora;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use claimwatch::claim::review::SectionKind;
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
fn a_page_of_countless_checks_is_read_in_part_and_says_so() {
    let node = |at: usize| {
        format!(
            "{{\"@type\":\"ClaimReview\",\"claimReviewed\":\"Number {at} is odd\",\"url\":\"/{at}\"}},"
        )
    };
    let article = format!("{{\"@type\":\"Article\",\"abstract\":\"{}\"}}", "word ".repeat(100_000));
    let nodes: String = (0..1_100).map(node).collect();
    let page = format!("<script type=application/ld+json>[{nodes}{article}]</script>");
    let about = About { url: Some("https://checks.example/all"), ..About::default() };
    let parsed = read(Form::Html, page.as_bytes(), &about);
    assert_eq!(parsed.reviews.len(), 1_000);
    assert_eq!(parsed.rejects.len(), 1);
    assert_eq!(parsed.rejects[0].reason, "only 1000 checks of a page are read");
    assert!(parsed.reviews.iter().all(|(_, review)| review.abstract_.is_some()));
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
            "<p><marquee>",
            "<p><marquee></p>",
            "<div><table><tr><td></div>",
            "<p><table><caption></p>",
            "<a><applet></a>",
            "<title><div>",
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
            let parsed = read(Form::Feed, &bytes, &about);
            links += parsed.links.len();
        }
        counts.insert(format!("{suite} {end}"), (files, links));
    }
    // Versions that no JSON Feed has are refused; most files of the suites have no address at all.
    let want = [("feedparser xml", (20, 4)), ("gofeed json", (2, 0)), ("gofeed xml", (14, 4))];
    assert_eq!(counts, want.into_iter().map(|(suite, count)| (suite.to_owned(), count)).collect());
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
