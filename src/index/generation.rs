//! Generations: each index lives in a folder of its own; a file names the one that serves.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use anyhow::{Context, Result, bail};
use tantivy::{IndexReader, IndexWriter, ReloadPolicy};

use super::digests;
use super::search::Searcher;
use super::writer::Writer;
use super::{FORMAT, Fields, Payload, schema};
use crate::doors::make_private_dir;

/// File that names the serving generation.
const CURRENT: &str = "current";

/// The search index in its data directory.
pub struct Index {
    dir: PathBuf,
    serving: RwLock<Option<Arc<Generation>>>,
    version: AtomicU64,
    /// Something may be committed that is not shown yet.
    unshown: AtomicBool,
}

/// One index folder, open.
pub(super) struct Generation {
    number: u64,
    index: tantivy::Index,
    pub(super) reader: IndexReader,
    pub(super) fields: Fields,
    /// Digests read so far.
    pub(super) digests: Mutex<digests::Read>,
}

/// Whether the index can go on from where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It holds everything up to this database sequence.
    Reached(u64),
    /// It must be made anew, for this reason.
    Rebuild(String),
}

impl Index {
    /// Opens the serving generation under `dir`, which is made if it is missing. An index that
    /// can't be opened is no error: [`health`](Self::health) then asks for a rebuild.
    ///
    /// # Errors
    /// If the directory can't be made.
    pub fn open(dir: &Path) -> Result<Self> {
        make_private_dir(dir)
            .with_context(|| format!("making the index directory {}", dir.display()))?;
        let index = Self {
            dir: dir.to_owned(),
            serving: RwLock::new(None),
            version: AtomicU64::new(0),
            unshown: AtomicBool::new(false),
        };
        if let Some(number) = index.current()
            && let Ok(generation) = Generation::open(&index.folder(number), number)
        {
            index.serve(Some(Arc::new(generation)));
        }
        Ok(index)
    }

    /// How far the serving generation has come, or why it can't go on.
    pub fn health(&self) -> Health {
        let Some(generation) = self.generation() else {
            return Health::Rebuild("there is no readable index".to_owned());
        };
        match generation.payload() {
            Ok(payload) if payload.format == FORMAT => Health::Reached(payload.sequence),
            Ok(payload) => {
                Health::Rebuild(format!("its format is {}, not {FORMAT}", payload.format))
            }
            Err(error) => Health::Rebuild(format!("{error:#}")),
        }
    }

    /// Reads every file against its checksum.
    ///
    /// # Errors
    /// Names the first damaged file.
    pub fn verify(&self) -> Result<()> {
        let Some(generation) = self.generation() else { return Ok(()) };
        let damaged = generation.index.validate_checksum().context("reading the search index")?;
        match damaged.iter().next() {
            Some(file) => bail!("index file {} is damaged", file.display()),
            None => Ok(()),
        }
    }

    /// Stops serving the present generation, so that it is made anew.
    pub fn distrust(&self) {
        self.serve(None);
    }

    /// Stops serving if a file is damaged.
    pub fn doubt(&self) {
        if self.verify().is_err() {
            self.distrust();
        }
    }

    /// Whether there is a generation to search.
    pub fn is_serving(&self) -> bool {
        self.generation().is_some()
    }

    /// A searcher over what the serving generation holds now; `None` before there is one.
    ///
    /// # Errors
    /// If its files can't be read.
    pub fn searcher(&self) -> Result<Option<Searcher>> {
        let version = self.version();
        self.generation().map(|generation| Searcher::new(&generation, version)).transpose()
    }

    /// Rises whenever what can be found changes; a searcher of an older version is to be replaced.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Number of checks that can be found.
    pub fn documents(&self) -> u64 {
        self.generation().map_or(0, |generation| generation.reader.searcher().num_docs())
    }

