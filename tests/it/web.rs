//! The page, the API and the health addresses, served on loopback over a real database and index.

mod notices;
mod served;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use claimwatch::doors::Clock;
use claimwatch::web::settings::Settings;
use claimwatch::web::{Bytes, HeaderMap, StatusCode, Webhook};
use served::{Reply, Served, noon, posted, read, served, served_as};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const MATCH: &str =
    "/?q=the+Cape+Harrow+lighthouse+was+secretly+moved+inland+overnight+by+helicopters";
const POSSIBLE: &str = "/?q=otters+in+Lake+Vesper+have+learned+to+open+padlocks+with+twigs";
const NONE: &str = "/?q=the+mayor+of+Quillon+eats+only+blue+cheese";
const HOSTILE: &str = "/?q=script+alert+purple+walrus+governs+img+src+onerror+Bolivia";

/// What stands between the page's `<section>` tags.
fn section(page: &Reply) -> &str {
    let from = page.body.find("<section").expect("an answer");
    let to = page.body.find("</section>").expect("its end");
    &page.body[from..to]
}

#[track_caller]
fn assert_problem(reply: &Reply, status: u16, says: &str) {
    assert_eq!(reply.status, status, "{}\n{}", reply.head, reply.body);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    let problem = reply.json();
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], "about:blank");
    assert!(!problem["title"].as_str().unwrap().is_empty());
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(says), "{detail}");
}

#[tokio::test]
async fn a_match_is_shown_with_the_publishers_verdict_first() {
    let served = served().await;
    let page = served.get(MATCH).await;
    assert_eq!(page.status, 200);
    insta::assert_snapshot!(section(&page), @r#"
    <section class="answer match" aria-labelledby="answer">
    <h2 id="answer">What I found</h2>
    <div class="reply">
    <p><strong dir="auto">Mostly False</strong>, says Snopes (2 November 2025).</p>
    <p>From the check: The lighthouse was moved [1], but by rail, over nineteen days, and in public [2].</p>
    <p>The claim they checked: “The Cape Harrow lighthouse was secretly moved inland overnight by helicopters.”</p>
    <p>Read the check: <a rel="nofollow noopener noreferrer" href="https://www.snopes.com/fact-check/lighthouse-moved/">Was the Cape Harrow lighthouse moved inland overnight? (snopes.com)</a><br>
    Sources: [1] <a rel="nofollow noopener noreferrer" href="https://coast.example/report">Coast Office, report on the move (coast.example)</a>, [2] <a rel="nofollow noopener noreferrer" href="https://photos.example/harrow?a=1&amp;b=2">Harbour photographs (photos.example)</a></p>
    <p class="note">Matched automatically to what you wrote. It may be about another claim, so read the check itself.</p>
    </div>
    <h3>More from this check by Snopes</h3>
    <details lang="en">
    <summary dir="auto">Missing context</summary>
    <p dir="auto">The cliff had lost forty metres.</p>
    <ul>
    <li dir="auto">1990</li>
    <li dir="auto">2010</li>
    </ul>
    </details>
    <details lang="en">
    <summary dir="auto">Who benefits</summary>
    <p dir="auto">A seller of tickets spread the story.</p>
    </details>
    <details>
    <summary>All sources of this check: 2</summary>
    <ol>
    <li value="1" dir="auto"><a rel="nofollow noopener noreferrer" href="https://coast.example/report">Coast Office, report on the move (coast.example)</a></li>
    <li value="2" dir="auto"><a rel="nofollow noopener noreferrer" href="https://photos.example/harrow?a=1&amp;b=2">Harbour photographs (photos.example)</a></li>
    </ol>
    </details>
    "#);
    served.end().await;
}

#[tokio::test]
async fn a_possible_check_is_offered_without_its_verdict_first() {
    let served = served().await;
    let page = served.get(POSSIBLE).await;
    let section = section(&page);
    let offer = section.find("I found a check of a similar claim.").expect("an offer");
    let verdict = section.find(">Unfounded</strong>").expect("the verdict");
    assert!(section.starts_with("<section class=\"answer possible\"") && offer < verdict);
    served.end().await;
}

#[tokio::test]
async fn nothing_found_is_said_honestly() {
    let served = served().await;
    let page = served.get(NONE).await;
    assert_eq!(page.status, 200);
    let section = section(&page);
    assert!(section.contains("I found no check of this yet."), "{section}");
    assert!(section.contains("That says nothing about whether it is true."));
    assert!(!section.contains("Matched automatically"));
    served.end().await;
}

#[tokio::test]
async fn words_of_others_never_become_markup() {
    let served = served().await;
    let page = served.get(HOSTILE).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("class=\"answer match\""), "the hostile check was not found");
    for markup in ["<script", "<img", "<iframe", "<i>", "<b>", "<h1>Context", "\"onmouseover"] {
        assert!(!page.body.contains(markup), "{markup} in\n{}", page.body);
    }
    assert!(!page.body.contains("href=\"javascript"), "{}", page.body);
    assert!(!page.body.contains('\u{202e}'), "a direction override came through");
    let asked = served.get("/?q=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E%22").await;
    assert!(!asked.body.contains("<script") && asked.body.contains("&#60;script&#62;"));
    let lang = served.get("/?lang=%22%3E%3Cscript%3E").await;
    assert!(!lang.body.contains("<script") && lang.body.contains("<html lang=\"en\">"));
    served.end().await;
}

