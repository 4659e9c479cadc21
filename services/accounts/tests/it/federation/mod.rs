//! Signing in by other providers, against providers of the test's own.

mod attacks;
mod exchange;
mod keys;
mod linking;
mod outages;
mod pages;
mod proof_by_mail;
mod provider;
mod second_step;
mod signing_in;
mod throttling;

use crate::Place;
use provider::Provider;
use serde_json::{Value, json};
use std::ops::Deref;
use testkit::{Answer, Browser};

/// Our place with two OpenID providers, Clerk and Firebase.
pub(crate) struct Town {
    place: Place,
    op: Provider,
    other: Provider,
    clerk: Provider,
}

impl Deref for Town {
    type Target = Place;
    fn deref(&self) -> &Place {
        &self.place
    }
}

impl Town {
    pub(crate) async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// With attempts from this machine throttled like any others.
    pub(crate) async fn open_throttled() -> Self {
        Self::open_set(&[("accounts.throttle_loopback", "true")], &[]).await
    }

    /// With more keys in the entries of some providers.
    pub(crate) async fn open_with(more: &[(&str, Value)]) -> Self {
        Self::open_set(&[], more).await
    }

    /// With settings of its own, too.
    pub(crate) async fn open_set(own: &[(&str, &str)], more: &[(&str, Value)]) -> Self {
        let (op, other, clerk) =
            (Provider::open().await, Provider::open().await, Provider::open().await);
        let open_id = |name: &str, provider: &Provider| json!({"name": name, "label": name.to_uppercase(), "kind": "oidc", "issuer": provider.issuer, "client_id": "comanda", "client_secret": "s3cret"});
        let mut entries = [
            open_id("op", &op),
            open_id("other", &other),
            json!({"name": "clerk", "kind": "clerk", "publishable_key": "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k", "issuer": clerk.issuer, "jwks_url": format!("{}/jwks", clerk.issuer), "api_url": clerk.issuer}),
            json!({"name": "firebase", "kind": "firebase", "project_id": "town", "api_key": "AIza", "jwks_url": format!("{}/jwks", clerk.issuer)}),
        ];
        for (name, keys) in more {
            let entry = entries.iter_mut().find(|entry| entry["name"] == *name).unwrap();
            for (key, value) in keys.as_object().unwrap() {
                entry[key] = value.clone();
            }
        }
        let providers = Value::from(entries.to_vec()).to_string();
        let own = [&[("accounts.providers", providers.as_str())], own].concat();
        let place = Place::open_set(&own).await;
        Self { place, op, other, clerk }
    }

    /// A browser at the provider, about to sign in there: its address.
    pub(crate) async fn leave(&self, browser: &mut Browser, path: &str) -> String {
        let answer = browser.get("accounts", path).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.location().to_owned()
    }

    /// The whole way to `op` and back.
    pub(crate) async fn come(&self, browser: &mut Browser) -> Answer {
        let address = self.leave(browser, "/sign-in/with/op").await;
        browser.get("accounts", &self.op.sign_in(&address)).await
    }

    /// The same with a token that is not as it should be: nobody comes in.
    pub(crate) async fn refuses(&self, what: &str) {
        let mut browser = self.browser();
        let answer = self.come(&mut browser).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.body);
        assert!(answer.body.contains("could not be verified"), "{what}");
        self.let_nobody_in(&mut browser).await;
    }

    pub(crate) async fn let_nobody_in(&self, browser: &mut Browser) {
        assert!(!browser.cookies.contains_key("comanda"));
        assert_eq!(browser.get("accounts", "/account").await.status, 303);
    }

    pub(crate) fn is_in(browser: &Browser) -> bool {
        browser.cookies.contains_key("comanda")
    }
}
