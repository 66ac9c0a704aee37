//! `Answer`: what was found for a post, in the shape scripts and programs rely on.

use serde::{Deserialize, Serialize};

use super::rating::RatingClass;
use super::review::SectionKind;

/// What was decided about a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Nothing to say.
    None,
    /// Worth offering, worded as such.
    Possible,
    /// Sure enough to be stated as the check of this claim.
    Match,
}

impl Decision {
    /// Its name as it is written out.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Possible => "possible",
            Self::Match => "match",
        }
    }
}

/// The result for one post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The post's identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The decision for the first match; `none` if there is none.
    pub decision: Decision,
    /// What was found, best first.
    pub matches: Vec<Match>,
    /// The text a reader gets; only from `ask`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
}

/// One check that was found for a post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Match {
    /// Identity of the check.
    pub id: String,
    /// Address of the check.
    pub url: Option<String>,
    /// Publisher's name by our table, else the host.
    pub publisher: String,
    /// The claim that was checked.
    pub claim_reviewed: Option<String>,
    /// Title of the check.
    pub name: Option<String>,
    /// The rating, if the publisher gave one.
    pub rating: Option<RatingGiven>,
    /// ISO day.
    pub date_published: Option<String>,
    /// Language of the check.
    pub in_language: Option<String>,
    /// Summary in the publisher's words.
    pub summary: Option<String>,
    /// Headed parts of the article.
    pub sections: Vec<SectionGiven>,
    /// Sources by number.
    pub sources: Vec<SourceGiven>,
    /// Calibrated probability that this is a check of the post's claim, in [0, 1].
    pub confidence: f64,
    /// Why it was offered.
    pub why: Why,
}

/// A rating as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingGiven {
    /// The publisher's own words.
    pub text: String,
    /// Our coarse class, for filters and colours only.
    pub class: RatingClass,
}

/// A section as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionGiven {
    /// What it is for.
    pub kind: SectionKind,
    /// Its heading.
    pub heading: Option<String>,
    /// Its text.
    pub text: String,
}

/// A source as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceGiven {
    /// Number in the text.
    pub n: usize,
    /// What it is called.
    pub name: Option<String>,
    /// Where it is.
    pub url: Option<String>,
}

/// Why a check was offered for a post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The post's words that the check shares, most telling first.
    pub words: Vec<String>,
    /// The post links to the check, or to where the claim appeared.
    pub url: bool,
    /// What kept it from being stated as the check of this claim.
    pub guards: Vec<String>,
}
