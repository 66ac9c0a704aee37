//! Learn: what comes of what was seen and said. Questions that waited are answered by new checks.

mod changes;
mod follow_up;

pub use changes::Changes;
pub use follow_up::{FollowUps, Step, Tell};
