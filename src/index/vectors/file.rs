//! The file of vectors: a head, then records of one length, each with a checksum. Records are only
//! ever added, a later one of the same check counts, so a crash costs the last ones at most.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// What the files begin with; another form would get another number.
const MAGIC: &[u8; 8] = b"vectors1";
const HEAD_BYTES: usize = 12;
/// Row, hash, scale and checksum.
const FRAME_BYTES: usize = 8 + 8 + 4 + 4;
/// A file is written again if, of so many records, more than one is of no use any more.
const WASTE: usize = 4;
/// Records of no use that are never worth writing a file again for.
const WASTE_MIN: usize = 64;
/// Most records of a file that are looked at: ten times the checks there are in the world.
const RECORDS_MAX: usize = 10_000_000;
const PREFIX: &str = "vectors-";
/// Ending of a file that is being written anew.
const NEW: &str = ".new";

/// A vector of a check, or that it has none any more.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Record {
    pub(super) row: u64,
    /// Hash of the text the vector was made of.
    pub(super) hash: u64,
    /// What to multiply the bytes with; below nothing if the vector is gone.
    pub(super) scale: f32,
    pub(super) bytes: Vec<i8>,
}

impl Record {
    pub(super) fn of(row: u64, hash: u64, vector: &[f32]) -> Self {
        let largest = vector.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
        let by = if largest > 0.0 { 127.0 / largest } else { 0.0 };
        let bytes = vector.iter().map(|number| (number * by).round() as i8).collect();
        Self { row, hash, scale: largest / 127.0, bytes }
    }

    pub(super) fn gone(row: u64, dimensions: usize) -> Self {
        Self { row, hash: 0, scale: -1.0, bytes: vec![0; dimensions] }
    }

    pub(super) fn is_gone(&self) -> bool {
        self.scale < 0.0
    }

    fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend(self.row.to_le_bytes());
        out.extend(self.hash.to_le_bytes());
        out.extend(self.scale.to_le_bytes());
        out.extend(self.bytes.iter().map(|byte| byte.cast_unsigned()));
        let sum = crc32fast::hash(&out[start..]);
        out.extend(sum.to_le_bytes());
    }

    /// Nothing if the checksum is another.
    fn read(frame: &[u8]) -> Option<Self> {
        let (rest, sum) = frame.split_last_chunk()?;
        if crc32fast::hash(rest) != u32::from_le_bytes(*sum) {
            return None;
        }
        let (row, rest) = rest.split_first_chunk()?;
        let (hash, rest) = rest.split_first_chunk()?;
        let (scale, bytes) = rest.split_first_chunk()?;
        let scale = f32::from_le_bytes(*scale);
        scale.is_finite().then(|| Self {
            row: u64::from_le_bytes(*row),
            hash: u64::from_le_bytes(*hash),
            scale,
            bytes: bytes.iter().map(|byte| byte.cast_signed()).collect(),
        })
    }
}

/// The open file.
pub(super) struct VectorFile {
    path: PathBuf,
    file: File,
    dimensions: usize,
    /// Whole records in it, useful or not.
    records: usize,
}

impl VectorFile {
    /// Opens or makes the file and hands each record to `take`. What is behind the last whole
    /// record is cut off.
    pub(super) fn open(
        dir: &Path,
        fingerprint: &str,
        dimensions: usize,
        take: impl FnMut(&Record),
    ) -> Result<Self> {
        let path = path(dir, fingerprint);
        let context = || format!("opening {}", path.display());
        fs::create_dir_all(dir).with_context(context)?;
        let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.with_context(context)?;
        let mut own = Self { path: path.clone(), file, dimensions, records: 0 };
        match own.take_all(take).with_context(context)? {
            Some(records) => own.records = records,
            None => own.begin().with_context(context)?,
        }
        own.file.set_len(own.end()).with_context(context)?;
        Ok(own)
    }

