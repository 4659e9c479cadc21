//! Forward-only migrations, one history per owner, so that a shared crate (the outbox) can bring
//! tables into every service's database.

use crate::Error;

/// One migration, named `V1__what_it_does`.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Version and name.
    pub name: &'static str,
    /// The SQL for SQLite.
    pub sqlite: &'static str,
    /// The SQL for PostgreSQL.
    pub postgres: &'static str,
}

/// The migrations of one owner.
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    /// Owner: a service or a shared crate.
    pub owner: &'static str,
    /// In order.
    pub list: &'static [Migration],
}

/// The [`Migrations`] found in `migrations/{sqlite,postgres}/NAME.sql` of the calling crate.
#[macro_export]
macro_rules! migrations {
    ($owner:literal, [$($name:literal),+ $(,)?]) => {
        $crate::Migrations {
            owner: $owner,
            list: &[$($crate::Migration {
                name: $name,
                sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite/", $name, ".sql")),
                postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres/", $name, ".sql")),
            }),+],
        }
    };
}

impl Migrations {
    pub(crate) fn run_on<C: refinery::Migrate>(
        &self,
        connection: &mut C,
        text: impl Fn(&Migration) -> &'static str,
    ) -> Result<(), Error> {
        let failed = |source| Error::Migration { set: self.owner, source: Box::new(source) };
        let list = self.list.iter().map(|m| refinery::Migration::unapplied(m.name, text(m)));
        let list = list.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let mut runner = refinery::Runner::new(&list);
        runner.set_migration_table_name(format!("migrations_of_{}", self.owner));
        runner.run(connection).map(|_| ()).map_err(failed)
    }
}
