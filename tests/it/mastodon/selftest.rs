//! The server against its own promises.

use std::time::Duration;

use serde_json::Value;

use super::{Draft, Fault, Mastodon};

fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

/// A call as the bot, its body a form; the status and the JSON.
pub(super) async fn call(server: &Mastodon, method: &str, path: &str, form: &str) -> (u16, Value) {
    call_as(server, server.token(), method, path, form).await
}

pub(super) async fn call_as(
    server: &Mastodon,
    token: &str,
    method: &str,
    path: &str,
    form: &str,
) -> (u16, Value) {
    let response = send(server, token, method, path, form, None).await.expect("an answer");
    (response.status().as_u16(), response.json().await.unwrap_or_default())
}

async fn send(
    server: &Mastodon,
    token: &str,
    method: &str,
    path: &str,
    form: &str,
    key: Option<&str>,
) -> reqwest::Result<reqwest::Response> {
    let method = method.parse().expect("a method");
    let mut request = client().request(method, format!("{}{path}", server.url()));
    request = request.bearer_auth(token);
    if !form.is_empty() {
        let kind = "application/x-www-form-urlencoded";
        request = request.header("Content-Type", kind).body(form.to_owned());
    }
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    request.send().await
}

async fn post(server: &Mastodon, form: &str, key: &str) -> Option<(u16, String)> {
    let token = server.token();
    let sent = send(server, token, "POST", "/api/v1/statuses", form, Some(key)).await.ok()?;
    let status = sent.status().as_u16();
    let body: Value = sent.json().await.ok()?;
    Some((status, body["id"].as_str().unwrap_or_default().to_owned()))
}

