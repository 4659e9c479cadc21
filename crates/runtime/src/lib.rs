//! What stands around every service: settings, telemetry, database, broker, health and an orderly
//! stop. The only place that names a broker adapter.

mod attempts;
mod brokers;
mod client_address;
mod consume;
mod context;
mod export_door;
mod health;
mod overhear;
mod publish;
mod server;
mod settings;
mod shared_clock;
mod tasks;
mod telemetry;
mod use_case;

pub use attempts::Attempts;
pub use brokers::{BrokerUrl, copy_broker};
pub use client_address::{client_address, network};
pub use context::{
    Context, Service, StartError, Town, all_migrations, examine_broker, examine_database,
    examine_mail, examine_uploads, location, migrate,
};
pub use export_door::{EXPORT_PATH, ReadKnown, export_door};
pub use publish::{PublishError, publish};
pub use server::{FrontDoor, bind, finish, serve, serve_metrics, stop_on_signal};
pub use settings::{
    ClerkApp, FirebaseApp, KEYS, Key, OpenIdClient, Provider, ProviderKind, Secret, Settings,
    SettingsError, default_file, is_safe_way,
};
pub use tasks::Tasks;
pub use telemetry::{Form, METRICS, Metric, Telemetry};
pub use use_case::{Refuses, run_use_case};
