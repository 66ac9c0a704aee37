//! Settings: flags over the environment over the file, and every mistake in them at once.

mod check;
pub mod log;
mod mistake;
mod networks;
mod read;
pub mod retention;
mod secrets;
mod sections;
mod tree;

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use mistake::Findings;
pub use mistake::{Mistake, Mistakes, Place};

use crate::claim::bands::MatchSettings;
use crate::claim::moderation;
use crate::claim::publisher::{Publisher, Publishers};
use crate::publishers::settings::Source;
use crate::{alerts, chats, feeds, http, model, web};

/// The file that is read when none is named.
pub const FILE: &str = "config/claimwatch.toml";
/// Where everything is kept when nothing else is said.
pub const DATA: &str = "index";
/// Every default with its explanation, as `config init` prints it.
pub const INIT: &str = include_str!("init.toml");
/// Most bytes of a configuration file.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Names the place a test wants the program killed at; debug builds only.
pub const FAULT: &str = "CLAIMWATCH_FAULT";
/// What variables of ours begin with.
const VARIABLE: &str = "CLAIMWATCH_";

/// Every setting of the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Directory of database, search index and model.
    pub data: PathBuf,
    /// Where checks come from.
    pub publisher: Vec<Source>,
    /// Where posts are read.
    pub feed: Vec<feeds::settings::Source>,
    /// Where people ask and are answered.
    pub chat: Vec<chats::settings::Account>,
    /// Who is told about claims, beside chats.
    pub alert: Vec<alerts::settings::Receiver>,
    /// The outbound door.
    pub http: http::Settings,
    /// Page, API and health.
    pub web: web::settings::Settings,
    /// How sure a match must be.
    pub match_: MatchSettings,
    /// How long things are kept.
    pub retention: retention::Settings,
    /// When and how often moderators are told.
    pub moderation: moderation::Settings,
    /// The log.
    pub log: log::Settings,
    /// The sentence encoder.
    pub model: model::Settings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from(DATA),
            publisher: Vec::new(),
            feed: Vec::new(),
            chat: Vec::new(),
            alert: Vec::new(),
            http: http::Settings::default(),
            web: web::settings::Settings::default(),
            match_: MatchSettings::default(),
            retention: retention::Settings::default(),
            moderation: moderation::Settings::default(),
            log: log::Settings::default(),
            model: model::Settings::default(),
        }
    }
}

impl Settings {
    /// Hosts of publishers whom the operator has listed: only their gathered checks may be stated
    /// as a match.
    pub fn listed_hosts(&self) -> BTreeSet<String> {
        self.publisher.iter().flat_map(Source::hosts).collect()
    }

    /// The publishers' table with what the operator says of tiers and of machines.
    pub fn publishers(&self, mut known: Publishers) -> Publishers {
        for source in self.publisher.iter().filter(|source| source.settings.machine_written) {
            for host in source.hosts() {
                let name = known.of_host(&host).map_or(host.clone(), |known| known.name.clone());
                let tier = source.settings.tier;
                known.add(Publisher { name, hosts: vec![host], machine_written: true, tier });
            }
        }
        let usual = Source::USUAL_TIER;
        for source in self.publisher.iter().filter(|source| source.settings.tier != usual) {
            for host in source.hosts() {
                known.prefer(&host, source.settings.tier);
            }
        }
        known
    }
}

/// What the command line says about settings.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--data`.
    pub data: Option<PathBuf>,
    /// For commands that need no secret: their files are not opened, because whoever asks a
    /// question beside a running daemon may not be allowed to read them.
    pub without_secrets: bool,
}

/// Settings that hold, and what the operator should know about them.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// What was left out or may not be meant so.
    pub warnings: Vec<Mistake>,
}

/// Reads the settings: flags win over the environment, the environment over the file. Without a
/// named file [`FILE`] is read if it is there.
///
/// # Errors
/// Every mistake that was found, each with its place.
pub fn load(
    file: Option<&Path>,
    env: impl Iterator<Item = (String, String)>,
    flags: Flags,
) -> Result<Loaded, Mistakes> {
    let path = file.unwrap_or(Path::new(FILE));
    let mut findings = Findings { file: path.display().to_string(), ..Findings::default() };
    let text = match read_bounded(path, FILE_BYTES_MAX) {
        Ok(text) => text,
        Err(Unread::Missing) if file.is_none() => String::new(),
        Err(unread) => {
            let what = format!("the file {unread}");
            findings.mistake(Place::Whole, what, "name one with --config, or leave that out");
            return Err(Mistakes(findings.mistakes));
        }
    };
    let mut root = tree::parse(&text, &mut findings);
    variables(&mut root, env, &mut findings);
    let mut settings = sections::settings(&root, &mut findings);
    check::all(&root, &settings, &mut findings);
    if !flags.without_secrets {
        secrets::read(&root, &mut settings, &mut findings);
    }
    if let Some(data) = flags.data {
        settings.data = data;
    }
    if findings.mistakes.is_empty() {
        findings.warnings.sort();
        Ok(Loaded { settings, warnings: findings.warnings })
    } else {
        findings.mistakes.sort();
        Err(Mistakes(findings.mistakes))
    }
}

/// Lays the environment over the file.
fn variables(
    root: &mut tree::Node,
    env: impl Iterator<Item = (String, String)>,
    findings: &mut Findings,
) {
    let mut ours: Vec<(String, String)> =
        env.filter(|(name, _)| name.starts_with(VARIABLE)).collect();
    ours.sort();
    for (name, text) in ours {
        let keys = name.get(VARIABLE.len()..).unwrap_or_default().to_lowercase();
        let keys: Vec<String> = keys.split("__").map(str::to_owned).collect();
        let known = keys.first().is_some_and(|first| sections::TABLES.contains(&first.as_str()));
        // Container platforms set variables of their own that begin with a program's name.
        if known || name == "CLAIMWATCH_DATA" {
            tree::overlay(root, &name, &keys, &text);
        } else if name != "CLAIMWATCH_CONFIG" && name != FAULT {
            let what = format!("there is no setting {:?}", keys.join("."));
            findings.warning(Place::Env(name), what, "it is left out");
        }
    }
}

/// Why a file could not be read.
#[derive(Debug)]
enum Unread {
    Missing,
    Other(String),
}

impl std::fmt::Display for Unread {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => out.write_str("does not exist"),
            Self::Other(why) => write!(out, "cannot be read ({why})"),
        }
    }
}

/// Reads a text file of bounded size, without a byte order mark.
fn read_bounded(path: &Path, bytes_max: u64) -> Result<String, Unread> {
    let other = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Unread::Missing,
        _ => Unread::Other(error.to_string()),
    };
    let file = std::fs::File::open(path).map_err(other)?;
    let mut bytes = Vec::new();
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(other)?;
    if bytes.len() as u64 > bytes_max {
        return Err(Unread::Other(format!("it is larger than {bytes_max} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        Unread::Other(format!("no UTF-8 at byte {}", error.utf8_error().valid_up_to()))
    })?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}
