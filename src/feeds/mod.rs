//! Sources of posts.