    /// Hands each record of the file, if there is one, to `take`, and changes nothing.
    pub(super) fn read(
        dir: &Path,
        fingerprint: &str,
        dimensions: usize,
        take: impl FnMut(&Record),
    ) -> Result<()> {
        let path = path(dir, fingerprint);
        let file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            file => file.with_context(|| format!("opening {}", path.display()))?,
        };
        let own = Self { path, file, dimensions, records: 0 };
        own.take_all(take).with_context(|| format!("reading {}", own.path.display()))?;
        Ok(())
    }

    /// Number of whole records, or nothing if the head is not that of such a file.
    fn take_all(&self, mut take: impl FnMut(&Record)) -> Result<Option<usize>> {
        let mut reader = BufReader::with_capacity(256 * 1024, &self.file);
        let mut head = [0; HEAD_BYTES];
        if !filled(&mut reader, &mut head)? || head != self.head() {
            return Ok(None);
        }
        let mut frame = vec![0; self.record_bytes()];
        let mut records = 0;
        while records < RECORDS_MAX && filled(&mut reader, &mut frame)? {
            records += 1;
            // A damaged one has lost its vector, which will be made again.
            if let Some(record) = Record::read(&frame) {
                take(&record);
            }
        }
        Ok(Some(records))
    }

    /// Adds records. After a failure the next ones are written over what may be there of these.
    pub(super) fn append(&mut self, records: &[Record]) -> Result<()> {
        let mut bytes = Vec::with_capacity(records.len() * self.record_bytes());
        for record in records {
            record.write(&mut bytes);
        }
        let end = self.end();
        let written = self.file.seek(SeekFrom::Start(end)).map(drop);
        written
            .and_then(|()| self.file.write_all(&bytes))
            .with_context(|| format!("writing {}", self.path.display()))?;
        self.records += records.len();
        Ok(())
    }

    /// Whether too much of the file is of no use, when so many of its records are.
    pub(super) fn is_wasteful(&self, useful: usize) -> bool {
        let waste = self.records.saturating_sub(useful);
        waste > WASTE_MIN && waste > self.records / WASTE
    }

    /// Writes a file of these records only, and lets it take the place of this one.
    pub(super) fn rewrite(&mut self, records: impl Iterator<Item = Record>) -> Result<()> {
        let mut fresh = self.path.clone().into_os_string();
        fresh.push(NEW);
        let fresh = PathBuf::from(fresh);
        let context = || format!("writing {}", fresh.display());
        let file = File::create(&fresh).with_context(context)?;
        let mut writer = BufWriter::with_capacity(256 * 1024, &file);
        writer.write_all(&self.head()).with_context(context)?;
        let (mut count, mut bytes) = (0, Vec::new());
        for record in records {
            bytes.clear();
            record.write(&mut bytes);
            writer.write_all(&bytes).with_context(context)?;
            count += 1;
        }
        writer.flush().with_context(context)?;
        drop(writer);
        // Before the name: else a crash could leave the name of a file that is empty.
        file.sync_all().with_context(context)?;
        fs::rename(&fresh, &self.path).with_context(context)?;
        self.file = File::options().read(true).write(true).open(&self.path)?;
        self.records = count;
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&self.head())?;
        self.records = 0;
        Ok(())
    }

    fn head(&self) -> [u8; HEAD_BYTES] {
        let mut head = [0; HEAD_BYTES];
        head[..MAGIC.len()].copy_from_slice(MAGIC);
        head[MAGIC.len()..].copy_from_slice(&(self.dimensions as u32).to_le_bytes());
        head
    }

    fn record_bytes(&self) -> usize {
        FRAME_BYTES + self.dimensions
    }

    fn end(&self) -> u64 {
        (HEAD_BYTES + self.records * self.record_bytes()) as u64
    }
}

/// Whether there was enough to fill `bytes`.
fn filled(reader: &mut impl std::io::Read, bytes: &mut [u8]) -> Result<bool> {
    match reader.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn path(dir: &Path, fingerprint: &str) -> PathBuf {
    dir.join(format!("{PREFIX}{fingerprint}"))
}

/// Deletes the vectors of other models, and what a crash left half written. What can't be deleted
/// stays.
pub(super) fn sweep(dir: &Path, fingerprint: &str) {
    let own = path(dir, fingerprint);
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let vectors = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if vectors && entry.path() != own {
            drop(fs::remove_file(entry.path()));
        }
    }
}
