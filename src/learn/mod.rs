//! Learn: what comes of what was seen and said. Questions that waited are answered by new checks,
//! and what was told from checks that changed is put right.

mod changes;
mod corrections;
mod follow_up;

pub use changes::Changes;
pub use corrections::{Corrections, PutRight};
pub use follow_up::{FollowUps, Step, Tell};
