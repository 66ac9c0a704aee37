//! A post as somebody wrote it: one JSON object a line; and where that is none, what is wrong with
//! it, in plain words.

use serde_json::Value;

use super::post::Post;

/// A line that would be read.
const LIKE: &str = r#"write one object a line, like {"id":"1","text":"..."}"#;
/// What a post's fields hold.
const TEXTS: [&str; 4] = ["id", "text", "lang", "author"];
const LISTS: [&str; 2] = ["urls", "alt"];

/// Reads one post from its line.
///
/// # Errors
/// What is wrong with the line, and how it is mended.
pub fn post(line: &[u8]) -> Result<Post, String> {
    // A list of the values in their order would be read, too.
    if line.trim_ascii_start().first() == Some(&b'{')
        && let Ok(post) = serde_json::from_slice(line)
    {
        return Ok(post);
    }
    Err(format!("no post: {}", wrong_with_line(line, &[])))
}

/// What is wrong with a line that is no post, and how it is mended. `more` are further fields that
/// hold a text.
pub fn wrong_with_line(line: &[u8], more: &[&str]) -> String {
    if let Err(error) = std::str::from_utf8(line) {
        return format!("byte {} is no UTF-8; write the file as UTF-8", error.valid_up_to() + 1);
    }
    match serde_json::from_slice::<Value>(line) {
        Ok(value) => wrong_with(&value, more, LIKE),
        Err(error) if error.is_eof() => format!("the line ends before its JSON does; {LIKE}"),
        Err(error) => format!("no JSON from column {} on; {LIKE}", error.column()),
    }
}

/// As [`wrong_with_line`], of a value; `like` says what would be read.
pub fn wrong_with(value: &Value, more: &[&str], like: &str) -> String {
    let Value::Object(fields) = value else {
        return format!("{} where an object should be; {like}", kind(value));
    };
    let texts = [TEXTS.as_slice(), more].concat();
    for (name, value) in fields {
        let (fits, wanted) = if texts.contains(&name.as_str()) {
            // All but the text itself may be left out.
            (value.is_string() || value.is_null() && name != "text", "a text in quotes")
        } else if LISTS.contains(&name.as_str()) {
            let texts = value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
            (texts, "a list of texts in quotes")
        } else {
            let known = [texts.as_slice(), &LISTS].concat().join(", ");
            return format!("it has a field {name:?}, which no post has; a post may have {known}");
        };
        if !fits {
            return format!("its {name:?} is {}; write {wanted}", kind(value));
        }
    }
    if fields.contains_key("text") {
        return format!("it names a field twice; {like}");
    }
    format!("it has no \"text\"; {like}")
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_in_plain_words() {
        let told = |line: &[u8]| post(line).expect_err("no post");
        for (line, wanted) in [
            ("nonsense", "no JSON from column 2 on"),
            ("", "the line ends before"),
            (r#"{"text":"x""#, "the line ends before"),
            (r#"["1","x",null,[],null,[]]"#, "a list where an object should be"),
            ("5", "a number where an object should be"),
            (r#"{"id":"1"}"#, "it has no \"text\""),
            (r#"{"text":null}"#, "its \"text\" is null; write a text in quotes"),
            (r#"{"id":1,"text":"x"}"#, "its \"id\" is a number"),
            (r#"{"text":"x","urls":[1]}"#, "its \"urls\" is a list; write a list of texts"),
            (r#"{"text":"x","likes":9}"#, "it has a field \"likes\", which no post has"),
            (r#"{"text":"x","text":"y"}"#, "it names a field twice"),
        ] {
            let said = told(line.as_bytes());
            assert!(said.starts_with("no post: ") && said.contains(wanted), "{line}: {said}");
            assert!(!said.contains("expected") && !said.contains("struct"), "{said}");
        }
        assert!(told(b"{\"text\":\"\xff\"}").contains("byte 10 is no UTF-8"));
        let whole = r#" {"id":null,"text":"x","urls":["https://a.example"],"alt":["y"]}"#;
        assert_eq!(post(whole.as_bytes()).map(|post| post.alt), Ok(vec!["y".to_owned()]));
    }
}
