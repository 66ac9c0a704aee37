//! HTML made small and harmless before a tree is built of it: only the attributes we read, no
//! scripts but JSON-LD, bounded nesting and size, and no formatting elements, which an HTML parser
//! must copy again and again. Text is never lost to a bound on nesting.

use super::plain::find_ignoring_case;

/// Deepest nesting kept; deeper elements lose their tags and keep their text.
pub(super) const DEPTH_MAX: usize = 256;
/// Most tags kept; a page ends there.
pub(super) const TAGS_MAX: usize = 100_000;
/// Most attributes kept of one tag.
const ATTRIBUTES_MAX: usize = 16;
/// Longest value of an attribute; a longer one is dropped.
const VALUE_BYTES_MAX: usize = 16_384;
/// Most JSON-LD blocks kept.
const BLOCKS_MAX: usize = 256;

/// A page without what we never read.
#[derive(Debug, Default)]
pub(super) struct Pruned {
    /// The smaller page.
    pub(super) html: String,
    /// The content of each JSON-LD block.
    pub(super) json_ld: Vec<String>,
}

const ATTRIBUTES: [&str; 18] = [
    "alt",
    "aria-hidden",
    "class",
    "content",
    "datetime",
    "hidden",
    "href",
    "id",
    "itemid",
    "itemprop",
    "itemscope",
    "itemtype",
    "lang",
    "name",
    "property",
    "rel",
    "role",
    "value",
];
/// Elements dropped with everything in them.
const DROPPED: [&str; 13] = [
    "style", "svg", "math", "template", "iframe", "noembed", "noframes", "noscript", "textarea",
    "select", "object", "xmp", "canvas",
];
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];
/// Formatting elements become `span`, which a parser does not reconstruct.
const FORMATTING: [&str; 14] = [
    "b",
    "big",
    "code",
    "em",
    "font",
    "i",
    "nobr",
    "s",
    "small",
    "strike",
    "strong",
    "tt",
    "u",
    "plaintext",
];
/// Elements whose start closes an open paragraph.
const BLOCKS: [&str; 28] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "nav",
    "ol",
    "p",
    "section",
    "table",
    "ul",
];

/// Prunes a page.
pub(super) fn prune(text: &str) -> Pruned {
    let mut out = Pruned { html: String::with_capacity(text.len() / 2), json_ld: Vec::new() };
    let mut open: Vec<String> = Vec::new();
    let mut rest = text;
    let mut tags = 0;
    while let Some(place) = rest.find('<') {
        out.html.push_str(&rest[..place]);
        rest = &rest[place..];
        if let Some(after) = after_comment(rest) {
            rest = after;
            continue;
        }
        let Some(tag) = Tag::at(rest) else {
            out.html.push_str("&lt;");
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.length..];
        tags += 1;
        if tags > TAGS_MAX {
            return out;
        }
        if tag.is_end {
            close(&tag.name, &mut open, &mut out.html);
        } else if tag.name == "script" {
            let (content, after) = raw_content(rest, "</script");
            let is_json_ld =
                tag.get("type").is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json"));
            if is_json_ld && out.json_ld.len() < BLOCKS_MAX {
                out.json_ld.push(content.to_owned());
            }
            rest = after;
        } else if tag.name == "title" {
            // A parser takes no tag in it for one.
            let (content, after) = raw_content(rest, "</title");
            out.html.push_str(&format!("<title>{}</title>", content.replace('<', "&lt;")));
            rest = after;
        } else if DROPPED.contains(&tag.name.as_str()) {
            if !tag.is_closed {
                rest = raw_content(rest, &format!("</{}", tag.name)).1;
            }
        } else {
            start(&tag, &mut open, &mut out.html);
        }
    }
    out.html.push_str(rest);
    out
}

/// What follows a comment, CDATA section, declaration or processing instruction.
fn after_comment(text: &str) -> Option<&str> {
    if let Some(comment) = text.strip_prefix("<!--") {
        let comment = comment.strip_prefix('>').map_or(comment, |_| "-->");
        return Some(comment.split_once("-->").map_or("", |(_, after)| after));
    }
    if text.starts_with("<!") || text.starts_with("<?") {
        return Some(text.split_once('>').map_or("", |(_, after)| after));
    }
    None
}

/// The text up to the end tag that begins with `end`, and what follows that tag.
fn raw_content<'a>(text: &'a str, end: &str) -> (&'a str, &'a str) {
    match find_ignoring_case(text, end) {
        Some(place) => {
            let after = text[place..].split_once('>').map_or("", |(_, after)| after);
            (&text[..place], after)
        }
        None => (text, ""),
    }
}

fn start(tag: &Tag<'_>, open: &mut Vec<String>, html: &mut String) {
    let name = if FORMATTING.contains(&tag.name.as_str()) { "span" } else { tag.name.as_str() };
    let is_void = VOID.contains(&name);
    if BLOCKS.contains(&name)
        && let Some(place) = open.iter().rposition(|name| name == "p")
    {
        close_to(place, open, html);
    }
    if matches!(name, "li" | "td" | "th" | "tr" | "dd" | "dt" | "option")
        && open.last().is_some_and(|last| last == name)
    {
        close_to(open.len() - 1, open, html);
    }
    if open.len() >= DEPTH_MAX && !is_void {
        html.push(' ');
        return;
    }
    html.push('<');
    html.push_str(name);
    for (key, value) in &tag.attributes {
        html.push(' ');
        html.push_str(key);
        html.push_str("=\"");
        html.push_str(&value.replace('"', "&quot;"));
        html.push('"');
    }
    html.push('>');
    if !is_void {
        open.push(name.to_owned());
    }
}

