//! One linear map: weights of a byte each, texts made bytes on the way in, sums exact.
//!
//! A row of weights (one output) has one scale. The rows that come in, one a token, get a scale and
//! a zero of their own each time: some numbers of a few tokens are far larger than all others, and
//! with one scale for the whole text the others would be lost.

use anyhow::{Result, anyhow};
use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_simd::{Isa, SimdOp};
use rten_tensor::NdTensorView;
use rten_vecmath::MinMax;

/// Multiplies bytes.
pub(super) type Bytes = GemmExecutor<u8, i8, i32>;

/// A linear map.
pub(super) struct Linear {
    packed: PackedBMatrix<i8>,
    /// What each output's bytes add up to.
    totals: Vec<i32>,
    scales: Vec<f32>,
    bias: Vec<f32>,
}

/// Rows that were made bytes, and the sums made of them.
#[derive(Default)]
pub(super) struct Desk {
    bytes: Vec<u8>,
    zeros: Vec<u8>,
    scales: Vec<f32>,
    sums: Vec<i32>,
}

impl Linear {
    /// From weights of one output after the other, `from` each.
    pub(super) fn of(weights: &[f32], bias: Vec<f32>, from: usize) -> Self {
        let executor = Bytes::default();
        let most = weight_max(&executor);
        let mut bytes = vec![0; weights.len()];
        let rows = weights.chunks_exact(from).zip(bytes.chunks_exact_mut(from));
        let scales: Vec<f32> = rows.map(|(row, bytes)| small(row, bytes, most)).collect();
        let totals =
            bytes.chunks_exact(from).map(|row| row.iter().map(|&byte| i32::from(byte)).sum());
        let totals = totals.collect();
        let view = NdTensorView::from_data([scales.len(), from], bytes.as_slice());
        Self { packed: executor.prepack_b(view.transposed()), totals, scales, bias }
    }

    /// Numbers that come out for each row.
    pub(super) fn width(&self) -> usize {
        self.bias.len()
    }

    /// Maps each of `rows`, in place of what is in `out`.
    pub(super) fn map(
        &self,
        executor: &Bytes,
        rows: &[f32],
        desk: &mut Desk,
        out: &mut Vec<f32>,
    ) -> Result<()> {
        let from = self.packed.rows();
        let count = rows.len() / from;
        desk.fill(rows, from);
        desk.sums.resize(count * self.width(), 0);
        let bytes = NdTensorView::from_data([count, from], desk.bytes.as_slice());
        executor
            .gemm(
                &mut desk.sums,
                GemmInputA::Unpacked(bytes),
                GemmInputB::Packed(&self.packed),
                GemmOptions::default(),
            )
            .map_err(|error| anyhow!("multiplying by the weights: {error:?}"))?;
        out.resize(desk.sums.len(), 0.0);
        Scale { desk, linear: self, out }.dispatch();
        Ok(())
    }
}

impl Desk {
    /// Makes each row bytes.
    fn fill(&mut self, rows: &[f32], width: usize) {
        self.bytes.resize(rows.len(), 0);
        self.zeros.clear();
        self.scales.clear();
        for row in rows.chunks_exact(width) {
            let (low, high) = MinMax::new(row).dispatch();
            let (low, high) = (low.min(0.0), high.max(0.0));
            let scale = if high > low { (high - low) / 255.0 } else { 1.0 };
            self.scales.push(scale);
            self.zeros.push((-low / scale).round() as u8);
        }
        Quantise { rows, width, desk: self }.dispatch();
    }
}

/// Adding this to a small number leaves the nearest whole one in the lowest bits.
const ROUND: f32 = 12_582_912.0;

/// Rows into bytes. An operation so that it is compiled for the processor at hand too.
struct Quantise<'a> {
    rows: &'a [f32],
    width: usize,
    desk: &'a mut Desk,
}

impl SimdOp for Quantise<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, _: I) {
        let Desk { bytes, zeros, scales, .. } = self.desk;
        let rows = self.rows.chunks_exact(self.width).zip(bytes.chunks_exact_mut(self.width));
        for ((row, bytes), (&zero, &scale)) in rows.zip(zeros.iter().zip(scales.iter())) {
            let (by, plus) = (1.0 / scale, f32::from(zero) + ROUND);
            for (number, byte) in row.iter().zip(bytes) {
                let whole = (number * by + plus).to_bits() as i32 - ROUND.to_bits() as i32;
                *byte = whole.clamp(0, 255) as u8;
            }
        }
    }
}

/// Sums into numbers. The zeros are taken away here and not by the multiplying crate, which in 0.24
/// takes away wrong ones as soon as a tile of rows behind the first is full.
struct Scale<'a> {
    desk: &'a Desk,
    linear: &'a Linear,
    out: &'a mut [f32],
}

impl SimdOp for Scale<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, _: I) {
        let Linear { totals, scales, bias, .. } = self.linear;
        let width = bias.len();
        let rows = self.desk.sums.chunks_exact(width).zip(self.out.chunks_exact_mut(width));
        let tokens = self.desk.zeros.iter().zip(&self.desk.scales);
        for ((sums, out), (&zero, by)) in rows.zip(tokens) {
            let zero = i32::from(zero);
            let weights = totals.iter().zip(scales).zip(bias);
            for ((sum, out), ((total, scale), bias)) in sums.iter().zip(out).zip(weights) {
                *out = (sum - zero * total) as f32 * (by * scale) + bias;
            }
        }
    }
}

/// Largest weight: where two products are added in sixteen bits, two of 127 times 255 would not
/// fit.
fn weight_max(executor: &Bytes) -> f32 {
    if executor.may_saturate() { 64.0 } else { 127.0 }
}

/// Makes a row bytes up to `most`, and returns what to multiply them with.
pub(super) fn small(row: &[f32], bytes: &mut [i8], most: f32) -> f32 {
    let largest = row.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
    if largest == 0.0 {
        bytes.fill(0);
        return 0.0;
    }
    let by = most / largest;
    for (number, byte) in row.iter().zip(bytes) {
        *byte = (number * by).round() as i8;
    }
    largest / most
}
