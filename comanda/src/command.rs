//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use runtime::{Settings, SettingsError, StartError};
use std::{net::SocketAddr, path::PathBuf};

/// A food-ordering marketplace that a town runs for itself. Without a command: `up --demo`.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Comanda {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// All four services in one process, behind one port.
    Up(UpOptions),
    /// The landing service alone.
    Landing(Options),
    /// The orderhub service alone.
    Orderhub(Options),
    /// The prepstation service alone.
    Prepstation(Options),
    /// The accounts service alone, or a task of its operator.
    Accounts(AccountsOptions),
    /// Brings all databases up to date.
    Migrate(Options),
    /// Asks a running comanda whether it is ready; ends with 0 when it is.
    Ready(Options),
    /// Checks the settings against the real database, broker and address.
    Doctor(DoctorOptions),
    /// Reads restaurants and menus from JSON, CSV or an OpenStreetMap GeoJSON extract.
    Import(ImportOptions),
    /// Moves the databases of a stopped town.
    #[command(subcommand)]
    Database(DatabaseCommand),
    /// Moves what a broker keeps, or has it published again.
    #[command(subcommand)]
    Broker(BrokerCommand),
    /// Backs up the embedded databases, broker and photos of a town that may be running.
    Backup(BackupOptions),
    /// Lists events that could not be handled, and handles them again.
    DeadLetters(DeadLetterOptions),
    /// Writes landing's pages as files, for a host of static pages.
    ExportLanding(ExportOptions),
    /// Prints the OpenAPI document of a service.
    Openapi {
        /// Which service.
        service: ServiceName,
    },
    /// Prints the AsyncAPI document of all events.
    Asyncapi,
    /// Prints the data map: what is kept of people, why, and for how long.
    Privacy,
    /// Prints the documented default settings file.
    Config,
}

impl Command {
    pub(crate) fn up_with_demo() -> Self {
        Self::Up(UpOptions { demo: true, options: Options::default() })
    }
}