#[tokio::test]
async fn a_key_posts_once_whatever_happens_to_the_answer() {
    let server = Mastodon::start();
    let first = post(&server, "status=so", "k1").await.expect("an answer");
    assert_eq!(post(&server, "status=so", "k1").await, Some(first.clone()));
    assert_ne!(post(&server, "status=so", "k2").await.expect("an answer").1, first.1);
    for (fault, done) in [
        (Fault::DropAfter, true),
        (Fault::Truncate, true),
        (Fault::DropBefore, false),
        (Fault::Garbage, false),
        (Fault::ServerError(503), false),
        (Fault::Delay(Duration::from_millis(20)), true),
    ] {
        let before = server.said().len();
        let key = format!("{fault:?}");
        server.fail_next("POST /api/v1/statuses", fault.clone());
        post(&server, "status=once", &key).await;
        assert_eq!(server.said().len() - before, usize::from(done), "{fault:?}");
        assert_eq!(post(&server, "status=once", &key).await.map(|sent| sent.0), Some(200));
        assert_eq!(server.said().len() - before, 1, "{fault:?}");
    }
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn pages_go_back_by_max_id_and_on_by_min_id() {
    let server = Mastodon::start();
    let ana = server.person("ana");
    let ids: Vec<String> = (0..5).map(|n| ana.posts(&format!("post {n}")).to_string()).collect();
    let shown = async |query: &str| {
        let path = format!("/api/v1/timelines/public?{query}");
        let answer = send(&server, server.token(), "GET", &path, "", None).await.expect("one");
        let link = answer.headers().get("link").map(|link| link.to_str().expect("text").to_owned());
        let body: Value = answer.json().await.expect("JSON");
        let ids = body.as_array().expect("a list").iter();
        (ids.map(|one| one["id"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>(), link)
    };
    let (newest, link) = shown("limit=2").await;
    assert_eq!(newest, [ids[4].clone(), ids[3].clone()]);
    let link = link.expect("a link");
    let base = server.url();
    let want = format!(
        "<{base}/api/v1/timelines/public?limit=2&max_id={}>; rel=\"next\", \
         <{base}/api/v1/timelines/public?limit=2&min_id={}>; rel=\"prev\"",
        ids[3], ids[4]
    );
    assert_eq!(link, want);
    let (after, _) = shown(&format!("limit=2&min_id={}", ids[0])).await;
    assert_eq!(after, [ids[2].clone(), ids[1].clone()], "the oldest after it");
    let (since, _) = shown(&format!("limit=2&since_id={}", ids[0])).await;
    assert_eq!(since, [ids[4].clone(), ids[3].clone()], "the newest after it");
    assert_eq!(shown(&format!("min_id={}", ids[4])).await, (Vec::new(), None));
    ana.deletes(ids[4].parse().expect("a number"));
    assert_eq!(shown("limit=1").await.0, [ids[3].clone()]);
}

/// Each wrong call is refused as the real server would, and noted.
#[tokio::test]
async fn what_is_wrong_is_refused_and_noted() {
    let server = Mastodon::start();
    let long = format!("status={}", "x".repeat(501));
    // 500 with its warning, an address that counts 23, and a mention whose host counts nothing.
    let long_url = format!("status={}+https://example.org/{}", "x".repeat(476), "y".repeat(99));
    let fits = format!("status=@ana@far.example+{}&spoiler_text=cw", "é".repeat(493));
    let cases = [
        ("status=", 422, "Text can't be blank"),
        (long.as_str(), 422, "character limit of 500 exceeded"),
        (long_url.as_str(), 200, ""),
        (fits.as_str(), 200, ""),
        ("status=x&visibility=loud", 422, "loud is no visibility"),
        ("status=x&media_ids[]=1", 200, "unknown parameter media_ids"),
        ("status=x&in_reply_to_id=7", 404, ""),
    ];
    for (at, (form, status, noted)) in cases.into_iter().enumerate() {
        let before = server.violations().len();
        let sent = post(&server, form, &format!("key {at}")).await.expect("an answer");
        assert_eq!(sent.0, status, "{form}");
        let new = server.violations()[before..].join("; ");
        assert!(new.contains(noted) && new.is_empty() == noted.is_empty(), "{new}: {form}");
    }
    let before = server.violations().len();
    call(&server, "POST", "/api/v1/statuses", "status=without").await;
    call(&server, "GET", "/api/v1/notifications?access_token=x", "").await;
    assert_eq!(server.violations().len() - before, 3);
    server.revoke();
    let (status, body) = call(&server, "GET", "/api/v1/notifications", "").await;
    assert_eq!((status, &body["error"]), (401, &"The access token was revoked".into()));
    server.restore();
    let ana = server.person("ana");
    let secret = ana.drafts(&Draft { visibility: "direct", ..Draft::of("@ben psst") });
    let (status, _) = call(&server, "GET", &format!("/api/v1/statuses/{secret}"), "").await;
    assert_eq!(status, 404, "not for the bot's eyes");
}

#[tokio::test]
async fn too_many_calls_are_told_until_when() {
    let server = Mastodon::start();
    server.fail_next("GET /api/v1/notifications", Fault::TooManyRequests { seconds: 1 });
    let get = async || {
        let path = "/api/v1/notifications";
        send(&server, server.token(), "GET", path, "", None).await.expect("an answer")
    };
    let refused = get().await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["x-ratelimit-remaining"], "0");
    assert!(refused.headers().get("retry-after").is_none(), "they send none");
    let until = refused.headers()["x-ratelimit-reset"].to_str().expect("text").to_owned();
    let until = chrono::DateTime::parse_from_rfc3339(&until).expect("a time");
    assert_eq!(get().await.status(), 429);
    assert_eq!(server.violations().len(), 1, "called again too soon");
    let wait = (until.to_utc() - chrono::Utc::now()).to_std().unwrap_or_default();
    tokio::time::sleep(wait + Duration::from_millis(20)).await;
    assert_eq!(get().await.status(), 200);
}

#[tokio::test]
async fn streams_tell_what_happens_to_those_it_is_for() {
    let server = Mastodon::start();
    let (ana, far) = (server.person("ana"), server.person("ben@far.example"));
    let list = server.list(&[&far]);
    let open = async |channel: &str| {
        let path = format!("/api/v1/streaming/{channel}");
        send(&server, server.token(), "GET", &path, "", None).await.expect("a stream")
    };
    let channels = ["public", "public/local", "hashtag?tag=News", &format!("list?list={list}")];
    let mut streams = Vec::new();
    for channel in channels {
        streams.push(open(channel).await);
    }
    let hers = ana.posts("@claimwatch here is #news");
    let his = far.drafts(&Draft { pictures: vec![None], ..Draft::of("far away") });
    let boost = far.boosts(hers);
    let reply = far.replies(hers, "no #news");
    ana.edits(hers, "@claimwatch here was #news");
    ana.deletes(hers);
    server.send_raw("public", ":thump\n\nevent: x");
    server.cut_streams();
    let mut told = Vec::new();
    for stream in streams {
        let text = stream.text().await.expect("what was told");
        assert!(text.starts_with(":)\n"), "{text}");
        let ids = text.lines().filter_map(|line| line.strip_prefix("data: "));
        let id = |data: &str| match serde_json::from_str::<Value>(data).expect("JSON") {
            Value::Object(fields) => fields["id"].as_str().expect("an id").to_owned(),
            other => format!("-{other}"),
        };
        told.push(ids.map(id).collect::<Vec<_>>());
    }
    let [a, b, c, d] = [hers, his, boost, reply].map(|id| id.to_string());
    let gone = format!("-{a}");
    assert_eq!(told[0], [a.as_str(), &b, &a, &gone]);
    assert_eq!(told[1], [a.as_str(), &a, &gone]);
    assert_eq!(told[2], [a.as_str(), &d, &a, &gone]);
    assert_eq!(told[3], [b.as_str(), &c, &d]);
    assert_eq!(server.listening("public"), 0);
    let (status, body) = call_as(&server, "wrong", "GET", "/api/v1/streaming/public", "").await;
    assert_eq!((status, &body["error"]), (401, &"Invalid access token".into()));
}

#[tokio::test]
async fn it_comes_back_on_the_same_port_with_all_it_knew() {
    let mut server = Mastodon::start();
    let url = server.url();
    server.person("ana").posts("@claimwatch before");
    let token = server.token();
    let mut open =
        send(&server, token, "GET", "/api/v1/streaming/public", "", None).await.expect("one");
    server.pause();
    while let Ok(Some(_)) = open.chunk().await {}
    assert!(client().get(&url).send().await.is_err(), "connections are refused");
    server.resume();
    assert_eq!(server.url(), url);
    let (_, told) = call(&server, "GET", "/api/v1/notifications", "").await;
    assert_eq!(told.as_array().map(Vec::len), Some(1));
}
