//! What accounts publishes.

pub mod v1;
