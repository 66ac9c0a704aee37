//! Rust text as the checks see it: comments, strings and test code blanked out, every byte in its
//! place, so that a line number found here is the line number in the file.

/// One Rust file, read as text.
pub(crate) struct Source {
    /// Path from the repository's root, with `/`.
    pub(crate) path: String,
    /// The file as it is.
    pub(crate) text: String,
    /// Without comments, strings and test code.
    pub(crate) code: String,
    /// Without comments and test code; strings stay.
    pub(crate) spoken: String,
    /// Without comments only.
    pub(crate) uncommented: String,
    /// Without comments and strings; test code stays.
    pub(crate) whole: String,
    /// Lines, from 1, that begin inside a string.
    pub(crate) inside_string: Vec<usize>,
}

/// A path such as `std::env::var`, with groups spelled out: `std::{env, fs}` gives two.
pub(crate) struct NamedPath {
    pub(crate) line: usize,
    pub(crate) segments: Vec<String>,
}

/// A word or a mark of the language, and the line it stands on.
#[derive(Clone, Copy)]
pub(crate) struct Token<'a> {
    pub(crate) line: usize,
    pub(crate) text: &'a str,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let mut whole = text.as_bytes().to_vec();
        let mut spoken = whole.clone();
        let mut inside_string = Vec::new();
        for (kind, start, end) in opaque_ranges(text.as_bytes()) {
            blank(&mut whole, start, end);
            if kind == Opaque::Comment {
                blank(&mut spoken, start, end);
            } else {
                let first = line_of(text, start);
                inside_string.extend(first + 1..=line_of(text, end.saturating_sub(1)));
            }
        }
        let uncommented = spoken.clone();
        let mut code = whole.clone();
        for (start, end) in test_ranges(&whole) {
            blank(&mut code, start, end);
            blank(&mut spoken, start, end);
        }
        let string = |bytes| String::from_utf8(bytes).expect("whole characters are blanked");
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: string(code),
            spoken: string(spoken),
            uncommented: string(uncommented),
            whole: string(whole),
            inside_string,
        }
    }

    /// The room of a file under `src/`: its first folder, or its own name.
    pub(crate) fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        inside.split('/').next().map(|name| name.trim_end_matches(".rs"))
    }

    /// How many modules below the crate's root this file stands.
    pub(crate) fn depth(&self) -> usize {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        match inside {
            "lib" | "main" => 0,
            _ => inside.trim_end_matches("/mod").split('/').count(),
        }
    }
}

#[derive(PartialEq, Clone, Copy)]
enum Opaque {
    Comment,
    Text,
}

/// Where comments and literals stand, as byte ranges.
fn opaque_ranges(text: &[u8]) -> Vec<(Opaque, usize, usize)> {
    let mut ranges = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let found = match text[at] {
            b'/' if text.get(at + 1) == Some(&b'/') => {
                let length = text[at..].iter().position(|&b| b == b'\n');
                Some((Opaque::Comment, length.map_or(text.len(), |n| at + n)))
            }
            b'/' if text.get(at + 1) == Some(&b'*') => {
                Some((Opaque::Comment, block_comment_end(text, at)))
            }
            b'"' => Some((Opaque::Text, quoted_end(text, at, b'"'))),
            b'\'' => char_end(text, at).map(|end| (Opaque::Text, end)),
            b'r' | b'b' | b'c' if at == 0 || !is_word(text[at - 1]) => {
                prefixed_end(text, at).map(|end| (Opaque::Text, end))
            }
            _ => None,
        };
        if let Some((kind, end)) = found {
            ranges.push((kind, at, end));
            at = end;
        } else {
            at += 1;
        }
    }
    ranges
}

