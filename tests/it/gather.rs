//! Taking in checks end to end: the real binary against a publisher on loopback.

mod recheck;
mod site;

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use claimwatch::claim::post::Intent;
use claimwatch::doors::{Chance, Clock, Fault};
use claimwatch::feeds::settings::Rss;
use claimwatch::gather::{Effort, Gatherer, Indexer, Limits};
use claimwatch::watch::FeedWatcher;

use site::{Ran, World};

/// A page with one check.
fn page(path: &str, claim: &str) -> String {
    format!(
        "<!doctype html><html><head><title>Check</title><script type=\"application/ld+json\">{}\
         </script></head><body><p>Text of the article about it.</p></body></html>",
        check(path, claim)
    )
}

fn check(path: &str, claim: &str) -> String {
    format!(
        "{{\"@context\":\"https://schema.org\",\"@type\":\"ClaimReview\",\"url\":\"BASE{path}\",\
         \"claimReviewed\":\"{claim}\",\"reviewRating\":{{\"alternateName\":\"Quite wrong\"}},\
         \"author\":{{\"name\":\"A\"}}}}"
    )
}

fn feed(paths: &[&str]) -> String {
    let items: String = paths
        .iter()
        .map(|path| format!("<item><title>About {path}</title><link>BASE{path}</link></item>"))
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>"
    )
}

const RSS: &str = "[publisher.rss.pub]\nurl = \"BASE/feed\"\n";
const WHALES: &str = "Blue whales were seen walking through the streets of Lisbon";
const MOON: &str = "The moon landing film was shot inside a studio in Nevada";

#[test]
fn a_feed_leads_to_checks_that_are_found_and_is_asked_conditionally() {
    let world = World::new(RSS);
    world.answer("/feed", 200, Some("\"v1\""), &feed(&["/1", "/2"]));
    world.serve("/1", &page("/1", WHALES));
    world.serve("/2", &page("/2", MOON));
    let ran = world.run(&["gather"], "");
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "pub: new 2, changed 0, unchanged 0, rejected 0\n"),
        "{}",
        ran.err
    );
    assert_eq!(world.asked(), ["200 /feed", "200 /1", "200 /2"]);

    let found = world.run(&["ask", "--json", WHALES], "");
    assert_eq!(found.code, 0, "{}{}", found.out, found.err);
    let found: serde_json::Value = serde_json::from_str(&found.out).expect("JSON");
    assert_eq!(found["decision"], "match", "{found}");
    assert_eq!(found["matches"][0]["claimReviewed"], WHALES);

    let again = world.run(&["gather", "pub"], "");
    assert_eq!(again.out, "pub: new 0, changed 0, unchanged 0, rejected 0, not modified 1\n");
    assert_eq!(world.asked(), ["304 /feed"]);

    world.answer("/feed", 200, Some("\"v2\""), &feed(&["/3", "/1", "/2"]));
    world.serve("/3", &page("/3", "A third claim that nobody has heard before"));
    assert_eq!(world.run(&["gather"], "").out, "pub: new 1, changed 0, unchanged 0, rejected 0\n");
    assert_eq!(world.asked(), ["200 /feed", "200 /3"], "pages that were seen are not asked again");

    let words = world.run(&["ratings"], "");
    assert!(
        words.out.lines().nth(1).is_some_and(
            |line| line.trim_start().starts_with("3 ") && line.ends_with("Quite wrong")
        ),
        "{}",
        words.out
    );
}

#[test]
fn a_page_that_fails_is_listed_and_asked_again_until_it_works() {
    let world = World::new(RSS);
    world.answer("/feed", 200, Some("\"v1\""), &feed(&["/1", "/2", "/gone"]));
    world.serve("/1", &page("/1", WHALES));
    world.answer("/2", 500, None, "");
    let ran = world.run(&["gather"], "");
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "pub: new 1, changed 0, unchanged 0, rejected 2\n")
    );
    assert!(ran.err.contains("/2 answered with status 500"), "{}", ran.err);
    assert!(ran.err.contains("/gone is not there: status 404"), "{}", ran.err);
    world.asked();

    world.serve("/2", &page("/2", MOON));
    assert_eq!(world.run(&["gather"], "").out, "pub: new 1, changed 0, unchanged 0, rejected 0\n");
    assert_eq!(world.asked(), ["200 /feed", "200 /2"], "no 304 while a page is outstanding");
    world.run(&["gather"], "");
    assert_eq!(world.asked(), ["304 /feed"]);
}

