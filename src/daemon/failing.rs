//! Publishers and polled feeds that fail: a notice each in `/readyz`, a line in the log when it
//! begins and one when it is over.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tracing::{error, info, warn};

use super::Shared;
use crate::feeds::settings::Feed;
use crate::gather::name_of;

/// How often it is looked how the sources fare.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Looks again and again until the end.
pub(super) async fn watch(shared: Arc<Shared>) {
    while !shared.stop.is_cancelled() {
        look(&shared).await;
        tokio::select! {
            () = shared.stop.cancelled() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Looks once how the sources fare, and tells what has changed since the last time.
pub(super) async fn look(shared: &Arc<Shared>) {
    let own = Arc::clone(shared);
    match tokio::task::spawn_blocking(move || tell_changes(&own)).await {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => error!("failing sources can't be told: {failure:#}"),
        Err(_) => error!("looking for failing sources broke off"),
    }
}

fn tell_changes(shared: &Shared) -> Result<()> {
    let settings = &shared.house.settings;
    // Beside the name alone stands that a feed is silent; streams are told where they are followed.
    let polled = settings.feed.iter().filter(|source| matches!(source.feed, Feed::Rss(_)));
    let feeds = polled.map(|source| (source.key(), format!("feed.{}", source.key())));
    let publishers = settings.publisher.iter().map(name_of).map(|name| (name.clone(), name));
    for (key, source) in publishers.chain(feeds) {
        let failing = shared.house.store.source(&key)?.failing();
        if !shared.health.notice(&source, failing.clone()) {
            continue;
        }
        match failing {
            Some(failing) => warn!(source, "{failing}; told again when it is over"),
            None => info!(source, "its polls are good again"),
        }
    }
    Ok(())
}
