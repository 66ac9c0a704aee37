//! The small files of a model directory: what kind of encoder it is, how big, and how its token
//! vectors become one. Everything is checked here, so that the arithmetic can rely on it.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

/// Tokens of a text that are looked at: posts and claims are shorter, and the cost grows with them.
pub(super) const TOKENS_MAX: usize = 128;
/// Largest file of settings.
const SETTINGS_BYTES_MAX: u64 = 1024 * 1024;
/// Largest sizes that a `config.json` may ask for; ten times those of the usual encoders.
const HIDDEN_MAX: usize = 4096;
const INNER_MAX: usize = 16_384;
const LAYERS_MAX: usize = 64;
const WORDS_MAX: usize = 1_000_000;

/// File that says what the encoder is.
pub(super) const CONFIG: &str = "config.json";
pub(super) const POOLING: &str = "1_Pooling/config.json";
pub(super) const MODULES: &str = "modules.json";
pub(super) const SENTENCE: &str = "sentence_bert_config.json";

/// What an encoder is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub(super) hidden: usize,
    pub(super) inner: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    pub(super) words: usize,
    pub(super) positions: usize,
    /// Number of the first token's position: RoBERTa counts from behind its padding.
    pub(super) first_position: usize,
    pub(super) epsilon: f32,
    pub(super) pooling: Pooling,
    /// Tokens of a text that are looked at, those that mark its ends included.
    pub(super) tokens_max: usize,
}

/// How the vectors of the tokens become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pooling {
    Mean,
    First,
}

/// `config.json`.
#[derive(Deserialize)]
struct Config {
    model_type: String,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    vocab_size: usize,
    max_position_embeddings: usize,
    hidden_act: String,
    layer_norm_eps: f64,
    pad_token_id: Option<usize>,
    position_embedding_type: Option<String>,
}

/// `1_Pooling/config.json`: which ways of pooling are on. Since its sixth version the library that
/// writes it names the one in `pooling_mode`; before, each had a switch.
#[derive(Deserialize)]
struct PoolingConfig {
    pooling_mode: Option<serde_json::Value>,
    #[serde(flatten)]
    modes: std::collections::BTreeMap<String, serde_json::Value>,
}

/// One step of `modules.json`.
#[derive(Deserialize)]
struct Module {
    #[serde(rename = "type")]
    kind: String,
}

/// `sentence_bert_config.json`.
#[derive(Deserialize)]
struct Sentence {
    max_seq_length: Option<usize>,
}

impl Layout {
    /// Reads and checks the settings in `dir`.
    pub(super) fn read(dir: &Path) -> Result<Self> {
        let config: Config = settings(&dir.join(CONFIG))?.with_context(|| {
            format!(
                "{} is missing: a model directory has {CONFIG}, {}, {}",
                dir.join(CONFIG).display(),
                super::words::FILE,
                super::weights::FILE
            )
        })?;
        check_modules(dir)?;
        let layout = Self::of(&config, pooling(dir)?, tokens_max(dir)?)
            .with_context(|| dir.join(CONFIG).display().to_string())?;
        Ok(layout)
    }