#[test]
fn a_page_that_never_works_is_given_up() {
    let world = World::new(RSS);
    world.answer("/feed", 200, Some("\"v1\""), &feed(&["/1"]));
    world.answer("/1", 500, None, "");
    for _ in 0..6 {
        world.run(&["gather"], "");
    }
    let asked = world.asked();
    assert_eq!(asked.iter().filter(|line| line.ends_with(" /1")).count(), 5, "{asked:?}");
    assert_eq!(asked.last().map(String::as_str), Some("304 /feed"));
}

#[test]
fn pages_that_are_no_checks_become_rejects() {
    let world = World::new(RSS);
    world.serve("/feed", &feed(&["/wall", "/other"]));
    world.serve("/wall", "<html><head><title>Just a moment...</title></head><body>Checking your browser before accessing</body></html>");
    world.serve(
        "/other",
        &page("/x", WHALES).replace("BASE/x", "https://www.snopes.com/fact-check/x"),
    );
    let ran = world.run(&["gather"], "");
    assert_eq!(
        (ran.code, ran.last_line()),
        (0, "pub: new 0, changed 0, unchanged 0, rejected 2"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("another site: https://www.snopes.com/"), "{}", ran.err);
}

#[test]
fn a_publisher_that_fails_is_told_once_and_the_others_are_polled() {
    let world = World::new(
        "[publisher.rss.down]\nurl = \"BASE/down\"\n[publisher.page.up]\nurl = \"BASE/1\"\n",
    );
    world.answer("/down", 503, None, "");
    world.serve("/1", &page("/1", WHALES));
    let ran = world.run(&["gather"], "");
    assert_eq!(ran.code, 69, "{ran:?}");
    assert_eq!(ran.out, "up: new 1, changed 0, unchanged 0, rejected 0\n");
    assert_eq!(ran.err.matches("status 503").count(), 1, "{}", ran.err);
    let unknown = world.run(&["gather", "nobody"], "");
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("nobody") && unknown.err.contains("down, up"), "{}", unknown.err);
}

#[test]
fn sitemaps_name_sitemaps_name_pages() {
    let world = World::new("[publisher.sitemap.pub]\nurl = \"BASE/index.xml\"\n");
    world.serve("/index.xml", "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><sitemap><loc>BASE/a.xml</loc></sitemap><sitemap><loc>BASE/b.xml</loc></sitemap></sitemapindex>");
    world.serve("/a.xml", "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>BASE/1</loc><lastmod>2024-01-01</lastmod></url></urlset>");
    world.serve("/b.xml", "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>BASE/2</loc><lastmod>2025-01-01</lastmod></url></urlset>");
    world.serve("/1", &page("/1", WHALES));
    world.serve("/2", &page("/2", MOON));
    let ran = world.run(&["gather"], "");
    assert_eq!(ran.last_line(), "pub: new 2, changed 0, unchanged 0, rejected 0", "{}", ran.err);
    assert_eq!(world.asked(), ["200 /index.xml", "200 /a.xml", "200 /b.xml", "200 /2", "200 /1"]);

    let other = World::new("");
    for path in ["/index.xml", "/a.xml", "/b.xml", "/1", "/2"] {
        let answer = world.site.lock().unwrap().answers[path].clone();
        other.serve(path, &answer.body.replace(&world.base(), "BASE"));
    }
    let url = format!("{}/index.xml", other.base());
    let ran = other.run(&["import", &url], "");
    assert_eq!(
        (ran.code, ran.last_line()),
        (0, "new 2, changed 0, unchanged 0, rejected 0"),
        "{}",
        ran.err
    );
    assert_eq!(other.run(&["import", "http://127.0.0.1:9/x"], "").code, 69);
}

