//! Texts of publishers as HTML. Everything is escaped; nothing that others wrote becomes markup.

use crate::claim::reply::html::escape;

/// Lines of plain text as paragraphs; those that begin with a dash, as a list.
pub(super) fn paragraphs(text: &str) -> String {
    let mut out = String::new();
    let mut listing = false;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let entry = line.strip_prefix("- ");
        if entry.is_some() != listing {
            listing = entry.is_some();
            out.push_str(if listing { "<ul>\n" } else { "</ul>\n" });
        }
        out.push_str(if listing { "<li dir=\"auto\">" } else { "<p dir=\"auto\">" });
        escape(entry.unwrap_or(line), &mut out);
        out.push_str(if listing { "</li>\n" } else { "</p>\n" });
    }
    if listing {
        out.push_str("</ul>\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_a_dash_are_a_list() {
        assert_eq!(
            paragraphs("a <b>\n\n- one\n- two\nb\n- three"),
            "<p dir=\"auto\">a &lt;b&gt;</p>\n<ul>\n<li dir=\"auto\">one</li>\n\
             <li dir=\"auto\">two</li>\n</ul>\n<p dir=\"auto\">b</p>\n\
             <ul>\n<li dir=\"auto\">three</li>\n</ul>\n"
        );
    }
}
