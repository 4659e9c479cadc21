//! The handle that a service holds: runs use-cases in transactions and reads beside them.

use crate::{
    Error, Location, Migrations, SqlText, Tx,
    job::{Job, UseCase},
    postgres_engine::{self, PostgresConnection},
    sqlite_engine::{self, SqliteConnection},
};
use std::{
    fs::File,
    path::Path,
    sync::{Arc, Mutex},
};
use tokio::sync::{mpsc, oneshot, watch};

/// Callers beyond this many wait at the door instead of in memory.
const QUEUE: usize = 4096;

/// How many threads serve a database.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Threads for reading.
    pub readers: usize,
    /// Threads for writing, on PostgreSQL (SQLite has one writer).
    pub writers: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 2, writers: 8 }
    }
}

/// An open database. Clones share it; the last one to go ends its threads.
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
}

struct Shared {
    location: Location,
    writes: mpsc::Sender<Box<dyn Job>>,
    reads: mpsc::Sender<Box<dyn Job>>,
    announcements: Announcements,
}

/// Tells who waits that a transaction with news is durable.
#[derive(Debug, Clone)]
pub(crate) struct Announcements(watch::Sender<u64>);

impl Announcements {
    pub(crate) fn announce(&self) {
        self.0.send_modify(|count| *count += 1);
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Database").field(&self.shared.location).finish()
    }
}

impl Database {
    /// Opens a database, brings it up to date and starts its threads. Blocks: call it at start.
    ///
    /// # Errors
    /// It cannot be reached, or a migration fails.
    pub fn open(
        location: &Location,
        migrations: &[Migrations],
        options: Options,
    ) -> Result<Self, Error> {
        migrate(location, migrations)?;
        let (writes, write_jobs) = mpsc::channel(QUEUE);
        let (reads, read_jobs) = mpsc::channel(QUEUE);
        let announcements = Announcements(watch::Sender::new(0));
        let read_jobs = Arc::new(Mutex::new(read_jobs));
        match location {
            Location::File(file) => {
                let writer = SqliteConnection::open_writer(file)?;
                let news = announcements.clone();
                spawn("sqlite-writer", move || {
                    sqlite_engine::write_loop(writer, write_jobs, &news)
                })?;
                for _ in 0..options.readers {
                    let (reader, jobs) = (SqliteConnection::open_reader(file)?, read_jobs.clone());
                    spawn("sqlite-reader", move || sqlite_engine::read_loop(reader, &jobs))?;
                }
            }
            Location::Postgres { url, schema } => {
                let write_jobs = Arc::new(Mutex::new(write_jobs));
                let pools =
                    [(true, options.writers, write_jobs), (false, options.readers, read_jobs)];
                for (write, threads, jobs) in pools {
                    for _ in 0..threads {
                        let connection = PostgresConnection::new(url.clone(), schema.clone());
                        let (jobs, news) = (jobs.clone(), announcements.clone());
                        spawn("postgres", move || {
                            postgres_engine::work_loop(connection, &jobs, write, &news)
                        })?;
                    }
                }
            }
        }
        Ok(Self {
            shared: Arc::new(Shared { location: location.clone(), writes, reads, announcements }),
        })
    }

    /// Runs a use-case in a transaction of its own. The answer comes after the commit is durable;
    /// `Err` leaves nothing behind. PostgreSQL may run it more than once before it commits.
    ///
    /// # Errors
    /// What the use-case refuses, or the database's failure as the use-case's error.
    pub async fn write<T, E, F>(&self, use_case: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (job, answer) = UseCase::new(use_case);
        submit(&self.shared.writes, Box::new(job), answer).await
    }

    /// Runs queries on a snapshot, beside the writer. What the closure writes is discarded.
    ///
    /// # Errors
    /// What the closure refuses, or the database's failure.
    pub async fn read<T, E, F>(&self, queries: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (job, answer) = UseCase::new(queries);
        submit(&self.shared.reads, Box::new(job), answer).await
    }

    /// Changes whenever a transaction that called [`Tx::announce`] has become durable.
    #[must_use]
    pub fn announcements(&self) -> watch::Receiver<u64> {
        self.shared.announcements.0.subscribe()
    }

    /// Where this database is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.shared.location
    }
}

/// Brings a database up to date without serving it.
///
/// # Errors
/// It cannot be reached, or a migration fails.
pub(crate) fn migrate(location: &Location, migrations: &[Migrations]) -> Result<(), Error> {
    match location {
        Location::File(file) => {
            let _alone = lock_folder(file)?;
            SqliteConnection::open(file)?.migrate(migrations)
        }
        Location::Postgres { url, schema } => beside_the_runtime(|| {
            PostgresConnection::new(url.clone(), schema.clone()).migrate(migrations)
        }),
    }
}

/// Makes the folder of a file. One process at a time makes or migrates what is in it: until the
/// value goes. A lock on the file itself would undo SQLite's own when it is closed.
pub(crate) fn lock_folder(file: &Path) -> Result<File, Error> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(Error::unavailable)?;
    let lock = File::open(folder).map_err(Error::unavailable)?;
    lock.lock().map_err(Error::unavailable)?;
    Ok(lock)
}

/// The driver is synchronous and must not be called on a thread of the asynchronous runtime.
pub(crate) fn beside_the_runtime<T: Send>(
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> Result<T, Error> {
    let done = std::thread::scope(|scope| scope.spawn(work).join());
    done.unwrap_or_else(|_| Err(Error::Panicked))
}

impl Location {
    /// Brings the database at this place up to date (`comanda migrate`).
    ///
    /// # Errors
    /// It cannot be reached, or a migration fails.
    pub fn migrate(&self, migrations: &[Migrations]) -> Result<(), Error> {
        migrate(self, migrations)
    }

    /// Prepares SQL texts without running them, and tells which the engine refuses.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub fn refused(
        &self,
        texts: impl Iterator<Item = &'static SqlText>,
    ) -> Result<Vec<(&'static SqlText, Error)>, Error> {
        let mut refused = Vec::new();
        match self {
            Self::File(file) => {
                let connection = SqliteConnection::open(file)?;
                refused.extend(
                    texts.filter_map(|text| Some((text, connection.check(text.text).err()?))),
                );
            }
            Self::Postgres { url, schema } => {
                let mut connection = PostgresConnection::new(url.clone(), schema.clone());
                connection.connect()?;
                refused.extend(
                    texts.filter_map(|text| Some((text, connection.check(text.text).err()?))),
                );
            }
        }
        Ok(refused)
    }
}

async fn submit<T, E: From<Error>>(
    queue: &mpsc::Sender<Box<dyn Job>>,
    job: Box<dyn Job>,
    answer: oneshot::Receiver<Result<T, E>>,
) -> Result<T, E> {
    let stopping = || E::from(Error::unavailable("the database is stopping"));
    queue.send(job).await.map_err(|_| stopping())?;
    answer.await.unwrap_or_else(|_| Err(stopping()))
}

fn spawn(name: &str, life: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(life);
    thread.map(|_| ()).map_err(Error::unavailable)
}
