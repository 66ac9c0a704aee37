//! Reading a message of Jetstream never panics.
#![no_main]

use claimwatch::feeds::bluesky::fuzz_jetstream;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = fuzz_jetstream(text);
});
