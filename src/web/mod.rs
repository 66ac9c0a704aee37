//! Pages, API, health, metrics and the door for webhooks: one router, handed everything by the
//! roof.

mod api;
mod asking;
mod connections;
mod markup;
mod page;
mod posts;
mod problem;
mod receiving;
pub mod settings;
mod state;
mod template;
mod webhook;

pub use axum::body::Bytes;
pub use axum::http::{HeaderMap, StatusCode};
pub use connections::serve;
pub use posts::PushDoor;
pub use webhook::{Receive, Webhook};

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::answer::Finder;
use crate::claim::words::Words;
use crate::doors::Clock;
use crate::health::Health;
use crate::index::Index;
use crate::metrics::Metrics;
use crate::store::Store;
use asking::Gate;
use problem::Problem;

/// What every answer says to browsers, whatever it is: nothing is loaded from anywhere else,
/// nothing runs, nobody may frame it.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// What the page, the API and the health addresses are made of.
pub struct Web {
    /// Finds checks.
    pub finder: Arc<Finder>,
    /// Every sentence we say.
    pub words: Arc<Words>,
    /// The database, for health and metrics.
    pub store: Arc<Store>,
    /// The search index, for health and metrics.
    pub index: Arc<Index>,
    /// The time.
    pub clock: Clock,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Which parts fail.
    pub health: Arc<Health>,
    /// Who takes what is posted to `/telegram/NAME`.
    pub webhooks: Vec<Webhook>,
    /// Who may post to `/api/v1/posts`.
    pub push: Vec<PushDoor>,
}

/// What the handlers share.
struct Shared {
    web: Web,
    gate: Gate,
    /// Turns of those who look at database and index for health and metrics.
    probes: Arc<Semaphore>,
    pushes: posts::Pushes,
    body_bytes_max: usize,
    deadline: Duration,
}

/// All routes.
pub fn router(web: Web, settings: &settings::Settings) -> Router {
    let shared = Arc::new(Shared {
        web,
        gate: Gate::new(settings.asks()),
        probes: Arc::new(Semaphore::new(state::PROBES_MAX)),
        pushes: posts::Pushes::default(),
        body_bytes_max: settings.body_bytes_max,
        deadline: Duration::from_millis(settings.deadline_ms),
    });
    Router::new()
        .route("/", get(page::search))
        .route("/style.css", get(page::style))
        .route("/favicon.ico", get(page::icon))
        .route("/livez", get(state::livez))
        .route("/readyz", get(state::readyz))
        .route("/metrics", get(state::metrics))
        .route("/api/v1/ask", post(api::ask))
        .route("/api/v1/posts", post(posts::push))
        .route("/telegram/{name}", post(webhook::receive))
        .fallback(lost)
        .layer(from_fn_with_state(Arc::clone(&shared), refuse_method))
        .layer(from_fn(add_headers))
        .with_state(shared)
}

impl Shared {
    /// When a request that begins now must have its answer.
    fn until(&self) -> Instant {
        Instant::now() + self.deadline
    }
}

/// Whether programs, not people, ask at this address.
fn is_api(uri: &Uri) -> bool {
    let path = uri.path();
    path == "/api" || path.starts_with("/api/") || path.starts_with("/telegram/")
}

async fn lost(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if is_api(request.uri()) {
        let what = format!("there is nothing at {}", request.uri().path());
        return Problem::new(StatusCode::NOT_FOUND, what).into_response();
    }
    page::lost(&shared, request.headers(), StatusCode::NOT_FOUND)
}

/// Gives the router's bare 405 a body in the address' own form; the router adds `Allow`.
async fn refuse_method(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let (uri, asked) = (request.uri().clone(), request.headers().clone());
    let method = request.method().clone();
    let response = next.run(request).await;
    if response.status() != StatusCode::METHOD_NOT_ALLOWED {
        return response;
    }
    if is_api(&uri) {
        let what = format!("{} does not answer {method}; the Allow header says what", uri.path());
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, what).into_response();
    }
    page::lost(&shared, &asked, StatusCode::METHOD_NOT_ALLOWED)
}

async fn add_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
