//! Running other programs: quietly, or aloud with an ear on what they say.

use crate::Outcome;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

/// What a program prints, when it succeeds.
pub(crate) fn output(command: &mut Command, name: &str) -> Outcome<String> {
    let done = command.stdin(Stdio::null()).output().map_err(|e| format!("{name}: {e}"))?;
    if !done.status.success() {
        let said = [done.stdout, done.stderr].concat();
        return Err(format!("{name}: {}\n{}", done.status, String::from_utf8_lossy(&said).trim()));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Runs a program with its words on the terminal; whether it succeeded.
pub(crate) fn aloud(command: &mut Command, name: &str) -> Outcome<bool> {
    let status = command.stdin(Stdio::null()).status().map_err(|e| format!("{name}: {e}"))?;
    Ok(status.success())
}

/// The same, and hands each line of its output to `hear` as well.
pub(crate) fn heard(
    command: &mut Command,
    name: &str,
    mut hear: impl FnMut(&str),
) -> Outcome<bool> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{name}: {e}"))?;
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            hear(&line);
        }
    }
    let status = child.wait().map_err(|e| format!("{name}: {e}"))?;
    Ok(status.success())
}

/// The first of these programs that is on the path.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

/// A port that nobody listens on right now, below those that the system gives to whoever calls: it
/// stays free for a server that is away for a while.
pub(crate) fn free_port() -> Outcome<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + std::process::id() % 400 * 20;
    let first = u16::try_from(first).map_err(|e| e.to_string())?;
    let mut ports = (0..2000).map(|_| first + NEXT.fetch_add(1, Ordering::Relaxed));
    let free = ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.ok_or_else(|| format!("no port from {first} on is free"))
}

/// Whether we may install system packages.
pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u"), "id").is_ok_and(|id| id.trim() == "0")
}

/// Installs Debian packages, where we are root and on such a system.
pub(crate) fn install(packages: &[&str]) -> Outcome<()> {
    let wanted = packages.join(" ");
    if !is_root() || find(&["apt-get"]).is_none() {
        return Err(format!("install the package {wanted}, or run this as root"));
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-q", "-y"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        output(&mut command, &format!("apt-get {}", arguments.join(" ")))
    };
    println!("installing {wanted}");
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())?;
    Ok(())
}
