//! The checks tried on small made-up repositories: each must find its fault, and must not cry out
//! over comments, strings and test code.

use super::House;

/// The faults of a repository with these files.
fn faults(files: &[(&str, &str)]) -> Vec<String> {
    let own = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    House::new(own).faults()
}

/// The faults of one file hung into an otherwise straight house.
fn faults_of(path: &str, text: &str) -> Vec<String> {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut files = vec![(path.to_owned(), format!("//! Made up.\n{text}"))];
    let mut root = "//! Root.\n".to_owned();
    match inside.split_once('/') {
        Some((room, rest)) => {
            root.push_str(&format!("pub mod {room};\n"));
            if rest != "mod" {
                let text = format!("//! Room.\nmod {rest};\n");
                files.push((format!("src/{room}/mod.rs"), text));
            }
        }
        None if inside != "main" => root.push_str(&format!("pub mod {inside};\n")),
        None => {}
    }
    files.push(("src/lib.rs".to_owned(), root));
    House::new(files).faults()
}

#[track_caller]
fn assert_fault(path: &str, text: &str, expected: &str) {
    let found = faults_of(path, text);
    assert!(
        found.iter().any(|fault| fault.contains(expected)),
        "no fault with {expected:?} in {path}:\n{text}\nbut {found:#?}"
    );
}

#[track_caller]
fn assert_straight(path: &str, text: &str) {
    assert_eq!(faults_of(path, text), Vec::<String>::new(), "{path}:\n{text}");
}

#[test]
fn imports_go_down_only() {
    assert_fault("src/store.rs", "use crate::gather;", "store (floor 1) names gather (floor 3)");
    assert_fault("src/http.rs", "use crate::store::Rows;", "http (floor 1) names store (floor 1)");
    assert_fault("src/claim/text.rs", "fn f() { super::super::http::get(); }", "names http");
    assert_fault("src/claim/mod.rs", "use crate::doors::Clock;", "claim (floor 0) names doors");
    assert_fault("src/gather.rs", "use crate::{claim, web::{self, Page}};", "gather (floor 3)");
    assert_fault("src/web/mod.rs", "fn f(s: &crate::config::Settings) {}", "web (floor 4)");
    assert_straight("src/gather.rs", "use crate::{claim::text, publishers::{self}, store};");
    assert_straight("src/gather.rs", "use super::http;");
    assert_straight("src/store/rows.rs", "use super::Store; use crate::store::Rows;");
    assert_straight("src/daemon.rs", "use crate::{config, web};");
    assert_straight("src/main.rs", "fn main() { claimwatch::commands::run(); }");
}

#[test]
fn answer_sees_no_outside_party() {
    assert_fault("src/answer.rs", "use crate::chats::Update;", "no further up than floor 1");
    assert_straight("src/answer.rs", "use crate::{claim, index, store};");
}

#[test]
fn every_room_has_a_floor_and_every_path_a_room() {
    assert_fault("src/cellar.rs", "", "the room cellar has no floor");
    assert_fault("src/gather.rs", "use crate::Claim;", "crate::Claim is no room");
}

#[test]
fn rooms_import_in_no_circle() {
    let found = faults(&[
        ("src/lib.rs", "//! Root.\nmod commands;\nmod config;\nmod daemon;"),
        ("src/commands.rs", "//! C.\nuse crate::daemon;"),
        ("src/daemon.rs", "//! D.\nuse crate::config;"),
        ("src/config.rs", "//! S.\nuse crate::commands::Flags;"),
    ]);
    assert_eq!(found, ["src: rooms import in a circle: commands -> daemon -> config -> commands"]);
}

#[test]
fn crates_stay_in_their_rooms() {
    assert_fault("src/store.rs", "use tantivy::Index;", "tantivy may be named only in index");
    assert_fault("src/gather.rs", "fn f() { let c = rusqlite::Connection::open(p); }", "rusqlite");
    assert_fault("src/chats/telegram.rs", "type E = reqwest::Error;", "only in http");
    assert_fault("src/http.rs", "use ::teloxide as t;", "only in chats");
    assert_fault("src/config.rs", "#[derive(clap::Parser)] struct A;", "commands and main");
    assert_fault("src/answer.rs", "use {dom_query::Document, std::fmt};", "dom_query");
    assert_straight("src/index/mod.rs", "use tantivy::{Index, schema};");
    assert_straight("src/store.rs", "fn f(cron: &str, a: A) { a.tantivy; axum(cron); }");
    assert_straight("src/chats/telegram.rs", "use teloxide::types;");
    assert_straight("src/web/mod.rs", "use axum::http::StatusCode;");
}

