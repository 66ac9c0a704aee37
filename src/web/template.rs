//! The page as HTML. The template escapes everything but what `markup` made, which escapes itself.

use askama::Template;

use crate::claim::words::{Lang, Words};

/// One page; every field but `Told`'s markup is escaped by the template.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!doctype html>
<html lang="{{ lang.code() }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{%- if !q.is_empty() || lost %}
<meta name="robots" content="noindex">
{%- endif %}
<title>{% if told.is_some() %}{{ self.say("page-answer") }} · {% endif %}{{ self.say("page-title") }} · claimwatch</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>{{ self.say("page-title") }}</h1>
{%- if lost %}
<p role="alert" class="notice">{{ notice.as_deref().unwrap_or_default() }}</p>
<p><a href="/">{{ self.say("page-home") }}</a></p>
{%- else %}
{%- if q.is_empty() %}
<p>{{ self.say("page-lead") }}</p>
{%- endif %}
<form method="get" action="/" role="search">
<label for="q">{{ self.say("page-label") }}</label>
<textarea id="q" name="q" rows="3" maxlength="{{ text_chars_max }}" required dir="auto">
{{ q }}</textarea>
<input type="hidden" name="lang" value="{{ lang.code() }}">
<button type="submit">{{ self.say("page-button") }}</button>
</form>
{%- if let Some(notice) = notice %}
<p role="alert" class="notice">{{ notice }}</p>
{%- endif %}
{%- if let Some(told) = told %}
<section class="answer {{ told.decision }}" aria-labelledby="answer">
<h2 id="answer">{{ self.say("page-answer") }}</h2>
<div class="reply">
{{ told.markup|safe }}
{%- if told.matched %}<p class="note">{{ self.say("page-matched") }}</p>
{%- endif %}
</div>
{%- if !told.sections.is_empty() %}
<h3>{{ told.more }}</h3>
{%- for part in told.sections %}
<details lang="{{ told.language }}">
<summary dir="auto">{{ part.heading }}</summary>
{{ part.markup|safe }}</details>
{%- endfor %}
{%- endif %}
{%- if !told.sources.is_empty() %}
<details>
<summary>{{ told.sources_heading }}</summary>
<ol>
{%- for source in told.sources %}
<li value="{{ source.n }}" dir="auto">{{ source.markup|safe }}</li>
{%- endfor %}
</ol>
</details>
{%- endif %}
</section>
{%- endif %}
{%- endif %}
</main>
<footer>
<p>{{ self.say("page-who") }} {{ self.say("page-kept") }}</p>
<nav aria-label="{{ self.say("page-language") }}">
<ul>
{%- for tongue in tongues %}
<li><a href="{{ tongue.address }}" lang="{{ tongue.code }}" hreflang="{{ tongue.code }}"{% if tongue.current %} aria-current="true"{% endif %}>{{ tongue.name }}</a></li>
{%- endfor %}
</ul>
</nav>
</footer>
</body>
</html>
"##
)]
pub(super) struct Page<'a> {
    pub(super) words: &'a Words,
    pub(super) lang: Lang,
    /// What was asked.
    pub(super) q: &'a str,
    pub(super) text_chars_max: usize,
    pub(super) tongues: Vec<Tongue>,
    /// What went wrong, if something did.
    pub(super) notice: Option<String>,
    pub(super) told: Option<Told>,
    /// There is no such page: no form either.
    pub(super) lost: bool,
}

/// A link to the same page in another language.
pub(super) struct Tongue {
    pub(super) code: &'static str,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) current: bool,
}

/// An answer; its markup is made by `markup`, which escapes.
pub(super) struct Told {
    pub(super) decision: &'static str,
    pub(super) markup: String,
    pub(super) matched: bool,
    pub(super) more: String,
    /// Language of the check, empty (as HTML wants it) if it is not known.
    pub(super) language: String,
    pub(super) sections: Vec<Part>,
    pub(super) sources_heading: String,
    pub(super) sources: Vec<Numbered>,
}

pub(super) struct Part {
    pub(super) heading: String,
    pub(super) markup: String,
}

pub(super) struct Numbered {
    pub(super) n: usize,
    pub(super) markup: String,
}

impl Page<'_> {
    /// One of the page's own sentences.
    pub(super) fn say(&self, key: &str) -> String {
        self.words.say(self.lang, key, &[])
    }
}
