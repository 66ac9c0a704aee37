//! Posts from a timeline of a Mastodon server: as they are told, and what was missed meanwhile.

mod entry;
mod events;
mod settings;

pub use events::fuzz_events;
pub use settings::{Settings, Timeline};

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::{Batch, StreamError};
use crate::http::{Call, Called, Door, FetchError, Listen, Listening, Method};
use crate::mastodon::{Status, is_id, until_reset};
use entry::{Filter, entry};
use events::{Event, Events, Malformed};

/// Servers say every 15 seconds that they live; a connection that is silent for so long is dead.
const IDLE: Duration = Duration::from_secs(60);
/// Most posts of a batch, and how long one is gathered once something was told.
const ENTRIES_MAX: usize = 500;
const GATHER: Duration = Duration::from_millis(250);
/// Most statuses of a page, as servers have it, and most pages that are read back after a gap.
const PAGE_MAX: usize = 40;
const PAGES_MAX: usize = 50;
/// Largest page, and what a server says of itself.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
const INSTANCE_BYTES_MAX: usize = 512 * 1024;
/// How far before the last status one reads back, in milliseconds: statuses of other servers come
/// late and have numbers of when they were written. What is told twice is stored once.
const REWIND_MS: u64 = 60_000;
/// Numbers of statuses hold the time in milliseconds above so many bits, if they are this large.
const TIME_SHIFT: u32 = 16;
const TIMED_MIN: u64 = 1 << 50;
/// The place in a timeline in which nothing was posted yet.
const BEFORE_ALL: &str = "0";
/// What is told to the operator, once.
const LOST: &str = "more was posted while the stream was gone than is read back: some is lost";
const UNREADABLE: &str = "a page of the timeline can't be read: what was missed may be lost";

/// An open stream of a timeline.
pub struct Mastodon {
    door: Door,
    service: Url,
    settings: Settings,
    timeline: Timeline,
    filter: Filter,
    listening: Listening,
    events: Events,
    heard: VecDeque<Result<Event, Malformed>>,
    /// Newest status known; none before the first.
    place: Option<String>,
    gap: Gap,
    /// How it ended, when a batch had to be told first.
    ended: Option<StreamError>,
}

/// What is still to be read back.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Gap {
    /// Where the timeline is now, since nothing was read before.
    Unknown,
    /// All after this status, with so many pages left.
    After(String, usize),
    /// Nothing.
    Filled,
}

impl Mastodon {
    /// Opens the stream of a feed, behind `cursor` if there is one. What was posted since is read
    /// back once the stream is open, so that nothing falls between.
    ///
    /// # Errors
    /// See [`StreamError`].
    pub(super) async fn open(
        door: &Door,
        settings: &Settings,
        cursor: Option<&str>,
    ) -> Result<Self, StreamError> {
        let refused = |why: &str| StreamError::Refused(why.to_owned());
        let service = settings.service.as_deref().unwrap_or_default();
        let service = Url::parse(service).map_err(|_| refused("`service` is no address"))?;
        let timeline = Timeline::named(&settings.timeline);
        let timeline = timeline.ok_or_else(|| refused("`timeline` names none"))?;
        let base = streaming_base(door, &service, settings).await?;
        let want = Listen {
            from: &service,
            bearer: settings.token.as_ref(),
            accept: "text/event-stream",
            idle: IDLE,
        };
        let listening = door.listen(&timeline.stream(&base), &want).await.map_err(judged)?;
        let gap = match cursor {
            Some(cursor) => Gap::After(rewound(cursor), PAGES_MAX),
            None => Gap::Unknown,
        };
        Ok(Self {
            door: door.clone(),
            filter: Filter::of(settings, service.host_str().unwrap_or_default()),
            service,
            settings: settings.clone(),
            timeline,
            listening,
            events: Events::default(),
            heard: VecDeque::new(),
            place: cursor.map(str::to_owned),
            gap,
            ended: None,
        })
    }

