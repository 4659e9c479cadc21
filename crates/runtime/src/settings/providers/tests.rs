//! What is allowed of a provider, and what is said of what is not.

use super::*;

fn one(text: &str) -> Provider {
    read(&format!("[{text}]")).unwrap().remove(0)
}

fn message(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn a_list_is_toml_or_json_and_usually_empty() {
    assert_eq!(read("").unwrap(), []);
    assert_eq!(read("[]").unwrap(), []);
    let toml = one(r#"{name = "g", kind = "google", client_id = "id", client_secret = "s3cret"}"#);
    let json =
        one(r#"{"name": "g", "kind": "google", "client_id": "id", "client_secret": "s3cret"}"#);
    assert_eq!(toml, json);
    assert_eq!(
        (toml.issuer.as_str(), toml.label.as_str()),
        ("https://accounts.google.com", "Google")
    );
    assert!(!format!("{toml:?}").contains("s3cret"));
}

#[test]
fn the_presets_write_their_issuer_as_the_provider_does() {
    let issuer = |kind: &str, issuer: &str| {
        one(&format!(r#"{{name = "x", kind = "{kind}", issuer = "{issuer}", client_id = "id"}}"#))
            .issuer
    };
    assert_eq!(issuer("auth0", "https://town.eu.auth0.com"), "https://town.eu.auth0.com/");
    assert_eq!(issuer("auth0", "https://town.eu.auth0.com/"), "https://town.eu.auth0.com/");
    assert_eq!(issuer("keycloak", "https://k.test/realms/a/"), "https://k.test/realms/a");
    assert_eq!(issuer("oidc", "https://exact.test/"), "https://exact.test/");
}

#[test]
fn clerk_and_firebase_need_their_public_keys_alone() {
    let clerk = one(
        r#"{name = "c", kind = "clerk", publishable_key = "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k"}"#,
    );
    assert_eq!(clerk.issuer, "https://clerk.example.com");
    let firebase = one(r#"{name = "f", kind = "firebase", project_id = "town", api_key = "AIza"}"#);
    assert_eq!(firebase.issuer, "https://securetoken.google.com/town");
    let ProviderKind::Firebase(app) = firebase.kind else { panic!("firebase") };
    assert_eq!(app.auth_domain, "town.firebaseapp.com");
}

#[test]
fn what_is_wrong_is_one_sentence_with_key_value_and_what_is_allowed() {
    for (text, said) in [
        ("7", "expected a list of tables"),
        ("[7]", "expected a list of tables"),
        ("[{}]", "accounts.providers[0].kind is \"\": expected one of oidc, auth0, clerk"),
        (r#"[{kind = "saml"}]"#, "accounts.providers[0].kind is \"saml\": expected one of"),
        (r#"[{kind = "oidc", name = "A b"}]"#, "accounts.providers[0].name is \"A b\""),
        (
            r#"[{kind = "oidc", name = "a"}]"#,
            "accounts.providers[a].issuer is \"\": expected https",
        ),
        (
            r#"[{kind = "oidc", name = "a", issuer = "http://far.test", client_id = "x"}]"#,
            "accounts.providers[a].issuer is \"http://far.test\": expected https",
        ),
        (r#"[{kind = "google", name = "g"}]"#, "accounts.providers[g].client_id is \"\""),
        (
            r#"[{kind = "google", name = "g", client_id = "x", client_secrets = "hunter2"}]"#,
            "accounts.providers[g].client_secrets is \"…\": no such key; expected some of kind, name",
        ),
        (
            r#"[{kind = "google", name = "g", client_id = "x", trust_email = "yes"}]"#,
            "expected true or false",
        ),
        (r#"[{kind = "clerk", name = "c", publishable_key = "pk_x"}]"#, "expected pk_test_"),
        (
            r#"[{kind = "google", name = "g", client_id = "x"}, {kind = "google", name = "g", client_id = "y"}]"#,
            "accounts.providers[1].name is \"g\": expected a name of its own",
        ),
    ] {
        let message = message(text);
        assert!(message.contains(said), "{text}: {message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[cfg(not(feature = "insecure-emulator"))]
#[test]
fn no_build_but_that_of_a_test_knows_the_emulator() {
    let text = r#"[{name = "f", kind = "firebase", project_id = "p", api_key = "k", emulator = "127.0.0.1:9099"}]"#;
    assert!(message(text).contains("accounts.providers[f].emulator is \"…\": no such key"));
}
