//! What the shared web crate promises, through its outer door.

#![expect(clippy::unwrap_used, reason = "a step that fails fails its test")]

mod assets;
mod contrast;
mod cookies;
mod errors;
mod extractors;
mod forgery;
mod forms;
mod markup;
mod precompressed;
mod redirects;
mod support;
