//! What `config init` prints, and what is shipped: every key that there is, with its default.

use std::collections::BTreeMap;

use claimwatch::config::INIT;

use super::Written;

/// A key that nobody uses, and that is like none that is known.
const NOBODYS: &str = "qqqqqqqqqq";

/// One line that says a key: its table, and what stands behind the key.
struct Said<'a> {
    line: usize,
    table: &'a str,
    key: &'a str,
    rest: &'a str,
}

/// Every key of a text with its table, whether it is commented out or not.
fn said(text: &str) -> Vec<Said<'_>> {
    let (mut table, mut found) = ("", Vec::new());
    for (line, text) in text.lines().enumerate() {
        let bare =
            text.strip_prefix('#').map_or(text, |rest| rest.strip_prefix(' ').unwrap_or(rest));
        if let Some(name) = bare.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            table = name.0;
        } else if let Some((key, rest)) = bare.split_once(" = ")
            && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        {
            found.push(Said { line, table, key, rest });
        }
    }
    found
}

/// What is told of the one mistake in these settings.
fn mistake(text: &str) -> String {
    let mistakes = Written::new(text).load(&[]).expect_err("a mistake").0;
    let [only] = mistakes.as_slice() else { panic!("{mistakes:?}") };
    only.mend.clone()
}

/// The words of a list that a mistake ends with.
fn listed(mend: &str, before: &str) -> Vec<String> {
    let list = mend.strip_prefix(before).unwrap_or_else(|| panic!("{mend}"));
    list.split(", ").map(str::to_owned).collect()
}

/// Every table that there is, as it is written, under the name that an example may have.
fn tables() -> BTreeMap<String, String> {
    let mut tables = BTreeMap::new();
    for table in listed(&mistake(&format!("{NOBODYS} = 1\n")), "known here: ") {
        if !["publisher", "feed", "chat", "alert"].contains(&table.as_str()) {
            tables.insert(table.clone(), table);
            continue;
        }
        for kind in listed(&mistake(&format!("[{table}.{NOBODYS}.x]\n")), "known kinds: ") {
            // All kinds of publishers have the same keys.
            let under =
                if table == "publisher" { table.clone() } else { format!("{table}.{kind}") };
            tables.insert(under, format!("{table}.{kind}.x"));
        }
    }
    tables
}

/// The keys of a table that may stand in a file: not a secret itself, which a file holds.
fn keys(table: &str) -> Vec<String> {
    let all =
        Written::new(&format!("[{table}]\n{NOBODYS} = 1\n")).load(&[]).expect_err("a mistake");
    let is_it = |mend: &&str| mend.starts_with("known here: ");
    let mends: Vec<&str> = all.0.iter().map(|one| one.mend.as_str()).collect();
    let mend = mends.iter().copied().find(is_it).unwrap_or_else(|| panic!("[{table}]: {mends:?}"));
    let mut keys = listed(mend, "known here: ");
    keys.retain(|key| {
        let written = Written::new(&format!("[{table}]\n{key} = \"x\"\n")).load(&[]);
        !written.is_err_and(|all| all.to_string().contains("is a secret and must not stand here"))
    });
    keys
}

#[test]
fn no_key_is_forgotten_where_all_are_shown() {
    let shipped = include_str!("../../../config/claimwatch.toml");
    let (init, shipped) = (said(INIT), said(shipped));
    let tables = tables();
    assert!(tables.len() >= 16, "{tables:?}");
    let mut forgotten = Vec::new();
    for (under, table) in &tables {
        for key in keys(table) {
            for (name, all) in [("init.toml", &init), ("claimwatch.toml", &shipped)] {
                let there = all.iter().any(|one| {
                    let rest = one.table.strip_prefix(under.as_str());
                    let names = one.key == key || one.rest.contains(&format!("or {key},"));
                    names && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                });
                if !there {
                    forgotten.push(format!("{name}: [{under}] {key}"));
                }
            }
        }
    }
    for (table, key, inner) in [
        ("chat.telegram.main", "topics", "chat.telegram.x.topics"),
        ("match", "private", "match.private"),
        ("match", "group", "match.group"),
        ("match", "feed", "match.feed"),
    ] {
        let line = init.iter().find(|one| one.table == table && one.key == key).expect("a line");
        let missing = keys(inner).into_iter().filter(|own| !line.rest.contains(own.as_str()));
        forgotten.extend(missing.map(|own| format!("init.toml: {inner}.{own}")));
    }
    assert!(forgotten.is_empty(), "\n{}", forgotten.join("\n"));
}

#[test]
fn each_key_is_explained_and_stands_at_its_default_or_says_another() {
    let lines: Vec<&str> = INIT.lines().collect();
    let hex = "0".repeat(64);
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/config");
    let files = ["tokenizer.json", "config.json", "model.safetensors"];
    let sums = files.map(|file| format!("\"{file}\" = \"{hex}\"")).join(", ");
    // As it is once all comment marks are taken away, but for one line.
    let without = |left_out: Option<usize>| {
        let kept = lines.iter().enumerate().filter(|(line, _)| Some(*line) != left_out);
        let bare = kept.map(|(_, line)| match line.strip_prefix('#').map(str::trim_start) {
            Some(rest) if rest.starts_with('[') || rest.contains(" = ") => rest,
            _ => line,
        });
        // What introduces a part is no key.
        let bare = bare.filter(|line| !line.starts_with("---") && !line.contains('`'));
        let mut text = bare.collect::<Vec<_>>().join("\n");
        for (file, there) in [
            ("google.key", "good.token"),
            ("scanner.token", "good.token"),
            ("mastodon.token", "good.token"),
            ("telegram.token", "good.token"),
            ("telegram.secret", "good.token"),
            ("bluesky.password", "good.token"),
            ("alerts.secret", "good.token"),
            ("hook.url", "hook.url"),
            ("smtp.url", "smtp.url"),
        ] {
            text = text.replace(&format!("\"{file}\""), &format!("\"{{DIR}}/{there}\""));
        }
        text = text.replace("\"/etc/claimwatch/weights\"", &format!("{config:?}"));
        text.replace("\"model.safetensors\" = \"...\"", &sums)
    };
    let whole = Written::new(&without(None)).load(&[]).unwrap_or_else(|all| panic!("{all}"));
    let same = |text: &str| {
        // A file in another folder is the same one.
        let shown = |settings: &claimwatch::config::Settings| {
            let shown = format!("{settings:?}");
            let from = shown.split('"').map(|piece| piece.rsplit('/').next().unwrap_or(piece));
            from.collect::<Vec<_>>().join("\"")
        };
        let loaded = Written::new(text).load(&[]);
        // A key that has no default may not be left out.
        loaded.map_or(true, |loaded| shown(&loaded.settings) == shown(&whole.settings))
    };
    let mut wrong = Vec::new();
    for one in said(INIT) {
        let explained = one.rest.rsplit_once(" # ").map(|(_, words)| words);
        let Some(words) = explained.filter(|words| words.len() > 3) else {
            wrong.push(format!("{}: is not explained", lines[one.line]));
            continue;
        };
        if !words.contains("default: ") && !same(&without(Some(one.line))) {
            wrong.push(format!("{}: is not the default", lines[one.line]));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
