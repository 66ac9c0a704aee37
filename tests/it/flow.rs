//! From end to end over loopback: a publisher's feed becomes a check, a question gets its answer,
//! and a post in a watched feed becomes one line for the moderators.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::world::World;

const PAGE: &str = r#"<!doctype html><html lang="en"><head><title>Salt lamps do not clean the air</title>
<script type="application/ld+json">{"@context":"https://schema.org","@type":"ClaimReview",
"url":"/checks/salt-lamps","datePublished":"2026-10-02","author":{"@type":"Organization","name":"Snopes"},
"claimReviewed":"Himalayan salt lamps clean the air by catching viruses and pollen.",
"reviewBody":"We asked three laboratories. None measured any effect on the air of a room. The lamps are harmless decoration.",
"reviewRating":{"@type":"Rating","alternateName":"Unsupported"}}</script></head>
<body><article><h1>Salt lamps do not clean the air</h1><p>We asked three laboratories.</p></article></body></html>"#;

/// What the site's feeds hold: rows of path, title.
pub(crate) type Items = Arc<Mutex<Vec<(&'static str, &'static str)>>>;

async fn feed(State(items): State<Items>) -> impl IntoResponse {
    let items = items.lock().expect("items").clone();
    let items: String = items
        .iter()
        .map(|(path, title)| {
            format!("<item><title>{title}</title><link>BASE{path}</link><guid>{path}</guid></item>")
        })
        .collect();
    let rss = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><link>BASE/</link>\
         <description>d</description>{items}</channel></rss>"
    );
    ([(header::CONTENT_TYPE, "application/rss+xml")], rss)
}

