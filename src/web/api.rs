//! `POST /api/v1/ask`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::asking::{self, NoAnswer, TEXT_CHARS_MAX};
use super::problem::Problem;
use super::{Shared, receiving};
use crate::claim::answer::Answer;
use crate::claim::post::Post;
use crate::claim::words::Words;

/// Characters of a language that nobody knows, as it is told.
const LANG_CHARS_SHOWN: usize = 40;

/// What is posted. Further keys are left for later versions of ours.
#[derive(Deserialize)]
struct Question {
    text: String,
    /// Language to answer in.
    #[serde(default)]
    lang: Option<String>,
    /// Echoed in the answer.
    #[serde(default)]
    id: Option<String>,
}

pub(super) async fn ask(
    State(shared): State<Arc<Shared>>,
    request: Request,
) -> Result<Json<Answer>, Problem> {
    let until = shared.until();
    check_media_type(request.headers())?;
    let body = receiving::body(request.into_body(), shared.body_bytes_max, until).await?;
    let question = read(&body)?;
    check_language(&shared.web.words, question.lang.as_deref())?;
    let post = Post { id: question.id, ..Post::of(question.text) };
    match asking::ask(&shared, post, question.lang, until).await {
        Ok((mut answer, reply)) => {
            answer.reply = Some(reply.plain());
            Ok(Json(answer))
        }
        Err(NoAnswer::Busy) => {
            let what = "too many questions at once; ask again after the seconds in Retry-After";
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, what))
        }
        Err(NoAnswer::Starting) => {
            let what = "the program is starting; ask again when /readyz says that it is ready";
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, what))
        }
        Err(NoAnswer::Failed) => {
            let what = "the question could not be looked up; the log says why";
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, what))
        }
    }
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "application/json" || essence.ends_with("+json") {
        return Ok(());
    }
    let what = "the body must be JSON; send Content-Type: application/json";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what))
}

/// An answer in another language than the one that was asked for would be none to whoever reads
/// that one only.
fn check_language(words: &Words, wanted: Option<&str>) -> Result<(), Problem> {
    let Some(wanted) = wanted.filter(|tag| words.lang(tag).is_none()) else { return Ok(()) };
    let wanted: String = wanted.chars().take(LANG_CHARS_SHOWN).collect();
    let known = words.languages().join(", ");
    let what = format!(
        "there are no words in {wanted:?} yet; send one of {known} as \"lang\", or leave it out"
    );
    Err(Problem::new(StatusCode::BAD_REQUEST, what))
}

fn read(body: &[u8]) -> Result<Question, Problem> {
    let question: Question = serde_json::from_slice(body).map_err(|error| {
        let status = if error.is_data() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::BAD_REQUEST
        };
        let what = format!("{error}; send {{\"text\": \"...\"}}, with \"lang\" if you like");
        Problem::new(status, what)
    })?;
    let unfit = |what| Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, what));
    if question.text.trim().is_empty() {
        return unfit("text is empty; send what is to be checked".to_owned());
    }
    if question.text.chars().count() > TEXT_CHARS_MAX {
        return unfit(format!(
            "text is longer than {TEXT_CHARS_MAX} characters; send the claim only"
        ));
    }
    Ok(question)
}
