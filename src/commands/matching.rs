//! `ask` and `match`: one question as the bot would answer it, and a stream of posts.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::json;

use super::Exit;
use super::lines::{Parcel, Parcels};
use super::searchable::catch_up_alone;
use crate::answer::{Explained, Finder, ask};
use crate::claim::answer::Decision;
use crate::claim::explain::{self, Reason};
use crate::claim::post::{Audience, Post};
use crate::claim::written;
use crate::doors::tell;
use crate::house::House;

/// Longest question read from stdin, in bytes.
const QUESTION_BYTES_MAX: u64 = 256 * 1024;
/// Candidates `--explain` shows.
const EXPLAINED_MAX: usize = 5;
/// Parcels of posts under way per worker.
const PARCELS_MAX: usize = 4;

/// Answers one text exactly as the bot would
#[derive(Debug, Args)]
pub(super) struct AskArgs {
    /// The text; `-` reads it from stdin
    #[arg(value_name = "TEXT|-", required = true, num_args = 1..)]
    text: Vec<String>,
    /// Print the whole result as JSON
    #[arg(long)]
    json: bool,
    /// Print the candidates and what speaks for each
    #[arg(long)]
    explain: bool,
    /// Answer in this language (en, es, pt, fr, de)
    #[arg(long, value_name = "xx")]
    lang: Option<String>,
}

/// Matches a stream of posts, one JSON object a line, to one result a line in the same order
#[derive(Debug, Args)]
pub(super) struct MatchArgs {
    /// List the K best candidates whatever the decision
    #[arg(long, value_name = "K")]
    top: Option<usize>,
    /// With --top: print what the decision is made of, for fitting it
    #[arg(long, hide = true, requires = "top")]
    explain: bool,
    /// Read posts from here
    #[arg(value_name = "FILE|-", default_value = "-")]
    file: PathBuf,
}

pub(super) fn run_ask(house: &House, args: &AskArgs, out: &mut impl Write) -> Result<Exit> {
    let text = match args.text.as_slice() {
        [dash] if dash == "-" => {
            let mut text = String::new();
            io::stdin()
                .take(QUESTION_BYTES_MAX)
                .read_to_string(&mut text)
                .context("reading stdin")?;
            text
        }
        words => words.join(" "),
    };
    if text.trim().is_empty() {
        bail!(super::Usage("there is no text to ask about".to_owned()));
    }
    if let Some(lang) = args.lang.as_deref().filter(|lang| house.words.lang(lang).is_none()) {
        let known = house.words.languages().join(", ");
        bail!(super::Usage(format!("there are no words in {lang:?} yet; choose one of {known}")));
    }
    catch_up_alone(house)?;
    understand(house);
    let post = Post::of(text);
    let today = house.doors.clock.now().date_naive();
    let answer = ask(&house.finder, &house.words, &post, args.lang.as_deref(), today)?;
    let explained =
        if args.explain { house.finder.explain(&post, EXPLAINED_MAX)? } else { Vec::new() };
    if args.json {
        let mut result = serde_json::to_value(&answer)?;
        if args.explain {
            result["explain"] = serde_json::to_value(&explained)?;
        }
        serde_json::to_writer(&mut *out, &result)?;
        writeln!(out)?;
    } else {
        writeln!(out, "{}", answer.reply.as_deref().unwrap_or_default())?;
        explain(&explained, out)?;
    }
    Ok(if answer.decision == Decision::None { Exit::Nothing } else { Exit::Fine })
}

/// Each candidate with what was decided, by what, and what speaks for and against it.
fn explain(explained: &[Explained], out: &mut impl Write) -> Result<()> {
    for (one, place) in explained.iter().zip(1..) {
        writeln!(out, "\n{place}. {}: {}", one.publisher, one.claim)?;
        writeln!(out, "   {}", one.id)?;
        writeln!(out, "   {}", one.because)?;
        if one.decision == Decision::None {
            for guard in &one.guards {
                writeln!(out, "   it would be held down, too: {}", explain::guard(guard))?;
            }
        }
        if !one.words.is_empty() {
            writeln!(out, "   shared words: {}", one.words.join(", "))?;
        }
        for Reason { what, adds } in &one.reasons {
            writeln!(out, "   {adds:>+7.2}  {what}")?;
        }
    }
    Ok(())
}

