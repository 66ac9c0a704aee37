//! Posts that are handed to us into the inbox, by whoever is permitted to.

use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use tokio::sync::Notify;

use super::links::Links;
use crate::claim::post::{Incoming, Intent};
use crate::doors::{Chance, Clock, Fault, Key};
use crate::feeds::Entry;
use crate::feeds::push::Pushed;
use crate::metrics::Metrics;
use crate::store::{Flaws, Kept, Keys, Look, Received, Store};

/// Puts posts into the inbox.
#[derive(Clone)]
pub struct Intake {
    /// Where posts are kept.
    pub store: Arc<Store>,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// By what authors are named.
    pub keys: Keys,
    /// Where a test kills the process.
    pub fault: Fault,
    /// Told when something new is in the inbox.
    pub wake: Arc<Notify>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Where links lead; `None`: they are not followed.
    pub links: Option<Arc<Links>>,
}

/// From whom posts come, and how many may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The word for its kind.
    pub kind: &'static str,
    /// By what the database knows it.
    pub source: String,
    /// Most new posts an hour.
    pub posts_hourly_max: Option<u32>,
}

impl Sender {
    /// Whoever writes to our stdin: the operator.
    pub fn stdin() -> Self {
        Self { kind: "stdin", source: "stdin".to_owned(), posts_hourly_max: None }
    }
}

impl Intake {
    /// Stores what was handed over; returns when it is durable. A post whose id is there already is
    /// left as it is. If not all of it is within the sender's budget, nothing is kept.
    ///
    /// # Errors
    /// If the database fails; nothing may then be acknowledged.
    pub async fn take(&self, from: &Sender, mut pushed: Pushed) -> Result<Kept> {
        self.fault.reach("posts-before-inbox");
        if let Some(links) = &self.links {
            links.resolve(&mut pushed.entries, None, self.clock.now()).await;
        }
        let (own, from) = (self.clone(), from.clone());
        let taking = move || {
            let now = own.clock.now();
            let flaws = Flaws {
                empty: pushed.entries.iter().filter(|entry| entry.is_empty()).count() as u64,
                malformed: pushed.rejects.len() as u64,
            };
            let key = own.keys.key()?;
            let received = pushed.entries.into_iter().map(|entry| {
                let external_id = entry.id.clone();
                received(entry, external_id, own.chance.id(), &key, now)
            });
            let look = Look {
                received: &received.collect::<Vec<_>>(),
                flaws,
                posts_hourly_max: from.posts_hourly_max,
                whole: true,
                ..Look::default()
            };
            let kept = own.store.receive_look(&from.source, &look, now)?;
            own.count(from.kind, kept, flaws);
            Ok::<_, anyhow::Error>(kept)
        };
        let kept = tokio::task::spawn_blocking(taking).await.context("the database panicked")??;
        self.fault.reach("posts-stored");
        if kept.new > 0 {
            self.wake.notify_one();
        }
        Ok(kept)
    }

    /// Counts what became of posts.
    pub(super) fn count(&self, kind: &'static str, kept: Kept, flaws: Flaws) {
        for (outcome, count) in [
            ("new", kept.new as u64),
            ("known", kept.known as u64),
            ("over", kept.over as u64),
            ("empty", flaws.empty),
            ("malformed", flaws.malformed),
        ] {
            self.metrics.posts(kind, outcome, count);
        }
    }
}

/// A post as a row of the inbox.
pub(super) fn received(
    entry: Entry,
    external_id: String,
    id: String,
    key: &Key,
    now: DateTime<Utc>,
) -> Received {
    let incoming = Incoming {
        author_key: entry.author.map(|author| key.name(&author)),
        ..Incoming::of(
            Intent::Watched,
            entry.post,
            // A date to come is a clock that runs ahead.
            entry.published.map_or(now, |published| published.min(now)),
        )
    };
    Received { id, external_id, conversation: String::new(), raw: None, incoming: Ok(incoming) }
}
