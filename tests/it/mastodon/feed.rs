//! Timelines followed as the program does, against the strict server.

use std::sync::Arc;
use std::time::Duration;

use claimwatch::doors::{Clock, Secret};
use claimwatch::feeds::settings::{Feed, Mastodon as Settings, Source};
use claimwatch::feeds::{Batch, Stream, StreamError};
use claimwatch::http::{self, Door, FetchError, SystemResolver};

use super::{Draft, Fault, Mastodon};

fn settings(server: &Mastodon, timeline: &str) -> Settings {
    Settings {
        service: Some(server.url()),
        token: Some(Secret::new(server.token().to_owned())),
        timeline: timeline.to_owned(),
        ..Settings::default()
    }
}

async fn open(settings: &Settings, cursor: Option<&str>) -> Result<Stream, StreamError> {
    drop(rustls::crypto::ring::default_provider().install_default());
    let resolver = Arc::new(SystemResolver::default());
    let door = Door::new(&http::Settings::default(), resolver).expect("a door");
    let source = Source { name: "x".into(), feed: Feed::Mastodon(settings.clone()) };
    Stream::open(&door, &source, cursor, Clock::new(chrono::Utc::now)).await
}

/// Follows a stream until all that was told so holds; the last cursor goes along.
async fn until(stream: &mut Stream, holds: impl Fn(&Batch) -> bool) -> Batch {
    let mut all = Batch::default();
    let follow = async {
        while !holds(&all) {
            let next = stream.next().await.expect("a batch");
            next.entries.into_iter().for_each(|entry| all.entries.push(entry));
            all.gone.extend(next.gone);
            all.cursor = next.cursor.or(all.cursor.take());
            all.counts.read += next.counts.read;
            all.counts.filtered += next.counts.filtered;
            all.counts.malformed += next.counts.malformed;
            all.notices.extend(next.notices);
        }
    };
    let followed = tokio::time::timeout(Duration::from_secs(15), follow).await;
    let (posts, counts) = (all.entries.len(), all.counts);
    assert!(followed.is_ok(), "it never came true; so far {posts} posts, {counts:?}");
    all
}

/// Opens a timeline at the present.
async fn begun(server: &Mastodon, settings: &Settings, channel: &str) -> Stream {
    let mut stream = open(settings, None).await.expect("a stream");
    let first = stream.next().await.expect("how far it is");
    assert!(first.entries.is_empty(), "what lies behind is not read: {first:?}");
    assert_eq!(server.listening(channel), 1);
    stream
}