/// Lets the finder understand posts if there is a model. That there is none, or that it can't be
/// read, is told once, and words alone must do.
fn understand(house: &House) {
    match house.understand() {
        Ok(true) => {}
        Ok(false) => {
            let dir = house.model_dir();
            tell!(
                "matching by words alone: there is no sentence model in {}; `claimwatch model \
                 fetch` puts one there",
                dir.display()
            );
        }
        Err(error) => tell!("matching by words alone: {error:#}"),
    }
}

pub(super) fn run_match(house: &House, args: &MatchArgs, out: &mut impl Write) -> Result<Exit> {
    let input: Box<dyn Read + Send> = if args.file.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        let file = File::open(&args.file)
            .map_err(|error| super::Usage(format!("{}: {error}", args.file.display())))?;
        Box::new(file)
    };
    catch_up_alone(house)?;
    understand(house);
    let workers = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut bad = false;
    let mut out = BufWriter::new(out);
    std::thread::scope(|scope| -> Result<()> {
        let mut ways: Vec<(SyncSender<Parcel>, Receiver<Done>)> = Vec::new();
        for _ in 0..workers {
            let (give, take) = sync_channel::<Parcel>(PARCELS_MAX);
            let (give_back, done) = sync_channel::<Done>(PARCELS_MAX * 2);
            let (finder, wanted) = (&house.finder, Wanted::of(args));
            scope.spawn(move || {
                for parcel in take {
                    if give_back.send(work(finder, wanted, parcel)).is_err() {
                        break;
                    }
                }
            });
            ways.push((give, done));
        }
        let mut parcels = Parcels::new(input, false);
        let mut waiting: VecDeque<usize> = VecDeque::new();
        let mut turn = 0;
        loop {
            let parcel = parcels.next()?;
            let ended = parcel.is_none();
            if let Some(parcel) = parcel {
                ways[turn].0.send(parcel).context("a worker ended")?;
                waiting.push_back(turn);
                turn = (turn + 1) % workers;
            }
            while ended && !waiting.is_empty() || waiting.len() > workers * PARCELS_MAX {
                let Some(way) = waiting.pop_front() else { break };
                let done = ways[way].1.recv().context("a worker ended")??;
                bad |= done.1;
                out.write_all(&done.0)?;
            }
            if ended {
                break;
            }
        }
        out.flush()?;
        Ok(())
    })?;
    Ok(if bad { Exit::Data } else { Exit::Fine })
}

/// Results as they are printed, and whether a line was no post.
type Done = Result<(Vec<u8>, bool)>;

/// What is printed for each post.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Offered,
    Top(usize),
    Explained(usize),
}

impl Wanted {
    fn of(args: &MatchArgs) -> Self {
        match (args.top, args.explain) {
            (None, _) => Self::Offered,
            (Some(limit), false) => Self::Top(limit),
            (Some(limit), true) => Self::Explained(limit),
        }
    }
}

fn work(finder: &Finder, wanted: Wanted, parcel: Parcel) -> Done {
    let mut out = Vec::with_capacity(parcel.len() * 128);
    let mut bad = false;
    for (number, line) in parcel {
        match written::post(&line) {
            Ok(post) => match wanted {
                Wanted::Offered => {
                    let answer = finder.answer(&post, Audience::Moderators)?;
                    serde_json::to_writer(&mut out, &answer)?;
                }
                Wanted::Top(limit) => {
                    serde_json::to_writer(&mut out, &finder.top(&post, limit)?)?;
                }
                Wanted::Explained(limit) => {
                    let candidates = finder.explain(&post, limit)?;
                    let line = json!({ "id": post.id, "candidates": candidates });
                    serde_json::to_writer(&mut out, &line)?;
                }
            },
            Err(error) => {
                bad = true;
                serde_json::to_writer(&mut out, &json!({ "line": number, "error": error }))?;
            }
        }
        out.push(b'\n');
    }
    Ok((out, bad))
}
