//! Reading a response: status, headers, and the body under its cap.

use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderName,
    LAST_MODIFIED, RETRY_AFTER,
};
use reqwest::{Response, StatusCode};
use url::Url;

use super::door::failed;
use super::{FetchError, Fetched, Page, Validators};

/// Longest header that is kept.
const HEADER_BYTES_MAX: usize = 1024;
/// Longest wait a server may ask of us; more would let one answer silence a publisher.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Longest path that an error shows.
const PLACE_CHARS_MAX: usize = 200;

/// A page's address for people and logs: no credentials, no query, not endless.
pub(super) fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let full = format!("{}://{host}{port}{}", url.scheme(), url.path());
    full.chars().take(PLACE_CHARS_MAX).collect()
}

/// Reads what a response that is no redirect carries.
pub(super) async fn read(
    mut response: Response,
    here: &Url,
    conditional: bool,
    bytes_max: usize,
) -> Result<Fetched, FetchError> {
    let status = response.status();
    if conditional && status == StatusCode::NOT_MODIFIED {
        return Ok(Fetched::NotModified);
    }
    accept(&response, here)?;
    let too_large = || FetchError::TooLarge { place: place(here), bytes_max };
    if response.content_length().is_some_and(|bytes| bytes > bytes_max as u64) {
        return Err(too_large());
    }
    let content_type = text_of(response.headers(), &CONTENT_TYPE);
    let validators = Validators {
        etag: text_of(response.headers(), &ETAG),
        last_modified: text_of(response.headers(), &LAST_MODIFIED),
    };
    let max_age = max_age(response.headers());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error, here))? {
        if chunk.len() > bytes_max - body.len() {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Fetched::Fresh(Page { url: here.clone(), content_type, body, validators, max_age }))
}

/// Whether a response carries what was asked for, in a form that can be read.
pub(super) fn accept(response: &Response, here: &Url) -> Result<(), FetchError> {
    let status = response.status();
    if matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE) {
        return Err(FetchError::Gone { place: place(here), code: status.as_u16() });
    }
    if !status.is_success() {
        let retry_after = retry_after(response.headers());
        return Err(FetchError::Status { place: place(here), code: status.as_u16(), retry_after });
    }
    // The client takes this header away from what it has decompressed.
    if text_of(response.headers(), &CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        let why = "it is compressed in a way that was not asked for".to_owned();
        return Err(FetchError::Broken { place: place(here), why });
    }
    Ok(())
}

/// The `Content-Type` header.
pub(super) fn content_type(response: &Response) -> Option<String> {
    text_of(response.headers(), &CONTENT_TYPE)
}

fn text_of(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty() && text.len() <= HEADER_BYTES_MAX).then(|| text.to_owned())
}

/// How long the server wants to be left alone: seconds, or a date measured against the server's own
/// clock, because ours is not asked on this floor and theirs may be wrong.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = text_of(headers, &RETRY_AFTER)?;
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too long to read asks for more than the cap anyway.
        let wait = text.parse().map_or(RETRY_AFTER_MAX, Duration::from_secs);
        return Some(wait.min(RETRY_AFTER_MAX));
    }
    let then = DateTime::parse_from_rfc2822(&text).ok()?;
    let now = DateTime::parse_from_rfc2822(&text_of(headers, &DATE)?).ok()?;
    let wait = (then - now).to_std().unwrap_or_default();
    Some(wait.min(RETRY_AFTER_MAX))
}

/// How long the server calls its answer fresh.
pub(super) fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let text = text_of(headers, &CACHE_CONTROL)?.to_ascii_lowercase();
    let parts = || text.split(',').map(str::trim);
    if parts().any(|part| part == "no-store" || part == "no-cache") {
        return None;
    }
    let seconds = parts().find_map(|part| part.strip_prefix("max-age="))?;
    Some(Duration::from_secs(seconds.trim_matches('"').parse().ok()?))
}
