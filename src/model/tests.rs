//! Tiny models of made-up weights, written as the hub would: against plain arithmetic, against
//! what transformers says of the same files, and broken in every way.

mod broken;
mod plain;
mod tiny;

use std::thread;

use super::Encoder;
use tiny::{Kind, Tiny};

const TEXTS: [&str; 6] = [
    "the virus was made in a lab",
    "A Virus, made in the lab!",
    "no",
    "masks do not stop the virus",
    "unheard wordings",
    "the the the the the the the the the the the the the the the the the the the the the the",
];

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// Vectors that transformers 4 gives for the files of `Tiny`, first four numbers:
///
/// ```python
/// tokens = AutoTokenizer.from_pretrained(dir)(text, return_tensors="pt")
/// rows = AutoModel.from_pretrained(dir)(**tokens).last_hidden_state[0]
/// vector = torch.nn.functional.normalize(rows.mean(0), dim=0)
/// ```
///
/// with the folders that `cargo test writes_the_tiny_models -- --ignored` leaves in
/// `target/tiny`; the first is also in `tests/data/model`.
const TRANSFORMERS: [(Kind, [[f32; 4]; 2]); 2] = [
    (Kind::Bert, [[-0.43783, 0.09686, 0.07893, -0.08], [-0.2619, 0.21307, 0.28783, -0.05097]]),
    (
        Kind::Roberta,
        [[-0.13652, -0.07087, -0.15594, -0.0391], [-0.16381, -0.02229, -0.05987, -0.15097]],
    ),
];

#[test]
#[ignore = "writes what the Python above reads"]
fn writes_the_tiny_models() {
    for (kind, _) in TRANSFORMERS {
        let to = std::path::Path::new("target/tiny").join(format!("{kind:?}"));
        std::fs::create_dir_all(&to).unwrap();
        let tiny = Tiny::new(kind);
        for file in std::fs::read_dir(tiny.dir()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
}

#[test]
fn the_plain_arithmetic_is_that_of_transformers() {
    for (kind, wanted) in TRANSFORMERS {
        let tiny = Tiny::new(kind);
        for (text, wanted) in [TEXTS[0], TEXTS[3]].into_iter().zip(wanted) {
            let vector = plain::vector(&tiny, text);
            let far = vector.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(far < 1e-4, "{kind:?} {text}: {vector:?}, but transformers says {wanted:?}");
        }
    }
}

#[test]
fn bytes_are_as_good_as_plain_arithmetic() {
    for kind in [Kind::Bert, Kind::Roberta] {
        let tiny = Tiny::new(kind);
        let mut encoder = Encoder::open(tiny.dir()).unwrap();
        assert_eq!(encoder.dimensions(), tiny::HIDDEN);
        let mut sum = 0.0;
        for text in TEXTS {
            let vector = encoder.encode(text).unwrap();
            assert!((cosine(&vector, &vector) - 1.0).abs() < 1e-5);
            let near = cosine(&vector, &plain::vector(&tiny, text));
            assert!(near > 0.99, "{kind:?} {text}: {near}");
            sum += near;
        }
        assert!(sum / TEXTS.len() as f32 > 0.996, "{kind:?}: {sum}");
    }
}

#[test]
fn pooling_is_the_model_s() {
    let mut tiny = Tiny::new(Kind::Bert);
    let mean = Encoder::open(tiny.dir()).unwrap().encode(TEXTS[0]).unwrap();
    tiny.pool_first();
    let mut encoder = Encoder::open(tiny.dir()).unwrap();
    let first = encoder.encode(TEXTS[0]).unwrap();
    assert!(cosine(&first, &plain::vector(&tiny, TEXTS[0])) > 0.99);
    assert!(cosine(&first, &mean) < 0.99, "the test could not tell them apart");
    for (mode, wanted) in [("cls", &first), ("mean", &mean)] {
        tiny.write("1_Pooling/config.json", &format!("{{\"pooling_mode\":\"{mode}\"}}"));
        assert_eq!(&Encoder::open(tiny.dir()).unwrap().encode(TEXTS[0]).unwrap(), wanted);
    }
}

#[test]
fn halves_give_what_whole_numbers_give() {
    let tiny = Tiny::new(Kind::Bert);
    let whole = Encoder::open(tiny.dir()).unwrap();
    for kind in [safetensors::Dtype::F16, safetensors::Dtype::BF16] {
        let halves = Tiny::new(Kind::Bert);
        halves.write_as(kind);
        let mut encoder = Encoder::open(halves.dir()).unwrap();
        assert_ne!(encoder.fingerprint(), whole.fingerprint());
        let near =
            cosine(&encoder.encode(TEXTS[0]).unwrap(), &whole.another().encode(TEXTS[0]).unwrap());
        assert!(near > 0.995, "{kind:?}: {near}");
    }
}

#[test]
fn a_long_text_is_cut_and_an_empty_one_has_a_vector() {
    let tiny = Tiny::new(Kind::Bert);
    let mut encoder = Encoder::open(tiny.dir()).unwrap();
    let long = encoder.encode(&"the virus ".repeat(1000)).unwrap();
    let longer = encoder.encode(&"the virus ".repeat(200_000)).unwrap();
    assert_eq!(long, longer);
    assert_eq!(encoder.encode("").unwrap().len(), tiny::HIDDEN);
    encoder.encode(&"é".repeat(100_000)).unwrap();
    encoder.encode("\0\u{202e}\u{feff}").unwrap();
}

#[test]
fn what_is_in_the_buffers_does_not_matter() {
    let tiny = Tiny::new(Kind::Bert);
    let mut used = Encoder::open(tiny.dir()).unwrap();
    for text in TEXTS.iter().chain(TEXTS.iter().rev()) {
        assert_eq!(used.encode(text).unwrap(), used.another().encode(text).unwrap());
    }
}

#[test]
fn each_thread_gets_the_same_vectors() {
    let tiny = Tiny::new(Kind::Roberta);
    let mut encoder = Encoder::open(tiny.dir()).unwrap();
    let wanted = TEXTS.map(|text| encoder.encode(text).unwrap());
    thread::scope(|scope| {
        for _ in 0..4 {
            let mut encoder = encoder.another();
            let wanted = &wanted;
            scope.spawn(move || {
                for _ in 0..20 {
                    assert_eq!(&TEXTS.map(|text| encoder.encode(text).unwrap()), wanted);
                }
            });
        }
    });
}

#[test]
fn a_fingerprint_is_of_all_files_that_count() {
    let name = |tiny: &Tiny| Encoder::open(tiny.dir()).unwrap().fingerprint().to_owned();
    let mut tiny = Tiny::new(Kind::Bert);
    let first = name(&tiny);
    assert_eq!(first, name(&Tiny::new(Kind::Bert)), "the same files, the same name");
    assert_eq!(first.len(), 16);
    tiny.pool_first();
    let second = name(&tiny);
    tiny.change("encoder.layer.1.output.dense.bias", |numbers| numbers[3] += 0.5);
    let third = name(&tiny);
    tiny.replace("tokenizer.json", "\"lowercase\":true", "\"lowercase\":false");
    let names = [first, second, third, name(&tiny)];
    let different: std::collections::BTreeSet<&String> = names.iter().collect();
    assert_eq!(different.len(), 4, "{names:?}");
}

#[test]
fn words_that_the_model_learned_as_one_are_known() {
    let tiny = Tiny::new(Kind::Bert);
    let encoder = Encoder::open(tiny.dir()).unwrap();
    for (word, known) in [("virus", true), ("vrxs", false), ("the virus", false), ("", false)] {
        assert_eq!(encoder.knows(word), known, "{word}");
    }
}
