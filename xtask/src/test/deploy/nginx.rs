//! `nginx -t` over the configuration as it is shipped, with a certificate that is made for it.

use super::{Deploy, Found, Report};
use crate::{Outcome, process};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The town that an operator copies, and the replicas of the compose files.
pub(super) fn check(deploy: &Deploy<'_>, report: &mut Report) {
    report.add("deploy/nginx is what NGINX accepts", accepted(deploy, None));
    for file in deploy.files("deploy/compose", &[".conf"]) {
        if file.contains("/upstreams.") {
            let what = format!("{file} is what NGINX accepts");
            report.add(&what, accepted(deploy, Some(&file)));
        }
    }
}

fn accepted(deploy: &Deploy<'_>, upstreams: Option<&str>) -> Found {
    let program = process::find(&["nginx"])
        .or_else(|| Some(PathBuf::from("/usr/sbin/nginx")).filter(|path| path.is_file()));
    let program = program.ok_or("install NGINX")?;
    let place = lay_out(deploy, upstreams)?;
    let mut test = Command::new(program);
    let pid = format!("pid {};", place.join("pid").display());
    test.args(["-t", "-q", "-g", &pid, "-c"]).arg(place.join("nginx.conf"));
    let done = test.output().map_err(|e| format!("nginx: {e}"))?;
    let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    Ok(if done.status.success() { Ok(()) } else { Err(said) })
}

/// As `cp -r town.example town` and a certificate leave it.
fn lay_out(deploy: &Deploy<'_>, upstreams: Option<&str>) -> Outcome<PathBuf> {
    let place = deploy.workspace.folder("deploy/nginx")?;
    let town = deploy.workspace.folder("deploy/nginx/town")?;
    let write = |path: &Path, text: String| {
        std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
    };
    write(&place.join("nginx.conf"), deploy.read("deploy/nginx/nginx.conf")?)?;
    for file in deploy.files("deploy/nginx/town.example", &[".conf"]) {
        let name = file.rsplit('/').next().unwrap_or_default();
        write(&town.join(name), deploy.read(&file)?)?;
    }
    if let Some(file) = upstreams {
        write(&town.join("upstreams.conf"), nearby(&deploy.read(file)?))?;
    }
    if !town.join("fullchain.pem").is_file() {
        let mut openssl = Command::new("openssl");
        openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
        openssl.args(["-nodes", "-days", "3650", "-subj", "/CN=example.com"]);
        openssl.args(["-keyout", "privkey.pem", "-out", "fullchain.pem"]).current_dir(&town);
        process::output(&mut openssl, "openssl req")?;
    }
    Ok(place)
}

/// Names that only the network of the containers knows, as this machine.
fn nearby(upstreams: &str) -> String {
    let line = |line: &str| match line.trim_start().strip_prefix("server ") {
        Some(rest) => {
            let port = rest.split_once(':').map_or("", |(_, port)| port);
            format!("    server 127.0.0.1:{port}")
        }
        None => line.to_owned(),
    };
    upstreams.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_stand_for_themselves_on_this_machine() {
        let text = "upstream a {\n    server a-1:8080 max_fails=1;\n}";
        assert_eq!(nearby(text), "upstream a {\n    server 127.0.0.1:8080 max_fails=1;\n}");
    }
}
