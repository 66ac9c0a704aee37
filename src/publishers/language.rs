//! The language of a check: what its text is in beats what the data says, where the text is clear.

use super::plain;
use crate::claim::review::ClaimReview;
use crate::claim::text::language;

/// Characters of claim, title and summary by which the language is told.
const LANGUAGE_CHARS_MAX: usize = 360;
/// One in so many words must be a telling one to confirm what the data says.
const WORDS_PER_TELLING_WORD: usize = 10;
/// Fewer telling words than this confirm nothing.
const TELLING_WORDS_MIN: usize = 4;

/// Words that a text in the language cannot do without and its neighbours do not have. They confirm
/// a declared language at a fraction of what telling it from nothing costs, and a file holds
/// hundreds of thousands of texts.
const TELLING: [(&str, &[&str]); 9] = [
    (
        "en",
        &[
            "the", "of", "and", "was", "that", "with", "is", "are", "this", "has", "from", "not",
            "to", "by", "have", "they", "their", "were", "an", "who", "been", "says",
        ],
    ),
    ("es", &["el", "los", "del", "las", "y", "una", "por", "con", "está"]),
    ("pt", &["não", "do", "em", "uma", "ao", "os", "é", "foi", "dos", "um", "na"]),
    ("fr", &["le", "les", "des", "est", "une", "et", "du", "dans", "qui"]),
    ("de", &["der", "die", "und", "ist", "das", "nicht", "von", "mit", "ein", "eine"]),
    ("it", &["il", "di", "che", "è", "della", "gli", "del", "per", "non", "sono"]),
    ("pl", &["się", "nie", "jest", "że", "z", "w", "na", "przez"]),
    ("id", &["yang", "dan", "di", "ini", "dengan", "itu", "dari"]),
    ("tr", &["bir", "ve", "bu", "için", "olarak", "da", "ile"]),
];

fn is_confirmed(sample: &str, declared: &str) -> bool {
    let Some((_, telling)) = TELLING.iter().find(|(code, _)| *code == declared) else {
        return false;
    };
    let (mut words, mut hits) = (0, 0);
    for word in sample.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        words += 1;
        if word.len() <= 8 {
            hits += usize::from(telling.iter().any(|known| known.eq_ignore_ascii_case(word)));
        }
    }
    hits >= TELLING_WORDS_MIN && hits * WORDS_PER_TELLING_WORD >= words
}

/// What the text is in beats what the data says it is in, where the text is clear enough.
pub(super) fn settle(review: &mut ClaimReview) {
    let declared = review.in_language.take().as_deref().and_then(code);
    let mut sample = String::with_capacity(2 * LANGUAGE_CHARS_MAX);
    let mut chars = 0;
    let texts = [&review.claim_reviewed, &review.name, &review.abstract_, &review.review_body];
    for text in texts.into_iter().flatten() {
        let kept = plain::cut(text, LANGUAGE_CHARS_MAX - chars);
        chars += kept.chars().count();
        sample.push_str(kept);
        sample.push('\n');
        if chars >= LANGUAGE_CHARS_MAX {
            break;
        }
    }
    if let Some(code) = &declared
        && is_confirmed(&sample, code)
    {
        review.in_language = declared;
        return;
    }
    review.in_language = match (language(&sample), declared) {
        (Some(told), None) if told.reliable => Some(told.code.to_owned()),
        (Some(told), Some(declared)) if told.reliable && !are_close(told.code, &declared) => {
            Some(told.code.to_owned())
        }
        (_, declared) => declared,
    };
}

/// Languages that letters alone do not tell apart well enough to overrule the publisher.
fn are_close(told: &str, declared: &str) -> bool {
    const CLOSE: [&[&str]; 9] = [
        &["no", "nb", "nn", "da"],
        &["id", "ms", "jv"],
        &["hr", "sr", "bs", "sl", "me"],
        &["cs", "sk"],
        &["es", "gl", "ca", "pt"],
        &["nl", "af"],
        &["tl", "ceb", "fil"],
        &["hi", "mr", "ne"],
        &["mk", "bg", "sr"],
    ];
    told == declared || CLOSE.iter().any(|group| group.contains(&told) && group.contains(&declared))
}

/// A language tag, `en-GB`, `pt_BR`, or an English name, as a lower-case ISO 639-1 code.
pub(super) fn code(tag: &str) -> Option<String> {
    let tag = tag.trim().to_lowercase();
    let first = tag.split(['-', '_']).next()?;
    let code = match first {
        "english" => "en",
        "spanish" => "es",
        "portuguese" => "pt",
        "french" => "fr",
        "german" => "de",
        "italian" => "it",
        "hindi" => "hi",
        "nb" | "nn" => "no",
        "iw" => "he",
        "in" => "id",
        "fil" => "tl",
        "cmn" => "zh",
        other => other,
    };
    let is_code =
        (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_code && code != "und").then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(mut review: ClaimReview) -> ClaimReview {
        settle(&mut review);
        review
    }

    #[test]
    fn the_text_decides_the_language_where_it_can() {
        let said = |claim: &str, tag: &str| {
            settled(ClaimReview {
                claim_reviewed: Some(claim.into()),
                in_language: Some(tag.into()),
                ..ClaimReview::default()
            })
            .in_language
        };
        assert_eq!(said("கொரோனா தடுப்பூசி போட்டவர்கள்", "en").as_deref(), Some("ta"));
        assert_eq!(said("5G", "pt-BR").as_deref(), Some("pt"));
        assert_eq!(
            said("El gobierno ha suspendido la distribución de insulina en todo el país", "en")
                .as_deref(),
            Some("es")
        );
        assert_eq!(said("4711", "und"), None);
    }

    #[test]
    fn neighbours_do_not_confirm_each_other() {
        let es = "El gobierno de la isla ha dicho que los barcos y las casas del puerto no se venden por una moneda";
        let pt = "O governo da ilha disse que os barcos não foram vendidos em um leilão e que uma casa do porto é nova";
        assert!(is_confirmed(es, "es") && !is_confirmed(es, "pt") && !is_confirmed(es, "it"));
        assert!(is_confirmed(pt, "pt") && !is_confirmed(pt, "es") && !is_confirmed(pt, "en"));
    }
}
