//! Vectors against plain sums, and files that were cut, changed or of another model.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Vectors;

const DIMENSIONS: usize = 24;

fn unit(chance: &mut fastrand::Rng, dimensions: usize) -> Vec<f32> {
    let vector: Vec<f32> = (0..dimensions).map(|_| chance.f32() - 0.5).collect();
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    vector.iter().map(|number| number / length).collect()
}

fn open(dir: &Path) -> Vectors {
    Vectors::open(dir, "one", DIMENSIONS).unwrap()
}

fn file(dir: &Path) -> PathBuf {
    dir.join("vectors-one")
}

/// Rows with their vectors, put in batches.
fn fill(vectors: &Vectors, rows: impl Iterator<Item = u64>) -> BTreeMap<u64, Vec<f32>> {
    let mut chance = fastrand::Rng::with_seed(3);
    let made: BTreeMap<u64, Vec<f32>> =
        rows.map(|row| (row, unit(&mut chance, DIMENSIONS))).collect();
    let list: Vec<_> = made.iter().map(|(row, vector)| (*row, row + 1, vector.clone())).collect();
    for batch in list.chunks(100) {
        vectors.put(batch).unwrap();
    }
    made
}

fn plain(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

#[test]
fn a_vector_is_found_again_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let vectors = open(dir.path());
    assert!(vectors.is_empty() && vectors.get(7).is_none() && !vectors.has(7, 8));
    let made = fill(&vectors, 0..1_300);
    for vectors in
        [vectors, open(dir.path()), Vectors::read(dir.path(), "one", DIMENSIONS).unwrap()]
    {
        assert_eq!(vectors.len(), 1_300);
        let query = vectors.query(&made[&7]).unwrap();
        for (row, vector) in &made {
            let near = vectors.get(*row).unwrap().dot(&query);
            assert!((near - plain(vector, &made[&7])).abs() < 0.01);
            assert!(vectors.has(*row, row + 1) && !vectors.has(*row, 5_000));
        }
    }
}

#[test]
fn a_scan_finds_what_comparing_with_all_finds() {
    let dir = tempfile::tempdir().unwrap();
    let vectors = open(dir.path());
    let made = fill(&vectors, 0..1_500);
    vectors.remove(&(0..1_500).step_by(7).collect::<Vec<_>>()).unwrap();
    let mut chance = fastrand::Rng::with_seed(5);
    for k in [1, 2, 10, 2_000] {
        let query = vectors.query(&unit(&mut chance, DIMENSIONS)).unwrap();
        let left = made.keys().filter(|row| *row % 7 != 0);
        let mut wanted: Vec<(u64, f32)> =
            left.map(|row| (*row, vectors.get(*row).unwrap().dot(&query))).collect();
        wanted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        wanted.truncate(k);
        assert_eq!(vectors.scan(&query, k), wanted);
    }
    let query = vectors.query(&made[&8]).unwrap();
    assert!(vectors.scan(&query, 0).is_empty());
    assert_eq!(vectors.scan(&query, 1)[0].0, 8);
}

#[test]
fn equals_come_in_the_order_of_their_rows() {
    let vectors = Vectors::in_memory(2).unwrap();
    let same: Vec<_> = [9, 3, 5, 1].map(|row| (row, 0, vec![1.0, 0.0])).to_vec();
    vectors.put(&same).unwrap();
    let found = vectors.scan(&vectors.query(&[1.0, 0.0]).unwrap(), 3);
    assert_eq!(found.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 3, 5]);
    assert!(found.iter().all(|(_, near)| (near - 1.0).abs() < 1e-5));
}

#[test]
fn a_later_vector_takes_the_place_of_an_earlier_one() {
    let dir = tempfile::tempdir().unwrap();
    let vectors = open(dir.path());
    let made = fill(&vectors, 0..3);
    let held = vectors.get(1).unwrap();
    vectors.put(&[(1, 99, made[&2].clone())]).unwrap();
    vectors.remove(&[0, 77]).unwrap();
    let query = vectors.query(&made[&2]).unwrap();
    assert!(held.dot(&query) < 0.9, "what is held does not change");
    for vectors in [vectors, open(dir.path())] {
        assert_eq!(vectors.len(), 2);
        assert!(vectors.has(1, 99) && !vectors.has(1, 2) && vectors.get(0).is_none());
        assert!(vectors.get(1).unwrap().dot(&query) > 0.99);
    }
}

/// A kill can leave any part of what was being written.
#[test]
fn a_file_cut_anywhere_in_its_last_record_loses_that_one_only() {
    let dir = tempfile::tempdir().unwrap();
    let made = fill(&open(dir.path()), 0..10);
    let whole = fs::read(file(dir.path())).unwrap();
    let record = DIMENSIONS + 24;
    assert_eq!(whole.len(), 12 + 10 * record);
    for length in whole.len() - record..whole.len() {
        fs::write(file(dir.path()), &whole[..length]).unwrap();
        let reading = Vectors::read(dir.path(), "one", DIMENSIONS).unwrap();
        assert_eq!(reading.len(), 9);
        assert_eq!(fs::metadata(file(dir.path())).unwrap().len(), length as u64, "it only reads");
        let vectors = open(dir.path());
        assert!(vectors.len() == 9 && vectors.get(9).is_none());
        vectors.put(&[(9, 10, made[&9].clone())]).unwrap();
        assert_eq!(fs::read(file(dir.path())).unwrap(), whole);
    }
}

#[test]
fn a_head_that_is_cut_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    fill(&open(dir.path()), 0..10);
    let whole = fs::read(file(dir.path())).unwrap();
    for length in 0..12 {
        fs::write(file(dir.path()), &whole[..length]).unwrap();
        assert_eq!(Vectors::read(dir.path(), "one", DIMENSIONS).unwrap().len(), 0);
        assert_eq!(open(dir.path()).len(), 0);
        fill(&open(dir.path()), 0..10);
        assert_eq!(fs::read(file(dir.path())).unwrap(), whole);
    }
}

