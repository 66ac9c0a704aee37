//! Who may name whom: floors, circles, the crates of each room, and the calls kept to the roof.

use std::collections::{BTreeMap, BTreeSet};

use super::House;
use super::source::{NamedPath, Source, paths};

/// The roof: builds the house and may name everything below it.
const ROOF: u8 = 5;

/// Rooms and the floors they stand on. A room imports only from floors below its own.
const FLOORS: [(&str, u8); 31] = [
    ("claim", 0),
    ("doors", 0),
    ("health", 0),
    ("metrics", 0),
    ("atproto", 1),
    ("mastodon", 1),
    ("http", 1),
    ("schedule", 1),
    ("store", 1),
    ("xml", 1),
    ("index", 1),
    ("model", 1),
    ("publishers", 2),
    ("feeds", 2),
    ("chats", 2),
    ("alerts", 2),
    ("gather", 3),
    ("watch", 3),
    ("answer", 3),
    ("deliver", 3),
    ("learn", 3),
    ("care", 3),
    ("web", 4),
    ("config", ROOF),
    ("eval", ROOF),
    ("train", ROOF),
    ("commands", ROOF),
    ("house", ROOF),
    ("daemon", ROOF),
    ("main", ROOF),
    ("lib", ROOF),
];

/// Rooms that stand high but look down only so far, and why.
const SHORT_SIGHT: [(&str, u8, &str); 1] =
    [("answer", 1, "it answers the page and the command line too, where there is no chat or feed")];

/// Crates that only certain rooms may name, so that each technology can be changed in one place.
const CRATES: [(&str, &[&str]); 29] = [
    ("tantivy", &["index"]),
    ("tantivy_fst", &["index"]),
    ("rusqlite", &["store"]),
    ("reqwest", &["http"]),
    ("tokio_rustls", &["http"]),
    ("rustls_platform_verifier", &["http"]),
    ("tokio_tungstenite", &["feeds"]),
    ("teloxide", &["chats"]),
    ("lettre", &["alerts"]),
    ("axum", &["web"]),
    ("prometheus_client", &["metrics"]),
    ("askama", &["web"]),
    ("cron", &["schedule"]),
    ("feed_rs", &["publishers", "feeds"]),
    ("dom_query", &["publishers", "feeds"]),
    ("dom_smoothie", &["publishers", "feeds"]),
    ("quick_xml", &["xml", "publishers"]),
    ("frostem", &["claim"]),
    ("tokenizers", &["model"]),
    ("safetensors", &["model"]),
    ("rten_gemm", &["model"]),
    ("rten_tensor", &["model"]),
    ("rten_vecmath", &["model"]),
    ("rten_simd", &["model", "index"]),
    ("rayon", &["model"]),
    ("clap", &["commands", "main"]),
    ("fluent_bundle", &["claim"]),
    ("indicatif", &["commands"]),
    ("getrandom", &["house"]),
];

/// What the ground floor may not know of: it is pure.
const NOT_IN_CLAIM: [&[&str]; 12] = [
    &["tokio"],
    &["std", "fs"],
    &["std", "env"],
    &["std", "net"],
    &["std", "io"],
    &["std", "thread"],
    &["std", "process"],
    &["SystemTime"],
    &["Instant"],
    &["Utc", "now"],
    &["Local", "now"],
    &["fastrand"],
];

/// Time, environment and new tasks belong to the roof, which hands them down, so that a test can
/// own them.
const ONLY_ON_THE_ROOF: [&[&str]; 6] = [
    &["Utc", "now"],
    &["Local", "now"],
    &["SystemTime", "now"],
    &["std", "env"],
    &["tokio", "spawn"],
    &["tokio", "task", "spawn"],
];

pub(super) fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

pub(super) fn check(house: &House, faults: &mut Vec<String>) {
    let mut imports: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in house.rooms() {
        let Some(room) = source.room() else { continue };
        let Some(own) = floor(room) else {
            faults.push(format!(
                "{}: the room {room} has no floor; give it one in tests/it/tidy/rooms.rs",
                source.path
            ));
            continue;
        };
        for path in paths(&source.code) {
            if let Some(other) = room_named(source, &path, faults) {
                imports.entry(room).or_default().insert(other);
                check_floor(source, &path, (room, own), other, faults);
            }
            check_crate(source, &path, room, faults);
            check_calls(source, &path, (room, own), faults);
        }
        check_async(source, room, faults);
    }
    if let Some(circle) = circle(&imports) {
        faults.push(format!("src: rooms import in a circle: {}", circle.join(" -> ")));
    }
}

