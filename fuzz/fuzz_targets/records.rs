//! A record of Bluesky's network, as it comes in notifications and over streams: nothing panics,
//! and what is kept is bounded.
#![no_main]

use claimwatch::atproto::{published, read, without_mentions};
use claimwatch::claim::post::Post;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    // What the page and senders are asked in is JSON, too.
    drop(serde_json::from_slice::<Post>(bytes));
    let Ok(record) = serde_json::from_slice::<Value>(bytes) else { return };
    published(&record, None);
    published(&record, chrono::DateTime::from_timestamp(1_774_000_000, 0));
    let Ok(said) = read(&record) else { return };
    assert!(said.text.chars().count() <= 3_000 && said.alt.len() <= 8);
    let left = without_mentions(&said.text, &record, "did:plc:ourselves");
    assert!(left.len() <= said.text.len());
    said.into_post(None);
});
