//! How far each source was read, what it showed before, and how it fares.

use anyhow::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, meta, millis, set_meta, time};

/// What is known of a source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Source {
    /// How far it was read, in its own terms.
    pub cursor: Option<String>,
    /// What to send to be told "not modified", as JSON.
    pub validators: Option<String>,
    /// Last poll, good or bad.
    pub polled_at: Option<DateTime<Utc>>,
    /// Last good poll.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// Bad polls since then.
    pub failures: u32,
    /// No poll before this.
    pub not_before: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub error: Option<String>,
}

impl Source {
    /// If its last poll failed: how many did in a row, since when none was good, when it is tried
    /// again, and why the last one failed.
    pub fn failing(&self) -> Option<String> {
        let polls = match self.failures {
            0 => return None,
            1 => "the last poll failed".to_owned(),
            failures => format!("the last {failures} polls failed"),
        };
        let shown = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let since = self.succeeded_at.map_or_else(
            || "none was ever good".to_owned(),
            |at| format!("the last good one was at {}", shown(at)),
        );
        let again = self.not_before.map_or_else(String::new, |at| format!(", next {}", shown(at)));
        let error = self.error.as_deref().unwrap_or("for an unknown reason");
        Some(format!("{polls}, {since}{again}: {error}"))
    }
}

/// How a poll ended.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceEnd {
    /// Well; the validators for the next one.
    Good(Option<String>),
    /// Badly; why, and when it may be tried again.
    Bad {
        /// One line.
        error: String,
        /// No poll before this.
        not_before: DateTime<Utc>,
    },
}

impl Store {
    /// What is known of a source.
    ///
    /// # Errors
    /// If the database fails.
    pub fn source(&self, name: &str) -> Result<Source> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT cursor, validators, polled_at, succeeded_at, failures, not_before, error
                 FROM source WHERE name = ?1",
            )?;
            let source = statement
                .query_row([name], |row| {
                    let not_before: i64 = row.get(5)?;
                    Ok(Source {
                        cursor: row.get(0)?,
                        validators: row.get(1)?,
                        polled_at: row.get::<_, Option<i64>>(2)?.map(time),
                        succeeded_at: row.get::<_, Option<i64>>(3)?.map(time),
                        failures: row.get(4)?,
                        not_before: (not_before > 0).then(|| time(not_before)),
                        error: row.get(6)?,
                    })
                })
                .optional()?;
            Ok(source.unwrap_or_default())
        })
    }

    /// Records how a poll ended.
    ///
    /// # Errors
    /// If the database fails.
    pub fn end_poll(&self, name: &str, end: &SourceEnd, now: DateTime<Utc>) -> Result<()> {
        self.write(|db| end_poll(db, name, end, now))
    }

    /// Which of these things (key, hash of what it says) the source has not shown just so before.
    ///
    /// # Errors
    /// If the database fails.
    pub fn unseen(&self, source: &str, shown: &[(String, String)]) -> Result<Vec<bool>> {
        self.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT hash FROM seen WHERE source = ?1 AND key = ?2")?;
            shown
                .iter()
                .map(|(key, hash)| {
                    let known: Option<String> =
                        statement.query_row([source, key], |row| row.get(0)).optional()?;
                    Ok(known.as_ref() != Some(hash))
                })
                .collect()
        })
    }

    /// Remembers what a source showed.
    ///
    /// # Errors
    /// If the database fails.
    pub fn remember(
        &self,
        source: &str,
        shown: &[(String, String)],
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.write(|db| remember(db, source, shown, now))
    }

    /// Whether the starter checks may be loaded: nothing was ever taken in.
    ///
    /// # Errors
    /// If the database fails.
    pub fn is_untouched(&self) -> Result<bool> {
        self.read(|db| {
            let any: bool =
                db.query_row("SELECT EXISTS (SELECT 1 FROM review)", [], |row| row.get(0))?;
            Ok(!any && meta(db, "starter")?.is_none())
        })
    }

    /// A secret of this installation, made by `make` the first time.
    ///
    /// # Errors
    /// If the database fails.
    pub fn installation(&self, name: &str, make: impl FnOnce() -> String) -> Result<String> {
        self.write(|db| match meta(db, name)? {
            Some(value) => Ok(value),
            None => {
                let value = make();
                set_meta(db, name, &value)?;
                Ok(value)
            }
        })
    }
}

pub(super) fn set_cursor(
    db: &Connection,
    name: &str,
    cursor: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO source (name, cursor, polled_at, succeeded_at) VALUES (?1, ?2, ?3, ?3)
         ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, polled_at = excluded.polled_at,
             succeeded_at = excluded.succeeded_at, failures = 0, error = NULL",
    )?
    .execute(params![name, cursor, millis(now)])?;
    Ok(())
}

pub(super) fn end_poll(
    db: &Connection,
    name: &str,
    end: &SourceEnd,
    now: DateTime<Utc>,
) -> Result<()> {
    db.execute("INSERT INTO source (name) VALUES (?1) ON CONFLICT (name) DO NOTHING", [name])?;
    match end {
        SourceEnd::Good(validators) => db.execute(
            "UPDATE source SET validators = ?2, polled_at = ?3, succeeded_at = ?3,
                 failures = 0, not_before = 0, error = NULL WHERE name = ?1",
            params![name, validators, millis(now)],
        )?,
        SourceEnd::Bad { error, not_before } => db.execute(
            "UPDATE source SET polled_at = ?2, failures = failures + 1, not_before = ?3,
                 error = ?4 WHERE name = ?1",
            params![name, millis(now), millis(*not_before), error],
        )?,
    };
    Ok(())
}

pub(super) fn remember(
    db: &Connection,
    source: &str,
    shown: &[(String, String)],
    now: DateTime<Utc>,
) -> Result<()> {
    let mut statement = db.prepare_cached(
        "INSERT INTO seen (source, key, hash, at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (source, key) DO UPDATE SET hash = excluded.hash, at = excluded.at",
    )?;
    for (key, hash) in shown {
        statement.execute(params![source, key, hash, millis(now)])?;
    }
    Ok(())
}