    /// The writer of the serving generation.
    ///
    /// # Errors
    /// If another process writes, or there is no generation.
    pub fn writer(&self, threads: usize, memory_bytes: usize) -> Result<Writer> {
        let generation = self.generation().context("there is no index to write to")?;
        let writer = generation.writer(threads, memory_bytes)?;
        self.unshown.store(true, Ordering::Release);
        Ok(writer)
    }

    /// Shows what was committed if that failed before.
    ///
    /// # Errors
    /// If the files can't be read.
    pub fn show(&self) -> Result<()> {
        if self.unshown.load(Ordering::Acquire) { self.reload() } else { Ok(()) }
    }

    /// Shows what was committed last.
    ///
    /// # Errors
    /// If the files can't be read.
    pub fn reload(&self) -> Result<()> {
        match self.generation() {
            Some(generation) => generation.reader.reload().context("reloading the search index")?,
            None => return Ok(()),
        }
        self.unshown.store(false, Ordering::Release);
        self.version.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    /// Makes a new generation with `fill`, which must commit, and lets it serve. The old one serves
    /// until then and is deleted afterwards.
    ///
    /// # Errors
    /// If the disk refuses; the old generation then goes on serving.
    pub fn rebuild(
        &self,
        threads: usize,
        memory_bytes: usize,
        fill: impl FnOnce(Writer) -> Result<()>,
    ) -> Result<()> {
        let number = self.highest() + 1;
        // What an earlier try left takes the room that this one needs.
        self.sweep();
        let folder = self.folder(number);
        let made = fs::create_dir_all(&folder)
            .with_context(|| format!("making {}", folder.display()))
            .and_then(|()| {
                let generation = Generation::create(&folder, number)?;
                fill(generation.writer(threads, memory_bytes)?)?;
                generation.reader.reload()?;
                generation.payload().context("a rebuilt index was not committed")?;
                self.point_to(number)?;
                Ok(generation)
            });
        match made {
            Ok(generation) => self.serve(Some(Arc::new(generation))),
            Err(error) => {
                self.sweep();
                return Err(error);
            }
        }
        self.sweep();
        Ok(())
    }

    fn generation(&self) -> Option<Arc<Generation>> {
        self.serving.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn serve(&self, generation: Option<Arc<Generation>>) {
        *self.serving.write().unwrap_or_else(std::sync::PoisonError::into_inner) = generation;
        self.version.fetch_add(1, Ordering::AcqRel);
    }

    fn folder(&self, number: u64) -> PathBuf {
        self.dir.join(format!("generation-{number}"))
    }

    fn current(&self) -> Option<u64> {
        fs::read_to_string(self.dir.join(CURRENT)).ok()?.trim().parse().ok()
    }

    fn numbers(&self) -> Vec<u64> {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        entries
            .filter_map(|entry| {
                entry.file_name().to_str()?.strip_prefix("generation-")?.parse().ok()
            })
            .collect()
    }

    fn highest(&self) -> u64 {
        self.numbers().into_iter().max().unwrap_or(0)
    }

    /// Names the serving generation, so that a crash leaves either the old name or the new one.
    fn point_to(&self, number: u64) -> Result<()> {
        let fresh = self.dir.join("current.new");
        let file =
            fs::File::create(&fresh).with_context(|| format!("writing {}", fresh.display()))?;
        std::io::Write::write_all(&mut &file, number.to_string().as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, self.dir.join(CURRENT)).context("naming the serving index")?;
        fs::File::open(&self.dir)?.sync_all().context("naming the serving index")
    }

    /// Deletes generations that are neither named nor served. What can't be deleted now goes with
    /// the next sweep.
    fn sweep(&self) {
        let named = self.current();
        let served = self.generation().map(|generation| generation.number);
        let kept = |number: u64| named == Some(number) || served == Some(number);
        for number in self.numbers().into_iter().filter(|number| !kept(*number)) {
            drop(fs::remove_dir_all(self.folder(number)));
        }
    }
}

impl Generation {
    fn create(folder: &Path, number: u64) -> Result<Self> {
        let index = tantivy::Index::create_in_dir(folder, schema().0)
            .with_context(|| format!("making an index in {}", folder.display()))?;
        Self::of(index, number)
    }

    fn open(folder: &Path, number: u64) -> Result<Self> {
        let index = tantivy::Index::open_in_dir(folder)
            .with_context(|| format!("opening the index in {}", folder.display()))?;
        if index.schema() != schema().0 {
            bail!("the index in {} has other fields", folder.display());
        }
        Self::of(index, number)
    }

    fn of(index: tantivy::Index, number: u64) -> Result<Self> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { number, index, reader, fields: schema().1, digests: Mutex::default() })
    }

