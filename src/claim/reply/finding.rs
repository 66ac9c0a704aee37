//! What a reply quotes of a check: whole sentences of its summary that say more than the claim.
//!
//! Summaries are often the head of the article, and articles often begin with the rumour itself.

use unicode_segmentation::UnicodeSegmentation;

use super::around::{Begins, begins, is_around, is_finding};
use super::draft::{clean, clean_lines, ends_early, shorten};
use super::parts::section;
use crate::claim::answer::Match;
use crate::claim::review::SectionKind;
use crate::claim::text::cut_at_word;

/// Longest summary shown: with claim, link and buttons it is read on a phone without scrolling.
const SUMMARY_WORDS_MAX: usize = 60;
const SUMMARY_CHARS_MAX: usize = 400;
/// How far a sentence may reach beyond that rather than be cut.
const SENTENCE_WORDS_MAX: usize = 80;
const SENTENCE_CHARS_MAX: usize = 500;
/// Words below which what is labelled as the finding does not stand alone.
const LABELLED_WORDS_MIN: usize = 8;
/// Characters of a summary that are looked at.
const READ_CHARS_MAX: usize = 6_000;
/// Letters from which on a word tells something, and by which it is known in all its forms.
const TELLING_CHARS_MIN: usize = 4;
const STEM_CHARS: usize = 5;
/// Longest abbreviation, with its full stop, behind which a number goes on.
const SHORT_CHARS_MAX: usize = 5;
/// A sentence with fewer telling words is never taken for the claim.
const RESTATED_WORDS_MIN: usize = 3;
/// Share of a sentence's telling words, in percent, from which on it only repeats the claim.
const RESTATED_PERCENT: usize = 75;
/// Two sentences that begin with so many equal letters are one, said twice.
const TEASER_CHARS: usize = 30;
/// Beginnings of words by which somebody else's claim is introduced.
#[rustfmt::skip]
const REPORTING: &[&str] = &[
    "claim", "post", "share", "video", "image", "photo", "viral", "faceb", "twitt", "tweet",
    "whats", "insta", "tikto", "socia", "media", "says", "said", "alleg", "circu", "onlin", "inter",
    "user", "that", "this", "with", "have", "fact", "check", "publi", "mensa", "compa", "redes",
    "afirm", "dice", "diz", "vídeo", "imagen", "image", "beitr", "behau", "angeb", "teile",
    "netz", "nutze", "sozia", "kursi", "verbr", "parta", "résea", "prété", "selon",
];
/// Words that say of a claim that it does not hold, or not so: a sentence with one that the claim
/// lacks is a finding.
#[rustfmt::skip]
const FINDING: &[&str] = &[
    "no", "not", "never", "none", "nothing", "false", "fake", "untrue", "wrong", "misleading",
    "hoax", "satire", "altered", "true", "correct", "evidence", "actually", "however", "but",
    "nicht", "kein", "keine", "keinen", "nie", "falsch", "irreführend", "stimmt", "wahr", "belege",
    "tatsächlich", "aber", "falso", "falsa", "nunca", "ningún", "ninguna", "engañoso", "cierto",
    "pero", "sin", "ne", "pas", "faux", "fausse", "aucun", "aucune", "jamais", "mais", "não",
    "nenhum", "nenhuma", "enganoso", "verdade", "mas", "sem", "montage", "montaje", "montagem",
];
/// The summary as it is shown: without sentences that repeat the claim or the title, and without
/// what stands around an article, if others follow; whole sentences, if the first is not too long.
pub(super) fn finding(given: &Match) -> String {
    shortened(&telling(given))
}

