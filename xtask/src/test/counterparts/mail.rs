//! A mail server: aiosmtpd, with and without TLS.

use super::{Running, python};
use crate::{Outcome, process, workspace::Workspace};
use std::process::Command;

/// Takes mails on three ports and writes each to a file.
const SERVE: &str = include_str!("serve_smtp.py");

/// Its address is a folder: `server.json` says where it listens, `mails` holds what came in.
pub(in crate::test) fn smtp(workspace: &Workspace) -> Outcome<Running> {
    let place = python(workspace, "aiosmtpd", &["aiosmtpd==1.4.6", "trustme==1.2.1"])?;
    let folder = Running::folder("aiosmtpd")?;
    let file = folder.join("serve_smtp.py");
    std::fs::write(&file, SERVE).map_err(|e| format!("{}: {e}", file.display()))?;
    let port = process::free_port()?;
    println!("aiosmtpd on port {port}");
    let mut command = Command::new(place.join("bin/python"));
    command.args(["serve_smtp.py", &port.to_string()]);
    let url = folder.display().to_string();
    Running::start(command, folder, port, url)
}
