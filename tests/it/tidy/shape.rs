//! Sizes, docs, names, and that every file hangs in the module tree.

use super::House;
use super::source::{Source, Token, tokens};
use super::tree;

const FILE_LINES_MAX: usize = 450;
const FUNCTION_LINES_MAX: usize = 70;
const MAIN_LINES_MAX: usize = 60;
const ARCHITECTURE_LINES_MAX: usize = 150;
const LINE_CHARS_MAX: usize = 100;

/// Names that say nothing about what lives behind them.
const EMPTY_NAMES: [&str; 7] = ["utils", "util", "common", "helpers", "helper", "types", "misc"];

pub(super) fn check(house: &House, faults: &mut Vec<String>) {
    for source in &house.sources {
        check_size(source, faults);
        check_doc(source, faults);
        check_width(source, faults);
        check_names(source, faults);
    }
    for source in house.rooms() {
        check_functions(source, faults);
        check_attributes(source, faults);
    }
    check_tree(house, faults);
    if let Some(text) = house.files.get("ARCHITECTURE.md") {
        let lines = text.lines().count();
        if lines > ARCHITECTURE_LINES_MAX {
            faults.push(format!(
                "ARCHITECTURE.md: {lines} lines, more than {ARCHITECTURE_LINES_MAX}; it is a map"
            ));
        }
    }
}

fn check_size(source: &Source, faults: &mut Vec<String>) {
    let lines = source.text.lines().count();
    let most = if source.path == "src/main.rs" { MAIN_LINES_MAX } else { FILE_LINES_MAX };
    if lines > most {
        faults.push(format!(
            "{}: {lines} lines, more than {most}; let its second inhabitant move out",
            source.path
        ));
    }
}

fn check_doc(source: &Source, faults: &mut Vec<String>) {
    let first = source.text.lines().find(|line| !line.trim().is_empty());
    if !first.is_some_and(|line| line.starts_with("//! ")) {
        faults.push(format!("{}:1: no `//!` line saying what lives here", source.path));
    }
}

/// A string stands as its reader will see it, so a line with one may be longer.
fn check_width(source: &Source, faults: &mut Vec<String>) {
    for ((number, line), code) in (1..).zip(source.text.lines()).zip(source.uncommented.lines()) {
        let width = line.chars().count();
        let string = code.contains('"') || source.inside_string.contains(&number);
        if width > LINE_CHARS_MAX && !string {
            faults.push(format!(
                "{}:{number}: {width} characters wide, more than {LINE_CHARS_MAX}",
                source.path
            ));
        }
    }
}

fn check_names(source: &Source, faults: &mut Vec<String>) {
    for name in source.path.trim_end_matches(".rs").split('/') {
        if EMPTY_NAMES.contains(&name) {
            faults.push(format!(
                "{}: `{name}` says nothing; name it after what lives there",
                source.path
            ));
        }
    }
}

fn check_functions(source: &Source, faults: &mut Vec<String>) {
    let tokens = tokens(&source.whole);
    for (at, pair) in tokens.windows(2).enumerate() {
        let named = pair[1].text.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if pair[0].text != "fn" || !named {
            continue;
        }
        let first = pair[0].line;
        let lines = last_line(&tokens[at..]).map_or(1, |last| last + 1 - first);
        if lines > FUNCTION_LINES_MAX {
            faults.push(format!(
                "{}:{first}: fn {} has {lines} lines, more than {FUNCTION_LINES_MAX}; split it \
                 where its steps are",
                source.path, pair[1].text
            ));
        }
    }
}

/// The line of the function's closing brace, or of the semicolon of one without a body.
fn last_line(tokens: &[Token<'_>]) -> Option<usize> {
    let (mut braces, mut brackets) = (0, 0);
    for token in tokens {
        match token.text {
            "(" | "[" => brackets += 1,
            ")" | "]" => brackets -= 1,
            "{" => braces += 1,
            "}" => braces -= 1,
            _ => continue,
        }
        if token.text == "}" && braces == 0 && brackets == 0 {
            return Some(token.line);
        }
    }
    None
}

fn check_attributes(source: &Source, faults: &mut Vec<String>) {
    for (number, line) in (1..).zip(source.whole.lines()) {
        for attribute in ["#[allow(", "#![allow("] {
            if line.contains(attribute) {
                faults.push(format!(
                    "{}:{number}: {attribute}…)] outlives its cause; use #[expect(…, reason = …)]",
                    source.path
                ));
            }
        }
        if line.contains("#[path") {
            faults.push(format!(
                "{}:{number}: #[path] hides where a module lives; let the name say it",
                source.path
            ));
        }
    }
}

/// Every file must be reached from a crate's root, else the compiler never sees it.
fn check_tree(house: &House, faults: &mut Vec<String>) {
    let reached = tree::reached(&house.sources, |source| &source.whole);
    for source in &house.sources {
        let in_a_tree = source.path.starts_with("src/") || source.path.starts_with("tests/it/");
        if in_a_tree && !reached.contains(&source.path) {
            faults.push(format!("{}: outside the module tree; no `mod` names it", source.path));
        }
    }
}
