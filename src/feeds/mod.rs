//! Sources of posts.

pub mod settings;
