//! `[model]`: which encoder, where it comes from, and by which checksums it is known.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Where all-MiniLM-L6-v2 is.
const URL: &str = "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/main/";
/// Its files.
const SHA256: [(&str, &str); super::FILES.len()] = [
    ("config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
    ("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
    ("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
    ("modules.json", "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
    (
        "sentence_bert_config.json",
        "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    ),
    ("1_Pooling/config.json", "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
];
/// Directory of models in the data directory.
const DIR: &str = "model";
/// Most characters of a model's name.
const NAME_CHARS_MAX: usize = 64;

/// The table `[model]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Whether the daemon may fetch the files when they are missing.
    pub fetch: bool,
    /// Where the files are, if the operator keeps them himself.
    pub dir: Option<PathBuf>,
    /// What the files' names are put behind.
    pub url: String,
    /// The files that are fetched, with their checksums.
    pub sha256: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            fetch: true,
            dir: None,
            url: URL.to_owned(),
            sha256: SHA256.map(|(file, sum)| (file.to_owned(), sum.to_owned())).into(),
        }
    }
}

impl Settings {
    /// The directory that the model is read from.
    pub fn directory(&self, data: &Path) -> PathBuf {
        match &self.dir {
            Some(dir) => dir.clone(),
            None => data.join(DIR).join(self.name()),
        }
    }

    /// The model's name, from its address: what stands before `resolve` in those of the hub, else
    /// what stands last.
    pub fn name(&self) -> String {
        let path = self.url.split(['?', '#']).next().unwrap_or_default();
        let path = path.split_once("://").map_or(path, |(_, path)| path);
        let parts: Vec<&str> = path.split('/').skip(1).filter(|part| !part.is_empty()).collect();
        let hub = parts.iter().position(|part| *part == "resolve").filter(|at| *at > 0);
        let name = hub.map_or(parts.last(), |at| parts.get(at - 1));
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let name: String = name.map_or("", |name| *name).chars().filter(|c| fits(*c)).collect();
        let name = name.trim_matches('.');
        let name: String = name.chars().take(NAME_CHARS_MAX).collect();
        if name.is_empty() { "encoder".to_owned() } else { name }
    }

    /// The files that are fetched, with their checksums as hexadecimal digits.
    ///
    /// # Errors
    /// In words that follow "sha256", if one is missing, or is none that would be read.
    pub fn files(&self) -> Result<&BTreeMap<String, String>, String> {
        for (file, sum) in &self.sha256 {
            if !super::FILES.contains(&file.as_str()) {
                let known = super::FILES.join(", ");
                return Err(format!("names {file:?}, which is never read; known: {known}"));
            }
            if sum.len() != 64 || !sum.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(format!("gives {file:?} a checksum that is not 64 hexadecimal digits"));
            }
        }
        let needed = super::FILES.iter().take(super::FILES_NEEDED);
        match needed.copied().find(|file| !self.sha256.contains_key(*file)) {
            Some(file) => Err(format!("does not name {file:?}, which every model has")),
            None => Ok(&self.sha256),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Settings {
        Settings { url: url.to_owned(), ..Settings::default() }
    }

    #[test]
    fn a_model_is_named_by_its_address() {
        for (url, name) in [
            (URL, "all-MiniLM-L6-v2"),
            ("http://127.0.0.1:8001/a/b", "b"),
            ("http://127.0.0.1:8001/a/b/?x=/y", "b"),
            ("http://127.0.0.1:8001/", "encoder"),
            ("http://127.0.0.1:8001/resolve/", "resolve"),
            ("https://a.example/..", "encoder"),
            ("https://a.example/%2e%2e/.hidden", "hidden"),
            ("", "encoder"),
        ] {
            assert_eq!(at(url).name(), name, "{url}");
        }
        let data = Path::new("index");
        assert_eq!(at(URL).directory(data), data.join("model/all-MiniLM-L6-v2"));
        let own = Settings { dir: Some("/srv/m".into()), ..Settings::default() };
        assert_eq!(own.directory(data), Path::new("/srv/m"));
    }

    #[test]
    fn files_and_checksums_are_checked() {
        assert_eq!(Settings::default().files().map(BTreeMap::len), Ok(6));
        for (file, sum, wanted) in [
            ("../x", "00", "names \"../x\", which is never read"),
            ("pytorch_model.bin", "00", "which is never read"),
            ("config.json", "00", "not 64 hexadecimal digits"),
        ] {
            let mut settings = Settings::default();
            settings.sha256.insert(file.to_owned(), sum.to_owned());
            let why = settings.files().expect_err("refused");
            assert!(why.contains(wanted), "{why}");
        }
        let mut settings = Settings::default();
        settings.sha256.remove("model.safetensors");
        assert!(settings.files().expect_err("refused").contains("does not name"));
    }
}
