//! What is kept: checks and their versions, inbox, outbox, sources. The only SQL.
//!
//! One writer connection behind a lock, readers of their own. Every method is one transaction and
//! returns when it is durable. Identifiers and times are passed in.

mod alerts;
mod anew;
mod answers;
mod checked;
mod claims;
mod corrections;
mod decisions;
mod digests;
mod doubts;
mod edits;
mod gaps;
mod health;
mod inbox;
mod keys;
mod listening;
mod outbox;
mod pages;
mod pairs;
mod people;
mod posts;
mod questions;
mod queue;
mod quotes;
mod readers;
mod repair;
mod retention;
mod reviews;
mod revisions;
mod settle;
mod sources;
mod streams;
mod told;
mod upsert;

#[cfg(test)]
mod migrations;

pub use alerts::AlertTold;
pub use answers::{AnswerPress, TookBack};
pub use checked::{Checked, FirstPost, NowChecked};
pub use claims::{Claim, Sighting, place};
pub use corrections::{Correction, Outdated, Unsent};
pub use decisions::{Decided, Ruling};
pub use digests::DIGEST;
pub use doubts::{Doubt, Raised, doubters};
pub use edits::Counted;
pub use gaps::GapPost;
pub use health::{Flaws, Silent, SourceHealth, watched_chat};
pub use inbox::{Also, End, Heard, Received, Waiting};
pub use keys::Keys;
pub use listening::{Listening, SaidUnasked, Unasked};
pub use outbox::{Outcome, Outgoing, Plan, Sending, Sent, Told};
pub use pages::Page;
pub use pairs::Pair;
pub use posts::{Kept, Look};
pub use questions::{Compared, Later, Question, Standing};
pub use queue::{Audited, QueueKind, Queued, Verdict};
pub use readers::Pressed;
pub use repair::{Dead, Line, Retried};
pub use retention::{Keep, Retained};
pub use reviews::{Change, Stored, Trust};
pub use revisions::{Revised, Revision, ToldClaim};
pub use sources::{Source, SourceEnd};
pub use streams::{Asked, Followed};
pub use upsert::Upsert;

use std::fs;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::doors::make_private_dir;

/// How long one process waits for another's transaction.
const BUSY_MS: u64 = 15_000;
/// How long scrubbing waits for readers.
const SCRUB_BUSY_MS: u64 = 500;
/// The schema this program writes.
const VERSION: i64 = 3;
/// Migrations in order; the first makes the schema.
const MIGRATIONS: [&str; 3] =
    [include_str!("schema.sql"), include_str!("schema-2.sql"), include_str!("schema-3.sql")];
/// Reader connections kept open for reuse.
const READERS_MAX: usize = 8;

/// The database.
pub struct Store {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// Something deleted may still stand in the write-ahead log.
    unscrubbed: AtomicBool,
}

