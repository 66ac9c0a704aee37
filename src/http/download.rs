//! Large files that the operator wrote the address of: handed on piece by piece, never held whole.

use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use super::address::written;
use super::door::{failed, turn_name};
use super::response::{accept, place};
use super::{Door, FetchError, Want};

/// Most time for one file, however steadily it comes.
const DEADLINE: Duration = Duration::from_secs(6 * 60 * 60);

/// A piece of a file.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// How many the whole file has, if the server says so.
    pub total: Option<u64>,
}

/// Why a download ended early.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The far side.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// Whoever takes the pieces did not want more.
    #[error(transparent)]
    Taker(std::io::Error),
}

impl Door {
    /// Gives the body at an address that the operator wrote to `take`, piece by piece, at most
    /// `bytes_max` of it. `http.deadline_ms` counts for each wait: for the head, then for each
    /// piece.
    ///
    /// # Errors
    /// See [`DownloadError`]. Nothing is tried twice.
    pub async fn download(
        &self,
        url: &Url,
        bytes_max: u64,
        take: &mut (dyn FnMut(Piece<'_>) -> std::io::Result<()> + Send),
    ) -> Result<(), DownloadError> {
        let operator = written(url);
        self.client_for(url, operator.as_ref())?;
        let turn = self.0.turns.take(&turn_name(url)).await;
        let end = Instant::now() + DEADLINE;
        let deadline_ms = self.0.settings.deadline_ms;
        let each = Duration::from_millis(deadline_ms);
        let late = |_| FetchError::Deadline { place: place(url), deadline_ms };
        let want = Want { trusted: true, validators: None, accept: "*/*", body_bytes_max: None };
        let arrive = self.arrive(url.clone(), &want, operator.as_ref(), turn);
        let (mut response, here, _turn) = timeout(each, arrive).await.map_err(late)??;
        accept(&response, &here)?;
        let too_large = || FetchError::TooLarge {
            place: place(&here),
            bytes_max: usize::try_from(bytes_max).unwrap_or(usize::MAX),
        };
        let total = response.content_length();
        if total.is_some_and(|bytes| bytes > bytes_max) {
            return Err(too_large().into());
        }
        let mut left = bytes_max;
        loop {
            let wait = end.min(Instant::now() + each);
            let piece = timeout_at(wait, response.chunk()).await.map_err(late)?;
            let Some(bytes) = piece.map_err(|error| failed(&error, &here))? else { return Ok(()) };
            left = left.checked_sub(bytes.len() as u64).ok_or_else(too_large)?;
            take(Piece { bytes: &bytes, total }).map_err(DownloadError::Taker)?;
        }
    }
}
