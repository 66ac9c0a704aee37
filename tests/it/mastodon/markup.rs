//! Texts as Mastodon reads them: what is a link, a mention, a hashtag, how long it is, and the HTML
//! that becomes of it.

use unicode_segmentation::UnicodeSegmentation;

use super::state::State;

/// What an address counts for, however long it is.
pub(super) const URL_CHARS: usize = 23;

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Url(&'a str),
    /// Without the first at sign.
    Mention(&'a str),
    /// Without its sign.
    Tag(&'a str),
}

/// Cuts a text into its pieces.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let before = text[..at].chars().next_back();
        let free = before.is_none_or(|c| !c.is_alphanumeric() && c != '/' && c != '@' && c != '#');
        let found = if free { piece_at(rest) } else { None };
        match found {
            Some((piece, length)) => {
                if start < at {
                    all.push(Piece::Text(&text[start..at]));
                }
                all.push(piece);
                at += length;
                start = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    if start < text.len() {
        all.push(Piece::Text(&text[start..]));
    }
    all
}

fn piece_at(rest: &str) -> Option<(Piece<'_>, usize)> {
    if rest.starts_with("http://") || rest.starts_with("https://") {
        let end = rest.find(|c: char| c.is_whitespace() || "<>\"”“»«".contains(c));
        let url =
            rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ',', ')', ':', ';', '?', '!']);
        return (url.len() > "https://".len()).then_some((Piece::Url(url), url.len()));
    }
    if let Some(name) = rest.strip_prefix('@') {
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && !"_-.@".contains(c));
        let name = name[..end.unwrap_or(name.len())].trim_end_matches(['.', '-', '@']);
        return (!name.is_empty()).then_some((Piece::Mention(name), name.len() + 1));
    }
    let tag = rest.strip_prefix('#')?;
    let end = tag.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(tag.len());
    let tag = &tag[..end];
    let is_tag = tag.chars().any(char::is_alphabetic);
    is_tag.then_some((Piece::Tag(tag), tag.len() + 1))
}

/// The names a text mentions, without the first at sign.
pub(super) fn names(text: &str) -> Vec<String> {
    let named = |piece| match piece {
        Piece::Mention(name) => Some(name.to_owned()),
        _ => None,
    };
    pieces(text).into_iter().filter_map(named).collect()
}

/// The hashtags of a text, as written.
pub(super) fn tags(text: &str) -> Vec<String> {
    let tagged = |piece| match piece {
        Piece::Tag(name) => Some(name.to_owned()),
        _ => None,
    };
    pieces(text).into_iter().filter_map(tagged).collect()
}

/// How long a text is that holds no addresses or mentions.
pub(super) fn graphemes(text: &str) -> usize {
    text.graphemes(true).count()
}

/// How long a text is: addresses count 23, hosts of mentions nothing, the rest by graphemes.
pub(super) fn length(text: &str) -> usize {
    let counted = pieces(text).into_iter().map(|piece| match piece {
        Piece::Text(text) => graphemes(text),
        Piece::Url(_) => URL_CHARS,
        Piece::Mention(name) => 1 + name.split('@').next().unwrap_or_default().len(),
        Piece::Tag(name) => 1 + graphemes(name),
    });
    counted.sum()
}

/// The content that becomes of a text.
pub(super) fn html(state: &State, text: &str) -> String {
    let paragraphs = text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty());
    let paragraphs = paragraphs.map(|paragraph| {
        let inner: String = pieces(paragraph).iter().map(|piece| one(state, piece)).collect();
        format!("<p>{}</p>", inner.trim().replace('\n', "<br>"))
    });
    paragraphs.collect()
}

fn one(state: &State, piece: &Piece<'_>) -> String {
    let base = &state.base;
    match piece {
        Piece::Text(text) => escaped(text),
        Piece::Mention(name) => match state.named(name) {
            Some(account) => {
                let (acct, username) = (account.acct(), &account.username);
                format!(
                    "<span class=\"h-card\" translate=\"no\"><a href=\"{base}/@{acct}\" \
                     class=\"u-url mention\">@<span>{username}</span></a></span>"
                )
            }
            None => format!("@{name}"),
        },
        Piece::Tag(name) => format!(
            "<a href=\"{base}/tags/{name}\" class=\"mention hashtag\" rel=\"tag\">#<span>{name}</span></a>"
        ),
        Piece::Url(url) => {
            let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
            let shown: String = rest.chars().take(30).collect();
            let hidden = &rest[shown.len()..];
            let class = if hidden.is_empty() { "" } else { "ellipsis" };
            format!(
                "<a href=\"{0}\" target=\"_blank\" rel=\"nofollow noopener\" translate=\"no\">\
                 <span class=\"invisible\">{scheme}://</span><span class=\"{class}\">{1}</span>\
                 <span class=\"invisible\">{2}</span></a>",
                escaped(url),
                escaped(&shown),
                escaped(hidden)
            )
        }
    }
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}
