//! Documents for people and machines: OpenAPI, AsyncAPI, the default settings file.

use crate::{command::Failure, services};
use std::io::Write;

pub(crate) fn openapi(service: web::Service) -> Result<(), Failure> {
    print(&serde_json::to_string_pretty(&services::openapi(service)?)?)
}

pub(crate) fn asyncapi() -> Result<(), Failure> {
    print(&serde_json::to_string_pretty(&contracts::asyncapi::document(env!("CARGO_PKG_VERSION")))?)
}

pub(crate) fn config() -> Result<(), Failure> {
    print(&runtime::default_file())
}

/// A closed pipe (`| head`) is no failure.
fn print(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{}", text.trim_end()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
