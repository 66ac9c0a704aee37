//! A status as servers give it, read with mercy: what is missing or odd is left out.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::markup;

/// Longest text, description, warning and name that are kept.
const TEXT_CHARS_MAX: usize = 5_000;
const ALT_CHARS_MAX: usize = 1_500;
const LINE_CHARS_MAX: usize = 500;
/// Most descriptions and answers of a poll.
const ALTS_MAX: usize = 8;
const OPTIONS_MAX: usize = 10;
/// Most accounts it may speak to.
const MENTIONS_MAX: usize = 50;
/// Longest identifier, and address.
const ID_BYTES_MAX: usize = 64;
const URL_BYTES_MAX: usize = 2_000;
/// What people write into their profile who want no bots about them.
const NO_BOTS: [&str; 2] = ["#nobot", "#nobots"];

/// Who wrote a status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The server's own identifier.
    pub id: String,
    /// `name`, or `name@host` of another server.
    pub acct: String,
    /// The identifier all servers share, else the address of the profile.
    pub uri: String,
    /// Display name.
    pub name: String,
    /// It says that it is a bot's.
    pub bot: bool,
    /// Its profile asks bots to stay away.
    pub wants_no_bots: bool,
}

/// A status, as far as it concerns us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The server's own identifier.
    pub id: String,
    /// Address where people read it.
    pub url: Option<String>,
    /// Who wrote it.
    pub account: Account,
    /// Who passed it on, and the identifier of that, if it was.
    pub boost: Option<(String, Account)>,
    /// `public`, `unlisted`, `private` or `direct`.
    pub visibility: String,
    /// The content warning.
    pub warning: String,
    /// What it says, the answers of its poll included.
    pub text: String,
    /// Where it leads, as far as that can't be read in the text.
    pub links: Vec<String>,
    /// What its pictures and videos show, as their author described it.
    pub alt: Vec<String>,
    /// Language it says it is in.
    pub language: Option<String>,
    /// The status it replies to.
    pub in_reply_to: Option<String>,
    /// Whom it speaks to: identifier and name of each account.
    pub mentions: Vec<(String, String)>,
    /// When it was written.
    pub created: Option<DateTime<Utc>>,
}

impl Account {
    /// Reads an account.
    pub fn of(value: &Value) -> Option<Self> {
        let note = text(value, "note").to_lowercase();
        let note = markup::read(&note, LINE_CHARS_MAX * 10).text;
        let no_bots = note
            .split_whitespace()
            .any(|word| NO_BOTS.contains(&word.trim_end_matches(|c: char| !c.is_alphanumeric())));
        Some(Self {
            id: id(value, "id")?,
            acct: one_line(text(value, "acct")),
            uri: ["uri", "url", "acct"]
                .map(|name| text(value, name))
                .into_iter()
                .find(|uri| !uri.is_empty() && uri.len() <= URL_BYTES_MAX)
                .unwrap_or_default()
                .to_owned(),
            name: one_line(text(value, "display_name")),
            bot: value.get("bot").and_then(Value::as_bool).unwrap_or_default(),
            wants_no_bots: no_bots,
        })
    }
}

impl Status {
    /// Reads a status; of one that was passed on, the original with who passed it on. `None` if it
    /// is none.
    pub fn of(value: &Value) -> Option<Self> {
        let Some(original) = value.get("reblog").filter(|inner| inner.is_object()) else {
            return Self::own(value);
        };
        let boost = (id(value, "id")?, Account::of(value.get("account")?)?);
        let mut read = Self::own(original)?;
        read.created = time(value);
        // It is no more public than the original, nor than the passing on.
        if !matches!(text(value, "visibility"), "public" | "unlisted") {
            text(value, "visibility").clone_into(&mut read.visibility);
        }
        read.boost = Some(boost);
        Some(read)
    }

    fn own(value: &Value) -> Option<Self> {
        let content = value.get("content")?.as_str()?;
        let mut said = markup::read(content, TEXT_CHARS_MAX);
        let options = list(value.get("poll"), "options").take(OPTIONS_MAX);
        for option in options {
            let option = one_line(text(option, "title"));
            if !option.is_empty() {
                said.text.push('\n');
                said.text.push_str(&option);
            }
        }
        let card = value.get("card").map(|card| text(card, "url")).unwrap_or_default();
        if is_web(card) && !said.text.contains(card) && !said.links.iter().any(|link| link == card)
        {
            said.links.push(card.to_owned());
        }
        let described = list(Some(value), "media_attachments");
        let alt = described
            .map(|media| text(media, "description").chars().take(ALT_CHARS_MAX).collect::<String>())
            .filter(|alt| !alt.trim().is_empty())
            .take(ALTS_MAX);
        let url = text(value, "url");
        Some(Self {
            id: id(value, "id")?,
            url: is_web(url).then(|| url.to_owned()),
            account: Account::of(value.get("account")?)?,
            boost: None,
            visibility: text(value, "visibility").to_owned(),
            warning: one_line(text(value, "spoiler_text")),
            text: said.text,
            links: said.links,
            alt: alt.collect(),
            language: Some(text(value, "language"))
                .filter(|tag| (2..=35).contains(&tag.len()) && tag.is_ascii())
                .map(str::to_owned),
            in_reply_to: id(value, "in_reply_to_id"),
            mentions: list(Some(value), "mentions")
                .filter_map(|one| Some((id(one, "id")?, one_line(text(one, "acct")))))
                .take(MENTIONS_MAX)
                .collect(),
            created: time(value),
        })
    }

    /// Whether it speaks to an account.
    pub fn speaks_to(&self, account: &str) -> bool {
        self.mentions.iter().any(|(id, _)| id == account)
    }

    /// Whether everybody may read it.
    pub fn is_open(&self) -> bool {
        matches!(self.visibility.as_str(), "public" | "unlisted")
    }

    /// What it says, its warning before it.
    pub fn said(&self) -> String {
        match (self.warning.as_str(), self.text.as_str()) {
            ("", text) => text.to_owned(),
            (warning, "") => warning.to_owned(),
            (warning, text) => format!("{warning}\n{text}"),
        }
    }
}

fn is_web(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && url.len() <= URL_BYTES_MAX
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a text can be an identifier: of the server's making, but nothing that could be read as
/// something else.
pub fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    !text.is_empty() && text.len() <= ID_BYTES_MAX && text.chars().all(fits)
}

fn id(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().filter(|id| is_id(id)).map(str::to_owned)
}

fn time(value: &Value) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text(value, "created_at")).ok().map(|at| at.to_utc())
}

fn one_line(text: &str) -> String {
    let cut: String = text.chars().take(LINE_CHARS_MAX).collect();
    cut.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn list<'a>(value: Option<&'a Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    value.and_then(|value| value.get(name)?.as_array()).into_iter().flatten()
}
