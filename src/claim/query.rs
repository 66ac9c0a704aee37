//! `Query`: what a post asks of the index. Cleaned of what people did not write themselves.

use chrono::{Datelike, NaiveDate};

use super::analysis::{Analyzers, Term};
use super::post::Post;
use super::review::address_key;
use super::text::{language, normalise};

/// Most characters of a post that are read; the rest says nothing new.
const POST_CHARS_MAX: usize = 8_000;
/// Most distinct words of a post that are looked up.
const QUERY_TERMS_MAX: usize = 256;
/// Most addresses of a post that are looked up.
const QUERY_URLS_MAX: usize = 8;
/// Most pictures whose words are read, and most characters of each.
const ALTS_MAX: usize = 8;
const ALT_CHARS_MAX: usize = 2_000;

/// What a post asks of the index.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Distinct words, in order.
    pub terms: Vec<Term>,
    /// How many of them the post's text has.
    pub text_terms: usize,
    /// How many of them its text and its author's name have; only pictures have the rest.
    pub own_terms: usize,
    /// Normalised addresses in or beside the text.
    pub urls: Vec<String>,
    /// Languages the words were stemmed in, the likeliest first.
    pub languages: Vec<String>,
    /// The cleaned text, and below it what the pictures say.
    pub text: String,
    /// Words of the text that no check has, in lower case, each with the one it was likely meant
    /// for.
    pub mended: Vec<(String, String)>,
    /// Day it was posted, where an embedded post says so, in days from the common era; else 0.
    pub day: i32,
}

impl Query {
    /// Reads a post.
    pub fn of(post: &Post, analyzers: &Analyzers) -> Self {
        let (text, mut urls) = clean(&post.text);
        let day = posted(super::text::cut_at_word(&post.text, POST_CHARS_MAX));
        urls.extend(post.urls.iter().cloned());
        urls.truncate(QUERY_URLS_MAX);
        let seen = pictures(&post.alt);
        let author = post.author.as_deref().unwrap_or_default();
        let languages = match seen.as_str() {
            "" => languages_of(&text, post.lang.as_deref()),
            seen => languages_of(&format!("{text}\n{seen}"), post.lang.as_deref()),
        };
        let codes: Vec<&str> = languages.iter().map(String::as_str).collect();
        let parts = [text.as_str(), author, seen.as_str()];
        let (terms, [text_terms, own_terms, _]) =
            analyzers.query_terms(parts, &codes, QUERY_TERMS_MAX);
        let text = if seen.is_empty() { text } else { format!("{text}\n{seen}") };
        Self {
            terms,
            text_terms,
            own_terms,
            urls: urls.iter().map(|url| address_key(url)).collect(),
            languages,
            text,
            mended: Vec::new(),
            day,
        }
    }

    /// Distinct words of the field of the post that has most of them: its text, or its pictures.
    pub fn field_words(&self) -> usize {
        self.text_terms.max(self.terms.len() - self.own_terms.min(self.terms.len()))
    }

    /// Whether the post is an address and nothing else worth looking up.
    pub fn is_only_links(&self) -> bool {
        self.terms.is_empty() && !self.urls.is_empty()
    }
}

/// What a post's pictures say, in one.
fn pictures(alt: &[String]) -> String {
    let read = |alt: &String| clean(super::text::cut_at_word(alt, ALT_CHARS_MAX)).0;
    let said = alt.iter().take(ALTS_MAX).map(read).filter(|said| !said.is_empty());
    said.collect::<Vec<_>>().join("\n")
}

/// Languages to stem in: the detected one where that is reliable, else the hint, else the guess
/// with the languages most checks are in.
fn languages_of(text: &str, hint: Option<&str>) -> Vec<String> {
    let hint = hint.and_then(|tag| tag.get(..2)).map(str::to_lowercase);
    let found = language(text);
    let mut languages: Vec<String> = Vec::new();
    let mut add = |code: &str| {
        if !languages.iter().any(|known| known == code) {
            languages.push(code.to_owned());
        }
    };
    match (found, hint) {
        (Some(found), _) if found.reliable => add(found.code),
        (found, Some(hint)) => {
            add(&hint);
            if let Some(found) = found {
                add(found.code);
            }
        }
        (found, None) => {
            if let Some(found) = found {
                add(found.code);
            }
            for code in ["en", "es", "pt", "fr", "de"] {
                add(code);
            }
        }
    }
    languages
}

/// Takes addresses, HTML entities and the signature of an embedded tweet off a text; returns the
/// words that are left and the addresses.
pub fn clean(text: &str) -> (String, Vec<String>) {
    let text = unescape(super::text::cut_at_word(text, POST_CHARS_MAX));
    let text = without_tweet_signature(&text);
    let mut urls = Vec::new();
    let mut words = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        match address_in(word) {
            Some((before, address)) => {
                words.push_str(before);
                urls.push(address.to_owned());
            }
            None => words.push_str(word),
        }
        words.push(' ');
    }
    (normalise(&words), urls)
}

