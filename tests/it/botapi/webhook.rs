//! Webhook delivery: each waiting update is posted until the bot answers 2xx.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Shared;
use super::state::unix_now;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How long the bot may take to answer one update.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Delivers for as long as the server runs, one update at a time and in order.
pub(super) async fn deliver(shared: Arc<Shared>) {
    let client = super::client();
    let mut changes = shared.changes();
    let mut pause = FIRST_PAUSE;
    loop {
        let Some(post) = next(&shared) else {
            if changes.changed().await.is_err() {
                return;
            }
            continue;
        };
        match send(&client, &post).await {
            Ok(()) => {
                pause = FIRST_PAUSE;
                let mut state = shared.lock();
                state.updates.retain(|update| update["update_id"] != post.update["update_id"]);
            }
            Err(why) => {
                note(&shared, &post, why);
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
        shared.changed();
    }
}

fn note(shared: &Shared, post: &Post, why: String) {
    let mut state = shared.lock();
    if state.webhook.generation == post.generation {
        state.webhook.last_error = Some((unix_now(), why));
    }
}

struct Post {
    url: String,
    secret: String,
    generation: u64,
    update: Value,
}

/// The oldest waiting update; none while the webhook is off, or points away from this machine.
fn next(shared: &Shared) -> Option<Post> {
    let state = shared.lock();
    let hook = &state.webhook;
    let address = url::Url::parse(&hook.url).ok()?;
    if !matches!(address.host_str(), Some("127.0.0.1" | "localhost")) {
        return None;
    }
    let update = state.updates.front()?.clone();
    let (url, secret) = (hook.url.clone(), hook.secret.clone());
    Some(Post { url, secret, generation: hook.generation, update })
}

async fn send(client: &reqwest::Client, post: &Post) -> Result<(), String> {
    let mut request = client.post(&post.url).timeout(ANSWER_WITHIN).json(&post.update);
    if !post.secret.is_empty() {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", &post.secret);
    }
    match request.send().await {
        Ok(response) if response.status().is_success() => Ok(()),
        Ok(response) => Err(format!("Wrong response from the webhook: {}", response.status())),
        Err(error) if error.is_timeout() => Err("Read timeout expired".to_owned()),
        Err(error) => Err(format!("Connection failed: {error}")),
    }
}
