//! Prepstation through its doors: use-cases on both engines, imports of real files.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod api_keys;
mod import;
mod kitchen;
mod office;
mod office_door;
mod photos;
mod town;

use kernel::{Env, Random};

const MIGRATIONS: &[database::Migrations] =
    &[outbox::MIGRATIONS, prepstation::SERVICE.migrations[0]];

/// A Friday evening in summer: 20:00 in Salzburg.
fn env() -> Env {
    Env::new("2026-07-03T18:00:00Z".parse().unwrap(), Random::system())
}
