//! Sentence vectors: texts that say the same in other words get vectors that lie close.
//!
//! A model is a directory in Hugging Face's layout: `config.json`, `tokenizer.json`,
//! `model.safetensors`, and, where they are, `modules.json`, `1_Pooling/config.json` and
//! `sentence_bert_config.json`. Encoders of the BERT class (all-MiniLM-L6-v2 is the usual one) and
//! of the XLM-RoBERTa class (the multilingual ones) are understood. One encoder works in one
//! thread; [`Encoder::another`] gives each worker its own over the same weights.

mod layers;
mod layout;
mod linear;
mod settings;
mod weights;
mod words;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use sha2::{Digest as _, Sha256};

pub use settings::Settings;

use layers::Buffers;
use layout::Layout;
use weights::Weights;
use words::Words;

/// Files of a model directory that are read; those that only some models have come last.
pub const FILES: [&str; 6] = [
    layout::CONFIG,
    words::FILE,
    weights::FILE,
    layout::MODULES,
    layout::SENTENCE,
    layout::POOLING,
];
/// How many of [`FILES`] every model has.
pub const FILES_NEEDED: usize = 3;

/// Largest file of weights that is read.
pub const WEIGHTS_BYTES_MAX: u64 = weights::BYTES_MAX;

/// Raised when the same files give other vectors than before.
const ARITHMETIC: &str = "bytes 1";
/// Bytes of a fingerprint, before they are written as hexadecimal digits.
const FINGERPRINT_BYTES: usize = 8;

/// Makes vectors of texts.
pub struct Encoder {
    model: Arc<Model>,
    buffers: Buffers,
}

/// What all encoders of one model share.
struct Model {
    layout: Layout,
    words: Words,
    weights: Weights,
    fingerprint: String,
}

impl Encoder {
    /// Reads the model in `dir`. Its weights are made small here, which takes a fraction of a
    /// second for the usual model and seconds for a large one: not for a thread of the runtime.
    ///
    /// # Errors
    /// If a file is missing, damaged, too large, or says what is not supported.
    pub fn open(dir: &Path) -> Result<Self> {
        alone();
        let layout = Layout::read(dir)?;
        let (words, text) = Words::read(dir, layout.tokens_max, layout.words)?;
        let (weights, bytes) = Weights::read(dir, &layout)?;
        let fingerprint = fingerprint(&layout, &text, &bytes);
        let model = Arc::new(Model { layout, words, weights, fingerprint });
        Ok(Self { model, buffers: Buffers::default() })
    }

    /// How many numbers a vector has.
    pub fn dimensions(&self) -> usize {
        self.model.layout.hidden
    }

    /// Short name of exactly this model; vectors of models with other names are not comparable.
    pub fn fingerprint(&self) -> &str {
        &self.model.fingerprint
    }

    /// The text's vector, of length one. What lies behind the first 128 tokens or so is not looked
    /// at.
    ///
    /// # Errors
    /// If the files of the model do not fit each other.
    pub fn encode(&mut self, text: &str) -> Result<Vec<f32>> {
        let Self { model, buffers } = self;
        model.words.cut(text, &mut buffers.tokens)?;
        layers::vector(&model.layout, &model.weights, buffers)
    }

    /// Whether the model learned this word as one, which it does with all that are not rare.
    pub fn knows(&self, word: &str) -> bool {
        self.model.words.has(word)
    }

    /// Another encoder over the same weights, for another thread.
    #[must_use]
    pub fn another(&self) -> Self {
        Self { model: Arc::clone(&self.model), buffers: Buffers::default() }
    }
}

/// Sees to it that one text is the work of one thread: the products are too small to be worth
/// sharing, and the workers share out the texts. The multiplying crate asks this pool how many
/// threads there are, and nothing else in the program uses it. Made before: it stays as it is.
fn alone() {
    let _ = rayon::ThreadPoolBuilder::new().num_threads(1).build_global();
}

/// A hash of all that decides about a vector.
fn fingerprint(layout: &Layout, words: &[u8], weights: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in [ARITHMETIC.as_bytes(), format!("{layout:?}").as_bytes(), words, weights] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(FINGERPRINT_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

/// A file's bytes, or nothing if there is none.
fn read_file(path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>> {
    let context = || format!("reading {}", path.display());
    let file = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        file => file.with_context(context)?,
    };
    let length = file.metadata().with_context(context)?.len();
    ensure!(
        length <= bytes_max,
        "{} has {length} bytes, more than {bytes_max}; is it the right file?",
        path.display()
    );
    let mut bytes = Vec::with_capacity(usize::try_from(length)?);
    file.take(bytes_max).read_to_end(&mut bytes).with_context(context)?;
    Ok(Some(bytes))
}
