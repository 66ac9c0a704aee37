//! Addresses the operator wrote himself: also `file://`, which nothing from outside may name.

use std::time::UNIX_EPOCH;

use tokio::io::AsyncReadExt;
use url::Url;

use super::response::place;
use super::{Door, FetchError, Fetched, Page, Validators, Want};

impl Door {
    /// Fetches an address that the operator wrote: permitted even if private, and from disk where
    /// it is `file://`.
    ///
    /// # Errors
    /// See [`FetchError`]. Nothing is tried twice.
    pub async fn get_written(&self, url: &Url, want: &Want<'_>) -> Result<Fetched, FetchError> {
        if url.scheme() == "file" {
            let bytes_max = want.body_bytes_max.unwrap_or(self.body_bytes_max());
            return read_file(url, want.validators, bytes_max).await;
        }
        self.get(url, &Want { trusted: true, ..*want }).await
    }
}

async fn read_file(
    url: &Url,
    known: Option<&Validators>,
    bytes_max: usize,
) -> Result<Fetched, FetchError> {
    let failed = |why: String| FetchError::Connect { place: place(url), why };
    let path =
        url.to_file_path().map_err(|()| failed("it names no file of this machine".into()))?;
    let file = tokio::fs::File::open(&path).await.map_err(|error| failed(error.to_string()))?;
    let metadata = file.metadata().await.map_err(|error| failed(error.to_string()))?;
    // A pipe or device could hold the reader for ever.
    if !metadata.is_file() {
        return Err(failed("it is not a file".to_owned()));
    }
    let changed = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let validators = Validators {
        etag: changed.map(|at| format!("\"{}-{}\"", at.as_nanos(), metadata.len())),
        last_modified: None,
    };
    if validators.etag.is_some() && known == Some(&validators) {
        return Ok(Fetched::NotModified);
    }
    let mut body = Vec::new();
    let read = file.take(bytes_max as u64 + 1).read_to_end(&mut body).await;
    read.map_err(|error| failed(error.to_string()))?;
    if body.len() > bytes_max {
        return Err(FetchError::TooLarge { place: place(url), bytes_max });
    }
    let page = Page { url: url.clone(), content_type: None, body, validators, max_age: None };
    Ok(Fetched::Fresh(page))
}
