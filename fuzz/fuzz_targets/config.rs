//! Reading a configuration, whatever stands in it: settings, or mistakes that can be shown.
#![no_main]

use claimwatch::config::{Flags, load};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("claimwatch.toml");
    // What follows a zero byte is a variable of the environment.
    let (text, variable) = text.split_once('\0').unwrap_or((text, "="));
    std::fs::write(&file, text).expect("a file");
    let variable = variable.split_once('=').unwrap_or((variable, ""));
    let env = std::iter::once((format!("CLAIMWATCH_{}", variable.0), variable.1.to_owned()));
    // Names of secret files are outside words, too, and could be those of devices.
    let flags = Flags { without_secrets: true, ..Flags::default() };
    match load(Some(&file), env, flags) {
        Ok(loaded) => {
            for warning in loaded.warnings {
                assert!(!warning.to_string().is_empty());
            }
        }
        Err(mistakes) => {
            assert!(!mistakes.0.is_empty());
            assert!(!mistakes.to_string().is_empty());
        }
    }
});