impl Store {
    /// Opens the database in `dir`, making both and bringing the schema up to date.
    ///
    /// # Errors
    /// If the directory or file can't be made or read, the file is from a newer program, or its
    /// durability can't be had.
    pub fn open(dir: &Path) -> Result<Self> {
        make_private_dir(dir).with_context(|| {
            format!(
                "making the data directory {}: give the running user write access",
                dir.display()
            )
        })?;
        let path = dir.join("claimwatch.db");
        keep_private(&path);
        let mut writer = Connection::open(&path)
            .with_context(|| format!("opening the database {}", path.display()))?;
        prepare(&writer).with_context(|| format!("preparing the database {}", path.display()))?;
        migrate(&mut writer)
            .with_context(|| format!("migrating the database {}", path.display()))?;
        Ok(Self {
            path,
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
            // An earlier process may have been stopped between deleting and scrubbing.
            unscrubbed: AtomicBool::new(true),
        })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// If it does not.
    pub fn ping(&self) -> Result<()> {
        self.read(|db| Ok(db.query_row("SELECT 1", [], |_| Ok(()))?))
    }

    /// Takes deleted rows out of the write-ahead log, too. Where a reader holds the log, the next
    /// sweep tries again.
    ///
    /// # Errors
    /// If the database fails.
    pub fn scrub(&self) -> Result<()> {
        self.unscrubbed.store(true, Ordering::Release);
        let writer = lock(&self.writer);
        // Answering waits meanwhile, so a reader is not waited for long.
        writer.busy_timeout(Duration::from_millis(SCRUB_BUSY_MS))?;
        let scrubbed =
            writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        writer.busy_timeout(Duration::from_millis(BUSY_MS))?;
        self.unscrubbed.store(scrubbed? != 0, Ordering::Release);
        Ok(())
    }

    /// Runs `work` in one transaction that is durable when this returns.
    fn write<T>(&self, work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut writer = lock(&self.writer);
        let transaction =
            writer.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit().context("committing to the database")?;
        Ok(value)
    }

    /// Runs `work` on a connection that only reads.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let pooled = lock(&self.readers).pop();
        let connection = match pooled {
            Some(connection) => connection,
            None => self.reader()?,
        };
        let value = work(&connection);
        let mut readers = lock(&self.readers);
        if readers.len() < READERS_MAX {
            readers.push(connection);
        }
        value
    }

    fn reader(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)
            .with_context(|| format!("opening the database {}", self.path.display()))?;
        connection.busy_timeout(Duration::from_millis(BUSY_MS))?;
        Ok(connection)
    }
}

/// Lets only the running user read the database, made here if there is none; of one that is there,
/// everybody else loses what everybody had. The files beside it take their rights from it. Where
/// the disk refuses, opening it says so.
fn keep_private(path: &Path) {
    // What is there is not opened: closing it would take its locks from this process.
    drop(fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path));
    for end in ["", "-wal", "-shm"] {
        let mut path = path.as_os_str().to_owned();
        path.push(end);
        let Ok(mode) = fs::metadata(&path).map(|there| there.permissions().mode()) else {
            continue;
        };
        if mode & 0o007 != 0 {
            drop(fs::set_permissions(&path, fs::Permissions::from_mode(mode & !0o007)));
        }
    }
}

/// Whether an error is the database failing.
pub fn failed(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.is::<rusqlite::Error>())
}

/// Whether an error is the disk saying no to the database: full, failing, read-only, not ours,
/// damaged.
pub fn disk_refuses(error: &anyhow::Error) -> bool {
    use rusqlite::ErrorCode as Code;
    error.chain().any(|cause| {
        let code =
            cause.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
        matches!(
            code,
            Some(
                Code::DiskFull
                    | Code::SystemIoFailure
                    | Code::ReadOnly
                    | Code::CannotOpen
                    | Code::NotADatabase
                    | Code::DatabaseCorrupt
            )
        )
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets what durability and privacy need, and reads back what drivers have been known to change.
fn prepare(connection: &Connection) -> Result<()> {
    connection.busy_timeout(Duration::from_millis(BUSY_MS))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    if !mode.eq_ignore_ascii_case("wal") || synchronous != 2 {
        bail!(
            "journal mode is {mode} and synchronous is {synchronous}, where wal and 2 are needed: \
             put the data directory on a local disk"
        );
    }
    Ok(())
}

fn migrate(connection: &mut Connection) -> Result<()> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > VERSION {
        bail!(
            "its schema is version {found}, this program knows {VERSION}: run a newer claimwatch"
        );
    }
    for (step, sql) in (found..).zip(MIGRATIONS.iter().skip(usize::try_from(found)?)) {
        transaction.execute_batch(sql).with_context(|| format!("migration {}", step + 1))?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// Milliseconds since 1970.
fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

fn time(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// Reads a named fact of this database.
fn meta(connection: &Connection, name: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

fn set_meta(connection: &Connection, name: &str, value: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO meta (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute([name, value])?;
    Ok(())
}
