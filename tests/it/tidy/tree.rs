//! The module tree: which files the compiler sees, and which of them only when testing.

use std::collections::BTreeSet;

use super::source::{Source, tokens};

const ROOTS: [&str; 3] = ["src/lib.rs", "src/main.rs", "tests/it/main.rs"];

/// Paths of the files that `mod` declarations lead to, as they stand in the chosen text of each.
pub(super) fn reached(sources: &[Source], text: impl Fn(&Source) -> &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<String> = ROOTS.map(str::to_owned).to_vec();
    while let Some(path) = waiting.pop() {
        let Some(source) = sources.iter().find(|source| source.path == path) else {
            continue;
        };
        if !reached.insert(path.clone()) {
            continue;
        }
        let own = path.trim_end_matches(".rs");
        let root = ROOTS.contains(&path.as_str()) || own.ends_with("/mod");
        let folder = if root { own.rsplit_once('/').map_or("", |(folder, _)| folder) } else { own };
        for name in declared(text(source)) {
            waiting.push(format!("{folder}/{name}.rs"));
            waiting.push(format!("{folder}/{name}/mod.rs"));
        }
    }
    reached
}

/// Blanks the files that are compiled for tests only, `#[cfg(test)] mod tests;`, as the test code
/// inside other files already is.
pub(super) fn blank_tests(sources: &mut [Source]) {
    let always = reached(sources, |source| &source.code);
    let ever = reached(sources, |source| &source.whole);
    for source in sources {
        if ever.contains(&source.path) && !always.contains(&source.path) {
            source.code.clear();
            source.spoken.clear();
        }
    }
}

/// Names in `mod name;`.
fn declared(code: &str) -> Vec<String> {
    let tokens = tokens(code);
    let declared = tokens.windows(3).filter(|three| three[0].text == "mod" && three[2].text == ";");
    declared.map(|three| three[1].text.to_owned()).collect()
}
