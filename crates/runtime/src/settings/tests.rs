//! What is allowed, and what is said of what is not.

use super::*;

fn read(environment: &[(&str, &str)], service: Option<&str>) -> Result<Settings, SettingsError> {
    let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    Settings::read(None, environment, &[], service)
}

#[test]
fn everything_has_a_default() {
    let settings = read(&[], None).unwrap();
    assert_eq!(settings.database_url, "sqlite:data");
    assert_eq!(settings.public_port, Some(8080));
    assert_eq!(settings.accounts_url, "http://127.0.0.1:8080");
    for service in web::Service::ALL {
        assert_eq!(settings.internal_url(service), "http://127.0.0.1:8080");
    }
}

#[test]
fn each_service_may_be_elsewhere_inside() {
    let environment = [("COMANDA_ORDERHUB_INTERNAL_URL", "http://orderhub.inside:8080/")];
    let settings = read(&environment, Some("accounts")).unwrap();
    assert_eq!(settings.internal_url(web::Service::Orderhub), "http://orderhub.inside:8080");
    assert_eq!(settings.internal_url(web::Service::Landing), "http://127.0.0.1:8080");
}

#[test]
fn the_key_of_a_service_wins_over_the_common_one() {
    let environment =
        [("COMANDA_DATABASE_URL", "sqlite:a"), ("COMANDA_ORDERHUB__DATABASE_URL", "sqlite:b")];
    assert_eq!(read(&environment, Some("orderhub")).unwrap().database_url, "sqlite:b");
    assert_eq!(read(&environment, Some("accounts")).unwrap().database_url, "sqlite:a");
}

#[test]
fn services_may_share_a_database_by_a_role_each() {
    let url = "postgres://orderhub@db/town";
    let environment =
        [("COMANDA_DATABASE_LAYOUT", "shared"), ("COMANDA_ORDERHUB__DATABASE_URL", url)];
    assert!(read(&environment, None).is_ok(), "all of them together need no database");
    assert_eq!(read(&environment, Some("orderhub")).unwrap().database_url, url);
    let none = read(&environment, Some("accounts")).unwrap_err().to_string();
    assert!(none.contains("SQLite has a file per service"), "{none}");
}

#[test]
fn a_wrong_setting_is_said_in_one_sentence() {
    let message = |pairs: &[(&str, &str)]| read(pairs, None).unwrap_err().to_string();
    assert_eq!(
        message(&[("COMANDA_LISTEN", "here")]),
        "listen is \"here\": expected ADDRESS:PORT such as 127.0.0.1:8080"
    );
    assert!(
        message(&[("COMANDA_DATABASE_LAYOUT", "both")]).contains("expected separate or shared")
    );
    assert!(message(&[("COMANDA_BROKER_URL", "amqp://x")]).contains("embedded"));
    assert!(message(&[("COMANDA_UPLOADS_URL", "ftp://x")]).contains("expected folder:"));
    assert!(
        message(&[("COMANDA_MAIL_URL", "mail.example.com")]).contains("expected log: or smtp:")
    );
    assert!(message(&[("COMANDA_MAIL_FROM", "the town")]).contains("an address such as"));
    assert!(message(&[("COMANDA_TELEMETRY_OTLP", "otel:4318")]).contains("http://HOST:PORT"));
    assert!(message(&[("COMANDA_TELEMETRY_SAMPLING", "7")]).contains("from 0 to 1"));
    assert!(message(&[("COMANDA_DATABASE_WRITERS", "0")]).contains("a number from 1"));
    assert!(message(&[("COMANDA_TELEMETRY_FILTER", "=!!")]).contains("orderhub=debug"));
    assert!(message(&[("COMANDA_ACCOUNTS_SECOND_STEP", "all")]).contains("offered or staff"));
    let secret = "c2hvcnQ=";
    let told = message(&[("COMANDA_ACCOUNTS_SEALING_KEY", secret)]);
    assert!(told.contains("32 bytes in base64") && !told.contains(secret), "{told}");
    assert!(message(&[("COMANDA_NONSENSE", "1")]).contains("COMANDA_NONSENSE is not a setting"));
}

#[test]
fn a_sealing_key_is_32_bytes() {
    let key = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    let settings = read(&[("COMANDA_ACCOUNTS_SEALING_KEY", key)], None).unwrap();
    assert_eq!(settings.sealing_key, Some([7; 32]));
    assert_eq!(read(&[], None).unwrap().sealing_key, None);
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("comanda.toml");
    std::fs::write(&file, "domain = \"a.example\"\nlisten = \"x\n").unwrap();
    let error = Settings::read(Some(&file), std::iter::empty(), &[], None).unwrap_err();
    assert!(error.to_string().contains("line 2"), "{error}");
}

#[test]
fn the_default_file_is_read_back_as_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("comanda.toml");
    std::fs::write(&file, default_file()).unwrap();
    let settings = Settings::read(Some(&file), std::iter::empty(), &[], None).unwrap();
    assert_eq!(settings.domain, "comanda.localhost");
}

#[test]
fn no_message_repeats_a_password() {
    for (key, value) in [
        ("COMANDA_BROKER_URL", "amqp://me:hunter2@broker/lunch"),
        ("COMANDA_BROKER_URL", "nats:/me:hunter2@broker"),
        ("COMANDA_DATABASE_URL", "mysql://me:hunter2@db/town"),
        ("COMANDA_DATABASE_URL", "host=db user=me password=hunter2"),
        ("COMANDA_MAIL_URL", "mail://me:hunter2@mail.example.com"),
        ("COMANDA_TELEMETRY_OTLP", "https://me:hunter2@otel:4318"),
        ("COMANDA_LISTEN", "postgres://me:hunter2@db/pasted-into-the-wrong-line"),
    ] {
        let message = read(&[(key, value)], None).unwrap_err().to_string();
        assert!(!message.contains("hunter2"), "{message}");
    }
    let settings = read(&[("COMANDA_DATABASE_URL", "postgres://me:hunter2@db/town")], None);
    assert!(!format!("{:?}", settings.unwrap()).contains("hunter2"));
}
