//! Servers of the protocol of Amazon S3.

use super::{Running, python};
use crate::{Outcome, process, workspace::Workspace};
use std::process::Command;

/// Keeps everything in memory and lets everybody in.
pub(in crate::test) fn moto(workspace: &Workspace) -> Outcome<Running> {
    let place = python(workspace, "moto", &["moto[server]==5.2.5"])?;
    let folder = Running::folder("moto")?;
    let port = process::free_port()?;
    println!("moto on port {port}");
    let mut command = Command::new(place.join("bin/moto_server"));
    command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
    Running::start(command, folder, port, format!("http://127.0.0.1:{port}"))
}
