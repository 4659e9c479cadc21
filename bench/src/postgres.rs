//! A durable PostgreSQL that is given to us, and `pgbench` with the statements of an order.

use crate::{
    Outcome,
    statements::{Sample, TEXTS},
    town::run,
};
use database::Value;
use std::{fmt::Write as _, path::Path, process::Command, time::Duration};

/// A server whose `postgres` may make databases.
pub(crate) struct Postgres {
    /// `postgres://USER@HOST:PORT`, without a database.
    server: String,
    /// As it names itself.
    pub(crate) version: String,
}

impl Postgres {
    /// The server of this URL, which names any of its databases. Its commits must be durable.
    pub(crate) fn at(url: &str) -> Outcome<Self> {
        let (server, _) = url.rsplit_once('/').ok_or(format!("{url} names no database"))?;
        let ask = |setting: &str| {
            let said = run(Command::new("psql").args([url, "-Atc", &format!("SHOW {setting}")]))?;
            Ok::<_, String>(said.trim().to_owned())
        };
        for setting in ["fsync", "synchronous_commit"] {
            if ask(setting)? != "on" {
                return Err(format!("{setting} is off at {url}: its commits are not durable"));
            }
        }
        Ok(Self { server: server.to_owned(), version: ask("server_version")? })
    }

    /// The setting `database.url` for a group of databases.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("{}/{name}", self.server)
    }

    /// Orders a second of `pgbench`, in the database of orderhub of that group.
    pub(crate) fn pgbench(
        &self,
        name: &str,
        folder: &Path,
        sample: &Sample,
        connections: usize,
        length: Duration,
    ) -> Outcome<f64> {
        let (empty, variables): (Vec<_>, Vec<_>) =
            variables(sample).into_iter().partition(|(_, value)| value.is_empty());
        let empty: Vec<_> = empty.into_iter().map(|(name, _)| name).collect();
        let script = folder.join("order.sql");
        std::fs::write(&script, text(&empty)).map_err(|e| format!("{}: {e}", script.display()))?;
        let mut command = Command::new("pgbench");
        command.args(["-n", "-M", "prepared", "-j", "1", "-c", &connections.to_string()]);
        command.args(["-T", &length.as_secs().to_string(), "-f"]).arg(&script);
        for (name, value) in variables {
            command.args(["-D", &format!("{name}={value}")]);
        }
        let said = run(command.arg(self.url(&format!("{name}_orderhub"))))?;
        let line = said.lines().find_map(|line| line.strip_prefix("tps = "));
        let figure = line.and_then(|rest| rest.split(' ').next()?.parse().ok());
        figure.ok_or(format!("pgbench said no tps:\n{said}"))
    }
}

/// The statements with `pgbench`'s variables for their parameters; ids are made by the server.
/// `pgbench` knows no variable with an empty text, so those stand as they are.
fn text(empty: &[&str]) -> String {
    let names: [&[&str]; 6] = [
        &["scope", "key"],
        &["restaurant", "code"],
        &[
            "id",
            "code",
            "restaurant",
            "person",
            "kind",
            "state",
            "version",
            "placed_at",
            "expires_at",
            "currency",
            "total",
            "seller",
            "contact",
            "address",
            "document",
        ],
        &["order_id", "version", "placed_at", "person", "state", "actor", "reason"],
        &["id", "topic", "partition_key", "event", "payload", "placed_at", "subject"],
        &["scope", "key", "body_hash", "answer", "placed_at"],
    ];
    let mut script = String::from("\\set n random(1, 9000000000000000)\nBEGIN;\n");
    for (text, names) in TEXTS.iter().zip(names) {
        let mut text = (*text).to_owned();
        // From the last, so that $1 is not found in $15.
        for (number, name) in names.iter().enumerate().rev() {
            let value = match *name {
                "id" => "gen_random_uuid()".to_owned(),
                "code" => "to_hex(:n::bigint)".to_owned(),
                "key" => "('bench-' || :n::bigint)".to_owned(),
                "subject" => "('ord_' || :order_id::text)".to_owned(),
                "person" | "address" => "NULL".to_owned(),
                name if empty.contains(&name) => "''".to_owned(),
                name => format!(":{name}"),
            };
            text = text.replace(&format!("${}", number + 1), &value);
        }
        let end =
            if text.contains("INTO orders") { " RETURNING id AS order_id \\gset" } else { ";" };
        let _ = writeln!(script, "{}{end}", text.replace('\n', " "));
    }
    script + "COMMIT;\n"
}

/// What was written for a real guest's order, as texts.
fn variables(sample: &Sample) -> Vec<(&'static str, String)> {
    let Sample { order, history, event, answer } = sample;
    [
        ("restaurant", &order[2]),
        ("kind", &order[4]),
        ("state", &order[5]),
        ("version", &order[6]),
        ("placed_at", &order[7]),
        ("expires_at", &order[8]),
        ("currency", &order[9]),
        ("total", &order[10]),
        ("seller", &order[11]),
        ("contact", &order[12]),
        ("document", &order[14]),
        ("actor", &history[5]),
        ("reason", &history[6]),
        ("topic", &event[1]),
        ("partition_key", &event[2]),
        ("event", &event[3]),
        ("payload", &event[4]),
        ("scope", &answer[0]),
        ("body_hash", &answer[2]),
        ("answer", &answer[3]),
    ]
    .map(|(name, value)| (name, as_text(name, value)))
    .into()
}

fn as_text(name: &str, value: &Value) -> String {
    match value {
        // The embedded database has no type of its own for ids.
        Value::Bytes(bytes) if name == "restaurant" => hex(bytes),
        Value::Bytes(bytes) => format!("\\x{}", hex(bytes)),
        Value::Uuid(id) => id.to_string(),
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null => String::new(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_script_has_every_statement_and_no_parameter_left() {
        let script = super::text(&["reason"]);
        assert!(!script.contains('$'), "{script}");
        assert!(!script.contains(":reason"), "{script}");
        assert_eq!(script.lines().count(), 9, "{script}");
        assert!(
            script.contains("VALUES (gen_random_uuid(), to_hex(:n::bigint), :restaurant, NULL")
        );
    }
}
