//! A model directory with two layers of sixteen numbers, and weights made up by counting.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::json;
use tempfile::TempDir;

pub(super) const HIDDEN: usize = 16;
pub(super) const INNER: usize = 40;
pub(super) const LAYERS: usize = 2;
pub(super) const HEADS: usize = 4;
pub(super) const EPSILON: f32 = 1e-5;
const POSITIONS: usize = 40;

/// Words of the vocabulary behind the marks.
const WORDS: [&str; 18] = [
    "the", "virus", "was", "made", "in", "a", "lab", "no", "masks", "do", "not", "stop", "##s",
    "un", "##heard", "word", "##ing", "!",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bert,
    Roberta,
}

/// Names, shapes and numbers of the weights.
pub(super) type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

pub(super) struct Tiny {
    dir: TempDir,
    pub(super) kind: Kind,
    pub(super) tensors: Tensors,
    pub(super) first: bool,
}

impl Tiny {
    pub(super) fn new(kind: Kind) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let tensors = made_up(kind);
        let tiny = Self { dir, kind, tensors, first: false };
        tiny.write("config.json", &config(kind).to_string());
        tiny.write("tokenizer.json", &tokenizer(kind).to_string());
        tiny.write_as(Dtype::F32);
        tiny
    }

    pub(super) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.dir().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(super) fn replace(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.dir().join(name)).unwrap();
        assert!(text.contains(from), "{name} does not say {from}: {text}");
        self.write(name, &text.replace(from, to));
    }

    pub(super) fn pool_first(&mut self) {
        self.first = true;
        let modes = json!({
            "word_embedding_dimension": HIDDEN,
            "pooling_mode_cls_token": true,
            "pooling_mode_mean_tokens": false,
        });
        self.write("1_Pooling/config.json", &modes.to_string());
    }

    pub(super) fn change(&mut self, name: &str, change: impl FnOnce(&mut Vec<f32>)) {
        change(&mut self.tensors.get_mut(name).unwrap().1);
        self.write_as(Dtype::F32);
    }

    /// Writes the weights as numbers of this type.
    pub(super) fn write_as(&self, kind: Dtype) {
        let bytes = |number: &f32| match kind {
            Dtype::F16 => half(*number).to_le_bytes().to_vec(),
            Dtype::BF16 => number.to_bits().to_le_bytes()[2..].to_vec(),
            _ => number.to_le_bytes().to_vec(),
        };
        let written: Vec<(&String, &Vec<usize>, Vec<u8>)> = self
            .tensors
            .iter()
            .map(|(name, (shape, numbers))| (name, shape, numbers.iter().flat_map(bytes).collect()))
            .collect();
        let views = written.iter().map(|(name, shape, bytes)| {
            (*name, TensorView::new(kind, (*shape).clone(), bytes).unwrap())
        });
        let path = self.dir().join("model.safetensors");
        safetensors::serialize_to_file(views, None, &path).unwrap();
    }
}

/// Half precision, cut off; enough for numbers of ordinary size.
fn half(number: f32) -> u16 {
    let bits = number.to_bits();
    let (sign, exponent) = ((bits >> 16 & 0x8000) as u16, (bits >> 23 & 255) as i32 - 112);
    if exponent <= 0 { sign } else { sign | (exponent as u16) << 10 | (bits >> 13 & 1023) as u16 }
}

/// First position of a text, as transformers counts them.
pub(super) fn first_position(kind: Kind) -> usize {
    if kind == Kind::Roberta { 2 } else { 0 }
}

fn config(kind: Kind) -> serde_json::Value {
    let bert = kind == Kind::Bert;
    json!({
        "model_type": if bert { "bert" } else { "xlm-roberta" },
        "hidden_size": HIDDEN,
        "intermediate_size": INNER,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "vocab_size": words(kind).len(),
        "max_position_embeddings": POSITIONS,
        "type_vocab_size": if bert { 2 } else { 1 },
        "hidden_act": "gelu",
        "layer_norm_eps": EPSILON,
        "pad_token_id": if bert { 0 } else { 1 },
    })
}