#[tokio::test]
async fn posts_come_as_they_are_told_changed_and_taken_back() {
    let server = Mastodon::start();
    let (ana, far) = (server.person("ana"), server.person("ben@far.example"));
    ana.posts("long before");
    let mut stream = begun(&server, &settings(&server, "public"), "public").await;
    let first = ana.drafts(&Draft {
        warning: "health".into(),
        language: Some("de"),
        pictures: vec![Some("A chart of cases".into()), None],
        ..Draft::of("Lemons <cure> all!\n\nSee https://example.org/a/rather/long/way/to/it #news")
    });
    let html = "<p>They <a href=\"https://far.example/x\">say</a> so</p>";
    let second = far.drafts(&Draft { content: Some(html.into()), ..Draft::of("say so") });
    far.boosts(first);
    let told = until(&mut stream, |all| all.entries.len() == 2).await;
    let [a, b] = told.entries.as_slice() else { panic!("{told:?}") };
    assert_eq!(a.id, first.to_string());
    assert_eq!(
        a.post.text,
        "health\nLemons <cure> all!\nSee https://example.org/a/rather/long/way/to/it #news"
    );
    assert_eq!(a.post.alt, ["A chart of cases"]);
    assert_eq!(a.post.lang.as_deref(), Some("de"));
    assert_eq!(a.post.id, Some(format!("{}/@ana/{first}", server.url())));
    assert_eq!(a.author, Some(format!("{}/ap/users/{}", server.url(), ana.id)));
    assert!(a.published.is_some() && a.post.urls.is_empty());
    assert_eq!(
        (b.post.text.as_str(), b.post.urls.as_slice()),
        ("They say so", &["https://far.example/x".to_owned()][..])
    );
    assert_eq!(told.cursor, Some(second.to_string()));
    let hash = a.hash.clone();

    ana.edits(first, "Lemons cure nothing");
    let told = until(&mut stream, |all| all.entries.len() == 1).await;
    assert_eq!((&told.entries[0].id, told.cursor), (&first.to_string(), None));
    assert_ne!(told.entries[0].hash, hash, "it is looked at again");
    ana.deletes(first);
    let told = until(&mut stream, |all| !all.gone.is_empty()).await;
    assert_eq!(told.gone, [format!("{first} ")]);
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn hashtags_and_lists_are_timelines_and_a_boost_is_a_post_of_whoever_does_it() {
    let server = Mastodon::start();
    let (ana, ben) = (server.person("ana"), server.person("ben"));
    let list = server.list(&[&ben]);
    let tagged = settings(&server, "#News");
    let mut tag = begun(&server, &tagged, "hashtag news").await;
    let listed = settings(&server, &format!("list:{list}"));
    let mut listed = begun(&server, &listed, &format!("list {list}")).await;
    let rumour = ana.posts("a rumour #news");
    let reply = ben.replies(rumour, "so it is #news");
    let boost = ben.boosts(rumour);
    ben.drafts(&Draft { visibility: "private", ..Draft::of("for friends") });
    let hidden = ben.drafts(&Draft { visibility: "unlisted", ..Draft::of("not so loud") });
    let ids = |batch: &Batch| batch.entries.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
    let told = until(&mut tag, |all| all.entries.len() == 2).await;
    assert_eq!(ids(&told), [rumour, reply].map(|id| id.to_string()));
    let told = until(&mut listed, |all| all.entries.len() == 3).await;
    assert_eq!(ids(&told), [reply, boost, hidden].map(|id| id.to_string()));
    let passed_on = &told.entries[1];
    assert_eq!(passed_on.post.text, "a rumour #news");
    assert_eq!(passed_on.post.id, Some(format!("{}/@ana/{rumour}", server.url())));
    assert_eq!(passed_on.author, Some(format!("{}/ap/users/{}", server.url(), ben.id)));
}

#[tokio::test]
async fn a_gap_is_read_back_page_by_page_and_nothing_falls_between() {
    let mut server = Mastodon::start();
    let ana = server.person("ana");
    let settings = settings(&server, "public");
    let mut stream = begun(&server, &settings, "public").await;
    let before = ana.posts("before");
    let told = until(&mut stream, |all| all.entries.len() == 1).await;
    let cursor = told.cursor.expect("a place");
    assert_eq!(cursor, before.to_string());
    server.cut_streams();
    let ended = loop {
        match stream.next().await {
            Ok(_) => {}
            Err(ended) => break ended,
        }
    };
    assert!(matches!(ended, StreamError::Ended(_)), "{ended}");
    server.pause();
    let gone = open(&settings, Some(&cursor)).await.err().expect("nobody there");
    assert!(matches!(gone, StreamError::Fetch(FetchError::Connect { .. })), "{gone}");
    server.resume();
    let missed: Vec<u64> = (0..100).map(|n| ana.posts(&format!("missed {n}"))).collect();
    let mut stream = open(&settings, Some(&cursor)).await.expect("a stream");
    let live = ana.posts("live");
    let told =
        until(&mut stream, |all| all.entries.iter().any(|one| one.post.text == "live")).await;
    let mut ids: Vec<u64> =
        told.entries.iter().map(|one| one.id.parse().expect("a number")).collect();
    // A minute before the gap is read again: what is told twice is stored once.
    ids.dedup();
    let mut want = vec![before];
    want.extend(&missed);
    want.push(live);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids, want);
    assert_eq!(told.cursor, Some(live.to_string()));
    assert_eq!(told.notices, Vec::<&str>::new());
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_gap_too_long_ends_with_a_word_and_the_stream_goes_on() {
    let server = Mastodon::start();
    let ana = server.person("ana");
    let first = ana.posts("first");
    for n in 0..2_100 {
        ana.posts(&n.to_string());
    }
    let settings = settings(&server, "public");
    let mut stream = open(&settings, Some(&first.to_string())).await.expect("a stream");
    let told = until(&mut stream, |all| !all.notices.is_empty()).await;
    assert_eq!(told.entries.len(), 2_000);
    ana.posts("live");
    until(&mut stream, |all| all.entries.iter().any(|one| one.post.text == "live")).await;
}

#[tokio::test]
async fn what_can_not_be_read_is_counted_and_nothing_stops() {
    let server = Mastodon::start();
    let ana = server.person("ana");
    let settings = Settings { keywords: vec!["rumour".into()], ..settings(&server, "public") };
    let mut stream = begun(&server, &settings, "public").await;
    let long = format!("event: update\ndata: {}\n\n", "x".repeat(3 << 20));
    for raw in [
        "event: update\ndata: {\"id\":tru\n\n",
        "event: update\ndata: {\"id\":\"1\"}\n\n",
        "event: delete\ndata: all of %\n\n",
        "event: update\ndata: []\n\n",
        &long,
    ] {
        server.send_raw("public", raw);
    }
    for raw in
        [":thump\n", "event: filters_changed\ndata: undefined\n\n", "event: new\ndata: 1\n\n"]
    {
        server.send_raw("public", raw);
    }
    ana.posts("good morning");
    ana.posts("a Rumour");
    let told = until(&mut stream, |all| all.entries.len() == 1).await;
    assert_eq!((told.counts.malformed, told.counts.filtered), (5, 1), "{:?}", told.counts);
    assert_eq!(told.counts.read, 9);
}

#[tokio::test]
async fn refusals_say_what_to_do_and_a_stream_elsewhere_is_held_to_public_addresses() {
    let server = Mastodon::start();
    let ana = server.person("ana");
    let public = settings(&server, "public");
    let failed =
        async |settings: &Settings, cursor: Option<&str>| match open(settings, cursor).await {
            Err(failed) => failed,
            Ok(mut stream) => stream.next().await.expect_err("a refusal"),
        };
    server.revoke();
    let refused = failed(&public, None).await;
    assert!(refused.to_string().contains("new one into token_file"), "{refused}");
    assert!(!refused.to_string().contains(server.token()));
    server.restore();
    let tokenless = Settings { token: None, ..public.clone() };
    assert!(matches!(failed(&tokenless, None).await, StreamError::Refused(_)));
    let nowhere = settings(&server, "list:99");
    assert!(failed(&nowhere, None).await.to_string().contains("check `timeline`"));
    server.fail_next("GET /api/v2/instance", Fault::ServerError(503));
    let down = failed(&public, None).await;
    assert!(matches!(down, StreamError::Fetch(FetchError::Status { code: 503, .. })), "{down}");
    server.fail_next("GET /api/v2/instance", Fault::ServerError(404));
    open(&public, None).await.map(drop).expect("other servers do not say where they stream");
    for elsewhere in ["http://10.0.0.1:4000", "http://127.0.0.1:1"] {
        server.stream_at(elsewhere);
        let StreamError::Fetch(refused) = failed(&public, None).await else { panic!("streamed") };
        assert!(matches!(refused, FetchError::Refused { .. }), "{refused}");
    }
    ana.posts("nobody heard");
    server.stream_at(&server.url());
    server.fail_next("GET /api/v1/timelines", Fault::TooManyRequests { seconds: 7 });
    let StreamError::Fetch(limited) = failed(&public, None).await else { panic!("no limit") };
    let wait = limited.retry_after().expect("a wait").as_secs();
    assert!((6..=9).contains(&wait), "{wait}");
    // The list that is not there.
    let violations = server.violations();
    assert!(violations.iter().all(|one| one.contains("streaming/list")), "{violations:?}");
}
