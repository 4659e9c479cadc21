//! A durable PostgreSQL of its own for one run, and `pgbench` with the statements of an order.

use crate::{
    Outcome,
    statements::{Sample, TEXTS},
    town::{free_port, run},
};
use database::Value;
use std::{
    fmt::Write as _,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A running server, in a data folder that goes with the value.
pub(crate) struct Postgres {
    process: Child,
    folder: tempfile::TempDir,
    pub(crate) port: u16,
    /// As it names itself.
    pub(crate) version: String,
}

impl Postgres {
    /// Makes a cluster with Debian's settings (fsync and synchronous commit on) and starts it.
    pub(crate) fn start() -> Outcome<Self> {
        let programs = programs().ok_or("PostgreSQL is not installed")?;
        let failed = |e: std::io::Error| format!("PostgreSQL: {e}");
        let folder = tempfile::tempdir().map_err(failed)?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data).map_err(failed)?;
        let owner = owner()?;
        if let Some((user, group)) = owner {
            for path in [folder.path(), &data] {
                std::os::unix::fs::chown(path, Some(user), Some(group)).map_err(failed)?;
            }
        }
        let program = |name: &str| {
            let mut command = Command::new(programs.join(name));
            command.current_dir(folder.path()).arg("-D").arg(&data);
            if let Some((user, group)) = owner {
                command.uid(user).gid(group);
            }
            command
        };
        run(program("initdb").args([
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-locale",
        ]))?;
        let port = free_port()?;
        let log = std::fs::File::create(folder.path().join("log")).map_err(failed)?;
        let process = program("postgres")
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"])
            .arg(folder.path())
            .args(["-c", "max_connections=200"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(failed)?;
        let version = run(Command::new(programs.join("postgres")).arg("--version"))?;
        let server = Self { process, folder, port, version: version.trim().to_owned() };
        server.wait(&programs)?;
        Ok(server)
    }

    /// The setting `database.url` for a group of databases.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }

    /// Orders a second of `pgbench`, in the database of orderhub of that group.
    pub(crate) fn pgbench(
        &self,
        name: &str,
        sample: &Sample,
        connections: usize,
        length: Duration,
    ) -> Outcome<f64> {
        let script = self.folder.path().join("order.sql");
        std::fs::write(&script, text()).map_err(|e| format!("{}: {e}", script.display()))?;
        let mut command = Command::new("pgbench");
        command.args(["-n", "-M", "prepared", "-j", "1", "-h", "127.0.0.1", "-U", "postgres"]);
        command.args(["-p", &self.port.to_string(), "-c", &connections.to_string()]);
        command.args(["-T", &length.as_secs().to_string(), "-f"]).arg(&script);
        for (name, value) in variables(sample) {
            command.args(["-D", &format!("{name}={value}")]);
        }
        let said = run(command.arg(format!("{name}_orderhub")))?;
        let line = said.lines().find_map(|line| line.strip_prefix("tps = "));
        let figure = line.and_then(|rest| rest.split(' ').next()?.parse().ok());
        figure.ok_or(format!("pgbench said no tps:\n{said}"))
    }

    fn wait(&self, programs: &Path) -> Outcome<()> {
        let mut last = String::new();
        for _ in 0..300 {
            let mut ask = Command::new(programs.join("pg_isready"));
            match run(ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])) {
                Ok(_) => return Ok(()),
                Err(error) => last = error,
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        Err(format!("PostgreSQL did not start: {last}\n{log}"))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT: end the sessions and stop.
        let _ = run(Command::new("kill").args(["-INT", &self.process.id().to_string()]));
        let _ = self.process.wait();
    }
}

/// The statements with `pgbench`'s variables for their parameters; ids are made by the server.
fn text() -> String {
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
        &["id", "topic", "partition_key", "event", "payload", "placed_at"],
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
                "person" | "address" => "NULL".to_owned(),
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

/// Who runs the server: it refuses root, so there the package's own user does.
fn owner() -> Outcome<Option<(u32, u32)>> {
    let id = |arguments: &[&str]| {
        let said = run(Command::new("id").args(arguments))?;
        said.trim().parse::<u32>().map_err(|e| format!("id: {e}"))
    };
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    Ok(Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?)))
}

/// The folder of the server programs: the newest that Debian installed.
fn programs() -> Option<PathBuf> {
    let entries = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let versions = entries.filter_map(|entry| {
        Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
    });
    versions.filter(|(_, bin)| bin.join("initdb").is_file()).max().map(|(_, bin)| bin)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_script_has_every_statement_and_no_parameter_left() {
        let script = super::text();
        assert!(!script.contains('$'), "{script}");
        assert_eq!(script.lines().count(), 9, "{script}");
        assert!(
            script.contains("VALUES (gen_random_uuid(), to_hex(:n::bigint), :restaurant, NULL")
        );
    }
}
