//! `Reply` as HTML, for pages and mail: the same words and entities as in chat. Everything is
//! escaped here; nothing that others wrote becomes markup.
//!
//! Our sentences run from left to right; what they quote finds its own direction. So a paragraph
//! of a reply has no `dir`, but words that stand out in it, and texts that are whole a
//! publisher's, do.

use super::{EntityKind, Reply, address};

/// Appends text with everything escaped that means something in HTML, in texts and attributes.
pub fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
}

/// A link that opens an address of others; its text alone where that is not http or https.
pub fn link(url: &str, text: &str) -> String {
    let mut out = String::new();
    let address = address(url);
    if let Some(address) = &address {
        open_link(address, &mut out);
    }
    escape(text, &mut out);
    if address.is_some() {
        out.push_str("</a>");
    }
    out
}

fn open_link(address: &str, out: &mut String) {
    out.push_str("<a rel=\"nofollow noopener noreferrer\" href=\"");
    escape(address, out);
    out.push_str("\">");
}

/// A reply: an empty line ends a paragraph. Entities that do not fit the text are left out.
pub fn html(reply: &Reply) -> String {
    let mut writer = Writer::default();
    let (mut units, mut from) = (0, 0);
    let mut entities = reply.entities.iter().peekable();
    let mut ends = None;
    for (at, c) in reply.text.char_indices() {
        if ends.is_some_and(|end| end <= units) {
            writer.text(&reply.text[from..at]);
            writer.close();
            (from, ends) = (at, None);
        }
        while let Some(entity) = entities.next_if(|entity| entity.offset <= units) {
            if ends.is_none() && entity.offset == units && entity.length > 0 {
                writer.text(&reply.text[from..at]);
                writer.open(&entity.kind);
                (from, ends) = (at, Some(units + entity.length));
            }
        }
        units += c.len_utf16();
    }
    writer.text(&reply.text[from..]);
    writer.close();
    writer.finish()
}

/// HTML in the making: at most one entity is open.
#[derive(Default)]
struct Writer<'a> {
    out: String,
    inside: bool,
    /// A line ended and none has begun yet.
    broken: bool,
    kind: Option<&'a EntityKind>,
}

impl<'a> Writer<'a> {
    fn open(&mut self, kind: &'a EntityKind) {
        if *kind == EntityKind::Blockquote {
            self.end_paragraph();
            self.out.push_str("<blockquote>");
        }
        self.kind = Some(kind);
        if self.inside {
            self.break_line();
            self.begin();
        }
    }

    fn close(&mut self) {
        let Some(kind) = self.kind else { return };
        if *kind == EntityKind::Blockquote {
            self.end_paragraph();
            self.out.push_str("</blockquote>\n");
        } else if self.inside {
            self.end();
        }
        self.kind = None;
    }

    /// Writes the open entity's first tag.
    fn begin(&mut self) {
        match self.kind {
            Some(EntityKind::Bold) => self.out.push_str("<strong dir=\"auto\">"),
            Some(EntityKind::Italic) => self.out.push_str("<em dir=\"auto\">"),
            Some(EntityKind::TextLink(url)) => {
                open_link(&address(url).unwrap_or_default(), &mut self.out);
            }
            Some(EntityKind::Blockquote) | None => {}
        }
    }

    fn end(&mut self) {
        self.out.push_str(match self.kind {
            Some(EntityKind::Bold) => "</strong>",
            Some(EntityKind::Italic) => "</em>",
            Some(EntityKind::TextLink(_)) => "</a>",
            Some(EntityKind::Blockquote) | None => "",
        });
    }

    fn text(&mut self, text: &str) {
        for (place, paragraph) in text.split("\n\n").enumerate() {
            if place > 0 {
                self.end_paragraph();
            }
            for (place, line) in paragraph.split('\n').enumerate() {
                self.broken |= place > 0 && self.inside;
                if !line.is_empty() {
                    self.break_line();
                    self.begin_paragraph();
                    escape(line, &mut self.out);
                }
            }
        }
    }

    fn break_line(&mut self) {
        if std::mem::take(&mut self.broken) {
            self.out.push_str("<br>\n");
        }
    }

    fn begin_paragraph(&mut self) {
        if !self.inside {
            let quoted = self.kind == Some(&EntityKind::Blockquote);
            self.out.push_str(if quoted { "<p dir=\"auto\">" } else { "<p>" });
            self.inside = true;
            self.begin();
        }
    }

    fn end_paragraph(&mut self) {
        if self.inside {
            self.end();
            self.out.push_str("</p>\n");
            (self.inside, self.broken) = (false, false);
        }
    }

    fn finish(mut self) -> String {
        self.end_paragraph();
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::reply::Entity;

    fn of(text: &str, entities: Vec<(EntityKind, usize, usize)>) -> String {
        let entities = entities
            .into_iter()
            .map(|(kind, offset, length)| Entity { kind, offset, length })
            .collect();
        html(&Reply { text: text.to_owned(), entities, ..Reply::default() })
    }

    #[test]
    fn words_of_others_never_become_markup() {
        assert_eq!(
            of("<b>\"A\" & 'B'", vec![]),
            "<p>&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;</p>\n"
        );
        let url = "https://a.example/?q=\"><script>".to_owned();
        let html = of("x", vec![(EntityKind::TextLink(url), 0, 1)]);
        assert!(html.contains("href=\"https://a.example/?q=&quot;&gt;&lt;script&gt;\""), "{html}");
        assert_eq!(link("javascript:alert(1)", "<x>"), "&lt;x&gt;");
    }

    #[test]
    fn entities_stand_where_their_utf_16_offsets_say() {
        assert_eq!(
            of("😀 False, says", vec![(EntityKind::Bold, 3, 5)]),
            "<p>😀 <strong dir=\"auto\">False</strong>, says</p>\n"
        );
        assert_eq!(
            of("a b\n\nc\nd", vec![(EntityKind::Italic, 2, 4)]),
            "<p>a <em dir=\"auto\">b</em></p>\n<p><em dir=\"auto\">c</em><br>\nd</p>\n"
        );
        assert_eq!(
            of("a\nb c", vec![(EntityKind::Bold, 2, 1)]),
            "<p>a<br>\n<strong dir=\"auto\">b</strong> c</p>\n"
        );
        assert_eq!(
            of("a\nq\nb", vec![(EntityKind::Blockquote, 2, 1)]),
            "<p>a</p>\n<blockquote><p dir=\"auto\">q</p>\n</blockquote>\n\
             <p>b</p>\n"
        );
    }

    #[test]
    fn entities_that_do_not_fit_are_left_out() {
        let whole = "<p>ab</p>\n";
        assert_eq!(of("ab", vec![(EntityKind::Bold, 7, 1)]), whole);
        assert_eq!(of("ab", vec![(EntityKind::Bold, 0, 0)]), whole);
        assert_eq!(
            of("ab", vec![(EntityKind::Bold, 1, 9), (EntityKind::Italic, 1, 1)]),
            "<p>a<strong dir=\"auto\">b</strong></p>\n"
        );
    }
}
