//! With `TEST_CORPORA=DIR`: a recording of the real network.

use claimwatch::feeds::bluesky::fuzz_jetstream;

#[test]
fn a_recording_of_the_network_is_read_with_nothing_dropped() {
    let Some(dir) = std::env::var_os("TEST_CORPORA") else {
        println!("skipped: TEST_CORPORA names no folder of real input");
        return;
    };
    let path = std::path::PathBuf::from(dir).join("wire/bluesky-jetstream.jsonl");
    let recording = std::fs::read_to_string(path).expect("the recording");
    let (mut posted, mut posts) = (0, 0);
    for line in recording.lines() {
        let read = fuzz_jetstream(line);
        posts += read.unwrap_or_else(|| panic!("not read: {line}"));
        let message: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let commit = &message["commit"];
        let is_post = commit["collection"] == "app.bsky.feed.post";
        let says = commit["record"]["text"].as_str().is_some_and(|text| !text.trim().is_empty());
        posted += usize::from(is_post && says);
    }
    println!("{} messages, {posts} posts", recording.lines().count());
    assert!(posted > 10);
    assert_eq!(posts, posted);
}
