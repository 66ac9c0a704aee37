//! Posts that are themselves a fact check or report one.

use super::words::Text;

/// First words of a post among which "fact check" heads one.
const TITLE_WORDS: usize = 3;
/// First words of a post that are read for a "no, ... did not".
const HEAD_WORDS: usize = 12;

/// Runs of words that only a fact check or a report of one has.
const PHRASES: [&str; 61] = [
    "fact check by",
    "fact check from",
    "fact check says",
    "fact check found",
    "fact check finds",
    "fact checked",
    "fact checkers say",
    "fact checkers found",
    "has been debunked",
    "was debunked",
    "been debunked",
    "already debunked",
    "debunked",
    "debunking",
    "debunks",
    "hoax alert",
    "fake news alert",
    "misinformation alert",
    "this is fake",
    "this is false",
    "that is false",
    "that's false",
    "this is not true",
    "that's not true",
    "this isn't true",
    "is a hoax",
    "it's a hoax",
    "was a hoax",
    "is misinformation",
    "is disinformation",
    "is a myth",
    "are myths",
    "no evidence that",
    "there is no evidence",
    "no evidence for",
    "claim is false",
    "claims are false",
    "false claim",
    "false claims",
    "falsely claim",
    "falsely claims",
    "falsely claimed",
    "this photo is old",
    "was photoshopped",
    "is photoshopped",
    "snopes says",
    "politifact",
    "es falso que",
    "es un bulo",
    "es falso",
    "desmentido",
    "e falso que",
    "e fake news",
    "e falso",
    "desmentida",
    "c est faux",
    "est une infox",
    "est fausse",
    "ist falsch",
    "falschmeldung",
    "faktencheck",
];

/// What a debunk begins with, before a colon, a comma or a dash.
const OPENINGS: [&str; 14] = [
    "false",
    "fake",
    "hoax",
    "debunked",
    "myth",
    "misleading",
    "falso",
    "bulo",
    "faux",
    "falsch",
    "intox",
    "boato",
    "fact",
    "mentira",
];

/// Words that take what stands beside them back.
const DOUBT: [&str; 11] =
    ["they", "fake", "can't", "cannot", "never", "call", "called", "calling", "say", "so", "media"];

/// Whether a post is itself a fact check or reports one, so that nobody needs to be told unasked.
/// `lang` is the language of the post, if known.
pub fn is_debunk(post: &str, lang: Option<&str>) -> bool {
    let text = Text::of(post);
    let words = &text.words;
    let opening = words.first().is_some_and(|word| {
        let after = post.trim_start_matches(|c: char| !c.is_alphanumeric());
        let after = after.get(word.raw.len()..).unwrap_or_default();
        let marked = after.starts_with([':', '!', '.']) || after.starts_with(" -");
        OPENINGS.contains(&word.text.as_str()) && word.text != "fact" && marked
    });
    // "No, the mayor did not ..."
    let sentence = words.iter().take(HEAD_WORDS).filter(|word| word.sentence == 0);
    let head: Vec<&str> = sentence.map(|word| word.text.as_str()).collect();
    let no = matches!(head.first(), Some(&"no" | &"nein" | &"non" | &"nao"));
    let comma = post.trim_start().chars().skip_while(|c| c.is_alphabetic()).find(|c| *c != ' ');
    let denies = head.iter().skip(1).any(|word| {
        super::negation::negates(word, lang) || matches!(*word, "nicht" | "pas" | "false" | "falso")
    });
    let tokens: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let headed = tokens.windows(2).take(TITLE_WORDS).any(|two| {
        matches!(two, ["fact", "check" | "checks" | "checking"] | ["factcheck" | "factchecking", _])
    });
    opening
        || headed
        || (no && comma == Some(',') && denies)
        || PHRASES.iter().any(|p| phrase(&tokens, p))
}

/// Whether the words hold the phrase, said in earnest: "they call it debunked" is not.
fn phrase(words: &[&str], phrase: &str) -> bool {
    let wanted: Vec<&str> = phrase.split(' ').collect();
    words.windows(wanted.len()).enumerate().any(|(at, window)| {
        let before = words.get(at.saturating_sub(3)..at).unwrap_or_default();
        let fact = wanted.first() == Some(&"fact") || wanted.len() > 2;
        window == wanted.as_slice() && (fact || !before.iter().any(|word| DOUBT.contains(word)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debunks_are_told() {
        for post in [
            "Fact check: the shark photo is a montage",
            "FALSE: no law bans bacon",
            "No, the mayor did not close the schools",
            "this is fake, the picture is from 2011",
            "The story about the rice has been debunked again",
            "HOAX ALERT! do not forward",
            "Es un bulo: la OMS no dijo eso",
            "C'est faux, le vaccin ne modifie rien",
            "Faktencheck: kein Verbot von Bargeld",
        ] {
            assert!(is_debunk(post, None), "{post}");
        }
    }

    #[test]
    fn rumours_and_questions_are_none() {
        for post in [
            "They say it's been debunked but I saw the shark myself",
            "No way!! a shark on the freeway",
            "is it true that bacon is banned?",
            "the fake news media won't tell you this",
            "Bill Gates admitted it on stage",
            "I read the whole fact check and remember the goose",
            "",
        ] {
            assert!(!is_debunk(post, None), "{post}");
        }
    }
}
