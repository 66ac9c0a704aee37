//! Reading feed bytes never panics, and what comes out is a whole check.
#![no_main]

use claimwatch::publishers::{About, Form, read};
use claimwatch_fuzz::panics_are_caught;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: panics_are_caught(), |bytes: &[u8]| {
    let parsed = read(Form::Feed, bytes, &About::default());
    assert!(parsed.reviews.iter().all(|(_, review)| review.check().is_ok()));
});
