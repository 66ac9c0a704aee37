//! Progress of long work on stderr: a bar on a terminal, a plain line every few seconds elsewhere.

use std::io::{self, IsTerminal, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Time between plain lines.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// Redraws of the bar a second.
const DRAWS_PER_S: u8 = 5;
/// No colours, so that there are none to take back for `NO_COLOR`.
const STYLE: &str = "{bar:30} {percent:>3}% {msg}, {eta} left";
const STYLE_ENDLESS: &str = "{spinner} {msg}, {elapsed} so far";

/// Shows how far long work has come: count, rate and, where the end is known, the time left.
pub(super) struct Progress {
    what: &'static str,
    started: Instant,
    shown: Instant,
    bytes: Bytes,
    bytes_total: Option<u64>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Progress of counting `what`, measured by `bytes` of `bytes_total` that have been read.
    pub(super) fn new(what: &'static str, bytes: Bytes, bytes_total: Option<u64>) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let target = ProgressDrawTarget::stderr_with_hz(DRAWS_PER_S);
            let bar = ProgressBar::with_draw_target(bytes_total, target);
            let style = if bytes_total.is_some() { STYLE } else { STYLE_ENDLESS };
            match ProgressStyle::with_template(style) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        let started = Instant::now();
        Self { what, started, shown: started, bytes, bytes_total, bar }
    }

    /// Shows that `count` are done.
    pub(super) fn at(&mut self, count: u64) {
        let elapsed_s = self.started.elapsed().as_secs_f64().max(0.001);
        let bytes = self.bytes.get();
        let rate = count as f64 / elapsed_s;
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{count} {}, {rate:.0}/s", self.what));
            if self.bytes_total.is_some() { bar.set_position(bytes) } else { bar.tick() }
        } else if self.shown.elapsed() >= LINE_EVERY {
            self.shown = Instant::now();
            let left = match self.bytes_total {
                Some(total) if bytes > 0 => {
                    let left_s = elapsed_s * total.saturating_sub(bytes) as f64 / bytes as f64;
                    format!(", {left_s:.0} s left")
                }
                _ => String::new(),
            };
            self.line(&format!("{count} {}, {rate:.0}/s{left}", self.what));
        }
    }

    /// Writes a line to stderr without spoiling the bar. That nobody reads it is no failure.
    pub(super) fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| {
                let _ = writeln!(io::stderr(), "{text}");
            }),
            None => {
                let _ = writeln!(io::stderr(), "{text}");
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// How many bytes a [`Counted`] reader has given out.
#[derive(Debug, Clone, Default)]
pub(super) struct Bytes(Arc<AtomicU64>);

impl Bytes {
    pub(super) fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A reader that counts.
pub(super) struct Counted<R> {
    /// What is read.
    pub(super) inner: R,
    /// Where it is counted.
    pub(super) bytes: Bytes,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.bytes.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
