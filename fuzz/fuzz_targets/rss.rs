//! Reading a feed of posts never panics, and each post has a name and a text.
#![no_main]

use claimwatch::feeds::rss::read;
use claimwatch_fuzz::panics_are_caught;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: panics_are_caught(), |bytes: &[u8]| {
    let base = Some("https://forum.example/feed.xml");
    for kind in [None, Some("application/rss+xml; charset=windows-1251")] {
        let Ok(shown) = read(bytes, kind, base) else { continue };
        for entry in &shown.entries {
            assert!(!entry.id.is_empty() && !entry.post.text.trim().is_empty());
            assert!(entry.post.urls.iter().all(|url| url.starts_with("http")));
        }
    }
});
