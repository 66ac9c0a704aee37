//! What a text denies: the words that deny, and how far the denial of each reaches.

use super::super::words::{Text, Word};
use super::lexicon::{self, Sort};

/// Denials of a text that are compared.
const DENIALS_MAX: usize = 24;
/// Words after a denial that it reaches.
const REACH: usize = 12;
/// Words about a French verb within which its second "not" stands.
const AROUND_VERB: usize = 5;
/// Words before a denial among which its subject is.
const SUBJECT: usize = 8;

/// A word that denies, and what it denies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Denial {
    /// Where it stands.
    pub(super) at: usize,
    /// How it denies.
    pub(super) sort: Sort,
    /// First word that it reaches.
    pub(super) from: usize,
    /// First word that it does no longer reach.
    pub(super) to: usize,
}

impl Denial {
    /// The words that it denies and that tell something.
    pub(super) fn reaches<'a>(&self, text: &'a Text) -> impl Iterator<Item = &'a Word> {
        let (from, to, at) = (self.from, self.to, self.at);
        let all = text.words.iter().enumerate().take(to).skip(from);
        all.filter(move |(here, word)| *here != at && tells(word)).map(|(_, word)| word)
    }

    /// The first of them, where they follow it: mostly the verb that it denies.
    pub(super) fn verb<'a>(&self, text: &'a Text) -> Option<&'a Word> {
        self.reaches(text).next().filter(|_| self.to > self.at + 1)
    }
}

/// Whether a word tells something besides denying.
pub(super) fn tells(word: &Word) -> bool {
    word.content()
        && !matches!(word.text.as_str(), "one" | "longer" | "single" | "ever" | "anymore")
        && lexicon::sort(&word.text, None).is_none_or(|sort| sort != Sort::Not)
}

/// All denials of a text in the language `lang`, if that is known.
pub(super) fn denials(text: &Text, lang: Option<&str>) -> Vec<Denial> {
    let lang = lang.and_then(|lang| lang.split(['-', '_']).next());
    let lang = lang.or_else(|| portuguese(text).then_some("pt"));
    let mut found: Vec<Denial> = Vec::new();
    for at in 0..text.words.len() {
        if found.len() >= DENIALS_MAX {
            break;
        }
        let Some(sort) = sort_at(text, at, lang) else { continue };
        let concord = found.last().is_some_and(|before| doubles(text, before, at));
        if concord || idiom(text, at) {
            continue;
        }
        let (from, to) = reach(text, at, lang);
        if from < to {
            found.push(Denial { at, sort, from, to });
        }
    }
    found
}

/// Whether a text is Portuguese, in which "no" is "in the".
fn portuguese(text: &Text) -> bool {
    let own = ["nao", "uma", "em", "pelo", "pela", "foi", "ao", "sao", "voce", "dos"];
    text.words.iter().filter(|word| own.contains(&word.text.as_str())).take(2).count() == 2
}

/// How the word at a place denies, if it does.
fn sort_at(text: &Text, at: usize, lang: Option<&str>) -> Option<Sort> {
    let word = text.words.get(at).filter(|word| !word.tagged)?;
    let next = text.get(at + 1);
    let sort = match word.text.as_str() {
        "no" if lang.is_some_and(|lang| matches!(lang, "pt" | "fr" | "de")) => return None,
        // "No. 13": a number.
        "no" if next.starts_with(|c: char| c.is_ascii_digit()) => return None,
        // "No, ...": an answer, not a part of what follows.
        "no" | "non" | "nein" | "nao" if lone(text, at) => return None,
        "n" | "ne" => return None,
        "far" => (next == "from").then_some(Sort::Verb)?,
        "plus" | "personne" => {
            (lang == Some("fr") && verb_before(text, at)).then_some(Sort::Not)?
        }
        form => lexicon::sort(form, lang)?,
    };
    match sort {
        Sort::Verb if !complemented(text, at) => Some(Sort::Weak),
        sort => Some(sort),
    }
}

/// Whether a word is all of its clause.
fn lone(text: &Text, at: usize) -> bool {
    let clause = |at: usize| text.words.get(at).map(|word| word.clause);
    let starts = at == 0 || clause(at - 1) != clause(at);
    starts && clause(at + 1) != clause(at)
}

