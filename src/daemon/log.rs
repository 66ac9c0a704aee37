//! The log on stderr: one event a line, as text or JSON. Only our own events below errors:
//! libraries have been known to log what was sent.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;

use crate::config::log::{Format, Settings};

/// Stderr for a service: a line that can't be written, for its reader has gone or its disk is full,
/// is lost, and nothing fails for it.
struct Stderr;

impl Write for Stderr {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let _ = io::stderr().write_all(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts the log. A second call changes nothing.
pub fn start(settings: &Settings) {
    let filter = EnvFilter::new(format!("error,claimwatch={}", settings.level.word()));
    // What the log itself fails for would go to stderr as well, with a panic.
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| Stderr)
        .log_internal_errors(false);
    let started = match settings.format {
        Format::Text => log.with_target(false).with_ansi(false).try_init(),
        Format::Json => log.json().flatten_event(true).try_init(),
    };
    // Only a test starts it twice.
    drop(started);
    // What a panic says may be a piece of a message; where it happened is not.
    std::panic::set_hook(Box::new(|panic| match panic.location() {
        Some(at) => tracing::error!("broke off at {}:{}", at.file(), at.line()),
        None => tracing::error!("broke off"),
    }));
}
