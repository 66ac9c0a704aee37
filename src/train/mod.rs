//! Fitting the ranker and the decision to labelled sets.

mod fit;
mod newton;

pub use fit::{Case, List, decision, ranking};

use anyhow::{Result, ensure};

use crate::answer::{Finder, Judged};
use crate::claim::decide::{INPUTS, Weights};
use crate::claim::features::{ARTICLE, BM25, BOTH, COSINE, FEATURE_COUNT, FEATURES, PASSAGE};
use crate::claim::post::Post;
use crate::eval::{DEPTH, Labelled, on_all_cores};

/// Candidates of a post that the decision learns from.
const DECIDED_MAX: usize = 3;
/// How often an ordinary post counts: there are few of them here and many outside.
const ORDINARY_WEIGHT: f64 = 3.0;

/// A set to fit on: as it is, and once more without the day that embedded posts tell, since most
/// posts come without one. Ranking learns from worse posts, too: with letters left out, and without
/// the names that other people would not have written.
#[derive(Debug)]
pub struct Lessons {
    asked: Vec<(usize, Post)>,
    worse: Vec<(usize, Post)>,
    set: Labelled,
}

impl Lessons {
    /// Lessons from a labelled set.
    pub fn of(set: Labelled) -> Self {
        let mut asked = Vec::with_capacity(set.queries.len() * 2);
        let mut worse = Vec::with_capacity(set.queries.len() * 2);
        for (at, post) in set.queries.iter().enumerate() {
            asked.push((at, post.clone()));
            let undated = undated(&post.text);
            let plain = undated.as_deref().unwrap_or(&post.text);
            for text in [hasty(plain), nameless(plain)] {
                worse.push((at, Post { text, ..post.clone() }));
            }
            if let Some(text) = undated {
                asked.push((at, Post { text, ..post.clone() }));
            }
        }
        Self { asked, worse, set }
    }

    /// Weights of the ranking.
    ///
    /// # Errors
    /// If database or index fail, or nothing is to be learned.
    pub fn ranking(&self, finder: &Finder) -> Result<[f32; FEATURE_COUNT]> {
        let posts: Vec<&(usize, Post)> = self.asked.iter().chain(&self.worse).collect();
        let lists = on_all_cores(&posts, |(at, post)| {
            let judged = finder.judge(post, DEPTH, &[])?;
            let gold = self.set.gold_rows(*at);
            Ok(List {
                rows: judged.iter().map(features).collect(),
                right: judged.iter().map(|one| gold.contains(&one.row)).collect(),
            })
        })?;
        ensure!(
            lists.iter().any(|list| list.right.contains(&true)),
            "no query finds its right check: nothing can be learned"
        );
        let mut used = [true; FEATURE_COUNT];
        unlearned(&mut used);
        let mut weights = [0.0; FEATURE_COUNT];
        for (weight, fitted) in weights.iter_mut().zip(ranking(&lists, &used)) {
            *weight = fitted as f32;
        }
        // Beside nothing else, BM25 and the likeness of what is said are worth this; those of an
        // article as much.
        let mut alone = [false; FEATURE_COUNT];
        (alone[BM25], alone[BOTH]) = (true, true);
        let alone = ranking(&lists, &alone);
        weights[ARTICLE] = alone[BM25] as f32;
        weights[PASSAGE] = alone[BOTH] as f32;
        Ok(weights)
    }

