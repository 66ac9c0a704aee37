//! Things that must be said, and one that must not: reasons beside dependencies, every sentence in
//! every language, and never a parse mode.

use std::collections::{BTreeMap, BTreeSet};

use super::House;

/// The shortest text that can be a reason.
const REASON_CHARS_MIN: usize = 4;

pub(super) fn check(house: &House, faults: &mut Vec<String>) {
    check_parse_mode(house, faults);
    if let Some(manifest) = house.files.get("Cargo.toml") {
        check_reasons(manifest, faults);
    }
    check_languages(house, faults);
}

/// With a parse mode, text written by others becomes markup; our entities cannot be forged.
fn check_parse_mode(house: &House, faults: &mut Vec<String>) {
    for source in house.rooms() {
        for (number, line) in (1..).zip(source.spoken.lines()) {
            if ["parse_mode", "ParseMode", "parseMode"].iter().any(|word| line.contains(word)) {
                faults.push(format!(
                    "{}:{number}: a parse mode lets others' text become markup; send entities",
                    source.path
                ));
            }
        }
    }
}

/// Every direct dependency says on its own lines why it is there.
fn check_reasons(manifest: &str, faults: &mut Vec<String>) {
    let (mut among_dependencies, mut depth, mut begun, mut reason) = (false, 0, 0, false);
    for (number, line) in (1..).zip(manifest.lines()) {
        let (code, comment) = split_comment(line);
        let opens = code.matches(['[', '{']).count();
        let closes = code.matches([']', '}']).count();
        if depth == 0 && code.trim_start().starts_with('[') {
            let table = code.trim().trim_matches(['[', ']']);
            among_dependencies = table.ends_with("dependencies");
            if table.contains("dependencies.") {
                faults.push(format!(
                    "Cargo.toml:{number}: write the dependency on one line, its reason beside it"
                ));
            }
            continue;
        }
        if depth == 0 && code.contains('=') {
            (begun, reason) = (number, false);
        }
        reason |= comment.trim().chars().count() >= REASON_CHARS_MIN;
        depth = (depth + opens).saturating_sub(closes);
        if among_dependencies && depth == 0 && begun > 0 && !reason {
            faults.push(format!("Cargo.toml:{begun}: a dependency without `# why it is here`"));
        }
        if depth == 0 {
            begun = 0;
        }
    }
}

/// A line of TOML without its comment and strings, and the comment.
fn split_comment(line: &str) -> (String, &str) {
    let (mut code, mut quote) = (String::new(), None);
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '#') => return (code, &line[at + 1..]),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, _) => code.push(c),
        }
    }
    (code, "")
}

/// Messages by name, each with the `$placeholders` and `-terms` it uses.
type Messages = BTreeMap<String, BTreeSet<String>>;

/// Every language says everything, with the same placeholders.
fn check_languages(house: &House, faults: &mut Vec<String>) {
    let languages: BTreeMap<&str, Messages> = house
        .files
        .iter()
        .filter(|(path, _)| path.starts_with("config/lang/") && path.ends_with(".ftl"))
        .map(|(path, text)| (path.as_str(), messages(path, text, faults)))
        .collect();
    let mut wanted = Messages::new();
    for (name, placeholders) in languages.values().flatten() {
        wanted.entry(name.clone()).or_default().extend(placeholders.iter().cloned());
    }
    for (path, said) in &languages {
        for (name, placeholders) in &wanted {
            let Some(own) = said.get(name) else {
                faults.push(format!("{path}: `{name}` is not said in this language"));
                continue;
            };
            for missing in placeholders.difference(own) {
                faults.push(format!("{path}: `{name}` leaves out `{missing}`"));
            }
        }
    }
}

fn messages(path: &str, text: &str, faults: &mut Vec<String>) -> Messages {
    if let Err((_, errors)) = fluent_bundle::FluentResource::try_new(text.to_owned()) {
        for error in errors {
            let line = 1 + text[..error.pos.start.min(text.len())].matches('\n').count();
            faults.push(format!("{path}:{line}: not Fluent: {error}"));
        }
    }
    let mut said = Messages::new();
    let mut current = None;
    for (number, line) in (1..).zip(text.lines()) {
        let head = line.split_once('=').map(|(head, _)| head.trim_end());
        let indented = line.starts_with([' ', '\t']);
        let name = match head {
            _ if line.starts_with('#') => None,
            Some(head) if !indented => Some(head.to_owned()),
            Some(head) if head.trim_start().starts_with('.') => {
                let message: &str = current.as_deref().unwrap_or_default();
                let message = message.split('.').next().unwrap_or_default();
                Some(format!("{message}{}", head.trim_start()))
            }
            _ => None,
        };
        if let Some(name) = name {
            if said.insert(name.clone(), BTreeSet::new()).is_some() {
                faults.push(format!("{path}:{number}: `{name}` is said twice"));
            }
            current = Some(name);
        }
        let Some(placeholders) = current.as_ref().and_then(|name| said.get_mut(name)) else {
            continue;
        };
        if !line.starts_with('#') {
            placeholders.extend(references(line));
        }
    }
    said
}

/// The `$name`s on a line.
fn references(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split('$').skip(1).filter_map(|rest| {
        let name: String =
            rest.chars().take_while(|c| c.is_alphanumeric() || "_-".contains(*c)).collect();
        (!name.is_empty()).then(|| format!("${name}"))
    })
}