#[derive(Debug, Args)]
pub(crate) struct UpOptions {
    /// Loads the demo town once, into an empty data folder.
    #[arg(long)]
    pub(crate) demo: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct AccountsOptions {
    #[command(subcommand)]
    pub(crate) task: Option<AccountsTask>,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountsTask {
    /// The next signing key signs, and a new next one is published. Accounts may be running; nobody
    /// is signed out.
    RotateKeys(RotateOptions),
    /// Ends all sessions of a person and all that apps may do for them, at every service. Accounts may
    /// be running.
    EndSessions(PersonOptions),
    /// For who has lost phone and recovery codes, and has proved to you who they are: takes the
    /// authenticator app and the codes off their account, ends their sessions and tells them by mail.
    ResetSecondStep(ResetSecondStepOptions),
}

#[derive(Debug, Args)]
pub(crate) struct PersonOptions {
    /// With which they sign in.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: String,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
pub(crate) struct ResetSecondStepOptions {
    /// Their passkeys, too.
    #[arg(long)]
    pub(crate) passkeys: bool,
    #[command(flatten)]
    pub(crate) person: PersonOptions,
}

#[derive(Debug, Args)]
pub(crate) struct RotateOptions {
    /// For a stolen key: replaces all keys at once, ends every session and every app's access, and
    /// has the services refuse whatever an earlier key signed. Everybody signs in again.
    #[arg(long)]
    pub(crate) now: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// What every command that touches data understands.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct Options {
    /// Folder of the embedded databases and broker.
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// The domain that the four hosts are below.
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) domain: Option<String>,
    /// The settings file.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportOptions {
    /// Files: restaurants (.json, .csv), menus (.json, .csv), OpenStreetMap extracts (.geojson).
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Time zone of rows that name none, such as Europe/Vienna.
    #[arg(long, default_value = "Europe/Vienna")]
    pub(crate) zone: String,
    /// The restaurant (slug) that a menu without one belongs to.
    #[arg(long)]
    pub(crate) restaurant: Option<String>,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorOptions {
    /// Whose database; every service's unless it is said.
    pub(crate) service: Option<ServiceName>,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
pub(crate) struct DeadLetterOptions {
    /// Whose; every service's unless it is said.
    pub(crate) service: Option<ServiceName>,
    /// Handles this event again (its id), or `all`.
    #[arg(long, value_name = "EVENT")]
    pub(crate) replay: Option<String>,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DatabaseCommand {
    /// Copies all databases to another engine, server or layout, and compares both sides. Stopped
    /// halfway, the same command goes on where it was. No service may run.
    Copy(DatabaseCopyOptions),
}

#[derive(Debug, Args)]
pub(crate) struct DatabaseCopyOptions {
    /// As in database.url: sqlite:FOLDER or postgres://USER:PASSWORD@HOST:PORT/NAME.
    #[arg(long, value_name = "URL")]
    pub(crate) from: String,
    /// As in database.layout.
    #[arg(long, value_name = "LAYOUT", default_value = "separate")]
    pub(crate) from_layout: Layout,
    /// Where to; empty, or what an unfinished copy left.
    #[arg(long, value_name = "URL")]
    pub(crate) to: String,
    /// As in database.layout.
    #[arg(long, value_name = "LAYOUT", default_value = "separate")]
    pub(crate) to_layout: Layout,
    /// Only this service's database.
    #[arg(long, value_name = "SERVICE")]
    pub(crate) service: Option<ServiceName>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layout {
    Separate,
    Shared,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BrokerCommand {
    /// Carries what a broker keeps into an empty one, in order, and compares both sides. Stopped
    /// halfway, or to bring what came since, the same command goes on where it was.
    Copy(BrokerCopyOptions),
    /// Has the services publish their events since an instant again, from their databases: for a
    /// broker that has lost them. Who has handled one drops it.
    Republish(RepublishOptions),
}

#[derive(Debug, Args)]
pub(crate) struct BrokerCopyOptions {
    /// As in broker.url.
    #[arg(long, value_name = "URL")]
    pub(crate) from: String,
    /// As in broker.url.
    #[arg(long, value_name = "URL")]
    pub(crate) to: String,
    /// Leaves out what was published before: an instant at which broker_lag was 0 for every group.
    #[arg(long, value_name = "INSTANT")]
    pub(crate) since: Option<jiff::Timestamp>,
    /// Remembers what has been carried. Without it: broker-copy.db in the data folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
pub(crate) struct RepublishOptions {
    /// Such as 2026-11-22T18:00:00Z.
    #[arg(long, value_name = "INSTANT")]
    pub(crate) since: jiff::Timestamp,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
pub(crate) struct BackupOptions {
    /// The folder to make. It is a data folder: `comanda up --data-dir` starts from it.
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
pub(crate) struct ExportOptions {
    /// The folder to write to.
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ServiceName {
    Landing,
    Orderhub,
    Prepstation,
    Accounts,
}

impl From<ServiceName> for web::Service {
    fn from(name: ServiceName) -> Self {
        match name {
            ServiceName::Landing => Self::Landing,
            ServiceName::Orderhub => Self::Orderhub,
            ServiceName::Prepstation => Self::Prepstation,
            ServiceName::Accounts => Self::Accounts,
        }
    }
}

impl Options {
    /// The settings of one service, or of the process as a whole.
    pub(crate) fn settings(
        &self,
        service: Option<web::Service>,
    ) -> Result<Settings, SettingsError> {
        let mut overrides = Vec::new();
        let folder = self.data_dir.as_ref().map(|folder| folder.display().to_string());
        overrides.extend(folder.map(|folder| ("data_dir", folder)));
        overrides.extend(self.listen.map(|listen| ("listen", listen.to_string())));
        overrides.extend(self.domain.clone().map(|domain| ("domain", domain)));
        let service = service.map(web::Service::name);
        Settings::read(self.config.as_deref(), std::env::vars(), &overrides, service)
    }
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("the system refused")]
    Io(#[from] std::io::Error),
    #[error("the work ended early")]
    Ended(#[from] tokio::task::JoinError),
    #[error("the document cannot be written")]
    Json(#[from] serde_json::Error),
    #[error("the database failed")]
    Database(#[from] database::Error),
    #[error(transparent)]
    Location(#[from] database::LocationError),
    #[error("{service} was not copied")]
    DatabaseCopy {
        service: &'static str,
        #[source]
        source: database::CopyError,
    },
    #[error("the broker was not copied")]
    BrokerCopy(#[from] broker::copy::CopyError),
    #[error("the keys were not rotated")]
    Rotate(#[from] accounts::RotateError),
    #[error(transparent)]
    Help(#[from] accounts::HelpError),
    #[error(transparent)]
    Import(#[from] prepstation::import::ImportError),
    #[error("{0}")]
    Words(String),
}
