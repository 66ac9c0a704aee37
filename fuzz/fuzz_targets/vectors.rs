//! The file of vectors, whatever a crash or a disk made of it: it opens, what is found is whole,
//! what is written then is there, and it opens again with the same in it.
#![no_main]

use claimwatch::index::vectors::Vectors;
use libfuzzer_sys::fuzz_target;

/// Numbers of a vector.
const DIMENSIONS: usize = 4;
const NAME: &str = "fuzz";

fuzz_target!(|bytes: &[u8]| {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join(format!("vectors-{NAME}")), bytes).expect("a file");
    let open = || Vectors::open(dir.path(), NAME, DIMENSIONS).expect("it opens");
    let beside = Vectors::read(dir.path(), NAME, DIMENSIONS).expect("it is read");
    let vectors = open();
    let sorted = |vectors: &Vectors| {
        let mut rows = vectors.rows();
        rows.sort_unstable();
        rows
    };
    let rows = sorted(&vectors);
    assert_eq!(rows, sorted(&beside), "who only reads sees the same");
    let query = vectors.query(&[1.0, 0.0, 0.0, 0.0]).expect("four numbers");
    for (row, cosine) in vectors.scan(&query, rows.len()) {
        assert!(!cosine.is_nan(), "row {row}");
    }
    vectors.put(&[(3, 33, vec![0.5; DIMENSIONS])]).expect("written");
    vectors
        .remove(&rows.iter().copied().filter(|row| *row != 3).take(1).collect::<Vec<_>>())
        .expect("written");
    let now = sorted(&vectors);
    assert!(vectors.has(3, 33));
    drop(vectors);
    let again = open();
    assert_eq!(now, sorted(&again));
    assert!(again.has(3, 33));
});
