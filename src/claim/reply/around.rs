//! What publishers write around their findings: labels, and lines that are no part of the article.
//! They are cut off or left out; no word is ever put in their place.

/// A line of no more words, without an end of a sentence, is a byline or a heading.
const HEADING_WORDS_MAX: usize = 6;
/// A sentence of no more words with a time of day and a date is the stamp of a page.
const STAMP_WORDS_MAX: usize = 16;
/// Longest label, in bytes.
const LABEL_BYTES_MAX: usize = 48;
/// Behind what a news agency begins with: `Berlin (ots) - `.
const AGENCIES: [&str; 4] = ["(ots) - ", "(dpa) - ", "(AFP) - ", "(Reuters) - "];

/// Labels of what others claim.
#[rustfmt::skip]
const CLAIMS: &[&str] = &[
    "claim", "the claim", "rumor", "rumour", "q", "question", "boato", "frase", "frase a revisión",
    "afirmación", "alegação", "affirmation", "behauptung", "frage", "pregunta", "pergunta",
];
/// Labels of what was found.
#[rustfmt::skip]
const FINDINGS: &[&str] = &[
    "a", "fact", "facts", "the facts", "conclusion", "verdict", "our verdict", "the verdict",
    "bewertung", "fakten", "fazit", "conclusión", "conclusão", "veredicto", "nuestra conclusión",
];
/// Labels of what a page says of itself.
#[rustfmt::skip]
const NOTES: &[&str] = &[
    "update", "updated", "correction", "editor's note", "editors note", "note", "related",
    "also read", "nota", "nota del editor", "nota editorial", "nota do editor", "actualización",
    "atualização", "mise à jour", "note de la rédaction", "aktualisierung", "korrektur",
    "anmerkung der redaktion",
];
/// Words of labels that only say that this is a fact check.
const CHECKS: [&str; 7] = [
    "fact check",
    "fact-check",
    "factcheck",
    "faktencheck",
    "news news",
    "ফ্যাক্ট চেক",
    "fake news fact check",
];

/// What pages write around their text.
const AROUND: &[&str] = &[
    "share on facebook",
    "share this",
    "tweet this",
    "share on twitter",
    "click here",
    "read more",
    "sign up for",
    "subscribe to",
    "newsletter",
    "all rights reserved",
    "read this article in",
    "archived version of the post can be seen",
    "flagged as part of facebook",
    "fact-check the claim made in the post",
    "analyze the claim made in the post",
    "verify the claim made in the post",
    "fake news checker online",
    "become a founding member",
    "auf facebook teilen",
    "jetzt teilen",
    "compartir en",
    "compartilhar no",
    "compartilhe",
    "partager sur",
    "leia mais",
    "confira a seguir o trabalho",
    "projeto de verificação de notícias",
    "verdade ou falsidade?",
    "verdade ou mentira?",
    "checagem foi publicada pel",
    "lea también",
    "leer más",
    "lire aussi",
    "lesen sie auch",
    "aiutaci a migliorare",
    "słowa są zgodne z prawdą?",
];

/// What a sentence of a summary begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins<'a> {
    /// Nothing that is to be cut off, or what follows what was.
    Text(&'a str),
    /// A label by which a publisher tells others' claims.
    Claim,
    /// A label by which it speaks of its own page.
    Note,
}

/// Reads the beginning of a sentence.
pub(super) fn begins(sentence: &str) -> Begins<'_> {
    let mut text = sentence;
    while let Some((label, rest)) = label(text) {
        let is = |known: &[&str]| {
            known.contains(&label.trim_end_matches(|c: char| c == ' ' || c.is_ascii_digit()))
        };
        if is(CLAIMS) {
            return Begins::Claim;
        }
        if is(NOTES) {
            return Begins::Note;
        }
        if !is(FINDINGS) && !CHECKS.iter().any(|check| label.contains(check)) {
            break;
        }
        text = rest;
    }
    let agency = AGENCIES.iter().find_map(|agency| {
        let at = text.find(agency).filter(|at| *at <= LABEL_BYTES_MAX)?;
        text.get(at + agency.len()..)
    });
    Begins::Text(agency.unwrap_or(text).trim_start())
}

