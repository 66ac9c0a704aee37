//! Plain text out of whatever publishers put into text fields: entities (also escaped twice), tags,
//! control and direction characters, runs of white space.

use std::borrow::Cow;

use dom_query::Document;

/// Rounds of unescaping: `&amp;amp;` needs two, more than three is not text any more.
const UNESCAPE_ROUNDS_MAX: usize = 3;
/// Rare named entities looked up in one text; beyond it they stay as they stand.
const RARE_ENTITIES_MAX: usize = 64;
/// Longest name of an entity, `&CounterClockwiseContourIntegral;` included.
const ENTITY_CHARS_MAX: usize = 33;

/// One line of plain text of at most `chars_max` characters; `None` when nothing is left.
pub(super) fn line(text: &str, chars_max: usize) -> Option<String> {
    let plain = unmarked(text);
    let mut out = String::with_capacity(plain.len());
    push_line(&mut out, &plain);
    capped(out, chars_max)
}

/// Plain text with a line break between paragraphs, at most `chars_max` characters.
pub(super) fn lines(text: &str, chars_max: usize) -> Option<String> {
    let plain = unmarked(text);
    let mut out = String::with_capacity(plain.len());
    for part in plain.split(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let before = out.len();
        if before > 0 {
            out.push('\n');
        }
        let start = out.len();
        push_line(&mut out, part);
        if out.len() == start {
            out.truncate(before);
        }
    }
    capped(out, chars_max)
}

/// Appends `text` with every run of white space as one blank and without characters that have no
/// shape; the joiners that Persian, Indic scripts and emoji need stay.
fn push_line(out: &mut String, text: &str) {
    let start = out.len();
    for c in text.chars() {
        if c.is_whitespace() || (c.is_control() && c != '\u{0}') {
            if out.len() > start && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_dropped(c) {
            out.push(c);
        }
    }
    if out.ends_with(' ') && out.len() > start {
        out.pop();
    }
}

fn is_dropped(c: char) -> bool {
    c == '\u{0}' || (crate::claim::text::is_invisible(c) && !matches!(c, '\u{200c}' | '\u{200d}'))
}

fn capped(mut text: String, chars_max: usize) -> Option<String> {
    if text.len() > chars_max
        && let Some((end, _)) = text.char_indices().nth(chars_max)
    {
        text.truncate(end);
        text.truncate(text.trim_end().len());
    }
    (!text.is_empty()).then_some(text)
}

/// The beginning of `text` of at most `chars_max` characters.
pub(super) fn cut(text: &str, chars_max: usize) -> &str {
    text.char_indices().nth(chars_max).map_or(text, |(end, _)| &text[..end])
}

/// The text without entities and tags.
fn unmarked(text: &str) -> Cow<'_, str> {
    let mut plain = Cow::Borrowed(text);
    for _ in 0..UNESCAPE_ROUNDS_MAX {
        match unescape(&plain) {
            Some(next) => plain = Cow::Owned(next),
            None => break,
        }
    }
    if plain.contains('<')
        && let Some(stripped) = strip_tags(&plain)
    {
        plain = Cow::Owned(stripped);
    }
    plain
}

/// One round of unescaping; `None` if there was nothing to unescape.
pub(super) fn unescape(text: &str) -> Option<String> {
    let first = text.find('&')?;
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    let mut changed = false;
    let mut rare = 0;
    while let Some(place) = rest.find('&') {
        out.push_str(&rest[..place]);
        rest = &rest[place..];
        let name = rest[1..]
            .char_indices()
            .take(ENTITY_CHARS_MAX)
            .find(|(_, c)| !(c.is_ascii_alphanumeric() || *c == '#'));
        let decoded = match name {
            Some((end, ';')) if end > 0 => {
                entity(&rest[1..=end], &mut rare).map(|value| (value, end + 2))
            }
            _ => None,
        };
        if let Some((value, taken)) = decoded {
            out.push_str(&value);
            rest = &rest[taken..];
            changed = true;
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    changed.then_some(out)
}

fn entity(name: &str, rare: &mut usize) -> Option<Cow<'static, str>> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some(numbered(code).to_string().into());
    }
    let known = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{a0}",
        "hellip" => "…",
        "ndash" => "–",
        "mdash" => "—",
        "lsquo" => "‘",
        "rsquo" => "’",
        "ldquo" => "“",
        "rdquo" => "”",
        "laquo" => "«",
        "raquo" => "»",
        "eacute" => "é",
        "aacute" => "á",
        "iacute" => "í",
        "oacute" => "ó",
        "uacute" => "ú",
        "ntilde" => "ñ",
        "ccedil" => "ç",
        "atilde" => "ã",
        _ => "",
    };
    if !known.is_empty() {
        return Some(known.into());
    }
    *rare += 1;
    if *rare > RARE_ENTITIES_MAX || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let written = format!("&{name};");
    let read = Document::fragment(written.as_str()).text();
    (*read != written).then(|| read.to_string().into())
}

