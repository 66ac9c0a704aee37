//! Reading pushed posts never panics, and what comes out keeps its limits.
#![no_main]

use claimwatch::feeds::push::{Form, TEXT_CHARS_MAX, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for form in [Form::Json, Form::Lines] {
        let Ok(pushed) = read(bytes, form, 100) else { continue };
        assert!(pushed.entries.len() + pushed.rejects.len() <= 100);
        for entry in &pushed.entries {
            assert!(!entry.id.is_empty());
            assert!(entry.post.text.chars().count() <= TEXT_CHARS_MAX);
        }
    }
});
