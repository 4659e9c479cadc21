//! A PostgreSQL of a test's own, with passwords and certificates, by the programs of the test run's
//! server. Only `town` must come encrypted.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The name in the server's certificate.
pub(super) const NAME: &str = "db.comanda.test";
/// Of both users.
pub(super) const PASSWORD: &str = "kept-to-ourselves";

/// Stops with the value.
pub(super) struct Server {
    programs: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
}

impl Server {
    /// `None`: this test run has no PostgreSQL, or one whose programs are elsewhere.
    pub(super) fn start() -> Option<Self> {
        let mut client = database::connect_to_postgres(&testkit::postgres_url()?).unwrap();
        let bin = "SELECT setting FROM pg_config WHERE name = 'BINDIR'";
        let bin: String = client.query_one(bin, &[]).unwrap().get(0);
        if !Path::new(&bin).join("initdb").exists() {
            return None;
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { programs: bin.into(), folder: tempfile::tempdir().unwrap(), port };
        server.prepare();
        let options =
            format!("-p {port} -h 127.0.0.1 -k {} -c fsync=off", server.path("").display());
        server.run("pg_ctl", &["start", "-w", "-l", &server.text("log"), "-o", &options]);
        let town = format!("CREATE ROLE town LOGIN CREATEDB PASSWORD '{PASSWORD}'");
        server.administer(&town);
        Some(server)
    }

    fn prepare(&self) {
        std::fs::write(self.path("password"), PASSWORD).unwrap();
        self.give();
        let password = format!("--pwfile={}", self.text("password"));
        let rest = ["--username=postgres", "--auth=scram-sha-256", "--no-sync", &password];
        self.run("initdb", &rest);
        let (certificate, key) = self.authority("ca.pem").sign(NAME);
        self.authority("other.pem");
        std::fs::write(self.path("data/server.crt"), certificate).unwrap();
        std::fs::write(self.path("data/server.key"), key).unwrap();
        let access = "hostssl all town all scram-sha-256\nhost all postgres all scram-sha-256\n";
        std::fs::write(self.path("data/pg_hba.conf"), access).unwrap();
        std::fs::write(self.path("data/postgresql.auto.conf"), "ssl = on\n").unwrap();
        run(Command::new("chmod").arg("600").arg(self.path("data/server.key")));
        self.give();
    }

    /// Makes an authority and writes its certificate into a file.
    fn authority(&self, file: &str) -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, file);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        std::fs::write(self.path(file), params.self_signed(&key).unwrap().pem()).unwrap();
        Authority(Issuer::new(params, key))
    }

    /// The URL of a database for `user`, asked for by a name that is not this machine's.
    pub(super) fn url(&self, user: &str, name: &str, database: &str, query: &str) -> String {
        let Self { port, .. } = self;
        format!("postgres://{user}:{PASSWORD}@{name}:{port}/{database}?hostaddr=127.0.0.1&{query}")
    }

    /// The URL with a setting as the administrator, who may come unencrypted.
    pub(super) fn administer(&self, sql: &str) {
        let url = self.url("postgres", NAME, "postgres", "sslmode=prefer");
        database::connect_to_postgres(&url).unwrap().batch_execute(sql).unwrap();
    }

    /// A file of the folder, for a URL.
    pub(super) fn text(&self, file: &str) -> String {
        self.path(file).display().to_string()
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// PostgreSQL refuses to run as root; then its package's own user runs it.
    fn give(&self) {
        if is_root() {
            run(Command::new("chown").args(["-R", "postgres"]).arg(self.folder.path()));
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command =
            Command::new(if is_root() { "runuser".as_ref() } else { program.as_os_str() });
        if is_root() {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        command.arg("--pgdata").arg(self.path("data")).args(arguments);
        run(command.current_dir(self.folder.path()));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run("pg_ctl", &["stop", "-m", "immediate"]);
    }
}

struct Authority(Issuer<'static, KeyPair>);

impl Authority {
    /// A certificate for a name and its key, as PEM.
    fn sign(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|done| done.stdout == b"0\n")
}

fn run(command: &mut Command) {
    // Not with our pipes: the server would hold them open.
    let done = command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null());
    assert!(done.status().unwrap().success(), "{command:?}");
}
