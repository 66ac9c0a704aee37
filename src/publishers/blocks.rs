//! An article as a row of headings, paragraphs and list entries, from a page's tree or plain text.

use dom_query::NodeRef;
use url::Url;

use super::address::address;
use super::plain;
use super::settle::BODY_CHARS_MAX;

/// Most blocks of one article.
pub(super) const BLOCKS_MAX: usize = 5_000;
/// Most links kept of one block.
const LINKS_MAX: usize = 64;
/// Longest heading in plain text; a longer line is a paragraph.
const HEADING_CHARS_MAX: usize = 160;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A heading.
    Heading,
    /// Running text.
    Paragraph,
    /// An entry of a list.
    Entry,
}

/// One block of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// Plain text in one line.
    pub(super) text: String,
    /// Links in it: their words and addresses.
    pub(super) links: Vec<(String, String)>,
}

/// Parts of a page that are not its article.
const SKIPPED: [&str; 11] = [
    "nav", "footer", "aside", "form", "button", "script", "style", "head", "dialog", "input",
    "menu",
];
/// Elements that stand inside a line.
const INLINE: [&str; 24] = [
    "a", "abbr", "acronym", "bdi", "bdo", "cite", "data", "del", "dfn", "ins", "kbd", "label",
    "mark", "meta", "q", "rp", "rt", "ruby", "samp", "span", "sub", "sup", "time", "var",
];

/// The blocks under `root`, in reading order.
pub(super) fn of_tree(root: &NodeRef<'_>, base: Option<&Url>) -> Vec<Block> {
    let mut nodes = usize::MAX;
    of_tree_within(root, base, &mut nodes)
}

/// The same, as far as so many nodes go; those looked at are taken off.
pub(super) fn of_tree_within(
    root: &NodeRef<'_>,
    base: Option<&Url>,
    nodes: &mut usize,
) -> Vec<Block> {
    let mut walk = Walk { base, ..Walk::default() };
    let mut next = root.first_child();
    let mut depth = 1_usize;
    while let Some(node) = next {
        let Some(left) = nodes.checked_sub(1) else { break };
        *nodes = left;
        let descends = walk.enter(&node);
        if descends && let Some(child) = node.first_child() {
            depth += 1;
            next = Some(child);
            continue;
        }
        let mut leaving = node;
        loop {
            walk.leave(&leaving);
            if let Some(sibling) = leaving.next_sibling() {
                next = Some(sibling);
                break;
            }
            depth -= 1;
            match leaving.parent() {
                Some(parent) if depth > 0 => leaving = parent,
                _ => {
                    next = None;
                    break;
                }
            }
        }
        if walk.blocks.len() >= BLOCKS_MAX {
            break;
        }
    }
    walk.flush();
    walk.blocks
}

#[derive(Default)]
struct Walk<'a> {
    base: Option<&'a Url>,
    blocks: Vec<Block>,
    text: String,
    links: Vec<(String, String)>,
    /// Where the words of the open link begin, and its address.
    link: Option<(usize, String)>,
    heading: usize,
    entry: usize,
}

