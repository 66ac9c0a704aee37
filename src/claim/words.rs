//! `Words`: every sentence the program says to people, from `config/lang/*.ftl`, in every shipped
//! language.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

/// What a placeholder stands for: text or a number (numbers also choose the plural).
pub use fluent_bundle::FluentValue as Value;

/// The shipped languages and their sentences; the first is the one that is always there.
const SHIPPED: [(&str, &str); 5] = [
    ("en", include_str!("../../config/lang/en.ftl")),
    ("es", include_str!("../../config/lang/es.ftl")),
    ("pt", include_str!("../../config/lang/pt.ftl")),
    ("fr", include_str!("../../config/lang/fr.ftl")),
    ("de", include_str!("../../config/lang/de.ftl")),
];
const CODES: [&str; SHIPPED.len()] = {
    let mut codes = [""; SHIPPED.len()];
    let mut at = 0;
    while at < SHIPPED.len() {
        codes[at] = SHIPPED[at].0;
        at += 1;
    }
    codes
};

/// One of the shipped languages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Lang(usize);

impl Lang {
    /// Its ISO 639-1 code.
    pub fn code(self) -> &'static str {
        CODES.get(self.0).copied().unwrap_or(CODES[0])
    }
}

/// Why the sentences could not be read.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// A file is not Fluent.
    #[error("config/lang/{lang}.ftl: {what}; mend the sentence in that file")]
    Syntax {
        /// Language of the file.
        lang: &'static str,
        /// What the parser found.
        what: String,
    },
}

/// All sentences in all shipped languages.
pub struct Words {
    bundles: Vec<FluentBundle<FluentResource>>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Words")
    }
}

impl Words {
    /// The sentences that ship with the program.
    ///
    /// # Errors
    /// If an embedded file is not Fluent; a test keeps that from happening.
    pub fn shipped() -> Result<Self, WordsError> {
        let bundles = SHIPPED.into_iter().map(|(lang, text)| bundle(lang, text));
        Ok(Self { bundles: bundles.collect::<Result<_, _>>()? })
    }

    /// Codes of the shipped languages, in the order in which they are offered.
    pub fn languages(&self) -> &[&'static str] {
        &CODES
    }

    /// The shipped languages, in the order in which they are offered.
    pub fn langs(&self) -> impl Iterator<Item = Lang> + use<> {
        (0..CODES.len()).map(Lang)
    }

    /// Codes of the languages that have a name here, whether there are words in them or not.
    pub fn named_languages(&self) -> impl Iterator<Item = &'static str> + use<> {
        let (_, text) = SHIPPED[0];
        let names = text.lines().filter_map(|line| line.strip_prefix("language-"));
        let codes = names.filter_map(|name| Some(name.split_once(" = ")?.0));
        codes.filter(|code| *code != "other")
    }

    /// The first language that is shipped of those wanted, best first: IETF tags in any spelling
    /// (`pt-BR`, `es_419`), of which the primary subtag counts. English if there is none.
    pub fn choose(&self, wanted: &[&str]) -> Lang {
        wanted.iter().find_map(|tag| self.lang(tag)).unwrap_or_default()
    }

    /// The language of an IETF tag, if it is shipped.
    pub fn lang(&self, tag: &str) -> Option<Lang> {
        let primary = tag.trim().split(['-', '_']).next()?;
        CODES.iter().position(|code| code.eq_ignore_ascii_case(primary)).map(Lang)
    }

    /// The sentence of a key with its placeholders filled, in English where a language lacks it,
    /// and the key itself where there is no such sentence (tests keep both from happening). No
    /// marks are put around what is filled in.
    pub fn say(&self, lang: Lang, key: &str, args: &[(&str, Value<'_>)]) -> String {
        let mut fluent = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            fluent.set(*name, value.clone());
        }
        [lang, Lang::default()]
            .into_iter()
            .find_map(|lang| {
                let bundle = self.bundles.get(lang.0)?;
                let pattern = bundle.get_message(key)?.value()?;
                let mut mistakes = Vec::new();
                let said = bundle.format_pattern(pattern, Some(&fluent), &mut mistakes);
                debug_assert!(mistakes.is_empty(), "{key} in {}: {mistakes:?}", lang.code());
                Some(said.into_owned())
            })
            .unwrap_or_else(|| key.to_owned())
    }

    /// A number as the language groups its digits: `316,114`.
    pub fn number(&self, lang: Lang, number: usize) -> String {
        let mark = self.say(lang, "thousands", &[]);
        let digits = number.to_string();
        let mut out = String::with_capacity(digits.len() * 2);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                out.push_str(&mark);
            }
            out.push(digit);
        }
        out
    }

    /// A day as the language spells it: `12 March 2026`.
    pub fn date(&self, lang: Lang, date: chrono::NaiveDate) -> String {
        use chrono::Datelike;
        let month = self.say(lang, &format!("month-{}", date.month()), &[]);
        let args = [
            ("day", date.day().into()),
            ("month", month.into()),
            ("year", date.year().to_string().into()),
        ];
        self.say(lang, "date", &args)
    }

    /// A language's name within a sentence: “Summary in *Spanish*”.
    pub fn language_name(&self, lang: Lang, code: &str) -> String {
        let primary = code.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        let key = format!("language-{primary}");
        let known = self.bundles.first().is_some_and(|bundle| bundle.has_message(&key));
        self.say(lang, if known { &key } else { "language-other" }, &[])
    }
}

