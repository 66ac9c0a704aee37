//! Reading article bytes never panics, and what comes out is a whole check.
#![no_main]

use claimwatch::publishers::{About, Form, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let parsed = read(Form::Article, bytes, &About::default());
    assert!(parsed.reviews.iter().all(|(_, review)| review.check().is_ok()));
});
