//! What tests share: databases of both engines, services on a port with a clock of their own, a
//! small browser, a mail server, the counterparts of a suite, photos, waiting for conditions, and a check of every event that a test
//! published. A dev-dependency only.

mod browser;
mod counterpart;
mod engines;
mod events;
mod mail;
mod photo;
mod place;
mod privacy;
mod wait;

pub use browser::{Answer, Browser};
pub use counterpart::{counterpart, real_mail_server};
pub use engines::{TestDatabase, on_each_engine, postgres_url};
pub use events::check_published;
pub use mail::{MailServer, Received};
pub use photo::{encoded, photo};
pub use place::Place;
pub use privacy::{check_data_map, check_data_map_at, tables_that_hold};
pub use wait::{eventually, pause, within};
