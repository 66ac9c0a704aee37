//! Sources of published checks: wire format in, `ClaimReview`s and rejects out.

pub mod settings;
