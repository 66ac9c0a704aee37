//! The only outbound door for addresses that come from outside.
