//! Posts that are handed to us: one JSON object, an array of them, or one a line.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::Entry;
use crate::claim::post::Post;
use crate::claim::review::hash_hex;
use crate::claim::written::{wrong_with, wrong_with_line};

/// Most characters of a post that are kept; the matcher reads no more of it.
pub const TEXT_CHARS_MAX: usize = 8_000;
/// Longest identifier, author and address, in characters.
const LINE_CHARS_MAX: usize = 500;
/// Most addresses, and most texts of pictures, of one post.
const URLS_MAX: usize = 8;
/// Longest complaint about a post, in characters.
const WHY_CHARS_MAX: usize = 200;

/// What would be read.
const LIKE: &str = r#"send one object for each post, like {"id":"1","text":"..."}"#;
/// Fields of a post that hold a text, beside those that every post may have.
const TEXTS: [&str; 1] = ["published"];

/// A post as it is handed over.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a JSON object")]
struct Written {
    #[serde(default)]
    id: Option<String>,
    text: String,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    urls: Vec<String>,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    alt: Vec<String>,
}

/// How posts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One object, or an array of them.
    Json,
    /// One object a line.
    Lines,
}

impl Form {
    /// The form of a media type, its parameters ignored; `None` for any other.
    pub fn of_media_type(text: &str) -> Option<Self> {
        let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/json" => Some(Self::Json),
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonlines" => Some(Self::Lines),
            _ => None,
        }
    }
}

/// What was handed over: posts, and what is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pushed {
    /// The posts in their own order.
    pub entries: Vec<Entry>,
    /// What is no post: its number, from 1, and why.
    pub rejects: Vec<(usize, String)>,
}

/// Why nothing of it can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It is no JSON; why, and what would be.
    #[error("{0}")]
    Broken(String),
    /// There are too many posts in it.
    #[error("more than {posts_max} posts at once; send fewer")]
    TooMany {
        /// The limit.
        posts_max: usize,
    },
}

/// Reads what was handed over, at most `posts_max` posts. One that is no post does not spoil the
/// others.
///
/// # Errors
/// See [`Unread`].
pub fn read(bytes: &[u8], form: Form, posts_max: usize) -> Result<Pushed, Unread> {
    let mut pushed = Pushed::default();
    let mut take = |number: usize, entry: Result<Entry, String>| {
        match entry {
            Ok(entry) => pushed.entries.push(entry),
            Err(why) => pushed.rejects.push((number, why)),
        }
        if pushed.entries.len() + pushed.rejects.len() > posts_max {
            return Err(Unread::TooMany { posts_max });
        }
        Ok(())
    };
    match form {
        Form::Json => {
            match serde_json::from_slice(bytes).map_err(|error| broken(bytes, &error))? {
                Value::Array(values) => {
                    for (at, value) in values.into_iter().enumerate() {
                        take(at + 1, of_value(&value))?;
                    }
                }
                value => take(1, of_value(&value))?,
            }
        }
        Form::Lines => {
            for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
                if !line.trim_ascii().is_empty() {
                    take(at + 1, self::line(line))?;
                }
            }
        }
    }
    Ok(pushed)
}

/// Why a body is no JSON, and what would be.
fn broken(bytes: &[u8], error: &serde_json::Error) -> Unread {
    Unread::Broken(if let Err(error) = std::str::from_utf8(bytes) {
        format!("byte {} is no UTF-8; send the body in UTF-8", error.valid_up_to() + 1)
    } else if error.is_eof() {
        format!("the body ends before its JSON does; {LIKE}")
    } else {
        format!("no JSON from line {}, column {} on; {LIKE}", error.line(), error.column())
    })
}

/// Reads one post from its line.
///
/// # Errors
/// Why it is none, and what to write.
pub fn line(bytes: &[u8]) -> Result<Entry, String> {
    // A list of the values in their order would be read, too.
    if bytes.trim_ascii_start().first() == Some(&b'{')
        && let Ok(written) = serde_json::from_slice(bytes)
    {
        return entry(written);
    }
    Err(short(&format!("no post: {}", wrong_with_line(bytes, &TEXTS))))
}

