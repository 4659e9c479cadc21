//! Kafka: Apache's own broker from its published jars, and kfake, an independent implementation of
//! the protocol in Go.

use super::{Running, installed};
use crate::{Outcome, process, workspace::Workspace};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs and versions are in these files.
const POM: &str = include_str!("kafka.pom.xml");
const PROGRAM: &str = include_str!("kafka.sh");
const KFAKE: [(&str, &str); 3] = [
    ("main.go", include_str!("kfake/main.go")),
    ("go.mod", include_str!("kfake/go.mod")),
    ("go.sum", include_str!("kfake/go.sum")),
];

/// Apache Kafka in KRaft mode, one node.
pub(super) fn apache(workspace: &Workspace) -> Outcome<Running> {
    let place = apache_place(workspace)?;
    let folder = Running::folder("kafka")?;
    let (port, controller) = (process::free_port()?, process::free_port()?);
    println!("Apache Kafka on port {port}");
    let mut command = Command::new(place.join("kafka"));
    command.arg(&folder).args([port.to_string(), controller.to_string()]);
    Running::start(command, folder, port, url(port))
}

/// Where its jars are, and its program.
pub(crate) fn apache_place(workspace: &Workspace) -> Outcome<PathBuf> {
    if process::find(&["java"]).is_none() || process::find(&["mvn"]).is_none() {
        process::install(&["openjdk-17-jre-headless", "maven"])?;
    }
    let wanted = format!("Apache Kafka from Maven\n{POM}{PROGRAM}");
    installed(workspace, "kafka", &wanted, |place| {
        write(&place.join("pom.xml"), POM)?;
        let mut maven = Command::new("mvn");
        maven.args(["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime"]);
        maven.arg("-DoutputDirectory=lib").current_dir(place);
        process::output(&mut maven, "mvn dependency:copy-dependencies")?;
        let program = place.join("kafka");
        write(&program, PROGRAM)?;
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))
            .map_err(|e| format!("{}: {e}", program.display()))
    })
}

/// kfake: in memory, so that it cannot be killed and come back.
pub(super) fn kfake(workspace: &Workspace) -> Outcome<Running> {
    let wanted = format!("kfake by Go modules\n{}", KFAKE.map(|(_, text)| text).concat());
    let place = installed(workspace, "kfake", &wanted, |place| {
        for (name, text) in KFAKE {
            write(&place.join(name), text)?;
        }
        let mut go = super::go(workspace)?;
        go.args(["build", "-mod=readonly", "-o", "kfake", "."]).current_dir(place);
        process::output(&mut go, "go build").map(drop)
    })?;
    let folder = Running::folder("kfake")?;
    let port = process::free_port()?;
    println!("kfake on port {port}");
    let mut command = Command::new(place.join("kfake"));
    command.arg(port.to_string());
    Running::start(command, folder, port, url(port))
}

/// One node has one copy of everything; four partitions are enough to be shared.
fn url(port: u16) -> String {
    format!("kafka://127.0.0.1:{port}?replication=1&partitions=4")
}

fn write(path: &Path, text: &str) -> Outcome<()> {
    std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}
