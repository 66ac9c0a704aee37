//! `POST /telegram/NAME`: hands what a chat network delivers to whoever the roof put there.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;

use super::problem::Problem;
use super::{Shared, receiving};

/// Most bytes of one delivery. An update of Telegram's stays far below.
const DELIVERY_BYTES_MAX: usize = 1024 * 1024;

/// Takes one delivery: compares the secret, stores, and only then says 200.
pub type Receive = Arc<dyn Fn(HeaderMap, Bytes) -> BoxFuture<'static, StatusCode> + Send + Sync>;

/// Who takes what is posted to one address.
#[derive(Clone)]
pub struct Webhook {
    /// Name of the configured chat: the end of the address.
    pub name: String,
    /// What is done with a delivery.
    pub receive: Receive,
}

pub(super) async fn receive(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let Some(webhook) = shared.web.webhooks.iter().find(|webhook| webhook.name == name) else {
        return Problem::new(StatusCode::NOT_FOUND, "no chat of that name takes webhooks")
            .into_response();
    };
    let headers = request.headers().clone();
    match receiving::body(request.into_body(), DELIVERY_BYTES_MAX, shared.until()).await {
        Ok(body) => (webhook.receive)(headers, body).await.into_response(),
        Err(problem) => problem.into_response(),
    }
}
