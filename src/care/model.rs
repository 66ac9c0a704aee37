//! The sentence encoder's files: fetched or copied beside where they belong, checked, then put
//! there in one step. What a broken download left is kept, and files of it that are whole are not
//! fetched again.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use url::Url;

use crate::doors::make_private_dir;
use crate::http::{Door, DownloadError, FetchError, Piece};
use crate::model::{Encoder, FILES, FILES_NEEDED, Settings, WEIGHTS_BYTES_MAX};

/// A model in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Where.
    pub dir: PathBuf,
    /// The encoder's own name for it.
    pub fingerprint: String,
    /// How many numbers its vectors have.
    pub dimensions: usize,
    /// Whether it was not there before.
    pub fresh: bool,
}

/// Why there is no model.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The hub.
    #[error("{0}; `claimwatch model fetch --from DIR` takes the files from a directory")]
    Fetch(#[from] FetchError),
    /// What the hub sent.
    #[error("{file} has the SHA-256 {found}, not {wanted} as model.sha256 says; it is not used")]
    Checksum {
        /// The file.
        file: String,
        /// What it should be.
        wanted: String,
        /// What it is.
        found: String,
    },
    /// The files are not those of a model.
    #[error("the encoder can't be used: {0:#}")]
    NoModel(anyhow::Error),
    /// There is no such directory.
    #[error("{0} is no directory")]
    NoDirectory(PathBuf),
    /// The operator keeps the files himself.
    #[error("model.dir says that the model is in {0}; put its files there, or take the key away")]
    Own(PathBuf),
    /// The settings.
    #[error("{0}")]
    Settings(String),
    /// Another process is at it.
    #[error("another claimwatch is fetching into {0}; wait for it")]
    Busy(PathBuf),
    /// The disk.
    #[error("{what}")]
    Disk {
        /// What was tried.
        what: String,
        /// What it said.
        source: io::Error,
    },
}

/// Hears of each file how many bytes have come, and of how many.
pub type Heard<'a> = &'a mut (dyn FnMut(&str, u64, Option<u64>) + Send);

/// Fetches the files that the settings name into the data directory, unless they are there. Where
/// it is cut short, by whatever, the next call goes on with the next file.
///
/// # Errors
/// See [`ModelError`]; what was in the place before is then there still.
pub async fn fetch_model(
    door: &Door,
    settings: &Settings,
    data: &Path,
    heard: Heard<'_>,
) -> Result<Placed, ModelError> {
    if let Some(dir) = &settings.dir {
        return Err(ModelError::Own(dir.clone()));
    }
    let files = settings.files().map_err(|why| ModelError::Settings(format!("sha256 {why}")))?;
    let (dir, own) = (settings.directory(data), files.clone());
    let there = blocking(move || {
        let whole = |(file, sum): (&String, &String)| is_whole(&dir.join(file), sum);
        // Not `all` over results alone: a file that can't be read is one to fetch.
        Ok(own.iter().all(whole).then_some(dir))
    });
    if let Some(dir) = there.await? {
        return blocking(move || open(dir, false)).await;
    }
    let part = Part::begin(settings, data)?;
    for (file, sum) in files {
        let path = part.file(file)?;
        let (known, wanted) = (path.clone(), sum.clone());
        if blocking(move || Ok(is_whole(&known, &wanted))).await? {
            continue;
        }
        let url = address(&settings.url, file)?;
        let found =
            fetch_file(door, &url, &path, &mut |got, total| heard(file, got, total)).await?;
        if !found.eq_ignore_ascii_case(sum) {
            drop(fs::remove_file(&path));
            let (file, wanted) = (file.clone(), sum.clone());
            return Err(ModelError::Checksum { file, wanted, found });
        }
    }
    part.keep_only(|file| files.contains_key(file))?;
    blocking(move || {
        let placed = open(part.dir.clone(), true)?;
        part.finish(placed)
    })
    .await
}

/// Copies a model from a directory into the data directory, in place of the one there.
///
/// # Errors
/// See [`ModelError`]; what was in the place before is then there still.
pub fn copy_model(from: &Path, settings: &Settings, data: &Path) -> Result<Placed, ModelError> {
    if let Some(dir) = &settings.dir {
        return Err(ModelError::Own(dir.clone()));
    }
    if !from.is_dir() {
        return Err(ModelError::NoDirectory(from.to_owned()));
    }
    // Opened where the operator knows the files, so that he knows those the errors name.
    let placed = open(from.to_owned(), true)?;
    let part = Part::begin(settings, data)?;
    for (at, file) in FILES.iter().enumerate() {
        let (source, path) = (from.join(file), part.file(file)?);
        if at < FILES_NEEDED || source.is_file() {
            fs::copy(&source, &path)
                .and_then(|_| File::open(&path)?.sync_all())
                .map_err(disk(format!("copying {} to {}", source.display(), path.display())))?;
        }
    }
    part.keep_only(|file| from.join(file).is_file())?;
    part.finish(placed)
}

