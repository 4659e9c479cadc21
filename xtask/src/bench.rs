//! `cargo xtask bench`: the benchmarks, built as what is shipped, with all that they are compared
//! with.

mod brokers;

use crate::{
    Outcome,
    postgres::{Commits, Server},
    process,
    workspace::Workspace,
};

/// What is measured beside ours and what measures, each in the package of its name.
const PEERS: [&str; 2] = ["nginx", "wrk"];
/// The features of the images that are shipped.
const SHIPPED: &str = "comanda/brokers,comanda/s3";

/// Builds `comanda` and the benchmarks optimised, prepares what they are compared with, and runs
/// them. What cannot be prepared is told, and its part then says that it was not measured.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome<bool> {
    let packages = ["--package", "comanda", "--package", "comanda-bench", "--features", SHIPPED];
    let mut build = workspace.cargo(&[&["build", "--release"], &packages[..]].concat());
    if !process::aloud(&mut build, "cargo build")? {
        return Ok(false);
    }
    for peer in PEERS {
        if process::find(&[peer]).is_none() {
            tell(process::install(&[peer]));
        }
    }
    let server = tell(Server::start(Commits::Durable));
    let mut command = std::process::Command::new(workspace.target.join("release/comanda-bench"));
    if let Some(server) = &server {
        command.args(["--postgres", &server.url()]);
    }
    let brokers = brokers::start(workspace);
    for broker in &brokers {
        command.args(["--broker", &broker.argument()]);
    }
    process::aloud(command.args(arguments).current_dir(&workspace.root), "bench")
}

fn tell<T>(prepared: Outcome<T>) -> Option<T> {
    prepared.inspect_err(|message| eprintln!("{message}")).ok()
}
