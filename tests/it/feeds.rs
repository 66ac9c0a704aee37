//! Posts on their way in: handed over, piped in, polled.

mod hostile;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::bluesky::Jetstream;
use crate::flow::{Items, site};
use crate::world::World;

const TOKEN: &str = "0123456789abcdef0123";
const RICE: &str = "Shock: rice exported from China is made of plastic pellets";

/// Status, head and body of an answer.
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Told {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    fn retry_after(&self) -> u64 {
        let line = self.head.lines().find_map(|line| line.strip_prefix("retry-after: "));
        line.expect("Retry-After").parse().expect("seconds")
    }
}

/// Posts to `/api/v1/posts`; nothing if the daemon does not answer.
pub(crate) fn try_push(base: &str, token: &str, media_type: &str, body: &str) -> Option<Told> {
    let address = base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).ok()?;
    let length = body.len();
    write!(
        stream,
        "POST /api/v1/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .ok()?;
    let mut told = String::new();
    stream.read_to_string(&mut told).ok()?;
    let (head, body) = told.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Told { status, head: head.to_owned(), body: body.to_owned() })
}

/// A world in which two senders may hand posts over.
pub(crate) async fn world() -> World {
    let mut world = World::new().await;
    let room = world.api.group("Moderators");
    world.write("one.token", TOKEN);
    world.write("two.token", "another token of the same kind");
    let more = format!(
        "moderators = {}\n[feed.push.one]\ntoken_file = \"one.token\"\nbody_bytes_max = 2000\n\
         batch_posts_max = 5\nposts_hourly_max = 8\n\
         [feed.push.two]\ntoken_file = \"two.token\"\nrequests_minute_max = 2\n",
        room.id
    );
    world.again(&more, "127.0.0.1:0");
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_are_handed_over_with_a_token_and_each_is_looked_at_once() {
    let mut world = world().await;
    world.start();
    let base = world.base();
    let push = |token: &str, kind: &str, body: &str| {
        try_push(&base, token, kind, body).expect("an answer")
    };
    let json = "application/json";
    for token in ["", "wrong", "0123456789abcdef012", "0123456789abcdef01234"] {
        let told = push(token, json, "{}");
        assert_eq!(told.status, 401, "{}", told.body);
        assert!(told.head.contains("www-authenticate: Bearer"), "{}", told.head);
        assert!(told.head.contains("content-type: application/problem+json"), "{}", told.head);
    }
    assert_eq!(world.inbox("new") + world.inbox("no_match"), 0);
    let one = format!("{{\"id\":\"https://forum.example/1\",\"text\":\"{RICE}\"}}");
    let told = push(TOKEN, json, &one);
    assert_eq!((told.status, told.body.as_str()), (202, r#"{"new":1,"known":0,"rejected":0}"#));
    assert_eq!(push(TOKEN, json, &one).json()["known"], 1, "the same id is the same post");
    let lines = "{\"text\":\"Lovely weather\"}\n{\"text\":7}\n{\"text\":\"A quiet day\"}\n";
    let told = push(TOKEN, "application/x-ndjson", lines);
    assert_eq!(told.status, 202, "{}", told.body);
    insta::assert_snapshot!(told.body, @r#"{"new":2,"known":0,"rejected":1,"errors":[{"post":2,"error":"no post: its \"text\" is a number; write a text in quotes"}]}"#);
    world.until("all are looked at", |world| {
        world.inbox("answered") == 1 && world.inbox("no_match") == 2
    });
    let line = "SELECT count(*) FROM inbox WHERE source = 'push.one'";
    assert_eq!(world.count(line), 3);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_taken_in_is_refused_with_the_reason_and_its_limits_hold() {
    let mut world = world().await;
    world.start();
    let base = world.base();
    let push = |token: &str, kind: &str, body: &str| {
        try_push(&base, token, kind, body).expect("an answer")
    };
    let json = "application/json";
    let numbered = |from: usize, to: usize| {
        let posts: Vec<String> =
            (from..to).map(|at| format!("{{\"id\":\"{at}\",\"text\":\"post {at}\"}}")).collect();
        format!("[{}]", posts.join(","))
    };
    let says =
        |told: &Told| format!("{} {}", told.status, told.json()["detail"].as_str().expect("why"));
    let refused = [
        push(TOKEN, "text/plain", "{}"),
        push(TOKEN, json, "{\"text\":"),
        push(TOKEN, json, "[]"),
        push(TOKEN, json, "[{\"txt\":\"x\"}, 7]"),
        push(TOKEN, json, &numbered(0, 6)),
        push(TOKEN, json, &format!("{{\"text\":\"{}\"}}", "x".repeat(2_000))),
    ];
    insta::assert_snapshot!(refused.iter().map(says).collect::<Vec<_>>().join("\n"), @r#"
    415 the body must be JSON; send Content-Type: application/json with a post or an array of them, or application/x-ndjson with one a line
    400 the body ends before its JSON does; send one object for each post, like {"id":"1","text":"..."}
    422 no posts to take in: there are none
    422 no posts to take in: 2 are none, the first of them number 1: no post: it has a field "txt", which no post has; a post may have id, text, lang, author, published, urls, alt
    413 more than 5 posts at once; send fewer
    413 the body is larger than 2000 bytes; send a shorter text
    "#);
    assert_eq!(push(TOKEN, json, &numbered(0, 5)).status, 202);
    let told = push(TOKEN, json, &numbered(4, 9));
    assert_eq!(told.status, 429, "{}", told.body);
    assert!((1..=3_600).contains(&told.retry_after()));
    assert_eq!(push(TOKEN, json, &numbered(5, 8)).status, 202, "nothing of it was kept before");
    let other = "another token of the same kind";
    // A minute by the clock may end in between.
    let refused = (0..5).find_map(|before| {
        let told = push(other, json, "{\"id\":\"1\",\"text\":\"x\"}");
        (told.status != 202).then_some((before, told))
    });
    let (before, told) = refused.expect("two requests a minute");
    assert_eq!(told.status, 429, "{}", told.body);
    assert!(before >= 2 && (1..=60).contains(&told.retry_after()), "{before}: {}", told.head);
    world.settled(9);
    let metrics = get(&base, "/metrics");
    for line in [
        "claimwatch_feed_posts_total{kind=\"push\",outcome=\"new\"} 9",
        "claimwatch_feed_posts_total{kind=\"push\",outcome=\"over\"} 4",
        "claimwatch_feed_posts_total{kind=\"push\",outcome=\"malformed\"} 2",
    ] {
        assert!(metrics.contains(line), "{line} in\n{metrics}");
    }
    assert!(!world.said().contains(TOKEN));
    world.end();
}

/// What a page of the daemon shows.
pub(crate) fn get(base: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(base.trim_start_matches("http://")).expect("the daemon");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("sent");
    let mut told = String::new();
    stream.read_to_string(&mut told).expect("an answer");
    told
}

/// Runs `watch --stdin` with these lines.
fn pipe(world: &World, lines: &str) -> Output {
    let mut command = world.command(&["watch", "--stdin"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program");
    child.stdin.take().expect("stdin").write_all(lines.as_bytes()).expect("written");
    child.wait_with_output().expect("an end")
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_are_piped_in_beside_a_daemon_and_before_one() {
    let mut world = world().await;
    let rice = format!("{{\"id\":\"r\",\"text\":\"{RICE}\"}}\n");
    let done = pipe(&world, &format!("{rice}\n{{\"text\":1}}\nno post\n{rice}"));
    assert_eq!(done.status.code(), Some(65));
    let told = String::from_utf8_lossy(&done.stdout);
    assert_eq!(told, "new 1, known 1, rejected 2\n");
    insta::assert_snapshot!(String::from_utf8_lossy(&done.stderr), @r#"
    -:3: no post: its "text" is a number; write a text in quotes
    -:4: no post: no JSON from column 2 on; write one object a line, like {"id":"1","text":"..."}
    "#);
    assert_eq!(world.inbox("new"), 1, "it waits for a daemon");
    world.start();
    world.until("it is looked at", |world| world.inbox("answered") == 1);
    let done = pipe(&world, &rice.replace("\"r\"", "\"s\""));
    assert!(done.status.success());
    world.until("the other, too", |world| world.inbox("answered") == 2);
    assert_eq!(world.count("SELECT count(*) FROM inbox WHERE source = 'stdin'"), 2);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_a_post_is_one_name_under_a_secret_however_it_came() {
    let mut world = world().await;
    let at = world.data().with_file_name("posts.xml");
    world.more(&format!("[feed.rss.town]\nurl = \"file://{}\"\n", at.display()));
    let written = |posts: &[&str]| {
        let posts: String = posts
            .iter()
            .map(|text| {
                format!(
                    "<item><guid>{text}</guid><title>{text}</title><author>ana@a.example \
                     (Ana Beltran)</author></item>"
                )
            })
            .collect();
        let feed = format!("<rss version='2.0'><channel>{posts}</channel></rss>");
        std::fs::write(&at, feed).expect("a file");
    };
    written(&["Good morning"]);
    let watch = || world.command(&["watch"]).output().expect("the program");
    assert!(watch().status.success());
    written(&["Good morning", RICE]);
    let done = watch();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    world.start();
    let post = serde_json::json!({"text": format!("{RICE}!"), "author": "Ana Beltran"});
    let told = try_push(&world.base(), TOKEN, "application/json", &post.to_string());
    assert_eq!(told.expect("an answer").status, 202);
    assert!(pipe(&world, &post.to_string()).status.success());
    world.settled(3);
    let people = "SELECT count(author) * 10 + count(DISTINCT author) FROM claim_post";
    assert_eq!(world.count(people), 31, "three posts by one");
    assert_eq!(world.count("SELECT count(*) FROM claim_post WHERE author LIKE '%ana%'"), 0);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_are_polled_once_by_hand_within_their_budget_and_it_shows_how_they_fare() {
    let posts: Items = Arc::new(Mutex::new(vec![("/posts/1", "Good morning everybody")]));
    let at = site(Arc::clone(&posts)).await;
    let mut world = World::new().await;
    world.write("push.token", TOKEN);
    let more = format!(
        "[http]\nallow = [\"{at}\"]\n[feed.rss.town]\nurl = \"http://{at}/posts.xml\"\n\
         posts_hourly_max = 2\npoll_max_minutes = 30\n\
         [feed.rss.gone]\nurl = \"http://{at}/nothing.xml\"\n\
         [feed.push.one]\ntoken_file = \"push.token\"\n"
    );
    world.again(&more, "127.0.0.1:0");
    let watch = |names: &[&str]| {
        let args = [&["watch"][..], names].concat();
        let done = world.command(&args).output().expect("the program");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&at.to_string(), "SITE");
        (done.status.code(), text(&done.stdout), text(&done.stderr))
    };
    let first = "rss.town: new 0, seen for the first time: what is there now is only remembered\n";
    assert_eq!(watch(&["town"]), (Some(0), first.to_owned(), String::new()));
    posts.lock().expect("posts").extend([
        ("/posts/2", RICE),
        ("/posts/3", "Lovely weather at the lake today"),
        ("/posts/4", "The baker on the corner has new rolls"),
    ]);
    let (code, out, err) = watch(&[]);
    assert_eq!(code, Some(69), "one can't be reached: {err}");
    let mut lines: Vec<&str> = out.lines().chain(err.lines()).collect();
    lines.sort_unstable();
    insta::assert_snapshot!(lines.join("\n"), @r"
    rss.gone: http://SITE/nothing.xml is not there: status 404; correct or remove the address
    rss.town: new 2, over the budget 1
    ");
    let told = ["nobody", "one"].map(|name| watch(&[name]));
    assert_eq!(told.each_ref().map(|(code, ..)| *code), [Some(2), Some(2)]);
    insta::assert_snapshot!(told.map(|(_, _, err)| err).concat(), @r"
    claimwatch: no feed is called nobody; configured: gone, one, town
    claimwatch: one is a push feed, which only the daemon can watch
    ");
    let listed = world.command(&["schedule", "list"]).output().expect("the program");
    let listed = String::from_utf8_lossy(&listed.stdout).replace(&at.to_string(), "SITE");
    // Times are those of the test.
    let is_time =
        |word: &&str| word.starts_with("20") && word.trim_end_matches([',', ':']).ends_with('Z');
    let listed = listed.lines().map(|line| {
        let words = line.split(' ').map(|word| if is_time(&word) { "TIME" } else { word });
        words.collect::<Vec<_>>().join(" ")
    });
    insta::assert_snapshot!(listed.collect::<Vec<_>>().join("\n"), @r"
    feed.push.one  (is sent to us, at most 10000 new posts an hour)
    feed.rss.gone  (every 5 to 240 minutes, as it brings something new)
        TIME
        the last poll failed, none was ever good, next TIME http://SITE/nothing.xml is not there: status 404; correct or remove the address
    feed.rss.town  (every 5 to 30 minutes, as it brings something new)
        TIME
        2 posts, the last TIME after 0 s; 3 without text, date or address; 1 over the budget
    ");
    world.start();
    world.until("all are looked at", |world| world.inbox("new") == 0);
    world.until("metrics tell how feeds fare", |world| {
        let metrics = get(&world.base(), "/metrics");
        metrics.contains("claimwatch_feed_silent{feed=\"rss.town\"} 0")
            && metrics.contains("claimwatch_feed_failures{feed=\"rss.gone\"}")
    });
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_in_a_long_post_is_found_and_nothing_is_made_of_its_surroundings() {
    let world = World::new().await;
    let around = [
        "Good morning to all of you from the lake, the weather is lovely.",
        "The baker on the corner has new rolls with seeds on Thursday.",
        "My sister comes to visit next week, we are going to paint the kitchen.",
        "Does anybody have a ladder that we could borrow for two days?",
    ];
    let long = |claim: &str| {
        let text = [around[0], around[1], claim, around[2], around[3]].join(" ");
        serde_json::json!({"id": "x", "text": text}).to_string()
    };
    let decision = |post: &str| {
        world.write("post.jsonl", post);
        let done = world.command(&["match", "post.jsonl"]).output().expect("the program");
        let told: Value = serde_json::from_slice(&done.stdout).expect("JSON");
        told["decision"].as_str().expect("a decision").to_owned()
    };
    assert_eq!(decision(&long(&format!("{RICE}."))), "match");
    assert_eq!(
        decision(&long("Rice from the new shop is very good, we had some on Sunday.")),
        "none"
    );
    world.end();
}

/// A site whose short addresses lead to a page, to a wall, to a soft 404, to themselves and inside.
async fn shortener() -> std::net::SocketAddr {
    use axum::response::{Html, Redirect};
    use axum::routing::get;
    let to = |address: &'static str| get(move || async move { Redirect::temporary(address) });
    let router = axum::Router::new()
        .route("/s/page", to("/s/again"))
        .route("/s/again", to("/stories/lighthouse?utm_source=x"))
        .route("/s/wall", to("/accounts/login?next=/stories/otters"))
        .route("/s/lost", to("/stories/otters"))
        .route("/s/home", to("/"))
        .route("/s/loop", to("/s/loop"))
        .route(
            "/s/slow",
            get(|| async {
                tokio::time::sleep(Duration::from_secs(120)).await;
                Redirect::temporary("/stories/lighthouse")
            }),
        )
        .route("/s/inside", to("http://127.0.0.1:1/stories/lighthouse"))
        .route(
            "/stories/lighthouse",
            get(|| async { Html("<title>The lighthouse</title>It moved.") }),
        )
        .route("/stories/otters", get(|| async { Html("<title>404 - Page not found</title>") }))
        .route("/accounts/login", get(|| async { Html("<title>Welcome</title>") }))
        .route("/", get(|| async { Html("<title>All news</title>") }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_followed_to_their_end_and_walls_and_soft_404s_lead_nowhere() {
    let at = shortener().await;
    let mut world = World::new().await;
    let check = |path: &str, claim: &str| {
        format!(
            "{{\"@type\":\"ClaimReview\",\"url\":\"https://www.snopes.com/{path}\",\"claimReviewed\":\"{claim}\",\
             \"itemReviewed\":{{\"firstAppearance\":{{\"url\":\"http://{at}/{path}\"}}}},\
             \"reviewRating\":{{\"alternateName\":\"False\"}}}}\n"
        )
    };
    let checks = check("stories/lighthouse", "The lighthouse of Harrow was moved by helicopters")
        + &check("stories/otters", "Otters open padlocks with twigs")
        + &check("accounts/login", "A wall has claims of its own");
    world.write("links.jsonl", &checks);
    let took = world.command(&["import", "links.jsonl"]).output().expect("import");
    assert!(took.status.success(), "{}", String::from_utf8_lossy(&took.stderr));
    let room = world.api.group("Moderators");
    world.write("one.token", TOKEN);
    let more = format!(
        "moderators = {}\n[http]\nallow = [\"{at}\"]\n[feed.push.one]\ntoken_file = \"one.token\"\n",
        room.id
    );
    world.again(&more, "127.0.0.1:0");
    world.start();
    let posts: Vec<String> = ["page", "wall", "lost", "home", "loop", "inside"]
        .map(|way| {
            let text = format!("Hm http://{at}/s/{way}");
            serde_json::json!({"id": way, "text": text}).to_string()
        })
        .to_vec();
    let told = try_push(&world.base(), TOKEN, "application/x-ndjson", &posts.join("\n"));
    assert_eq!(told.expect("an answer").status, 202);
    world.settled(6);
    assert_eq!((world.inbox("answered"), world.inbox("no_match")), (1, 5));
    let told = room.messages();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].text.contains("/s/page"), "{}", told[0].text);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn links_of_a_streams_posts_are_followed_and_a_slow_one_does_not_hold_it_up() {
    let at = shortener().await;
    let jetstream = Jetstream::start();
    let mut world = World::new().await;
    let check = format!(
        "{{\"@type\":\"ClaimReview\",\"url\":\"https://www.snopes.com/stories/lighthouse\",\
         \"claimReviewed\":\"The lighthouse of Harrow was moved by helicopters\",\
         \"itemReviewed\":{{\"firstAppearance\":{{\"url\":\"http://{at}/stories/lighthouse\"}}}},\
         \"reviewRating\":{{\"alternateName\":\"False\"}}}}\n"
    );
    world.write("links.jsonl", &check);
    let took = world.command(&["import", "links.jsonl"]).output().expect("import");
    assert!(took.status.success(), "{}", String::from_utf8_lossy(&took.stderr));
    let room = world.api.group("Moderators");
    let more = format!(
        "moderators = {}\n[http]\nallow = [\"{at}\"]\n[feed.bluesky.all]\nservice = \"{}\"\n",
        room.id,
        jetstream.url()
    );
    world.again(&more, "127.0.0.1:0");
    world.start();
    world.until("a follower", |_| jetstream.came().len() == 1);
    let first = 1_783_175_888_000_000;
    jetstream.commit(first, "3slow", Some(&format!("Hm http://{at}/s/slow")));
    world.settled(1);
    jetstream.commit(first + 1, "3page", Some(&format!("Hm http://{at}/s/page")));
    world.settled(2);
    assert_eq!((world.inbox("answered"), world.inbox("no_match")), (1, 1));
    assert!(room.messages()[0].text.contains("/s/page"), "{:?}", room.messages());
    let read = format!("SELECT instr(cursor, '{}') FROM source", first + 1)
        + " WHERE name = 'feed.bluesky.all'";
    assert!(world.count(&read) > 0, "how far it was read is stored with the posts");
    world.end();
}
