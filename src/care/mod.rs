//! Care: what the house needs beside its work.

mod model;

pub use model::{Heard, ModelError, Placed, copy_model, fetch_model};
