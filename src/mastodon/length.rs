//! How long a text is to Mastodon: by graphemes, but any address counts the same and the host of
//! somebody's name nothing.

use unicode_segmentation::UnicodeSegmentation;

/// Most characters of a status, its warning included, where the server says nothing else.
pub const CHARS_MAX: usize = 500;
/// What an address counts for, however long or short it is.
const URL_CHARS: usize = 23;

/// How many characters a text counts for. Where servers may see it one way or the other, it counts
/// for more.
pub fn length(text: &str) -> usize {
    let mut count = 0;
    let mut rest = text;
    while let Some((before, found, after)) = next(rest) {
        count += before.graphemes(true).count();
        count += match found {
            Found::Address(address) => URL_CHARS.max(address_floor(address)),
            Found::Name(name) => name.graphemes(true).count(),
        };
        rest = after;
    }
    count + rest.graphemes(true).count()
}

/// A part of a text that is not counted as it stands.
enum Found<'a> {
    Address(&'a str),
    /// With its sign, without its host.
    Name(&'a str),
}

/// What is before the next such part, the part, and what is after it.
fn next(text: &str) -> Option<(&str, Found<'_>, &str)> {
    for (at, mark) in text.char_indices() {
        let before = text[..at].chars().next_back();
        let free = before.is_none_or(|c| !c.is_alphanumeric() && !"_/@#.-".contains(c));
        if !free {
            continue;
        }
        let rest = &text[at..];
        if mark == 'h' && (rest.starts_with("http://") || rest.starts_with("https://")) {
            let end = rest.find(|c: char| c.is_whitespace() || !c.is_ascii());
            let end = end.unwrap_or(rest.len());
            return Some((&text[..at], Found::Address(&rest[..end]), &rest[end..]));
        }
        if mark == '@'
            && let Some((name, length)) = name(&rest[1..])
        {
            return Some((&text[..at], Found::Name(&rest[..=name]), &rest[1 + length..]));
        }
    }
    None
}

/// How many bytes a name that begins here has without its host and with it, if it has one.
fn name(text: &str) -> Option<(usize, usize)> {
    let word = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"_.-".contains(c));
        text[..end.unwrap_or(text.len())].trim_end_matches(['.', '-']).len()
    };
    let own = word(text);
    let host = text.get(own..)?.strip_prefix('@').map(word)?;
    (own > 0 && host > 0).then_some((own, own + 1 + host))
}

/// What follows an address without a blank may not belong to it, and then counts as it stands.
fn address_floor(address: &str) -> usize {
    let kept = address.trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '/');
    let cut = kept.find(['<', '>', '"', '\'', '`', '|', '^', '{', '}', '\\']).unwrap_or(kept.len());
    URL_CHARS + address.len() - cut
}
