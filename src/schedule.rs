//! Cron text to the next due time.

/// When something is due.
#[derive(Debug, Clone)]
pub struct Schedule;

/// Why a schedule cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ScheduleError(String);

impl Schedule {
    /// Reads five or six fields as in crontab(5) and the IANA name of a time zone.
    ///
    /// # Errors
    /// If either is unknown.
    pub fn parse(text: &str, time_zone: &str) -> Result<Self, ScheduleError> {
        let zone: Result<chrono_tz::Tz, _> = time_zone.parse();
        zone.map_err(|_| ScheduleError(format!("{time_zone:?} is not a time zone")))?;
        let fields: Vec<&str> = text.split_whitespace().collect();
        let seven = match fields.len() {
            5 => format!("0 {text} *"),
            6 => format!("{text} *"),
            count => {
                return Err(ScheduleError(format!("{text:?} has {count} fields, not five or six")));
            }
        };
        seven
            .parse::<cron::Schedule>()
            .map(|_| Self)
            .map_err(|_| ScheduleError(format!("{text:?} is not a schedule")))
    }
}
