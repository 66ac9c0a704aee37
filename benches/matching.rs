//! One post against many checks.

fn main() {}
