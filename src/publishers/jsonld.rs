//! JSON as it stands in pages: mended where the meaning is beyond doubt, refused with the reason
//! where it is not.

use serde_json::{Deserializer, Value};

/// Most objects taken from one text that holds several.
const VALUES_MAX: usize = 1_000;

/// The JSON values in a text. Mended are: raw control characters inside strings, comments, CDATA
/// and HTML comment wrappers, trailing commas and semicolons, `\'`, JSON escaped as HTML, several
/// values one after the other.
///
/// # Errors
/// What is wrong with the text and where, if mending did not make it JSON.
pub(super) fn values(text: &str) -> Result<Vec<Value>, String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return Ok(vec![value]);
    }
    let unescaped = text
        .get(..8)
        .filter(|head| head.contains("&quot;") || head.contains("&#34;"))
        .and_then(|_| super::plain::unescape(text));
    let mended = mend(unescaped.as_deref().unwrap_or(text));
    let mut found = Vec::new();
    for next in Deserializer::from_str(&mended).into_iter::<Value>() {
        match next {
            Ok(value) if found.len() < VALUES_MAX => found.push(value),
            Ok(_) => return Err(format!("more than {VALUES_MAX} values in one block")),
            Err(error) => return Err(format!("not JSON: {error}")),
        }
    }
    if found.is_empty() {
        return Err("not JSON: nothing there".to_owned());
    }
    Ok(found)
}

fn mend(text: &str) -> String {
    let text = unwrapped(text);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut in_string = false;
    while let Some(c) = chars.next() {
        if in_string {
            match c {
                '"' => {
                    in_string = false;
                    out.push('"');
                }
                '\\' => match chars.next() {
                    Some('\'') => out.push('\''),
                    Some('\n') => out.push_str("\\n"),
                    Some(next) => {
                        out.push('\\');
                        out.push(next);
                    }
                    None => out.push('\\'),
                },
                c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => out.push(c),
            }
            continue;
        }
        match (c, chars.peek()) {
            ('"', _) => {
                in_string = true;
                out.push('"');
            }
            ('/', Some('/')) => {
                chars.by_ref().find(|c| *c == '\n');
            }
            ('/', Some('*')) => {
                let mut last = ' ';
                chars.next();
                chars.by_ref().find(|c| std::mem::replace(&mut last, *c) == '*' && *c == '/');
            }
            (';', _) => {}
            ('}' | ']', _) => {
                let end = out.trim_end().len();
                if out[..end].ends_with(',') {
                    out.truncate(end - 1);
                }
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    // Commas between several values, and after the last one.
    out.truncate(out.trim_end_matches([',', ' ', '\n', '\r', '\t']).len());
    out
}

/// The text without `<!-- -->`, `<![CDATA[ ]]>` and the comment marks around them.
fn unwrapped(text: &str) -> &str {
    let mut text = text.trim();
    loop {
        let before = text.len();
        for mark in
            ["<!--", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "/* <![CDATA[ */", "<![CDATA["]
        {
            text = text.strip_prefix(mark).unwrap_or(text).trim_start();
        }
        for mark in ["//-->", "-->", "//]]>", "// ]]>", "/*]]>*/", "/* ]]> */", "]]>"] {
            text = text.strip_suffix(mark).unwrap_or(text).trim_end();
        }
        if text.len() == before {
            return text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_safe_is_mended() {
        let want = vec![json!({"a": "x // y\n, }", "b": [1, 2]})];
        for text in [
            "{\"a\": \"x // y\n, }\", \"b\": [1, 2]}",
            "<!-- {\"a\": \"x // y\\n, }\", \"b\": [1, 2]} -->",
            "//<![CDATA[\n{\"a\": \"x // y\\n, }\", \"b\": [1, 2]}\n//]]>",
            "/* <![CDATA[ */ {\"a\": \"x // y\\n, }\", \"b\": [1, 2,],} /* ]]> */",
            "// why\n{\"a\": /* b */ \"x // y\\n, }\", \"b\": [1, 2]};",
            "{&quot;a&quot;: &quot;x // y\\n, }&quot;, &quot;b&quot;: [1, 2]}",
        ] {
            assert_eq!(values(text).as_deref(), Ok(want.as_slice()), "{text}");
        }
        assert_eq!(values("{\"a\": 1}\n{\"b\": 2}"), Ok(vec![json!({"a": 1}), json!({"b": 2})]));
        assert_eq!(values("{\"a\": \"it\\'s\"}"), Ok(vec![json!({"a": "it's"})]));
    }

    #[test]
    fn what_is_not_safe_is_refused_with_its_place() {
        for text in [
            "",
            "{",
            "{\"a\": \"b\"c\"}",
            "{\"a\" \"b\"}",
            "{'a': 'b'}",
            "function() {}",
            "{\"a\": \"b",
        ] {
            let error = values(text).expect_err(text);
            assert!(error.starts_with("not JSON: "), "{error}");
        }
        let deep = "[".repeat(100_000);
        assert!(values(&deep).expect_err("deep").contains("recursion limit"));
        let deep_objects = "{\"a\":".repeat(100_000);
        assert!(values(&deep_objects).expect_err("deep").contains("recursion limit"));
    }
}