/// As many whole sentences as there is room for; a word is cut after only where none ends near.
fn shortened(text: &str) -> String {
    let shown = shorten(text, SUMMARY_WORDS_MAX, SUMMARY_CHARS_MAX);
    let kept = shown.strip_suffix(" …").unwrap_or(&shown).len();
    let mut end = 0;
    for sentence in sentences(text) {
        end += text[end..].find(sentence).unwrap_or_default() + sentence.len();
        let (words, chars) = (text[..end].split_whitespace().count(), text[..end].chars().count());
        if words > SENTENCE_WORDS_MAX || chars > SENTENCE_CHARS_MAX {
            break;
        }
        if end == text.len() {
            return text.to_owned();
        }
        if end == kept {
            break;
        }
        if words > SUMMARY_WORDS_MAX || chars > SUMMARY_CHARS_MAX {
            return format!("{} …", &text[..end]);
        }
    }
    shown
}

/// The same at its full length.
pub(super) fn telling(given: &Match) -> String {
    let text = own(given);
    let known = [given.claim_reviewed.as_deref(), given.name.as_deref()];
    let known: Vec<String> = known.into_iter().flatten().map(clean).collect();
    let portuguese = given.in_language.as_deref().is_some_and(|code| code.starts_with("pt"));
    let mut kept = String::new();
    let mut gap = false;
    let all = sentences(cut_at_word(&text, READ_CHARS_MAX));
    let all = from_finding(&all);
    for (place, sentence) in all.iter().enumerate() {
        let after = &all[place + 1..];
        let Begins::Text(sentence) = begins(sentence) else { continue };
        if is_around(sentence) || is_teaser(sentence, after) {
            continue;
        }
        if known.iter().any(|known| restates(sentence, known, portuguese)) {
            gap = !kept.is_empty();
            continue;
        }
        if !kept.is_empty() {
            kept.push_str(if gap { " … " } else { " " });
        }
        gap = false;
        kept.push_str(sentence);
    }
    let whole = clean(&text);
    let repeats = |text: &String| known.first().is_some_and(|claim| claim == text);
    if kept.is_empty() && !repeats(&whole) { whole } else { kept }
}

/// The sentences from that on which the publisher labels as its finding, if it does and says enough
/// there.
fn from_finding<'s, 't>(all: &'s [&'t str]) -> &'s [&'t str] {
    let labelled = all.iter().position(|sentence| is_finding(sentence));
    let found = labelled.map_or(all, |at| &all[at..]);
    let words = found.iter().flat_map(|sentence| sentence.split_whitespace()).count();
    if words >= LABELLED_WORDS_MIN { found } else { all }
}

/// Whether the publisher states what it found, apart from the article.
pub(super) fn is_stated(given: &Match) -> bool {
    let stated = clean(&section(given, SectionKind::Summary));
    let own = given.summary.as_deref().map(clean).unwrap_or_default();
    !stated.is_empty() && stated.starts_with(own.trim_end_matches('…').trim_end())
}

/// The summary in the publisher's words, its lines kept: its own, else its section of that kind.
fn own(given: &Match) -> String {
    let own = given.summary.as_deref().map(clean_lines).filter(|summary| !summary.is_empty());
    own.unwrap_or_else(|| section(given, SectionKind::Summary))
}

/// The sentences of a text. A line ends one, the full stop of an abbreviation does not.
fn sentences(text: &str) -> Vec<&str> {
    let mut all = Vec::new();
    for line in text.lines() {
        let mut start = 0;
        for (at, bound) in line.split_sentence_bound_indices() {
            let end = at + bound.len();
            let goes_on = line[end..].starts_with(|c: char| c.is_ascii_digit());
            let dated = goes_on && is_short(bound.trim_end());
            if end < line.len() && (dated || ends_early(bound.trim_end())) {
                continue;
            }
            all.push(line[start..end].trim());
            start = end;
        }
        all.push(line[start..].trim());
    }
    all.retain(|sentence| !sentence.is_empty());
    all
}

/// Whether it ends in a short word, as `Sept.` before a day.
fn is_short(sentence: &str) -> bool {
    let last = sentence.rsplit(char::is_whitespace).next().unwrap_or_default();
    last.ends_with('.') && last.chars().count() <= SHORT_CHARS_MAX
}

