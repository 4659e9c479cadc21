//! Events in and out.

pub(crate) mod consume;
pub(crate) mod publish;
