//! Taking in a request's body under a cap and a deadline.

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

use super::problem::Problem;

/// The whole body.
///
/// # Errors
/// 413 if it is larger than `bytes_max`, 408 if it is not there in time, 400 if it breaks off.
pub(super) async fn body(body: Body, bytes_max: usize, until: Instant) -> Result<Bytes, Problem> {
    let slow = |_| {
        let what = "the body did not arrive in time; send it at once";
        Problem::new(StatusCode::REQUEST_TIMEOUT, what)
    };
    timeout_at(until, gather(body, bytes_max)).await.map_err(slow)?
}

async fn gather(body: Body, bytes_max: usize) -> Result<Bytes, Problem> {
    let mut chunks = body.into_data_stream();
    let mut whole = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let broken = |_| Problem::new(StatusCode::BAD_REQUEST, "the body broke off; send it again");
        let chunk = chunk.map_err(broken)?;
        if whole.len() + chunk.len() > bytes_max {
            let what = format!("the body is larger than {bytes_max} bytes; send a shorter text");
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, what));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.into())
}
