//! Events in and out.

pub(crate) mod consume;
mod publish;

pub(crate) use publish::publish;
