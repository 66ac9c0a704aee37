//! Which tables there are, and which room reads each of them.

use std::path::PathBuf;

use serde::de::DeserializeOwned;

use super::Settings;
use super::mistake::{Findings, Place, nearest};
use super::read;
use super::tree::{Node, Table, Value};
use crate::alerts::settings::{Kind as Receiving, Receiver};
use crate::chats::settings::{Account, Chat};
use crate::feeds::settings::{Feed, Source as FeedSource};
use crate::publishers::settings::{Kind, Source};

/// Every table there is.
pub(super) const TABLES: [&str; 11] = [
    "publisher",
    "feed",
    "chat",
    "alert",
    "moderation",
    "http",
    "web",
    "model",
    "match",
    "retention",
    "log",
];
/// Most characters of a name.
const NAME_CHARS_MAX: usize = 32;

/// Kinds of one table.
struct Kinds {
    table: &'static str,
    known: &'static [&'static str],
}

const PUBLISHERS: Kinds =
    Kinds { table: "publisher", known: &["rss", "sitemap", "page", "datafeed", "google", "jsonl"] };
const FEEDS: Kinds = Kinds { table: "feed", known: &["rss", "push", "bluesky", "mastodon"] };
const CHATS: Kinds = Kinds { table: "chat", known: &["telegram", "bluesky", "mastodon"] };
const ALERTS: Kinds = Kinds { table: "alert", known: &["webhook", "mail"] };

/// Reads every table into the settings of its room.
pub(super) fn settings(root: &Node, findings: &mut Findings) -> Settings {
    let mut settings = Settings {
        http: single(root, "http", findings),
        web: single(root, "web", findings),
        match_: single(root, "match", findings),
        retention: single(root, "retention", findings),
        moderation: single(root, "moderation", findings),
        log: single(root, "log", findings),
        model: single(root, "model", findings),
        ..Settings::default()
    };
    if let Some((_, node)) = root.get(&["data"]) {
        match &node.value {
            Value::String(path) if !path.is_empty() => settings.data = PathBuf::from(path),
            _ => findings.mistake(
                node.place.clone(),
                "`data` is no path".to_owned(),
                "write the path of a directory in quotes",
            ),
        }
    }
    unknown_tables(root, findings);
    for (kind, name, node) in named(root, &PUBLISHERS, findings) {
        let Some((_, known)) = Kind::ALL.iter().find(|(word, _)| *word == kind) else { continue };
        let path = format!("publisher.{kind}.{name}");
        let settings_of_it = read::table(&path, node, findings);
        settings.publisher.push(Source { kind: *known, name, settings: settings_of_it });
    }
    for (kind, name, node) in named(root, &FEEDS, findings) {
        let path = format!("feed.{kind}.{name}");
        let feed = match kind.as_str() {
            "push" => Feed::Push(read::table(&path, node, findings)),
            "bluesky" => Feed::Bluesky(read::table(&path, node, findings)),
            "mastodon" => Feed::Mastodon(read::table(&path, node, findings)),
            _ => Feed::Rss(read::table(&path, node, findings)),
        };
        settings.feed.push(FeedSource { name, feed });
    }
    for (kind, name, node) in named(root, &CHATS, findings) {
        let path = format!("chat.{kind}.{name}");
        let chat = match kind.as_str() {
            "bluesky" => Chat::Bluesky(read::table(&path, node, findings)),
            "mastodon" => Chat::Mastodon(read::table(&path, node, findings)),
            _ => Chat::Telegram(read::table(&path, node, findings)),
        };
        settings.chat.push(Account { name, chat });
    }
    for (kind, name, node) in named(root, &ALERTS, findings) {
        let path = format!("alert.{kind}.{name}");
        let kind = match kind.as_str() {
            "mail" => Receiving::Mail(read::table(&path, node, findings)),
            _ => Receiving::Webhook(read::table(&path, node, findings)),
        };
        settings.alert.push(Receiver { name, kind });
    }
    settings
}

