//! NGINX with the configuration that ships: only the town's own small files are made here, from the
//! example beside it.

use rcgen::{CertificateParams, KeyPair};
use rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};
use testkit::within;
use tokio::net::TcpStream;

use crate::{
    size::PATIENCE,
    town::{DOMAIN, Ports},
};

/// The services in the order in which the example's ports stand.
const EXAMPLE_PORTS: [(&str, &str); 4] =
    [("landing", "8081"), ("orderhub", "8082"), ("prepstation", "8083"), ("accounts", "8084")];

/// A running NGINX; it goes with the value.
#[derive(Debug)]
pub(crate) struct Gateway {
    process: Child,
    log: PathBuf,
    /// Who trusts its certificate.
    pub(crate) tls: ClientConfig,
}

impl Gateway {
    /// Starts it in `folder` on a port, in front of the replicas.
    pub(crate) async fn start(folder: &Path, port: u16, replicas: &Ports) -> Self {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/nginx");
        let town = folder.join("town");
        fs::create_dir_all(&town).unwrap();
        fs::copy(shipped.join("nginx.conf"), folder.join("nginx.conf")).unwrap();
        for entry in fs::read_dir(shipped.join("town.example")).unwrap() {
            let file = entry.unwrap().path();
            let name = file.file_name().unwrap().to_str().unwrap();
            let example = fs::read_to_string(&file).unwrap();
            fs::write(town.join(name), own(name, &example, folder, port, replicas)).unwrap();
        }
        let certificate = certificate(&town);
        let log = folder.join("nginx.log");
        let out = File::create(&log).unwrap();
        let globals = format!("daemon off; pid {};", folder.join("nginx.pid").display());
        let process = Command::new(program())
            .arg("-c")
            .arg(folder.join("nginx.conf"))
            .args(["-g", &globals])
            .stdin(Stdio::null())
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .spawn()
            .unwrap();
        let gateway = Self { process, log, tls: trusting(certificate) };
        within(PATIENCE, "NGINX to listen", async || {
            TcpStream::connect(("127.0.0.1", port)).await.ok()
        })
        .await;
        gateway
    }

    /// Workers that died.
    pub(crate) fn crashes(&self) -> Vec<String> {
        let log = fs::read_to_string(&self.log).unwrap();
        let crashed = |line: &&str| line.contains("exited on signal");
        log.lines().filter(crashed).map(str::to_owned).collect()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // The master ends its workers with it.
        crate::servers::signal("-TERM", &self.process.id().to_string());
        let _ = self.process.wait();
    }
}

/// A file of `town.example` with this town's names, ports and replicas in it.
fn own(name: &str, example: &str, folder: &Path, port: u16, replicas: &Ports) -> String {
    let text = example.replace("example\\.com", &DOMAIN.replace('.', "\\."));
    let text = text.replace("example.com", DOMAIN);
    match name {
        "listen.conf" => format!("listen 127.0.0.1:{port} ssl http2;\n"),
        // Nobody comes here; its port is any that is free.
        "listen-plain.conf" => format!("listen unix:{};\n", folder.join("plain.sock").display()),
        "upstreams.conf" => {
            let lines: Vec<_> = text.lines().map(|line| for_replicas(line, replicas)).collect();
            // Who is not root cannot write where the package does.
            let folder = folder.display();
            let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
            let paths = paths.map(|kind| format!("{kind}_temp_path {folder}/{kind};\n"));
            lines.concat() + &paths.concat()
        }
        _ => text,
    }
}

/// A line of the example that names a service's one server, for each of its replicas.
fn for_replicas(line: &str, replicas: &Ports) -> String {
    let example = |port: &str| format!("server 127.0.0.1:{port} ");
    let named = EXAMPLE_PORTS.iter().find(|(_, port)| line.contains(&example(port)));
    let Some((service, port)) = named else { return format!("{line}\n") };
    let own = |own: &u16| line.replace(&example(port), &example(&own.to_string())) + "\n";
    replicas[service].iter().map(own).collect()
}

/// Writes a certificate of this town's own, and answers with it.
fn certificate(town: &Path) -> CertificateDer<'static> {
    let key = KeyPair::generate().unwrap();
    let names = vec![DOMAIN.to_owned(), format!("*.{DOMAIN}")];
    let certificate = CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    fs::write(town.join("fullchain.pem"), certificate.pem()).unwrap();
    fs::write(town.join("privkey.pem"), key.serialize_pem()).unwrap();
    certificate.der().clone()
}

fn trusting(certificate: CertificateDer<'static>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Debian keeps it where people have no path to.
fn program() -> &'static Path {
    let debian = Path::new("/usr/sbin/nginx");
    if debian.is_file() { debian } else { Path::new("nginx") }
}
