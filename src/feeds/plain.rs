//! Text out of the markup that feeds carry in their fields.

/// Elements whose content is no text.
const SILENT: [&str; 2] = ["script", "style"];
/// Elements that may stand within a word.
const INLINE: [&str; 12] =
    ["a", "b", "em", "font", "i", "mark", "s", "small", "span", "strong", "u", "wbr"];

/// The text of a piece of markup, blanks joined, at most `chars_max` characters. Anything may come
/// in; it takes time linear in it.
pub(super) fn text(markup: &str, chars_max: usize) -> String {
    let mut out = String::with_capacity(markup.len().min(4 * chars_max));
    let mut rest = markup;
    let mut chars = 0;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        push(&mut out, before, &mut chars, chars_max);
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        if !is_tag {
            push(&mut out, "<", &mut chars, chars_max);
            rest = &tag[1..];
            continue;
        }
        let Some(end) = tag.find('>') else {
            rest = "";
            break;
        };
        let name = tag[1..end].trim_start_matches('/');
        let name_end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let is = |known: &&str| name[..name_end].eq_ignore_ascii_case(known);
        rest = &tag[end + 1..];
        if SILENT.iter().any(&is) && !tag.starts_with("</") {
            rest = rest.find("</").map_or("", |at| &rest[at..]);
        }
        if !INLINE.iter().any(&is) && !out.is_empty() && !out.ends_with(' ') {
            push(&mut out, " ", &mut chars, chars_max);
        }
        if chars >= chars_max {
            return joined(&out);
        }
    }
    push(&mut out, rest, &mut chars, chars_max);
    joined(&out)
}

fn push(out: &mut String, text: &str, chars: &mut usize, chars_max: usize) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if *chars >= chars_max {
            return;
        }
        let (mark, used) = if first == '&' { entity(rest) } else { (first, first.len_utf8()) };
        out.push(mark);
        *chars += 1;
        rest = &rest[used..];
    }
}

/// The character that a text begins with, which may be written as an entity, and its bytes.
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

fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn markup_goes_and_text_stays() {
        let cases = [
            ("<p>One &amp; <b>two</b></p><p>three</p>", "One & two three"),
            ("a < b &lt;b> 5&#39;s &#x41; &bogus; &", "a < b <b> 5's A &bogus; &"),
            ("x<script>if (a<b) alert('<p>')</script>y<style>p{}</style >z", "x y z"),
            ("open <a href='x", "open"),
            ("wo<b>rd</b>s<br/>next", "words next"),
            ("", ""),
            (
                "\u{e9}&\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9};",
                "\u{e9}&\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9};",
            ),
        ];
        for (markup, want) in cases {
            assert_eq!(text(markup, 100), want, "{markup}");
        }
        assert_eq!(text(&"<p>ab</p>".repeat(100_000), 10), "ab ab ab a");
        assert_eq!(text(&"a".repeat(50), 10), "a".repeat(10));
    }
}
