//! `queue`: what waits for a moderator, and deciding it without the chat.

use std::io::Write;

use anyhow::Result;
use chrono::SecondsFormat;
use clap::{Args, Subcommand};
use serde_json::json;

use super::{Exit, Usage};
use crate::answer::alert_ruled;
use crate::house::House;
use crate::store::{Audited, Decided, QueueKind, Queued, Ruling, Verdict, doubters};

/// Who decides here, in the audit.
const ACTOR: &str = "command line";
/// Letters of a text in a list.
const TEXT_CHARS_MAX: usize = 100;

/// Decides what waits for a moderator
#[derive(Debug, Subcommand)]
pub(super) enum QueueCommand {
    /// Lists what waits, oldest first
    List(ListArgs),
    /// Shows one item whole, with who did what about it
    Show(ItemArgs),
    /// The post makes the claim of the check; takes the place of an earlier decision
    Accept(ItemArgs),
    /// It makes another claim: the check is not offered for such posts; takes the place of an
    /// earlier decision
    Reject(ItemArgs),
}

/// What is listed
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// What was decided instead, the latest decision first
    #[arg(long)]
    decided: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
}

/// One item
#[derive(Debug, Args)]
pub(super) struct ItemArgs {
    /// Its id, as `queue list` shows it
    #[arg(value_name = "ID")]
    id: String,
}

/// Works on the queue.
///
/// # Errors
/// If the database fails, or there is no such item.
pub(super) fn run(house: &House, command: &QueueCommand, out: &mut impl Write) -> Result<Exit> {
    match command {
        QueueCommand::List(args) => list(house, args, out)?,
        QueueCommand::Show(args) => show(house, &args.id, out)?,
        QueueCommand::Accept(args) => decide(house, &args.id, Verdict::Right, out)?,
        QueueCommand::Reject(args) => decide(house, &args.id, Verdict::Wrong, out)?,
    }
    out.flush()?;
    Ok(Exit::Fine)
}

fn list(house: &House, args: &ListArgs, out: &mut impl Write) -> Result<()> {
    let store = &house.store;
    let queue = if args.decided { store.decided(args.limit)? } else { store.queue(args.limit)? };
    if !args.json && !queue.is_empty() {
        let how = if args.decided { "HOW    " } else { "" };
        writeln!(out, "{:<32}  {:<8}  {how}{:<5}  TEXT", "ID", "KIND", "SURE")?;
    }
    for one in &queue {
        if args.json {
            writeln!(out, "{}", as_json(one))?;
            continue;
        }
        let sure = one.confidence.map_or_else(|| "-".to_owned(), |sure| format!("{sure:.2}"));
        let text = one.text.as_deref().unwrap_or("(not kept: readers asked it)");
        let text: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(TEXT_CHARS_MAX)
            .collect();
        let how = if args.decided { format!("{:<5}  ", one.state) } else { String::new() };
        writeln!(out, "{:<32}  {:<8}  {how}{sure:<5}  {text}", one.id, one.kind.name())?;
    }
    Ok(())
}

fn as_json(one: &Queued) -> serde_json::Value {
    json!({
        "id": one.id, "kind": one.kind.name(), "claim": one.claim, "reviewId": one.review_id,
        "confidence": one.confidence, "text": one.text, "url": one.url, "state": one.state,
        "at": one.at.to_rfc3339_opts(SecondsFormat::Secs, true),
    })
}

fn show(house: &House, id: &str, out: &mut impl Write) -> Result<()> {
    let Some(one) = house.store.queued(id)? else { return Err(unknown(id)) };
    let check = match &one.review_id {
        Some(id) => house.store.review_by_id(id)?.map(|stored| stored.review),
        None => None,
    };
    let spread = match &one.claim {
        Some(claim) => Some(house.store.spread(claim, house.doors.clock.now())?),
        None => None,
    };
    let audit = house.store.audited(id)?;
    let audit: Vec<_> = audit.iter().map(as_record).collect();
    let mut shown = as_json(&one);
    shown["check"] = json!(check.map(|check| json!({
        "url": check.url, "name": check.name, "claimReviewed": check.claim_reviewed,
    })));
    shown["spread"] = json!(spread);
    if let (QueueKind::NotSame, Some(check), Some(sketch)) = (one.kind, &one.review_id, &one.sketch)
    {
        shown["readers"] = json!(doubters(&house.store.doubts(Some(check))?, sketch));
    }
    shown["audit"] = json!(audit);
    writeln!(out, "{}", serde_json::to_string_pretty(&shown)?)?;
    Ok(())
}

fn as_record(one: &Audited) -> serde_json::Value {
    let Audited { at, actor, action, effect } = one;
    let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({"at": at, "actor": actor, "action": action, "effect": effect})
}

fn decide(house: &House, id: &str, verdict: Verdict, out: &mut impl Write) -> Result<()> {
    let House { doors, words, settings, .. } = house;
    let (audit, now) = (doors.chance.id(), doors.clock.now());
    let ruling = Ruling { id, verdict, actor: ACTOR, audit: &audit };
    let decision = house.store.decide_anew(&ruling, now, |told, times| {
        let by = (&**words, &doors.chance, &settings.moderation);
        let what = if times == 0 { String::new() } else { times.to_string() };
        alert_ruled(by, told, &what, now)
    })?;
    let name = verdict.name();
    let said = match decision {
        Decided::Now(queued) if queued.state == "open" => format!("decided {name}: {id}"),
        Decided::Now(queued) => format!("decided {name} instead of {}: {id}", queued.state),
        Decided::Before(queued) => format!("was decided {} before: {id}", queued.state),
        Decided::Gone => return Err(unknown(id)),
    };
    writeln!(out, "{said}")?;
    Ok(())
}

fn unknown(id: &str) -> anyhow::Error {
    Usage(format!("nothing in the queue has the id {id:?}; `queue list` shows ids")).into()
}
