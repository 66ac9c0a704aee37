//! Posts from a stream, a line each, in parcels: however long a line is, memory is bounded.

use std::io::{BufRead, BufReader, Read};

use anyhow::{Context, Result};

/// Longest line of a stream of posts, in bytes; the rest of a longer one is left out.
const LINE_BYTES_MAX: u64 = 1024 * 1024;
/// Most lines of a parcel.
const PARCEL: usize = 64;

/// Lines with their numbers.
pub(super) type Parcel = Vec<(usize, Vec<u8>)>;

/// The lines of a stream, blank ones left out.
pub(super) struct Parcels<R> {
    input: BufReader<R>,
    line: usize,
    ended: bool,
    /// A line that is there is not to wait for those that are not.
    at_once: bool,
}

impl<R: Read> Parcels<R> {
    /// The parcels of a stream; `at_once`: as soon as a line is there, not only when the parcel is
    /// full.
    pub(super) fn new(input: R, at_once: bool) -> Self {
        Self { input: BufReader::new(input), line: 0, ended: false, at_once }
    }

    /// The next parcel; `None` at the end.
    ///
    /// # Errors
    /// If the stream can't be read.
    pub(super) fn next(&mut self) -> Result<Option<Parcel>> {
        let mut parcel = Vec::with_capacity(PARCEL);
        while !self.ended && parcel.len() < PARCEL {
            let mut line = Vec::new();
            let mut limited = (&mut self.input).take(LINE_BYTES_MAX);
            if limited.read_until(b'\n', &mut line).context("reading posts")? == 0 {
                self.ended = true;
                break;
            }
            self.line += 1;
            if !line.ends_with(b"\n") && line.len() as u64 == LINE_BYTES_MAX {
                self.skip_line()?;
            }
            if !line.iter().all(u8::is_ascii_whitespace) {
                parcel.push((self.line, line));
            }
            let waiting = self.input.buffer().contains(&b'\n');
            if self.at_once && !waiting && !parcel.is_empty() {
                break;
            }
        }
        Ok((!parcel.is_empty()).then_some(parcel))
    }

    /// Reads on to the end of a line that is too long.
    fn skip_line(&mut self) -> Result<()> {
        loop {
            let buffer = self.input.fill_buf()?;
            let (used, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
                Some(end) => (end + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.input.consume(used);
            if ended {
                return Ok(());
            }
        }
    }
}
