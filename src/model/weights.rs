//! The weights of a model file, checked against its settings and made small: a byte a weight.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::layout::Layout;
use super::linear::Linear;

/// File of the weights.
pub(super) const FILE: &str = "model.safetensors";
/// Largest such file. It is read whole, and let go once its weights are made small.
pub(super) const BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;
/// What may stand before the names, by the program that wrote the file.
const PREFIXES: [&str; 3] = ["", "bert.", "roberta."];

/// Everything the arithmetic needs.
pub(super) struct Weights {
    /// One row a word.
    pub(super) words: Rows,
    /// One row a position, that of the one kind of token added.
    pub(super) positions: Vec<f32>,
    pub(super) norm: Norm,
    pub(super) layers: Vec<Layer>,
}

/// One layer.
pub(super) struct Layer {
    /// Queries, keys and values side by side.
    pub(super) attend: Linear,
    pub(super) attended: Linear,
    pub(super) attended_norm: Norm,
    pub(super) widen: Linear,
    pub(super) narrow: Linear,
    pub(super) narrow_norm: Norm,
}

/// Scale and shift after normalising.
pub(super) struct Norm {
    pub(super) scale: Vec<f32>,
    pub(super) shift: Vec<f32>,
}

/// A table of vectors, a byte a number and one scale a row.
pub(super) struct Rows {
    width: usize,
    bytes: Vec<i8>,
    scales: Vec<f32>,
}

impl Rows {
    fn of(numbers: &[f32], width: usize) -> Self {
        let mut rows = Self {
            width,
            bytes: vec![0; numbers.len()],
            scales: Vec::with_capacity(numbers.len() / width),
        };
        for (row, bytes) in numbers.chunks_exact(width).zip(rows.bytes.chunks_exact_mut(width)) {
            rows.scales.push(super::linear::small(row, bytes, 127.0));
        }
        rows
    }

    /// The row's bytes, and what to multiply each with.
    pub(super) fn row(&self, number: usize) -> (&[i8], f32) {
        let start = number * self.width;
        (&self.bytes[start..start + self.width], self.scales[number])
    }
}

impl Weights {
    /// The file's bytes and the weights in it.
    pub(super) fn read(dir: &Path, layout: &Layout) -> Result<(Self, Vec<u8>)> {
        let path = dir.join(FILE);
        let bytes = super::read_file(&path, BYTES_MAX)?.with_context(|| {
            format!("{} is missing; other forms of weights are not supported", path.display())
        })?;
        let weights = Self::of(&bytes, layout).with_context(|| path.display().to_string())?;
        Ok((weights, bytes))
    }

    fn of(bytes: &[u8], layout: &Layout) -> Result<Self> {
        let file = SafeTensors::deserialize(bytes).context("not a safetensors file")?;
        let first = "embeddings.word_embeddings.weight";
        let prefix = PREFIXES
            .into_iter()
            .find(|prefix| file.tensor(&format!("{prefix}{first}")).is_ok())
            .with_context(|| format!("no tensor `{first}`, so this is no BERT"))?;
        let source = Source { file, prefix };
        let hidden = layout.hidden;
        let words = source.take(first, &[layout.words, hidden])?;
        let words = Rows::of(&words, hidden);
        let layers = (0..layout.layers).map(|number| source.layer(number, layout));
        Ok(Self {
            words,
            positions: source.positions(layout)?,
            norm: source.norm("embeddings.LayerNorm", hidden)?,
            layers: layers.collect::<Result<_>>()?,
        })
    }
}

/// The open file.
struct Source<'a> {
    file: SafeTensors<'a>,
    prefix: &'static str,
}

