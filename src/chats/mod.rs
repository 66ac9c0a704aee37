//! Where people ask and are answered.
