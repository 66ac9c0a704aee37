//! The search page: works without scripts, in every shipped language, with the bot's own words.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use url::form_urlencoded;

use super::asking::{self, NoAnswer, TEXT_CHARS_MAX};
use super::problem::RETRY_AFTER_S;
use super::template::{Numbered, Page, Part, Told, Tongue};
use super::{Shared, markup};
use crate::claim::answer::{Answer, Decision, Match};
use crate::claim::post::Post;
use crate::claim::reply::{self, Reply};
use crate::claim::words::{Lang, Value, Words};

/// Most sections shown of a check, and most characters of one.
const SECTIONS_MAX: usize = 24;
const SECTION_CHARS_MAX: usize = 8_000;
/// Most sources listed of a check, and most characters of one's name.
const SOURCES_MAX: usize = 100;
const SOURCE_CHARS_MAX: usize = 200;
/// Longest host shown behind a source.
const HOST_CHARS_MAX: usize = 60;
/// Most languages read of what a browser would like.
const LANGUAGES_MAX: usize = 16;
/// How long the style may be kept by browsers.
const STYLE_KEPT: &str = "public, max-age=3600";
/// How long they may remember that there is no icon.
const ICON_KEPT: &str = "public, max-age=86400";

/// What was asked of the page.
#[derive(Default)]
struct Wanted {
    q: String,
    lang: Option<String>,
}

impl Wanted {
    fn of(query: Option<&str>) -> Self {
        let mut wanted = Self::default();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match &*name {
                "q" if wanted.q.is_empty() => wanted.q = value.trim().to_owned(),
                "lang" if wanted.lang.is_none() => wanted.lang = Some(value.into_owned()),
                _ => {}
            }
        }
        wanted
    }
}

/// `GET /` and `GET /?q=...&lang=...`.
pub(super) async fn search(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let wanted = Wanted::of(request.uri().query());
    let words = &shared.web.words;
    let lang = language(words, wanted.lang.as_deref(), request.headers());
    let mut page = Page::of(words, lang, &wanted.q);
    if wanted.q.is_empty() {
        return page.response(StatusCode::OK);
    }
    if wanted.q.chars().count() > TEXT_CHARS_MAX {
        let count = words.number(lang, TEXT_CHARS_MAX);
        page.notice = Some(words.say(lang, "page-long", &[("count", count.into())]));
        return page.response(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let post = Post::of(wanted.q.clone());
    let asked = asking::ask(&shared, post, Some(lang.code().to_owned()), shared.until()).await;
    let (status, notice) = match asked {
        Ok((answer, reply)) => {
            page.told = Some(Told::of(words, lang, &answer, reply));
            (StatusCode::OK, None)
        }
        Err(NoAnswer::Starting) => (StatusCode::SERVICE_UNAVAILABLE, Some("page-failed")),
        Err(NoAnswer::Busy) => (StatusCode::SERVICE_UNAVAILABLE, Some("page-busy")),
        Err(NoAnswer::Failed) => (StatusCode::INTERNAL_SERVER_ERROR, Some("page-failed")),
    };
    page.notice = notice.map(|key| page.say(key));
    page.response(status)
}

/// What is told where there is no page, or none for what was sent.
pub(super) fn lost(shared: &Shared, headers: &HeaderMap, status: StatusCode) -> Response {
    let words = &shared.web.words;
    let mut page = Page::of(words, language(words, None, headers), "");
    page.lost = true;
    let is_refused = status == StatusCode::METHOD_NOT_ALLOWED;
    page.notice = Some(page.say(if is_refused { "page-method" } else { "page-lost" }));
    page.response(status)
}

/// `GET /style.css`.
pub(super) async fn style() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, STYLE_KEPT)];
    (headers, include_str!("style.css"))
}

/// `GET /favicon.ico`: browsers ask for one by themselves. There is none, and they need not ask
/// again for a while.
pub(super) async fn icon() -> impl IntoResponse {
    (StatusCode::NO_CONTENT, [(CACHE_CONTROL, ICON_KEPT)])
}

impl<'a> Page<'a> {
    fn of(words: &'a Words, lang: Lang, q: &'a str) -> Self {
        let tongues = words.langs().map(|other| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("lang", other.code());
            if !q.is_empty() {
                query.append_pair("q", q);
            }
            Tongue {
                code: other.code(),
                name: words.say(other, "own-name", &[]),
                address: format!("/?{}", query.finish()),
                current: other == lang,
            }
        });
        let tongues = tongues.collect();
        let (notice, told, lost) = (None, None, false);
        Self { words, lang, q, text_chars_max: TEXT_CHARS_MAX, tongues, notice, told, lost }
    }

    fn response(&self, status: StatusCode) -> Response {
        let html = match self.render() {
            Ok(html) => html,
            Err(error) => {
                tracing::error!(%error, "the page could not be written");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        let mut response = (status, Html(html)).into_response();
        let headers = response.headers_mut();
        headers.insert(VARY, HeaderValue::from_static("accept-language"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_S));
        }
        response
    }
}

