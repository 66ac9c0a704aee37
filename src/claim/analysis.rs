//! Text to index terms: stop words dropped, stems taken, by language.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use frostem::Stemmer;

use super::tokens::{Shape, fold, for_each_token};

/// The word lists in `index/analyzers/`: stop words, then frequent but weak words after the line
/// `## common`.
const LISTS: [(&str, &str); 13] = [
    ("en", include_str!("../../index/analyzers/en.txt")),
    ("es", include_str!("../../index/analyzers/es.txt")),
    ("pt", include_str!("../../index/analyzers/pt.txt")),
    ("fr", include_str!("../../index/analyzers/fr.txt")),
    ("de", include_str!("../../index/analyzers/de.txt")),
    ("it", include_str!("../../index/analyzers/it.txt")),
    ("nl", include_str!("../../index/analyzers/nl.txt")),
    ("id", include_str!("../../index/analyzers/id.txt")),
    ("tr", include_str!("../../index/analyzers/tr.txt")),
    ("ru", include_str!("../../index/analyzers/ru.txt")),
    ("hi", include_str!("../../index/analyzers/hi.txt")),
    ("ar", include_str!("../../index/analyzers/ar.txt")),
    ("pl", include_str!("../../index/analyzers/pl.txt")),
];

/// What people write short and whom handles name: `LANGUAGE: short = long` a line.
const SHORTHANDS: &str = include_str!("../../index/analyzers/abbreviations.txt");

/// Languages with a Snowball stemmer, by ISO 639-1 code.
const STEMMED: [&str; 28] = [
    "ar", "hy", "eu", "ca", "cs", "da", "nl", "en", "eo", "et", "fi", "fr", "de", "el", "hi", "hu",
    "id", "it", "lt", "ne", "no", "fa", "pl", "pt", "ro", "ru", "es", "sv",
];

/// One distinct word of a text after analysis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The word as it stood in the text, lower case.
    pub surface: String,
    /// Index terms that count as this word: its stems in the languages the text may be in.
    pub stems: Vec<String>,
    /// Frequent and telling little: counts less.
    pub weak: bool,
    /// Part of a hashtag or handle, where words are written together.
    pub tagged: bool,
}

/// Word lists and stemmers of all languages, read once.
pub struct Analyzers {
    languages: HashMap<&'static str, Analyzer>,
}

#[derive(Default)]
struct Analyzer {
    stemmer: Option<Stemmer>,
    stop: HashSet<Cow<'static, str>>,
    common: HashSet<Cow<'static, str>>,
    /// What short forms stand for.
    long: HashMap<&'static str, &'static str>,
}

impl Default for Analyzers {
    fn default() -> Self {
        Self::new()
    }
}

impl Analyzers {
    /// Reads the embedded lists.
    pub fn new() -> Self {
        let mut languages: HashMap<&'static str, Analyzer> = HashMap::new();
        for code in STEMMED {
            languages.entry(code).or_default().stemmer = Stemmer::try_from_name(code).ok();
        }
        for (code, list) in LISTS {
            let analyzer = languages.entry(code).or_default();
            let (stop, common) = list.split_once("## common").unwrap_or((list, ""));
            analyzer.stop = words_of(stop);
            analyzer.common = words_of(common);
        }
        for line in SHORTHANDS.lines().filter(|line| !line.starts_with('#')) {
            if let Some((code, rest)) = line.split_once(": ")
                && let Some((short, long)) = rest.split_once(" = ")
            {
                languages.entry(code).or_default().long.insert(short, long);
            }
        }
        Self { languages }
    }

