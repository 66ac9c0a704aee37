//! Publishers to reviews.
