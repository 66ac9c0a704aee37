//! `Alert`: what moderators are told about a claim that spreads, once a claim and not once a post.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::answer::{Decision, Match};

/// What moderators are told about one claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// Our identity of the claim.
    pub claim: String,
    /// Why they are told now.
    pub occasion: Occasion,
    /// How urgent it is.
    pub severity: Severity,
    /// The post that gave the occasion; without a text where only readers asked.
    pub post: Seen,
    /// How far the claim has spread.
    pub spread: Spread,
    /// How often readers asked about the claim before it had a check.
    #[serde(default)]
    pub asked: u64,
    /// How many readers said that the check is about another claim than theirs.
    #[serde(default)]
    pub readers: u64,
    /// What was decided about the post.
    pub decision: Decision,
    /// The check that was found, if any.
    pub matched: Option<Match>,
    /// Whose check was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
    /// Address of our own page about the claim, if the operator serves one.
    pub page: Option<String>,
    /// When this was planned.
    pub at: DateTime<Utc>,
}

/// Why moderators are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// It was seen for the first time; without a check: so many people have made it.
    First,
    /// It has grown manifold since they were told last.
    Growth,
    /// A check of it has come that was not there before.
    Answered,
    /// The check it matched was changed or taken back.
    Changed,
    /// Several readers said that the check is about another claim than theirs.
    NotSame,
    /// A source of posts has been silent for longer than ever.
    Silent,
}

/// How urgent an alert is, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Worth a look today.
    Normal,
    /// Worth a look now.
    High,
}

/// A post as moderators are shown it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seen {
    /// What it says.
    pub text: String,
    /// Its address.
    pub url: Option<String>,
    /// Configured source it was seen in, `KIND.NAME`.
    pub place: String,
    /// What the group or channel calls itself that it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it was published, by the network's clock.
    pub at: DateTime<Utc>,
    /// Whether it can be answered where it stands.
    #[serde(default)]
    pub answerable: bool,
}

/// How far a claim has spread, over the posts that were seen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spread {
    /// Posts.
    pub posts: u64,
    /// Distinct authors, as far as they can be told apart.
    pub authors: u64,
    /// Distinct places.
    pub places: u64,
    /// Languages as ISO 639-1 codes, most frequent first.
    pub languages: Vec<String>,
    /// Posts in the last hour.
    pub last_hour: u64,
    /// When the first was seen.
    pub since: DateTime<Utc>,
}

/// What there was since the last time: one message instead of many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Digest {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// Claims with a check, fastest growing first.
    pub claims: Vec<Alert>,
    /// Claims without one, most asked and fastest growing first.
    pub gaps: Vec<Gap>,
}

/// A claim that people ask or spread and that no check is known of. Holds nothing about people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// Our identity of the claim.
    pub claim: String,
    /// A public post that makes it; `None` where it was only asked about in private.
    pub text: Option<String>,
    /// Language as an ISO 639-1 code.
    pub language: Option<String>,
    /// How often it was asked about.
    pub asked: u64,
    /// How far it has spread in public.
    pub spread: Spread,
}
