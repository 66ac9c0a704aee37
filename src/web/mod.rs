//! Pages, API, health.
