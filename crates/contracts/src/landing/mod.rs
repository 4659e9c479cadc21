//! What landing publishes.

pub mod v1;
