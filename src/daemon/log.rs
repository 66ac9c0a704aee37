//! The log on stderr: one event a line, as text or JSON. Only our own events below errors:
//! libraries have been known to log what was sent.

use tracing_subscriber::EnvFilter;

use crate::config::log::{Format, Settings};

/// Starts the log. A second call changes nothing.
pub fn start(settings: &Settings) {
    let filter = EnvFilter::new(format!("error,claimwatch={}", settings.level.word()));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
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