    /// See [`Stream::next`](super::Stream::next).
    pub(super) async fn next(&mut self) -> Result<Batch, StreamError> {
        if let Some(ended) = self.ended.take() {
            return Err(ended);
        }
        if self.gap != Gap::Filled {
            return self.read_back().await;
        }
        let mut batch = Batch::default();
        let before = self.place.clone();
        while self.heard.is_empty() {
            self.listen().await?;
        }
        let until = Instant::now() + GATHER;
        loop {
            while batch.entries.len() < ENTRIES_MAX
                && let Some(told) = self.heard.pop_front()
            {
                self.take(told, &mut batch);
            }
            if batch.entries.len() >= ENTRIES_MAX {
                break;
            }
            match timeout_at(until, self.listen()).await {
                Ok(Ok(())) => {}
                // What was read so far is told before how it ended.
                Ok(Err(ended)) => {
                    self.ended = Some(ended);
                    break;
                }
                Err(_) => break,
            }
        }
        batch.cursor = self.place.clone().filter(|_| self.place != before);
        Ok(batch)
    }

    /// Waits for the next bytes of the stream.
    async fn listen(&mut self) -> Result<(), StreamError> {
        match self.listening.next().await {
            Ok(Some(bytes)) => {
                let heard = &mut self.heard;
                self.events.push(&bytes, |told| heard.push_back(told));
                Ok(())
            }
            Ok(None) => Err(StreamError::Ended("the server closed it".to_owned())),
            Err(FetchError::Deadline { .. }) => {
                Err(StreamError::Ended(format!("it was silent for {} s", IDLE.as_secs())))
            }
            Err(_) => Err(StreamError::Ended("the connection broke".to_owned())),
        }
    }

    /// Puts an event into a batch.
    fn take(&mut self, told: Result<Event, Malformed>, batch: &mut Batch) {
        batch.counts.read += 1;
        let Ok(event) = told else {
            batch.counts.malformed += 1;
            return;
        };
        match event.name.as_str() {
            "update" | "status.update" => {
                let value = serde_json::from_str(&event.data).unwrap_or_default();
                self.add(&value, event.name == "update", batch);
            }
            "delete" if is_id(&event.data) => batch.take_back(format!("{} ", event.data)),
            "delete" => batch.counts.malformed += 1,
            // Of notifications, filters and what is to come nothing is wanted here.
            _ => {}
        }
    }

    /// Puts a status into a batch. One that was changed is looked at again.
    fn add(&mut self, value: &Value, new: bool, batch: &mut Batch) {
        let Some(status) = Status::of(value) else {
            batch.counts.malformed += 1;
            return;
        };
        let id = status.boost.as_ref().map_or(&status.id, |(id, _)| id);
        if new && self.place.as_deref().is_none_or(|place| is_newer(id, place)) {
            self.place = Some(id.clone());
        }
        if !self.filter.wants(&status) {
            batch.counts.filtered += 1;
        } else if let Some(entry) = entry(status) {
            batch.add(entry);
        }
    }

    /// Reads a page of what was missed, the oldest first.
    async fn read_back(&mut self) -> Result<Batch, StreamError> {
        let limit = PAGE_MAX.to_string();
        let (after, pages) = match &self.gap {
            Gap::After(after, pages) => (Some(after.clone()), *pages),
            _ => (None, 0),
        };
        let url = match &after {
            Some(after) => {
                self.timeline.page(&self.service, &[("min_id", after), ("limit", &limit)])
            }
            None => self.timeline.page(&self.service, &[("limit", "1")]),
        };
        let called = call(&self.door, &url, &self.settings, PAGE_BYTES_MAX).await?;
        let Value::Array(page) = called.json() else {
            self.gap = Gap::Filled;
            return Ok(Batch { notices: vec![UNREADABLE], ..Batch::default() });
        };
        let mut batch = Batch::default();
        let Some(after) = after else {
            // What lies behind the first look is not read, only where it ends.
            self.gap = Gap::Filled;
            self.place =
                Some(page.first().and_then(id_of).unwrap_or_else(|| BEFORE_ALL.to_owned()));
            batch.cursor = self.place.clone();
            return Ok(batch);
        };
        for value in page.iter().rev() {
            batch.counts.read += 1;
            self.add(value, true, &mut batch);
        }
        let newest = page.iter().filter_map(id_of).max_by(|a, b| order(a, b));
        self.gap = match newest.filter(|newest| is_newer(newest, &after)) {
            Some(_) if pages <= 1 => {
                batch.notices.push(LOST);
                Gap::Filled
            }
            Some(newest) if page.len() >= PAGE_MAX => Gap::After(newest, pages - 1),
            _ => Gap::Filled,
        };
        batch.cursor = self.place.clone();
        Ok(batch)
    }
}

