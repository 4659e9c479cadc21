//! An OpenID provider of the test's own: real codes, real PKCE, real signatures, and every fault that
//! a test asks for.

use super::keys::{Keys, kid};
use axum::{
    Form, Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// How an endpoint answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Well,
    Broken,
    Garbage,
    Loops,
    Silent,
}

type Tamper = Box<dyn Fn(&mut Value, &mut Value) + Send>;
type Forge = Box<dyn Fn(String) -> String + Send>;

/// What a test may change while it runs.
pub(crate) struct Behaviour {
    pub(crate) moods: HashMap<&'static str, Mood>,
    /// Requests by path.
    pub(crate) asked: HashMap<&'static str, usize>,
    pub(crate) metadata: Value,
    pub(crate) algorithm: &'static str,
    pub(crate) checks_pkce: bool,
    /// Changes header and claims before they are signed.
    pub(crate) tamper: Tamper,
    /// Changes the token after it is signed.
    pub(crate) forge: Forge,
    /// Of the person at the provider.
    pub(crate) person: Value,
    codes: HashMap<String, HashMap<String, String>>,
    codes_given: usize,
}

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) keys: Arc<Keys>,
    pub(crate) now: Arc<Mutex<i64>>,
    pub(crate) behaviour: Arc<Mutex<Behaviour>>,
}

impl Provider {
    /// Listens until the test ends.
    pub(crate) async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "end_session_endpoint": format!("{issuer}/end"),
            "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA", "HS256", "none"],
            "authorization_response_iss_parameter_supported": true,
        });
        let behaviour = Behaviour {
            moods: HashMap::new(),
            asked: HashMap::new(),
            metadata,
            algorithm: "RS256",
            checks_pkce: true,
            tamper: Box::new(|_, _| ()),
            forge: Box::new(|token| token),
            person: json!({"sub": "zoe-there", "email": "zoe@example.com", "email_verified": true, "name": "Zoë"}),
            codes: HashMap::new(),
            codes_given: 0,
        };
        let provider = Self {
            issuer,
            keys: Arc::new(Keys::fresh()),
            now: Arc::new(Mutex::new(1_800_000_000)),
            behaviour: Arc::new(Mutex::new(behaviour)),
        };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .route("/v1/users/{id}", get(clerk_user))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        provider
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.lock().unwrap());
    }

    pub(crate) fn tamper(&self, tamper: impl Fn(&mut Value, &mut Value) + Send + 'static) {
        self.set(|behaviour| behaviour.tamper = Box::new(tamper));
    }

    pub(crate) fn forge(&self, forge: impl Fn(String) -> String + Send + 'static) {
        self.set(|behaviour| behaviour.forge = Box::new(forge));
    }

    pub(crate) fn asked(&self, path: &str) -> usize {
        self.behaviour.lock().unwrap().asked.get(path).copied().unwrap_or_default()
    }

    /// The person signs in there and agrees: the path with which they are sent back.
    pub(crate) fn sign_in(&self, address: &str) -> String {
        let (endpoint, query) = address.split_once('?').unwrap();
        assert_eq!(endpoint, format!("{}/authorize", self.issuer));
        let query: HashMap<String, String> = serde_urlencoded::from_str(query).unwrap();
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["code_challenge_method"], "S256");
        assert!(query["scope"].split(' ').any(|scope| scope == "openid"));
        let back = query["redirect_uri"].split_once("/sign-in/").unwrap().1.to_owned();
        let state = query["state"].clone();
        let mut behaviour = self.behaviour.lock().unwrap();
        let code = format!("code-{}", behaviour.codes_given);
        behaviour.codes_given += 1;
        behaviour.codes.insert(code.clone(), query);
        let pairs = [("code", &code), ("state", &state), ("iss", &self.issuer)];
        format!("/sign-in/{back}?{}", serde_urlencoded::to_string(pairs).unwrap())
    }

    /// An ID token with this nonce.
    pub(crate) fn id_token(&self, behaviour: &Behaviour, nonce: &str) -> String {
        let now = *self.now.lock().unwrap();
        let algorithm = behaviour.algorithm;
        let mut header = json!({"alg": algorithm, "kid": kid(algorithm), "typ": "JWT"});
        let mut claims = behaviour.person.clone();
        let own = json!({
            "iss": self.issuer, "aud": "comanda", "azp": "comanda", "nonce": nonce,
            "iat": now, "exp": now + 300, "at_hash": at_hash("access"),
        });
        for (name, value) in own.as_object().unwrap() {
            claims[name] = value.clone();
        }
        if algorithm == "EdDSA" {
            claims.as_object_mut().unwrap().remove("at_hash");
        }
        (behaviour.tamper)(&mut header, &mut claims);
        (behaviour.forge)(self.keys.sign(&header, &claims))
    }

    /// Counts the request and answers as the test wants, if not well.
    async fn mood(&self, path: &'static str) -> Option<Response> {
        let mood = {
            let mut behaviour = self.behaviour.lock().unwrap();
            *behaviour.asked.entry(path).or_default() += 1;
            behaviour.moods.get(path).copied().unwrap_or(Mood::Well)
        };
        match mood {
            Mood::Well => None,
            Mood::Broken => Some(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
            Mood::Garbage => Some("<!doctype html>".into_response()),
            Mood::Loops => Some(Redirect::temporary(path).into_response()),
            Mood::Silent => std::future::pending().await,
        }
    }
}

