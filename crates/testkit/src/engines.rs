//! A fresh database on each engine and layout: a SQLite file, a PostgreSQL database of its own, and
//! a schema in a PostgreSQL database that others share. The server is the one that
//! `cargo xtask test` starts and names in `COMANDA_TEST_POSTGRES`; without it a test runs on SQLite
//! alone, and CI refuses that.

use crate::events;
use database::{Database, Location, Migrations, Options};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Whose events are documented; other tests publish what they like.
const SERVICES: [&str; 4] = ["landing", "orderhub", "prepstation", "accounts"];

/// A database that goes when the value goes. What a service published from it is checked then.
#[derive(Debug)]
pub struct TestDatabase {
    /// The engine and layout, for messages.
    pub engine: &'static str,
    /// Where it is.
    pub location: Location,
    _folder: Option<tempfile::TempDir>,
    of_a_service: AtomicBool,
}

impl TestDatabase {
    /// An empty SQLite database in a folder of its own.
    ///
    /// # Panics
    /// When the folder cannot be made.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let location = Location::File(folder.path().join("test.db"));
        Self::at("sqlite", location, Some(folder))
    }

    /// An empty database on the PostgreSQL of the test run.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        let url = postgres_url()?;
        let (server, _) = url.rsplit_once('/')?;
        let url = format!("{server}/{}", fresh_name());
        let location = Location::Postgres { url, schema: None };
        Some(Self::at("postgres, separate", location, None))
    }

    /// An empty schema in the shared database of the test run.
    #[must_use]
    pub fn postgres_schema() -> Option<Self> {
        let location = Location::Postgres { url: postgres_url()?, schema: Some(fresh_name()) };
        Some(Self::at("postgres, shared", location, None))
    }

    /// One on each engine and layout that this test run has.
    #[must_use]
    pub fn each() -> Vec<Self> {
        let all = [Some(Self::sqlite()), Self::postgres(), Self::postgres_schema()];
        all.into_iter().flatten().collect()
    }

    fn at(engine: &'static str, location: Location, folder: Option<tempfile::TempDir>) -> Self {
        Self { engine, location, _folder: folder, of_a_service: false.into() }
    }

    /// Opens it with these migrations.
    ///
    /// # Panics
    /// When it does not open.
    #[must_use]
    pub fn open(&self, migrations: &[Migrations]) -> Database {
        let options = Options { readers: 2, writers: 4 };
        let owns = |name: &str| migrations.iter().any(|set| set.owner == name);
        let of_a_service = owns(outbox::MIGRATIONS.owner) && SERVICES.into_iter().any(owns);
        self.of_a_service.store(of_a_service, Ordering::Relaxed);
        Database::open(&self.location, migrations, options).expect("the test database opens")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.of_a_service.load(Ordering::Relaxed) {
            events::check_published(&self.location);
        }
        let drop = match &self.location {
            Location::Postgres { schema: Some(schema), .. } => {
                format!("DROP SCHEMA IF EXISTS {schema} CASCADE")
            }
            Location::Postgres { url, schema: None } => {
                let name = url.rsplit('/').next().unwrap_or_default();
                format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            }
            Location::File(_) => return,
        };
        // Off the test's own runtime: the driver is synchronous.
        let dropping = std::thread::spawn(move || {
            let client = postgres_url().map(|url| database::connect_to_postgres(&url));
            if let Some(Ok(mut client)) = client {
                let _ = client.batch_execute(&drop);
            }
        });
        let _ = dropping.join();
    }
}

fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The PostgreSQL of this test run.
///
/// # Panics
/// In CI, when there is none.
#[must_use]
pub fn postgres_url() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the test run names its database this way")]
    let (url, ci) = (std::env::var("COMANDA_TEST_POSTGRES").ok(), std::env::var("CI").is_ok());
    assert!(url.is_some() || !ci, "COMANDA_TEST_POSTGRES must name a PostgreSQL in CI");
    url
}

/// Runs a test on an empty database of each engine and layout.
///
/// # Panics
/// When the test does.
pub fn on_each_engine(migrations: &[Migrations], test: impl AsyncFn(Database)) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    for target in TestDatabase::each() {
        let database = target.open(migrations);
        runtime.block_on(test(database));
    }
}
