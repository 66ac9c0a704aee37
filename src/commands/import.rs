//! `import`: takes in published checks from a file, an address or stdin.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::{Result, anyhow};
use clap::Args;

use super::progress::{Bytes, Counted, Progress};
use super::searchable::make_searchable;
use super::{Exit, Usage};
use crate::claim::review::ClaimReview;
use crate::gather::{Intake, Tally};
use crate::house::House;
use crate::publishers::{self, About, Form, HEAD_BYTES, Parsed};
use crate::store::Trust;

/// Most decoded bytes of a file that is read line by line.
const STREAM_BYTES_MAX: u64 = 64 * 1024 * 1024 * 1024;
/// Most decoded bytes of a file that is read whole.
const WHOLE_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Longest line of a file of JSON lines, in bytes.
const LINE_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Lines that are handed over at once, their bytes, and such parcels under way.
const PARCEL: usize = 256;
const PARCEL_BYTES_MAX: usize = 1024 * 1024;
const PARCELS_MAX: usize = 8;
/// Bytes read from a file at once.
const READ_BYTES: usize = 256 * 1024;

/// Takes in published checks
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Wait until vectors are there, too
    #[arg(long)]
    wait: bool,
    /// The address of the page, for a file that does not say
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// What to take in
    #[arg(value_name = "FILE|URL|-")]
    source: String,
}

/// Takes in what the arguments name and returns when it is found by words.
///
/// # Errors
/// Wrong usage, or database and index fail.
pub(super) fn run(house: &House, args: &ImportArgs, out: &mut impl Write) -> Result<Exit> {
    let (input, progress) = open(args)?;
    let took = take_in(house, args, input, progress)?;
    make_searchable(house)?;
    writeln!(out, "{took}")?;
    out.flush()?;
    Ok(if took.rejected > 0 || took.total() == 0 { Exit::Data } else { Exit::Fine })
}

/// Opens the file or stdin, and the progress of reading it.
fn open(args: &ImportArgs) -> Result<(Box<dyn Read + Send>, Progress)> {
    let bytes = Bytes::default();
    if args.source == "-" {
        let inner = io::stdin();
        let input = Counted { inner, bytes: bytes.clone() };
        return Ok((Box::new(input), Progress::new("checks", bytes, None)));
    }
    let no_file = |error: &dyn std::fmt::Display| Usage(format!("{}: {error}", args.source));
    let inner = File::open(&args.source).map_err(|error| no_file(&error))?;
    let metadata = inner.metadata().map_err(|error| no_file(&error))?;
    if metadata.is_dir() {
        return Err(no_file(&"is a directory; name a file in it").into());
    }
    let total = metadata.is_file().then_some(metadata.len());
    let input = Counted { inner, bytes: bytes.clone() };
    Ok((Box::new(input), Progress::new("checks", bytes, total)))
}

/// Tells the form of the input and reads it that way.
fn take_in(
    house: &House,
    args: &ImportArgs,
    input: Box<dyn Read + Send>,
    progress: Progress,
) -> Result<Tally> {
    let name = args.source.as_str();
    let mut input = match decoded(input) {
        Ok(input) => input,
        Err(error) => return Ok(unreadable(&progress, name, &error.to_string())),
    };
    let mut head = Vec::with_capacity(HEAD_BYTES);
    if let Err(error) = (&mut input).take(HEAD_BYTES as u64).read_to_end(&mut head) {
        return Ok(unreadable(&progress, name, &error.to_string()));
    }
    let Some(form) = publishers::recognise(&head, None) else {
        let what =
            if head.is_empty() { "it is empty" } else { "it is in no form that is read here" };
        return Ok(unreadable(&progress, name, what));
    };
    if form == Form::JsonLines {
        return stream(house, name, Cursor::new(head).chain(input), progress);
    }
    let mut bytes = head;
    if let Err(error) = input.take(WHOLE_BYTES_MAX).read_to_end(&mut bytes) {
        return Ok(unreadable(&progress, name, &error.to_string()));
    }
    if bytes.len() as u64 >= WHOLE_BYTES_MAX {
        let what = format!("it is larger than {WHOLE_BYTES_MAX} bytes; split it into JSON lines");
        return Ok(unreadable(&progress, name, &what));
    }
    let about = About { url: args.url.as_deref(), ..About::default() };
    let parsed = publishers::read(form, &bytes, &about);
    drop(bytes);
    keep(house, name, parsed, &progress)
}

fn decoded(input: Box<dyn Read + Send>) -> io::Result<Box<dyn BufRead>> {
    publishers::decompress(BufReader::with_capacity(READ_BYTES, input), STREAM_BYTES_MAX)
}

