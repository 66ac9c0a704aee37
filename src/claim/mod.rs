//! What a claim, a check, a post, an answer and a reply *are*: pure, no input or output, no clock.

pub mod alert;
pub mod analysis;
pub mod answer;
pub mod bands;
pub mod content;
pub mod decide;
pub mod digest;
pub mod explain;
pub mod features;
pub mod guard;
pub mod moderation;
pub mod post;
pub mod publisher;
pub mod query;
pub mod rank;
pub mod rating;
pub mod reply;
pub mod review;
pub mod sibling;
pub mod sketch;
pub mod split;
pub mod text;
mod tokens;
pub mod words;
pub mod written;
