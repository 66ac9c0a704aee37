//! The same encoder in the plainest arithmetic: one number after the other, nothing made small.

use tokenizers::Tokenizer;

use super::tiny::{EPSILON, HEADS, HIDDEN, Kind, LAYERS, Tiny, first_position};

type Rows = Vec<Vec<f32>>;

/// The text's vector, of length one.
pub(super) fn vector(tiny: &Tiny, text: &str) -> Vec<f32> {
    let tokenizer = Tokenizer::from_file(tiny.dir().join("tokenizer.json")).unwrap();
    let tokens = tokenizer.encode(text, true).unwrap();
    let (words, places) = (table(tiny, "word"), table(tiny, "position"));
    let kinds = table(tiny, "token_type");
    let mut rows: Rows = Vec::new();
    for (place, &token) in (first_position(tiny.kind)..).zip(tokens.get_ids()) {
        let word = &words[token as usize];
        rows.push((0..HIDDEN).map(|i| word[i] + places[place][i] + kinds[0][i]).collect());
    }
    norm(tiny, "embeddings", &mut rows);
    for layer in 0..LAYERS {
        let at = format!("encoder.layer.{layer}");
        let mixed = attention(tiny, &at, &rows);
        add(&mut rows, &linear(tiny, &format!("{at}.attention.output.dense"), &mixed));
        norm(tiny, &format!("{at}.attention.output"), &mut rows);
        let mut inner = linear(tiny, &format!("{at}.intermediate.dense"), &rows);
        inner.iter_mut().flatten().for_each(|number| *number = gelu(*number));
        add(&mut rows, &linear(tiny, &format!("{at}.output.dense"), &inner));
        norm(tiny, &format!("{at}.output"), &mut rows);
    }
    let count = if tiny.first { 1 } else { rows.len() };
    let sum: Vec<f32> = (0..HIDDEN).map(|i| rows[..count].iter().map(|row| row[i]).sum()).collect();
    let length = sum.iter().map(|number| number * number).sum::<f32>().sqrt();
    sum.iter().map(|number| number / length).collect()
}

fn attention(tiny: &Tiny, at: &str, rows: &Rows) -> Rows {
    let part = |name: &str| linear(tiny, &format!("{at}.attention.self.{name}"), rows);
    let (queries, keys, values) = (part("query"), part("key"), part("value"));
    let size = HIDDEN / HEADS;
    let mut mixed = vec![vec![0.0; HIDDEN]; rows.len()];
    for head in 0..HEADS {
        let range = head * size..(head + 1) * size;
        for (query, mixed) in queries.iter().zip(&mut mixed) {
            let score = |key: &Vec<f32>| {
                range.clone().map(|i| query[i] * key[i]).sum::<f32>() / (size as f32).sqrt()
            };
            let shares: Vec<f32> = keys.iter().map(|key| score(key).exp()).collect();
            let whole: f32 = shares.iter().sum();
            for (share, value) in shares.iter().zip(&values) {
                range.clone().for_each(|i| mixed[i] += share / whole * value[i]);
            }
        }
    }
    mixed
}

fn numbers<'a>(tiny: &'a Tiny, name: &str) -> &'a (Vec<usize>, Vec<f32>) {
    let prefix = if tiny.kind == Kind::Roberta { "roberta." } else { "" };
    &tiny.tensors[&format!("{prefix}{name}")]
}

fn table(tiny: &Tiny, name: &str) -> Rows {
    let (_, numbers) = numbers(tiny, &format!("embeddings.{name}_embeddings.weight"));
    numbers.chunks(HIDDEN).map(<[f32]>::to_vec).collect()
}

fn linear(tiny: &Tiny, name: &str, rows: &Rows) -> Rows {
    let (shape, weights) = numbers(tiny, &format!("{name}.weight"));
    let (_, bias) = numbers(tiny, &format!("{name}.bias"));
    let out = |row: &Vec<f32>| {
        let sums = weights.chunks(shape[1]).zip(bias);
        sums.map(|(weights, bias)| super::cosine(weights, row) + bias).collect()
    };
    rows.iter().map(out).collect()
}

fn add(rows: &mut Rows, what: &Rows) {
    for (row, what) in rows.iter_mut().zip(what) {
        row.iter_mut().zip(what).for_each(|(sum, number)| *sum += number);
    }
}

fn norm(tiny: &Tiny, name: &str, rows: &mut Rows) {
    let (_, scale) = numbers(tiny, &format!("{name}.LayerNorm.weight"));
    let (_, shift) = numbers(tiny, &format!("{name}.LayerNorm.bias"));
    for row in rows {
        let mean = row.iter().sum::<f32>() / HIDDEN as f32;
        let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / HIDDEN as f32;
        for (number, (scale, shift)) in row.iter_mut().zip(scale.iter().zip(shift)) {
            *number = (*number - mean) / (variance + EPSILON).sqrt() * scale + shift;
        }
    }
}

/// With the error function summed up as a series, so that it is nobody's approximation.
fn gelu(x: f32) -> f32 {
    let z = f64::from(x) / std::f64::consts::SQRT_2;
    let (mut term, mut sum) = (z, z);
    for n in 1..60 {
        let n = f64::from(n);
        term *= -z * z / n;
        sum += term / (2.0 * n + 1.0);
    }
    let erf = sum * 2.0 / std::f64::consts::PI.sqrt();
    (f64::from(x) / 2.0 * (1.0 + erf)) as f32
}
