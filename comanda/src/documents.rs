//! Documents for people and machines: OpenAPI, AsyncAPI, the default settings file.

use crate::{command::Failure, services};
use std::io::Write;

pub(crate) fn openapi(service: web::Service) -> Result<(), Failure> {
    print(&serde_json::to_string_pretty(&services::openapi(service)?)?)
}

pub(crate) fn asyncapi() -> Result<(), Failure> {
    print(&serde_json::to_string_pretty(&contracts::asyncapi::document(env!("CARGO_PKG_VERSION")))?)
}

pub(crate) fn privacy() -> Result<(), Failure> {
    let maps = [
        accounts::DATA_MAP,
        orderhub::DATA_MAP,
        prepstation::DATA_MAP,
        landing::DATA_MAP,
        outbox::DATA_MAP,
        broker::DATA_MAP,
    ];
    let chapters: String = maps.iter().map(database::DataMap::to_markdown).collect();
    print(&format!("{PRIVACY}{chapters}"))
}

pub(crate) fn config() -> Result<(), Failure> {
    print(&runtime::default_file())
}

/// Before the chapters of the tables.
const PRIVACY: &str = "# What Comanda knows of people\n\n\
Printed by `comanda privacy` from the data maps in the code (`src/data_map.rs` of each service, of the \
outbox and of the broker); a test fails when a table has a column that no map names. Reasons are those of \
GDPR Art. 6 (1). `GET /api/v1/me/export` hands a person everything that has a name in the last column, in \
one file; `DELETE /api/v1/me` erases them: accounts at once, the others by the event `person.erased`, orders \
that are under way when they are over. How events are taken out of outboxes and brokers is in \
[ADR 17](adr/0017-privacy.md). Logs, metrics and traces hold ids alone. Photos are the restaurants'. \
Whoever takes back-ups keeps them no longer than 30 days, or erases again after a restore.\n\n\
Guests without an account are known by their order alone, for 90 days after it.\n";

/// A closed pipe (`| head`) is no failure.
fn print(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{}", text.trim_end()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
