//! Where a database is: a file, a database of its own, a schema beside others. Neighbours do not
//! see each other, and who starts at the same moment waits for who migrates.

use crate::TABLES;
use database::{Database, Error, Location, Migration, Migrations, Options, sql};
use testkit::TestDatabase;

/// A neighbour with a table of the same name.
const NEIGHBOUR: Migrations = Migrations {
    owner: "tests",
    list: &[Migration {
        name: "V1__neighbour",
        sqlite: "",
        postgres: "CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL)",
    }],
};

#[test]
fn many_who_open_a_new_database_at_the_same_moment_all_find_it_ready() {
    for target in TestDatabase::each() {
        let opened: Vec<_> = std::thread::scope(|scope| {
            let open = || Database::open(&target.location, &[TABLES], Options::default());
            let openers: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            openers.into_iter().map(|opener| opener.join().unwrap()).collect()
        });
        for database in opened {
            assert!(database.is_ok(), "{}: {database:?}", target.engine);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn services_that_share_a_database_see_their_own_tables_alone() {
    let (Some(mine), Some(other)) =
        (TestDatabase::postgres_schema(), TestDatabase::postgres_schema())
    else {
        return;
    };
    let (mine, other) = (mine.open(&[TABLES]), other.open(&[NEIGHBOUR]));
    let insert = sql!("INSERT INTO counters (name, value) VALUES ('mine', 1)");
    mine.write(move |tx| tx.execute(insert, &[])).await.unwrap();
    let count = sql!("SELECT COUNT(*) FROM counters");
    let (seen,): (i64,) = other.read(move |tx| tx.one(count, &[])).await.unwrap();
    assert_eq!(seen, 0, "the other's table of the same name");
    let spied = other.read(|tx| tx.execute(sql!("SELECT name FROM things"), &[])).await;
    assert!(matches!(spied, Err(Error::Postgres { .. })), "the other's own table");
}

#[test]
fn a_role_that_owns_one_schema_serves_it_and_cannot_enter_another() {
    let (Some(mine), Some(other)) =
        (TestDatabase::postgres_schema(), TestDatabase::postgres_schema())
    else {
        return;
    };
    drop(other.open(&[TABLES]));
    let (Location::Postgres { url, schema: Some(own) }, Location::Postgres { schema, .. }) =
        (&mine.location, &other.location)
    else {
        panic!("both are schemas")
    };
    let mut admin = database::connect_to_postgres(url).unwrap();
    let role = format!("CREATE ROLE {own} LOGIN; CREATE SCHEMA {own} AUTHORIZATION {own}");
    admin.batch_execute(&role).unwrap();
    let (_, address) = url.rsplit_once('@').unwrap();
    let least = format!("postgres://{own}@{address}");
    let location = Location::Postgres { url: least.clone(), schema: Some(own.clone()) };
    let opened = Database::open(&location, &[TABLES], Options::default());
    let mut client = database::connect_to_postgres(&least).unwrap();
    let spied =
        client.execute(&format!("SELECT * FROM {}.counters", schema.as_ref().unwrap()), &[]);
    drop(client);
    assert!(opened.is_ok(), "{opened:?}");
    drop(opened);
    let denied = spied.unwrap_err();
    let removed = admin.batch_execute(&format!("DROP OWNED BY {own} CASCADE; DROP ROLE {own}"));
    assert_eq!(denied.code(), Some(&postgres::error::SqlState::INSUFFICIENT_PRIVILEGE));
    removed.unwrap();
}
