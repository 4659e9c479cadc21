//! What tests share: databases of both engines, services on a port with a clock of their own, a
//! small browser, and waiting for conditions. A dev-dependency only.

mod browser;
mod engines;
mod place;
mod wait;

pub use browser::{Answer, Browser};
pub use engines::{TestDatabase, on_each_engine, postgres_url};
pub use place::Place;
pub use wait::{eventually, pause, within};
