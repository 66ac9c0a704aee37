//! The HTTP side: `/bot<TOKEN>/<method>`, faults, long polls, file downloads.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::check::Refusal;
use super::fault::Fault;
use super::methods::{self, Answer};
use super::params::{self, Params};
use super::state::State;
use super::{Shared, TOKEN, profile};

const BODY_BYTES_MAX: usize = 50 << 20;
const POLL_SECONDS_MAX: i64 = 50;
const UPDATES_MAX: i64 = 100;
/// How long half an answer stands before the connection closes.
const HALF_MS: u64 = 50;

/// Serves until told to stop; every connection ends with it.
pub(super) async fn serve(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    stop: oneshot::Receiver<()>,
) {
    let listener = TcpListener::from_std(listener).expect("a bound, non-blocking listener");
    let hook = tokio::spawn(super::webhook::deliver(shared.clone()));
    let app = axum::Router::new().fallback(move |request| handle(shared.clone(), request));
    tokio::select! {
        served = axum::serve(listener, app) => served.expect("the fake serves"),
        _ = stop => {}
    }
    hook.abort();
}

async fn handle(shared: Arc<Shared>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = params::decoded(head.uri.path());
    if let Some(rest) = path.strip_prefix("/file/bot") {
        return download(&shared, rest);
    }
    let Some((token, method)) = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/'))
    else {
        return refuse(&Refusal::with(404, "Not Found"));
    };
    if token != TOKEN {
        return refuse(&Refusal::with(401, "Unauthorized"));
    }
    let Some((method, names)) = methods::known(method) else {
        shared.lock().violation(method, "no such method here");
        return refuse(&Refusal::with(404, "Not Found: method not found"));
    };
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return refuse(&Refusal::with(413, "Request Entity Too Large"));
    };
    let kind = head.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let params = match Params::read(head.uri.query().unwrap_or(""), kind, &body) {
        Ok(params) => params,
        Err(refusal) => {
            shared.lock().violation(method, &refusal.description);
            return refuse(&refusal);
        }
    };
    let (entry, fault) = open(&shared, method, names, &params);
    let held = Held { shared: &shared, entry };
    answer(&held, method, &params, fault).await
}

/// One call under way, and its place in the log.
struct Held<'a> {
    shared: &'a Shared,
    entry: usize,
}

/// Logs the call and takes the fault armed for it.
fn open(shared: &Shared, method: &str, names: &str, params: &Params) -> (usize, Option<Fault>) {
    let mut state = shared.lock();
    for name in params.0.keys() {
        if !names.split_whitespace().any(|known| known == name) {
            state.violation(method, &format!("unknown parameter {name}"));
        }
    }
    state.log.push(super::Call {
        method: method.to_owned(),
        params: Value::Object(params.0.clone()),
        at: SystemTime::now(),
        status: 0,
        answer: Value::Null,
    });
    let entry = state.log.len() - 1;
    let chat = params.int("chat_id").ok().flatten();
    let key = (method.to_ascii_lowercase(), chat.unwrap_or(0));
    let flood = state.floods.get(&key).copied();
    if let Some(until) = flood.filter(|until| *until > Instant::now()) {
        state.violation(method, "called again before retry_after had passed");
        let retry_after = until.duration_since(Instant::now()).as_secs() + 1;
        return (entry, Some(Fault::TooManyRequests { retry_after }));
    }
    let fault = state.take_fault(&key.0, chat);
    if let Some(Fault::TooManyRequests { retry_after }) = &fault {
        state.floods.insert(key, Instant::now() + Duration::from_secs(*retry_after));
    }
    (entry, fault)
}

async fn answer(
    held: &Held<'_>,
    method: &str,
    params: &Params,
    fault: Option<Fault>,
) -> Response<Body> {
    match &fault {
        Some(Fault::TooManyRequests { retry_after }) => {
            return held.close(&Err(Refusal::flood(*retry_after)));
        }
        Some(Fault::Refuse(code, why)) => return held.close(&Err(Refusal::with(*code, why))),
        Some(Fault::ServerError(status)) => {
            held.note(*status, Value::Null);
            let page = format!("<html><body><center><h1>{status}</h1></center></body></html>");
            return respond(*status, "text/html", page.into());
        }
        Some(Fault::Garbage) => {
            held.note(200, Value::Null);
            return respond(200, "application/json", "{\"ok\":tru".into());
        }
        Some(Fault::DropBefore) => return dropped(),
        Some(Fault::Delay(pause)) => tokio::time::sleep(*pause).await,
        Some(Fault::DropAfter | Fault::Truncate) | None => {}
    }
    let answer = if method == "getUpdates" {
        poll(held.shared, params).await
    } else {
        let answer = methods::call(&mut held.shared.lock(), method, params);
        held.shared.changed();
        answer
    };
    if let Err(Refusal { strict: true, description, .. }) = &answer {
        held.shared.lock().violation(method, description);
    }
    match fault {
        Some(Fault::DropAfter) => dropped(),
        Some(Fault::Truncate) => truncated(&envelope(&answer).1),
        _ => held.close(&answer),
    }
}