#[test]
fn google_answers_are_read_page_by_page_and_the_key_is_not_told() {
    let world = World::new(
        "[publisher.google.all]\nurl = \"BASE/claims\"\nquery = \"whales\"\nkey_file = \"DIR/key\"\n",
    );
    std::fs::write(world.dir.path().join("key"), "sesame-4711\n").expect("a key");
    let answer = |claim: &str, more: &str| {
        format!(
            "{{\"claims\":[{{\"text\":\"{claim}\",\"claimReview\":[{{\"publisher\":{{\"name\":\"A\",\"site\":\"a.example\"}},\"url\":\"https://a.example/{}\",\"title\":\"No\",\"textualRating\":\"False\",\"languageCode\":\"en\"}}]}}]{more}}}",
            claim.len()
        )
    };
    world.serve(
        "/claims?query=whales&pageSize=100&key=sesame-4711",
        &answer(WHALES, ",\"nextPageToken\":\"t2\""),
    );
    world
        .serve("/claims?query=whales&pageSize=100&pageToken=t2&key=sesame-4711", &answer(MOON, ""));
    let ran = world.run(&["gather"], "");
    assert_eq!(ran.last_line(), "all: new 2, changed 0, unchanged 0, rejected 0", "{}", ran.err);
    // Gathered from hosts that are not the publisher's own: offered, never stated.
    let found = world.run(&["ask", "--json", WHALES], "");
    assert!(found.out.contains("\"decision\":\"possible\""), "{}", found.out);
    world.site.lock().unwrap().answers.clear();
    let ran = world.run(&["gather"], "");
    assert_eq!(ran.code, 69);
    assert!(!ran.err.contains("sesame") && ran.err.contains("/claims"), "{}", ran.err);
}

