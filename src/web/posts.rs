//! `POST /api/v1/posts`: takes in posts from whoever holds a token for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use super::problem::Problem;
use super::{Shared, receiving};
use crate::doors::Secret;
use crate::feeds::push::{Form, Unread, read};
use crate::feeds::settings::Push;
use crate::watch::{Intake, Sender};

/// Requests that are read and stored at once.
const AT_ONCE_MAX: usize = 4;
/// Rejected posts that are listed; all are counted.
const LISTED_MAX: usize = 20;
/// Seconds of a minute and of an hour.
const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 60 * MINUTE_S;

/// One sender's way in.
#[derive(Clone)]
pub struct PushDoor {
    /// Who it is to the database.
    pub sender: Sender,
    /// What the sender has to show.
    pub token: Secret,
    /// What the sender may.
    pub settings: Push,
    /// Where the posts go.
    pub intake: Arc<Intake>,
}

/// Who has asked how often, and who is being served.
pub(super) struct Pushes {
    turns: Semaphore,
    /// For each sender the minute since 1970 and the requests in it.
    minutes: Mutex<HashMap<String, (i64, u32)>>,
}

impl Default for Pushes {
    fn default() -> Self {
        Self { turns: Semaphore::new(AT_ONCE_MAX), minutes: Mutex::default() }
    }
}

/// What became of the posts.
#[derive(Debug, Serialize)]
pub(super) struct Taken {
    new: usize,
    known: usize,
    rejected: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Reject>,
}

/// One that is no post: its line, or its number in the array.
#[derive(Debug, Serialize)]
struct Reject {
    post: usize,
    error: String,
}

pub(super) async fn push(
    State(shared): State<Arc<Shared>>,
    request: Request,
) -> Result<(StatusCode, Json<Taken>), Problem> {
    let until = shared.until();
    let door = known(&shared.web.push, request.headers())?;
    let now_s = shared.web.clock.now().timestamp();
    shared.pushes.admit(door, now_s)?;
    let form = form(request.headers())?;
    let Ok(_turn) = shared.pushes.turns.try_acquire() else {
        let what = "others are sending posts; send these again after the seconds in Retry-After";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, what));
    };
    let body = receiving::body(request.into_body(), door.settings.body_bytes_max, until).await?;
    let pushed = read(&body, form, door.settings.batch_posts_max).map_err(|why| unread(&why))?;
    drop(body);
    let rejected = pushed.rejects.len();
    let listed = pushed.rejects.iter().take(LISTED_MAX);
    let errors: Vec<Reject> =
        listed.map(|(post, error)| Reject { post: *post, error: error.clone() }).collect();
    let nothing = pushed.entries.is_empty();
    let wanted = pushed.entries.len();
    let kept = door.intake.take(&door.sender, pushed).await.map_err(|error| {
        tracing::error!(error = format!("{error:#}"), "posts could not be stored");
        let what = "the posts could not be stored; send them again";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, what)
    })?;
    if nothing {
        let why = errors.first().map_or("there are none".to_owned(), |first| {
            format!("{rejected} are none, the first of them number {}: {}", first.post, first.error)
        });
        let what = format!("no posts to take in: {why}");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, what));
    }
    if kept.over > 0 {
        let most = door.settings.posts_hourly_max;
        if wanted as u64 > u64::from(most) {
            let what = format!("more posts than the {most} of an hour; send fewer at once");
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, what));
        }
        let what = format!("the {most} new posts of this hour are used up; send them all again");
        let wait = HOUR_S - now_s.rem_euclid(HOUR_S);
        return Err(too_many(what, wait));
    }
    Ok((StatusCode::ACCEPTED, Json(Taken { new: kept.new, known: kept.known, rejected, errors })))
}

/// The sender whose token the request shows. Every token is compared, and only hashes of them, so
/// that the time it takes tells nothing.
fn known<'a>(doors: &'a [PushDoor], headers: &HeaderMap) -> Result<&'a PushDoor, Problem> {
    if doors.is_empty() {
        let what = "nobody may send posts here: the operator has configured no [feed.push.NAME]";
        return Err(Problem::new(StatusCode::NOT_FOUND, what));
    }
    let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.split_once(' '));
    let shown = shown.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let shown = Sha256::digest(shown.map_or("", |(_, token)| token.trim()));
    let mut known = None;
    for door in doors {
        let token = Sha256::digest(door.token.reveal());
        if bool::from(token.ct_eq(&shown)) {
            known = Some(door);
        }
    }
    known.ok_or_else(|| {
        let what = "the token is missing or unknown; send Authorization: Bearer TOKEN";
        Problem::new(StatusCode::UNAUTHORIZED, what)
    })
}

fn form(headers: &HeaderMap) -> Result<Form, Problem> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Form::of_media_type(given).ok_or_else(|| {
        let what = "the body must be JSON; send Content-Type: application/json with a post or an \
                    array of them, or application/x-ndjson with one a line";
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what)
    })
}

fn unread(why: &Unread) -> Problem {
    let status = match why {
        Unread::Broken(_) => StatusCode::BAD_REQUEST,
        Unread::TooMany { .. } => StatusCode::PAYLOAD_TOO_LARGE,
    };
    Problem::new(status, why.to_string())
}

fn too_many(what: String, wait_s: i64) -> Problem {
    let wait_s = u64::try_from(wait_s).unwrap_or_default().max(1);
    Problem::new(StatusCode::TOO_MANY_REQUESTS, what).retry_after(wait_s)
}

impl Pushes {
    /// Counts a request of a sender; refused if there were too many in this minute by the clock.
    fn admit(&self, door: &PushDoor, now_s: i64) -> Result<(), Problem> {
        let mut minutes = self.minutes.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now_s.div_euclid(MINUTE_S);
        let counted = minutes.entry(door.sender.source.clone()).or_default();
        if counted.0 != minute {
            *counted = (minute, 0);
        }
        counted.1 = counted.1.saturating_add(1);
        let most = door.settings.requests_minute_max;
        if counted.1 > most {
            let what = format!("more than {most} requests in a minute; put more posts into each");
            return Err(too_many(what, MINUTE_S - now_s.rem_euclid(MINUTE_S)));
        }
        Ok(())
    }
}
