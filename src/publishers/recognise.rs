//! Which form bytes are in, told from their beginning.

use super::{Form, charset};

/// Bytes at the head that are enough to tell the form by.
pub const HEAD_BYTES: usize = 16_384;

/// Tells the form from the first [`HEAD_BYTES`] bytes (fewer if the whole is shorter),
/// decompressed. What the server says counts only where the bytes leave it open. `None`: nothing we
/// read.
pub fn recognise(head: &[u8], content_type: Option<&str>) -> Option<Form> {
    let head = &head[..head.len().min(HEAD_BYTES)];
    let text = charset::decoded(head, content_type);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match text.chars().next()? {
        '{' | '[' => Some(of_json(text)),
        '<' => of_markup(text),
        _ => of_text(text, content_type),
    }
}

fn of_json(text: &str) -> Form {
    let has = |key: &str| text.contains(key);
    if has("jsonfeed.org/version") {
        return Form::Feed;
    }
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let first = first.trim_end();
    let second_begins_object = rest.trim_start_matches([' ', '\t', '\r']).starts_with('{');
    let is_whole = serde_json::from_str::<serde::de::IgnoredAny>(first).is_ok();
    if first.len() > 1
        && first.starts_with('{')
        && ((is_whole && !rest.trim().is_empty()) || (second_begins_object && first.ends_with('}')))
    {
        return Form::JsonLines;
    }
    if has("\"dataFeedElement\"") || (has("\"DataFeed\"") && !text.starts_with('[')) {
        return Form::DataFeed;
    }
    let first_key = text.trim_start_matches(['{', '[', ' ', '\t', '\r', '\n']);
    if (first_key.starts_with("\"claims\"") && has("\"claimReview\""))
        || (has("\"textualRating\"") && has("\"claimReview\""))
    {
        return Form::GoogleFactCheck;
    }
    // One line that goes on beyond the head may be the first of many.
    let is_one_object =
        text.starts_with('{') && (is_whole || rest.is_empty()) && !has("\"@graph\"");
    if is_one_object && !is_whole && first.len() > 1 {
        Form::JsonLines
    } else {
        Form::ClaimReviewJson
    }
}

fn of_markup(text: &str) -> Option<Form> {
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        if rest.starts_with('?') {
            rest = rest.split_once('>').map_or("", |(_, after)| after);
            continue;
        }
        if rest.starts_with('!') {
            if super::plain::find_ignoring_case(rest.get(..16).unwrap_or(rest), "html").is_some() {
                return Some(Form::Html);
            }
            // A document type may carry entities between brackets; its end is the last `>` after
            // them.
            let end = match (rest.find('['), rest.find('>')) {
                (Some(open), Some(close)) if open < close => rest.find("]>").map(|end| end + 1),
                (_, close) => close,
            };
            rest = end.map_or("", |end| &rest[end..]);
            continue;
        }
        let name: String = rest
            .chars()
            .take(32)
            .take_while(|c| !c.is_whitespace() && !"/>".contains(*c))
            .collect();
        let local = name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
        return match local.as_str() {
            "rss" | "feed" | "rdf" | "channel" => Some(Form::Feed),
            "urlset" | "sitemapindex" => Some(Form::Sitemap),
            _ => Some(Form::Html),
        };
    }
    None
}

fn of_text(text: &str, content_type: Option<&str>) -> Option<Form> {
    let chars = text.chars().count();
    let strange =
        text.chars().filter(|c| (c.is_control() && !c.is_whitespace()) || *c == '\u{fffd}').count();
    if strange * 50 > chars {
        return None;
    }
    if content_type.is_some_and(|kind| kind.contains("html")) {
        return Some(Form::Html);
    }
    Some(Form::Article)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_from_their_beginning() {
        let line = "{\"@type\": \"ClaimReview\", \"claimReviewed\": \"x\"}";
        let cases: Vec<(String, Option<Form>)> = vec![
            (format!("{line}\n{line}\n"), Some(Form::JsonLines)),
            (format!("{{broken}}\n{line}\n"), Some(Form::JsonLines)),
            (format!("{line}\nbroken\n"), Some(Form::JsonLines)),
            (format!("{line}\n\n{{\n"), Some(Form::JsonLines)),
            (line[..30].to_owned(), Some(Form::JsonLines)),
            (line.to_owned(), Some(Form::ClaimReviewJson)),
            (format!("[{line}]"), Some(Form::ClaimReviewJson)),
            ("{\n  \"@graph\": [".into(), Some(Form::ClaimReviewJson)),
            ("{\"@type\": \"DataFeed\", \"dataFeedElement\": [".into(), Some(Form::DataFeed)),
            (
                "{\n\"claims\": [{\"text\": \"x\", \"claimReview\": [".into(),
                Some(Form::GoogleFactCheck),
            ),
            ("{\"version\": \"https://jsonfeed.org/version/1.1\"".into(), Some(Form::Feed)),
            ("\n\n  <?xml version='1.0'?>\n<!-- a --><rss version='2.0'>".into(), Some(Form::Feed)),
            ("<atom:feed xmlns:atom='x'>".into(), Some(Form::Feed)),
            ("<rdf:RDF>".into(), Some(Form::Feed)),
            (
                "\u{feff}<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><urlset>".into(),
                Some(Form::Sitemap),
            ),
            ("<sitemapindex/>".into(), Some(Form::Sitemap)),
            ("<!doctype HTML><html>".into(), Some(Form::Html)),
            ("<div>".into(), Some(Form::Html)),
            ("Fact check: is it so?\n1. Summary".into(), Some(Form::Article)),
            (" \n".into(), None),
            ("PK\u{3}\u{4}\u{0}\u{0}\u{1}".into(), None),
        ];
        for (text, want) in cases {
            assert_eq!(recognise(text.as_bytes(), None), want, "{text}");
        }
        assert_eq!(recognise(b"plain", Some("text/html; charset=utf-8")), Some(Form::Html));
        assert_eq!(recognise(b"", None), None);
    }
}
