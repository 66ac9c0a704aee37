//! Plain-text work: cleaning what people write, sentences, shortening, telling the language.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// The language a text is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// ISO 639-1 code.
    pub code: &'static str,
    /// Whether the text is long and clear enough to rely on it.
    pub reliable: bool,
}

/// Tells the language of a text from its letters; `None` where there are no letters to tell by.
pub fn language(text: &str) -> Option<Language> {
    let info = whatlang::detect(text)?;
    let code = iso639_1(info.lang())?;
    let script_tells = !matches!(
        info.script(),
        whatlang::Script::Latin
            | whatlang::Script::Cyrillic
            | whatlang::Script::Arabic
            | whatlang::Script::Devanagari
    );
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let reliable = script_tells || (letters >= 20 && info.is_reliable());
    Some(Language { code, reliable })
}

fn iso639_1(lang: whatlang::Lang) -> Option<&'static str> {
    use whatlang::Lang as L;
    Some(match lang {
        L::Eng => "en",
        L::Spa => "es",
        L::Por => "pt",
        L::Fra => "fr",
        L::Deu => "de",
        L::Ita => "it",
        L::Nld => "nl",
        L::Cat => "ca",
        L::Pol => "pl",
        L::Ces => "cs",
        L::Slk => "sk",
        L::Slv => "sl",
        L::Hrv => "hr",
        L::Srp => "sr",
        L::Mkd => "mk",
        L::Bul => "bg",
        L::Ukr => "uk",
        L::Rus => "ru",
        L::Bel => "be",
        L::Ron => "ro",
        L::Hun => "hu",
        L::Fin => "fi",
        L::Est => "et",
        L::Lav => "lv",
        L::Lit => "lt",
        L::Swe => "sv",
        L::Dan => "da",
        L::Nob => "no",
        L::Tur => "tr",
        L::Aze => "az",
        L::Ell => "el",
        L::Ara => "ar",
        L::Pes => "fa",
        L::Urd => "ur",
        L::Heb => "he",
        L::Hin => "hi",
        L::Mar => "mr",
        L::Ben => "bn",
        L::Guj => "gu",
        L::Pan => "pa",
        L::Tam => "ta",
        L::Tel => "te",
        L::Kan => "kn",
        L::Mal => "ml",
        L::Sin => "si",
        L::Nep => "ne",
        L::Tha => "th",
        L::Khm => "km",
        L::Mya => "my",
        L::Cmn => "zh",
        L::Jpn => "ja",
        L::Kor => "ko",
        L::Vie => "vi",
        L::Ind => "id",
        L::Jav => "jv",
        L::Tgl => "tl",
        L::Afr => "af",
        L::Amh => "am",
        L::Hye => "hy",
        L::Kat => "ka",
        L::Uzb => "uz",
        L::Ori => "or",
        L::Epo => "eo",
        _ => return None,
    })
}

/// NFKC, without invisible characters that only serve to disguise words, with every run of white
/// space as one blank. What people see stays what they see.
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Taken off first: else they would keep a letter and its accent apart.
    let seen = text.chars().filter(|c| !is_invisible(*c) && (!c.is_control() || c.is_whitespace()));
    for c in seen.nfkc() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Characters without a shape of their own: zero-width blanks and joiners, direction marks, soft
/// hyphen, the byte-order mark.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// The leading whole sentences of `text` that fit in `chars_max` characters; at least one sentence,
/// cut at a word if it alone is longer. Line breaks end sentences.
pub fn first_sentences(text: &str, chars_max: usize) -> &str {
    let mut end = 0;
    let mut chars = 0;
    for (start, sentence) in text.split_sentence_bound_indices() {
        let length = sentence.trim_end().chars().count();
        if chars + length > chars_max {
            break;
        }
        chars += sentence.chars().count();
        end = start + sentence.trim_end().len();
    }
    if end == 0 { cut_at_word(text, chars_max) } else { &text[..end] }
}

/// The longest beginning of `text` of at most `chars_max` characters that ends with a word, or with
/// a grapheme where there is no word to end with.
pub fn cut_at_word(text: &str, chars_max: usize) -> &str {
    let Some((limit, _)) = text.char_indices().nth(chars_max) else {
        return text.trim_end();
    };
    let mut end = 0;
    let mut word_end = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        if start + grapheme.len() > limit {
            if grapheme.chars().all(char::is_whitespace) {
                word_end = start;
            }
            break;
        }
        end = start + grapheme.len();
        if grapheme.chars().all(char::is_whitespace) {
            word_end = start;
        }
    }
    text[..if word_end > 0 { word_end } else { end }].trim_end()
}

/// Shortens visibly: what [`first_sentences`] keeps, or a cut at a word with an ellipsis.
pub fn shorten(text: &str, chars_max: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let kept = first_sentences(text, chars_max.saturating_sub(2));
    format!("{} …", kept.trim_end_matches(|c: char| c.is_whitespace() || c == ','))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sentences_are_kept_whole_where_they_fit() {
        let text = "It is false. The photo is from 2016. Nobody was hurt.";
        assert_eq!(first_sentences(text, 40), "It is false. The photo is from 2016.");
        assert_eq!(first_sentences(text, 5), "It is");
        assert_eq!(shorten(text, 200), text);
        assert_eq!(shorten(text, 20), "It is false. …");
    }

    #[test]
    fn disguises_come_off() {
        assert_eq!(normalise("  v\u{200b}acc\u{ad}ine\u{202e}s\n\n ﬁx ½ "), "vaccines fix 1⁄2");
        assert_eq!(normalise("cafe\u{200b}\u{301} n\u{7}\u{303}"), "café ñ");
    }

    #[test]
    fn the_language_is_told_from_letters() {
        let told = |text| language(text).map(|found| found.code);
        assert_eq!(told("O governo suspendeu a distribuição de insulina no país"), Some("pt"));
        assert_eq!(told("Die Regierung hat die Verteilung von Insulin gestoppt"), Some("de"));
        assert_eq!(told("ไข่ปลอมจากจีน"), Some("th"));
        assert_eq!(told("12345"), None);
    }

    proptest! {
        #[test]
        fn shortening_never_exceeds_and_never_breaks_a_grapheme(text in "\\PC{0,80}", max in 0usize..60) {
            let cut = cut_at_word(&text, max);
            prop_assert!(cut.chars().count() <= max);
            prop_assert!(text.starts_with(cut));
            prop_assert!(shorten(&text, max + 2).chars().count() <= max + 2);
        }
    }
}
