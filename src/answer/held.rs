//! What holds a check down besides its text: who published it, and who is to be told.

use anyhow::Result;

use super::find::Finder;
use super::told::Weighed;
use crate::claim::answer::Decision;
use crate::claim::bands::Bands;
use crate::claim::decide;
use crate::claim::post::Audience;
use crate::store::{Stored, Trust};

/// Names of what holds a check down whatever the post says.
pub(super) const MACHINE_WRITTEN: &str = "machine-written";
pub(super) const UNLISTED: &str = "unlisted-publisher";

impl Finder {
    /// What keeps a check from being stated, whatever the post says.
    pub(super) fn held(&self, stored: &Stored) -> Vec<&'static str> {
        let mut held = Vec::new();
        let machine = stored.review.host().is_some_and(|host| {
            self.publishers.of_host(&host).is_some_and(|publisher| publisher.machine_written)
        });
        if machine && !self.settings.machine_written_alone {
            held.push(MACHINE_WRITTEN);
        }
        if stored.trust == Trust::Gathered {
            held.push(UNLISTED);
        }
        held
    }

    /// Whether a machine writes for the publisher of a check; so too if the check is gone.
    pub(super) fn is_machine_written(&self, review_id: &str) -> Result<bool> {
        let stored = self.store.review_by_id(review_id)?;
        let host = stored.and_then(|stored| stored.review.host());
        let publisher = host.and_then(|host| self.publishers.of_host(&host));
        Ok(publisher.is_none_or(|publisher| publisher.machine_written))
    }

    pub(super) fn bands(&self, audience: Audience) -> &Bands {
        match audience {
            Audience::Private => &self.settings.private,
            Audience::Group | Audience::Public => &self.settings.group,
            Audience::Moderators => &self.settings.feed,
        }
    }

    /// What is decided for who is to be told.
    pub(super) fn decide(&self, one: &Weighed, audience: Audience) -> Decision {
        if audience == Audience::Moderators && is_answered(one) {
            return Decision::None;
        }
        decide::decide(one.confidence, self.bands(audience), one.guards.is_empty())
    }

    /// Sees to it that a check that may be stated stands before another of the same claim that only
    /// its publisher keeps from it: machine-written, for example, is not to stand alone.
    pub(super) fn lead_with_stated(&self, weighed: &mut [Weighed], audience: Audience) {
        let Some(first) = weighed.first().filter(|first| first.sibling && !first.guards.is_empty())
        else {
            return;
        };
        if !first.guards.iter().all(|guard| [MACHINE_WRITTEN, UNLISTED].contains(guard)) {
            return;
        }
        let stated = weighed
            .iter()
            .position(|one| one.sibling && self.decide(one, audience) == Decision::Match);
        if let Some(stated) = stated {
            weighed[..=stated].rotate_right(1);
        }
    }
}

/// Whether a post that nobody asked about answers itself: it is a fact check, tells of one, or
/// links to the check. Nobody needs to be told of it.
pub(super) fn is_answered(one: &Weighed) -> bool {
    one.own_page || one.guards.contains(&"debunk")
}
