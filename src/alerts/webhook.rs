//! A program that is called over HTTP: a signed request, never redirected, repeated only where
//! nothing was sent or the receiver knows a repetition.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tracing::warn;
use url::Url;

use super::settings::{Form, Webhook as Settings};
use super::{TellError, Told, form};
use crate::claim::words::{Lang, Words};
use crate::doors::{Clock, Secret};
use crate::http::{Call, Door, FetchError, Method};

/// The body's HMAC-SHA256 under the shared secret: `sha256=HEX`.
pub const SIGNATURE: &str = "x-claimwatch-signature";
/// The same over `TIMESTAMP.DELIVERY.BODY`, for receivers that refuse what is old.
pub const STAMPED_SIGNATURE: &str = "x-claimwatch-timestamp-signature";
/// When the request was made, in seconds since 1970.
pub const TIMESTAMP: &str = "x-claimwatch-timestamp";
/// The row's id: the same for every repetition.
pub const DELIVERY: &str = "x-claimwatch-delivery";
/// Most bytes of an answer; all but its status is thrown away.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// How long a receiver is left alone that is busy and does not say for how long.
const BUSY: Duration = Duration::from_secs(60);

/// One receiver.
pub struct Webhook {
    name: String,
    form: Form,
    url: Url,
    secret: Option<Secret>,
    lang: Lang,
    door: Door,
    words: Arc<Words>,
    clock: Clock,
    /// It said that it is gone for good; it is left alone until the next start.
    gone: AtomicBool,
}

impl Webhook {
    /// The receiver of that name, `webhook.NAME`.
    ///
    /// # Errors
    /// If its address cannot be read, which checking the settings refuses.
    pub fn new(
        name: String,
        settings: &Settings,
        door: Door,
        words: Arc<Words>,
        clock: Clock,
    ) -> Result<Self> {
        let url = settings.url.as_ref().map(Secret::reveal).unwrap_or_default();
        let url = Url::parse(url).with_context(|| format!("{name} has no address"))?;
        let lang = words.choose(&[&settings.language]);
        let (form, secret) = (settings.form, settings.secret.clone());
        let gone = AtomicBool::new(false);
        Ok(Self { name, form, url, secret, lang, door, words, clock, gone })
    }

    /// Tells it what a row says.
    ///
    /// # Errors
    /// See [`TellError`]; the address, which may be a secret, is in none of them.
    pub async fn tell(&self, id: &str, told: Told<'_>) -> Result<(), TellError> {
        if told.is_empty() {
            return Ok(());
        }
        if self.gone.load(Ordering::Relaxed) {
            return Err(TellError::Refused("the receiver is gone".to_owned()));
        }
        let json = form::body(self.form, id, told, &self.words, self.lang);
        let headers = self.headers(id, &json.to_string(), self.clock.now());
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let call = Call {
            method: Method::Post,
            bearer: None,
            headers: &headers,
            json: Some(&json),
            bytes_max: ANSWER_BYTES_MAX,
        };
        let answer = self.door.call(&self.url, &call).await.map_err(unanswered)?;
        match answer.status {
            200..=299 => Ok(()),
            408 | 425 | 429 | 503 => Err(TellError::Later(answer.retry_after.unwrap_or(BUSY))),
            410 => {
                if !self.gone.swap(true, Ordering::Relaxed) {
                    let name = &self.name;
                    warn!("{name} says it is gone (410); take [alert.{name}] away or correct it");
                }
                Err(TellError::Refused("the receiver is gone (410)".to_owned()))
            }
            300..=399 => {
                let why = "it redirects; write the address it leads to";
                Err(TellError::Refused(why.to_owned()))
            }
            400..=499 => Err(TellError::Refused(format!("status {}", answer.status))),
            // Something may have been done before it failed.
            _ => Err(TellError::Broken("the receiver failed")),
        }
    }

    fn headers(&self, id: &str, body: &str, now: DateTime<Utc>) -> Vec<(&'static str, String)> {
        let stamp = now.timestamp().to_string();
        let mut headers = vec![(DELIVERY, id.to_owned())];
        if let Some(secret) = &self.secret {
            headers.push((SIGNATURE, signature(secret, &[body])));
            headers.push((STAMPED_SIGNATURE, signature(secret, &[&stamp, ".", id, ".", body])));
        }
        headers.push((TIMESTAMP, stamp));
        headers
    }
}

/// Without the page: its address may be a secret.
fn unanswered(error: FetchError) -> TellError {
    match error {
        FetchError::Connect { .. } => TellError::Unreachable,
        FetchError::Untrusted { why, .. } => TellError::Untrusted(why),
        FetchError::Refused { why, .. } => TellError::Refused(why),
        FetchError::Deadline { .. } => TellError::Broken("no answer in time"),
        _ => TellError::Broken("no whole answer"),
    }
}

/// HMAC-SHA256 (RFC 2104) of texts one after the other, as it stands in a header.
fn signature(secret: &Secret, texts: &[&str]) -> String {
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.reveal().as_bytes()) else {
        // HMAC takes keys of every length.
        return String::new();
    };
    for text in texts {
        mac.update(text.as_bytes());
    }
    let digest = mac.finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}