#[test]
fn a_changed_byte_costs_one_vector_and_never_gives_a_wrong_one() {
    let dir = tempfile::tempdir().unwrap();
    let made = fill(&open(dir.path()), 0..6);
    let whole = fs::read(file(dir.path())).unwrap();
    for at in 12..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        fs::write(file(dir.path()), &changed).unwrap();
        let vectors = open(dir.path());
        let lost = ((at - 12) / (DIMENSIONS + 24)) as u64;
        assert_eq!(vectors.len(), 5);
        for (row, vector) in made.iter().filter(|(row, _)| **row != lost) {
            assert!(vectors.has(*row, row + 1));
            let near = vectors.get(*row).unwrap().dot(&vectors.query(vector).unwrap());
            assert!((near - 1.0).abs() < 0.01);
        }
    }
}

#[test]
fn another_model_begins_anew_and_takes_the_place() {
    let dir = tempfile::tempdir().unwrap();
    fill(&open(dir.path()), 0..5);
    fs::write(dir.path().join("current"), "7").unwrap();
    let larger = Vectors::open(dir.path(), "one", DIMENSIONS + 1).unwrap();
    assert_eq!(larger.len(), 0, "of another size");
    fill(&open(dir.path()), 0..5);
    let other = Vectors::open(dir.path(), "two", DIMENSIONS).unwrap();
    assert_eq!(other.len(), 0);
    assert!(!file(dir.path()).exists());
    assert!(dir.path().join("current").exists(), "what is not of vectors stays");
}

#[test]
fn what_is_of_no_use_goes_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let vectors = open(dir.path());
    let made = fill(&vectors, 0..1_000);
    let full = fs::metadata(file(dir.path())).unwrap().len();
    vectors.remove(&(0..120).collect::<Vec<_>>()).unwrap();
    drop(vectors);
    let vectors = open(dir.path());
    assert!(fs::metadata(file(dir.path())).unwrap().len() > full, "a quarter may be");
    vectors.remove(&(120..400).collect::<Vec<_>>()).unwrap();
    drop(vectors);
    let vectors = open(dir.path());
    let length = fs::metadata(file(dir.path())).unwrap().len();
    assert_eq!(length, 12 + 600 * (DIMENSIONS as u64 + 24));
    vectors.put(&[(5, 6, made[&5].clone())]).unwrap();
    drop(vectors);
    let vectors = open(dir.path());
    assert_eq!(vectors.len(), 601);
    assert!(vectors.has(5, 6) && vectors.has(999, 1_000) && !vectors.has(399, 400));
    assert!(!dir.path().join("vectors-one.new").exists());
}

#[test]
fn places_are_used_again() {
    let vectors = Vectors::in_memory(DIMENSIONS).unwrap();
    let made = fill(&vectors, 0..600);
    for round in 0..5 {
        vectors.remove(&(0..600).collect::<Vec<_>>()).unwrap();
        assert!(vectors.is_empty());
        assert!(vectors.scan(&vectors.query(&made[&0]).unwrap(), 5).is_empty());
        let moved = made.iter().map(|(row, vector)| (row + round, 0, vector.clone()));
        vectors.put(&moved.collect::<Vec<_>>()).unwrap();
        vectors.remove(&(600..600 + round).collect::<Vec<_>>()).unwrap();
        let found = vectors.scan(&vectors.query(&made[&3]).unwrap(), 1);
        assert_eq!(found[0].0, 3 + round);
        vectors.put(&[]).unwrap();
    }
}

#[test]
fn what_is_no_vector_of_the_model_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let vectors = open(dir.path());
    for wrong in [vec![], vec![0.5; DIMENSIONS + 1], vec![f32::NAN; DIMENSIONS]] {
        let good = vec![0.5; DIMENSIONS];
        assert!(vectors.put(&[(1, 1, good), (2, 2, wrong.clone())]).is_err());
        assert!(vectors.query(&wrong).is_err());
        assert!(vectors.is_empty());
    }
    for dimensions in [0, 4_097, usize::MAX] {
        assert!(Vectors::open(dir.path(), "one", dimensions).is_err());
    }
    vectors.put(&[(1, 1, vec![0.0; DIMENSIONS])]).unwrap();
    let query = vectors.query(&[0.0; DIMENSIONS]).unwrap();
    assert_eq!(vectors.scan(&query, 5), [(1, 0.0)]);
}

/// The longest vectors of the largest numbers: the sum must fit.
#[test]
fn the_largest_sum_fits() {
    let vectors = Vectors::in_memory(super::DIMENSIONS_MAX).unwrap();
    let vector = vec![1.0 / 64.0; super::DIMENSIONS_MAX];
    vectors.put(&[(1, 1, vector.clone())]).unwrap();
    let near = vectors.get(1).unwrap().dot(&vectors.query(&vector).unwrap());
    assert!((near - 1.0).abs() < 1e-4, "{near}");
}

#[test]
fn readers_and_a_writer_side_by_side() {
    let vectors = Vectors::in_memory(DIMENSIONS).unwrap();
    let made = fill(&vectors, 0..700);
    let query = vectors.query(&made[&3]).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..200 {
                    assert_eq!(vectors.scan(&query, 1)[0].0, 3);
                    assert!(vectors.get(3).unwrap().dot(&query) > 0.99);
                }
            });
        }
        for row in 1_000..1_200 {
            vectors.put(&[(row, 0, made[&5].clone())]).unwrap();
            vectors.remove(&[row - 1]).unwrap();
        }
    });
    assert_eq!(vectors.len(), 701);
}
