//! What can be told about addresses and headers without a network.