fn close(name: &str, open: &mut Vec<String>, html: &mut String) {
    let name = if FORMATTING.contains(&name) { "span" } else { name };
    if let Some(place) = open.iter().rposition(|open| open == name) {
        close_to(place, open, html);
    }
}

/// Closes all elements from `place` on, each by its own tag: an end tag that a parser does not heed
/// where it stands, as of a `div` within a cell, would leave open what counts as closed here.
fn close_to(place: usize, open: &mut Vec<String>, html: &mut String) {
    for name in open.drain(place..).rev() {
        html.push_str("</");
        html.push_str(&name);
        html.push('>');
    }
}

/// One tag as it stands in the page.
struct Tag<'a> {
    name: String,
    attributes: Vec<(String, &'a str)>,
    /// `type` of a script; it is not kept in the page.
    kind: Option<&'a str>,
    is_end: bool,
    is_closed: bool,
    length: usize,
}

impl<'a> Tag<'a> {
    fn at(text: &'a str) -> Option<Self> {
        let is_end = text.starts_with("</");
        let name_start = if is_end { 2 } else { 1 };
        let inner = &text[name_start..];
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let name_end =
            inner.find(|c: char| c.is_whitespace() || "/>".contains(c)).unwrap_or(inner.len());
        let name: String =
            inner[..name_end].chars().take(40).collect::<String>().to_ascii_lowercase();
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let name = if is_plain { name } else { "span".to_owned() };
        let mut tag =
            Self { name, attributes: Vec::new(), kind: None, is_end, is_closed: false, length: 0 };
        let mut rest = &inner[name_end..];
        loop {
            rest = rest.trim_start();
            let Some(c) = rest.chars().next() else { break };
            if c == '>' {
                rest = &rest[1..];
                break;
            }
            if c == '/' {
                tag.is_closed = rest.starts_with("/>");
                rest = &rest[1..];
                continue;
            }
            rest = tag.attribute(rest);
        }
        tag.length = text.len() - rest.len();
        Some(tag)
    }

    /// Reads one attribute and returns what follows it.
    fn attribute(&mut self, text: &'a str) -> &'a str {
        let skip = text.chars().next().map_or(0, char::len_utf8);
        let end = text[skip..]
            .find(|c: char| c.is_whitespace() || "=/>".contains(c))
            .map_or(text.len(), |end| end + skip);
        let key = &text[..end];
        let after = text[end..].trim_start();
        let (value, rest) = match after.strip_prefix('=') {
            None => ("", &text[end..]),
            Some(value) => {
                let value = value.trim_start();
                match value.chars().next() {
                    Some(quote @ ('"' | '\'')) => {
                        value[1..].split_once(quote).unwrap_or((&value[1..], ""))
                    }
                    _ => {
                        let end = value
                            .find(|c: char| c.is_whitespace() || c == '>')
                            .unwrap_or(value.len());
                        value.split_at(end)
                    }
                }
            }
        };
        self.keep(key, value);
        rest
    }

    fn keep(&mut self, key: &str, value: &'a str) {
        if key.len() > 16 || value.len() > VALUE_BYTES_MAX {
            return;
        }
        let key = key.to_ascii_lowercase();
        if key == "type" {
            self.kind = self.kind.or(Some(value));
        }
        if self.attributes.len() < ATTRIBUTES_MAX
            && ATTRIBUTES.contains(&key.as_str())
            && self.get(&key).is_none()
        {
            self.attributes.push((key, value));
        }
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        if key == "type" {
            return self.kind;
        }
        self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_goes_and_the_rest_stays() {
        let page = "<!DOCTYPE html><html lang=en><head><style>a{}</style><SCRIPT type='application/ld+json; x'>{\"a\":\"<b>\"}</Script>
            <script>var x = '<p>';</script></head><body onload=x()><p class=\"a\" onclick='b'>One <b>two</b> 1 < 2<!-- <p>no -->
            <svg><g><text>no</text></g></svg><a title=\"x>y\" href='/z?a=\"1\"'>link</a>";
        let pruned = prune(page);
        assert_eq!(pruned.json_ld, ["{\"a\":\"<b>\"}"]);
        let flat: String = pruned.html.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            flat,
            "<html lang=\"en\"><head> </head><body><p class=\"a\">One <span>two</span> 1 &lt; 2 \
             <a href=\"/z?a=&quot;1&quot;\">link</a>"
        );
    }

    #[test]
    fn nesting_tags_and_attributes_are_bounded_and_text_stays() {
        let deep = format!("{}text", "<div>".repeat(50_000));
        let pruned = prune(&deep);
        assert_eq!(pruned.html.matches("<div>").count(), DEPTH_MAX);
        assert!(pruned.html.ends_with("text"));
        assert!(prune(&"<p>x".repeat(TAGS_MAX + 50)).html.matches("<p>").count() <= TAGS_MAX);
        let fat = format!(
            "<p {}>x",
            (0..5_000).map(|n| format!("class{n}=1 class=a ")).collect::<String>()
        );
        assert_eq!(prune(&fat).html, "<p class=\"a\">x");
        assert_eq!(prune(&"<p>x</p>".repeat(300)).html.matches("<p>").count(), 300);
        for odd in [
            "<",
            "</",
            "<a",
            "<a b",
            "<a b=",
            "<a b='",
            "<!--",
            "<!",
            "<script",
            "<script>",
            "<é",
            "<a é=1>x",
            "</p>",
        ] {
            prune(odd);
        }
    }
}