impl Walk<'_> {
    /// Takes in a node; says whether to go into it.
    fn enter(&mut self, node: &NodeRef<'_>) -> bool {
        if node.is_text() {
            if self.text.len() < 4 * BODY_CHARS_MAX {
                self.text.push_str(&node.text());
            }
            return false;
        }
        let Some(name) = node.node_name() else { return true };
        let is_hidden =
            node.has_attr("hidden") || node.attr("aria-hidden").as_deref() == Some("true");
        if !node.is_element() || SKIPPED.contains(&&*name) || is_hidden {
            return false;
        }
        match &*name {
            "a" => {
                let href = node.attr("href").and_then(|href| address(&href, self.base));
                self.link = href.map(|href| (self.text.len(), href));
            }
            "br" => self.text.push('\n'),
            name if INLINE.contains(&name) => {}
            name => {
                self.flush();
                self.heading += usize::from(is_heading(name));
                self.entry += usize::from(name == "li");
            }
        }
        true
    }

    fn leave(&mut self, node: &NodeRef<'_>) {
        let Some(name) = node.node_name() else { return };
        match &*name {
            "a" => self.close_link(),
            name if INLINE.contains(&name) || name == "br" => {}
            name => {
                self.flush();
                self.heading = self.heading.saturating_sub(usize::from(is_heading(name)));
                self.entry = self.entry.saturating_sub(usize::from(name == "li"));
            }
        }
    }

    fn close_link(&mut self) {
        if let Some((start, href)) = self.link.take()
            && self.links.len() < LINKS_MAX
        {
            let words = self.text.get(start..).and_then(|words| plain::line(words, 1_000));
            self.links.push((words.unwrap_or_default(), href));
        }
    }

    fn flush(&mut self) {
        self.close_link();
        let text = std::mem::take(&mut self.text);
        let links = std::mem::take(&mut self.links);
        let kind = match (self.heading, self.entry) {
            (1.., _) => Kind::Heading,
            (0, 1..) => Kind::Entry,
            (0, 0) => Kind::Paragraph,
        };
        // The tree's text is decoded already: a `<` in it is the author's.
        let joined = text.replace('<', "&lt;");
        if let Some(text) = plain::line(&joined, BODY_CHARS_MAX) {
            self.blocks.push(Block { kind, text, links });
        }
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// The blocks of plain text: headings are numbered, marked with `#`, or known by their words.
pub(super) fn of_text(text: &str, is_known_heading: impl Fn(&str) -> bool) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for raw in text.lines().take(4 * BLOCKS_MAX) {
        let Some(line) = plain::line(raw, BODY_CHARS_MAX) else { continue };
        let (kind, text) = if let Some(entry) = list_entry(&line) {
            (Kind::Entry, entry.to_owned())
        } else if line.starts_with('#') {
            (Kind::Heading, line.trim_start_matches('#').trim().to_owned())
        } else if line.chars().nth(HEADING_CHARS_MAX).is_none()
            && (is_known_heading(&line) || is_numbered_heading(&line))
        {
            (Kind::Heading, line)
        } else {
            (Kind::Paragraph, line)
        };
        if !text.is_empty() && blocks.len() < BLOCKS_MAX {
            blocks.push(Block { kind, text, links: Vec::new() });
        }
    }
    blocks
}

fn list_entry(line: &str) -> Option<&str> {
    ["- ", "* ", "• ", "– ", "· "].iter().find_map(|mark| line.strip_prefix(mark)).map(str::trim)
}

/// `3. Words without a full stop`.
fn is_numbered_heading(line: &str) -> bool {
    let rest = unnumbered(line);
    rest.len() < line.len() && !rest.is_empty() && !rest.ends_with(['.', ';', ',', ']'])
}

/// A heading without its number.
pub(super) fn unnumbered(heading: &str) -> &str {
    let digits = heading.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 2 {
        return heading;
    }
    let rest = &heading[digits..];
    match rest.strip_prefix(['.', ')', ':']) {
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => heading,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dom_query::Document;

    fn seen(html: &str) -> Vec<(Kind, String)> {
        let document = Document::from(html);
        let base = Url::parse("https://a.example/b").expect("base");
        of_tree(&document.root(), Some(&base))
            .into_iter()
            .map(|block| (block.kind, block.text))
            .collect()
    }

    #[test]
    fn a_tree_becomes_headings_paragraphs_and_entries() {
        let html = "<nav>no</nav><div><h2>1. <span>Head</span>ing</h2>One <a href=/x>two</a>
             three<p>Four</p>five<ul><li><p>six</p></li><li>seven<aside>no</aside></ul><p hidden>no</p></div>tail";
        let want = [
            (Kind::Heading, "1. Heading"),
            (Kind::Paragraph, "One two three"),
            (Kind::Paragraph, "Four"),
            (Kind::Paragraph, "five"),
            (Kind::Entry, "six"),
            (Kind::Entry, "seven"),
            (Kind::Paragraph, "tail"),
        ];
        let want: Vec<_> = want.into_iter().map(|(kind, text)| (kind, text.to_owned())).collect();
        assert_eq!(seen(html), want);
    }

    #[test]
    fn plain_text_gives_the_same_kinds() {
        let text = "Title?\n\n1. Summary of the results\nWords [1].\n- entry one\n2. A sentence that ends.\n# Marked\nSources";
        let kinds: Vec<Kind> =
            of_text(text, |line| line == "Sources").iter().map(|block| block.kind).collect();
        use Kind::{Entry as E, Heading as H, Paragraph as P};
        assert_eq!(kinds, [P, H, P, E, P, H, H]);
        assert_eq!(unnumbered("12) x"), "x");
        assert_eq!(unnumbered("2016 was a year"), "2016 was a year");
        assert_eq!(unnumbered("3.5 million"), "3.5 million");
    }
}