/// The address in a word that is or ends in one, with what stands before it.
fn address_in(word: &str) -> Option<(&str, &str)> {
    let start = ["http://", "https://", "www.", "pic.twitter.com/", "t.co/"]
        .iter()
        .filter_map(|prefix| find_ignoring_case(word, prefix))
        .min()?;
    let (before, address) = word.split_at(start);
    let address =
        address.trim_end_matches(['.', ',', ')', ']', '"', '\'', '…', '!', '?', ';', '>']);
    Some((before, address))
}

fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    text.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle))
}

/// Embedded tweets end in `— Display Name (@handle) February 25, 2016`: the name says who is spoken
/// of, handle and date say nothing.
fn without_tweet_signature(text: &str) -> String {
    let Some(dash) = text.rfind("— ") else {
        return text.to_owned();
    };
    let (head, signature) = text.split_at(dash);
    match signature.find(" (@") {
        Some(handle) => format!("{head} {}", &signature["— ".len()..handle.max("— ".len())]),
        None => text.to_owned(),
    }
}

/// The day in the signature of an embedded tweet; 0 if there is none.
fn posted(text: &str) -> i32 {
    let signature = text.rfind("— ").map(|dash| &text[dash..]);
    let date = signature.and_then(|signature| signature.rsplit_once(") ")).map(|(_, date)| date);
    let day = date.and_then(|date| NaiveDate::parse_from_str(date.trim(), "%B %d, %Y").ok());
    day.map_or(0, |day| day.num_days_from_ce())
}

/// Replaces the HTML entities that networks leave in posts; doubly escaped ones too.
pub fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..2 {
        if !text.contains('&') {
            break;
        }
        text = unescape_once(&text);
    }
    text
}

fn unescape_once(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    let number = name.strip_prefix('#').map(|number| {
        match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        }
        .ok()
        .and_then(char::from_u32)
    });
    match (number, name) {
        (Some(c), _) => c,
        (None, "amp") => Some('&'),
        (None, "lt") => Some('<'),
        (None, "gt") => Some('>'),
        (None, "quot") => Some('"'),
        (None, "apos") => Some('\''),
        (None, "nbsp") => Some(' '),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_did_not_write_comes_off() {
        let (text, urls) = clean(
            "Illinois GOP bill &amp;amp; single moms &#39;now&#39;: https://t.co/wDGczl94dF. \
             — Morgan Fairchild (@morgfair) February 25, 2016",
        );
        assert_eq!(text, "Illinois GOP bill & single moms 'now': Morgan Fairchild");
        assert_eq!(urls, ["https://t.co/wDGczl94dF"]);
    }

    #[test]
    fn a_post_that_is_only_a_link_says_so() {
        let analyzers = Analyzers::new();
        let query =
            Query::of(&Post::of("HTTPS://www.Snopes.com/fact-check/x/?utm_source=a#b"), &analyzers);
        assert!(query.is_only_links());
        assert_eq!(query.urls, ["snopes.com/fact-check/x"]);
    }

    #[test]
    fn what_pictures_say_is_asked_too_but_known_as_theirs() {
        let analyzers = Analyzers::new();
        let post = Post {
            author: Some("Morgan Fairchild".to_owned()),
            alt: vec!["A shark swims past https://x.org/a".to_owned(), " ".to_owned()],
            ..Post::of("wow, the highway")
        };
        let query = Query::of(&post, &analyzers);
        assert_eq!(query.text, "wow, the highway\nA shark swims past");
        let surfaces = |terms: &[Term]| {
            terms.iter().map(|term| term.surface.clone()).collect::<Vec<_>>().join(" ")
        };
        let (own, pictures) = query.terms.split_at(query.own_terms);
        assert_eq!(surfaces(own), "wow highway morgan fairchild");
        assert_eq!(surfaces(pictures), "shark swims past");
        assert_eq!((query.text_terms, query.field_words()), (2, 3));
        assert!(query.urls.is_empty(), "an address in a picture is nobody's link");

        let many = vec!["word ".repeat(10_000); 1_000];
        let query = Query::of(&Post { alt: many, ..Post::of("") }, &analyzers);
        assert!(query.text.len() <= ALTS_MAX * (ALT_CHARS_MAX + 1));
        assert_eq!(query.own_terms, 0);
    }

    #[test]
    fn odd_entities_and_cuts_never_break() {
        for text in
            ["&", "&#;", "&#x110000;", "&é;", "— (@", "— x (@", "a— (@b", "&am", "w&w.w", "éwww."]
        {
            clean(text);
        }
    }
}