fn block_comment_end(text: &[u8], start: usize) -> usize {
    let (mut depth, mut at) = (0, start);
    while at + 1 < text.len() {
        match &text[at..at + 2] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

fn quoted_end(text: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// The end of a character literal; `None` where the quote begins a lifetime.
fn char_end(text: &[u8], start: usize) -> Option<usize> {
    let next = *text.get(start + 1)?;
    if next == b'\\' {
        return Some(quoted_end(text, start, b'\''));
    }
    let width = match next {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    };
    (text.get(start + 1 + width) == Some(&b'\'')).then_some(start + width + 2)
}

/// The end of a literal with a prefix: `r"…"`, `r#"…"#`, `b"…"`, `b'…'`, `br"…"`, `c"…"`.
fn prefixed_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while at < text.len() && at < start + 2 && matches!(text[at], b'r' | b'b' | b'c') {
        at += 1;
    }
    let raw = text[start..at].contains(&b'r');
    let hashes = text[at..].iter().take_while(|&&b| b == b'#').count();
    match text.get(at + hashes)? {
        b'"' if raw => {
            let close = [b"\"".as_slice(), "#".repeat(hashes).as_bytes()].concat();
            let body = at + hashes + 1;
            let length = text[body..].windows(close.len()).position(|w| w == close);
            Some(length.map_or(text.len(), |n| body + n + close.len()))
        }
        b'"' if hashes == 0 => Some(quoted_end(text, at, b'"')),
        b'\'' if hashes == 0 && text[start] == b'b' => Some(quoted_end(text, at, b'\'')),
        _ => None,
    }
}

/// Items that are compiled for tests only: from their attribute to their closing brace.
fn test_ranges(code: &[u8]) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for at in 0..code.len() {
        let covered = ranges.last().is_some_and(|&(_, end)| at < end);
        if covered || !is_test_attribute(&code[at..]) {
            continue;
        }
        ranges.push((at, item_end(code, at)));
    }
    ranges
}

fn is_test_attribute(code: &[u8]) -> bool {
    ["#[cfg(test)]", "#[cfg(all(test", "#[test]", "#[tokio::test"]
        .iter()
        .any(|attribute| code.starts_with(attribute.as_bytes()))
}

/// The end of the item whose attributes begin at `start`.
fn item_end(code: &[u8], start: usize) -> usize {
    let mut depth = 0_i32;
    let mut braces = 0_i32;
    for (offset, byte) in code[start..].iter().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' => braces += 1,
            b'}' => braces -= 1,
            _ => {}
        }
        let closed = *byte == b'}' && braces <= 0 && depth <= 0;
        if closed || (*byte == b';' && braces == 0 && depth == 0) {
            return start + offset + 1;
        }
    }
    code.len()
}

fn blank(text: &mut [u8], start: usize, end: usize) {
    let end = end.min(text.len());
    text[start..end].iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|&&b| b == b'\n').count()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Words, `::`, and single marks.
pub(crate) fn tokens(code: &str) -> Vec<Token<'_>> {
    let bytes = code.as_bytes();
    let (mut found, mut at, mut line) = (Vec::new(), 0, 1);
    while at < bytes.len() {
        let length = match bytes[at] {
            byte if is_word(byte) => bytes[at..].iter().take_while(|&&b| is_word(b)).count(),
            b':' if bytes.get(at + 1) == Some(&b':') => 2,
            _ => 1,
        };
        if bytes[at] == b'\n' {
            line += 1;
        } else if !bytes[at].is_ascii_whitespace() {
            found.push(Token { line, text: &code[at..at + length] });
        }
        at += length;
    }
    found
}

/// Words after which `::` begins a path instead of going on with one.
const KEYWORDS: [&str; 14] = [
    "use", "as", "in", "dyn", "impl", "for", "where", "mut", "return", "if", "match", "while",
    "await", "move",
];

/// Every path named in the code, imports and calls alike.
pub(crate) fn paths(code: &str) -> Vec<NamedPath> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let field = at > 0 && tokens[at - 1].text == ".";
        let begins = is_word(tokens[at].text.as_bytes()[0]) && !KEYWORDS.contains(&tokens[at].text);
        if begins && !field {
            at = path_at(&tokens, at, &mut Vec::new(), &mut found);
        }
        at += 1;
    }
    found
}

/// Reads the path that begins at `at` under `above`, and returns the place of its last token.
fn path_at(
    tokens: &[Token<'_>],
    mut at: usize,
    above: &mut Vec<String>,
    found: &mut Vec<NamedPath>,
) -> usize {
    let height = above.len();
    let line = tokens[at].line;
    above.push(tokens[at].text.to_owned());
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    while text(at + 1) == "::" {
        let next = text(at + 2);
        if next == "{" {
            at += 3;
            while at < tokens.len() && text(at) != "}" {
                if is_word(text(at).as_bytes()[0]) {
                    at = path_at(tokens, at, above, found);
                }
                at += 1;
            }
            above.truncate(height);
            return at;
        }
        if next.is_empty() || !is_word(next.as_bytes()[0]) {
            break;
        }
        above.push(next.to_owned());
        at += 2;
    }
    found.push(NamedPath { line, segments: above.clone() });
    above.truncate(height);
    at
}
