//! Moves a database that nobody serves from one place to another, between engines and layouts.
//!
//! Rows go in batches, each in one transaction with the count of what has come: who is stopped
//! halfway goes on there. At the end both sides are read once more and compared. Until they are
//! equal the target holds the table `unfinished_copy`, and no service opens it.

mod postgres;
mod sqlite;
mod table;
mod tally;

pub use tally::Tally;

use crate::{Error, Location, Migrations, Value, postgres_connect::UNFINISHED_COPY};
use postgres::PostgresStore;
use sqlite::SqliteStore;
use std::collections::HashMap;
use table::Table;

/// Rows of one transaction.
const BATCH: usize = 1000;

/// Why a database was not copied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// There is nothing to copy.
    #[error("{place} holds no database of comanda")]
    Missing {
        /// The source.
        place: String,
    },
    /// Somebody has it open.
    #[error("{place} is in use: stop the town first, and any other copy")]
    InUse {
        /// Source or target.
        place: String,
    },
    /// The target is not empty, and it is not what an earlier copy of this source left.
    #[error("{place} holds other data, in the table {table}: name an empty target")]
    OtherData {
        /// The target.
        place: String,
        /// A table with rows.
        table: String,
    },
    /// The unfinished copy in the target came from elsewhere.
    #[error("{place} holds an unfinished copy of {source_place}: remove it, or go on with that")]
    OtherSource {
        /// The target.
        place: String,
        /// Where it came from.
        source_place: String,
    },
    /// Source and target are not of the same version.
    #[error("the table {table} is not the same on both sides: migrate both with this version")]
    OtherShape {
        /// Which.
        table: String,
    },
    /// A value does not fit into the target's column.
    #[error("{table}.{column} holds a value that is none of its type")]
    Value {
        /// Of the source.
        table: String,
        /// Its column.
        column: String,
    },
    /// A database failed.
    #[error("the database failed")]
    Database(#[from] Error),
}

/// What [`Location::copy_to`] tells while it works.
#[derive(Debug)]
pub enum Step<'a> {
    /// A table is about to be copied, or to go on.
    Table {
        /// Its name.
        name: &'a str,
        /// Rows that have come already.
        copied: u64,
    },
    /// A batch of it is in the target.
    Batch {
        /// Rows that have come by now.
        copied: u64,
    },
    /// Everything has come; both sides are being read again.
    Compare,
}

/// A table on both sides.
#[derive(Debug)]
pub struct Compared {
    /// The table.
    pub table: String,
    /// What the source holds.
    pub source: Tally,
    /// What the target holds.
    pub target: Tally,
}

impl Compared {
    /// Whether both sides hold the same.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.source == self.target
    }
}

/// One side of a copy, for itself alone as long as the value lives.
trait Store {
    fn tables(&mut self) -> Result<Vec<Table>, CopyError>;
    fn migrate(&mut self, migrations: &[Migrations]) -> Result<(), CopyError>;
    /// Hands on the rows in the order of the primary key, without the first `skip`.
    fn read(&mut self, table: &Table, skip: u64, each: EachRow<'_>) -> Result<(), CopyError>;
    /// Adds rows, and counts them as copied, in one transaction.
    fn add(&mut self, table: &Table, rows: &[Vec<Value>], copied: u64) -> Result<(), CopyError>;
    /// Where the copy in here comes from and how far it is; `None` when there is none under way.
    fn progress(&mut self) -> Result<Option<Progress>, CopyError>;
    fn begin(&mut self, source: &str, tables: &[Table]) -> Result<(), CopyError>;
    /// New rows continue after the copied ones.
    fn continue_sequences(&mut self, tables: &[Table]) -> Result<(), CopyError>;
    fn finish(&mut self) -> Result<(), CopyError>;
}

type EachRow<'a> = &'a mut dyn FnMut(Vec<Value>) -> Result<(), CopyError>;

struct Progress {
    source: String,
    copied: HashMap<String, u64>,
}

impl Progress {
    fn of(rows: Vec<(String, String, u64)>) -> Self {
        let source = rows.first().map(|(source, ..)| source.clone()).unwrap_or_default();
        Self {
            source,
            copied: rows.into_iter().map(|(_, table, copied)| (table, copied)).collect(),
        }
    }
}

/// Good for both engines.
fn create_progress() -> String {
    format!(
        "CREATE TABLE {UNFINISHED_COPY} (source TEXT NOT NULL, table_name TEXT PRIMARY KEY,
                                         copied BIGINT NOT NULL)"
    )
}

