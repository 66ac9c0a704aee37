//! Mistakes in the configuration: where, what, and how to mend it.

use std::collections::BTreeSet;
use std::fmt;

/// Where something was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The file as a whole.
    Whole,
    /// A line and column of the file, both counted from 1; columns are characters.
    Line(usize, usize),
    /// A variable of the environment.
    Env(String),
}

/// One mistake, or one warning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Where it is.
    pub place: Place,
    /// The file, as it was named.
    pub file: String,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Whole => write!(out, "{}", self.file)?,
            Place::Line(line, column) => write!(out, "{}:{line}:{column}", self.file)?,
            Place::Env(name) => write!(out, "{name}")?,
        }
        write!(out, ": {}; {}", self.what, self.mend)
    }
}

/// Every mistake that was found, in the order of their lines; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, mistake) in self.0.iter().enumerate() {
            let end = if at == 0 { "" } else { "\n" };
            write!(out, "{end}{mistake}")?;
        }
        Ok(())
    }
}

/// Most mistakes that are listed: nobody mends more in one go.
const MISTAKES_MAX: usize = 1000;

/// Takes in mistakes and warnings of one file while it is read.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) file: String,
    pub(super) mistakes: Vec<Mistake>,
    pub(super) warnings: Vec<Mistake>,
    /// Lines whose form is wrong: what could be read of them is a guess and not judged.
    pub(super) broken_lines: BTreeSet<usize>,
}

impl Findings {
    pub(super) fn mistake(&mut self, place: Place, what: String, mend: impl Into<String>) {
        if self.mistakes.len() >= MISTAKES_MAX
            || matches!(place, Place::Line(line, _) if self.broken_lines.contains(&line))
        {
            return;
        }
        let mistake = Mistake { place, file: self.file.clone(), what, mend: mend.into() };
        // One line never says the same twice.
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
    }

    pub(super) fn warning(&mut self, place: Place, what: String, mend: impl Into<String>) {
        self.warnings.push(Mistake { place, file: self.file.clone(), what, mend: mend.into() });
    }
}

/// The known word nearest to one that is not known, if it is near enough to be meant.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.into_iter().map(|other| (distance(word, other), other)).min()?;
    (near.0 <= (word.chars().count() / 3).max(1)).then_some(near.1)
}

/// How many letters must be put in, taken out, replaced or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    /// Longer words than any key; keeps the work small whatever is in the file.
    const CHARS_MAX: usize = 64;
    let one: Vec<char> = one.chars().take(CHARS_MAX).collect();
    let other: Vec<char> = other.chars().take(CHARS_MAX).collect();
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let same = usize::from(one[i - 1] != other[j - 1]);
                let mut least =
                    (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + same);
                if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_one_that_may_have_been_meant() {
        let known = ["schedule", "url", "urls", "time_zone"];
        assert_eq!(nearest("shcedule", known), Some("schedule"));
        assert_eq!(nearest("timezone", known), Some("time_zone"));
        assert_eq!(nearest("ur", known), Some("url"));
        assert_eq!(nearest("colour", known), None);
    }
}
