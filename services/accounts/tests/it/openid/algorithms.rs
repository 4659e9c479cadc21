//! RS256 beside EdDSA: which app gets which, how the keys are published, made and changed.

use super::{App, CALLBACK, parsed};
use crate::{
    Place,
    replicas::{Replica, at},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{
    ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;
use testkit::Answer;

const FIELD: &str = "id_token_signed_response_alg";

impl Place {
    async fn jwks(&self) -> Vec<Value> {
        let answer = self.browser().get("accounts", "/.well-known/jwks.json").await.json();
        answer["keys"].as_array().unwrap().clone()
    }

    /// The key that a token names, after it has verified the token.
    pub(crate) async fn verified_by(&self, token: &str) -> Value {
        let header = parsed(token, 0);
        let key = self.jwks().await.into_iter().find(|key| key["kid"] == header["kid"]).unwrap();
        assert_eq!(
            (&key["alg"], &key["use"]),
            (&header["alg"], &Value::from("sig")),
            "each key says what it is for"
        );
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let member = |name: &str| bytes(key[name].as_str().unwrap());
        let (signed, signature) = (signed.as_bytes(), bytes(signature));
        match header["alg"].as_str().unwrap() {
            "RS256" => RsaPublicKeyComponents { n: member("n"), e: member("e") }
                .verify(&RSA_PKCS1_2048_8192_SHA256, signed, &signature)
                .unwrap(),
            "EdDSA" => {
                UnparsedPublicKey::new(&ED25519, member("x")).verify(signed, &signature).unwrap()
            }
            other => panic!("{other}"),
        }
        key
    }

    pub(crate) async fn id_token(&self, app: &App) -> String {
        let tokens = app.tokens(self, &mut self.ana().await).await;
        tokens["id_token"].as_str().unwrap().to_owned()
    }

    async fn change_algorithm(&self, app: &App, name: &str) -> Answer {
        let fields = [("client", app.id.as_str()), (FIELD, name)];
        self.operator().await.post("accounts", "/operator/clients/algorithm", &fields).await
    }
}

#[tokio::test]
async fn a_new_app_gets_rs256_and_both_algorithms_are_published_each_with_its_keys() {
    let place = Place::open().await;
    let page = place.operator().await.get("accounts", "/operator/clients").await.body;
    assert!(page.contains("<option value=\"RS256\" selected"), "{page}");
    let found = place.browser().get("accounts", "/.well-known/openid-configuration").await.json();
    let listed = found["id_token_signing_alg_values_supported"].clone();
    assert_eq!(listed, serde_json::json!(["RS256", "EdDSA"]));
    let usual = place.app_signed("confidential", "").await;
    let mut algorithms: Vec<Value> =
        place.jwks().await.iter().map(|key| key["alg"].clone()).collect();
    algorithms.dedup();
    assert_eq!(algorithms, ["EdDSA", "RS256"], "before the first token is signed");
    let key = place.verified_by(&place.id_token(&usual).await).await;
    assert_eq!((key["kty"].as_str(), key["e"].as_str()), (Some("RSA"), Some("AQAB")));
    assert_eq!(key["n"].as_str().unwrap().len(), 342, "2048 bits");
    let other = place.app_signed("confidential", "EdDSA").await;
    let key = place.verified_by(&place.id_token(&other).await).await;
    assert_eq!(key["kty"], "OKP");
    let mut kids: Vec<String> =
        place.jwks().await.iter().map(|key| key["kid"].to_string()).collect();
    kids.sort();
    kids.dedup();
    assert_eq!(kids.len(), 4, "of each kind the current and the next one");
}

#[tokio::test]
async fn a_refreshed_id_token_is_signed_as_the_app_has_it_now() {
    let place = Place::open().await;
    let app = place.app_signed("confidential", "EdDSA").await;
    let tokens = app.tokens(&place, &mut place.ana().await).await;
    assert_eq!(place.change_algorithm(&app, "RS256").await.status, 303);
    let page = place.operator().await.get("accounts", "/operator/clients").await.body;
    assert!(page.contains("ID tokens signed with RS256"), "{page}");
    let next = app.refresh(&place, &tokens["refresh_token"]).await.json();
    let key = place.verified_by(next["id_token"].as_str().unwrap()).await;
    assert_eq!(key["alg"], "RS256");
    assert_eq!(place.change_algorithm(&app, "EdDSA").await.status, 303);
    let last = app.refresh(&place, &next["refresh_token"]).await.json();
    let key = place.verified_by(last["id_token"].as_str().unwrap()).await;
    assert_eq!(key["alg"], "EdDSA");
}

#[tokio::test]
async fn no_other_algorithm_is_taken_and_none_but_an_operator_chooses() {
    let place = Place::open().await;
    let app = place.app("public").await;
    let mut operator = place.operator().await;
    for wrong in ["none", "HS256", "PS256", "rs256", "ES256", "RS256 "] {
        let fields =
            [("name", "A"), ("kind", "public"), ("redirect_uris", CALLBACK), (FIELD, wrong)];
        let page = operator.post("accounts", "/operator/clients", &fields).await;
        assert!(matches!(page.status, 400 | 422), "{wrong:?}: {}", page.status);
        let changed = place.change_algorithm(&app, wrong).await;
        assert!(matches!(changed.status, 400 | 422), "{wrong:?}: {}", changed.status);
    }
    let fields = [("client", app.id.as_str()), (FIELD, "RS256")];
    let path = "/operator/clients/algorithm";
    assert_eq!(place.ana().await.post("accounts", path, &fields).await.status, 404);
    let gone = [("client", "cli_0192f0c1e5a07b3e8c5d6f708192a3b4"), (FIELD, "EdDSA")];
    assert_eq!(operator.post("accounts", path, &gone).await.status, 404);
    assert_eq!(operator.post("accounts", path, &[("client", "x")]).await.status, 404);
    assert_eq!(place.jwks().await.len(), 2, "no key was made for that");
}

#[tokio::test]
async fn keys_that_many_need_at_once_are_made_once_and_every_replica_signs_with_them() {
    let place = std::sync::Arc::new(Place::open().await);
    let replica = Replica::of(&place).await;
    let adding: Vec<_> = (0..6)
        .map(|_| {
            let place = place.clone();
            tokio::spawn(async move { place.app_signed("public", "RS256").await })
        })
        .collect();
    let mut apps = Vec::new();
    for one in adding {
        apps.push(one.await.unwrap());
    }
    let keys = place.jwks().await;
    assert_eq!(keys.iter().filter(|key| key["kty"] == "RSA").count(), 2);
    // The other replica has not looked at the table yet, perhaps.
    let mut ana = place.ana().await;
    let code = apps[0].code(&mut ana).await;
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", super::VERIFIER),
        ("client_id", &apps[0].id),
    ];
    let there = testkit::Browser::new(replica.address);
    let request = there.request("POST", "accounts", "/oauth/token");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = there.send(request.body(serde_urlencoded::to_string(pairs).unwrap())).await;
    let token = answer.json()["id_token"].as_str().unwrap().to_owned();
    assert_eq!(place.verified_by(&token).await["kty"], "RSA");
    assert_eq!(at(replica.address, &mut ana, "orderhub", "/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn a_token_of_before_is_still_a_hint_after_a_rotation_and_none_after_a_theft() {
    let place = Place::open().await;
    let app = place.app_signed("confidential", "RS256").await;
    let before = place.id_token(&app).await;
    place.wait(15 * 60);
    let said = place.rotate(false).await.unwrap();
    assert!(said.contains(" and ") && said.contains(" sign from now on"), "{said}");
    // Whatever this process knew: a token of the new key is one that the published keys verify.
    let follows = async || {
        let kid = parsed(&place.id_token(&app).await, 0)["kid"].clone();
        (kid != parsed(&before, 0)["kid"]).then_some(())
    };
    testkit::eventually("the new key signs", follows).await;
    assert_eq!(place.verified_by(&place.id_token(&app).await).await["kty"], "RSA");
    assert_eq!(place.verified_by(&before).await["kty"], "RSA");
    let hinted = |hint: &str| app.address(&[("id_token_hint", hint), ("prompt", "none")]);
    let mut ana = place.ana().await;
    let known = ana.get("accounts", &hinted(&before)).await;
    assert!(known.location().contains("code="), "{}", known.location());
    place.rotate(true).await.unwrap();
    testkit::eventually("the hint is refused", async || {
        let mut ana = place.ana().await;
        let refused = ana.get("accounts", &hinted(&before)).await;
        refused.location().contains("error=invalid_request").then_some(())
    })
    .await;
    let rsa = place.jwks().await.into_iter().filter(|key| key["kty"] == "RSA");
    assert_eq!(rsa.count(), 2, "both are new");
}