    /// A text with its shorthands written out where each is one word, and with `mended` words put
    /// right, for who reads it as a whole.
    pub fn written_out<'t>(
        &self,
        text: &'t str,
        language: Option<&str>,
        mended: &[(String, String)],
    ) -> Cow<'t, str> {
        let long = language.and_then(|code| self.languages.get(code)).map(|one| &one.long);
        let word = |word: &'t str| {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            let lower = bare.to_lowercase();
            let long = long.and_then(|long| long.get(lower.as_str()).copied());
            let right = mended.iter().find(|(wrong, _)| *wrong == lower);
            let long = long.filter(|long| !long.contains(' '));
            Some(word.replacen(bare, long.or_else(|| Some(right?.1.as_str()))?, 1))
        };
        if !text.split(' ').any(|one| word(one).is_some()) {
            return Cow::Borrowed(text);
        }
        let words = text.split(' ').map(|one| word(one).map_or(Cow::Borrowed(one), Cow::Owned));
        Cow::Owned(words.collect::<Vec<_>>().join(" "))
    }

    /// The stem of a word in a language, or nothing for one that is left out of searches.
    pub fn stem(&self, word: &str, language: Option<&str>) -> Option<String> {
        let Some(analyzer) = language.and_then(|code| self.languages.get(code)) else {
            return Some(fold(word).into_owned());
        };
        (!analyzer.stop.contains(word)).then(|| analyzer.stem(word))
    }

    /// The index terms of a document in `language`, in order, repeated as often as they occur.
    pub fn document_terms(&self, text: &str, language: Option<&str>, mut keep: impl FnMut(&str)) {
        let analyzer = language.and_then(|code| self.languages.get(code));
        for_each_token(text, |token, shape| {
            let Some(analyzer) = analyzer.filter(|_| shape != Shape::Bigram) else {
                keep(&fold(token));
                return;
            };
            if !analyzer.stop.contains(token) {
                keep(&analyzer.stem(token));
            }
        });
    }

    /// The distinct words of a query's parts that may be in any of `languages`, in order of
    /// appearance, at most `terms_max` of them; and how many there were after each part.
    pub fn query_terms<const PARTS: usize>(
        &self,
        parts: [&str; PARTS],
        languages: &[&str],
        terms_max: usize,
    ) -> (Vec<Term>, [usize; PARTS]) {
        let analyzers: Vec<&Analyzer> =
            languages.iter().filter_map(|code| self.languages.get(code)).collect();
        let mut found = Found { terms: Vec::new(), seen: HashSet::new(), terms_max };
        let mut counts = [0; PARTS];
        for (part, count) in parts.into_iter().zip(&mut counts) {
            for_each_token(part, |token, shape| found.add(&analyzers, token, shape));
            *count = found.terms.len();
        }
        (found.terms, counts)
    }
}

/// Words of a query as they are found.
struct Found {
    terms: Vec<Term>,
    seen: HashSet<String>,
    terms_max: usize,
}

impl Found {
    fn add(&mut self, analyzers: &[&Analyzer], token: &str, shape: Shape) {
        let main = analyzers.first().filter(|_| shape != Shape::Bigram);
        let long = |short: &str| main.and_then(|analyzer| analyzer.long.get(short).copied());
        let long = match shape {
            Shape::Tagged => long(&format!("@{token}")).or_else(|| long(token)),
            Shape::Word | Shape::Bigram => long(token),
        };
        match long {
            // A word of its own beside the word it stands for.
            Some(long) if !long.contains(' ') => self.put(analyzers, token, Some(long), shape),
            Some(long) => {
                self.put(analyzers, token, None, shape);
                for word in long.split(' ') {
                    self.put(analyzers, word, None, Shape::Word);
                }
            }
            None => self.put(analyzers, token, None, shape),
        }
    }

    fn put(&mut self, analyzers: &[&Analyzer], token: &str, long: Option<&str>, shape: Shape) {
        let main = analyzers.first().filter(|_| shape != Shape::Bigram);
        let stops = |word: &str| main.is_some_and(|analyzer| analyzer.stop.contains(word));
        if self.terms.len() >= self.terms_max || stops(token) || long.is_some_and(stops) {
            return;
        }
        let mut stems: Vec<String> = Vec::with_capacity(analyzers.len() + 1);
        if let (Some(long), Some(main)) = (long, main) {
            push_new(&mut stems, main.stem(long));
        }
        if shape != Shape::Bigram {
            for analyzer in analyzers {
                push_new(&mut stems, analyzer.stem(token));
            }
        }
        push_new(&mut stems, fold(token));
        // A token of nothing but marks folds to nothing.
        let Some(first) = stems.first() else { return };
        if self.seen.insert(first.clone()) {
            let weak = main.is_some_and(|analyzer| analyzer.common.contains(long.unwrap_or(token)));
            let tagged = shape == Shape::Tagged;
            self.terms.push(Term { surface: token.to_owned(), stems, weak, tagged });
        }
    }
}