fn of_value(value: &Value) -> Result<Entry, String> {
    match Written::deserialize(value) {
        Ok(written) if value.is_object() => entry(written),
        _ => Err(short(&format!("no post: {}", wrong_with(value, &TEXTS, LIKE)))),
    }
}

fn entry(written: Written) -> Result<Entry, String> {
    let Written { id, text, lang, urls, author, published, alt } = written;
    for (key, value) in [("id", &id), ("lang", &lang), ("author", &author)] {
        if value.as_ref().is_some_and(|value| value.chars().nth(LINE_CHARS_MAX).is_some()) {
            return Err(format!("`{key}` is longer than {LINE_CHARS_MAX} characters"));
        }
    }
    if urls.len() > URLS_MAX || alt.len() > URLS_MAX {
        return Err(format!("more than {URLS_MAX} of `urls` or `alt`"));
    }
    if let Some(at) = urls.iter().position(|url| !is_web(url)) {
        return Err(format!("`urls`: number {} is no http address", at + 1));
    }
    let published = published.as_deref().map(date).transpose()?;
    let text = first_chars(text);
    let alt = alt.into_iter().filter(|words| !words.trim().is_empty());
    let alt: Vec<String> = alt.map(first_chars).collect();
    if text.trim().is_empty() && alt.is_empty() && urls.is_empty() {
        return Err("it says nothing: `text` is empty and there are no `urls`".to_owned());
    }
    let id = id.filter(|id| !id.trim().is_empty());
    let author = author.filter(|author| !author.trim().is_empty());
    let named = author.as_deref().unwrap_or_default();
    let hash = hash_hex(&[&text, &urls.join(" "), named, &alt.join("\n")]);
    let post = Post { id: id.clone(), text, lang, urls, author: author.clone(), alt };
    Ok(Entry { id: id.unwrap_or_else(|| hash.clone()), hash, post, published, author })
}

fn first_chars(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(TEXT_CHARS_MAX) {
        text.truncate(end);
    }
    text
}

fn is_web(text: &str) -> bool {
    text.chars().nth(4 * LINE_CHARS_MAX).is_none()
        && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn date(text: &str) -> Result<DateTime<Utc>, String> {
    let read = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text));
    let why = |_| "`published` is no date such as 2026-11-25T08:30:00Z".to_owned();
    Ok(read.map_err(why)?.to_utc())
}