impl Told {
    fn of(words: &Words, lang: Lang, answer: &Answer, mut reply: Reply) -> Self {
        let say = |key: &str, name: &str, value: Value<'_>| words.say(lang, key, &[(name, value)]);
        // The last line invites to tell us by a button, which is not here; the page has its own.
        let invitation = words.say(lang, "matched", &[]);
        let matched = answer.decision != Decision::None;
        if let Some(rest) = reply.text.strip_suffix(&invitation) {
            reply.text.truncate(rest.trim_end().len());
        }
        let first = answer.matches.first().filter(|_| matched);
        let sources = first.map(sources).unwrap_or_default();
        let count = words.number(lang, first.map_or(0, |first| first.sources.len()));
        let publisher = first.map(|first| reply::clean(&first.publisher)).unwrap_or_default();
        Self {
            decision: answer.decision.name(),
            markup: reply::html::html(&reply),
            matched,
            more: say("page-more", "publisher", publisher.into()),
            language: first.and_then(|first| first.in_language.clone()).unwrap_or_default(),
            sections: first.map(|first| sections(words, lang, first)).unwrap_or_default(),
            sources_heading: say("page-sources", "count", count.into()),
            sources,
        }
    }
}

fn sections(words: &Words, lang: Lang, given: &Match) -> Vec<Part> {
    let parts = given.sections.iter().take(SECTIONS_MAX).map(|part| {
        let heading = part.heading.as_deref().map(reply::clean).filter(|text| !text.is_empty());
        Part {
            heading: heading.unwrap_or_else(|| words.say(lang, "page-section", &[])),
            markup: markup::paragraphs(&cut(&reply::clean_lines(&part.text), SECTION_CHARS_MAX)),
        }
    });
    parts.filter(|part| !part.markup.is_empty()).collect()
}

fn sources(given: &Match) -> Vec<Numbered> {
    let listed = given.sources.iter().take(SOURCES_MAX).filter_map(|source| {
        let name = source.name.as_deref().map(reply::clean).unwrap_or_default();
        let name = cut(&name, SOURCE_CHARS_MAX);
        let url = source.url.as_deref().unwrap_or_default();
        let host = reply::shown_host(url, HOST_CHARS_MAX);
        let shown = match host {
            // Whose page a link opens is always seen.
            Some(host) if name.is_empty() || name.contains("://") => host,
            Some(host) => format!("{name} ({host})"),
            None => name,
        };
        (!shown.is_empty())
            .then(|| Numbered { n: source.n, markup: reply::html::link(url, &shown) })
    });
    listed.collect()
}

/// The beginning of a long text, its cut seen.
fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// The language of the page: what was chosen, else what the browser would like best.
fn language(words: &Words, chosen: Option<&str>, headers: &HeaderMap) -> Lang {
    let liked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let liked = liked.map(liked_languages).unwrap_or_default();
    let wanted: Vec<&str> = chosen.into_iter().chain(liked).collect();
    words.choose(&wanted)
}

/// The tags of an `Accept-Language`, best first.
fn liked_languages(header: &str) -> Vec<&str> {
    let mut tags: Vec<(&str, f32)> = header
        .split(',')
        .take(LANGUAGES_MAX)
        .filter_map(|entry| {
            let (tag, weight) = entry.split_once(';').unwrap_or((entry, "q=1"));
            let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
            Some((tag.trim(), weight?))
        })
        .filter(|(tag, weight)| !tag.is_empty() && *weight > 0.0)
        .collect();
    tags.sort_by(|one, other| other.1.total_cmp(&one.1));
    tags.into_iter().map(|(tag, _)| tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_come_in_the_order_they_are_liked() {
        assert_eq!(
            liked_languages("fr-CH, en;q=0.8, de;q=0.9, *;q=0.5"),
            ["fr-CH", "de", "en", "*"]
        );
        assert_eq!(liked_languages("es;q=0, ,pt ; q=0.3,x;q=NaN,y;z"), ["pt"]);
        assert_eq!(liked_languages(&"de,".repeat(1_000)).len(), LANGUAGES_MAX);
    }

    #[test]
    fn long_texts_are_cut_where_it_is_seen() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äö ü", 3), "äö…");
    }

    #[test]
    fn the_first_of_each_parameter_counts() {
        let wanted = Wanted::of(Some("q=+a%20b+&q=c&lang=de&lang=fr&x"));
        assert_eq!((wanted.q.as_str(), wanted.lang.as_deref()), ("a b", Some("de")));
        assert_eq!(Wanted::of(Some("q=%FF%00")).q, "\u{fffd}\0");
    }
}
