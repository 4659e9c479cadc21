//! The real `comanda` as a process, and what the kernel says about it.

use crate::Outcome;
use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

/// Kernel clock ticks per second, as on every Linux of today.
const TICKS: u64 = 100;

/// A running town; it goes with the value.
pub(crate) struct Town {
    child: Child,
    /// Kept: a closed pipe would break the process's next line.
    _said: BufReader<ChildStdout>,
    pub(crate) port: u16,
    /// From the start of the process to its `ready`.
    pub(crate) start: Duration,
}

impl Town {
    /// Starts `comanda up --demo` as shipped, its log in the data folder, and waits for `ready`.
    pub(crate) fn up(binary: &Path, data: &Path, settings: &[(&str, &str)]) -> Outcome<Self> {
        let port = free_port()?;
        let failed = |e: std::io::Error| format!("comanda up: {e}");
        std::fs::create_dir_all(data).map_err(failed)?;
        let log = File::options().create(true).append(true).open(data.join("log"));
        let begun = Instant::now();
        let mut child = Command::new(binary)
            .args(["up", "--demo", "--listen", &format!("127.0.0.1:{port}"), "--data-dir"])
            .arg(data)
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.map_err(failed)?)
            .spawn()
            .map_err(failed)?;
        let out = child.stdout.take().ok_or("comanda up has no output")?;
        let mut said = BufReader::new(out);
        let mut line = String::new();
        while !line.starts_with("ready in") {
            line.clear();
            if said.read_line(&mut line).map_err(failed)? == 0 {
                let log = std::fs::read_to_string(data.join("log")).unwrap_or_default();
                return Err(format!("comanda ended before it was ready\n{log}"));
            }
        }
        Ok(Self { child, _said: said, port, start: begun.elapsed() })
    }

    pub(crate) fn host(&self, service: &str) -> String {
        format!("{service}.comanda.localhost:{}", self.port)
    }

    /// SIGTERM, and waits.
    pub(crate) fn stop(mut self) -> Outcome<()> {
        run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        self.child.wait().map_err(|e| format!("comanda up: {e}"))?;
        Ok(())
    }

    /// Resident and proportional memory in KiB.
    pub(crate) fn memory(&self) -> Outcome<(u64, u64)> {
        let path = format!("/proc/{}/smaps_rollup", self.child.id());
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        };
        field("Rss:").zip(field("Pss:")).ok_or(format!("{path} has no Rss and Pss"))
    }

    /// Processor time of all its threads until now.
    pub(crate) fn cpu(&self) -> Outcome<Duration> {
        cpu(&self.child.id().to_string())
    }

    /// Waits until the process has nothing left to do; how long that took.
    pub(crate) async fn settle(&self) -> Outcome<Duration> {
        let begun = Instant::now();
        let window = Duration::from_millis(500);
        loop {
            let before = self.cpu()?;
            tokio::time::sleep(window).await;
            if self.cpu()? - before <= Duration::from_millis(20) {
                return Ok(begun.elapsed() - window);
            }
            if begun.elapsed() > Duration::from_secs(60) {
                return Err("comanda is still busy after 60 s without requests".to_owned());
            }
        }
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Processor time of a process (`self`: ours), user and system.
pub(crate) fn cpu(process: &str) -> Outcome<Duration> {
    let path = format!("/proc/{process}/stat");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
    // The second field is the program's name in brackets and may hold blanks.
    let rest = text.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok());
    let both = ticks(11).zip(ticks(12)).ok_or(format!("{path} is of no known form"))?;
    Ok(Duration::from_millis((both.0 + both.1) * 1000 / TICKS))
}

/// A port that nobody listens on at the moment.
pub(crate) fn free_port() -> Outcome<u16> {
    let address = TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr());
    address.map(|address| address.port()).map_err(|e| format!("a free port: {e}"))
}

/// What a program prints, when it succeeds.
pub(crate) fn run(command: &mut Command) -> Outcome<String> {
    let name = PathBuf::from(command.get_program()).display().to_string();
    let done = command.stdin(Stdio::null()).output().map_err(|e| format!("{name}: {e}"))?;
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    if done.status.success() {
        return Ok(out);
    }
    Err(format!("{name}: {}\n{out}{}", done.status, String::from_utf8_lossy(&done.stderr)))
}
