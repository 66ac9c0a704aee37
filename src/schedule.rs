//! Cron text to the next due time.
