//! Reading a frame of the firehose, its DAG-CBOR and its CAR file, never panics.
#![no_main]

use claimwatch::feeds::bluesky::fuzz_firehose;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|frame: &[u8]| {
    let _ = fuzz_firehose(frame);
});
