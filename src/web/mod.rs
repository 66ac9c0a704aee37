//! Pages, API, health.

pub mod settings;
