//! XML as others write it, for feeds of checks, feeds of posts and sitemaps: text that a reader
//! accepts, and a bound on nesting.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use quick_xml::Reader;
use quick_xml::events::Event;

/// Deepest nesting of elements read.
pub const XML_DEPTH_MAX: usize = 256;
/// Longest reference by number that is looked at, with its signs.
const NUMBER_BYTES_MAX: usize = 12;

/// The document without what stands before its first element's line, its XML declaration (the text
/// is decoded already, so what that says is past) and characters XML does not know.
pub fn without_declaration(text: &str) -> Cow<'_, str> {
    let mut text =
        text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{0}');
    if text.starts_with("<?xml")
        && let Some(end) = text.find("?>")
    {
        text = text[end + 2..].trim_start();
    }
    let is_strange = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if text.contains(is_strange) {
        Cow::Owned(text.replace(is_strange, " "))
    } else {
        Cow::Borrowed(text)
    }
}

/// Reads a feed with a library that breaks off at mail addresses next to a character that is not
/// ASCII, as in full-width brackets: if it does, it is given them with spaces around, at last also
/// where such a character is written as a number. `None` if it breaks off again.
pub fn despite_addresses<T>(text: &str, read: impl Fn(&str) -> T) -> Option<T> {
    let read = |text: &str| catch_unwind(AssertUnwindSafe(|| read(text))).ok();
    read(text)
        .or_else(|| read(&addresses_apart(text)))
        .or_else(|| read(&addresses_apart(&without_numbers(text))))
}

/// The text with characters beyond ASCII as themselves where they are written as numbers. Others
/// stay as they are: they may be markup.
fn without_numbers(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("&#") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let end = from.bytes().take(NUMBER_BYTES_MAX).position(|byte| byte == b';');
        let sign = end.and_then(|end| Some((numbered(from.get(2..end)?)?, from.get(end + 1..)?)));
        if let Some((sign, after)) = sign {
            plain.push(sign);
            rest = after;
        } else {
            plain.push_str("&#");
            rest = from.get(2..).unwrap_or_default();
        }
    }
    plain + rest
}

/// The printable character beyond ASCII that a number stands for.
fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32).filter(|sign| !sign.is_ascii() && !sign.is_control())
}

fn addresses_apart(text: &str) -> String {
    let mut apart = String::with_capacity(text.len() + 64);
    let is_inside = |c: char| c.is_ascii() && !c.is_ascii_whitespace();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| is_inside(c) != is_inside(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        if is_inside(first) && run.contains('@') {
            for part in [" ", run, " "] {
                apart.push_str(part);
            }
        } else {
            apart.push_str(run);
        }
        rest = after;
    }
    apart
}

/// A reader that reads on where a strict one would stop.
pub fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

/// Refuses documents nested so deep that a reader with a call per level would run out of stack.
///
/// # Errors
/// That the document is nested too deep.
pub fn check_depth(text: &str) -> Result<(), String> {
    let mut reader = reader(text);
    let mut depth = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            // What is no XML at all is the next reader's to refuse.
            Ok(Event::Eof) | Err(_) => return Ok(()),
            Ok(_) => {}
        }
        if depth > XML_DEPTH_MAX {
            return Err(format!("elements nested deeper than {XML_DEPTH_MAX}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_no_markup_is_taken_for_its_number() {
        let read = without_numbers("a&#xff08;b&#65289;c&#60;d&#x0;e&#;f&#xd800;g&#x110000;h&#12");
        assert_eq!(read, "a（b）c&#60;d&#x0;e&#;f&#xd800;g&#x110000;h&#12");
    }

    #[test]
    fn deep_nesting_is_refused_before_anybody_recurses() {
        assert!(check_depth(&"<a>".repeat(XML_DEPTH_MAX)).is_ok());
        assert!(check_depth(&"<a>".repeat(50_000)).is_err());
        assert!(check_depth(&"<a></a>".repeat(50_000)).is_ok());
    }
}