impl Location {
    /// Copies everything to another place, which is empty or holds the unfinished copy of this one,
    /// and compares. Both must be served by nobody, and nobody can serve them meanwhile; both are
    /// migrated. A target that is equal already is left as it is. Blocks; not on a thread of the
    /// asynchronous runtime.
    ///
    /// # Errors
    /// See [`CopyError`]. When a comparison shows a difference the copy stays unfinished: no service
    /// opens it.
    pub fn copy_to(
        &self,
        target: &Self,
        migrations: &[Migrations],
        mut tell: impl FnMut(Step<'_>),
    ) -> Result<Vec<Compared>, CopyError> {
        if !self.exists()? {
            return Err(CopyError::Missing { place: self.to_string() });
        }
        let (mut from, mut to) = (self.alone()?, target.alone()?);
        if from.tables()?.is_empty() {
            return Err(CopyError::Missing { place: self.to_string() });
        }
        from.migrate(migrations)?;
        let progress = to.progress()?;
        if progress.is_none() {
            to.migrate(migrations)?;
        }
        let mut copy = Copy { tables: table::paired(from.tables()?, to.tables()?)?, from, to };
        let progress = match progress {
            Some(progress) if progress.source == self.to_string() => progress,
            Some(Progress { source: source_place, .. }) => {
                return Err(CopyError::OtherSource { place: target.to_string(), source_place });
            }
            None => match copy.filled()? {
                None => copy.begin(&self.to_string())?,
                Some(table) => {
                    tell(Step::Compare);
                    let compared = copy.compare()?;
                    if compared.iter().all(Compared::is_equal) {
                        return Ok(compared);
                    }
                    return Err(CopyError::OtherData { place: target.to_string(), table });
                }
            },
        };
        copy.go_on(&progress, &mut tell)?;
        tell(Step::Compare);
        let compared = copy.compare()?;
        if compared.iter().all(Compared::is_equal) {
            copy.to.finish()?;
        }
        Ok(compared)
    }

    /// All tables with their columns, of a database that nobody serves: what a data map is held
    /// against.
    ///
    /// # Errors
    /// See [`CopyError`].
    pub fn columns(&self) -> Result<Vec<(String, Vec<String>)>, CopyError> {
        let tables = self.alone()?.tables()?.into_iter();
        let columns = |table: Table| {
            (table.name, table.columns.into_iter().map(|column| column.name).collect())
        };
        Ok(tables.map(columns).collect())
    }

    fn exists(&self) -> Result<bool, CopyError> {
        match self {
            Self::File(file) => Ok(file.exists()),
            Self::Postgres { url, schema } => {
                Ok(crate::postgres_connect::exists(url, schema.as_deref())?)
            }
        }
    }

    fn alone(&self) -> Result<Box<dyn Store>, CopyError> {
        let store: Option<Box<dyn Store>> = match self {
            Self::File(file) => SqliteStore::open(file)?.map(|store| Box::new(store) as _),
            Self::Postgres { url, schema } => {
                PostgresStore::open(url, schema.as_deref())?.map(|store| Box::new(store) as _)
            }
        };
        store.ok_or_else(|| CopyError::InUse { place: self.to_string() })
    }
}

/// Both sides, and each table as it is on the one and on the other.
struct Copy {
    from: Box<dyn Store>,
    to: Box<dyn Store>,
    tables: Vec<(Table, Table)>,
}

impl Copy {
    /// A table of the target that has rows.
    fn filled(&mut self) -> Result<Option<String>, CopyError> {
        for (_, table) in &self.tables {
            if tally(self.to.as_mut(), table)?.rows > 0 {
                return Ok(Some(table.name.clone()));
            }
        }
        Ok(None)
    }

    fn begin(&mut self, source: &str) -> Result<Progress, CopyError> {
        self.to.begin(source, &self.of_target())?;
        Ok(Progress { source: source.to_owned(), copied: HashMap::new() })
    }

    fn go_on(
        &mut self,
        progress: &Progress,
        tell: &mut impl FnMut(Step<'_>),
    ) -> Result<(), CopyError> {
        for (source, target) in &self.tables {
            let copied = progress.copied.get(&target.name).copied().unwrap_or(0);
            tell(Step::Table { name: &target.name, copied });
            copy_table(self.from.as_mut(), self.to.as_mut(), (source, target), copied, tell)?;
        }
        let tables = self.of_target();
        self.to.continue_sequences(&tables)
    }

    fn compare(&mut self) -> Result<Vec<Compared>, CopyError> {
        let mut compared = Vec::with_capacity(self.tables.len());
        for (source, target) in &self.tables {
            compared.push(Compared {
                table: target.name.clone(),
                source: tally(self.from.as_mut(), source)?,
                target: tally(self.to.as_mut(), target)?,
            });
        }
        Ok(compared)
    }

    fn of_target(&self) -> Vec<Table> {
        self.tables.iter().map(|(_, target)| target.clone()).collect()
    }
}

/// The rows after the first `done`.
fn copy_table(
    from: &mut dyn Store,
    to: &mut dyn Store,
    (source, target): (&Table, &Table),
    done: u64,
    tell: &mut impl FnMut(Step<'_>),
) -> Result<(), CopyError> {
    let mut copied = done;
    let mut batch = Vec::with_capacity(BATCH);
    let mut add = |batch: &mut Vec<Vec<Value>>| {
        copied += batch.len() as u64;
        to.add(target, batch, copied)?;
        batch.clear();
        tell(Step::Batch { copied });
        Ok::<_, CopyError>(())
    };
    from.read(source, done, &mut |row| {
        batch.push(target.typed(row)?);
        if batch.len() == BATCH { add(&mut batch) } else { Ok(()) }
    })?;
    if batch.is_empty() { Ok(()) } else { add(&mut batch) }
}

fn tally(store: &mut dyn Store, table: &Table) -> Result<Tally, CopyError> {
    let mut tally = Tally::default();
    store.read(table, 0, &mut |row| {
        tally.add(&row);
        Ok(())
    })?;
    Ok(tally)
}