fn bundle(lang: &'static str, text: &str) -> Result<FluentBundle<FluentResource>, WordsError> {
    let wrong = |what: String| WordsError::Syntax { lang, what };
    let tag: LanguageIdentifier = lang.parse().map_err(|mistake| wrong(format!("{mistake}")))?;
    let resource = FluentResource::try_new(text.to_owned())
        .map_err(|(_, mistakes)| wrong(format!("{mistakes:?}")))?;
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Isolating marks would end up in addresses, copied text and entity offsets.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).map_err(|mistakes| wrong(format!("{mistakes:?}")))?;
    Ok(bundle)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn words() -> Words {
        Words::shipped().expect("the embedded sentences")
    }

    /// Key -> names of the placeholders in its text, selectors included.
    fn placeholders(text: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut current = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
                current = key.to_owned();
                assert!(keys.insert(current.clone(), BTreeSet::new()).is_none(), "{key} twice");
            }
            let names = line.split('$').skip(1).map(|rest| {
                rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>()
            });
            keys.entry(current.clone()).or_default().extend(names);
        }
        keys
    }

    #[test]
    fn every_language_has_every_key_with_the_same_placeholders() {
        let english = placeholders(SHIPPED[0].1);
        assert!(english.len() > 100, "the count of keys: {}", english.len());
        for (lang, text) in SHIPPED {
            assert_eq!(placeholders(text), english, "{lang}");
        }
    }

    #[test]
    fn every_selector_names_the_same_cases_in_every_language() {
        let cases = |text: &str, case: &str| text.matches(case).count();
        for case in ["[older]", "[undated]", "*[dated]", "[yes]", "*[no]", "[0]"] {
            for (lang, text) in SHIPPED {
                assert_eq!(cases(text, case), cases(SHIPPED[0].1, case), "{case} in {lang}");
            }
        }
    }

    #[test]
    fn the_program_speaks_as_one() {
        let many = |lang: &str, word: &str| match lang {
            "en" => matches!(word, "we" | "us" | "our" | "ours" | "ourselves"),
            "de" => word == "wir" || word == "uns" || word.starts_with("unser"),
            "fr" => matches!(word, "nous" | "notre" | "nos" | "nôtre"),
            "es" | "pt" => {
                ["amos", "emos", "imos"].iter().any(|ending| word.ends_with(ending))
                    || ["nos", "nós", "nosotros"].contains(&word) && (lang, word) != ("pt", "nos")
                    || word.starts_with("nuestr")
                    || word.starts_with("noss")
            }
            _ => false,
        };
        for (lang, text) in SHIPPED {
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                let lower = line.to_lowercase();
                let mut words = lower.split(|c: char| !c.is_alphabetic());
                assert_eq!(words.find(|word| many(lang, word)), None, "{lang}: {line}");
            }
        }
    }

    #[test]
    fn tags_are_negotiated_by_their_primary_subtag() {
        let words = words();
        assert_eq!(words.choose(&["pt-BR", "en"]).code(), "pt");
        let named: Vec<&str> = words.named_languages().collect();
        assert!(named.len() > 50 && CODES.iter().all(|code| named.contains(code)), "{named:?}");
        assert!(named.iter().all(|code| code.len() == 2), "{named:?}");
        assert_eq!(words.choose(&["th", "ES_419"]).code(), "es");
        assert_eq!(words.choose(&["xx", ""]).code(), "en");
        assert_eq!(words.choose(&[]).code(), "en");
        assert_eq!(words.lang("engl"), None);
    }

    #[test]
    fn numbers_days_and_languages_are_spelled_as_people_do() {
        let words = words();
        let day = |lang, year, month, day| {
            let date = chrono::NaiveDate::from_ymd_opt(year, month, day).expect("a day");
            words.date(words.choose(&[lang]), date)
        };
        assert_eq!(day("en", 2026, 3, 12), "12 March 2026");
        assert_eq!(day("es", 2026, 3, 12), "12 de marzo de 2026");
        assert_eq!(day("pt", 2024, 1, 1), "1 de janeiro de 2024");
        assert_eq!(day("fr", 2026, 8, 1), "1er août 2026");
        assert_eq!(day("fr", 2026, 8, 21), "21 août 2026");
        assert_eq!(day("de", 1999, 12, 31), "31. Dezember 1999");
        let number = |lang, number| words.number(words.choose(&[lang]), number);
        assert_eq!(number("en", 1_316_114), "1,316,114");
        assert_eq!(number("en", 999), "999");
        assert_eq!(number("de", 88_895), "88.895");
        assert_eq!(number("fr", 1_000), "1\u{202f}000");
        let name = |lang, code| words.language_name(words.choose(&[lang]), code);
        assert_eq!(name("en", "es-MX"), "Spanish");
        assert_eq!(name("de", "qq"), "einer anderen Sprache");
    }

    #[test]
    fn sentences_may_be_said_from_every_thread() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&words());
    }
}
