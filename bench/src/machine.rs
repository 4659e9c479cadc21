//! Where the figures come from: the machine and the versions.

use crate::{Outcome, town::run};
use std::{path::Path, process::Command};

/// Name and value, in the order in which they are printed.
pub(crate) fn describe(data: &Path) -> Outcome<Vec<(&'static str, String)>> {
    let cpu = read("/proc/cpuinfo")?;
    let model = field(&cpu, "model name").unwrap_or("unknown").trim_start_matches([':', ' ', '\t']);
    let memory = read("/proc/meminfo")?;
    let kib: f64 = field(&memory, "MemTotal:")
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = read("/proc/loadavg")?;
    let said = |program: &str, arguments: &[&str]| {
        let said = run(Command::new(program).args(arguments));
        said.ok().and_then(|text| Some(text.lines().next()?.to_owned()))
    };
    let disk = run(Command::new("df").arg("--output=fstype,source").arg(data)).ok();
    let disk = disk.and_then(|text| Some(text.lines().nth(1)?.trim().to_owned()));
    let unknown = || "unknown".to_owned();
    Ok(vec![
        ("date", kernel::Env::system().now.strftime("%Y-%m-%d %H:%M UTC").to_string()),
        ("processor", format!("{model}, {cores} cores")),
        ("memory", format!("{:.0} GiB", kib / f64::from(1 << 20))),
        ("kernel", said("uname", &["-sr"]).unwrap_or_else(unknown)),
        ("data folder on", disk.unwrap_or_else(unknown)),
        ("load before the run", load.split(' ').take(3).collect::<Vec<_>>().join(" ")),
        ("commit", said("git", &["describe", "--always", "--dirty"]).unwrap_or_else(unknown)),
        ("compiler", said("rustc", &["--version"]).unwrap_or_else(unknown)),
        ("nginx", nginx().unwrap_or_else(unknown)),
        ("wrk", package("wrk").unwrap_or_else(unknown)),
        ("SQLite", rusqlite::version().to_owned()),
    ])
}

fn nginx() -> Option<String> {
    package("nginx")
}

/// The version of a Debian package.
fn package(name: &str) -> Option<String> {
    let said = run(Command::new("dpkg-query").args(["-W", "-f", "${Version}", name])).ok()?;
    Some(format!("{name} {said}")).filter(|_| !said.is_empty())
}

fn read(path: &str) -> Outcome<String> {
    std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}