impl Source<'_> {
    fn layer(&self, number: usize, layout: &Layout) -> Result<Layer> {
        let (hidden, inner) = (layout.hidden, layout.inner);
        let at = format!("encoder.layer.{number}");
        let parts = ["query", "key", "value"].map(|part| format!("{at}.attention.self.{part}"));
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let linear = |name: &str, from, to| self.linear(&[&format!("{at}.{name}")], from, to);
        let norm = |name: &str| self.norm(&format!("{at}.{name}.LayerNorm"), hidden);
        Ok(Layer {
            attend: self.linear(&parts, hidden, hidden)?,
            attended: linear("attention.output.dense", hidden, hidden)?,
            attended_norm: norm("attention.output")?,
            widen: linear("intermediate.dense", hidden, inner)?,
            narrow: linear("output.dense", inner, hidden)?,
            narrow_norm: norm("output")?,
        })
    }

    /// Several maps of the same vector, side by side.
    fn linear(&self, names: &[&str], from: usize, to: usize) -> Result<Linear> {
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            weights.append(&mut self.take(&format!("{name}.weight"), &[to, from])?);
            bias.append(&mut self.take(&format!("{name}.bias"), &[to])?);
        }
        Ok(Linear::of(&weights, bias, from))
    }

    fn norm(&self, name: &str, width: usize) -> Result<Norm> {
        Ok(Norm {
            scale: self.take(&format!("{name}.weight"), &[width])?,
            shift: self.take(&format!("{name}.bias"), &[width])?,
        })
    }

    /// Rows of the positions that a text can have. A text is one sentence, so its tokens are all
    /// of the first kind, whose row is the same everywhere: it is added here, once.
    fn positions(&self, layout: &Layout) -> Result<Vec<f32>> {
        let hidden = layout.hidden;
        let name = "embeddings.position_embeddings.weight";
        let mut rows = self.take(name, &[layout.positions, hidden])?;
        rows.drain(..layout.first_position * hidden);
        rows.truncate(layout.tokens_max * hidden);
        let name = "embeddings.token_type_embeddings.weight";
        if let Ok(kinds) = self.file.tensor(&format!("{}{name}", self.prefix)) {
            let kinds = self.take(name, &[kinds.shape().first().copied().unwrap_or(0), hidden])?;
            for row in rows.chunks_exact_mut(hidden) {
                row.iter_mut().zip(&kinds).for_each(|(sum, kind)| *sum += kind);
            }
        }
        Ok(rows)
    }

    /// A tensor's numbers, if it has this shape and they are numbers.
    fn take(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let name = format!("{}{name}", self.prefix);
        let tensor = self.file.tensor(&name).with_context(|| format!("no tensor `{name}`"))?;
        ensure!(
            tensor.shape() == shape,
            "tensor `{name}` has the shape {:?}, but by {} it is {shape:?}",
            tensor.shape(),
            super::layout::CONFIG
        );
        let numbers = numbers(&tensor).with_context(|| format!("tensor `{name}`"))?;
        ensure!(
            numbers.iter().all(|number| number.is_finite()),
            "tensor `{name}` holds what is no number"
        );
        Ok(numbers)
    }
}

fn numbers(tensor: &TensorView<'_>) -> Result<Vec<f32>> {
    let bytes = tensor.data();
    Ok(match tensor.dtype() {
        Dtype::F32 => bytes.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect(),
        Dtype::BF16 => {
            let halves = bytes.as_chunks().0.iter().map(|&bytes| u16::from_le_bytes(bytes));
            halves.map(|half| f32::from_bits(u32::from(half) << 16)).collect()
        }
        Dtype::F16 => {
            bytes.as_chunks().0.iter().map(|&bytes| half(u16::from_le_bytes(bytes))).collect()
        }
        other => bail!("numbers of the type {other:?} are not supported, only F32, F16 and BF16"),
    })
}

/// A number of IEEE 754's half precision.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2_f32.powi(-24),
        31 if fraction > 0.0 => f32::NAN,
        31 => f32::INFINITY,
        _ => (1024.0 + fraction) * 2_f32.powi(exponent - 25),
    }
}
