//! Inbox to outbox.
