//! What prepstation publishes.

pub mod v1;
