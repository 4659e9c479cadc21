//! All settings with their defaults and what they mean: the default file is printed from here.

/// One documented setting.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its path in the file, such as `database.url`.
    pub name: &'static str,
    /// When nobody sets it.
    pub default: &'static str,
    /// For the operator, in the default file.
    pub help: &'static str,
}

const fn key(name: &'static str, default: &'static str, help: &'static str) -> Key {
    Key { name, default, help }
}

/// All settings. The default file is printed from this table.
pub const KEYS: &[Key] = &[
    key("domain", "comanda.localhost", "The four services are hosts below this domain."),
    key("public_scheme", "http", "http or https: how browsers reach us, also behind a proxy."),
    key(
        "public_port",
        "",
        "The port that browsers use. Empty: the listening port on localhost, else the scheme's own.",
    ),
    key("listen", "127.0.0.1:8080", "Address and port to listen on."),
    key("metrics_listen", "", "Address and port of /metrics alone. Empty: on the public port."),
    key(
        "trusted_proxies",
        "",
        "Networks of our proxies, such as 10.0.0.0/8: their X-Forwarded-For counts, as this machine's does.",
    ),
    key(
        "drain_seconds",
        "0",
        "After SIGTERM: how long requests are still answered, so that a proxy can go elsewhere first.",
    ),
    key(
        "data_dir",
        "data",
        "Folder of the embedded databases, the embedded broker and the photos.",
    ),
    key(
        "database.url",
        "",
        "sqlite:FOLDER or postgres://USER:PASSWORD@HOST:PORT/NAME, over a network with ?sslmode=verify-full&sslrootcert=FILE (as libpq has them; without a file the system's authorities count). Empty: SQLite in data_dir.",
    ),
    key(
        "database.layout",
        "separate",
        "separate: a database per service. shared: one PostgreSQL database, a schema per service.",
    ),
    key("database.writers", "8", "Connections for writing on PostgreSQL, for each service."),
    key(
        "broker.url",
        "embedded:",
        "embedded: (broker.db in data_dir), embedded:FILE, nats://USER:PASSWORD@HOST:PORT/TOWN, kafka://USER:PASSWORD@HOST:PORT,HOST:PORT/TOWN, or aws-sns-sqs://REGION/TOWN (docs/adr/0009 has the options).",
    ),
    key(
        "uploads.url",
        "folder:",
        "Where photos lie, for all replicas: folder: (uploads in data_dir), folder:DIR, or s3://BUCKET/PREFIX?region=REGION&endpoint=URL, with keys in the environment or by the role of the machine (docs/adr/0012).",
    ),
    key(
        "mail.url",
        "log:",
        "Where mails go: log: (printed in the log, for development), smtp://USER:PASSWORD@HOST:PORT (with STARTTLS, unless it is this machine or ends with ?tls=off), or smtps://USER:PASSWORD@HOST:PORT.",
    ),
    key(
        "mail.from",
        "",
        "Whom mails come from, such as Comanda <food@example.com>. Empty: no-reply at the domain.",
    ),
    key(
        "accounts.internal_url",
        "",
        "Where services reach accounts. Empty: our own listening address.",
    ),
    key(
        "accounts.throttle_loopback",
        "false",
        "Whether what comes from this machine is slowed down, too: attempts to sign in, wrong API keys, landing's forms.",
    ),
    key(
        "accounts.providers",
        "[]",
        "Who else may say who somebody is (docs/sign-in-providers.md). In this file a table for each, such as\n\
         [[accounts.providers]]\n\
         name = \"google\"\n\
         kind = \"google\" (or oidc, auth0, keycloak, clerk, firebase)\n\
         client_id = \"…\"\n\
         client_secret = \"…\"\n\
         in the environment one list as JSON or TOML.",
    ),
    key(
        "accounts.second_step",
        "offered",
        "offered: who sets up a passkey or an authenticator app is asked for it. staff: owners and operators are led to set one up, and what is dangerous waits for it.",
    ),
    key(
        "accounts.sealing_key",
        "",
        "32 bytes in base64 (openssl rand -base64 32), the same on all replicas: the keys of authenticator apps are sealed with it, so that a copy of the database alone tells none. Empty: they are not sealed. Whoever changes it makes the apps useless that were set up before (docs/adr/0014).",
    ),
    key(
        "landing.internal_url",
        "",
        "Where accounts reaches landing, to gather a person's data. Empty: our own listening address.",
    ),
    key(
        "orderhub.internal_url",
        "",
        "Where accounts reaches orderhub. Empty: our own listening address.",
    ),
    key(
        "prepstation.internal_url",
        "",
        "Where accounts reaches prepstation. Empty: our own listening address.",
    ),
    key(
        "dev.reload",
        "false",
        "Pages reload by themselves when something was changed; cargo xtask dev sets it.",
    ),
    key("telemetry.log", "text", "text or json."),
    key(
        "telemetry.filter",
        "info,access=warn",
        "What is logged, such as info (with a line for each request) or warn,orderhub=debug.",
    ),
    key(
        "telemetry.otlp",
        "",
        "http://HOST:4318 of an OpenTelemetry collector that is to have the traces. Empty: nobody.",
    ),
    key(
        "telemetry.sampling",
        "1.0",
        "The share of the traces begun here that are sent there; who calls us may ask for its own.",
    ),
];

/// The documented default file (`comanda config`).
#[must_use]
pub fn default_file() -> String {
    let mut text = String::from(
        "# Comanda's settings with their defaults. Each key is also an environment variable\n\
         # (database.url: COMANDA_DATABASE_URL; for one service COMANDA_ORDERHUB__DATABASE_URL).\n",
    );
    let mut table = "";
    for key in KEYS {
        let (section, name) = key.name.rsplit_once('.').unwrap_or(("", key.name));
        if section != table {
            table = section;
            text.push_str(&format!("\n[{section}]\n"));
        }
        let plain =
            matches!(key.default, "true" | "false" | "[]") || key.default.parse::<i64>().is_ok();
        let value = if plain { key.default.to_owned() } else { format!("{:?}", key.default) };
        let help = key.help.replace('\n', "\n# ");
        text.push_str(&format!("\n# {help}\n{name} = {value}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[test]
    fn the_default_file_is_read_back_as_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("comanda.toml");
        std::fs::write(&file, default_file()).unwrap();
        let settings = Settings::read(Some(&file), std::iter::empty(), &[], None).unwrap();
        assert_eq!(settings.domain, "comanda.localhost");
    }
}
