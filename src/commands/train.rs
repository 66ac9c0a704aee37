//! `train`: refits the ranker and the decision from labelled sets.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::json;

use super::eval::{Scratch, house_of, meaning_of};
use super::{Exit, Usage};
use crate::answer::{Finder, Models};
use crate::claim::decide::{LEADS, Weights};
use crate::claim::post::Post;
use crate::config::Settings;
use crate::eval::{Labelled, Queries};
use crate::house::{House, model_dir};
use crate::train::{Lessons, table};

/// Refits the ranker and the decision from labelled sets
#[derive(Debug, Args)]
pub(super) struct TrainArgs {
    /// Published checks, in any form that `import` takes
    #[arg(long, value_name = "FILE")]
    checks: PathBuf,
    /// Queries, one `{"id","text"}` a line; given again, more of them
    #[arg(long, value_name = "FILE", required = true)]
    queries: Vec<PathBuf>,
    /// Their right checks, one `qid 0 docid 1` a line; given again, more of them
    #[arg(long, value_name = "FILE", required = true)]
    qrels: Vec<PathBuf>,
    /// Further pairs: language, tab, claim, tab, post
    #[arg(long, value_name = "FILE", default_value = "config/pairs/pairs.tsv")]
    pairs: PathBuf,
    /// Posts that should match nothing: language, tab, post
    #[arg(long, value_name = "FILE", default_value = "config/pairs/ordinary.txt")]
    ordinary: PathBuf,
    /// Where the sets are from and under which licence; it stands in the files made
    #[arg(long, value_name = "TEXT")]
    source: String,
    /// Keep the checks' vectors in this directory, for the next time
    #[arg(long, value_name = "DIR")]
    vectors: Option<PathBuf>,
    /// Write ranking.toml and decision.toml there
    #[arg(long, value_name = "DIR", default_value = "config")]
    out: PathBuf,
}

pub(super) fn run(settings: Settings, args: &TrainArgs, out: &mut impl Write) -> Result<Exit> {
    let sets = args.queries.iter().chain(&args.qrels);
    for file in [&args.checks, &args.pairs, &args.ordinary].into_iter().chain(sets) {
        if !file.is_file() {
            return Err(Usage(format!("{}: no such file", file.display())).into());
        }
    }
    let mut read = Queries::read(&args.queries, &args.qrels)?;
    let scratch = Scratch::make(&crate::house::Doors::real().chance)?;
    let own = scratch.path().join("pairs.jsonl");
    add_pairs(&args.pairs, &own, &mut read)?;
    let ordinary = columns(&args.ordinary, 2)?;
    let ordinary = ordinary
        .into_iter()
        .map(|row| Post { lang: row.first().cloned(), ..Post::of(row[1].clone()) })
        .collect();
    let matching = settings.match_.clone();
    let models = Models::shipped()?;
    let model_dir = model_dir(&settings);
    let (house, _scratch) = house_of(settings, &[&args.checks, &own], models.clone())?;
    let lessons = Lessons::of(Labelled::bind(read, ordinary, &house.store)?);
    let finder = |models: &Models| finder_with(&house, &matching, models);
    let meaning = meaning_of(&house, &model_dir, args.vectors.as_deref())?;

    let mut fitted = models;
    fitted.ranker.source.clone_from(&args.source);
    fitted.decision.source.clone_from(&args.source);
    fitted.ranker.words.weights = lessons.ranking(&finder(&fitted)?)?;
    fitted.decision.words = lessons.decision(&finder(&fitted)?)?;
    if let Some(meaning) = meaning {
        let understanding = |models: &Models| {
            let finder = finder(models)?;
            finder.understand(Arc::clone(&meaning));
            Ok::<_, anyhow::Error>(finder)
        };
        fitted.ranker.meaning.weights = lessons.ranking(&understanding(&fitted)?)?;
        fitted.decision.meaning = lessons.decision(&understanding(&fitted)?)?;
    }
    write_out(&args.out, &fitted)?;
    writeln!(out, "written: {}/ranking.toml, decision.toml", args.out.display())?;
    out.flush()?;
    Ok(Exit::Fine)
}

fn finder_with(
    house: &House,
    settings: &crate::claim::bands::MatchSettings,
    models: &Models,
) -> Result<Finder> {
    let (store, index) = (Arc::clone(&house.store), Arc::clone(&house.index));
    Finder::new(store, index, Arc::clone(&house.publishers), settings.clone(), models.clone())
}

/// Makes checks of the pairs' claims and queries of their posts.
fn add_pairs(pairs: &Path, checks: &Path, read: &mut Queries) -> Result<()> {
    let mut lines = String::new();
    for (at, row) in columns(pairs, 3)?.into_iter().enumerate() {
        let id = format!("pair-{at}");
        let check = json!({
            "@type": "ClaimReview",
            "@id": id,
            "url": format!("https://example.org/pairs/{at}"),
            "claimReviewed": row[1],
            "inLanguage": row[0],
        });
        lines.push_str(&format!("{check}\n"));
        read.posts.push(Post { id: Some(id.clone()), ..Post::of(row[2].clone()) });
        read.right.insert(id.clone(), vec![id]);
    }
    fs::write(checks, lines).with_context(|| format!("writing {}", checks.display()))
}

/// Rows of a file of columns divided by tabs.
fn columns(file: &Path, wanted: usize) -> Result<Vec<Vec<String>>> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let mut rows = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let row: Vec<String> = line.splitn(wanted, '\t').map(str::to_owned).collect();
        if row.len() < wanted {
            bail!("{}:{}: {wanted} columns are wanted, divided by tabs", file.display(), at + 1);
        }
        rows.push(row);
    }
    Ok(rows)
}

fn write_out(dir: &Path, models: &Models) -> Result<()> {
    let head = |what: &str, source: &str| {
        format!(
            "# {what}, made by `claimwatch train`: a weight for each input.\n\
             #\n\
             # This file alone is under the licence of what it was fitted on, named here.\n\
             source = {}\n",
            toml::Value::from(source)
        )
    };
    let ranker = &models.ranker;
    let wide =
        |weights: &[f32]| weights.iter().map(|weight| f64::from(*weight)).collect::<Vec<_>>();
    let ranking = head("The ranking of src/claim/rank.rs", &ranker.source)
        + &table("meaning", None, &wide(&ranker.meaning.weights), &[])
        + &table("words", None, &wide(&ranker.words.weights), &[]);
    let decided =
        |name, Weights { bias, weights }: &Weights| table(name, Some(*bias), weights, &LEADS);
    let decision = head("The decision of src/claim/decide.rs", &models.decision.source)
        + &decided("meaning", &models.decision.meaning)
        + &decided("words", &models.decision.words);
    for (name, text) in [("ranking.toml", ranking), ("decision.toml", decision)] {
        let file = dir.join(name);
        fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}
