//! Measuring the matcher on a labelled set: how well it ranks, how well it knows when to be silent.

mod measure;
mod report;
mod sets;

pub use measure::{Band, Calibration, Curve, Gate};
pub use report::Report;
pub use sets::{BadData, Labelled, Queries, posts};

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Result, anyhow};

use crate::answer::{Finder, Judged};
use crate::claim::post::{Audience, Post};

/// Depth to which candidates are ranked and written to a run file.
pub const DEPTH: usize = 50;

/// What was found for one query.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Candidates, best first.
    pub list: Vec<Judged>,
    /// Time it took, in milliseconds.
    pub ms: f64,
}

/// What is measured, before it is summed up.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// For each query that has a right answer, in order.
    pub asked: Vec<Found>,
    /// The same without their right answers.
    pub bereft: Vec<Found>,
    /// For each post that should match nothing.
    pub ordinary: Vec<Found>,
    /// The queries and the ordinary posts by the way of posts that nobody asked about.
    pub unasked: Unasked,
    /// Ordinary posts a second, by that way, with all cores.
    pub posts_per_second: Option<f64>,
}

/// Posts by the way of feeds, each by words alone and with its meaning: what lies between shows
/// what a gate costs and saves.
#[derive(Debug, Clone, Default)]
pub struct Unasked {
    /// For each query.
    pub asked: Vec<[Found; 2]>,
    /// For each ordinary post.
    pub ordinary: Vec<[Found; 2]>,
    /// Threads that shared the work.
    pub workers: usize,
}

/// Runs all of a set through the finder.
///
/// # Errors
/// If database or index fail.
pub fn measure(finder: &Finder, set: &Labelled) -> Result<Measured> {
    // First of all, before any post is remembered.
    let posts_per_second = rate(finder, &set.ordinary)?;
    finder.forget();
    let unasked = Unasked {
        asked: unasked_all(finder, &set.queries)?,
        ordinary: unasked_all(finder, &set.ordinary)?,
        workers: workers(),
    };
    finder.forget();
    let queries = set.queries.iter().enumerate();
    let asked: Vec<(&Post, &[u64])> = queries.clone().map(|(_, post)| (post, &[][..])).collect();
    let bereft = queries.map(|(at, post)| (post, set.gold_rows(at))).collect::<Vec<_>>();
    let ordinary: Vec<(&Post, &[u64])> = set.ordinary.iter().map(|post| (post, &[][..])).collect();
    Ok(Measured {
        asked: judge_all(finder, &asked, DEPTH)?,
        bereft: judge_all(finder, &bereft, 1)?,
        ordinary: judge_all(finder, &ordinary, 1)?,
        unasked,
        posts_per_second,
    })
}

/// Judges each post by the way of feeds, behind a closed gate and behind an open one.
fn unasked_all(finder: &Finder, posts: &[Post]) -> Result<Vec<[Found; 2]>> {
    let judge = |post: &Post, gate| {
        let began = Instant::now();
        let list = finder.judge_unasked(post, gate)?.into_iter().collect();
        Ok::<_, anyhow::Error>(Found { list, ms: began.elapsed().as_secs_f64() * 1e3 })
    };
    on_all_cores(posts, |post| Ok([judge(post, 1.0)?, judge(post, 0.0)?]))
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// Judges each post on all cores, in order.
fn judge_all(finder: &Finder, posts: &[(&Post, &[u64])], depth: usize) -> Result<Vec<Found>> {
    let judge = |(post, without): &(&Post, &[u64])| {
        let began = Instant::now();
        let list = finder.judge(post, depth, without)?;
        Ok(Found { list, ms: began.elapsed().as_secs_f64() * 1e3 })
    };
    let parts = on_all_cores(posts, judge)?;
    Ok(parts.into_iter().collect())
}

/// Ordinary posts a second as `match` takes them.
fn rate(finder: &Finder, posts: &[Post]) -> Result<Option<f64>> {
    if posts.is_empty() {
        return Ok(None);
    }
    let began = Instant::now();
    on_all_cores(posts, |post| finder.answer(post, Audience::Moderators).map(drop))?;
    Ok(Some(posts.len() as f64 / began.elapsed().as_secs_f64()))
}

/// Does the same to each item, in parcels, and keeps their order.
///
/// # Errors
/// The first error of any.
pub fn on_all_cores<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    const PARCEL: usize = 16;
    let next = AtomicUsize::new(0);
    let parcels: Vec<&[T]> = items.chunks(PARCEL).collect();
    let mut done: Vec<(usize, Vec<R>)> = std::thread::scope(|scope| {
        let run = || {
            let mut done = Vec::new();
            while let Some(parcel) = parcels.get(next.fetch_add(1, Ordering::Relaxed)) {
                let at = parcel.as_ptr() as usize;
                done.push((at, parcel.iter().map(&work).collect::<Result<Vec<R>>>()?));
            }
            Ok::<_, anyhow::Error>(done)
        };
        let threads: Vec<_> = (0..workers()).map(|_| scope.spawn(run)).collect();
        let parts = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(anyhow!("a worker broke off"))));
        Ok::<_, anyhow::Error>(parts.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    })?;
    done.sort_by_key(|(at, _)| *at);
    Ok(done.into_iter().flat_map(|(_, done)| done).collect())
}
