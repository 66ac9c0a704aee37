//! One JSON line never panics.
#![no_main]

use claimwatch::publishers::read_line;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| drop(read_line(bytes)));
