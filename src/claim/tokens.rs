//! Text to tokens: words and numbers found in any script, accents taken off.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::text::is_invisible;

/// Longest token kept, in bytes; longer runs of letters are no words of any language.
const TOKEN_BYTES_MAX: usize = 64;

/// Where a token stood, as far as it matters for dropping it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A word or a number.
    Word,
    /// A part of a hashtag or handle.
    Tagged,
    /// Two neighbouring characters of a script that writes no blanks between words.
    Bigram,
}

/// Takes accents off Latin, Greek and Cyrillic letters and the vowel marks off Arabic ones; marks
/// that are part of the word, as in the Indic scripts, stay.
pub(super) fn fold(token: &str) -> Cow<'_, str> {
    if token.is_ascii() {
        return Cow::Borrowed(token);
    }
    let mut out = String::with_capacity(token.len());
    for c in token.nfd() {
        match c {
            '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{652}' | '\u{640}' => {}
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' => out.push('d'),
            'ı' => out.push('i'),
            'أ' | 'إ' | 'آ' => out.push('ا'),
            _ => out.push(c),
        }
    }
    if out.chars().any(is_combining_mark) {
        Cow::Owned(out.nfc().collect())
    } else {
        Cow::Owned(out)
    }
}

/// Calls `keep` for every token of the text: lower-case NFKC words and numbers, hashtags and
/// handles split at their capitals, neighbouring pairs of characters in scripts without blanks.
pub(super) fn for_each_token(text: &str, mut keep: impl FnMut(&str, Shape)) {
    let text: Cow<'_, str> =
        if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfkc().collect()) };
    let mut token = String::with_capacity(TOKEN_BYTES_MAX);
    let mut before: Option<char> = None;
    let mut tagged = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if writes_without_blanks(c) {
            flush(&mut token, tagged, &mut keep);
            let next = chars.peek().copied().filter(|next| writes_without_blanks(*next));
            let first_of_pair = next.is_some();
            if first_of_pair || !before.is_some_and(writes_without_blanks) {
                token.push(c);
                token.extend(next);
                keep(&token, Shape::Bigram);
                token.clear();
            }
        } else if c.is_alphanumeric() || is_combining_mark(c) {
            let was_lower = before.is_some_and(|b| b.is_lowercase() || b.is_numeric());
            if tagged && c.is_uppercase() && was_lower {
                flush(&mut token, tagged, &mut keep);
            }
            if token.len() + c.len_utf8() <= TOKEN_BYTES_MAX {
                token.extend(c.to_lowercase());
            }
        } else if matches!(c, '.' | ',')
            && before.is_some_and(|b| b.is_ascii_digit())
            && chars.peek().is_some_and(char::is_ascii_digit)
        {
            join_number(c, &chars, &mut token);
        } else if !is_invisible(c) {
            flush(&mut token, tagged, &mut keep);
            tagged = matches!(c, '#' | '@') || (tagged && c == '_');
        }
        before = Some(c);
    }
    flush(&mut token, tagged, &mut keep);
}

/// `5,000` is the number 5000, `2.5` stays `2.5`.
fn join_number(
    separator: char,
    rest: &std::iter::Peekable<std::str::Chars<'_>>,
    token: &mut String,
) {
    let group = rest.clone().take_while(char::is_ascii_digit).count();
    if group != 3 && token.len() < TOKEN_BYTES_MAX {
        token.push(if separator == ',' { '.' } else { separator });
    }
}

fn flush(token: &mut String, tagged: bool, keep: &mut impl FnMut(&str, Shape)) {
    if !token.is_empty() {
        keep(token, if tagged { Shape::Tagged } else { Shape::Word });
        token.clear();
    }
}

fn writes_without_blanks(c: char) -> bool {
    matches!(
        c,
        '\u{0e00}'..='\u{0e7f}'        // Thai
            | '\u{0e80}'..='\u{0eff}'  // Lao
            | '\u{1000}'..='\u{109f}'  // Burmese
            | '\u{1780}'..='\u{17ff}'  // Khmer
            | '\u{3040}'..='\u{30ff}'  // Hiragana, Katakana
            | '\u{3400}'..='\u{4dbf}'  // Han, extension A
            | '\u{4e00}'..='\u{9fff}'  // Han
            | '\u{ac00}'..='\u{d7a3}'  // Hangul
            | '\u{f900}'..='\u{faff}'  // Han, compatibility
            | '\u{20000}'..='\u{3134f}' // Han, further extensions
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surfaces(text: &str) -> Vec<String> {
        let mut tokens = Vec::new();
        for_each_token(text, |token, _| tokens.push(token.to_owned()));
        tokens
    }

    #[test]
    fn tokens_are_words_numbers_and_pairs() {
        assert_eq!(surfaces("Don't #StopTheSteal2020!"), ["don", "t", "stop", "the", "steal2020"]);
        assert_eq!(
            surfaces("5,000 died at 2.5 km; 1.000.000 €"),
            ["5000", "died", "at", "2.5", "km", "1000000"]
        );
        assert_eq!(surfaces("塑料大米 ok"), ["塑料", "料大", "大米", "ok"]);
        assert_eq!(surfaces("हिन्दी में"), ["हिन्दी", "में"]);
        assert_eq!(surfaces("va\u{200b}ccine @ChickfilA"), ["vaccine", "chickfil", "a"]);
    }

    #[test]
    fn accents_come_off() {
        assert_eq!(fold("façade naïve Straße"), "facade naive Strasse");
    }
}
