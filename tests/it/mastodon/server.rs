//! The HTTP side: tokens, limits, faults, pages.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, LINK};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::Shared;
use super::fault::Fault;
use super::methods::{self, Given, Method, Refusal};
use super::params::Params;
use super::state::{Call, Limit};
use super::streaming;

const BODY_BYTES_MAX: usize = 1 << 20;
/// How long half an answer stands before the connection closes.
const HALF: Duration = Duration::from_millis(50);

/// Serves until told to stop; every connection ends with it.
pub(super) async fn serve(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    stop: oneshot::Receiver<()>,
) {
    let listener = TcpListener::from_std(listener).expect("a bound, non-blocking listener");
    let app = axum::Router::new().fallback(move |request| handle(shared.clone(), request));
    tokio::select! {
        served = axum::serve(listener, app) => served.expect("the fake serves"),
        _ = stop => {}
    }
}

/// One call under way, and its place in the log.
pub(super) struct Held {
    pub(super) shared: Arc<Shared>,
    pub(super) name: String,
    pub(super) entry: usize,
}

async fn handle(shared: Arc<Shared>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
    let kind = text(&head, CONTENT_TYPE.as_str());
    let query = head.uri.query().unwrap_or_default();
    let read = Params::read(query, kind.unwrap_or_default(), &body);
    let path = head.uri.path().to_owned();
    let name = format!("{} {path}", head.method);
    let params = read.as_ref().cloned().unwrap_or_default();
    let held = open(shared, &head, name);
    if let Err(why) = &read {
        held.shared.lock().violation(&held.name, why);
        return held.refuse(&Refusal::of(400, "Bad Request"), None);
    }
    if params.0.contains_key("access_token") {
        held.shared.lock().violation(&held.name, "a token in an address");
    }
    let token = text(&head, AUTHORIZATION.as_str()).and_then(|text| text.strip_prefix("Bearer "));
    let caller = token.and_then(|token| held.shared.lock().whose(token));
    if let Some(channel) = path.strip_prefix("/api/v1/streaming/") {
        return streaming::open(&held, channel, &params, token.is_some(), caller);
    }
    let Some((method, names)) = methods::known(head.method.as_str(), &path) else {
        held.shared.lock().violation(&held.name, "no such method here");
        return held.refuse(&Refusal::of(404, "Not Found"), None);
    };
    held.check_names(&params, names);
    if caller.is_none() && (token.is_some() || method.needs_token()) {
        let revoked = token.is_some_and(|token| held.shared.lock().revoked.contains(token));
        let why = if revoked { "was revoked" } else { "is invalid" };
        return held.refuse(&Refusal::of(401, &format!("The access token {why}")), None);
    }
    let key = text(&head, "idempotency-key");
    if method == Method::Post && key.is_none() && caller == Some(held.shared.lock().bot()) {
        held.shared.lock().violation(&held.name, "a status without Idempotency-Key");
    }
    answer(&held, method, &path, &params, caller, key).await
}

fn text<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.headers.get(name)?.to_str().ok()
}

/// Logs a call.
fn open(shared: Arc<Shared>, head: &Parts, name: String) -> Held {
    let mut state = shared.lock();
    state.log.push(Call {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        status: 0,
    });
    let entry = state.log.len() - 1;
    drop(state);
    Held { shared, name, entry }
}

async fn answer(
    held: &Held,
    method: Method,
    path: &str,
    params: &Params,
    caller: Option<u64>,
    key: Option<&str>,
) -> Response<Body> {
    let fault = held.shared.lock().take_fault(&held.name);
    match &fault {
        Some(Fault::ServerError(status)) => {
            held.note(*status);
            let page = format!("<html><body><h1>{status}</h1></body></html>");
            return respond(*status, "text/html", page.into());
        }
        Some(Fault::Garbage) => {
            held.note(200);
            return respond(200, "application/json", "{\"id\":tru".into());
        }
        Some(Fault::DropBefore) => return dropped(),
        _ => {}
    }
    let limit = held.count(method.limit(), caller.unwrap_or_default(), fault.as_ref());
    if limit.1 < 0 {
        return held.refuse(&Refusal::of(429, "Too many requests"), Some(limit));
    }
    let given = methods::call(&mut held.shared.lock(), method, path, params, caller, key);
    held.shared.changed();
    match (given, fault) {
        (Err(refusal), _) => held.refuse(&refusal, Some(limit)),
        (Ok(_), Some(Fault::DropAfter)) => dropped(),
        (Ok(given), Some(Fault::Truncate)) => truncated(&given.body),
        (Ok(given), fault) => {
            if let Some(Fault::Delay(pause)) = fault {
                tokio::time::sleep(pause).await;
            }
            held.close(&given, path, params, limit)
        }
    }
}