/// The other room a path leads to, through `crate::`, `super::` or, on the roof, the crate's name.
fn room_named(source: &Source, path: &NamedPath, faults: &mut Vec<String>) -> Option<&'static str> {
    let segments: Vec<&str> = path.segments.iter().map(String::as_str).collect();
    let supers = segments.iter().take_while(|name| **name == "super").count();
    let named = match segments.first()? {
        &"crate" | &"claimwatch" => *segments.get(1)?,
        _ if supers > 0 && supers == source.depth() => *segments.get(supers)?,
        _ => return None,
    };
    let room = FLOORS.iter().find(|(name, _)| *name == named).map(|(name, _)| *name);
    if room.is_none() && segments[0] == "crate" && source.depth() > 0 {
        faults.push(format!(
            "{}:{}: crate::{named} is no room; name things by the room they live in",
            source.path, path.line
        ));
    }
    room.filter(|room| Some(*room) != source.room())
}

fn check_floor(
    source: &Source,
    path: &NamedPath,
    (room, own): (&str, u8),
    other: &str,
    faults: &mut Vec<String>,
) {
    let theirs = floor(other).unwrap_or(ROOF);
    let place = format!("{}:{}", source.path, path.line);
    if own < ROOF && theirs >= own {
        faults.push(format!(
            "{place}: {room} (floor {own}) names {other} (floor {theirs}); imports go down only: \
             move what both need below, or pass it in from above"
        ));
    }
    for (name, lowest, why) in SHORT_SIGHT {
        if name == room && theirs > lowest {
            faults.push(format!(
                "{place}: {room} names {other}, but sees no further up than floor {lowest}: {why}"
            ));
        }
    }
}

fn check_crate(source: &Source, path: &NamedPath, room: &str, faults: &mut Vec<String>) {
    let Some((name, rooms)) = CRATES.iter().find(|(name, _)| *name == path.segments[0]) else {
        return;
    };
    let imported = path.segments.len() > 1 || follows_use(source, path, name);
    if imported && !rooms.contains(&room) {
        faults.push(format!(
            "{}:{}: {name} may be named only in {}; ask that room for what is needed",
            source.path,
            path.line,
            rooms.join(" and ")
        ));
    }
}

/// Whether a single word is an import, `use clap;` or `use clap as c;`, not a variable.
fn follows_use(source: &Source, path: &NamedPath, name: &str) -> bool {
    let line = source.code.lines().nth(path.line - 1).unwrap_or_default();
    let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.windows(2).any(|pair| pair == ["use", name] || pair == ["crate", name])
}

fn check_calls(
    source: &Source,
    path: &NamedPath,
    (room, own): (&str, u8),
    faults: &mut Vec<String>,
) {
    let named = |wanted: &[&str]| {
        path.segments.windows(wanted.len()).any(|segments| segments.iter().eq(wanted))
    };
    let place = format!("{}:{}", source.path, path.line);
    if room == "claim" {
        for call in NOT_IN_CLAIM.iter().filter(|call| named(call)) {
            faults
                .push(format!("{place}: {} in claim, which is pure; pass it in", call.join("::")));
        }
    } else if own < ROOF {
        for call in ONLY_ON_THE_ROOF.iter().filter(|call| named(call)) {
            faults.push(format!(
                "{place}: {} belongs to the roof; take a Clock, a setting or a task tracker from it",
                call.join("::")
            ));
        }
    }
}

fn check_async(source: &Source, room: &str, faults: &mut Vec<String>) {
    if room != "claim" {
        return;
    }
    for token in super::source::tokens(&source.code) {
        if matches!(token.text, "async" | "await") {
            faults.push(format!(
                "{}:{}: {} in claim, which is pure; wait on an upper floor",
                source.path, token.line, token.text
            ));
        }
    }
}

/// One circle among the rooms, if there is any.
fn circle<'a>(imports: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Option<Vec<&'a str>> {
    fn walk<'a>(
        room: &'a str,
        way: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
        imports: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    ) -> Option<Vec<&'a str>> {
        if let Some(start) = way.iter().position(|seen| *seen == room) {
            return Some(way[start..].iter().copied().chain([room]).collect());
        }
        if !done.insert(room) {
            return None;
        }
        way.push(room);
        let found = imports
            .get(room)
            .and_then(|below| below.iter().find_map(|next| walk(next, way, done, imports)));
        way.pop();
        found
    }
    let mut done = BTreeSet::new();
    imports.keys().find_map(|room| walk(room, &mut Vec::new(), &mut done, imports))
}
