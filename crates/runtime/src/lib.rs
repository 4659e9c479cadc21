//! What stands around every service: settings, telemetry, database, broker, health and an orderly
//! stop. The only place that names a broker adapter.

mod consume;
mod context;
mod health;
mod publish;
mod server;
mod settings;
mod tasks;
mod telemetry;

pub use context::{Context, Service, StartError, Town, check_broker, check_database, migrate};
pub use publish::{PublishError, publish};
pub use server::{FrontDoor, bind, client_address, finish, serve, serve_metrics, stop_on_signal};
pub use settings::{KEYS, Key, Settings, SettingsError, default_file};
pub use tasks::Tasks;
pub use telemetry::Telemetry;
