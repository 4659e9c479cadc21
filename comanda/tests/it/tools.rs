//! The operator's tools: what they print, and how they end.

use crate::postgres_town::PostgresTown;
use std::{
    path::Path,
    process::{Command, Output},
};

fn comanda(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_comanda"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn an_import_with_refused_rows_ends_as_a_failure_and_keeps_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/import");
    let good = examples.join("example-restaurants.csv");
    let (good, bad) = (good.to_str().unwrap(), "bad.json");
    std::fs::write(folder.path().join(bad), "{").unwrap();
    let mixed = comanda(folder.path(), &["import", good, bad]);
    assert!(!mixed.status.success());
    assert!(
        said(&mixed).contains("refused  bad.json, line 1")
            && said(&mixed).contains("the rest is imported")
    );
    let again = comanda(folder.path(), &["import", good]);
    assert!(again.status.success(), "{}", said(&again));
    assert!(said(&again).contains("unchanged       2"), "{}", said(&again));
}

#[test]
fn the_doctor_names_what_is_wrong_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap().to_string();
    let wrong = comanda(folder.path(), &["doctor", "--listen", &address]);
    assert!(!wrong.status.success());
    assert!(said(&wrong).contains(&format!("WRONG  listen on {address}")), "{}", said(&wrong));
    assert!(said(&wrong).contains("choose another with --listen"));
    let migrated = comanda(folder.path(), &["migrate"]);
    assert!(migrated.status.success() && said(&migrated).contains("orderhub     up to date"));
}

#[test]
fn dead_letters_are_those_of_every_service_unless_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    assert!(comanda(folder.path(), &["migrate"]).status.success());
    let all = comanda(folder.path(), &["dead-letters"]);
    for service in ["landing", "orderhub", "prepstation", "accounts"] {
        assert!(said(&all).contains(&format!("{service:<12} 0 dead letters")), "{}", said(&all));
    }
    let one = comanda(folder.path(), &["dead-letters", "orderhub"]);
    assert_eq!(said(&one), "orderhub     0 dead letters\n");
    let none = comanda(folder.path(), &["dead-letters", "--replay", "all"]);
    assert_eq!(said(&none), "0 events will be handled again\n");
    let unknown = "0192d3a4-7b1c-7def-8abc-0123456789ab";
    let unknown = comanda(folder.path(), &["dead-letters", "--replay", unknown]);
    assert!(!unknown.status.success() && said(&unknown).contains("not among the dead letters"));
}

#[test]
fn the_doctor_says_when_the_way_to_the_database_is_open() {
    let Some(town) = PostgresTown::new("shared") else { return };
    // The same server by a name that is not this machine's; only that it has no TLS must be so.
    let url = town.url.replace("127.0.0.1", "db.comanda.test");
    let away = format!("{url}?hostaddr=127.0.0.1&sslmode=disable");
    let doctor = |url: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_comanda"));
        let folder = tempfile::tempdir().unwrap();
        command.args(["doctor", "--listen", "127.0.0.1:0"]).current_dir(folder.path()).env_clear();
        command.env("COMANDA_DATABASE_URL", url).env("COMANDA_DATABASE_LAYOUT", "shared");
        said(&command.output().unwrap())
    };
    let open = "RISKY  database of orderhub: the connection is not encrypted";
    let (far, near) = (doctor(&away), doctor(&town.url));
    assert!(far.contains(open) && far.contains("sslmode=verify-full"), "{far}");
    assert!(near.contains("well   database of orderhub"), "{near}");
}

#[test]
fn a_wrong_database_url_is_told_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    for (url, allowed) in [
        ("postgres:/u:kept-to-ourselves@h/town", "expected sqlite:FOLDER"),
        ("postgres://u:kept-to-ourselves@h/town?sslmode=on", "expected disable"),
        ("postgres://u:kept-to-ourselves@127.0.0.1:1/town", "does not open at"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_comanda"));
        command.arg("migrate").current_dir(folder.path()).env_clear();
        let output = command.env("COMANDA_DATABASE_URL", url).output().unwrap();
        let said = said(&output);
        assert!(!output.status.success() && said.contains(allowed), "{said}");
        assert!(!said.contains("kept-to-ourselves"), "{said}");
    }
}

#[test]
fn the_printed_settings_file_is_a_good_one() {
    let folder = tempfile::tempdir().unwrap();
    let printed = comanda(folder.path(), &["config"]);
    let file = folder.path().join("comanda.toml");
    std::fs::write(&file, &printed.stdout).unwrap();
    assert!(said(&printed).contains("writers = 8"), "a number is written as one");
    let checked = comanda(folder.path(), &["migrate", "--config", "comanda.toml"]);
    assert!(checked.status.success(), "{}", said(&checked));
}
