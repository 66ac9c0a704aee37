//! Keeps the house straight: reads the repository as text and names everything that is out of
//! place. Each check is itself tried on small made-up repositories in `made_up.rs`.

mod made_up;
mod rooms;
mod shape;
mod source;
mod tree;
mod words;

use std::collections::BTreeMap;
use std::path::Path;

use source::Source;

/// The files of a repository: path from its root, and text.
pub(crate) struct House {
    files: BTreeMap<String, String>,
    sources: Vec<Source>,
}

impl House {
    fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let files: BTreeMap<String, String> = files.into_iter().collect();
        let rust = files.iter().filter(|(path, _)| path.ends_with(".rs"));
        let mut sources: Vec<Source> = rust.map(|(path, text)| Source::new(path, text)).collect();
        tree::blank_tests(&mut sources);
        Self { files, sources }
    }

    fn here() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        for top in ["Cargo.toml", "ARCHITECTURE.md", "src", "tests", "benches", "fuzz", "config"] {
            collect(root, &root.join(top), &mut files);
        }
        Self::new(files)
    }

    /// Rust files under `src/`.
    fn rooms(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.path.starts_with("src/"))
    }

    /// Everything out of place, one line each: `FILE:LINE: what, and how to mend it`.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        rooms::check(self, &mut faults);
        shape::check(self, &mut faults);
        words::check(self, &mut faults);
        faults.sort();
        faults.dedup();
        faults
    }
}

fn collect(root: &Path, path: &Path, files: &mut Vec<(String, String)>) {
    if path.is_dir() {
        let built = ["target", "corpus", "artifacts", "data"];
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if built.contains(&name.as_ref()) {
            return;
        }
        for entry in std::fs::read_dir(path).expect("a folder of the repository can be listed") {
            collect(root, &entry.expect("an entry can be read").path(), files);
        }
        return;
    }
    let kept = ["rs", "toml", "ftl", "md"];
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    if path.is_file() && kept.contains(&extension.as_ref()) {
        let inside = path.strip_prefix(root).expect("it stands below the root");
        let name = inside.to_string_lossy().replace('\\', "/");
        files.push((name, std::fs::read_to_string(path).expect("a text file is UTF-8")));
    }
}

#[test]
fn the_house_is_straight() {
    let house = House::here();
    assert!(house.rooms().count() > 10, "the rooms of the house were not found");
    let faults = house.faults();
    assert!(faults.is_empty(), "{} out of place:\n{}", faults.len(), faults.join("\n"));
}
