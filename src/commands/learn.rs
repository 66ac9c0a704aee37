//! `learn` and `gaps`: what decisions speak for, and what nobody has checked yet.

use std::io::Write;
use std::num::NonZeroUsize;

use anyhow::Result;
use chrono::TimeDelta;
use clap::{Args, value_parser};

use super::{Exit, Usage};
use crate::house::House;
use crate::learn::{self, GapRow};

/// Letters of a claim in a table.
const TEXT_CHARS_MAX: usize = 90;
/// Most weeks that are looked back: two centuries.
const WEEKS_MAX: i64 = 10_000;

/// Learns from what moderators decided
#[derive(Debug, Args)]
pub(super) struct LearnArgs {
    /// How often the matcher was right at each threshold, and which thresholds that speaks for
    #[arg(long, required = true)]
    report: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Lists claims that people ask about or spread and no check is known of
#[derive(Debug, Args)]
pub(super) struct GapsArgs {
    /// Of so many weeks
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = value_parser!(u32).range(1..=WEEKS_MAX))]
    weeks: u32,
    /// At most so many of a week and language
    #[arg(long, value_name = "N", default_value = "20")]
    limit: NonZeroUsize,
    /// Only in this language, an ISO 639-1 code
    #[arg(long, value_name = "xx")]
    lang: Option<String>,
    /// As CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// Prints what decisions speak for.
///
/// # Errors
/// If the database fails.
pub(super) fn run(house: &House, args: &LearnArgs, out: &mut impl Write) -> Result<Exit> {
    let report = learn::report(&house.store)?;
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
        out.flush()?;
        return Ok(Exit::Fine);
    }
    writeln!(out, "decided {}, of these right {}", report.decided, report.right)?;
    writeln!(out, "from   decided  right  precision  surely between")?;
    for row in report.rows.iter().filter(|row| row.decided > 0) {
        let ([low, high], precision) = (row.interval, row.precision);
        let (threshold, decided, right) = (row.threshold, row.decided, row.right);
        writeln!(
            out,
            "{threshold:.2}  {decided:>8}  {right:>5}  {precision:>9.3}  {low:.3} and {high:.3}"
        )?;
    }
    let proposed = |threshold: Option<f64>| {
        threshold.map_or_else(|| "too few decisions to say".to_owned(), |at| format!("{at:.2}"))
    };
    writeln!(out, "match_min: {}", proposed(report.match_min))?;
    writeln!(out, "possible_min: {}", proposed(report.possible_min))?;
    let readers = report.readers;
    if readers.said > 0 {
        let (said, undecided, weight) = (readers.said, readers.undecided, readers.weight);
        let times = if said == 1 { "once".to_owned() } else { format!("{said} times") };
        writeln!(
            out,
            "readers said \"not the same claim\" {times}, {undecided} of them undecided;"
        )?;
        let (stated, offered) = (proposed(readers.match_min), proposed(readers.possible_min));
        writeln!(
            out,
            "each counted as {weight} of a wrong match: match_min {stated}, possible_min {offered}"
        )?;
    }
    out.flush()?;
    Ok(Exit::Fine)
}

/// Prints the gaps.
///
/// # Errors
/// If the database fails.
pub(super) fn gaps(house: &House, args: &GapsArgs, out: &mut impl Write) -> Result<Exit> {
    let now = house.doors.clock.now();
    let since = now - TimeDelta::weeks(args.weeks.into());
    let mut rows = learn::gaps(&house.store, since, now, args.limit.get())?;
    if let Some(tag) = &args.lang {
        keep_language(house, tag, &mut rows)?;
    }
    if args.csv {
        writeln!(out, "week,language,asked,posts,authors,places,hourly_max,claim,text")?;
    } else if !args.json && !rows.is_empty() {
        writeln!(out, "WEEK      LANG  ASKED  POSTS  PEOPLE  PLACES  AN HOUR  CLAIM")?;
    }
    for row in &rows {
        if args.json {
            writeln!(out, "{}", serde_json::to_string(row)?)?;
        } else if args.csv {
            writeln!(out, "{}", csv(row))?;
        } else {
            writeln!(out, "{}", line(row))?;
        }
    }
    out.flush()?;
    Ok(Exit::Fine)
}

/// Keeps the rows in the language of a tag (`pt`, `pt-BR`).
fn keep_language(house: &House, tag: &str, rows: &mut Vec<GapRow>) -> Result<()> {
    let primary =
        |tag: &str| tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let wanted = primary(tag);
    let of_row = |row: &GapRow| row.gap.language.as_deref().map(primary);
    let mut named = house.words.named_languages();
    if !named.any(|code| code == wanted)
        && !rows.iter().any(|row| of_row(row).as_ref() == Some(&wanted))
    {
        let known: Vec<&str> = house.words.named_languages().collect();
        let known = known.join(", ");
        return Err(Usage(format!("no language {tag:?} is known; choose one of {known}")).into());
    }
    rows.retain(|row| of_row(row).as_ref() == Some(&wanted));
    Ok(())
}

fn line(row: &GapRow) -> String {
    let GapRow { week, hourly_max, gap } = row;
    let text = gap.text.as_deref().unwrap_or("-");
    let text: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(TEXT_CHARS_MAX).collect();
    let (language, spread) = (gap.language.as_deref().unwrap_or("-"), &gap.spread);
    format!(
        "{week}  {language:<4}  {:>5}  {:>5}  {:>6}  {:>6}  {hourly_max:>7}  {text}",
        gap.asked, spread.posts, spread.authors, spread.places
    )
}

/// As RFC 4180 has it. A text that a spreadsheet would take for a formula is made one that it does
/// not.
fn csv(row: &GapRow) -> String {
    let GapRow { week, hourly_max, gap } = row;
    let quoted = |text: &str| {
        let text = text.replace('"', "\"\"");
        let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        format!("\"{guard}{text}\"")
    };
    let (language, spread) = (gap.language.as_deref().unwrap_or_default(), &gap.spread);
    format!(
        "{week},{language},{},{},{},{},{hourly_max},{},{}",
        gap.asked,
        spread.posts,
        spread.authors,
        spread.places,
        gap.claim,
        quoted(gap.text.as_deref().unwrap_or_default())
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::alert::{Gap, Spread};

    #[test]
    fn a_text_is_no_formula_and_no_second_column() {
        let gap = Gap {
            claim: "c1".into(),
            text: Some("=HYPERLINK(\"http://x\"), they say\nso".into()),
            language: None,
            asked: 3,
            spread: Spread::default(),
        };
        let row = GapRow { week: "2026-W48".into(), hourly_max: 2, gap };
        assert_eq!(
            csv(&row),
            "2026-W48,,3,0,0,0,2,c1,\"'=HYPERLINK(\"\"http://x\"\"), they say\nso\""
        );
        assert!(!line(&row).contains('\n'));
    }
}