#[test]
fn the_ground_floor_is_pure() {
    assert_fault("src/claim/text.rs", "async fn f() {}", "async in claim");
    assert_fault("src/claim/text.rs", "use std::{collections, fs};", "std::fs in claim");
    assert_fault("src/claim/text.rs", "fn f() { std::env::var(n); }", "std::env in claim");
    assert_fault("src/claim/text.rs", "use std::net::IpAddr;", "std::net in claim");
    assert_fault("src/claim/text.rs", "fn f() { chrono::Utc::now(); }", "Utc::now in claim");
    assert_fault("src/claim/text.rs", "fn f() { Instant::now(); }", "Instant in claim");
    assert_fault("src/claim/text.rs", "use tokio::sync::Mutex;", "tokio in claim");
    assert_straight("src/claim/text.rs", "use chrono::{DateTime, Utc};");
}

#[test]
fn time_environment_and_tasks_belong_to_the_roof() {
    assert_fault("src/gather.rs", "fn f() { Utc::now(); }", "Utc::now belongs to the roof");
    assert_fault("src/store.rs", "fn f() { std::time::SystemTime::now(); }", "SystemTime::now");
    assert_fault("src/http.rs", "use std::env;", "std::env belongs to the roof");
    assert_fault("src/watch.rs", "fn f() { tokio::spawn(g()); }", "tokio::spawn");
    assert_fault("src/watch.rs", "fn f() { tokio::task::spawn(g()); }", "tokio::task::spawn");
    assert_straight("src/daemon.rs", "fn f() { tokio::spawn(g(chrono::Utc::now())); }");
    assert_straight("src/watch.rs", "fn f() { Instant::now(); tokio::task::spawn_blocking(g); }");
    assert_straight("src/web/mod.rs", "const V: &str = env!(\"CARGO_PKG_VERSION\");");
}

#[test]
fn comments_strings_and_test_code_are_no_fault() {
    let text = r####"
// use crate::web; tantivy::Index
/* use crate::web; /* tokio::spawn */ Utc::now() */
/// `std::env::var` and "an open quote
const A: &str = "use crate::web; \" rusqlite::Connection";
const B: &str = r#"std::env " parse"#;
const C: &[u8] = b"tokio::spawn";
const D: (char, u8) = ('"', b'\'');
fn f<'a>(x: &'a str) -> &'a str { x }
#[cfg(test)]
mod tests {
    use crate::web;
    #[test]
    fn t() { std::env::var("x"); assert!(!y.contains("parse_mode")); }
}
#[cfg(test)]
use crate::daemon::World;
"####;
    assert_straight("src/store.rs", text);
    assert_fault("src/store.rs", &format!("{text}\nuse crate::web;"), "store.rs:20: store");
}

#[test]
fn a_file_of_tests_is_test_code() {
    let tests = "//! Tests.\nuse crate::web;\n";
    let house = |declared: &str| {
        let room = format!("//! Room.\n{declared}\n");
        faults(&[
            ("src/lib.rs", "//! Root.\nmod store;"),
            ("src/store/mod.rs", &room),
            ("src/store/tests.rs", tests),
        ])
    };
    assert_eq!(house("#[cfg(test)]\nmod tests;"), Vec::<String>::new());
    assert_eq!(house("mod tests;").len(), 1);
    assert_eq!(house("").len(), 2);
}