pub(crate) fn at_hash(access_token: &str) -> String {
    B64.encode(&Sha256::digest(access_token)[..16])
}

async fn discovery(State(provider): State<Provider>) -> Response {
    match provider.mood("/.well-known/openid-configuration").await {
        Some(answer) => answer,
        None => Json(provider.behaviour.lock().unwrap().metadata.clone()).into_response(),
    }
}

async fn jwks(State(provider): State<Provider>) -> Response {
    match provider.mood("/jwks").await {
        Some(answer) => answer,
        None => Json(provider.keys.jwks()).into_response(),
    }
}

async fn token(
    State(provider): State<Provider>,
    headers: axum::http::HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    if let Some(answer) = provider.mood("/token").await {
        return answer;
    }
    // comanda:s3cret
    assert_eq!(headers[header::AUTHORIZATION], "Basic Y29tYW5kYTpzM2NyZXQ=");
    let mut behaviour = provider.behaviour.lock().unwrap();
    let refused =
        || (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    let Some(asked) = behaviour.codes.remove(&form["code"]) else { return refused() };
    let fits = B64.encode(Sha256::digest(&form["code_verifier"])) == asked["code_challenge"];
    if behaviour.checks_pkce && !fits || form["redirect_uri"] != asked["redirect_uri"] {
        return refused();
    }
    let id_token = provider.id_token(&behaviour, &asked["nonce"]);
    Json(json!({"id_token": id_token, "access_token": "access", "token_type": "Bearer"}))
        .into_response()
}

async fn userinfo(State(provider): State<Provider>, headers: axum::http::HeaderMap) -> Response {
    if let Some(answer) = provider.mood("/userinfo").await {
        return answer;
    }
    assert_eq!(headers[header::AUTHORIZATION], "Bearer access");
    let said = json!({"sub": "zoe-there", "email": "zoe@example.com", "email_verified": true, "amr": ["mfa"]});
    Json(said).into_response()
}

async fn clerk_user(headers: axum::http::HeaderMap) -> Response {
    assert_eq!(headers[header::AUTHORIZATION], "Bearer sk_test_x");
    let addresses = json!([
        {"id": "idn_1", "email_address": "old@example.com", "verification": {"status": "verified"}},
        {"id": "idn_2", "email_address": "zoe@example.com", "verification": {"status": "verified"}},
    ]);
    Json(json!({"first_name": "Zoë", "last_name": "Ruf", "primary_email_address_id": "idn_2", "email_addresses": addresses})).into_response()
}
