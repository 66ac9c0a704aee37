//! What no single key of `[match]` and `[model]` can tell.

use std::path::Path;

use super::super::Settings;
use super::super::mistake::Findings;
use super::super::tree::Node;
use super::At;
use crate::answer::Models;
use crate::claim::bands::{Bands, MatchSettings};
use crate::model::{self, FILES, FILES_NEEDED};

/// Checks both tables.
pub(super) fn check(root: &Node, settings: &Settings, findings: &mut Findings) {
    let set = &settings.match_;
    for (name, bands) in [("private", set.private), ("group", set.group), ("feed", set.feed)] {
        thresholds(&mut At { root, path: &["match", name], findings }, bands);
    }
    matching(&mut At { root, path: &["match"], findings }, set);
    model(&mut At { root, path: &["model"], findings }, &settings.model);
}

fn matching(at: &mut At<'_>, set: &MatchSettings) {
    if !(0.0..=1.0).contains(&set.gate) {
        at.wrong("gate", &format!("is {}", set.gate), "write a number from 0 to 1");
    }
    if let Err(error) = Models::of(set) {
        let mend = "name a directory that `claimwatch train` has written, or take it away";
        at.wrong("weights", &format!("can't be used: {error:#}"), mend);
    }
}

fn thresholds(at: &mut At<'_>, bands: Bands) {
    for (key, value) in [("match_min", bands.match_min), ("possible_min", bands.possible_min)] {
        if !(0.0..=1.0).contains(&value) {
            at.wrong(key, &format!("is {value}"), "write a number from 0 to 1");
            return;
        }
    }
    if bands.possible_min > bands.match_min {
        let what = format!("is {}, above match_min {}", bands.possible_min, bands.match_min);
        let key = if at.written("possible_min").is_some() { "possible_min" } else { "match_min" };
        let (place, path) = (at.place(key), at.path.join("."));
        let what = format!("`{path}.possible_min` {what}");
        at.findings.mistake(place, what, "possible_min may not be above match_min");
    }
}

fn model(at: &mut At<'_>, model: &model::Settings) {
    at.address("url", &model.url, &["http", "https"]);
    if let Err(why) = model.files() {
        at.wrong("sha256", &why, "write `\"FILE\" = \"HEX\"` for each file, as `sha256sum` prints");
    }
    let usual = model::Settings::default();
    if model.url != usual.url && model.sha256 == usual.sha256 {
        let mend = "write a table [model.sha256] with the checksums of its files";
        at.wrong("url", "leads to another model, but `model.sha256` is not given", mend);
    }
    if model.dir.as_ref().is_some_and(|dir| dir.as_os_str().is_empty()) {
        at.wrong("dir", "is empty", "write the path of a directory, or take it away");
    } else if let Some(dir) = &model.dir {
        model_directory(at, dir);
    }
}

/// Files that are not there yet may still come: a warning, no mistake.
fn model_directory(at: &mut At<'_>, dir: &Path) {
    let missing = FILES.iter().take(FILES_NEEDED).find(|file| !dir.join(file).is_file());
    if let Some(file) = missing {
        let place = at.place("dir");
        let what = format!("`model.dir`: there is no {file} in {}", dir.display());
        let mend = "put the model's files there, as `claimwatch model fetch` does, or words alone \
                    decide";
        at.findings.warning(place, what, mend);
    }
}
