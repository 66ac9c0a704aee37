//! `[match]`: how sure a match must be, for each audience.

use std::path::PathBuf;

use serde::Deserialize;

/// The table `[match]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MatchSettings {
    /// For somebody who asked in private, on the page or on the command line.
    pub private: Bands,
    /// For a question in a group, where others read the answer too.
    pub group: Bands,
    /// For posts that nobody asked about.
    pub feed: Bands,
    /// Whether a check written by a machine may alone be stated as a match.
    pub machine_written_alone: bool,
    /// Directory with `ranking.toml` and `decision.toml` of your own, as `claimwatch train` makes
    /// them; by default those that ship.
    pub weights: Option<PathBuf>,
    /// Words beside glue, greetings and thanks from which on a text that nothing is found for is a
    /// question, in private; fewer are answered with a hint how to ask.
    pub ask_words_min: usize,
    /// Probability by words alone from which on the meaning of a post that nobody asked about is
    /// looked at, which costs ten times as much.
    pub gate: f64,
}

impl Default for MatchSettings {
    fn default() -> Self {
        Self {
            private: Bands::default(),
            // Others read a wrong answer, too.
            group: Bands { match_min: 0.92, possible_min: 0.60 },
            // A moderator's time is taken, and nobody asked.
            feed: Bands { match_min: 0.92, possible_min: 0.50 },
            machine_written_alone: false,
            weights: None,
            ask_words_min: 2,
            gate: 0.15,
        }
    }
}

/// The lower ends of the bands *match* and *possible*, as probabilities. Where only one is set, the
/// other is that of `private`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bands {
    /// From here on the check is stated.
    pub match_min: f64,
    /// From here on it is offered; below it there is silence.
    pub possible_min: f64,
}

impl Default for Bands {
    fn default() -> Self {
        Self { match_min: 0.90, possible_min: 0.50 }
    }
}