/// Whether a French "ne" stands close before a place.
fn verb_before(text: &Text, at: usize) -> bool {
    (at.saturating_sub(AROUND_VERB)..at).any(|at| matches!(text.get(at), "ne" | "n"))
}

/// Whether a verb has what it denies after it: "declined to say" and "stopped paying" deny, while
/// prices that declined and a train that stopped do not.
fn complemented(text: &Text, at: usize) -> bool {
    let (word, next) = (text.get(at), text.get(at + 1));
    let to = matches!(next, "to" | "a" | "de" | "d" | "zu");
    match word {
        _ if word.starts_with("declin") || word.starts_with("fail") => next == "to",
        _ if word.starts_with("stop") || word.starts_with("ceas") || word.starts_with("quit") => {
            next.ends_with("ing")
        }
        "instead" => next == "of",
        "dejo" | "dejaron" | "deja" | "dejan" | "dejara" | "dejaran" | "deixou" | "deixaram"
        | "deixa" => to,
        "cesse" | "cessent" | "cessa" | "arrete" => to,
        _ => true,
    }
}

/// Whether a denial only strengthens the one before, as in "no vio nada" and "ne fait pas".
fn doubles(text: &Text, before: &Denial, at: usize) -> bool {
    let same = |at: usize| text.words.get(at).map(|word| word.clause);
    let concord = lexicon::concord(text.get(before.at)) && lexicon::concord(text.get(at));
    let english = matches!(text.get(at), "longer" | "ever" | "one");
    before.sort == Sort::Not && same(before.at) == same(at) && (concord || english)
}

/// Whether a denial is a manner of speaking that denies nothing of the sentence.
fn idiom(text: &Text, at: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |at| text.get(at));
    let (word, next, second) = (text.get(at), text.get(at + 1), text.get(at + 2));
    let strengthens = match word {
        "not" if next == "all" => second == "heroes",
        "not" => matches!(next, "only" | "just" | "merely" | "simply" | "kidding" | "surprised"),
        "no" => {
            matches!(next, "doubt" | "wonder" | "matter" | "joke" | "question" | "lie" | "lol")
                || (next == "puede" && second == "ser")
                || matches!(before, "say" | "said" | "says")
        }
        "never" => matches!(next, "forget" | "mind" | "again" | "eating" | "let"),
        "zero" => matches!(before, "below" | "above" | "under" | "over" | "to" | "from" | "at"),
        // "Nobody has more of it than ..." has the most of it.
        "nobody" | "noone" | "none" if compared(text, at) => true,
        "nothing" => matches!(next, "but" | "less") || (next == "to" && second == "see"),
        "solo" | "solamente" => true,
        _ => false,
    };
    let only = matches!(word, "no" | "nao" | "nicht" | "pas")
        && matches!(next, "solo" | "solamente" | "so" | "apenas" | "nur" | "seulement");
    let doubt = matches!(word, "kein" | "sans" | "sin" | "sem" | "without" | "ohne")
        && (matches!(next, "zweifel" | "doute" | "duda" | "duvida" | "doubt" | "aucun")
            || (next == "a" && second == "doubt"));
    let either = word == "not" && matches!(before, "or" | "why") || before == "why";
    strengthens || only || doubt || either || command(text, at)
}

/// Whether a "than" follows in the clause.
fn compared(text: &Text, at: usize) -> bool {
    let clause = text.words.get(at).map(|word| word.clause);
    let rest = text.words.iter().skip(at).take_while(|word| Some(word.clause) == clause);
    rest.take(REACH).any(|word| word.text == "than")
}

/// "Don't touch ...", "please don't share": what is asked of the reader.
fn command(text: &Text, at: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |at| text.get(at));
    let starts = |at: usize| {
        let clause = |at: usize| text.words.get(at).map(|word| word.clause);
        at == 0 || clause(at) != clause(at - 1)
    };
    let please = matches!(before, "please" | "pls" | "so" | "and" | "just");
    (matches!(text.get(at), "don't" | "dont") && (starts(at) || please))
        || (text.get(at) == "not" && before == "do" && starts(at.saturating_sub(1)))
}