fn unknown_tables(root: &Node, findings: &mut Findings) {
    let Value::Table(table) = &root.value else { return };
    for (key, (place, _)) in table {
        if key != "data" && !TABLES.contains(&key.as_str()) {
            let mend = match nearest(key, TABLES) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", TABLES.join(", ")),
            };
            findings.mistake(place.clone(), format!("unknown table or key `{key}`"), mend);
        }
    }
}

/// A table that stands once: `[web]`.
fn single<T: DeserializeOwned + Default>(root: &Node, name: &str, findings: &mut Findings) -> T {
    let Some((place, node)) = root.get(&[name]) else { return T::default() };
    match as_table(name, place, node, findings) {
        Some(_) => read::table(name, node.clone(), findings),
        None => T::default(),
    }
}

fn as_table<'a>(
    name: &str,
    place: &Place,
    node: &'a Node,
    findings: &mut Findings,
) -> Option<&'a Table> {
    let what = match &node.value {
        Value::Table(table) => return Some(table),
        Value::Array(_) => "is a list of tables",
        _ => "is no table",
    };
    let mend = format!("write `[{name}]` with one pair of brackets and its keys below");
    findings.mistake(place.clone(), format!("`{name}` {what}"), mend);
    None
}

/// Every table of one kind and name: `[feed.rss.bbc]`.
fn named(root: &Node, kinds: &Kinds, findings: &mut Findings) -> Vec<(String, String, Node)> {
    let Some((place, node)) = root.get(&[kinds.table]) else { return Vec::new() };
    let hint = format!("{}.KIND.NAME", kinds.table);
    let Some(table) = as_table(&hint, place, node, findings) else { return Vec::new() };
    let mut found: Vec<(String, String, Node)> = Vec::new();
    for (kind, (place, node)) in table {
        let path = format!("{}.{kind}", kinds.table);
        if !kinds.known.contains(&kind.as_str()) {
            let known = kinds.known;
            let mend = match nearest(kind, known.iter().copied()) {
                Some(near) => format!("did you mean `{}.{near}`?", kinds.table),
                None => format!("known kinds: {}", known.join(", ")),
            };
            findings.mistake(place.clone(), format!("unknown kind `{path}`"), mend);
            continue;
        }
        let hint = format!("{path}.NAME");
        let Some(names) = as_table(&hint, place, node, findings) else { continue };
        for (name, (place, node)) in names {
            let path = format!("{path}.{name}");
            if as_named(&path, name, (place, node), findings) {
                found.push((kind.clone(), name.clone(), node.clone()));
            }
        }
    }
    // A receiver of alerts is always named with its kind.
    if kinds.table != ALERTS.table {
        twice(kinds.table, &found, findings);
    }
    found
}

/// Whether a table of one name can be read as such.
fn as_named(path: &str, name: &str, at: (&Place, &Node), findings: &mut Findings) -> bool {
    let (place, node) = at;
    match &node.value {
        Value::Table(_) => {}
        Value::Array(_) => return as_table(path, place, node, findings).is_some(),
        _ => {
            let table = path.rsplit_once('.').map_or(path, |(table, _)| table);
            findings.mistake(
                place.clone(),
                format!("`{path}` stands in a table without a name"),
                format!("write `[{table}.NAME]` with a name of your choice above it"),
            );
            return false;
        }
    }
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || !name.chars().all(fits) {
        findings.mistake(
            place.clone(),
            format!("{name:?} is no name for `{path}`"),
            format!("use 1 to {NAME_CHARS_MAX} of a-z, 0-9, _ and -"),
        );
    }
    true
}

/// A name stands for one source whatever its kind: `gather NAME` must know which is meant.
fn twice(table: &str, found: &[(String, String, Node)], findings: &mut Findings) {
    let mut sorted: Vec<&(String, String, Node)> = found.iter().collect();
    sorted.sort_by(|one, other| (&one.1, &one.2.place).cmp(&(&other.1, &other.2.place)));
    for pair in sorted.windows(2) {
        if let [first, second] = pair
            && first.1 == second.1
        {
            findings.mistake(
                second.2.place.clone(),
                format!("the name `{}` is taken by [{table}.{}.{}]", second.1, first.0, first.1),
                "choose another name for one of them",
            );
        }
    }
}