    /// Weights of the decision, for the finder's ranking.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn decision(&self, finder: &Finder) -> Result<Weights> {
        let case = |one: &Judged, right, weight| Case {
            inputs: one.evidence.inputs().to_vec(),
            right,
            weight,
        };
        let asked = on_all_cores(&self.asked, |(at, post)| {
            let gold = self.set.gold_rows(*at);
            let mut cases: Vec<Case> = finder
                .judge(post, DECIDED_MAX, &[])?
                .iter()
                .map(|one| case(one, gold.contains(&one.row), 1.0))
                .collect();
            let bereft = finder.judge(post, 1, gold)?;
            cases.extend(bereft.iter().map(|one| case(one, false, 1.0)));
            Ok(cases)
        })?;
        let ordinary = on_all_cores(&self.set.ordinary, |post| {
            let judged = finder.judge(post, 1, &[])?;
            Ok(judged.iter().map(|one| case(one, false, ORDINARY_WEIGHT)).collect::<Vec<_>>())
        })?;
        let cases: Vec<Case> = asked.into_iter().chain(ordinary).flatten().collect();
        let mut used = [true; INPUTS];
        unlearned(&mut used);
        let (bias, fitted) = decision(&cases, &used);
        let mut weights = [0.0; INPUTS];
        weights.copy_from_slice(&fitted);
        Ok(Weights { bias, weights })
    }
}

/// Inputs that get no weight of their own: whether the meaning is known is another model, and the
/// sets at hand have no articles to learn from.
fn unlearned(used: &mut [bool]) {
    used[COSINE + 1] = false;
    used[ARTICLE] = false;
    used[PASSAGE] = false;
}

fn features(one: &Judged) -> Vec<f64> {
    one.evidence.features.iter().map(|value| f64::from(*value)).collect()
}

/// An embedded post's text without its day.
fn undated(text: &str) -> Option<String> {
    let signature = text.rfind("— ")?;
    let end = signature + text[signature..].rfind(") ")?;
    Some(text[..=end].to_owned())
}

/// Words of so many letters lose one when somebody writes in haste.
const HASTY_LETTERS_MIN: usize = 5;

/// A text as somebody in haste writes it: every second long word without its third letter.
fn hasty(text: &str) -> String {
    let mut long = 0;
    let word = |word: &str| {
        let is_long = word.chars().filter(|c| c.is_alphabetic()).count() >= HASTY_LETTERS_MIN;
        long += usize::from(is_long);
        if is_long && long % 2 == 1 && !word.contains("://") {
            word.chars().enumerate().filter(|(at, _)| *at != 2).map(|(_, c)| c).collect()
        } else {
            word.to_owned()
        }
    };
    text.split(' ').map(word).collect::<Vec<String>>().join(" ")
}

/// A text without its names: words with a capital that begin no sentence, and the signature.
fn nameless(text: &str) -> String {
    let text = text.rfind("— ").map_or(text, |signature| &text[..signature]);
    let mut begins = true;
    let kept = text.split(' ').filter(|word| {
        let named = !begins && word.starts_with(char::is_uppercase);
        begins = word.ends_with(['.', '!', '?', ':']);
        !named
    });
    kept.collect::<Vec<_>>().join(" ")
}

/// Weights as a table of TOML, each with its input's name.
pub fn table(name: &str, bias: Option<f64>, weights: &[f64], more: &[&str]) -> String {
    let mut out = format!("\n[{name}]\n");
    if let Some(bias) = bias {
        out.push_str(&format!("bias = {bias:.4}\n"));
    }
    out.push_str("weights = [\n");
    for (input, weight) in FEATURES.iter().chain(more).zip(weights) {
        out.push_str(&format!("    {weight:.4}, # {input}\n"));
    }
    out.push_str("]\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_comes_off_an_embedded_post() {
        let post = "Sharks! — Ann (@ann) February 25, 2016";
        assert_eq!(undated(post).as_deref(), Some("Sharks! — Ann (@ann)"));
        assert_eq!(undated("Sharks!"), None);
    }

    #[test]
    fn worse_posts_lose_letters_and_names() {
        let post = "Sharks swam past Houston today. Mayor Turner saw https://example.org/Shark — Ann (@ann)";
        assert_eq!(
            hasty(post),
            "Shrks swam past Houston toay. Mayor Tuner saw https://example.org/Shark — Ann (@ann)"
        );
        assert_eq!(nameless(post), "Sharks swam past today. Mayor saw https://example.org/Shark ");
    }
}