/// Most calls, those left, and until when.
type Left = (i64, i64, DateTime<Utc>);

impl Held {
    pub(super) fn note(&self, status: u16) {
        if let Some(call) = self.shared.lock().log.get_mut(self.entry) {
            call.status = status;
        }
    }

    fn check_names(&self, params: &Params, names: &str) {
        let mut state = self.shared.lock();
        for name in params.0.keys() {
            if !names.split_whitespace().any(|known| known == name) {
                state.violation(&self.name, &format!("unknown parameter {name}"));
            }
        }
    }

    /// Counts the call; below zero: too many.
    fn count(&self, limit: Limit, caller: u64, fault: Option<&Fault>) -> Left {
        let mut state = self.shared.lock();
        if state.left.get(&(caller, limit)).is_some_and(|left| left.0 < 0 && left.1 > Utc::now()) {
            state.violation(&self.name, "called again before the rate limit was over");
        }
        if let Some(Fault::TooManyRequests { seconds }) = fault {
            let until = Utc::now() + TimeDelta::seconds(*seconds);
            state.left.insert((caller, limit), (0, until));
        }
        state.count(caller, limit)
    }

    pub(super) fn refuse(&self, refusal: &Refusal, limit: Option<Left>) -> Response<Body> {
        if refusal.strict {
            self.shared.lock().violation(&self.name, &refusal.error);
        }
        self.note(refusal.status);
        let body = json!({"error": refusal.error}).to_string();
        let mut response = respond(refusal.status, "application/json; charset=utf-8", body.into());
        limits(&mut response, limit);
        response
    }

    fn close(&self, given: &Given, path: &str, params: &Params, limit: Left) -> Response<Body> {
        self.note(200);
        let body = given.body.to_string();
        let mut response = respond(200, "application/json; charset=utf-8", body.into());
        limits(&mut response, Some(limit));
        if let Some((first, last)) = given.page {
            let base = self.shared.lock().base.clone();
            let link = format!(
                "<{}>; rel=\"next\", <{}>; rel=\"prev\"",
                page_url(&base, path, params, ("max_id", last)),
                page_url(&base, path, params, ("min_id", first))
            );
            response.headers_mut().insert(LINK, HeaderValue::from_str(&link).expect("ASCII"));
        }
        response
    }
}

/// Where the next page is: the same parameters, in the order of the alphabet.
fn page_url(base: &str, path: &str, params: &Params, (name, id): (&str, u64)) -> String {
    let mut pairs = vec![(name.to_owned(), id.to_string())];
    for (key, value) in &params.0 {
        match value {
            _ if key.ends_with("_id") => {}
            Value::Array(list) => {
                let words = list.iter().filter_map(Value::as_str);
                pairs.extend(words.map(|word| (format!("{key}[]"), word.to_owned())));
            }
            _ => pairs.push((key.clone(), params.text(key))),
        }
    }
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{base}{path}?{query}")
}

fn limits(response: &mut Response<Body>, limit: Option<Left>) {
    let Some((most, left, until)) = limit else { return };
    let until = until.to_rfc3339_opts(SecondsFormat::Micros, true);
    let headers = [
        ("x-ratelimit-limit", most.to_string()),
        ("x-ratelimit-remaining", left.max(0).to_string()),
        ("x-ratelimit-reset", until),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_str(&value).expect("ASCII"));
    }
}

pub(super) fn respond(status: u16, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).expect("a status a test wrote");
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn cut() -> std::io::Error {
    std::io::Error::other("a test closed the connection")
}

/// A body that fails before its first byte closes the connection before the head is written.
fn dropped() -> Response<Body> {
    let stream = futures_util::stream::once(async { Err::<Bytes, _>(cut()) });
    Response::new(Body::from_stream(stream))
}

fn truncated(body: &Value) -> Response<Body> {
    let whole = body.to_string().into_bytes();
    let length = HeaderValue::from(whole.len());
    let half = Bytes::copy_from_slice(&whole[..whole.len() / 2]);
    let stream = futures_util::stream::unfold(Some(half), |left| async {
        match left {
            Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
            _ => {
                tokio::time::sleep(HALF).await;
                Some((Err(cut()), None))
            }
        }
    });
    let mut response = respond(200, "application/json", Body::from_stream(stream));
    response.headers_mut().insert(CONTENT_LENGTH, length);
    response
}
