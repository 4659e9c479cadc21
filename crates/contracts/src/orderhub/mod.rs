//! What orderhub publishes.

pub mod v1;
