//! `eval`: measures the matcher on a labelled set, leaving the data directory alone.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::import::{self, ImportArgs};
use super::{Exit, Usage};
use crate::answer::{Meaning, Models};
use crate::config::Settings;
use crate::eval::{BadData, Labelled, Measured, Queries, Report, measure, on_all_cores};
use crate::gather::{text_hash, vector_text};
use crate::house::{Doors, House, has_model, model_dir};
use crate::index::vectors::Vectors;
use crate::model::Encoder;

/// Vectors that are made before they are kept.
const VECTORS_KEPT_AT_ONCE: usize = 2_048;

/// Measures the matcher on a labelled set
#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// Published checks, in any form that `import` takes
    #[arg(long, value_name = "FILE")]
    checks: PathBuf,
    /// Queries, one `{"id","text"}` a line; given again, more of them
    #[arg(long, value_name = "FILE", required = true)]
    queries: Vec<PathBuf>,
    /// Their right checks, one `qid 0 docid 1` a line; given again, more of them
    #[arg(long, value_name = "FILE", required = true)]
    qrels: Vec<PathBuf>,
    /// Posts that should match nothing, as the queries
    #[arg(long, value_name = "FILE")]
    negatives: Option<PathBuf>,
    /// Write the rankings there, as a TREC run
    #[arg(long, value_name = "FILE")]
    run_out: Option<PathBuf>,
    /// Keep the checks' vectors in this directory, for the next time
    #[arg(long, value_name = "DIR")]
    vectors: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// A directory of its own that goes when it is dropped.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// Makes one beside other temporary files.
    ///
    /// # Errors
    /// If the disk refuses.
    pub(super) fn make(chance: &crate::doors::Chance) -> Result<Self> {
        let dir = std::env::temp_dir().join(format!("claimwatch-{}", chance.id()));
        std::fs::create_dir(&dir).with_context(|| format!("making {}", dir.display()))?;
        Ok(Self(dir))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A house of its own with these checks in it.
///
/// # Errors
/// If the checks can't be read, or the disk refuses.
pub(super) fn house_of(
    mut settings: Settings,
    checks: &[&Path],
    models: Models,
) -> Result<(House, Scratch)> {
    let doors = Doors::real();
    let scratch = Scratch::make(&doors.chance)?;
    settings.data.clone_from(&scratch.0);
    let house = House::build_with(settings, doors, models)?;
    for file in checks {
        import::run(&house, &ImportArgs::of_file(file), &mut std::io::sink())?;
    }
    if house.store.review_counts()?.0 == 0 {
        let files: Vec<_> = checks.iter().map(|file| file.display().to_string()).collect();
        bail!(BadData(format!("{}: there are no checks to measure with", files.join(", "))));
    }
    Ok((house, scratch))
}

/// The meaning of all checks of a house, by the model in `dir`; `None` if there is none. Vectors
/// that lie in `kept` are not made again.
///
/// # Errors
/// If the model can't be read, or the disk refuses.
pub(super) fn meaning_of(
    house: &House,
    dir: &Path,
    kept: Option<&Path>,
) -> Result<Option<Arc<Meaning>>> {
    if !has_model(dir) {
        return Ok(None);
    }
    let encoder = Encoder::open(dir)?;
    let (fingerprint, dimensions) = (encoder.fingerprint(), encoder.dimensions());
    let vectors = match kept {
        Some(kept) => {
            std::fs::create_dir_all(kept).with_context(|| format!("making {}", kept.display()))?;
            Vectors::open(kept, fingerprint, dimensions)?
        }
        None => Vectors::in_memory(dimensions)?,
    };
    let mut missing = Vec::new();
    let mut sequence = 0;
    loop {
        let changes = house.store.changes_after(sequence, 2_000)?;
        let Some(last) = changes.last() else { break };
        sequence = last.sequence;
        for stored in changes.into_iter().filter_map(|change| change.stored) {
            let text = vector_text(&stored.review);
            let hash = text_hash(&text);
            if !vectors.has(stored.row, hash) {
                missing.push((stored.row, hash, text));
            }
        }
    }
    // A while at a time, so that little is lost if it is stopped.
    for part in missing.chunks(VECTORS_KEPT_AT_ONCE) {
        let parcels: Vec<_> = part.chunks(64).collect();
        let made = on_all_cores(&parcels, |parcel| {
            let mut encoder = encoder.another();
            let vector =
                |(row, hash, text): &(u64, u64, String)| Ok((*row, *hash, encoder.encode(text)?));
            parcel.iter().map(vector).collect::<Result<Vec<_>>>()
        })?;
        for parcel in made {
            vectors.put(&parcel)?;
        }
    }
    Ok(Some(Arc::new(Meaning::new(encoder, Arc::new(vectors)))))
}

pub(super) fn run(settings: Settings, args: &EvalArgs, out: &mut impl Write) -> Result<Exit> {
    let files = args.queries.iter().chain(&args.qrels).chain(&args.negatives);
    for file in std::iter::once(&args.checks).chain(files) {
        if !file.is_file() {
            return Err(Usage(format!("{}: no such file", file.display())).into());
        }
    }
    let read = Queries::read(&args.queries, &args.qrels)?;
    let ordinary = args.negatives.as_deref().map(crate::eval::posts).transpose()?;
    let matching = settings.match_.clone();
    let models = Models::of(&matching)?;
    let model_dir = model_dir(&settings);
    let (house, _scratch) = house_of(settings, &[&args.checks], models)?;
    if let Some(meaning) = meaning_of(&house, &model_dir, args.vectors.as_deref())? {
        house.finder.understand(meaning);
    }
    let set = Labelled::bind(read, ordinary.unwrap_or_default(), &house.store)?;
    if set.queries.is_empty() {
        bail!(BadData("no query has a right answer among the checks".to_owned()));
    }
    let measured = measure(&house.finder, &set)?;
    if let Some(file) = &args.run_out {
        write_run(file, &set, &measured).with_context(|| format!("writing {}", file.display()))?;
    }
    let report = Report::of(&set, &measured, &matching);
    if args.json {
        serde_json::to_writer(&mut *out, &report)?;
        writeln!(out)?;
    } else {
        write!(out, "{report}")?;
    }
    out.flush()?;
    Ok(Exit::Fine)
}

fn write_run(file: &Path, set: &Labelled, measured: &Measured) -> Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    for (post, found) in set.queries.iter().zip(&measured.asked) {
        let query = post.id.as_deref().unwrap_or_default();
        for (one, rank) in found.list.iter().zip(1..) {
            writeln!(out, "{query} Q0 {} {rank} {} claimwatch", one.id, one.confidence)?;
        }
    }
    out.flush()?;
    Ok(())
}
