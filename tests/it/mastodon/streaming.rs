//! Streams by server-sent events: what happens, as it happens, to whoever listens.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Response;

use super::methods::Refusal;
use super::params::Params;
use super::server::{Held, respond};
use super::state::Event;
use super::{Mastodon, Shared};

/// How often a stream says that it is alive.
const THUMP: Duration = Duration::from_secs(15);

/// A listener: what it hears of, and how far it was told.
struct Listener {
    shared: Arc<Shared>,
    channel: String,
    only_media: bool,
    at: usize,
    cut: u64,
    begun: bool,
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(open) = self.shared.lock().open.get_mut(&self.channel) {
            *open -= 1;
        }
    }
}

/// Opens a stream.
pub(super) fn open(
    held: &Held,
    channel: &str,
    params: &Params,
    has_token: bool,
    caller: Option<u64>,
) -> Response<Body> {
    if channel == "health" {
        held.note(200);
        return respond(200, "text/plain", "OK".into());
    }
    let Some(caller) = caller else {
        let why = if has_token { "Invalid access token" } else { "Missing access token" };
        return held.refuse(&Refusal::of(401, why), None);
    };
    let tag = params.text("tag").to_lowercase();
    let named = match channel {
        "public" | "public/local" | "public/remote" => Some(channel.to_owned()),
        "hashtag" | "hashtag/local" if !tag.is_empty() => Some(format!("{channel} {tag}")),
        "list" => {
            let list = params.number("list").filter(|id| held.shared.lock().lists.contains_key(id));
            list.map(|id| format!("list {id}"))
        }
        "user" | "user/notification" => Some(format!("{channel} {caller}")),
        "direct" => Some(format!("direct {caller}")),
        _ => None,
    };
    let Some(named) = named else {
        return held.refuse(&Refusal::strict(404, "Not Found"), None);
    };
    held.note(200);
    let shared = Arc::clone(&held.shared);
    let mut state = shared.lock();
    *state.open.entry(named.clone()).or_default() += 1;
    let listener = Listener {
        shared: Arc::clone(&shared),
        channel: named,
        only_media: params.flag("only_media"),
        at: state.events.len(),
        cut: state.cut,
        begun: false,
    };
    drop(state);
    let stream = futures_util::stream::unfold(listener, tell);
    respond(200, "text/event-stream", Body::from_stream(stream))
}

/// Waits for what this listener hears next; `None` ends the stream.
async fn tell(mut listener: Listener) -> Option<(Result<Bytes, std::io::Error>, Listener)> {
    if !listener.begun {
        listener.begun = true;
        return Some((Ok(Bytes::from_static(b":)\n")), listener));
    }
    let mut changes = listener.shared.changes.subscribe();
    loop {
        let (told, cut) = {
            let state = listener.shared.lock();
            let fits = |event: &&Event| {
                event.channels.contains(&listener.channel)
                    && (!listener.only_media || event.media || event.raw)
            };
            let new = &state.events[listener.at..];
            let told: Vec<Event> = new.iter().filter(fits).cloned().collect();
            listener.at = state.events.len();
            (told, state.cut > listener.cut)
        };
        if !told.is_empty() {
            let text: String = told.iter().map(written).collect();
            return Some((Ok(Bytes::from(text)), listener));
        }
        if cut {
            return None;
        }
        tokio::select! {
            _ = changes.changed() => {}
            () = tokio::time::sleep(THUMP) => {
                return Some((Ok(Bytes::from_static(b":thump\n")), listener));
            }
        }
    }
}

fn written(event: &Event) -> String {
    if event.raw {
        return event.data.clone();
    }
    format!("event: {}\ndata: {}\n\n", event.name, event.data)
}

impl Mastodon {
    /// How many listen to a stream, such as `public` or `hashtag news`.
    pub(crate) fn listening(&self, channel: &str) -> usize {
        self.shared.lock().open.get(channel).copied().unwrap_or_default()
    }

    /// Ends every stream; new ones may be opened.
    pub(crate) fn cut_streams(&self) {
        self.shared.lock().cut += 1;
        self.shared.changed();
    }

    /// Sends bytes to a stream's listeners, just as they are.
    pub(crate) fn send_raw(&self, channel: &str, data: &str) {
        let channels = vec![channel.to_owned()];
        let event = Event { channels, name: "", data: data.to_owned(), media: true, raw: true };
        self.shared.lock().events.push(event);
        self.shared.changed();
    }
}
