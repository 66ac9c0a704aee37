//! Ratings: the publisher's words are kept and shown; a reviewed table maps them to coarse classes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Our coarse class of a rating: for filters, labels and colours, never shown instead of the words.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each class is its own name")]
pub enum RatingClass {
    True,
    MostlyTrue,
    Mixed,
    MisleadingContext,
    MostlyFalse,
    False,
    Altered,
    Satire,
    Unproven,
    #[default]
    Other,
}

/// The reviewed table of `config/ratings.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatingTable {
    /// Class -> words that mean it for every publisher.
    words: BTreeMap<RatingClass, Vec<String>>,
    /// Host -> words -> class, where a publisher means something else by them.
    #[serde(default)]
    publisher: BTreeMap<String, BTreeMap<String, RatingClass>>,
    /// Folded words -> class, made from `words`.
    #[serde(skip)]
    folded: BTreeMap<String, RatingClass>,
}

impl RatingTable {
    /// The table that ships with the program.
    ///
    /// # Errors
    /// If the embedded file is not a rating table; a test keeps that from happening.
    pub fn shipped() -> Result<Self, toml::de::Error> {
        Self::parse(include_str!("../../config/ratings.toml"))
    }

    /// Reads a table.
    ///
    /// # Errors
    /// If the text is not TOML of the table's form.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let mut table: Self = toml::from_str(text)?;
        for (class, words) in &table.words {
            table.folded.extend(words.iter().map(|word| (fold(word), *class)));
        }
        for words in table.publisher.values_mut() {
            *words = words.iter().map(|(word, class)| (fold(word), *class)).collect();
        }
        Ok(table)
    }

    /// The class of a rating's words by a publisher's host; `None` where the table knows neither.
    pub fn lookup(&self, host: Option<&str>, words: &str) -> Option<RatingClass> {
        let words = fold(words);
        let own = host.and_then(|host| self.publisher.get(host)).and_then(|own| own.get(&words));
        own.or_else(|| self.folded.get(&words)).copied()
    }

    /// As [`lookup`](Self::lookup), with [`RatingClass::Other`] for what is unknown.
    pub fn class(&self, host: Option<&str>, words: &str) -> RatingClass {
        self.lookup(host, words).unwrap_or_default()
    }
}

/// Lower case, underscores and hyphens as blanks, no punctuation or marks around, single blanks.
fn fold(words: &str) -> String {
    let lower = words.to_lowercase().replace(['_', '-'], " ");
    let trimmed = lower.trim_matches(|c: char| !c.is_alphanumeric());
    trimmed.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_dress_and_a_publisher_may_mean_something_else_by_them() {
        let table = RatingTable::parse(
            "[words]\nfalse = [\"False\", \"não é bem assim\"]\n[publisher.\"odd.example\"]\nFalse = \"satire\"\n",
        )
        .expect("table");
        for words in ["FALSE", " false. ", "\"False\" \r", "não_é_bem_assim"] {
            assert_eq!(table.class(None, words), RatingClass::False, "{words:?}");
        }
        assert_eq!(table.class(Some("odd.example"), "false"), RatingClass::Satire);
        assert_eq!(table.lookup(None, "Four Pinocchios"), None);
    }

    #[test]
    fn the_shipped_table_reads() {
        let table = RatingTable::shipped().expect("config/ratings.toml");
        assert_eq!(table.class(None, "Pants on Fire"), RatingClass::False);
        assert_eq!(table.class(None, "Falso"), RatingClass::False);
        assert_eq!(table.class(None, "Half True"), RatingClass::Mixed);
    }
}
