//! Reading a stream of server-sent events, a status and its markup never panics, and what is kept
//! is bounded.
#![no_main]

use claimwatch::feeds::mastodon::fuzz_events;
use claimwatch::mastodon::{Status, length, read_markup};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    fuzz_events(bytes);
    let text = String::from_utf8_lossy(bytes);
    let read = read_markup(&text, 100);
    assert!(read.text.chars().count() <= 101 && read.links.len() <= 8);
    length(&text);
    if let Some(status) = serde_json::from_slice(bytes).ok().as_ref().and_then(Status::of) {
        assert!(status.said().chars().count() <= 11_000 && status.alt.len() <= 8);
    }
});
