//! The page, the API and the health addresses, served on loopback over a real database and index.