/// Whether a sentence is said again, or said whole, further below, as in the teaser of an article.
fn is_teaser(sentence: &str, after: &[&str]) -> bool {
    let cut = sentence.ends_with("...") || sentence.ends_with('…');
    let chars = sentence.chars().count();
    let head: String = sentence.chars().take(TEASER_CHARS).collect();
    // The second time without the name of an agency before it.
    let again = |other: &&str| {
        chars >= TEASER_CHARS && other.starts_with(&head)
            || other.chars().count() >= TEASER_CHARS && sentence.ends_with(other)
    };
    !after.is_empty() && (cut || after.iter().any(again))
}

/// Whether a sentence says hardly more than the claim: most of its telling words stand there, or
/// only say that somebody claims it. In Portuguese, "no" is "in the".
fn restates(sentence: &str, claim: &str, portuguese: bool) -> bool {
    let (said, known) = (lower_words(sentence), lower_words(claim));
    let finds =
        |word: &String| FINDING.contains(&word.as_str()) && !(portuguese && word.as_str() == "no");
    if said.iter().any(|word| finds(word) && !known.contains(word)) {
        return false;
    }
    let telling = |word: &&String| {
        word.chars().count() >= TELLING_CHARS_MIN || word.chars().any(|c| c.is_ascii_digit())
    };
    let told: Vec<&String> =
        said.iter().filter(telling).filter(|word| !REPORTING.contains(&stem(word))).collect();
    let shared =
        told.iter().filter(|word| known.iter().any(|known| stem(known) == stem(word))).count();
    shared >= RESTATED_WORDS_MIN && shared * 100 >= told.len() * RESTATED_PERCENT
}

fn lower_words(text: &str) -> Vec<String> {
    text.unicode_words().map(str::to_lowercase).collect()
}

