//! Text into token numbers, by the model's own `tokenizer.json`.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use tokenizers::{PostProcessor as _, Tokenizer, TruncationParams};

/// File that says how text is cut into tokens.
pub(super) const FILE: &str = "tokenizer.json";
/// Largest such file; that of a multilingual encoder has 17 MB.
const BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Bytes of a text that are cut into tokens: far more than the tokens that are looked at need.
const TEXT_BYTES_MAX: usize = 8 * 1024;

/// Cuts text into tokens.
pub(super) struct Words {
    tokenizer: Tokenizer,
    count: usize,
}

impl Words {
    /// The file's bytes and what they say. Gives no more than `tokens_max` tokens a text, each
    /// below `count`.
    pub(super) fn read(dir: &Path, tokens_max: usize, count: usize) -> Result<(Self, Vec<u8>)> {
        let path = dir.join(FILE);
        let bytes = super::read_file(&path, BYTES_MAX)?
            .with_context(|| format!("{} is missing", path.display()))?;
        let words =
            Self::of(&bytes, tokens_max, count).with_context(|| path.display().to_string())?;
        Ok((words, bytes))
    }

    fn of(bytes: &[u8], tokens_max: usize, count: usize) -> Result<Self> {
        // At some damaged files its reader breaks off instead of saying so.
        let read = std::panic::catch_unwind(|| Tokenizer::from_bytes(bytes));
        let read = read.map_err(|_| anyhow!("it is damaged: its reader broke off"))?;
        let mut tokenizer = read.map_err(|error| anyhow!("{error}"))?;
        let marks = tokenizer.get_post_processor().map_or(0, |end| end.added_tokens(false));
        ensure!(marks < tokens_max, "{marks} marks around a text leave no room for it");
        let cut = TruncationParams { max_length: tokens_max, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(cut)).map_err(|error| anyhow!("{error}"))?;
        tokenizer.with_padding(None);
        Ok(Self { tokenizer, count })
    }

    /// Whether a lower-case word has a token of its own.
    pub(super) fn has(&self, word: &str) -> bool {
        let Ok(cut) = self.tokenizer.encode_fast(word, false) else { return false };
        let [token] = cut.get_ids() else { return false };
        // SentencePiece puts a mark where a word begins; a word nobody knows may be one token, too.
        let token = self.tokenizer.id_to_token(*token);
        token.is_some_and(|token| token.trim_start_matches('\u{2581}') == word)
    }

    /// The text's tokens, in place of what is in `tokens`.
    pub(super) fn cut(&self, text: &str, tokens: &mut Vec<usize>) -> Result<()> {
        let text = beginning(text, TEXT_BYTES_MAX);
        let encoding = self
            .tokenizer
            .encode_fast(text, true)
            .map_err(|error| anyhow!("cutting a text into tokens: {error}"))?;
        tokens.clear();
        for &token in encoding.get_ids() {
            let token = usize::try_from(token)?;
            ensure!(
                token < self.count,
                "{FILE} gives token {token}, but config.json says there are {}; both must be of \
                 one model",
                self.count
            );
            tokens.push(token);
        }
        ensure!(!tokens.is_empty(), "{FILE} finds no token in a text");
        Ok(())
    }
}

/// As much of a text as fits into so many bytes, no character cut.
fn beginning(text: &str, bytes_max: usize) -> &str {
    let fits = |end: &usize| text.is_char_boundary(*end);
    let end = (0..=bytes_max.min(text.len())).rev().find(fits).unwrap_or(0);
    &text[..end]
}
