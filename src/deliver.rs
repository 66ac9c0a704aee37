//! Outbox to chats.
