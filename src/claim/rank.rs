//! Ranking: in which order candidate checks are about a post's claim. A linear model whose weights
//! are data; deciding whether the first one is told is another question ([`super::decide`]).

use serde::Deserialize;

use super::features::{COSINE, FEATURE_COUNT, Features};

/// The ranking model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranker {
    /// Where the weights are from and under which licence.
    pub source: String,
    /// Where the meaning of post and check is known.
    pub meaning: Order,
    /// Where only words are.
    pub words: Order,
}

/// One linear order.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// A weight for each of [`FEATURES`](super::features::FEATURES).
    pub weights: [f32; FEATURE_COUNT],
}

impl Ranker {
    /// The model that ships with the program.
    ///
    /// # Errors
    /// If the embedded file is not a model; a test keeps that from happening.
    pub fn shipped() -> Result<Self, toml::de::Error> {
        Self::read(include_str!("../../config/ranking.toml"))
    }

    /// A model as `claimwatch train` writes it.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The weights that hold for these features.
    pub fn weights(&self, features: &Features) -> &[f32; FEATURE_COUNT] {
        if features[COSINE + 1] > 0.0 { &self.meaning.weights } else { &self.words.weights }
    }

    /// A check's place among others: higher is earlier.
    pub fn score(&self, features: &Features) -> f32 {
        self.weights(features).iter().zip(features).map(|(weight, value)| weight * value).sum()
    }
}
