//! `import`: takes in published checks from a file, an address or stdin.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, anyhow};
use clap::Args;
use url::Url;

use super::progress::{Bytes, Counted, Progress};
use super::searchable::{make_searchable, make_understood};
use super::upstream::{door, gatherer, wait};
use super::{Exit, Usage};
use crate::claim::review::ClaimReview;
use crate::doors::tell;
use crate::gather::{Intake, Limits, Tally};
use crate::house::House;
use crate::http::{Fetched, Want};
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
/// Most bytes fetched from an address, before they are unpacked.
const FETCHED_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Most pages fetched that a feed or sitemap names.
const PAGES_MAX: usize = 5_000;
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

impl ImportArgs {
    /// One file, as `import FILE` takes it.
    pub(super) fn of_file(file: &std::path::Path) -> Self {
        Self { wait: false, url: None, source: file.display().to_string() }
    }
}

/// What is read, and what is known of it.
struct Input {
    bytes: Box<dyn Read + Send>,
    url: Option<String>,
    content_type: Option<String>,
}

/// Takes in what the arguments name and returns when it is found by words.
///
/// # Errors
/// Wrong usage, or database and index fail.
pub(super) fn run(house: &House, args: &ImportArgs, out: &mut impl Write) -> Result<Exit> {
    let opened = if args.source.starts_with("http://") || args.source.starts_with("https://") {
        fetch(house, args)?
    } else {
        Some(open(args)?)
    };
    let Some((input, progress)) = opened else { return Ok(Exit::Unavailable) };
    let before = house.store.sequence()?;
    let took = take_in(house, args, input, progress)?;
    make_searchable(house)?;
    if args.wait {
        // Which checks were there already is not known: then all are waited for.
        make_understood(house, if took.unchanged == 0 { before } else { 0 })?;
    }
    writeln!(out, "{took}")?;
    out.flush()?;
    Ok(if took.rejected > 0 || took.total() == 0 { Exit::Data } else { Exit::Fine })
}

/// Opens the file or stdin, and the progress of reading it.
fn open(args: &ImportArgs) -> Result<(Input, Progress)> {
    let bytes = Bytes::default();
    let input = |bytes| Input { bytes, url: args.url.clone(), content_type: None };
    if args.source == "-" {
        let inner = io::stdin();
        let counted = Counted { inner, bytes: bytes.clone() };
        return Ok((input(Box::new(counted)), Progress::new("checks", bytes, None)));
    }
    let no_file = |error: &dyn std::fmt::Display| Usage(format!("{}: {error}", args.source));
    let inner = File::open(&args.source).map_err(|error| no_file(&error))?;
    let metadata = inner.metadata().map_err(|error| no_file(&error))?;
    if metadata.is_dir() {
        return Err(no_file(&"is a directory; name a file in it").into());
    }
    let total = metadata.is_file().then_some(metadata.len());
    let counted = Counted { inner, bytes: bytes.clone() };
    Ok((input(Box::new(counted)), Progress::new("checks", bytes, total)))
}

/// Fetches what the address leads to; `None` if it can't be reached, which is told.
fn fetch(house: &House, args: &ImportArgs) -> Result<Option<(Input, Progress)>> {
    let url = Url::parse(&args.source)
        .map_err(|error| Usage(format!("{}: is no address: {error}", args.source)))?;
    let door = door(house)?;
    let want = Want {
        trusted: true,
        validators: None,
        accept: "*/*",
        body_bytes_max: Some(FETCHED_BYTES_MAX),
    };
    let fetched = wait(async { Ok(door.get_written(&url, &want).await) })?;
    let page = match fetched {
        Ok(Fetched::Fresh(page)) => page,
        // Nothing conditional was asked.
        Ok(Fetched::NotModified) => return Ok(None),
        Err(error) => {
            tell!("claimwatch: {error}");
            return Ok(None);
        }
    };
    let bytes = Bytes::default();
    let total = Some(page.body.len() as u64);
    let counted = Counted { inner: Cursor::new(page.body), bytes: bytes.clone() };
    let input = Input {
        bytes: Box::new(counted),
        url: Some(args.url.clone().unwrap_or_else(|| page.url.to_string())),
        content_type: page.content_type,
    };
    Ok(Some((input, Progress::new("checks", bytes, total))))
}

/// Tells the form of the input and reads it that way.
fn take_in(house: &House, args: &ImportArgs, input: Input, progress: Progress) -> Result<Tally> {
    let name = args.source.as_str();
    let content_type = input.content_type.as_deref();
    let mut decoded = match decoded(input.bytes) {
        Ok(decoded) => decoded,
        Err(error) => return Ok(unreadable(&progress, name, &error.to_string())),
    };
    let mut head = Vec::with_capacity(HEAD_BYTES);
    if let Err(error) = (&mut decoded).take(HEAD_BYTES as u64).read_to_end(&mut head) {
        return Ok(unreadable(&progress, name, &error.to_string()));
    }
    let Some(form) = publishers::recognise(&head, content_type) else {
        let what =
            if head.is_empty() { "it is empty" } else { "it is in no form that is read here" };
        return Ok(unreadable(&progress, name, what));
    };
    if form == Form::JsonLines {
        return stream(house, name, Cursor::new(head).chain(decoded), progress);
    }
    let mut bytes = head;
    if let Err(error) = decoded.take(WHOLE_BYTES_MAX).read_to_end(&mut bytes) {
        return Ok(unreadable(&progress, name, &error.to_string()));
    }
    if bytes.len() as u64 >= WHOLE_BYTES_MAX {
        let what = format!("it is larger than {WHOLE_BYTES_MAX} bytes; split it into JSON lines");
        return Ok(unreadable(&progress, name, &what));
    }
    let about = About { url: input.url.as_deref(), content_type, ..About::default() };
    let mut parsed = publishers::read(form, &bytes, &about);
    drop(bytes);
    let behind = Parsed {
        links: std::mem::take(&mut parsed.links),
        sitemaps: std::mem::take(&mut parsed.sitemaps),
        ..Parsed::default()
    };
    let mut tally = keep(house, name, parsed, &progress)?;
    drop(progress);
    if !behind.links.is_empty() || !behind.sitemaps.is_empty() {
        tally += follow(house, name, behind)?;
    }
    Ok(tally)
}

/// Takes in the pages that a feed or sitemap names.
fn follow(house: &House, name: &str, behind: Parsed) -> Result<Tally> {
    let limits = Limits { pages_max: PAGES_MAX, ..Limits::default() };
    let progress = Mutex::new(Progress::new("pages", Bytes::default(), None));
    let on_page = Arc::new(move |done: usize, _of: usize| {
        progress.lock().unwrap_or_else(PoisonError::into_inner).at(done as u64);
    });
    let gatherer = gatherer(house, limits, on_page)?;
    let followed = wait(gatherer.follow(behind))?;
    drop(gatherer);
    for reject in &followed.rejects {
        tell!("{name}: {reject}");
    }
    if followed.left > 0 {
        tell!("{name}: {} pages were left out, {PAGES_MAX} at most are fetched", followed.left);
    }
    Ok(followed.tally)
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
