//! Sources of published checks: wire format in, `ClaimReview`s and rejects out. Pure: bytes come
//! in, nothing is fetched; addresses to fetch next go out as links.

use chrono::NaiveDate;
use url::Url;

use crate::claim::review::ClaimReview;

pub mod settings;

mod address;
mod article;
mod blocks;
mod charset;
mod claimreview;
mod compressed;
mod dates;
mod feed;
mod google;
mod html;
mod json;
mod json_line;
mod jsonld;
mod language;
mod loose_feed;
mod microdata;
mod plain;
mod prune;
mod recognise;
mod refusal;
mod settle;
mod sitemap;
mod wall;

pub use compressed::decompress;
pub use dates::day;
pub use json_line::read_line;
pub use recognise::{HEAD_BYTES, recognise};
pub use wall::wall;

/// Something that could not be taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Where in the bytes: `line 12`, `item 3`, `@graph[2]`, `page`.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

/// A page to fetch next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its address.
    pub url: String,
    /// The title the source gives it.
    pub title: Option<String>,
    /// The day the source gives it.
    pub published: Option<NaiveDate>,
}

/// Everything that was in some bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Checks, each with its place in the bytes.
    pub reviews: Vec<(String, ClaimReview)>,
    /// What could not be taken in.
    pub rejects: Vec<Reject>,
    /// Pages to fetch next.
    pub links: Vec<Link>,
    /// Further sitemaps to fetch.
    pub sitemaps: Vec<String>,
}

impl Parsed {
    fn reject(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.rejects.push(Reject { place: place.into(), reason: reason.into() });
    }

    /// Settles a raw review and keeps it, or lists why not.
    fn take(&mut self, place: String, mut review: ClaimReview, base: Option<&Url>) {
        match settle::settle(&mut review, base) {
            Ok(()) => self.reviews.push((place, review)),
            Err(reason) => self.reject(place, reason),
        }
    }
}

/// What is known about bytes from outside of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    /// Where they are from; resolves relative links, names an article without an address.
    pub url: Option<&'a str>,
    /// `Content-Type` as the server gave it.
    pub content_type: Option<&'a str>,
    /// Day the feed or sitemap gave the page.
    pub published: Option<NaiveDate>,
    /// Title the feed gave the page.
    pub title: Option<&'a str>,
}

impl About<'_> {
    fn base(&self) -> Option<Url> {
        self.url.and_then(|url| Url::parse(url).ok())
    }
}

/// The forms that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One `ClaimReview` a line.
    JsonLines,
    /// A `ClaimReview`, a list or a graph with some.
    ClaimReviewJson,
    /// A Data Commons dump.
    DataFeed,
    /// An answer of Google's Fact Check Tools.
    GoogleFactCheck,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// A web page.
    Html,
    /// An article as plain text.
    Article,
}

/// Reads everything that is in `bytes`. Never fails as a whole: what cannot be taken in is a
/// reject.
pub fn read(form: Form, bytes: &[u8], about: &About<'_>) -> Parsed {
    match form {
        Form::JsonLines => json::lines(bytes),
        Form::ClaimReviewJson | Form::DataFeed | Form::GoogleFactCheck => {
            json::document(bytes, about)
        }
        Form::Feed => feed::read(bytes, about),
        Form::Sitemap => sitemap::read(bytes, about),
        Form::Html => html::read(bytes, about),
        Form::Article => article::read(bytes, about),
    }
}
