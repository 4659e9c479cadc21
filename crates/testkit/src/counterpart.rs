//! Real servers that suites of `cargo xtask test` start and name in variables.

use serde_json::Value;
use std::path::PathBuf;

/// Set by a suite that started all of its counterparts: a test that finds its own missing has asked
/// for it by a wrong name.
const ALL_THERE: &str = "COMANDA_TEST_COUNTERPARTS";

/// What the variable says of a counterpart; `None` where a test ends at once, because nobody started
/// it.
///
/// # Panics
/// The suite says that all are there, and this one is not.
#[must_use]
pub fn counterpart(variable: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the test run names its counterparts this way")]
    let (value, all_there) = (std::env::var(variable).ok(), std::env::var(ALL_THERE).is_ok());
    let value = value.filter(|value| !value.is_empty());
    assert!(value.is_some() || !all_there, "there is no {variable}");
    value
}

/// The folder of the real mail server, and what it says of itself.
///
/// # Panics
/// It has not said anything.
#[must_use]
pub fn real_mail_server() -> Option<(PathBuf, Value)> {
    let folder = PathBuf::from(counterpart("COMANDA_TEST_SMTP")?);
    let said = std::fs::read_to_string(folder.join("server.json")).expect("what it says");
    Some((folder, serde_json::from_str(&said).expect("JSON")))
}