impl Held<'_> {
    fn note(&self, status: u16, answer: Value) {
        if let Some(call) = self.shared.lock().log.get_mut(self.entry) {
            (call.status, call.answer) = (status, answer);
        }
    }

    fn close(&self, answer: &Answer) -> Response<Body> {
        let (status, body) = envelope(answer);
        self.note(status, body.clone());
        match answer {
            Ok(_) => respond(status, "application/json", body.to_string().into()),
            Err(refusal) => refuse(refusal),
        }
    }
}

fn envelope(answer: &Answer) -> (u16, Value) {
    match answer {
        Ok(result) => (200, json!({"ok": true, "result": result})),
        Err(refusal) => {
            let mut body = json!({"ok": false, "error_code": refusal.code,
                "description": refusal.description});
            if let Some(parameters) = &refusal.parameters {
                body["parameters"] = parameters.clone();
            }
            (refusal.code, body)
        }
    }
}

fn respond(status: u16, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).expect("a status a test wrote");
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn refuse(refusal: &Refusal) -> Response<Body> {
    let (status, body) = envelope(&Err(refusal.clone()));
    let mut response = respond(status, "application/json", body.to_string().into());
    if let Some(seconds) = body["parameters"]["retry_after"].as_u64() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
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
                tokio::time::sleep(Duration::from_millis(HALF_MS)).await;
                Some((Err(cut()), None))
            }
        }
    });
    let mut response = respond(200, "application/json", Body::from_stream(stream));
    response.headers_mut().insert(axum::http::header::CONTENT_LENGTH, length);
    response
}

fn download(shared: &Shared, rest: &str) -> Response<Body> {
    let Some((token, path)) = rest.split_once('/') else {
        return refuse(&Refusal::with(404, "Not Found"));
    };
    if token != TOKEN {
        return refuse(&Refusal::with(401, "Unauthorized"));
    }
    let found = shared.lock().files.values().find(|file| file.0 == path).map(|f| f.1.clone());
    match found {
        Some(bytes) => respond(200, "application/octet-stream", bytes.into()),
        None => refuse(&Refusal::with(404, "Not Found")),
    }
}

/// `getUpdates`: waits until there is one, the time is up, or another poll takes over.
async fn poll(shared: &Shared, params: &Params) -> Answer {
    let offset = params.int("offset")?.unwrap_or(0);
    let limit = params.int("limit")?.unwrap_or(UPDATES_MAX).clamp(1, UPDATES_MAX) as usize;
    let seconds = params.int("timeout")?.unwrap_or(0).clamp(0, POLL_SECONDS_MAX);
    let mut changes = shared.changes();
    let (mine, hook) = {
        let mut state = shared.lock();
        if !state.webhook.url.is_empty() {
            return Err(Refusal::with(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook \
                 to delete the webhook first",
            ));
        }
        profile::allow(&mut state, params)?;
        confirm(&mut state, offset);
        if !state.updates.is_empty() || seconds == 0 {
            return Ok(batch(&state, limit));
        }
        state.polls += 1;
        (state.polls, state.webhook.generation)
    };
    shared.changed();
    let end = tokio::time::sleep(Duration::from_secs(seconds as u64));
    tokio::pin!(end);
    loop {
        let over = tokio::select! {
            _ = changes.changed() => false,
            () = &mut end => true,
        };
        let state = shared.lock();
        if state.webhook.generation != hook && !state.webhook.url.is_empty() {
            return Err(Refusal::with(409, "Conflict: terminated by setWebhook request"));
        }
        if state.polls != mine {
            return Err(Refusal::with(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot \
                 instance is running",
            ));
        }
        if over || !state.updates.is_empty() {
            return Ok(batch(&state, limit));
        }
    }
}

/// Forgets what the offset confirms; a negative one keeps that many from the end.
fn confirm(state: &mut State, offset: i64) {
    if offset < 0 {
        let keep = usize::try_from(-offset).unwrap_or(usize::MAX);
        let gone = state.updates.len().saturating_sub(keep);
        state.updates.drain(..gone);
    } else {
        state.updates.retain(|update| update["update_id"].as_i64() >= Some(offset));
    }
}

fn batch(state: &State, limit: usize) -> Value {
    state.updates.iter().take(limit).cloned().collect()
}
