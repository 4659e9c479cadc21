//! A certificate of a run's own, and the authority that signed it: for counterparts that speak TLS, and
//! for a town behind NGINX.

use crate::{Outcome, process, workspace::Workspace};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files in PEM.
#[derive(Debug)]
pub(super) struct Certificate {
    /// Whom those trust who are to trust the certificate.
    pub(super) authority: PathBuf,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// This machine, and the town of the journeys.
const EXTENSIONS: &str = "subjectAltName=DNS:localhost,IP:127.0.0.1,DNS:town.test,DNS:*.town.test
basicConstraints=CA:FALSE
extendedKeyUsage=serverAuth
";
const KEY: [&str; 4] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

/// Makes one, if this target folder has none; it is good for a year, and made anew after a month.
pub(super) fn make(workspace: &Workspace) -> Outcome<Certificate> {
    let folder = workspace.folder("certificate")?;
    let at = |name: &str| folder.join(name);
    let made = Certificate {
        authority: at("authority.pem"),
        certificate: at("certificate.pem"),
        key: at("key.pem"),
    };
    if is_fresh(&made.certificate) {
        return Ok(made);
    }
    std::fs::write(at("extensions"), EXTENSIONS).map_err(|e| format!("extensions: {e}"))?;
    let openssl = |arguments: &[&[&str]]| {
        let mut openssl = Command::new("openssl");
        openssl.args(arguments.concat()).current_dir(&folder);
        process::output(&mut openssl, "openssl").map(drop)
    };
    openssl(&[
        &["req", "-x509", "-nodes", "-days", "365", "-subj", "/CN=Comanda's tests"],
        &KEY,
        &["-keyout", "authority-key.pem", "-out", "authority.pem"],
    ])?;
    openssl(&[
        &["req", "-nodes", "-subj", "/CN=town.test"],
        &KEY,
        &["-keyout", "key.pem", "-out", "request.pem"],
    ])?;
    openssl(&[
        &["x509", "-req", "-in", "request.pem", "-days", "365", "-set_serial", "1"],
        &["-CA", "authority.pem", "-CAkey", "authority-key.pem"],
        &["-extfile", "extensions", "-out", "certificate.pem"],
    ])?;
    Ok(made)
}

fn is_fresh(file: &Path) -> bool {
    const MONTH: u64 = 30 * 24 * 60 * 60;
    let age =
        std::fs::metadata(file).and_then(|it| it.modified()).ok().and_then(|at| at.elapsed().ok());
    age.is_some_and(|age| age.as_secs() < MONTH)
}
