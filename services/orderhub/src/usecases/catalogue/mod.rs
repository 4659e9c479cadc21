//! Keeps the read model in step with what prepstation says.

mod project;

pub(crate) use project::CONSUMER;
pub use project::{News, project};
