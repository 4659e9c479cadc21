//! What CONTRACT promises of every address alike.

use crate::town::{Client, Comanda, SERVICES, order_of};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn document(client: &Client, service: &str) -> Value {
    let answer = client.request(Method::GET, service, "/openapi.json").send().await.unwrap();
    answer.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_refuses_a_limit_that_it_does_not_keep() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let owner = comanda.client().signed_in("owner@demo.test").await;
    let (restaurant, _) = owner.lupo().await;
    let mut lists = 0;
    for service in SERVICES {
        let document = document(&owner, service).await;
        for (path, operations) in document["paths"].as_object().unwrap() {
            let parameters = operations["get"]["parameters"].as_array();
            if !parameters.is_some_and(|all| all.iter().any(|one| one["name"] == "limit")) {
                continue;
            }
            lists += 1;
            let path = path.replace("{id}", &restaurant);
            for limit in ["0", "-1", "ten", "2147483648", "4294967296", "99999999999999999999"] {
                let path = format!("{path}?limit={limit}");
                let answer = owner.request(Method::GET, service, &path).send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{service}{path}");
                let problem: Value = answer.json().await.unwrap();
                assert_eq!(problem["code"], "invalid_query", "{service}{path}: {problem}");
            }
            let path = format!("{path}?limit=1");
            let answer = owner.request(Method::GET, service, &path).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{service}{path}");
        }
    }
    assert!(lists >= 3, "only {lists} lists were found");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_post_that_creates_needs_a_key_and_acts_once_under_it() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let guest = comanda.client();
    let (restaurant, item) = guest.lupo().await;
    let message =
        json!({"name": "Mira", "email": "mira@demo.test", "message": "Do you deliver to Gnigl?"});
    let application = json!({"restaurant_name": "Zum Spatz", "city": "Salzburg",
        "contact_name": "Mira", "email": "mira@demo.test", "phone": "+43 662 5550199"});
    for (service, path, body, changed) in [
        ("orderhub", "/orders", order_of(&restaurant, &item), "/contact/name"),
        ("landing", "/contact", message, "/name"),
        ("landing", "/applications", application, "/contact_name"),
    ] {
        let send = async |key: Option<&str>, body: &Value| {
            let request =
                guest.request(Method::POST, service, &format!("/api/v1{path}")).json(body);
            let request = match key {
                Some(key) => request.header("idempotency-key", key),
                None => request,
            };
            let answer = request.send().await.unwrap();
            (answer.status(), answer.json::<Value>().await.unwrap())
        };
        let (status, problem) = send(None, &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{service}{path}: {problem}");
        let first = send(Some("once"), &body).await;
        assert_eq!(first.0, StatusCode::CREATED, "{service}{path}: {}", first.1);
        assert_eq!(send(Some("once"), &body).await, first, "{service}{path}: the same answer");
        let mut other = body.clone();
        *other.pointer_mut(changed).unwrap() = json!("Somebody else");
        let (status, problem) = send(Some("once"), &other).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{service}{path}: {problem}");
        assert_eq!(problem["code"], "idempotency_key_reused", "{service}{path}");
    }
}

/// Signing in creates a session, but nobody keeps a token to repeat it: with a key or without, each
/// sign-in is a session of its own.
#[tokio::test(flavor = "multi_thread")]
async fn signing_in_works_with_and_without_a_key() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let guest = comanda.client();
    let body = json!({"email": "ana@demo.test", "password": "comanda-demo"});
    let request = || guest.request(Method::POST, "accounts", "/api/v1/sessions").json(&body);
    for request in [request(), request().header("idempotency-key", "sign-in")] {
        assert_eq!(request.send().await.unwrap().status(), StatusCode::CREATED);
    }
}