#[tokio::test]
async fn the_page_speaks_the_readers_language() {
    let served = served().await;
    let chosen = served.get_in(&format!("{NONE}&lang=de"), "fr").await;
    assert!(chosen.body.contains("<html lang=\"de\">"));
    assert!(section(&chosen).contains("Dazu habe ich noch keinen Faktencheck gefunden."));
    let liked = served.get_in("/", "th, pt-BR;q=0.9, en;q=0.5").await;
    assert!(liked.body.contains("<html lang=\"pt\">"));
    assert_eq!(liked.header("vary"), "accept-language");
    for lang in ["en", "es", "pt", "fr", "de"] {
        let page = served.get(&format!("/?lang={lang}")).await;
        assert!(!page.body.contains("page-"), "a sentence is missing in {lang}");
        assert!(page.body.contains(&format!("lang=\"{lang}\" hreflang=\"{lang}\" aria-current")));
    }
    served.end().await;
}

#[tokio::test]
async fn pages_load_nothing_and_stay_small() {
    let served = served().await;
    let style = served.get("/style.css").await;
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    for path in ["/", MATCH, POSSIBLE, NONE, "/nowhere", "/livez", "/style.css"] {
        let page = served.get(path).await;
        assert!(page.body.len() + style.body.len() < 20_000, "{path} is large");
        for outside in ["src=", "@import", "url(", "<script", " style="] {
            assert!(!page.body.contains(outside), "{outside} on {path}");
        }
        assert!(page.header("content-security-policy").starts_with("default-src 'none'; "));
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        let kept = if path == "/style.css" { "public, max-age=3600" } else { "no-store" };
        assert_eq!(page.header("cache-control"), kept, "{path}");
    }
    served.end().await;
}

#[tokio::test]
async fn the_api_answers_with_a_result() {
    let served = served().await;
    let text = "The Cape Harrow lighthouse was secretly moved inland overnight by helicopters";
    let found = served.ask(serde_json::json!({"text": text, "lang": "es", "id": "7"})).await;
    assert_eq!((found.status, found.header("content-type")), (200, "application/json"));
    let answer = found.json();
    assert_eq!((&answer["decision"], &answer["id"]), (&"match".into(), &"7".into()));
    let first = &answer["matches"][0];
    assert_eq!(first["publisher"], "Snopes");
    assert_eq!(first["rating"]["text"], "Mostly False");
    assert_eq!(first["sources"][1]["n"], 2);
    assert_eq!(first["sections"][0]["kind"], "context");
    let reply = answer["reply"].as_str().unwrap();
    assert!(reply.starts_with("Mostly False, según Snopes (2 de noviembre de 2025)."), "{reply}");
    assert!(reply.contains("<https://www.snopes.com/fact-check/lighthouse-moved/>"), "{reply}");
    let none = served.ask(serde_json::json!({"text": "blue cheese mayor of Quillon"})).await;
    assert_eq!(none.status, 200);
    assert_eq!(none.json()["decision"], "none");
    assert_eq!(none.json()["matches"], serde_json::json!([]));
    assert!(none.json()["reply"].as_str().unwrap().starts_with("I found no check of this yet."));
    served.end().await;
}