fn id_of(value: &Value) -> Option<String> {
    value.get("id")?.as_str().filter(|id| is_id(id)).map(str::to_owned)
}

/// The order of two statuses' numbers; those of other kinds of servers are compared as words.
fn order(a: &str, b: &str) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn is_newer(a: &str, b: &str) -> bool {
    order(a, b).is_gt()
}

/// The number a little before a status's, if it holds a time.
fn rewound(id: &str) -> String {
    match id.parse::<u64>() {
        Ok(number) if number > TIMED_MIN => {
            number.saturating_sub(REWIND_MS << TIME_SHIFT).to_string()
        }
        _ => id.to_owned(),
    }
}

/// Where the server has its streams.
async fn streaming_base(
    door: &Door,
    service: &Url,
    settings: &Settings,
) -> Result<Url, StreamError> {
    let mut url = service.clone();
    url.set_path("/api/v2/instance");
    let instance = match call(door, &url, settings, INSTANCE_BYTES_MAX).await {
        Ok(called) => called.json(),
        // Servers of other kinds may not say it; they stream from where they are.
        Err(StreamError::Fetch(FetchError::Status { code: 404 | 410, .. })) => Value::Null,
        Err(failed) => return Err(failed),
    };
    let told = instance.pointer("/configuration/urls/streaming").and_then(Value::as_str);
    let Some(told) = told else { return Ok(service.clone()) };
    let http = match told.split_once("://") {
        Some(("wss" | "https", rest)) => format!("https://{rest}"),
        Some(("ws" | "http", rest)) => format!("http://{rest}"),
        _ => return Ok(service.clone()),
    };
    Ok(Url::parse(&http).unwrap_or_else(|_| service.clone()))
}

/// Asks the server for something.
async fn call(
    door: &Door,
    url: &Url,
    settings: &Settings,
    bytes_max: usize,
) -> Result<Called, StreamError> {
    let bearer = settings.token.as_ref();
    let call = Call { method: Method::Get, bearer, headers: &[], json: None, bytes_max };
    let called = door.call(url, &call).await?;
    if called.status == 200 {
        return Ok(called);
    }
    let reset = until_reset(called.header("x-ratelimit-reset"), called.header("date"));
    let limited = reset.filter(|_| called.status == 429);
    Err(judged(FetchError::Status {
        place: url.host_str().unwrap_or_default().to_owned(),
        code: called.status,
        retry_after: called.retry_after.or(limited),
    }))
}

/// What a refusal means: some are for good until the operator does something.
fn judged(failed: FetchError) -> StreamError {
    let why = match &failed {
        FetchError::Status { code: 401, .. } => {
            "it does not know the token; put a new one into token_file"
        }
        FetchError::Status { code: 403, .. } => {
            "the token may not read this; give it the scope read"
        }
        FetchError::Gone { .. } => "there is no such timeline; check `timeline`",
        _ => return failed.into(),
    };
    StreamError::Refused(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_and_rewound_by_their_time() {
        assert!(is_newer("117440831307448422", "99999999999999999"));
        assert!(is_newer("12", "11") && !is_newer("9", "10") && !is_newer("a", "a"));
        let minute = 60_000_u64 << 16;
        assert_eq!(rewound("117440831307448422"), (117_440_831_307_448_422 - minute).to_string());
        assert_eq!(rewound("4711"), "4711");
        assert_eq!(rewound("9k2ZzAbC"), "9k2ZzAbC");
    }
}