/// Lists an input that can't be read as a whole.
fn unreadable(progress: &Progress, name: &str, what: &str) -> Tally {
    progress.line(&format!("{name}: {what}"));
    Tally { rejected: 1, ..Tally::default() }
}

/// Keeps what was in a document that was read whole.
fn keep(house: &House, name: &str, parsed: Parsed, progress: &Progress) -> Result<Tally> {
    let now = house.doors.clock.now();
    let reject = |place: &str, reason: &str| progress.line(&rejected(name, place, reason));
    let mut intake = Intake::new(&house.store, &house.publishers, Trust::Imported, now, reject);
    for one in &parsed.rejects {
        intake.reject(&one.place, &one.reason);
    }
    for (place, review) in parsed.reviews {
        intake.put(place, review)?;
    }
    intake.finish()
}

/// `FILE:LINE: reason`, as compilers write it, or `FILE: PLACE: reason`.
fn rejected(name: &str, place: &str, reason: &str) -> String {
    match place.strip_prefix("line ") {
        Some(line) => format!("{name}:{line}: {reason}"),
        None => format!("{name}: {place}: {reason}"),
    }
}

/// A line's number with the check in it, or why there is none.
type Read1 = (usize, Result<ClaimReview, String>);

/// Reads and parses here, writes on another thread: each is half of the work.
fn stream(house: &House, name: &str, input: impl BufRead, mut progress: Progress) -> Result<Tally> {
    let (give, take) = sync_channel::<Vec<Read1>>(PARCELS_MAX);
    let now = house.doors.clock.now();
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || write(house, name, now, &take, &mut progress));
        let read = parcels(input, &give);
        drop(give);
        let written = writer.join().map_err(|_| anyhow!("the writing thread panicked"))??;
        read.map(|()| written)
    })
}

fn write(
    house: &House,
    name: &str,
    now: chrono::DateTime<chrono::Utc>,
    take: &Receiver<Vec<Read1>>,
    progress: &mut Progress,
) -> Result<Tally> {
    let rejects = std::cell::RefCell::new(Vec::new());
    let reject = |place: &str, reason: &str| {
        rejects.borrow_mut().push(rejected(name, place, reason));
    };
    let mut intake = Intake::new(&house.store, &house.publishers, Trust::Imported, now, reject);
    for parcel in take {
        for (line, read) in parcel {
            let place = format!("line {line}");
            match read {
                Ok(review) => intake.put(place, review)?,
                Err(reason) => intake.reject(&place, &reason),
            }
        }
        for line in rejects.borrow_mut().drain(..) {
            progress.line(&line);
        }
        progress.at(intake.tally().total());
    }
    let tally = intake.finish()?;
    for line in rejects.into_inner() {
        progress.line(&line);
    }
    Ok(tally)
}

/// Reads lines and hands them over in parcels. A broken stream ends as a reject: what came before
/// is taken in.
fn parcels(mut input: impl BufRead, give: &SyncSender<Vec<Read1>>) -> Result<()> {
    let (mut parcel, mut bytes, mut number) = (Vec::with_capacity(PARCEL), 0, 0);
    let mut line = Vec::new();
    loop {
        line.clear();
        number += 1;
        let read = match (&mut input).take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) if line.len() as u64 > LINE_BYTES_MAX => skip_line(&mut input, &line)
                .map(|()| Err(format!("the line is longer than {LINE_BYTES_MAX} bytes"))),
            Ok(_) if line.trim_ascii().is_empty() => continue,
            Ok(_) => Ok(publishers::read_line(&line)),
            Err(error) => Err(error),
        };
        let (read, ended) = match read {
            Ok(read) => (read, false),
            Err(error) => (Err(format!("the file can't be read on from here: {error}")), true),
        };
        bytes += line.len();
        parcel.push((number, read));
        if ended {
            break;
        }
        if parcel.len() >= PARCEL || bytes >= PARCEL_BYTES_MAX {
            bytes = 0;
            let full = std::mem::replace(&mut parcel, Vec::with_capacity(PARCEL));
            if give.send(full).is_err() {
                // The writer has ended and will say why.
                return Ok(());
            }
        }
    }
    let _ = give.send(parcel);
    Ok(())
}

/// Reads on to the end of a line of which `so_far` was read.
fn skip_line(input: &mut impl BufRead, so_far: &[u8]) -> io::Result<()> {
    if so_far.ends_with(b"\n") {
        return Ok(());
    }
    loop {
        let buffer = input.fill_buf()?;
        let (used, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if ended {
            return Ok(());
        }
    }
}