#[tokio::test]
async fn every_mistake_gets_a_problem_that_says_how_to_mend_it() {
    let served = served().await;
    let json = "application/json";
    let ask = "/api/v1/ask";
    let deep = format!("{{\"odd\": {}", "[".repeat(5_000));
    assert_problem(&served.post(ask, json, b"{\"text\": ").await, 400, "EOF while parsing");
    assert_problem(&served.post(ask, json, b"{\"text\": \"\xff\"}").await, 400, "unicode");
    assert_problem(&served.post(ask, json, deep.as_bytes()).await, 400, "EOF while parsing a list");
    assert_problem(&served.post(ask, "text/plain", b"{}").await, 415, "application/json");
    assert_problem(&served.post(ask, json, b"{}").await, 422, "missing field `text`");
    assert_problem(&served.post(ask, json, b"{\"text\": 7}").await, 422, "expected a string");
    assert_problem(&served.post(ask, json, b"{\"text\": \" \\n\"}").await, 422, "empty");
    let long = serde_json::json!({"text": "a".repeat(8_193)});
    assert_problem(&served.ask(long).await, 422, "longer than 8192");
    assert_eq!(served.ask(serde_json::json!({"text": "a".repeat(8_192)})).await.status, 200);
    let large = served.ask(serde_json::json!({"text": "a".repeat(70_000)})).await;
    assert_problem(&large, 413, "larger than 65536 bytes");
    assert_problem(&served.get("/api/v1/nowhere").await, 404, "/api/v1/nowhere");
    let get = served.get(ask).await;
    assert_problem(&get, 405, "/api/v1/ask does not answer GET");
    assert_eq!(get.header("allow"), "POST");
    let page = served.get(&format!("/?q={}", "a".repeat(8_193))).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("This text is too long. Please enter at most 8,192 characters."));
    served.end().await;
}

