//! The arithmetic of an encoder: from token numbers to one vector.

use anyhow::{Result, anyhow, ensure};
use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions};
use rten_simd::{Isa, SimdOp, SimdUnaryOp};
use rten_tensor::NdTensorView;
use rten_vecmath::{Gelu, Normalize, NormalizeOptions, Softmax, Sum, SumSquareSub};

use super::layout::{Layout, Pooling};
use super::linear::{Bytes, Desk};
use super::weights::{Layer, Norm, Weights};

/// What one encoder works with; kept from text to text, so that nothing is allocated for one.
#[derive(Default)]
pub(super) struct Buffers {
    pub(super) tokens: Vec<usize>,
    desk: Desk,
    /// One row a token: what has been made of it so far.
    rows: Vec<f32>,
    /// Queries, keys and values of all heads, then what is made of them.
    parts: Vec<f32>,
    scores: Vec<f32>,
    head: Vec<f32>,
    mixed: Vec<f32>,
    inner: Vec<f32>,
    out: Vec<f32>,
}

/// Multiplies. Made anew for each text, which costs nothing, since it can't move between threads.
struct Multiply {
    bytes: Bytes,
    numbers: GemmExecutor<f32, f32, f32>,
}

/// The vector, of length one, of the tokens in `buffers`.
pub(super) fn vector(
    layout: &Layout,
    weights: &Weights,
    buffers: &mut Buffers,
) -> Result<Vec<f32>> {
    let multiply = Multiply { bytes: Bytes::default(), numbers: GemmExecutor::default() };
    embed(layout, weights, buffers);
    for layer in &weights.layers {
        attend(layout, layer, &multiply, buffers)?;
        think(layout, layer, &multiply, buffers)?;
    }
    pool(layout, buffers)
}

/// The tokens' own rows.
fn embed(layout: &Layout, weights: &Weights, buffers: &mut Buffers) {
    let Buffers { tokens, rows, .. } = buffers;
    let width = layout.hidden;
    rows.resize(tokens.len() * width, 0.0);
    let places = weights.positions.chunks_exact(width);
    for ((&token, place), row) in tokens.iter().zip(places).zip(rows.chunks_exact_mut(width)) {
        let (bytes, scale) = weights.words.row(token);
        for ((number, byte), place) in row.iter_mut().zip(bytes).zip(place) {
            *number = f32::from(*byte) * scale + place;
        }
    }
    normalise(rows, &weights.norm, layout.epsilon);
}

/// Each token looks at all others.
fn attend(
    layout: &Layout,
    layer: &Layer,
    multiply: &Multiply,
    buffers: &mut Buffers,
) -> Result<()> {
    let Buffers { tokens, desk, rows, parts, scores, head, mixed, out, .. } = buffers;
    let (count, width) = (tokens.len(), layout.hidden);
    layer.attend.map(&multiply.bytes, rows, desk, parts)?;
    let size = width / layout.heads;
    scores.resize(count * count, 0.0);
    head.resize(count * size, 0.0);
    mixed.resize(count * width, 0.0);
    let scale = 1.0 / (size as f32).sqrt();
    for start in (0..width).step_by(size) {
        let row = 3 * width;
        let queries = view(parts, start, [count, size], [row, 1])?;
        let keys = view(parts, width + start, [size, count], [1, row])?;
        let values = view(parts, 2 * width + start, [count, size], [row, 1])?;
        multiply.numbers(queries, keys, scale, scores)?;
        for row in scores.chunks_exact_mut(count) {
            Softmax::new_mut(row).dispatch();
        }
        let shares = view(scores, 0, [count, count], [count, 1])?;
        multiply.numbers(shares, values, 1.0, head)?;
        for (from, to) in head.chunks_exact(size).zip(mixed.chunks_exact_mut(width)) {
            to[start..start + size].copy_from_slice(from);
        }
    }
    layer.attended.map(&multiply.bytes, mixed, desk, out)?;
    Add { to: rows, what: out }.dispatch();
    normalise(rows, &layer.attended_norm, layout.epsilon);
    Ok(())
}

/// What each token makes of it.
fn think(layout: &Layout, layer: &Layer, multiply: &Multiply, buffers: &mut Buffers) -> Result<()> {
    let Buffers { desk, rows, inner, out, .. } = buffers;
    layer.widen.map(&multiply.bytes, rows, desk, inner)?;
    Gelu {}.map_mut(inner);
    layer.narrow.map(&multiply.bytes, inner, desk, out)?;
    Add { to: rows, what: out }.dispatch();
    normalise(rows, &layer.narrow_norm, layout.epsilon);
    Ok(())
}

/// One vector of length one from those of all tokens.
fn pool(layout: &Layout, buffers: &Buffers) -> Result<Vec<f32>> {
    let mut rows = buffers.rows.chunks_exact(layout.hidden);
    let mut vector = rows.next().unwrap_or_default().to_vec();
    if layout.pooling == Pooling::Mean {
        for row in rows {
            vector.iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
        }
    }
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    ensure!(length.is_normal(), "the model gives no vector for a text; its weights are damaged");
    vector.iter_mut().for_each(|number| *number /= length);
    Ok(vector)
}

impl Multiply {
    fn numbers(
        &self,
        left: NdTensorView<'_, f32, 2>,
        right: NdTensorView<'_, f32, 2>,
        alpha: f32,
        out: &mut [f32],
    ) -> Result<()> {
        let (left, right) = (GemmInputA::Unpacked(left), GemmInputB::Unpacked(right));
        self.numbers
            .gemm(out, left, right, GemmOptions { alpha, ..GemmOptions::default() })
            .map_err(|error| anyhow!("multiplying in the attention: {error:?}"))
    }
}

/// A part of a matrix that begins at `start`.
fn view(
    numbers: &[f32],
    start: usize,
    shape: [usize; 2],
    strides: [usize; 2],
) -> Result<NdTensorView<'_, f32, 2>> {
    NdTensorView::from_slice_with_strides(shape, &numbers[start..], strides)
        .map_err(|error| anyhow!("a view of the attention: {error:?}"))
}

/// Each row to mean 0 and variance 1, then as the model was taught.
fn normalise(rows: &mut [f32], norm: &Norm, epsilon: f32) {
    let width = norm.scale.len();
    for row in rows.chunks_exact_mut(width) {
        let mean = Sum::new(row).dispatch() / width as f32;
        let variance = SumSquareSub::new(row, mean).dispatch() / width as f32;
        let options = NormalizeOptions {
            pre_scale_bias: mean,
            scale: 1.0 / (variance + epsilon).sqrt(),
            element_scale: Some(&norm.scale),
            bias: 0.0,
            element_bias: Some(&norm.shift),
        };
        Normalize::new_mut(row, options).dispatch();
    }
}

/// Adds one to the other; an operation so that it is compiled for the processor at hand too.
struct Add<'a> {
    to: &'a mut [f32],
    what: &'a [f32],
}

impl SimdOp for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, _: I) {
        self.to.iter_mut().zip(self.what).for_each(|(sum, number)| *sum += number);
    }
}
