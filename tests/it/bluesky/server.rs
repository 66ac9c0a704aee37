//! The calls (XRPC) that an account of ours makes, and no others.

use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use unicode_segmentation::UnicodeSegmentation;

use super::state::{Fault, POSTS, State, cid};
use super::{BOT, PASSWORD};

type Answered = Result<Value, (u16, &'static str)>;

/// Serves until told to stop.
pub(super) async fn serve(
    listener: std::net::TcpListener,
    state: Arc<Mutex<State>>,
    stop: oneshot::Receiver<()>,
) {
    let listener = TcpListener::from_std(listener).expect("a bound, non-blocking listener");
    let app = axum::Router::new().fallback(move |request| handle(Arc::clone(&state), request));
    tokio::select! {
        served = axum::serve(listener, app) => served.expect("the fake serves"),
        _ = stop => {}
    }
}

async fn handle(state: Arc<Mutex<State>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let method = head.uri.path().trim_start_matches("/xrpc/").to_owned();
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut state = state.lock().expect("the state");
    state.calls.push(method.clone());
    let fault = match state.faults.front() {
        Some((name, fault)) if *name == method => Some(*fault),
        _ => None,
    };
    if fault.is_some() {
        state.faults.pop_front();
    }
    match fault {
        Some(Fault::Fails) => return answer(Err((500, "InternalServerError"))),
        Some(Fault::TooOften) => {
            let mut refused = answer(Err((429, "RateLimitExceeded")));
            let reset = (chrono::Utc::now().timestamp() + 1).to_string();
            refused.headers_mut().insert("ratelimit-reset", reset.parse().expect("a header"));
            return refused;
        }
        _ => {}
    }
    let answered = call(&mut state, &head.method, &method, &query, &body, &head.headers);
    if fault == Some(Fault::Swallows) {
        // Longer than announced: the client sees a broken answer.
        let half = Body::from_stream(futures_util::stream::iter([
            Ok::<_, std::io::Error>("{".to_owned()),
            Err(std::io::Error::other("the end")),
        ]));
        return Response::new(half);
    }
    answer(answered)
}

fn answer(answered: Answered) -> Response<Body> {
    let (status, body) = match answered {
        Ok(value) => (StatusCode::OK, value),
        Err((status, error)) => {
            let words = "words that may quote what was sent";
            let status = StatusCode::from_u16(status).expect("a status");
            (status, json!({"error": error, "message": words}))
        }
    };
    let response = Response::builder().status(status).header(CONTENT_TYPE, "application/json");
    response.body(Body::from(body.to_string())).expect("a response")
}

fn call(
    state: &mut State,
    how: &Method,
    method: &str,
    query: &[(String, String)],
    body: &Value,
    headers: &HeaderMap,
) -> Answered {
    let reads = !matches!(
        method,
        "com.atproto.server.createSession"
            | "com.atproto.server.refreshSession"
            | "com.atproto.repo.putRecord"
    );
    if (*how == Method::GET) != reads {
        state.violations.push(format!("{method} by {how}"));
        return Err((405, "InvalidRequest"));
    }
    let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default().to_owned();
    match method {
        "com.atproto.server.createSession" => {
            let known = body["identifier"] == "claimwatch.test" && body["password"] == PASSWORD;
            if !known || state.locked_out {
                return Err((401, "AuthenticationRequired"));
            }
            return Ok(session(state));
        }
        "com.atproto.server.refreshSession" => {
            if !state.refresh.remove(&token) {
                return Err((400, "ExpiredToken"));
            }
            return Ok(session(state));
        }
        _ if !state.access.contains(&token) => return Err((400, "ExpiredToken")),
        _ => {}
    }
    let all = |name: &str| -> Vec<&str> {
        query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    };
    let one = |name: &str| all(name).first().copied().unwrap_or_default().to_owned();
    match method {
        "com.atproto.repo.getRecord" => {
            let key = (one("repo"), one("collection"), one("rkey"));
            let record = state.records.get(&key).ok_or((400, "RecordNotFound"))?;
            let uri = format!("at://{}/{}/{}", key.0, key.1, key.2);
            Ok(json!({"uri": uri, "cid": record.cid, "value": record.value}))
        }
        "com.atproto.repo.putRecord" => put(state, body),
        "app.bsky.feed.getPosts" => {
            let posts = all("uris").into_iter().filter_map(|uri| {
                let record = state.by_uri(uri)?;
                let did = uri.strip_prefix("at://")?.split('/').next()?;
                Some(json!({"uri": uri, "cid": record.cid, "author": state.author(did),
                    "record": record.value, "indexedAt": record.at, "viewer": {}}))
            });
            Ok(json!({"posts": posts.collect::<Vec<_>>()}))
        }
        "app.bsky.notification.listNotifications" => {
            let limit: usize = one("limit").parse().map_err(|_| (400, "InvalidRequest"))?;
            let from: usize = one("cursor").parse().unwrap_or(0);
            let notes = state.notifications();
            let next = from + limit;
            let more = (notes.len() > next).then(|| next.to_string());
            let page: Vec<Value> = notes.into_iter().skip(from).take(limit).collect();
            Ok(match more {
                Some(cursor) => json!({"notifications": page, "cursor": cursor}),
                None => json!({"notifications": page}),
            })
        }
        _ => {
            state.violations.push(format!("{method} is not known here"));
            Err((501, "MethodNotImplemented"))
        }
    }
}

fn session(state: &mut State) -> Value {
    let number = state.next();
    let (access, refresh) = (format!("access-{number}"), format!("refresh-{number}"));
    state.access.insert(access.clone());
    state.refresh.insert(refresh.clone());
    json!({"did": BOT, "handle": "claimwatch.test", "accessJwt": access, "refreshJwt": refresh})
}

fn put(state: &mut State, body: &Value) -> Answered {
    let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
    let (repo, collection, rkey) = (text("repo"), text("collection"), text("rkey"));
    let record = body["record"].clone();
    if repo != BOT {
        return Err((401, "AuthMissing"));
    }
    let wrong = match collection.as_str() {
        POSTS => wrong_post(state, &rkey, &record),
        "app.bsky.actor.profile" if rkey == "self" => None,
        _ => Some("another collection".to_owned()),
    };
    if let Some(wrong) = wrong {
        state.violations.push(format!("{wrong}: {record}"));
        return Err((400, "InvalidRequest"));
    }
    let there = state.records.get(&(repo.clone(), collection.clone(), rkey.clone()));
    let there = there.map(|record| record.cid.clone());
    let same = there.as_ref() == Some(&cid(&record));
    let swap = body.get("swapRecord").filter(|swap| !swap.is_null()).and_then(Value::as_str);
    // `null`, and only that, asks for there being nothing.
    let wants = body.get("swapRecord").is_some();
    if !same && wants && swap != there.as_deref() {
        return Err((400, "InvalidSwap"));
    }
    if same {
        return Ok(json!({"uri": format!("at://{repo}/{collection}/{rkey}"), "cid": there}));
    }
    let put = state.put(&repo, &collection, &rkey, record);
    Ok(json!({"uri": put.uri, "cid": put.cid}))
}

/// What the network would not take, or show wrongly.
fn wrong_post(state: &State, rkey: &str, record: &Value) -> Option<String> {
    let letters = "234567abcdefghijklmnopqrstuvwxyz";
    if rkey.len() != 13 || !rkey.chars().all(|c| letters.contains(c)) || rkey >= "k" {
        return Some(format!("{rkey} is no key"));
    }
    let text = record["text"].as_str()?;
    if text.is_empty() || text.graphemes(true).count() > 300 || text.len() > 3_000 {
        return Some("a text of a wrong length".to_owned());
    }
    if record["createdAt"].as_str().is_none_or(|at| !at.ends_with('Z')) {
        return Some("no date".to_owned());
    }
    if record["langs"].as_array().is_none_or(|langs| langs.len() != 1) {
        return Some("no language".to_owned());
    }
    for of in ["parent", "root"] {
        let (uri, cid) = (&record["reply"][of]["uri"], &record["reply"][of]["cid"]);
        let post = uri.as_str().and_then(|uri| state.by_uri(uri));
        if post.is_none_or(|post| cid.as_str() != Some(&post.cid)) {
            return Some(format!("its {of} is not there"));
        }
    }
    for facet in record["facets"].as_array().into_iter().flatten() {
        let at = |key: &str| facet["index"][key].as_u64().map(|at| at as usize);
        let (Some(start), Some(end)) = (at("byteStart"), at("byteEnd")) else {
            return Some("a facet without a place".to_owned());
        };
        if start >= end || text.get(start..end).is_none() {
            return Some("a facet that splits a character or leaves the text".to_owned());
        }
        if facet["features"][0]["$type"] != "app.bsky.richtext.facet#link" {
            return Some("a facet that is no link".to_owned());
        }
    }
    None
}