#[tokio::test]
async fn people_who_are_lost_get_a_small_page() {
    let served = served().await;
    let lost = served.get("/nowhere/%22%3Cscript%3E").await;
    assert_eq!((lost.status, lost.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(lost.body.contains("There is no page at this address.") && lost.body.len() < 3_000);
    let posted = served.post("/", "text/plain", b"x").await;
    assert_eq!((posted.status, posted.header("allow")), (405, "GET,HEAD"));
    served.end().await;
}

#[tokio::test]
async fn readiness_lists_the_parts_that_fail() {
    let served = served().await;
    let ready = served.get("/readyz").await;
    assert_eq!((ready.status, ready.body.as_str()), (200, r#"{"ready":true,"failing":[]}"#));
    served.health.expect("telegram.main");
    let starting = served.get("/readyz").await;
    assert_eq!(starting.status, 503);
    assert!(starting.body.ends_with(r#"[{"part":"telegram.main","error":"starting"}]}"#));
    served.health.set("telegram.main", Err("the token was refused".to_owned()));
    assert!(served.get("/readyz").await.body.contains("the token was refused"));
    served.health.set("telegram.main", Ok(()));
    assert_eq!(served.get("/readyz").await.status, 200);
    served.end().await;
}

#[tokio::test]
async fn metrics_count_without_telling_what_was_asked() {
    let served = served().await;
    for path in [MATCH, POSSIBLE, NONE, NONE] {
        served.get(path).await;
    }
    served.metrics.polled("rss", true);
    let metrics = served.get("/metrics").await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"));
    for line in [
        "claimwatch_answers_total{decision=\"match\"} 1",
        "claimwatch_answers_total{decision=\"possible\"} 1",
        "claimwatch_answers_total{decision=\"none\"} 2",
        "claimwatch_ask_seconds_count 4",
        "claimwatch_polls_total{kind=\"rss\",result=\"good\"} 1",
        "claimwatch_checks 4",
        "claimwatch_publishers 3",
        "claimwatch_index_sequence_lag 0",
    ] {
        assert!(metrics.body.lines().any(|own| own == line), "{line} in\n{}", metrics.body);
    }
    for word in ["lighthouse", "otters", "Quillon", "snopes", "http:"] {
        assert!(!metrics.body.contains(word), "{word} in the metrics");
    }
    for line in metrics.body.lines() {
        let sample = line.rsplit_once(' ').map(|(name, value)| (name, value.parse::<f64>()));
        let good = matches!(sample, Some((name, Ok(_))) if name.starts_with("claimwatch_"));
        assert!(good || line.starts_with("# "), "not a sample: {line}");
    }
    let publishers = claimwatch::claim::publisher::Publishers::shipped().unwrap();
    let more = claimwatch::claim::review::ClaimReview {
        claim_reviewed: Some("Bridges sleep".to_owned()),
        ..Default::default()
    };
    let trust = claimwatch::store::Trust::Imported;
    served.store.put_reviews(&[more], trust, &publishers, noon()).unwrap();
    assert!(served.get("/metrics").await.body.contains("claimwatch_index_sequence_lag 1\n"));
    served.end().await;
}

/// A clock that, while it is held, keeps whoever looks at it waiting: work that takes long.
fn slow_clock() -> (Clock, Arc<AtomicBool>, Arc<AtomicUsize>) {
    let (held, waiting) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
    let (hold, count) = (Arc::clone(&held), Arc::clone(&waiting));
    let clock = Clock::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
        while hold.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
        noon()
    });
    (clock, held, waiting)
}

async fn connect(served: &Served, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

#[tokio::test]
async fn too_many_questions_are_turned_away_and_the_others_answered() {
    let (clock, held, waiting) = slow_clock();
    let settings = Settings { asks_max: NonZeroUsize::new(1), ..Settings::default() };
    let served = served_as(settings, clock, Vec::new()).await;
    let question = posted("/api/v1/ask", "application/json", br#"{"text":"blue cheese"}"#);
    let mut streams = Vec::new();
    // One is being looked up, eight wait, and there is no room for three.
    for _ in 0..12 {
        streams.push(tokio::spawn(read(connect(&served, &question).await)));
    }
    let begun = Instant::now();
    while !served.metrics.text(&Default::default()).contains("claimwatch_asks_shed_total 3\n") {
        assert!(begun.elapsed() < Duration::from_secs(5), "nobody was turned away");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(waiting.load(Ordering::SeqCst), 1, "more than one is being looked up");
    assert_eq!(served.get("/livez").await.status, 200);
    let page = served.get(NONE).await;
    assert_eq!((page.status, page.header("retry-after")), (503, "2"));
    assert!(page.body.contains("Too many people are asking right now."));
    held.store(false, Ordering::SeqCst);
    let (mut answered, mut turned_away) = (0, 0);
    for stream in streams {
        let reply = stream.await.unwrap();
        if reply.status == 200 {
            answered += 1;
        } else {
            assert_problem(&reply, 503, "Retry-After");
            assert_eq!(reply.header("retry-after"), "2");
            turned_away += 1;
        }
    }
    assert_eq!((answered, turned_away), (9, 3));
    served.end().await;
}

#[tokio::test]
async fn nobody_waits_longer_than_the_deadline() {
    let (clock, held, _) = slow_clock();
    let settings = Settings { deadline_ms: 200, ..Settings::default() };
    let served = served_as(settings, clock, Vec::new()).await;
    let begun = Instant::now();
    assert_problem(&served.ask(serde_json::json!({"text": "blue cheese"})).await, 503, "again");
    let whole = posted("/api/v1/ask", "application/json", br#"{"text":"blue cheese"}"#);
    let half = connect(&served, &whole[..whole.len() - 5]).await;
    assert_problem(&read(half).await, 408, "did not arrive in time");
    assert!(begun.elapsed() < Duration::from_secs(5));
    held.store(false, Ordering::SeqCst);
    served.end().await;
}

#[tokio::test]
async fn what_was_asked_before_the_end_is_answered_and_the_end_does_not_wait_for_ever() {
    let (clock, held, waiting) = slow_clock();
    let served = served_as(Settings::default(), clock, Vec::new()).await;
    let question = posted("/api/v1/ask", "application/json", br#"{"text":"blue cheese"}"#);
    let asked = connect(&served, &question).await;
    let stuck = connect(&served, b"POST /api/v1/ask HTTP/1.1\r\nHost: x\r\n").await;
    while waiting.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let ending = tokio::spawn(served.end());
    tokio::time::sleep(Duration::from_millis(100)).await;
    held.store(false, Ordering::SeqCst);
    assert_eq!(read(asked).await.status, 200);
    ending.await.unwrap();
    drop(stuck);
}

#[tokio::test]
async fn a_webhook_hands_on_exactly_what_came() {
    let seen: Arc<Mutex<Vec<(HeaderMap, Bytes)>>> = Arc::default();
    let taken = Arc::clone(&seen);
    let webhook = Webhook {
        name: "main".to_owned(),
        receive: Arc::new(move |headers, body| {
            let known = headers.get("content-type").is_some_and(|own| own == "application/json");
            taken.lock().unwrap().push((headers, body));
            Box::pin(async move { if known { StatusCode::OK } else { StatusCode::UNAUTHORIZED } })
        }),
    };
    let served = served_as(Settings::default(), Clock::new(noon), vec![webhook]).await;
    let update = br#"{"update_id": 1, "odd": "\ud800"}"#;
    let good = served.post("/telegram/main", "application/json", update).await;
    assert_eq!((good.status, good.body.as_str()), (200, ""));
    assert_eq!(seen.lock().unwrap()[0].1.as_ref(), update);
    assert_eq!(served.post("/telegram/main", "x/y", b"").await.status, 401);
    assert_problem(&served.post("/telegram/other", "x/y", b"").await, 404, "no chat of that name");
    let large = vec![b' '; 1024 * 1024 + 1];
    assert_problem(&served.post("/telegram/main", "x/y", &large).await, 413, "larger than 1048576");
    assert_eq!(served.get("/telegram/main").await.header("allow"), "POST");
    assert_eq!(seen.lock().unwrap().len(), 2);
    served.end().await;
}

/// A log that can be read again.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_broken_database_is_told_honestly_and_the_log_holds_no_question() {
    let log = Log::default();
    let own = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || own.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let served = served().await;
    let database = rusqlite::Connection::open(served.database()).unwrap();
    database.execute_batch("ALTER TABLE review RENAME TO gone").unwrap();
    let page = served.get(MATCH).await;
    assert_eq!(page.status, 500);
    assert!(page.body.contains("That did not work. Please try again in a moment."));
    let asked =
        served.ask(serde_json::json!({"text": "the Cape Harrow lighthouse was moved"})).await;
    assert_problem(&asked, 500, "the log says why");
    assert_eq!(served.get("/metrics").await.status, 503);
    assert_eq!(served.get("/livez").await.status, 200);
    served.end().await;
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a question could not be looked up"), "{log}");
    assert!(log.contains("metrics could not be read") && log.contains("no such table"), "{log}");
    for word in ["lighthouse", "Harrow", "helicopters"] {
        assert!(!log.contains(word), "{word} in the log:\n{log}");
    }
}

#[tokio::test]
async fn an_index_that_must_be_made_anew_is_not_ready() {
    let served = served().await;
    served.break_index();
    let reply = served.get("/readyz").await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.json()["failing"][0]["part"], "index");
    assert_eq!(served.get("/livez").await.body, "ok\n");
    served.end().await;
}
