//! Taking in checks end to end: the real binary against a publisher on loopback.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use chrono::{DateTime, Utc};
use claimwatch::claim::post::Intent;
use claimwatch::doors::{Chance, Clock, Fault};
use claimwatch::feeds::settings::{Feed, Rss, Source};
use claimwatch::gather::{Effort, Gatherer, Indexer, Limits};
use claimwatch::http::{Door, SystemResolver};
use claimwatch::store::Store;
use claimwatch::watch::FeedWatcher;
use tempfile::TempDir;

/// What the publisher answers at one path.
#[derive(Clone, Default)]
struct Answer {
    status: u16,
    etag: Option<String>,
    body: String,
}

/// The publisher: what it answers and what it was asked.
#[derive(Default)]
struct Site {
    answers: HashMap<String, Answer>,
    asked: Vec<String>,
}

type Shared = Arc<Mutex<Site>>;

async fn answer(State(site): State<Shared>, request: Request) -> Response<Body> {
    let mut site = site.lock().expect("the site");
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let validator =
        request.headers().get(header::IF_NONE_MATCH).map(|value| value.to_str().unwrap());
    let answer = site.answers.get(&path).cloned();
    let answer = answer.unwrap_or(Answer { status: 404, ..Answer::default() });
    let unchanged = validator.is_some() && validator == answer.etag.as_deref();
    let status = if unchanged { 304 } else { answer.status };
    site.asked.push(format!("{status} {path}"));
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
    if let Some(etag) = &answer.etag {
        response = response.header(header::ETAG, etag);
    }
    response.body(Body::from(if unchanged { String::new() } else { answer.body })).unwrap()
}

/// A data directory, a configuration and a publisher.
struct World {
    dir: TempDir,
    at: SocketAddr,
    site: Shared,
    runtime: tokio::runtime::Runtime,
}

impl World {
    /// `config` is written with `BASE` as the publisher's address.
    fn new(config: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let site = Shared::default();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("nonblocking");
        let at = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(Arc::clone(&site));
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, router).await.expect("serving");
        });
        let dir = TempDir::new().expect("a directory");
        let config = format!("[http]\nallow = [\"{at}\"]\n{config}");
        let config = config
            .replace("BASE", &format!("http://{at}"))
            .replace("DIR", dir.path().to_str().expect("a path"));
        std::fs::write(dir.path().join("claimwatch.toml"), config).expect("a configuration");
        Self { dir, at, site, runtime }
    }

    fn serve(&self, path: &str, body: &str) {
        self.answer(path, 200, None, body);
    }

    fn answer(&self, path: &str, status: u16, etag: Option<&str>, body: &str) {
        let body = body.replace("BASE", &self.base());
        let answer = Answer { status, etag: etag.map(str::to_owned), body };
        self.site.lock().expect("the site").answers.insert(path.to_owned(), answer);
    }

    fn base(&self) -> String {
        format!("http://{}", self.at)
    }

    /// What was asked since the last time, as `STATUS PATH`.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.site.lock().expect("the site").asked)
    }

    fn run(&self, args: &[&str], stdin: &str) -> Ran {
        Ran::of(&self.start(args, stdin).wait_with_output().expect("the binary ends"))
    }

    fn start(&self, args: &[&str], stdin: &str) -> Child {
        let mut child = Command::new(env!("CARGO_BIN_EXE_claimwatch"))
            .arg("--config")
            .arg(self.dir.path().join("claimwatch.toml"))
            .arg("--data")
            .arg(self.dir.path().join("data"))
            .args(args)
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        child.stdin.take().expect("stdin").write_all(stdin.as_bytes()).expect("stdin");
        child
    }

    fn door(&self) -> Door {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allow = vec![self.at.to_string()];
        let settings = claimwatch::http::Settings { allow, ..Default::default() };
        Door::new(&settings, Arc::new(SystemResolver::default())).expect("a door")
    }

    fn store(&self) -> Arc<Store> {
        Arc::new(Store::open(&self.dir.path().join("data")).expect("the database"))
    }
}

/// How a command ended.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().expect("an exit code"),
            out: String::from_utf8(output.stdout.clone()).expect("UTF-8"),
            err: String::from_utf8(output.stderr.clone()).expect("UTF-8"),
        }
    }

    fn last_line(&self) -> &str {
        self.out.lines().last().unwrap_or_default()
    }
}

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
    assert!(ran.out.contains("up: new 1, changed 0, unchanged 0, rejected 0\n"), "{}", ran.out);
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
    let task =
        world.runtime.spawn(claimwatch::gather::run(Arc::new(gatherer), source, stop.clone()));
    let until = Instant::now() + Duration::from_secs(20);
    while index.documents() == 0 {
        assert!(Instant::now() < until, "nothing was indexed; asked: {:?}", world.asked());
        std::thread::sleep(Duration::from_millis(50));
    }
    stop.cancel();
    world.runtime.block_on(task).expect("the loop ends");
    assert_eq!(world.asked(), ["200 /feed", "200 /1"], "once, not again and again");
}

#[test]
fn a_feed_of_posts_gives_only_what_is_new_and_each_once() {
    let world = World::new("");
    let now: DateTime<Utc> = "2026-03-01T10:00:00Z".parse().expect("a time");
    let watcher = FeedWatcher {
        store: world.store(),
        door: world.door(),
        clock: Clock::new(move || now),
        chance: Chance::seeded(1),
        wake: Arc::default(),
    };
    let url = Some(format!("{}/posts", world.base()));
    let source = Source { name: "bbc".into(), feed: Feed::Rss(Rss { url, ..Rss::default() }) };
    let poll = || world.runtime.block_on(watcher.poll(&source)).expect("the database");
    let waiting = || {
        let waiting = watcher.store.lease_inbox(10, now, now).expect("the inbox");
        waiting.into_iter().map(|one| (one.source, one.incoming)).collect::<Vec<_>>()
    };

    let failed = poll().failure.expect("there is no feed yet");
    assert!(failed.0.contains("/posts is not there") && failed.1 > now, "{failed:?}");
    world.answer("/posts", 200, Some("\"1\""), &feed(&["/old"]));
    assert_eq!((poll().new, waiting().len()), (0, 0), "what is there at first is only remembered");
    assert_eq!(poll().new, 0);
    world.answer("/posts", 200, Some("\"2\""), &feed(&["/new", "/old"]));
    assert_eq!(poll().new, 1);
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
    assert_eq!((poll().new, poll().new), (1, 0), "a rewritten post is looked at again, once");
    assert_eq!(waiting().len(), 2);
    let asked = world.asked();
    let asked: Vec<&str> = asked.iter().map(|line| &line[..3]).collect();
    assert_eq!(asked, ["404", "200", "304", "200", "200", "304"]);
}