#[test]
fn sizes_are_kept() {
    assert_straight("src/store.rs", &"\n".repeat(449));
    assert_fault("src/store.rs", &"\n".repeat(450), "451 lines, more than 450");
    assert_fault("src/main.rs", &"\n".repeat(60), "61 lines, more than 60");
    let body = |lines| format!("fn long() {{\n{}}}", "    step();\n".repeat(lines));
    assert_straight("src/store.rs", &body(68));
    assert_fault("src/store.rs", &body(69), "fn long has 71 lines, more than 70");
    assert_fault("src/store.rs", &format!("//{}", "ä".repeat(99)), "101 characters wide");
    assert_straight("src/store.rs", &format!("//{}", "ä".repeat(98)));
    assert_straight("src/store.rs", &format!("const A: &str = \"\n{}\";", "x".repeat(120)));
    assert_straight("src/store.rs", &format!("const A: &str = \"{}\";", "x".repeat(120)));
    let tests = format!("//! Tests.\n{}", "\n".repeat(450));
    assert!(faults(&[("tests/it/main.rs", &tests)])[0].contains("451 lines"));
    let map = "x\n".repeat(151);
    assert!(faults(&[("ARCHITECTURE.md", &map)])[0].contains("151 lines"));
}

#[test]
fn every_file_has_a_doc_a_name_and_a_place_in_the_tree() {
    assert!(faults(&[("src/lib.rs", "// Not a doc.")])[0].contains("no `//!` line"));
    assert_fault("src/store/utils.rs", "", "`utils` says nothing");
    assert_fault("src/store.rs", "#[allow(dead_code)]\nfn f() {}", "use #[expect(");
    assert_fault("src/store.rs", "#[path = \"x.rs\"]\nmod y {}", "hides where a module lives");
    let lost = [("src/lib.rs", "//! Root.\n// mod store;"), ("src/store.rs", "//! Lost.")];
    assert_eq!(faults(&lost), ["src/store.rs: outside the module tree; no `mod` names it"]);
    let nested = [
        ("tests/it/main.rs", "//! Root.\nmod tidy;"),
        ("tests/it/tidy.rs", "//! Below.\nmod rooms;"),
        ("tests/it/tidy/rooms.rs", "//! Further below."),
    ];
    assert_eq!(faults(&nested), Vec::<String>::new());
}

#[test]
fn a_parse_mode_is_never_named() {
    assert_fault("src/chats/telegram.rs", "fn f() { m.parse_mode(x); }", "parse mode");
    assert_fault("src/chats/telegram.rs", "const F: &str = \"parse_mode\";", "parse mode");
    assert_fault("src/chats/telegram.rs", "use t::ParseMode;", "parse mode");
    assert_straight("src/chats/telegram.rs", "// never a parse_mode");
}

#[test]
fn every_dependency_has_a_reason() {
    let manifest = |line: &str| format!("[package]\nname = \"x\"\n[dependencies]\n{line}\n");
    let found = |line: &str| faults(&[("Cargo.toml", &manifest(line))]);
    assert_eq!(found("serde = \"1\""), ["Cargo.toml:4: a dependency without `# why it is here`"]);
    assert_eq!(found("serde = { version = \"1\", features = [\"#derive\"] }").len(), 1);
    assert_eq!(found("a = \"1\" # NFKC\nb = \"1\" # x").len(), 1);
    assert_eq!(found("a = \"1\" # reads every form"), Vec::<String>::new());
    assert_eq!(found("a = { features = [\n \"b\", # reads every form\n] }"), Vec::<String>::new());
    assert_eq!(found("[dependencies.a]\nversion = \"1\"").len(), 1);
    assert_eq!(found("[lints.rust]\nmissing_docs = \"warn\""), Vec::<String>::new());
}

#[test]
fn every_language_says_everything() {
    let english = "# A note = with a sign\nfound = { $count ->\n    [one] one, { $name }\n   \
                   *[other] { $count }\n }\nnone = Nothing found.\n";
    let pair =
        |other: &str| faults(&[("config/lang/en.ftl", english), ("config/lang/es.ftl", other)]);
    assert_eq!(pair(english), Vec::<String>::new());
    assert_eq!(
        pair("found = { $count } { $name }\n"),
        ["config/lang/es.ftl: `none` is not said in this language"]
    );
    assert_eq!(
        pair("found = { $count }\nnone = Nada.\n"),
        ["config/lang/es.ftl: `found` leaves out `$name`"]
    );
    assert_eq!(
        pair("found = { $count } { $name } { $who }\nnone = Nada.\n"),
        ["config/lang/en.ftl: `found` leaves out `$who`"]
    );
    assert!(pair("found = { $count } { $name\nnone = Nada.\n").concat().contains("not Fluent"));
}