fn words(kind: Kind) -> Vec<String> {
    match kind {
        Kind::Bert => {
            let marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
            marks.iter().chain(&WORDS).map(|&word| word.to_owned()).collect()
        }
        Kind::Roberta => {
            let marks = ["<s>", "<pad>", "</s>", "<unk>"].map(str::to_owned);
            let words = WORDS.map(|word| match word.strip_prefix("##") {
                Some(end) => end.to_owned(),
                None => format!("▁{word}"),
            });
            marks.into_iter().chain(words).collect()
        }
    }
}

fn tokenizer(kind: Kind) -> serde_json::Value {
    let words = words(kind);
    let (begin, end) = if kind == Kind::Bert { (2, 3) } else { (0, 2) };
    let added = [0, 1, 2, 3].map(|id: usize| {
        json!({"id": id, "content": words[id], "single_word": false, "lstrip": false,
            "rstrip": false, "normalized": false, "special": true})
    });
    let mark = |id: usize| json!({"SpecialToken": {"id": words[id], "type_id": 0}});
    let both = [begin, end].into_iter();
    let marks: BTreeMap<&String, serde_json::Value> = both
        .map(|id| (&words[id], json!({"id": words[id], "ids": [id], "tokens": [words[id]]})))
        .collect();
    let text = |name| json!({"Sequence": {"id": name, "type_id": 0}});
    let (normalizer, cut, model) = match kind {
        Kind::Bert => (
            json!({"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                "strip_accents": null, "lowercase": true}),
            json!({"type": "BertPreTokenizer"}),
            json!({"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": words.iter().zip(0..).collect::<BTreeMap<&String, usize>>()}),
        ),
        Kind::Roberta => (
            json!(null),
            json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
                "split": true}),
            json!({"type": "Unigram", "unk_id": 3, "byte_fallback": false,
                "vocab": words.iter().zip(0..).map(|(word, id)| (word, -1.0 - 0.1 * f64::from(id)))
                    .collect::<Vec<_>>()}),
        ),
    };
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": added,
        "normalizer": normalizer, "pre_tokenizer": cut, "decoder": null, "model": model,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [mark(begin), text("A"), mark(end)],
            "pair": [mark(begin), text("A"), mark(end), text("B"), mark(end)],
            "special_tokens": marks,
        },
    })
}

/// Weights large enough that every part of the arithmetic shows in the vectors.
fn made_up(kind: Kind) -> Tensors {
    let (prefix, kinds) = if kind == Kind::Bert { ("", 2) } else { ("roberta.", 1) };
    let mut shapes = vec![
        ("embeddings.word_embeddings.weight".to_owned(), vec![words(kind).len(), HIDDEN]),
        ("embeddings.position_embeddings.weight".to_owned(), vec![POSITIONS, HIDDEN]),
        ("embeddings.token_type_embeddings.weight".to_owned(), vec![kinds, HIDDEN]),
    ];
    norm(&mut shapes, "embeddings");
    for layer in 0..LAYERS {
        let at = format!("encoder.layer.{layer}");
        for part in ["query", "key", "value"] {
            linear(&mut shapes, &format!("{at}.attention.self.{part}"), HIDDEN, HIDDEN);
        }
        linear(&mut shapes, &format!("{at}.attention.output.dense"), HIDDEN, HIDDEN);
        norm(&mut shapes, &format!("{at}.attention.output"));
        linear(&mut shapes, &format!("{at}.intermediate.dense"), HIDDEN, INNER);
        linear(&mut shapes, &format!("{at}.output.dense"), INNER, HIDDEN);
        norm(&mut shapes, &format!("{at}.output"));
    }
    let mut chance = fastrand::Rng::with_seed(7);
    shapes
        .into_iter()
        .map(|(name, shape)| {
            let middle = if name.ends_with("LayerNorm.weight") { 1.0 } else { 0.0 };
            let count = shape.iter().product();
            let numbers = (0..count).map(|_| middle + chance.f32() - 0.5).collect();
            (format!("{prefix}{name}"), (shape, numbers))
        })
        .collect()
}

fn linear(shapes: &mut Vec<(String, Vec<usize>)>, name: &str, from: usize, to: usize) {
    shapes.push((format!("{name}.weight"), vec![to, from]));
    shapes.push((format!("{name}.bias"), vec![to]));
}

fn norm(shapes: &mut Vec<(String, Vec<usize>)>, name: &str) {
    shapes.push((format!("{name}.LayerNorm.weight"), vec![HIDDEN]));
    shapes.push((format!("{name}.LayerNorm.bias"), vec![HIDDEN]));
}
