//! claimwatch: watches claims, matches them against published fact checks, and replies with the
//! summary and the source links. The rooms stand in the order of their floors; see ARCHITECTURE.md.

// Floor 0: what things are.
pub mod claim;
pub mod doors;
pub mod health;
pub mod metrics;

// Floor 1: the instruments.
pub mod atproto;
pub mod http;
pub mod index;
pub mod mastodon;
pub mod model;
pub mod schedule;
pub mod store;
pub mod xml;

// Floor 2: the outside parties.
pub mod alerts;
pub mod chats;
pub mod feeds;
pub mod publishers;

// Floor 3: the lines.
pub mod answer;
pub mod care;
pub mod deliver;
pub mod gather;
pub mod learn;
pub mod watch;

// Floor 4.
pub mod web;

// The roof.
pub mod commands;
pub mod config;
pub mod daemon;
pub mod eval;
pub mod house;
pub mod train;