impl Analyzer {
    fn stem(&self, token: &str) -> String {
        match self.stemmer {
            Some(stemmer) if token.chars().any(char::is_alphabetic) => {
                fold(&stemmer.stem(token)).into_owned()
            }
            _ => fold(token).into_owned(),
        }
    }
}

fn push_new(stems: &mut Vec<String>, stem: impl AsRef<str> + Into<String>) {
    if !stem.as_ref().is_empty() && !stems.iter().any(|known| known == stem.as_ref()) {
        stems.push(stem.into());
    }
}

fn words_of(list: &'static str) -> HashSet<Cow<'static, str>> {
    let mut words = HashSet::new();
    for line in
        list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        words.insert(fold(line));
        words.insert(Cow::Borrowed(line));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_meet_across_forms_and_accents() {
        let analyzers = Analyzers::new();
        let stem = |text: &str, language| {
            let mut terms = Vec::new();
            analyzers.document_terms(text, Some(language), |term| terms.push(term.to_owned()));
            terms.join(" ")
        };
        assert_eq!(stem("the vaccines contained", "en"), "vaccin contain");
        assert_eq!(stem("vacunas", "es"), stem("vacuna", "es"));
    }

    #[test]
    fn a_query_word_carries_its_stem_in_each_language_once() {
        let terms = Analyzers::new().query_terms(["vaccines Vaccine 5G"], &["en", "de"], 10).0;
        assert_eq!(terms.len(), 2);
        assert_eq!(terms[0].surface, "vaccines");
        assert!(terms[0].stems.contains(&"vaccin".to_owned()));
        assert_eq!(terms[1].stems, ["5g"]);
    }

    #[test]
    fn a_token_of_nothing_but_marks_is_no_word() {
        let analyzers = Analyzers::new();
        assert_eq!(analyzers.query_terms(["\u{301} \u{64b}\u{64b} ok"], &["en"], 10).0.len(), 1);
        assert!(analyzers.query_terms(["\u{301}"], &[], 10).0.is_empty());
    }

    #[test]
    fn what_is_written_short_is_read_in_full() {
        let analyzers = Analyzers::new();
        let surfaces = |text: &str| {
            let (terms, _) = analyzers.query_terms([text], &["en"], 20);
            let first = |term: &Term| term.stems.first().cloned().unwrap_or_default();
            terms.iter().map(first).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            surfaces("ur prez says ppl need a vax"),
            surfaces("your president says people need a vaccine")
        );
        assert_eq!(surfaces("the RNC"), "rnc republican nation committe");
        assert_eq!(surfaces("@who @hobbylobby"), "world health organiz hobbylobbi hobbi lobbi");
        assert_eq!(surfaces("Jan 6, the USA"), surfaces("Jan 6 USA"));
        let out = |text| analyzers.written_out(text, Some("en"), &[]);
        assert_eq!(out("(ppl) luv u!"), "(people) love you!");
        assert!(matches!(out("nothing short here"), Cow::Borrowed(_)));
        let mended = [("mexcn".to_owned(), "mexican".to_owned())];
        let out = |code, text| analyzers.written_out(text, code, &mended).into_owned();
        assert_eq!(out(Some("en"), "no \"Mexcn\" pizza, ppl"), "no \"mexican\" pizza, people");
        assert_eq!(out(None, "mexcn, ppl"), "mexican, ppl");
        assert!(matches!(analyzers.written_out("ppl", Some("de"), &[]), Cow::Borrowed(_)));
        for line in SHORTHANDS.lines().filter(|line| !line.starts_with('#')) {
            let (code, rest) = line.split_once(": ").expect(line);
            let (short, long) = rest.split_once(" = ").expect(line);
            assert!(analyzers.languages.contains_key(code), "{line}");
            assert!(short == short.to_lowercase() && !short.contains(' '), "{line}");
            assert!(long.trim() == long && !long.is_empty(), "{line}");
        }
    }

    #[test]
    fn every_listed_stemmer_exists() {
        for code in STEMMED {
            assert!(Stemmer::try_from_name(code).is_ok(), "{code}");
        }
    }
}