    fn payload(&self) -> Result<Payload> {
        let metas = self.index.load_metas().context("reading the index' commit")?;
        let payload = metas.payload.context("the index was never committed")?;
        serde_json::from_str(&payload).context("reading the index' commit")
    }

    fn writer(&self, threads: usize, memory_bytes: usize) -> Result<Writer> {
        let inner: IndexWriter = self
            .index
            .writer_with_num_threads(threads, memory_bytes)
            .with_context(|| format!("opening generation {} for writing", self.number))?;
        // A process that was killed while it committed leaves files of that commit behind, and the
        // same commit done again would not take their names.
        let cleared = inner.garbage_collect_files().wait();
        cleared.with_context(|| format!("clearing generation {}", self.number))?;
        Ok(Writer { inner, fields: self.fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::analysis::Analyzers;
    use crate::claim::review::ClaimReview;
    use crate::index::Document;

    const MEMORY: usize = 20_000_000;

    #[test]
    fn a_rebuild_that_fails_leaves_nothing_behind_and_the_old_one_serves() {
        let dir = tempfile::tempdir().expect("a directory");
        let index = Index::open(dir.path()).expect("an index");
        index.rebuild(1, MEMORY, |mut writer| writer.commit(7)).expect("made");
        fs::create_dir(dir.path().join("generation-99")).expect("a leftover");
        for _ in 0..2 {
            index.rebuild(1, MEMORY, |_| bail!("the disk is full")).expect_err("a failure");
            assert_eq!(index.numbers(), [1]);
        }
        assert_eq!(index.health(), Health::Reached(7));
        assert_eq!(Index::open(dir.path()).expect("an index").health(), Health::Reached(7));
    }

    #[test]
    fn a_commit_that_was_killed_before_its_end_is_done_again() {
        let dir = tempfile::tempdir().expect("a directory");
        let document = |row| {
            let claim = Some("Garlic cures flu.".to_owned());
            let review = ClaimReview { claim_reviewed: claim, ..ClaimReview::default() };
            Document::of(row, &review, &Analyzers::new())
        };
        let index = Index::open(dir.path()).expect("an index");
        let made = index.rebuild(1, MEMORY, |mut writer| {
            writer.put(&document(1))?;
            writer.put(&document(2))?;
            writer.commit(1)
        });
        made.expect("made");
        let meta = dir.path().join("generation-1/meta.json");
        let before = fs::read(&meta).expect("what is committed");
        let takes_out = |index: &Index| {
            let mut writer = index.writer(1, MEMORY)?;
            writer.delete(1);
            writer.commit(2)?;
            writer.finish(false)
        };
        takes_out(&index).expect("taken out");
        drop(index);
        // As if it had been killed when all but the commit itself was written.
        fs::write(&meta, before).expect("written");
        let left = fs::read_dir(dir.path().join("generation-1")).expect("files").flatten();
        assert!(left.into_iter().any(|file| file.path().extension().is_some_and(|it| it == "del")));
        let index = Index::open(dir.path()).expect("an index");
        assert_eq!(index.health(), Health::Reached(1));
        takes_out(&index).expect("taken out again");
        assert_eq!(index.health(), Health::Reached(2));
    }
}