#[test]
fn a_file_on_disk_is_read_again_only_when_it_changed() {
    let world = World::new("[publisher.jsonl.own]\nurl = \"file://DIR/checks.jsonl\"\n");
    let path = world.dir.path().join("checks.jsonl");
    let line =
        |claim: &str| format!("{}\n", check("/1", claim).replace("BASE", "https://a.example"));
    assert_eq!(world.run(&["gather"], "").code, 69, "there is no such file yet");
    std::fs::write(&path, line(WHALES) + "rubbish\n").expect("a file");
    let ran = world.run(&["gather"], "");
    assert_eq!(
        (ran.code, ran.last_line()),
        (0, "own: new 1, changed 0, unchanged 0, rejected 1"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("line 2"), "{}", ran.err);
    assert!(world.run(&["gather"], "").out.ends_with("not modified 1\n"));
}

#[test]
fn import_twice_changes_nothing_and_a_changed_check_is_a_new_version() {
    let world = World::new("");
    let line = |id: &str, host: &str, claim: &str| {
        format!(
            "{{\"@type\":\"ClaimReview\",\"@id\":\"{id}\",\"url\":\"https://{host}/1\",\"claimReviewed\":\"{claim}\"}}\n"
        )
    };
    let file = line("one", "a.example", WHALES) + &line("two", "a.example", MOON);
    let ran = world.run(&["import", "-"], &file);
    assert_eq!(
        (ran.code, ran.last_line()),
        (0, "new 2, changed 0, unchanged 0, rejected 0"),
        "{}",
        ran.err
    );
    let ran = world.run(&["import", "--wait", "-"], &file);
    assert_eq!(
        (ran.code, ran.last_line()),
        (0, "new 0, changed 0, unchanged 2, rejected 0"),
        "{}",
        ran.err
    );
    let changed =
        line("one", "a.example", "Blue whales were seen swimming in the streets of Lisbon")
            + "\n{\n"
            + &line("two", "b.example", "taken over");
    let ran = world.run(&["import", "-"], &changed);
    assert_eq!(
        (ran.code, ran.last_line()),
        (65, "new 0, changed 1, unchanged 0, rejected 2"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("-:3: "), "{}", ran.err);
    assert!(
        ran.err.contains("-:4: the identity \"two\" belongs to a.example, not to b.example"),
        "{}",
        ran.err
    );

    let store =
        claimwatch::store::Store::open(&world.dir.path().join("data")).expect("the database");
    let stored = store.review_by_id("one").expect("readable").expect("there");
    assert_eq!(stored.version, 2);
    let found = world.run(&["ask", "--json", "whales seen swimming in the streets of Lisbon"], "");
    assert!(found.out.contains("\"id\":\"one\""), "{}", found.out);

    assert_eq!(world.run(&["withdraw", "nobody"], "").code, 2);
    assert_eq!(world.run(&["withdraw", "one"], "").code, 0);
    let found = world.run(&["ask", "--json", "whales seen swimming in the streets of Lisbon"], "");
    assert!(!found.out.contains("\"id\":\"one\""), "{}", found.out);
    let ran = world.run(&["reindex"], "");
    assert_eq!((ran.code, ran.out.as_str()), (0, "indexed 1\n"));
}

#[test]
fn import_says_what_it_can_not_read_and_by_which_code() {
    let world = World::new("[publisher.rss.pub]\nurl = \"BASE/feed\"\nschedule = \"15 4 * * *\"\n");
    for (args, stdin, code, told) in [
        (&["import", "/nowhere/x"][..], "", 2, "/nowhere/x: No such file"),
        (&["import", "/"][..], "", 2, "is a directory"),
        (&["import", "-"][..], "", 65, "-: it is empty"),
        (&["import", "-"][..], "PK\u{3}\u{4}\u{0}\u{0}\u{1}", 65, "no form that is read here"),
        (&["import", "-"][..], "{\"a\": 1}", 65, "no ClaimReview in it"),
    ] {
        let ran = world.run(args, stdin);
        assert_eq!(ran.code, code, "{args:?} {stdin:?}: {ran:?}");
        assert!(ran.err.contains(told), "{args:?}: {}", ran.err);
    }
    let gz = world.dir.path().join("checks.jsonl.gz");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let long = format!("{{\"x\":\"{}\"}}\n", "y".repeat(9 * 1024 * 1024));
    let line = check("/1", WHALES).replace("BASE", "https://a.example");
    packed.write_all((line.clone() + "\n" + &long + &line + "\n").as_bytes()).expect("gzip");
    let packed = packed.finish().expect("gzip");
    std::fs::write(&gz, &packed).expect("a file");
    let ran = world.run(&["import", gz.to_str().unwrap()], "");
    assert_eq!(
        (ran.code, ran.last_line()),
        (65, "new 1, changed 0, unchanged 1, rejected 1"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains(".gz:2: the line is longer than"), "{}", ran.err);
    std::fs::write(&gz, &packed[..packed.len() - 12]).expect("a file");
    let ran = world.run(&["import", gz.to_str().unwrap()], "");
    assert_eq!(ran.code, 65, "{ran:?}");
    assert!(ran.err.contains("can't be read on from here"), "{}", ran.err);

    let listed = world.run(&["schedule", "list"], "");
    assert_eq!(listed.out.matches("T04:15:00Z").count(), 5, "{}", listed.out);
}

#[test]
fn beside_another_writer_of_the_index_a_command_waits_for_it() {
    let world = World::new("");
    std::fs::create_dir_all(world.dir.path().join("data")).expect("a directory");
    let place = std::fs::File::create(world.dir.path().join("data/daemon.lock")).expect("a file");
    place.lock().expect("the lock");
    let line = check("/1", WHALES).replace("BASE", "https://a.example");
    let mut child = world.start(&["import", "-"], &line);
    std::thread::sleep(Duration::from_millis(900));
    assert!(child.try_wait().expect("a child").is_none(), "it does not write the index itself");
    drop(place);
    let ran = Ran::of(&child.wait_with_output().expect("it ends"));
    assert_eq!(
        (ran.code, ran.last_line()),
        (0, "new 1, changed 0, unchanged 0, rejected 0"),
        "{ran:?}"
    );
    assert_eq!(world.run(&["ask", WHALES], "").code, 0, "found at once");
}

#[test]
fn the_daemons_loop_polls_a_missed_run_at_once_and_makes_it_searchable() {
    let world = World::new("");
    world.serve("/feed", &feed(&["/1"]));
    world.serve("/1", &page("/1", WHALES));
    let store = world.store();
    let index = claimwatch::index::Index::open(&world.dir.path().join("data/search"));
    let index = Arc::new(index.expect("an index"));
    let analyzers = Arc::new(claimwatch::claim::analysis::Analyzers::new());
    let indexer = Indexer::new(Arc::clone(&store), Arc::clone(&index), analyzers, Effort::SPARING);
    let gatherer = Gatherer {
        store: Arc::clone(&store),
        publishers: Arc::new(claimwatch::claim::publisher::Publishers::shipped().expect("a table")),
        indexer: Some(Arc::new(indexer)),
        door: world.door(),
        clock: Clock::new(Utc::now),
        chance: Chance::seeded(1),
        fault: Fault::default(),
        limits: Limits { pages_max: 1, ..Limits::default() },
        on_page: Arc::new(|_, _| {}),
    };
    let source = claimwatch::publishers::settings::Source {
        kind: claimwatch::publishers::settings::Kind::Rss,
        name: "pub".into(),
        settings: claimwatch::publishers::settings::Settings {
            url: Some(format!("{}/feed", world.base())),
            ..Default::default()
        },
    };
    let stop = tokio_util::sync::CancellationToken::new();
    let metrics = Arc::new(claimwatch::metrics::Metrics::new());
    let task = world.runtime.spawn(claimwatch::gather::run(
        Arc::new(gatherer),
        source,
        Arc::clone(&metrics),
        stop.clone(),
    ));
    let until = Instant::now() + Duration::from_secs(20);
    while index.documents() == 0 {
        assert!(Instant::now() < until, "nothing was indexed; asked: {:?}", world.asked());
        std::thread::sleep(Duration::from_millis(50));
    }
    stop.cancel();
    world.runtime.block_on(task).expect("the loop ends");
    let counted = metrics.text(&Default::default());
    let wanted = "claimwatch_polls_total{kind=\"publisher.rss\",result=\"good\"} 1";
    assert!(counted.contains(wanted), "{counted}");
    assert_eq!(world.asked(), ["200 /feed", "200 /1"], "once, not again and again");
}

#[test]
fn a_feed_of_posts_gives_only_what_is_new_and_each_once() {
    let world = World::new("");
    let now: DateTime<Utc> = "2026-03-01T10:00:00Z".parse().expect("a time");
    let watcher =
        FeedWatcher { intake: world.intake(now), door: world.door(), lanes: Arc::default() };
    let url = Some(format!("{}/posts", world.base()));
    let feed_of_posts = Rss { url, ..Rss::default() };
    let poll = || {
        let poll = watcher.poll("rss.bbc", &feed_of_posts);
        world.runtime.block_on(poll).expect("the database")
    };
    let waiting = || {
        let waiting = watcher.intake.store.lease_inbox(10, now, now).expect("the inbox");
        waiting.into_iter().map(|one| (one.source, one.incoming)).collect::<Vec<_>>()
    };

    let failed = poll().failure.expect("there is no feed yet");
    assert!(failed.0.contains("/posts is not there") && failed.1 > now, "{failed:?}");
    world.answer("/posts", 200, Some("\"1\""), &feed(&["/old"]));
    assert_eq!(
        (poll().kept.new, waiting().len()),
        (0, 0),
        "what is there at first is only remembered"
    );
    assert_eq!(poll().kept.new, 0);
    world.answer("/posts", 200, Some("\"2\""), &feed(&["/new", "/old"]));
    assert_eq!(poll().kept.new, 1);
    let came = waiting();
    assert_eq!(came.len(), 1);
    assert_eq!((came[0].0.as_str(), &came[0].1.intent), ("rss.bbc", &Intent::Watched));
    assert_eq!(came[0].1.post.text, "About /new");
    assert_eq!(came[0].1.post.id.as_deref(), Some(format!("{}/new", world.base()).as_str()));
    world.answer(
        "/posts",
        200,
        Some("\"3\""),
        &feed(&["/new", "/old"]).replace("About /old", "Now /old"),
    );
    assert_eq!(
        (poll().kept.new, poll().kept.new),
        (1, 0),
        "a rewritten post is looked at again, once"
    );
    let states = watcher.intake.store.inbox_states().expect("states");
    assert_eq!(states, [("new".to_owned(), 2)]);
    let asked = world.asked();
    let asked: Vec<&str> = asked.iter().map(|line| &line[..3]).collect();
    assert_eq!(asked, ["404", "200", "304", "200", "200", "304"]);
}