/// Numbers 128 to 159 mean windows-1252, as in browsers.
fn numbered(code: u32) -> char {
    if let Ok(byte @ 0x80..=0x9f) = u8::try_from(code) {
        let bytes = [byte];
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
        return text.chars().next().unwrap_or('\u{fffd}');
    }
    char::from_u32(code).unwrap_or('\u{fffd}')
}

/// Elements whose tags are taken for markup inside a text field; anything else between `<` and `>`
/// may be the author's own words.
const TAGS: [&str; 46] = [
    "a",
    "abbr",
    "article",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "cite",
    "code",
    "div",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "script",
    "section",
    "small",
    "span",
    "strong",
    "style",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tr",
    "u",
    "ul",
];
const INLINE: [&str; 17] = [
    "a", "abbr", "b", "big", "cite", "code", "em", "font", "i", "s", "small", "span", "strong",
    "sub", "sup", "u", "img",
];

fn strip_tags(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut changed = false;
    let mut ends = Ends { tag: true, comment: true };
    while let Some(place) = rest.find('<') {
        out.push_str(&rest[..place]);
        rest = &rest[place..];
        match tag(rest, &mut ends) {
            Some((name, taken)) => {
                if !INLINE.contains(&name.as_str()) {
                    out.push('\n');
                }
                rest = &rest[taken..];
                if matches!(name.as_str(), "script" | "style") {
                    rest = find_ignoring_case(rest, "</").map_or("", |end| &rest[end..]);
                }
                changed = true;
            }
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// Whether there may be an end of a tag or a comment further on. Where there is none it is not
/// looked for again, or a text of many beginnings would take time by its square.
struct Ends {
    tag: bool,
    comment: bool,
}

/// The place of `end` in what is left, as long as there may be one.
fn end_of(text: &str, end: &str, there: &mut bool) -> Option<usize> {
    let place = if *there { text.find(end) } else { None };
    *there = place.is_some();
    place
}

/// Name and length of the tag or comment that `text` begins with.
fn tag(text: &str, ends: &mut Ends) -> Option<(String, usize)> {
    if text.starts_with("<!--") {
        return end_of(text, "-->", &mut ends.comment).map(|end| ("i".to_owned(), end + 3));
    }
    let inner = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric())?;
    let name = inner.get(..end).filter(|name| name.len() <= 10)?.to_ascii_lowercase();
    if !TAGS.contains(&name.as_str()) {
        return None;
    }
    Some((name, end_of(text, ">", &mut ends.tag)? + 1))
}

/// Byte place of an ASCII `needle`, whatever its case.
pub(super) fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes()
        .windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_come_off_however_often_they_were_put_on() {
        assert_eq!(
            line("AT&amp;amp;T &#8220;so&#x201d; &eacute;&hearts; &bogus; & x", 99),
            Some("AT&T “so” é♥ &bogus; & x".into())
        );
        assert_eq!(line("it&#146;s", 99), Some("it’s".into()));
    }

    #[test]
    fn tags_come_off_and_words_in_angle_brackets_stay() {
        assert_eq!(
            line("&lt;p&gt;One&lt;br /&gt;<b>t</b>wo &lt;3 <name> 2 < 3</p>", 99),
            Some("One two <3 <name> 2 < 3".into())
        );
        assert_eq!(
            lines("<p>One</p>\r\n\r\n<p> Two\tthree</p><script>x()</script>", 99),
            Some("One\nTwo three".into())
        );
    }

    #[test]
    fn shapeless_characters_go_and_joiners_stay() {
        assert_eq!(line("Incorrect \r", 99), Some("Incorrect".into()));
        assert_eq!(
            line("\u{feff}a\u{202e}b\u{0}c\u{7}d می\u{200c}رود", 99),
            Some("abc d می\u{200c}رود".into())
        );
        assert_eq!(line(" \u{200b}\n", 99), None);
    }

    #[test]
    fn what_begins_and_never_ends_costs_no_more_than_its_length() {
        let long = |text: &str| text.repeat(2_000_000 / text.len());
        for text in ["<!--", "&lt;a "] {
            let began = std::time::Instant::now();
            line(&long(text), 99);
            assert!(began.elapsed().as_secs() < 15, "{text}");
        }
        assert_eq!(line("<!-- a <b>c</b> d", 99), Some("<!-- a c d".into()));
        assert_eq!(line("a <b c <!-- d --> e", 99), Some("a e".into()));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(line("äöü ß", 4), Some("äöü".into()));
        assert_eq!(lines("ab\ncd", 3), Some("ab".into()));
    }
}
