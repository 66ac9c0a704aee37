//! The text of a status, out of the HTML that servers make of it.

use url::Url;

/// Most addresses taken from one status, and the longest.
const LINKS_MAX: usize = 8;
const LINK_BYTES_MAX: usize = 2_000;
/// Elements whose content is no text.
const SILENT: [&str; 4] = ["script", "style", "template", "title"];
/// Those of them in which no element can stand.
const RAW: [&str; 3] = ["script", "style", "title"];
/// Elements that begin a line.
const LINES: [&str; 16] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "blockquote",
    "pre",
    "hr",
    "table",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
];

/// What a piece of HTML says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markup {
    /// Its text: one line each paragraph, item or break.
    pub text: String,
    /// Where it leads, except for people and hashtags.
    pub links: Vec<String>,
}

/// Reads a piece of HTML, at most `chars_max` characters of its text. Anything may come in; it
/// takes time linear in it.
pub fn read(html: &str, chars_max: usize) -> Markup {
    let mut reader = Reader { chars_max, ..Reader::default() };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        reader.say(&rest[..at]);
        let tag = &rest[at + 1..];
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
            reader.say("<");
            rest = tag;
            continue;
        }
        if let Some(after) = tag.strip_prefix("!--") {
            rest = after.find("-->").map_or("", |end| &after[end + 3..]);
            continue;
        }
        let Some(end) = tag_end(tag) else {
            rest = "";
            break;
        };
        reader.tag(&tag[..end]);
        rest = &tag[end + 1..];
        if reader.silent.as_ref().is_some_and(|(name, _)| RAW.contains(&name.as_str())) {
            rest = rest.find("</").map_or("", |at| &rest[at..]);
        }
        if reader.chars >= chars_max {
            rest = "";
            break;
        }
    }
    reader.say(rest);
    reader.done()
}

/// Where a tag ends: at a `>` that stands in no quotation marks.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return Some(at),
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    // Marks that are never closed close nothing.
    tag.find('>')
}

#[derive(Default)]
struct Reader {
    text: String,
    chars: usize,
    chars_max: usize,
    /// A blank or a new line is to come before the next word.
    blank: bool,
    line: bool,
    links: Vec<String>,
    /// Inside an element that says nothing: its name, and how deep.
    silent: Option<(String, usize)>,
}

impl Reader {
    fn tag(&mut self, tag: &str) {
        let closing = tag.starts_with('/');
        let tag = tag.trim_start_matches('/');
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let (name, attributes) = (tag[..end].to_ascii_lowercase(), &tag[end..]);
        if let Some((silent, depth)) = &mut self.silent {
            if *silent == name && !attributes.ends_with('/') {
                *depth = if closing { *depth - 1 } else { *depth + 1 };
            }
            if *depth == 0 {
                self.silent = None;
            }
            return;
        }
        if LINES.contains(&name.as_str()) {
            self.line = true;
        }
        if closing {
            return;
        }
        let class = attribute(attributes, "class").unwrap_or_default();
        let is = |word: &str| class.split_ascii_whitespace().any(|one| one == word);
        // What is quoted is told by a link, for servers that know no quotations.
        if SILENT.contains(&name.as_str()) || is("quote-inline") {
            self.silent = Some((name, 1));
        } else if name == "a" && !is("mention") && !is("hashtag") {
            self.link(attribute(attributes, "href").unwrap_or_default());
        }
    }

    fn link(&mut self, href: &str) {
        if self.links.len() >= LINKS_MAX || href.len() > LINK_BYTES_MAX {
            return;
        }
        let url = Url::parse(&unescaped(href)).ok().map(String::from);
        let url = url.filter(|url| url.starts_with("http://") || url.starts_with("https://"));
        if let Some(url) = url.filter(|url| !self.links.contains(url)) {
            self.links.push(url);
        }
    }

    fn say(&mut self, text: &str) {
        if self.silent.is_some() {
            return;
        }
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (mark, used) = if first == '&' { entity(rest) } else { (first, first.len_utf8()) };
            rest = &rest[used..];
            if mark.is_whitespace() {
                self.blank = true;
                continue;
            }
            if self.chars >= self.chars_max {
                return;
            }
            if !self.text.is_empty() && (self.line || self.blank) {
                self.text.push(if self.line { '\n' } else { ' ' });
                self.chars += 1;
            }
            (self.line, self.blank) = (false, false);
            self.text.push(mark);
            self.chars += 1;
        }
    }

    fn done(self) -> Markup {
        let text = self.text;
        // A link that can be read in the text need not be told beside it.
        let shown = |link: &String| text.contains(link.trim_end_matches('/'));
        Markup { links: self.links.into_iter().filter(|link| !shown(link)).collect(), text }
    }
}

/// The value of an attribute, as it is written.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '=' || c == '/');
        let (key, after) = rest.split_at(end.unwrap_or(rest.len()).max(1).min(rest.len()));
        let Some(value) = after.trim_start().strip_prefix('=') else {
            rest = after;
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (mark, used) = if first == '&' { entity(rest) } else { (first, first.len_utf8()) };
        out.push(mark);
        rest = &rest[used..];
    }
    out
}

/// The character a text begins with, which may be written as an entity, and its bytes.
fn entity(text: &str) -> (char, usize) {
    let end = text.bytes().take(10).position(|byte| byte == b';');
    let Some(name) = end.and_then(|end| text.get(1..end)) else { return ('&', 1) };
    let mark = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => name.strip_prefix('#').and_then(|number| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|mark| !mark.is_control())
        }),
    };
    mark.map_or(('&', 1), |mark| (mark, name.len() + 2))
}
