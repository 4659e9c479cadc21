//! SNS, SQS and S3: moto, and LocalStack as a plain process. Both in memory.

use super::{Running, installed, python, python_by};
use crate::{Outcome, process, workspace::Workspace};
use std::path::PathBuf;
use std::process::Command;

/// Serves moto with faults of its queues mended.
const SERVE_MOTO: &str = include_str!("serve_moto.py");
/// What the adapter may do, as operators are told.
const POLICY: &str = include_str!("../../../../deploy/aws/broker-policy.json");
/// The last LocalStack that runs without Docker and without an account, and what it does not run
/// with when it is newer.
const LOCALSTACK: [&str; 5] = [
    "localstack-core[runtime]==4.14.0",
    "cbor2<5.8",
    "pyopenssl==25.3.0",
    "cryptography<46.1",
    "service_identity<24.3",
];

/// moto checks signatures and rights. SNS has delivered when it answers.
pub(super) fn moto(workspace: &Workspace) -> Outcome<Running> {
    let place = python(workspace, "moto", &["moto[server]==5.2.5"])?;
    let folder = Running::folder("moto")?;
    let files = [("serve_moto.py", SERVE_MOTO), ("policy.json", POLICY)];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).map_err(|e| format!("{name}: {e}"))?;
    }
    let port = process::free_port()?;
    println!("moto on port {port}");
    let mut command = Command::new(place.join("bin/python"));
    command.args(["serve_moto.py", &port.to_string(), "policy.json"]);
    Running::start(command, folder, port, url(port))
}

/// LocalStack lets everybody in. It delivers later than it answers, like AWS; the suite looks at once.
pub(super) fn localstack(workspace: &Workspace) -> Outcome<Running> {
    let python = newer_python()?;
    let place = installed(workspace, "localstack", &LOCALSTACK.join(" "), |place| {
        python_by(&python, place, &LOCALSTACK)
    })?;
    let folder = Running::folder("localstack")?;
    let port = process::free_port()?;
    println!("LocalStack on port {port}");
    let listen = format!("127.0.0.1:{port}");
    let mut command = Command::new(place.join("bin/python"));
    command.args(["-m", "localstack.runtime.main"]);
    command.env("FILESYSTEM_ROOT", folder.join("root"));
    command.env("LOCALSTACK_VOLUME_DIR", folder.join("volume"));
    command.env("GATEWAY_LISTEN", &listen).env("LOCALSTACK_HOST", &listen);
    command.envs([
        ("SERVICES", "sns,sqs,s3,sts"),
        ("SQS_ENDPOINT_STRATEGY", "path"),
        ("SKIP_SSL_CERT_DOWNLOAD", "1"),
        ("DISABLE_EVENTS", "1"),
        ("DNS_ADDRESS", "0"),
    ]);
    Running::start(command, folder, port, format!("{}&linger=150", url(port)))
}

/// LocalStack needs Python 3.12; the system's may be older.
fn newer_python() -> Outcome<PathBuf> {
    let versions = ["3.13", "3.12"];
    let by_name = versions.iter().filter_map(|v| process::find(&[&format!("python{v}")]));
    let pyenv = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let pyenv = pyenv.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv")));
    let installed = pyenv.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    let of_pyenv = installed.into_iter().flatten().flatten().filter(|folder| {
        let name = folder.file_name().to_string_lossy().into_owned();
        versions.iter().any(|version| name.starts_with(version))
    });
    // A name on the path may stand for a version that is not chosen.
    let runs = |program: &PathBuf| {
        process::output(Command::new(program).args(["-c", "import venv"]), "python").is_ok()
    };
    let mut all = by_name.chain(of_pyenv.map(|folder| folder.path().join("bin/python")));
    all.find(runs).ok_or_else(|| "LocalStack needs Python 3.12 or 3.13".to_owned())
}

fn url(port: u16) -> String {
    format!("aws-sns-sqs://test:test@us-east-1?endpoint=http://127.0.0.1:{port}")
}