/// A site with a feed of checks, the check's page, and a feed of posts.
pub(crate) async fn site(posts: Items) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    let checks: Items = Arc::new(Mutex::new(vec![("/checks/salt-lamps", "Salt lamps")]));
    let base = format!("http://{at}");
    let with_base = move |response: axum::response::Response| {
        let base = base.clone();
        async move {
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
            let text = String::from_utf8(bytes.to_vec()).expect("text").replace("BASE", &base);
            axum::response::Response::from_parts(parts, axum::body::Body::from(text))
        }
    };
    let router = Router::new()
        .route("/checks.xml", get(feed).with_state(checks))
        .route("/posts.xml", get(feed).with_state(posts))
        .route(
            "/checks/salt-lamps",
            get(|| async { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], PAGE) }),
        )
        .layer(axum::middleware::map_response(with_base));
    tokio::spawn(async move { axum::serve(listener, router).await });
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_becomes_a_check_and_a_watched_post_one_line_for_moderators() {
    let posts: Items = Arc::new(Mutex::new(vec![("/posts/1", "Good morning everybody")]));
    let at = site(Arc::clone(&posts)).await;
    let mut world = World::new().await;
    let room = world.api.group("Moderators");
    let more = format!(
        "moderators = {}\n[http]\nallow = [\"{at}\"]\n\
         [publisher.rss.site]\nurl = \"http://{at}/checks.xml\"\nschedule = \"* * * * * *\"\n\
         [feed.rss.town]\nurl = \"http://{at}/posts.xml\"\nschedule = \"* * * * * *\"\n",
        room.id
    );
    world.again(&more, "127.0.0.1:0");
    world.start();
    world.hears("tally=new 1");
    let ana = world.api.private("Ana");
    ana.says("They say Himalayan salt lamps clean the air by catching viruses and pollen");
    let reply = world.api.wait_for("an answer", |_| ana.messages().into_iter().next()).await;
    let told = reply.text.replace(&at.to_string(), "SITE");
    insta::assert_snapshot!(told, @r#"
    Unsupported, says SITE (2 October 2026).

    From the check: We asked three laboratories. None measured any effect on the air of a room. The lamps are harmless decoration.

    The claim they checked: “Himalayan salt lamps clean the air by catching viruses and pollen.”

    Read the check: Salt lamps do not clean the air (SITE)

    Matched automatically to your message. Not the same? Tell me.
    "#);

    // The first look at a feed only remembers; what comes later is looked at.
    posts.lock().expect("posts").extend([
        ("/posts/2", "Shock: rice exported from China is made of plastic pellets"),
        ("/posts/3", "Rice exported from China is made of plastic pellets, they say"),
        ("/posts/4", "Lovely weather at the lake today"),
    ]);
    let line = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    let told = line.text.replace(&at.to_string(), "SITE");
    insta::assert_snapshot!(told, @r#"
    New: a claim that has been checked

    Shock: rice exported from China is made of plastic pellets
    Seen in rss.town: SITE
    1 post so far.
    Language: English

    False, says Snopes (24 February 2025).

    The claim they checked: “Rice exported from China is made of plastic pellets.”
    Read the check: Is Rice from China Made of Plastic? (snopes.com)

    In common: rice, exported, china, made, plastic, pellets
    "#);
    world.until("all posts", |world| world.inbox("answered") + world.inbox("no_match") >= 4);
    assert_eq!(room.messages().len(), 1, "once a check and day");
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn among_checks_that_fit_alike_the_preferred_publishers_come_first() {
    let mut world = World::new().await;
    let check = |page: &str| {
        format!(
            r#"{{"@type":"ClaimReview","url":"https://{page}","claimReviewed":"The old bridge of Marnstadt was sold to a circus for one euro.","reviewRating":{{"alternateName":"False"}}}}"#
        )
    };
    let checks = ["www.snopes.com/fact-check/bridge", "fullfact.org/bridge"].map(check);
    world.write("bridge.jsonl", &checks.join("\n"));
    let took = world.command(&["import", "bridge.jsonl"]).output().expect("import");
    assert!(took.status.success(), "{}", String::from_utf8_lossy(&took.stderr));
    for (tier, order) in [(1, ["Full Fact", "Snopes"]), (3, ["Snopes", "Full Fact"])] {
        let table = "[publisher.rss.one]\nurl = \"https://fullfact.org/feed/\"";
        world.again(&format!("{table}\ntier = {tier}\n"), "127.0.0.1:0");
        let text = "Was the old bridge of Marnstadt sold to a circus for one euro?";
        let told = world.command(&["ask", "--json", "--", text]).output().expect("ask");
        let told: serde_json::Value = serde_json::from_slice(&told.stdout).expect("JSON");
        let matches = told["matches"].as_array().expect("matches");
        let publishers: Vec<_> = matches.iter().map(|one| &one["publisher"]).collect();
        assert_eq!(publishers, order, "tier {tier}: {told}");
    }
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_is_made_anew_beside_the_daemon_and_after_a_start_that_finds_the_wish() {
    let mut world = World::new().await;
    world.start();
    let generation = |world: &World| {
        std::fs::read_to_string(world.data().join("search/current")).expect("a generation")
    };
    let first = generation(&world);
    let ran = world.command(&["reindex"]).output().expect("reindex");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let checks = world.count("SELECT count(*) FROM review WHERE withdrawn = 0");
    assert_eq!(String::from_utf8_lossy(&ran.stdout), format!("indexed {checks}\n"));
    let second = generation(&world);
    assert_ne!(first, second);
    let ana = world.api.private("Ana");
    ana.says("Shock: rice exported from China is made of plastic pellets");
    world.until("an answer", |_| !ana.messages().is_empty());
    assert!(ana.messages()[0].text.contains("plastic"), "{}", ana.messages()[0].text);
    world.stop();

    let store = world.store();
    store.ask_anew().expect("a wish");
    drop(store);
    world.start();
    world.until("the wish is fulfilled", |world| {
        world.store().asked_anew().expect("a database").is_none()
    });
    assert_ne!(second, generation(&world));
    world.end();
}