fn short(why: &str) -> String {
    why.chars().filter(|mark| !mark.is_control()).take(WHY_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_read_from_an_object_an_array_and_lines() {
        let one = r#"{"id":"https://a.example/1","text":"Rice is plastic","lang":"en",
            "urls":["https://b.example/x"],"author":"Ana","published":"2026-11-25T08:30:00+01:00",
            "alt":["a bag of rice",""]}"#;
        let read_one = read(one.as_bytes(), Form::Json, 1).expect("a post");
        let entry = &read_one.entries[0];
        assert_eq!(entry.post.text, "Rice is plastic");
        assert_eq!(entry.post.alt, ["a bag of rice"]);
        assert_eq!(entry.post.id.as_deref(), Some("https://a.example/1"));
        assert_eq!(
            (entry.id.as_str(), entry.author.as_deref()),
            ("https://a.example/1", Some("Ana"))
        );
        let published = entry.published.expect("a date").to_rfc3339();
        assert_eq!(published, "2026-11-25T07:30:00+00:00");
        assert!(!entry.is_empty());
        let three = format!("[{one},{{\"text\":\"x\"}},7]");
        let read_three = read(three.as_bytes(), Form::Json, 3).expect("posts");
        assert_eq!(read_three.entries[0], *entry);
        assert_eq!(read_three.entries[1].id, read_three.entries[1].hash);
        assert_eq!(read_three.rejects[0].0, 3);
        assert_eq!(read(three.as_bytes(), Form::Json, 2), Err(Unread::TooMany { posts_max: 2 }));
        let lines = b"{\"text\":\"x\"}\r\n\n  \n{\"text\":\"x\"\n{\"text\":\"y\"}";
        let lines = read(lines, Form::Lines, 9).expect("posts");
        assert_eq!(lines.entries.len(), 2);
        assert_eq!(lines.rejects[0].0, 4);
        assert_eq!(lines.entries[0].id, read_three.entries[1].id, "the same text is the same post");
    }

    #[test]
    fn what_is_no_post_says_why() {
        let why = |text: &str| line(text.as_bytes()).expect_err("no post");
        insta::assert_snapshot!(
            [
                "{}",
                "[]",
                r#"{"text":5}"#,
                r#"{"text":" "}"#,
                r#"{"text":"x","langs":["en"]}"#,
                r#"{"text":"x","urls":["https://a.example/","javascript:alert(1)"]}"#,
                r#"{"text":"x","published":"yesterday"}"#,
                &format!(r#"{{"text":"x","id":"{}"}}"#, "i".repeat(501)),
                &format!(r#"{{"text":"x","alt":[{}""]}}"#, r#""","#.repeat(8)),
            ]
            .map(why)
            .join("\n"),
            @r#"
        no post: it has no "text"; write one object a line, like {"id":"1","text":"..."}
        no post: a list where an object should be; write one object a line, like {"id":"1","text":"..."}
        no post: its "text" is a number; write a text in quotes
        it says nothing: `text` is empty and there are no `urls`
        no post: it has a field "langs", which no post has; a post may have id, text, lang, author, published, urls, alt
        `urls`: number 2 is no http address
        `published` is no date such as 2026-11-25T08:30:00Z
        `id` is longer than 500 characters
        more than 8 of `urls` or `alt`
        "#
        );
        let why = |bytes: &[u8]| read(bytes, Form::Json, 9).expect_err("no posts").to_string();
        insta::assert_snapshot!(
            [why(b"{"), why(b"\xff"), why(b"[\nx]"), why("[".repeat(100_000).as_bytes())].join("\n"),
            @r#"
        the body ends before its JSON does; send one object for each post, like {"id":"1","text":"..."}
        byte 1 is no UTF-8; send the body in UTF-8
        no JSON from line 2, column 1 on; send one object for each post, like {"id":"1","text":"..."}
        no JSON from line 1, column 128 on; send one object for each post, like {"id":"1","text":"..."}
        "#
        );
        let of_list =
            read(br#"[[1], 7, {"published":3,"text":"x"}, {"text":null}]"#, Form::Json, 9);
        let rejects = of_list.expect("posts").rejects;
        let told: Vec<_> = rejects.iter().map(|(at, why)| format!("{at} {why}")).collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        1 no post: a list where an object should be; send one object for each post, like {"id":"1","text":"..."}
        2 no post: a number where an object should be; send one object for each post, like {"id":"1","text":"..."}
        3 no post: its "published" is a number; write a text in quotes
        4 no post: its "text" is null; write a text in quotes
        "#);
        let long = format!(r#"{{"text":"{}"}}"#, "é".repeat(9_000));
        let text = line(long.as_bytes()).expect("a post").post.text;
        assert_eq!(text.chars().count(), TEXT_CHARS_MAX);
        assert_eq!(
            line(br#"{"text":"","urls":["http://a.example"]}"#).map(|e| e.is_empty()),
            Ok(true)
        );
        let forms = ["application/json; charset=utf-8", "application/x-NDJSON", "text/plain", ""];
        assert_eq!(
            forms.map(Form::of_media_type),
            [Some(Form::Json), Some(Form::Lines), None, None]
        );
    }
}
