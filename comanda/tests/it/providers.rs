//! Other providers, as an operator sets them; and what no shipped program does, whatever is set.

use crate::town::{Comanda, free_port};
use serde_json::json;
use std::{path::Path, process::Command};

fn said(folder: &Path, arguments: &[&str], providers: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_comanda"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("COMANDA_ACCOUNTS_PROVIDERS", providers)
        .output()
        .unwrap();
    assert!(!output.status.success());
    [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat()
}

#[test]
fn a_wrong_provider_stops_the_start_with_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let providers = r#"[{"name": "g", "kind": "googel"}]"#;
    let said = said(folder.path(), &["up"], providers);
    let sentence = "accounts.providers[0].kind is \"googel\": expected one of oidc, auth0, clerk, firebase, google, keycloak";
    assert!(said.contains(sentence), "{said}");
}

#[test]
fn the_doctor_says_which_provider_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = format!("http://127.0.0.1:{}", free_port());
    let providers =
        format!(r#"[{{name = "mine", kind = "oidc", issuer = "{issuer}", client_id = "x"}}]"#);
    let said = said(folder.path(), &["doctor", "--listen", "127.0.0.1:0"], &providers);
    assert!(said.contains(&format!("WRONG  provider mine ({issuer})")), "{said}");
    assert!(said.contains("look whether this machine reaches it"), "{said}");
}

#[test]
fn the_shipped_program_does_not_know_the_switch_for_tokens_that_nobody_signed() {
    let folder = tempfile::tempdir().unwrap();
    let providers = r#"[{"name": "f", "kind": "firebase", "project_id": "town", "api_key": "k", "emulator": "127.0.0.1:9099"}]"#;
    let said = said(folder.path(), &["up"], providers);
    assert!(said.contains("accounts.providers[f].emulator is \"…\": no such key"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shipped_program_refuses_tokens_that_nobody_signed() {
    let data = tempfile::tempdir().unwrap();
    let providers = r#"[{"name": "f", "kind": "firebase", "project_id": "town", "api_key": "k"}]"#;
    let settings = [
        ("COMANDA_ACCOUNTS_PROVIDERS", providers.to_owned()),
        ("FIREBASE_AUTH_EMULATOR_HOST", "127.0.0.1:9099".to_owned()),
    ];
    let town = Comanda::start(&["up"], data.path(), free_port(), &settings);
    // {"alg":"none","typ":"JWT"}, and claims of the emulator's form that end in the year 2100.
    let token = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL3NlY3VyZXRva2VuLmdvb2dsZS5jb20vdG93biIsImF1ZCI6InRvd24iLCJzdWIiOiJ4IiwiYXV0aF90aW1lIjoxLCJpYXQiOjEsImV4cCI6NDEwMjQ0NDgwMCwiZW1haWwiOiJ6b2VAZXhhbXBsZS5jb20iLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZX0.";
    let body = json!({"provider": "f", "token": token});
    let (status, answer) = town.client().post("accounts", "/sessions/exchange", body).await;
    assert_eq!((status.as_u16(), answer["code"].as_str()), (401, Some("token_refused")));
}