/// The words that a denial reaches: those after it in its clause; where nothing is told there,
/// those before it.
fn reach(text: &Text, at: usize, lang: Option<&str>) -> (usize, usize) {
    let clause = text.words.get(at).map(|word| word.clause);
    let same = |at: &usize| text.words.get(*at).map(|word| word.clause) == clause;
    let end = (at + 1..text.words.len()).take(REACH).take_while(same).last().unwrap_or(at) + 1;
    let told = |from: usize, to: usize| {
        text.words.iter().take(to).skip(from).any(|word| tells(word) && !truth(&word.text))
    };
    if told(at + 1, end) {
        return (after_verb(text, at, lang), end);
    }
    // "Paid for doing nothing" doesn't take the pay back.
    if matches!(text.get(at), "nothing" | "none" | "zero" | "nada" | "nichts" | "rien") {
        return (at + 1, end);
    }
    let start = (0..at).rev().take(REACH).take_while(same).last().unwrap_or(at);
    if told(start, at) || start == 0 {
        return (start, at + 1);
    }
    // "That's not true": of the clause before.
    let clause = text.words.get(start - 1).map(|word| word.clause);
    let same = |at: &usize| text.words.get(*at).map(|word| word.clause) == clause;
    ((0..start).rev().take(REACH).take_while(same).last().unwrap_or(start), at + 1)
}

/// Where what a French denial reaches begins: its verb stands between its two words, or before
/// the only one.
fn after_verb(text: &Text, at: usize, lang: Option<&str>) -> usize {
    if !lexicon::french(text.get(at)) || lang.is_some_and(|lang| lang != "fr") {
        return at + 1;
    }
    let mut before = (at.saturating_sub(AROUND_VERB)..at).rev();
    before
        .find(|at| matches!(text.get(*at), "ne" | "n"))
        .map_or(at.saturating_sub(1), |verb| verb + 1)
}

/// Words that say that what is told is so.
fn truth(word: &str) -> bool {
    let so = ["true", "real", "correct", "case", "cierto", "verdad", "verdade", "vrai", "stimmt"];
    so.contains(&word) || word == "wahr"
}

/// The words before a denial in its clause that may be its subject, from the closest.
pub(super) fn before(text: &Text, at: usize) -> impl Iterator<Item = &Word> {
    let sentence = text.words.get(at).map(|word| word.sentence);
    let head = text.words.iter().take(at).rev().take(SUBJECT);
    head.take_while(move |word| Some(word.sentence) == sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(text: &str, lang: Option<&str>) -> Vec<Vec<String>> {
        let text = Text::of(text);
        let all = denials(&text, lang);
        all.iter()
            .map(|denial| denial.reaches(&text).map(|word| word.text.clone()).collect())
            .collect()
    }

    #[test]
    fn what_is_denied() {
        for (text, lang, words) in [
            ("There are no photos of girls, says Rudy", Some("en"), &["photos", "girls"][..]),
            ("the bridge did not fall", Some("en"), &["fall"]),
            ("Mexico declined to pay", Some("en"), &["pay"]),
            (
                "Die Impfung verändert das Erbgut nicht",
                Some("de"),
                &["impfung", "verandert", "erbgut"],
            ),
            ("Ce n'est pas la 5G qui propage le virus", Some("fr"), &["propage", "virus"]),
            ("le vaccin ne modifie pas notre ADN", Some("fr"), &["modifie", "adn"]),
            ("el presidente no firmó ningún decreto", Some("es"), &["firmo", "decreto"]),
        ] {
            assert_eq!(denied(text, lang), [words], "{text}");
        }
    }

    #[test]
    fn what_denies_nothing() {
        for (text, lang) in [
            ("not only photos of girls", Some("en")),
            ("Don't touch the frog", Some("en")),
            ("prices declined last week", Some("en")),
            ("o decreto foi assinado no Brasil em maio", None),
            ("No, the bridge fell", Some("en")),
        ] {
            let text = Text::of(text);
            let all = denials(&text, lang);
            assert!(all.iter().all(|denial| denial.sort == Sort::Weak), "{all:?}");
        }
    }
}
