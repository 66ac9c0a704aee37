//! Where an address leads: its redirects to the end, and the beginning of what is there.

use std::time::Duration;

use url::Url;

use super::door::{failed, turn_name};
use super::response::{accept, content_type, place};
use super::{Door, FetchError, Page, Validators, Want};

impl Door {
    /// Follows an address from outside to where it ends, and reads at most the first `bytes_max`
    /// bytes there. Rules, turns and deadline are those of [`get`](Self::get).
    ///
    /// # Errors
    /// See [`FetchError`]. Nothing is tried twice.
    pub async fn glimpse(&self, url: &Url, bytes_max: usize) -> Result<Page, FetchError> {
        self.client_for(url, None)?;
        let turn = self.0.turns.take(&turn_name(url)).await;
        let deadline_ms = self.0.settings.deadline_ms;
        let look = async {
            let accepted = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1";
            let want =
                Want { trusted: false, validators: None, accept: accepted, body_bytes_max: None };
            let (mut response, here, _turn) = self.arrive(url.clone(), &want, None, turn).await?;
            accept(&response, &here)?;
            let content_type = content_type(&response);
            let mut body = Vec::new();
            while body.len() < bytes_max
                && let Some(chunk) =
                    response.chunk().await.map_err(|error| failed(&error, &here))?
            {
                body.extend_from_slice(&chunk[..chunk.len().min(bytes_max - body.len())]);
            }
            let validators = Validators::default();
            Ok(Page { url: here, content_type, body, validators, max_age: None })
        };
        match tokio::time::timeout(Duration::from_millis(deadline_ms), look).await {
            Ok(result) => result,
            Err(_) => Err(FetchError::Deadline { place: place(url), deadline_ms }),
        }
    }
}