fn open(dir: PathBuf, fresh: bool) -> Result<Placed, ModelError> {
    let encoder = Encoder::open(&dir).map_err(ModelError::NoModel)?;
    let (fingerprint, dimensions) = (encoder.fingerprint().to_owned(), encoder.dimensions());
    Ok(Placed { dir, fingerprint, dimensions, fresh })
}

/// A model on its way: a directory beside the one that it is to become.
struct Part {
    target: PathBuf,
    dir: PathBuf,
    /// Held as long as this lives.
    _lock: File,
}

impl Part {
    fn begin(settings: &Settings, data: &Path) -> Result<Self, ModelError> {
        let target = settings.directory(data);
        let dir = beside(&target, "part");
        for own in [Some(data), target.parent()].into_iter().flatten() {
            make_private_dir(own).map_err(disk(format!("making {}", own.display())))?;
        }
        fs::create_dir_all(&dir).map_err(disk(format!("making {}", dir.display())))?;
        let path = beside(&target, "lock");
        let what = format!("locking {}", path.display());
        let lock = File::create(&path).map_err(disk(what.clone()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { target, dir, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(ModelError::Busy(target)),
            Err(TryLockError::Error(error)) => Err(disk(what)(error)),
        }
    }

    /// Where a file goes, its directory made.
    fn file(&self, name: &str) -> Result<PathBuf, ModelError> {
        let path = self.dir.join(name);
        let folder = path.parent().unwrap_or(&self.dir);
        fs::create_dir_all(folder).map_err(disk(format!("making {}", folder.display())))?;
        Ok(path)
    }

    /// Deletes what an earlier try for another model left: it would be read too.
    fn keep_only(&self, kept: impl Fn(&str) -> bool) -> Result<(), ModelError> {
        for file in FILES.iter().filter(|file| !kept(file)) {
            let path = self.dir.join(file);
            if path.exists() {
                fs::remove_file(&path).map_err(disk(format!("deleting {}", path.display())))?;
            }
        }
        Ok(())
    }

    /// Puts it in its place. Killed in between, the next fetch finds every file whole.
    fn finish(self, placed: Placed) -> Result<Placed, ModelError> {
        let what = format!("moving {} to {}", self.dir.display(), self.target.display());
        let old = beside(&self.target, "old");
        let moved = (|| {
            if old.exists() {
                fs::remove_dir_all(&old)?;
            }
            if self.target.exists() {
                fs::rename(&self.target, &old)?;
            }
            fs::rename(&self.dir, &self.target)?;
            self.target.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
        })();
        moved.map_err(disk(what))?;
        drop(fs::remove_dir_all(&old));
        Ok(Placed { dir: self.target, ..placed })
    }
}

/// `DATA/model/NAME.part` and the like.
fn beside(target: &Path, end: &str) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(end);
    target.with_file_name(name)
}

fn address(base: &str, file: &str) -> Result<Url, ModelError> {
    let text = format!("{}/{file}", base.trim_end_matches('/'));
    Url::parse(&text).map_err(|error| ModelError::Settings(format!("model.url: {text}: {error}")))
}

/// Fetches one file; its checksum.
async fn fetch_file(
    door: &Door,
    url: &Url,
    path: &Path,
    heard: &mut (dyn FnMut(u64, Option<u64>) + Send),
) -> Result<String, ModelError> {
    let writing = || disk(format!("writing {}", path.display()));
    let mut file = File::create(path).map_err(writing())?;
    let (mut sum, mut got) = (Sha256::new(), 0);
    let mut take = |piece: Piece<'_>| {
        file.write_all(piece.bytes)?;
        sum.update(piece.bytes);
        got += piece.bytes.len() as u64;
        heard(got, piece.total);
        Ok(())
    };
    let end = door.download(url, WEIGHTS_BYTES_MAX, &mut take).await;
    end.map_err(|error| match error {
        DownloadError::Fetch(error) => ModelError::Fetch(error),
        DownloadError::Taker(error) => writing()(error),
    })?;
    file.sync_all().map_err(writing())?;
    Ok(hex(sum))
}

/// Whether a file is there and has this checksum.
fn is_whole(path: &Path, wanted: &str) -> bool {
    let found = || -> io::Result<String> {
        let (mut file, mut sum) = (File::open(path)?, Sha256::new());
        let mut bytes = vec![0; 64 * 1024];
        loop {
            match file.read(&mut bytes)? {
                0 => return Ok(hex(sum)),
                read => sum.update(bytes.get(..read).unwrap_or_default()),
            }
        }
    };
    found().is_ok_and(|found| found.eq_ignore_ascii_case(wanted))
}

fn hex(sum: Sha256) -> String {
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn disk(what: String) -> impl FnOnce(io::Error) -> ModelError {
    move |source| ModelError::Disk { what, source }
}

/// On a thread that may block: hashing and opening take a good part of a second.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ModelError> + Send + 'static,
) -> Result<T, ModelError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(disk("checking the model's files".to_owned())(io::Error::other(error))),
    }
}