    fn of(config: &Config, pooling: Pooling, wanted: Option<usize>) -> Result<Self> {
        let first_position = match config.model_type.as_str() {
            "bert" => 0,
            "roberta" | "xlm-roberta" | "camembert" => after_padding(config)?,
            other => bail!(
                "model_type `{other}` is not supported; bring an encoder of the BERT or XLM-RoBERTa \
                 class"
            ),
        };
        let act = &config.hidden_act;
        ensure!(act == "gelu", "hidden_act `{act}` is not supported, only `gelu`");
        let kind = config.position_embedding_type.as_deref().unwrap_or("absolute");
        ensure!(
            kind == "absolute",
            "position_embedding_type `{kind}` is not supported, only `absolute`"
        );
        within("hidden_size", config.hidden_size, HIDDEN_MAX)?;
        within("intermediate_size", config.intermediate_size, INNER_MAX)?;
        within("num_hidden_layers", config.num_hidden_layers, LAYERS_MAX)?;
        within("num_attention_heads", config.num_attention_heads, config.hidden_size)?;
        within("vocab_size", config.vocab_size, WORDS_MAX)?;
        within("max_position_embeddings", config.max_position_embeddings, WORDS_MAX)?;
        ensure!(
            config.hidden_size.is_multiple_of(config.num_attention_heads),
            "hidden_size {} is no multiple of num_attention_heads {}",
            config.hidden_size,
            config.num_attention_heads
        );
        let epsilon = config.layer_norm_eps;
        ensure!((0.0..1.0).contains(&epsilon), "layer_norm_eps {epsilon} is not between 0 and 1");
        let room = config.max_position_embeddings.saturating_sub(first_position);
        let tokens_max = TOKENS_MAX.min(room).min(wanted.unwrap_or(TOKENS_MAX));
        ensure!(tokens_max >= 8, "room for {tokens_max} tokens a text is too little");
        Ok(Self {
            hidden: config.hidden_size,
            inner: config.intermediate_size,
            layers: config.num_hidden_layers,
            heads: config.num_attention_heads,
            words: config.vocab_size,
            positions: config.max_position_embeddings,
            first_position,
            epsilon: epsilon as f32,
            pooling,
            tokens_max,
        })
    }
}

/// RoBERTa numbers positions from behind that of its padding.
fn after_padding(config: &Config) -> Result<usize> {
    let padding = config.pad_token_id.unwrap_or(1);
    ensure!(padding < WORDS_MAX, "pad_token_id {padding} is not below {WORDS_MAX}");
    Ok(padding + 1)
}

fn within(name: &str, value: usize, most: usize) -> Result<()> {
    ensure!((1..=most).contains(&value), "{name} {value} is not between 1 and {most}");
    Ok(())
}

/// A file of settings, or nothing where there is none.
fn settings<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let Some(bytes) = super::read_file(path, SETTINGS_BYTES_MAX)? else { return Ok(None) };
    let parsed = serde_json::from_slice(&bytes).with_context(|| path.display().to_string())?;
    Ok(Some(parsed))
}

/// Refuses steps that would change the vector and that we do not know.
fn check_modules(dir: &Path) -> Result<()> {
    let path = dir.join(MODULES);
    for module in settings::<Vec<Module>>(&path)?.unwrap_or_default() {
        let kind = module.kind.rsplit('.').next().unwrap_or_default();
        ensure!(
            ["Transformer", "Pooling", "Normalize"].contains(&kind),
            "{}: the step `{}` is not supported, only Transformer, Pooling and Normalize",
            path.display(),
            module.kind
        );
    }
    Ok(())
}

fn pooling(dir: &Path) -> Result<Pooling> {
    let path = dir.join(POOLING);
    let Some(config) = settings::<PoolingConfig>(&path)? else { return Ok(Pooling::Mean) };
    let on = config.modes.iter().filter(|(_, value)| **value == serde_json::Value::Bool(true));
    let mut modes: Vec<String> =
        on.filter_map(|(name, _)| Some(name.strip_prefix("pooling_mode_")?.to_owned())).collect();
    modes.extend(config.pooling_mode.map(|mode| match mode {
        serde_json::Value::String(mode) => mode,
        several => several.to_string(),
    }));
    match modes.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["mean" | "mean_tokens"] => Ok(Pooling::Mean),
        ["cls" | "cls_token"] => Ok(Pooling::First),
        other => bail!(
            "{}: pooling by `{}` is not supported, only by the mean of all tokens or by the first",
            path.display(),
            other.join("` and `")
        ),
    }
}

fn tokens_max(dir: &Path) -> Result<Option<usize>> {
    Ok(settings::<Sentence>(&dir.join(SENTENCE))?.and_then(|sentence| sentence.max_seq_length))
}
