//! Feeds and chats to inbox.
