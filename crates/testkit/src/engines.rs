//! A fresh database on each engine. PostgreSQL is the one that `cargo xtask test` starts and names
//! in `COMANDA_TEST_POSTGRES`; without it a test runs on SQLite alone, and CI refuses that.

use crate::events;
use database::{Database, Location, Migrations, Options};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A database that goes when the value goes. What a service published from it is checked then.
#[derive(Debug)]
pub struct TestDatabase {
    /// The engine, for messages.
    pub engine: &'static str,
    /// Where it is.
    pub location: Location,
    folder: Option<tempfile::TempDir>,
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
        Self { engine: "sqlite", location, folder: Some(folder), of_a_service: false.into() }
    }

    /// An empty schema on the PostgreSQL of the test run.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let url = postgres_url()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let schema = Some(format!("test_{}_{number}", std::process::id()));
        Some(Self {
            engine: "postgres",
            location: Location::Postgres { url, schema },
            folder: None,
            of_a_service: false.into(),
        })
    }

    /// Opens it with these migrations.
    ///
    /// # Panics
    /// When it does not open.
    #[must_use]
    pub fn open(&self, migrations: &[Migrations]) -> Database {
        let options = Options { readers: 2, writers: 4 };
        let outbox = migrations.iter().any(|set| set.owner == outbox::MIGRATIONS.owner);
        self.of_a_service.store(outbox && migrations.len() > 1, Ordering::Relaxed);
        Database::open(&self.location, migrations, options).expect("the test database opens")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.of_a_service.load(Ordering::Relaxed) {
            events::check_published(&self.location);
        }
        let Location::Postgres { url, schema: Some(schema) } = &self.location else { return };
        // Off the test's own runtime: the driver is synchronous.
        let (url, schema) = (url.clone(), schema.clone());
        let dropping = std::thread::spawn(move || {
            if let Ok(mut client) = postgres::Client::connect(&url, postgres::NoTls) {
                let _ = client.batch_execute(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE"));
            }
        });
        let _ = dropping.join();
        drop(self.folder.take());
    }
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

/// Runs a test on an empty database of each engine.
///
/// # Panics
/// When the test does.
pub fn on_each_engine(migrations: &[Migrations], test: impl AsyncFn(Database)) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    for target in [Some(TestDatabase::sqlite()), TestDatabase::postgres()].into_iter().flatten() {
        let database = target.open(migrations);
        runtime.block_on(test(database));
    }
}
