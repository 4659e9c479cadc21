//! The way to PostgreSQL: as protected as `sslmode` says, or there is no connection.

mod server;

use crate::{Refusal, TABLES};
use database::{Database, Location, Options, Protection, connect_to_postgres, sql};
use server::{NAME, PASSWORD, Server};

#[test]
fn a_connection_is_as_protected_as_sslmode_says_or_there_is_none() {
    let Some(server) = Server::start() else { return };
    let (ours, other) = (server.text("ca.pem"), server.text("other.pem"));
    let signed = format!("sslrootcert={ours}");
    let foreign = format!("sslrootcert={other}");
    let wrong_name = "other.comanda.test";
    let attempt = |name: &str, query: &str| {
        let url = server.url("town", name, "postgres", query);
        let connected = connect_to_postgres(&url).map(drop);
        connected.map_err(|error| {
            let words = format!("{error} {error:?}");
            assert!(!words.contains(PASSWORD), "{words}");
            words
        })
    };
    let refused = |name: &str, query: &str, why: &str| {
        let words = attempt(name, query).unwrap_err();
        assert!(words.contains(why), "{query} at {name}: {words}");
    };

    attempt(NAME, &format!("sslmode=verify-full&{signed}")).unwrap();
    refused(wrong_name, &format!("sslmode=verify-full&{signed}"), "not valid for name");
    refused(NAME, &format!("sslmode=verify-full&{foreign}"), "UnknownIssuer");
    // The machine's own authorities have never heard of ours.
    refused(NAME, "sslmode=verify-full", "UnknownIssuer");

    attempt(wrong_name, &format!("sslmode=verify-ca&{signed}")).unwrap();
    refused(NAME, &format!("sslmode=verify-ca&{foreign}"), "UnknownIssuer");

    attempt(wrong_name, "sslmode=require").unwrap();
    refused(NAME, &format!("sslmode=require&{foreign}"), "UnknownIssuer");
    attempt(wrong_name, "").unwrap();
    refused(NAME, "sslmode=disable", "no encryption");

    let missing = "sslmode=verify-full&sslrootcert=/nowhere/ca.pem";
    refused(NAME, missing, "sslrootcert=/nowhere/ca.pem");
    let password = server.text("password");
    refused(NAME, &format!("sslmode=verify-full&sslrootcert={password}"), "expected certificates");

    server.administer("ALTER SYSTEM SET ssl = off");
    server.administer("SELECT pg_reload_conf()");
    let open = server.url("postgres", NAME, "postgres", "sslmode=require");
    eventually("the server has no TLS any more", || connect_to_postgres(&open).err());
    refused(NAME, "sslmode=require", "server does not support TLS");
    refused(NAME, &format!("sslmode=verify-full&{signed}"), "server does not support TLS");
    // Prefer takes what there is, and the server turns it away.
    refused(NAME, "sslmode=prefer", "no encryption");
    let open = server.url("postgres", NAME, "postgres", "sslmode=prefer");
    assert_eq!(protection(open), Protection::Open);
}

#[test]
fn every_connection_of_a_service_and_of_a_copy_is_encrypted() {
    let Some(server) = Server::start() else { return };
    let full = format!("sslmode=verify-full&sslrootcert={}", server.text("ca.pem"));
    let place =
        |name| Location::Postgres { url: server.url("town", NAME, name, &full), schema: None };
    let (from, to) = (place("town"), place("moved"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // The database is made, migrated, written and read; `town` is let in by TLS alone.
    let service = Database::open(&from, &[TABLES], Options { readers: 2, writers: 2 }).unwrap();
    runtime.block_on(async {
        let insert = sql!("INSERT INTO counters (name, value) VALUES ('tls', 1)");
        service.write(move |tx| Ok::<_, Refusal>(tx.execute(insert, &[])?)).await.unwrap();
        let open = sql!(
            "SELECT COUNT(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                         WHERE usename = 'town' AND NOT ssl"
        );
        let open = service.read(move |tx| Ok::<_, Refusal>(tx.one::<(i64,)>(open, &[])?)).await;
        assert_eq!(open.unwrap(), (0,));
    });
    drop(service);
    let compared = eventually("the service has let go of its database", || {
        from.copy_to(&to, &[TABLES], |_| ()).ok()
    });
    assert!(compared.iter().all(database::Compared::is_equal), "{compared:?}");
    assert_eq!(from.protection().unwrap(), Protection::Verified);
    let unverified = server.url("town", NAME, "town", "sslmode=require");
    assert_eq!(protection(unverified), Protection::Encrypted);
}

fn protection(url: String) -> Protection {
    Location::Postgres { url, schema: None }.protection().unwrap()
}

/// The driver must not be called on a thread of the asynchronous runtime.
fn eventually<T: Send>(what: &str, ask: impl Fn() -> Option<T> + Sync) -> T {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let beside = async || std::thread::scope(|scope| scope.spawn(&ask).join().unwrap());
    runtime.block_on(testkit::eventually(what, beside))
}