/// The beginning by which a word is known.
fn stem(word: &str) -> &str {
    word.char_indices().nth(STEM_CHARS).map_or(word, |(end, _)| &word[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(claim: &str, title: &str, summary: &str) -> String {
        finding(&Match {
            claim_reviewed: Some(claim.to_owned()).filter(|claim| !claim.is_empty()),
            name: Some(title.to_owned()),
            summary: Some(summary.to_owned()),
            ..super::super::tests::rated()
        })
    }

    #[test]
    fn the_rumour_is_not_what_was_found() {
        assert_eq!(
            shown(
                "Vaccinations make you magnetic",
                "Do vaccinations make people magnetic?",
                "A post on Facebook claimed that vaccinations make you magnetic. The doses hold \
                 less iron than a cup of milk. Coins stick to skin because it is damp.",
            ),
            "The doses hold less iron than a cup of milk. Coins stick to skin because it is damp."
        );
        assert_eq!(
            shown(
                "“The city bans all gas stoves from May”",
                "Gas stoves",
                "The council met in April.\n\"The city bans all gas stoves from May\", says a \
                 viral post.\nIt voted to subsidise electric ones.",
            ),
            "The council met in April. … It voted to subsidise electric ones."
        );
        let said = "A inventada lei proíbe gatos em Lisboa, afirma uma publicação. O diário oficial \
                    não tem tal lei.";
        assert_eq!(
            shown("Uma lei inventada proíbe gatos em Lisboa", "Gatos", said),
            "O diário oficial não tem tal lei."
        );
    }

    #[test]
    fn what_denies_the_claim_is_kept() {
        let said = "Vaccinations do not make you magnetic.";
        assert_eq!(shown("Vaccinations make you magnetic", "x", said), said);
        let only = "Vaccinations make people magnetic, says a post.";
        assert_eq!(shown("Vaccinations make people magnetic", "x", only), only, "nothing follows");
        assert_eq!(shown("Garlic cures flu quickly", "x", "Garlic cures flu quickly"), "");
    }

    #[test]
    fn what_stands_around_an_article_is_not_shown() {
        let said = "By Ann Example\n9:26 PM 07/27/2021\nFACT CHECK:\nShare on Facebook Tweet this\n\
                    The bridge was closed for a planned inspection, says Dr. Example of the U.S. \
                    office. It opened a day later.";
        assert_eq!(
            shown("", "Bridge", said),
            "The bridge was closed for a planned inspection, says Dr. Example of the U.S. office. \
             It opened a day later."
        );
        assert_eq!(shown("", "Bridge", "Share this"), "Share this", "nothing follows");
    }

    #[test]
    fn a_teaser_and_the_title_below_it_are_not_said_twice() {
        let lead = "A picture of a bridge in an invented town is shared with a false story.";
        let said = format!(
            "{lead} The bridge was closed for ...\nThe bridge is whole\n{lead} It was closed for a \
             planned inspection of the bearings."
        );
        assert_eq!(
            shown("", "The bridge is whole", &said),
            format!("{lead} It was closed for a planned inspection of the bearings.")
        );
    }

    #[test]
    fn what_a_publisher_labels_as_its_finding_comes_first() {
        let said = "dpa-Faktencheck - Berlin (ots) - Eine Brücke in einer erfundenen Stadt soll \
                    gestohlen worden sein. Weiter heißt es, niemand habe ...\nDie Brücke ist \
                    da\nEine Brücke in einer erfundenen Stadt soll gestohlen worden sein. Weiter \
                    heißt es, niemand habe es bemerkt.\nBEWERTUNG: Die Brücke steht, wo sie immer \
                    stand.\nFAKTEN: Das Bauamt hat sie am Montag vermessen.";
        let found = "Die Brücke steht, wo sie immer stand. Das Bauamt hat sie am Montag vermessen.";
        assert_eq!(shown("", "Die Brücke ist da", said), found);
        let said = "Rumor: The bridge fell.\nVerdict: False.";
        assert_eq!(shown("", "Bridge", said), "False.", "too little to stand alone");
        let only = "Rumor: A bridge in an invented town fell into its river.";
        assert_eq!(shown("", "Bridge", only), only, "nothing follows");
    }

    #[test]
    fn a_lead_behind_the_name_of_an_agency_is_not_said_twice() {
        let lead = "Eine Brücke in einer erfundenen Stadt soll von ihrem Bürgermeister verkauft \
                    worden sein.";
        let said = format!("Erfundene Agentur: {lead}\n{lead} Sie steht noch.");
        assert_eq!(shown("", "Brücke", &said), format!("{lead} Sie steht noch."));
    }

    #[test]
    fn a_sentence_a_little_too_long_is_shown_whole() {
        let sentence = |words: usize| format!("It {}ends.", "goes on and ".repeat(words / 3 - 1));
        let (near, far) = (sentence(72), sentence(99));
        assert_eq!(shown("", "Bridge", &near), near);
        assert_eq!(shown("", "Bridge", &format!("{near} And so on.")), format!("{near} …"));
        let cut = shown("", "Bridge", &far);
        assert!(cut.ends_with(" …") && cut.split_whitespace().count() <= SUMMARY_WORDS_MAX + 1);
        let two = format!("It is false. {near}");
        assert_eq!(shown("", "Bridge", &two), two, "room is used");
    }

    #[test]
    fn whole_sentences_fill_the_room() {
        let sentence = |n| {
            format!(
                "Townspeople {n} photographed counterfeit pharmaceutical preparations on Sept. 8. "
            )
        };
        let said = shown("", "Bread", &(0..12).map(sentence).collect::<String>());
        assert!(said.ends_with("Sept. 8. …"), "{said}");
        let chars = said.chars().count();
        assert!(chars > SUMMARY_CHARS_MAX - 70 && chars <= SUMMARY_CHARS_MAX, "{chars}");
    }
}
