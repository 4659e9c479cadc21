//! A PostgreSQL for one run of tests or benchmarks: its own data folder, its own port, gone at the
//! end.

use crate::{Outcome, kept::Kept, process};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Whether a commit has to be on disk before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commits {
    /// As shipped: what a benchmark compares with.
    Durable,
    /// The machine does not lose its power during a test; backends that are killed are enough.
    Quick,
}

/// SIGINT: end the sessions and stop.
const STOP: &str = "-INT";

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    folder: PathBuf,
    port: u16,
    command: Command,
    /// Nothing once somebody keeps it.
    process: Option<Child>,
}

impl Server {
    /// Installs PostgreSQL where that is missing and possible, makes a cluster and starts it.
    pub(crate) fn start(commits: Commits) -> Outcome<Self> {
        let programs = match programs() {
            Some(programs) => programs,
            None => {
                process::install(&["postgresql"])?;
                programs().ok_or("the package postgresql holds no initdb")?
            }
        };
        let owner = Owner::find()?;
        // Not under the target folder: a home that only its owner may enter would keep the
        // server's own user out.
        let folder = std::env::temp_dir().join(format!("comanda-postgres-{}", std::process::id()));
        let data = folder.join("data");
        std::fs::create_dir_all(&data).map_err(|e| format!("{}: {e}", folder.display()))?;
        owner.give(&folder)?;
        let mut initdb = owner.command(&programs.join("initdb"), &folder);
        initdb.arg("--pgdata").arg(&data).args(["--auth=trust", "--username=postgres"]);
        initdb.args(["--encoding=UTF8", "--no-locale", "--no-sync"]);
        process::output(&mut initdb, "initdb")?;
        let port = process::free_port()?;
        let mut postgres = owner.command(&programs.join("postgres"), &folder);
        postgres.arg("-D").arg(&data).arg("-k").arg(&folder);
        postgres.args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        postgres.args(["-c", "max_connections=400"]);
        if commits == Commits::Quick {
            postgres.args(["-c", "fsync=off"]);
        }
        let log = std::fs::File::create(folder.join("log")).map_err(|e| format!("log: {e}"))?;
        let errors = log.try_clone().map_err(|e| format!("log: {e}"))?;
        let child = postgres.stdin(Stdio::null()).stdout(log).stderr(errors).spawn();
        let process = child.map_err(|e| format!("postgres: {e}"))?;
        let server = Self { folder, port, command: postgres, process: Some(process) };
        server.wait(&programs)?;
        println!("PostgreSQL listens on port {port}");
        Ok(server)
    }

    /// Where it is found.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// From now on it is started again whenever it ends; `pid` holds the number of its process. The
    /// answer must go before this value.
    pub(crate) fn keep(&mut self, pid: PathBuf) -> Outcome<Kept> {
        let command = std::mem::replace(&mut self.command, Command::new("postgres"));
        let process = self.process.take().ok_or("it is kept already")?;
        Kept::keep(command, process, pid, STOP)
    }

    fn wait(&self, programs: &Path) -> Outcome<()> {
        let mut last = String::new();
        for _ in 0..300 {
            let mut ask = Command::new(programs.join("pg_isready"));
            ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
            match process::output(&mut ask, "pg_isready") {
                Ok(_) => return Ok(()),
                Err(message) => last = message,
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(format!("PostgreSQL did not start: {last}\n{log}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let id = process.id().to_string();
            process::output(Command::new("kill").args([STOP, &id]), "kill").ok();
            process.wait().ok();
        }
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// PostgreSQL refuses to run as root; then the package's own user runs it.
enum Owner {
    Ourselves,
    Postgres { user: u32, group: u32 },
}

impl Owner {
    fn find() -> Outcome<Self> {
        if !process::is_root() {
            return Ok(Self::Ourselves);
        }
        let ask = |flag: &str| {
            let said = process::output(Command::new("id").args([flag, "postgres"]), "id postgres")?;
            said.trim().parse().map_err(|_| format!("id {flag} postgres: {said}"))
        };
        Ok(Self::Postgres { user: ask("-u")?, group: ask("-g")? })
    }

    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder);
        if let Self::Postgres { user, group } = self {
            command.uid(*user).gid(*group);
        }
        command
    }

    fn give(&self, folder: &Path) -> Outcome<()> {
        let Self::Postgres { user, group } = self else { return Ok(()) };
        for path in [folder, &folder.join("data")] {
            std::os::unix::fs::chown(path, Some(*user), Some(*group))
                .map_err(|e| format!("{}: {e}", path.display()))?;
        }
        Ok(())
    }
}

/// The folder of the server programs: the newest that Debian installed, or the one on the path.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    found.sort();
    let on_path = || process::find(&["initdb"]).and_then(|file| Some(file.parent()?.to_owned()));
    found.pop().map(|(_, folder)| folder).or_else(on_path)
}