/// Whether the publisher labels a sentence as what it found.
pub(super) fn is_finding(sentence: &str) -> bool {
    label(sentence).is_some_and(|(label, _)| FINDINGS.contains(&label.as_str()))
}

/// The label that a sentence begins with, in lower case, and what follows it.
fn label(sentence: &str) -> Option<(String, &str)> {
    let marks = [": ", " - ", " – ", " — ", " | "];
    let ends = marks.iter().filter_map(|mark| Some((sentence.find(mark)?, mark.len())));
    let (at, long) = ends.min().filter(|(at, _)| *at <= LABEL_BYTES_MAX)?;
    let (label, rest) = (sentence.get(..at)?, sentence.get(at + long..)?);
    let label = label.trim_matches(['(', '[', '*', '•', ' ']).to_lowercase().replace('’', "'");
    (!rest.trim().is_empty()).then_some((label, rest.trim_start()))
}

/// Whether it is a byline, a heading, a stamp, a link to share or a scrap of markup, and no
/// sentence of the article.
pub(super) fn is_around(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let tag = sentence.strip_prefix('<').and_then(|rest| rest.chars().next());
    if tag.is_some_and(|c| c.is_ascii_alphabetic() || c == '/') && !sentence.contains('>') {
        return true;
    }
    if AROUND.iter().any(|known| lower.contains(known)) {
        return words.len() <= 2 * STAMP_WORDS_MAX;
    }
    let ends = sentence.ends_with(['.', '!', '?', '…', '"', '”', '»', ')', ']']);
    let is_ascii = sentence.is_ascii() || words.len() > 1;
    let digits = |word: &&str, mark: char| {
        let mut parts = word.split(mark).map(|part| part.chars().any(|c| c.is_ascii_digit()));
        parts.next() == Some(true) && parts.next() == Some(true)
    };
    let clock = words.iter().any(|word| digits(word, ':'));
    let day = words.iter().any(|word| digits(word, '/')) || lower.contains("published");
    (clock && day && words.len() <= STAMP_WORDS_MAX)
        || (!ends && is_ascii && words.len() <= HEADING_WORDS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_cut_off_and_no_word_is_put_in_their_place() {
        for (sentence, text) in [
            ("FACT CHECK: The bridge stands.", "The bridge stands."),
            ("A: No. It stands.", "No. It stands."),
            ("Viral video fact check | The bridge stands.", "The bridge stands."),
            ("BEWERTUNG: Die Brücke steht.", "Die Brücke steht."),
            ("dpa-Faktencheck - Berlin (ots) - Die Brücke steht.", "Die Brücke steht."),
            ("The minister said: it stands.", "The minister said: it stands."),
            ("FALSE: The bridge fell.", "FALSE: The bridge fell."),
            ("A fact: the bridge stands.", "A fact: the bridge stands."),
            ("FACT CHECK:", "FACT CHECK:"),
        ] {
            assert_eq!(begins(sentence), Begins::Text(text));
        }
        for sentence in
            ["Rumor: The bridge fell.", "Boato – A ponte caiu.", "Q: Did it?", "CLAIM 2: It fell."]
        {
            assert_eq!(begins(sentence), Begins::Claim, "{sentence}");
        }
        for sentence in
            ["EDITOR’S NOTE: We changed this.", "Update: It stands.", "(Nota: Isto mudou."]
        {
            assert_eq!(begins(sentence), Begins::Note, "{sentence}");
        }
        assert!(is_finding("Conclusion: It stands.") && is_finding("FAKTEN: Sie steht."));
        assert!(!is_finding("Claim: It fell.") && !is_finding("In fact it stands."));
    }

    #[test]
    fn scraps_of_markup_are_no_sentences() {
        assert!(is_around(
            "<img class=\" size-full\" src=\"http://a.example/a.jpg\" width=\"490\""
        ));
        assert!(is_around("<span cla"));
        assert!(!is_around("<3 is a heart, and nothing of the kind was said by the minister."));
    }
}
