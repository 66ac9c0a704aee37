//! Long posts that nobody asked about: looked at whole, then claim by claim.

use anyhow::Result;

use super::Finder;
use crate::claim::answer::{Answer, Decision};
use crate::claim::post::{Audience, Post};
use crate::claim::split;

/// Of the doubt that a match of a whole post may leave, a part of one may leave this share: it has
/// lost what stands around it, and there are several, each of which may be wrong.
const DOUBT_SHARE: f64 = 0.5;

impl Finder {
    /// What is worth telling somebody about a post. A long post that nobody asked about and that
    /// matches nothing as a whole is looked at claim by claim, too; the surest match wins.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn answer(&self, post: &Post, audience: Audience) -> Result<Answer> {
        let mut answer = self.answer_whole(post, audience)?;
        if audience != Audience::Moderators || answer.decision == Decision::Match {
            return Ok(answer);
        }
        let mut wanted = 1.0 - (1.0 - self.bands(audience).match_min) * DOUBT_SHARE;
        let parts = split::parts(&post.text);
        // What people decided about the whole holds for its parts, which are not like it.
        let wrong = if parts.is_empty() { Vec::new() } else { self.ruled(post)?.wrong };
        for text in parts {
            // Addresses and pictures were looked at with the whole.
            let part = Post { text, urls: Vec::new(), alt: Vec::new(), ..post.clone() };
            let told = self.answer_without(&part, audience, &wrong)?;
            let sure = told.matches.first().map_or(0.0, |first| first.confidence);
            if told.decision == Decision::Match && sure >= wanted {
                (answer, wanted) = (told, sure);
            }
        }
        Ok(answer)
    }
}
