//! Wishes that the search index be made anew: a command leaves one, whoever holds the index fulfils
//! it. A wish that was cut short is still there at the next start.

use anyhow::Result;

use super::{Store, meta, set_meta};

/// Names of the number of the last wish, and of the last that was fulfilled.
const ASKED: &str = "anew_asked";
const DONE: &str = "anew_done";

impl Store {
    /// Leaves a wish; returns its number.
    ///
    /// # Errors
    /// If the database fails.
    pub fn ask_anew(&self) -> Result<u64> {
        self.write(|db| {
            let asked = number(meta(db, ASKED)?) + 1;
            set_meta(db, ASKED, &asked.to_string())?;
            Ok(asked)
        })
    }

    /// The number of the last wish, if it is not fulfilled.
    ///
    /// # Errors
    /// If the database fails.
    pub fn asked_anew(&self) -> Result<Option<u64>> {
        self.read(|db| {
            let (asked, done) = (number(meta(db, ASKED)?), number(meta(db, DONE)?));
            Ok(Some(asked).filter(|asked| *asked > done))
        })
    }

    /// The index was made anew after the wish of that number was left.
    ///
    /// # Errors
    /// If the database fails.
    pub fn made_anew(&self, asked: u64) -> Result<()> {
        self.write(|db| set_meta(db, DONE, &asked.to_string()))
    }
}

fn number(text: Option<String>) -> u64 {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}
