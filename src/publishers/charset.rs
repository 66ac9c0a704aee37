//! Text in the charset it is really in: byte-order mark, then whether it is UTF-8, then what the
//! server, the XML declaration or the page says, then windows-1252 as browsers do.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes at the head in which a declaration is looked for.
const HEAD_BYTES: usize = 4_096;

/// The text of `bytes`. Never fails: what no charset explains becomes the replacement character.
pub(super) fn decoded<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    let declared = content_type.and_then(of_content_type).or_else(|| declaration(bytes));
    // Text that is valid UTF-8 beyond ASCII is UTF-8, whatever its label says; the ISO-2022 family
    // is valid ASCII, there the label is all there is.
    let is_seven_bit_charset = declared.is_some_and(|encoding| !encoding.is_ascii_compatible());
    if !is_seven_bit_charset && let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let encoding = declared.filter(|encoding| *encoding != UTF_8 || is_nearly_utf_8(bytes));
    let encoding = encoding.unwrap_or(if is_nearly_utf_8(bytes) { UTF_8 } else { WINDOWS_1252 });
    encoding.decode_without_bom_handling(bytes).0
}

/// Whether nearly all of the bytes beyond ASCII are UTF-8: one character cut in two is no reason to
/// read the rest as something else.
fn is_nearly_utf_8(bytes: &[u8]) -> bool {
    let beyond_ascii = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let broken: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    broken * 10 < beyond_ascii
}

fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<' | b'{' | b'[', 0, second, 0, ..] if *second != 0 => Some(UTF_16LE),
        [0, b'<' | b'{' | b'[', 0, second, ..] if *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

fn of_content_type(content_type: &str) -> Option<&'static Encoding> {
    let place = super::plain::find_ignoring_case(content_type, "charset=")?;
    let label = content_type[place + 8..].split([';', ',', ' ']).next()?;
    Encoding::for_label(label.trim_matches(['"', '\'']).as_bytes())
}

/// `encoding="..."` of an XML declaration or `charset=...` of an HTML meta element.
fn declaration(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD_BYTES)]);
    if !head.contains('<') {
        return None;
    }
    let marked = head.find("<?xml").and_then(|start| {
        let declaration = head[start..].split("?>").next()?;
        declaration.split_once("encoding").map(|(_, rest)| rest.trim_start())
    });
    let label = match marked.and_then(|rest| rest.strip_prefix('=')) {
        Some(rest) => rest.trim_start(),
        None => head.get(super::plain::find_ignoring_case(&head, "charset=")? + 8..)?,
    };
    let label: String = label
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_:.".contains(*c))
        .collect();
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A page that can say so in ASCII is not UTF-16.
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_the_charset_it_is_in() {
        let cases: [(&[u8], Option<&str>, &str); 9] = [
            (b"\xef\xbb\xbfna\xc3\xafve", Some("text/plain; charset=iso-8859-1"), "naïve"),
            (b"na\xc3\xafve", Some("text/plain; charset=iso-8859-1"), "naïve"),
            (b"na\xefve", Some("text/plain; charset=utf-8"), "naïve"),
            (b"it\x92s", None, "it’s"),
            (b"<?xml version='1.0' encoding='windows-1251'?>\xcf\xf0", None, "<?xml version='1.0' encoding='windows-1251'?>Пр"),
            (b"<meta charset=shift_jis>\x83\x65", None, "<meta charset=shift_jis>テ"),
            (b"\xff\xfea\0b\0", None, "ab"),
            (b"<\0a\0>\0", None, "<a>"),
            (b"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 \xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0", None, "Привет Прив\u{fffd}"),
        ];
        for (bytes, content_type, want) in cases {
            assert_eq!(decoded(bytes, content_type), want);
        }
    }
}
