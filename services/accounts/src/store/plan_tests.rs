//! Nothing is looked for by reading a whole table that grows.

use crate::MIGRATIONS;
use database::{Database, Engine, Error, Row, Sql, ToValue, Tx, Value};

/// Tables with a row for each person, or more.
const GROWING: [&str; 16] = [
    "authenticators",
    "credentials",
    "identities",
    "known_places",
    "mails",
    "oauth_access_tokens",
    "oauth_codes",
    "oauth_consents",
    "oauth_grants",
    "oauth_refresh_tokens",
    "one_time_secrets",
    "passkeys",
    "persons",
    "recovery_codes",
    "sessions",
    "sign_in_attempts",
];

/// These are meant to touch all rows, once in a long time, or the first one.
const WHOLE: [&str; 3] = [
    "UPDATE sessions SET revoked_at = $1 WHERE revoked_at IS NULL",
    "UPDATE oauth_grants SET ended_at = $1 WHERE ended_at IS NULL",
    "SELECT id FROM persons LIMIT 1",
];

/// How the engine would find the rows, a line each.
async fn plan(db: &Database, number: usize, text: &'static str) -> Vec<String> {
    let parameters = (1..20).filter(|number| text.contains(&format!("${number}"))).count();
    let read = move |tx: &mut Tx<'_>| {
        let nothing: Vec<&dyn ToValue> = vec![&Value::Null; parameters];
        let rows: Vec<Row> = match tx.engine() {
            Engine::Sqlite => tx.all(sql(format!("EXPLAIN QUERY PLAN {text}")), &nothing)?,
            Engine::Postgres => {
                // The tables are empty: without this it reads all of nothing.
                tx.execute(sql("SET LOCAL enable_seqscan = off".to_owned()), &[])?;
                // For any parameters, not for those that are null.
                tx.execute(sql("SET LOCAL plan_cache_mode = force_generic_plan".to_owned()), &[])?;
                tx.execute(sql(format!("PREPARE text_{number} AS {text}")), &[])?;
                let nothing = vec!["NULL"; parameters].join(", ");
                let nothing = if parameters == 0 { nothing } else { format!("({nothing})") };
                tx.all(sql(format!("EXPLAIN EXECUTE text_{number}{nothing}")), &[])?
            }
        };
        let column = if tx.engine() == Engine::Sqlite { 3 } else { 0 };
        rows.iter().map(|row| row.get::<String>(column)).collect::<Result<_, Error>>()
    };
    db.read(read).await.unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn sql(text: String) -> Sql {
    Sql::registered(text.leak())
}

#[test]
fn every_text_of_sql_finds_its_rows_by_an_index_where_a_table_grows() {
    testkit::on_each_engine(&[MIGRATIONS, outbox::MIGRATIONS], async |db| {
        let mut scans = Vec::new();
        let texts = database::registered("accounts").filter(|one| !one.module.contains("tests"));
        let texts = texts.map(|one| one.text).filter(|text| !WHOLE.contains(text));
        for (number, text) in texts.enumerate() {
            for line in plan(&db, number, text).await {
                let reads_all = |table: &&str| {
                    line.trim() == format!("SCAN {table}")
                        || line.contains(&format!("Seq Scan on {table} "))
                };
                if GROWING.iter().any(reads_all) {
                    scans.push(format!("{}: {text}", line.trim()));
                }
            }
        }
        assert!(scans.is_empty(), "{scans:#?}");
    });
}
