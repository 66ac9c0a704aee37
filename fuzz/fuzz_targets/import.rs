//! Bytes of no known form, as `import` takes them in: compressed or not, told by their beginning,
//! read, and looked at for a wall. Never more comes out than the cap.
#![no_main]

use std::io::Read;

use claimwatch::publishers::{About, HEAD_BYTES, decompress, read, recognise, wall};
use claimwatch_fuzz::panics_are_caught;
use libfuzzer_sys::fuzz_target;
use url::Url;

/// Most bytes that come out of compressed ones.
const PLAIN_BYTES_MAX: u64 = 256 * 1024;

fuzz_target!(init: panics_are_caught(), |bytes: &[u8]| {
    let Ok(mut plain) = decompress(bytes, PLAIN_BYTES_MAX) else { return };
    let mut whole = Vec::new();
    let _broken_off = plain.read_to_end(&mut whole);
    assert!(whole.len() as u64 <= PLAIN_BYTES_MAX);
    let url = "https://checks.example/a";
    let about = About { url: Some(url), ..About::default() };
    for kind in [None, Some("text/html"), Some("text/plain; charset=shift_jis")] {
        let Some(form) = recognise(&whole[..whole.len().min(HEAD_BYTES)], kind) else { continue };
        let parsed = read(form, &whole, &About { content_type: kind, ..about });
        assert!(parsed.reviews.iter().all(|(_, review)| review.check().is_ok()));
        assert!(parsed.links.iter().all(|link| link.url.starts_with("http")), "{:?}", parsed.links);
    }
    wall(&whole, None, &Url::parse(url).expect("an address"));
});
