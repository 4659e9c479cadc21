//! What a client may send wrong, and the field that the answer points to.

use axum::{body::Body, http::Request};
use http::StatusCode;

use crate::support::{Answer, get_path, send};

async fn order(body: &str) -> Answer {
    let request = Request::post("/api/v1/orders")
        .header("content-type", "application/json")
        .header("idempotency-key", "\"abc\"");
    send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn a_right_body_is_read() {
    let answer = order(r#"{"lines": [{"quantity": 2}, {"quantity": 3}], "notes": {"a": 1}}"#).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "abc 5 1"));
}

#[tokio::test]
async fn a_body_that_is_not_json_is_400() {
    for body in ["", "{", "{\"lines\": [}", "nonsense", "{\"lines\": []} more", "\u{feff}{}"] {
        let answer = order(body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body:?}");
        assert_eq!(answer.json()["code"], "malformed_json");
    }
    let deep = "[".repeat(10_000);
    assert_eq!(order(&format!("{{\"lines\": {deep}")).await.status.as_u16() / 100, 4);
}

#[tokio::test]
async fn a_wrong_field_is_pointed_to() {
    let cases = [
        (r#"{"lines": [{"quantity": 1}, {"quantity": "two"}]}"#, "/lines/1/quantity"),
        (r#"{"lines": [{"quantity": -1}]}"#, "/lines/0/quantity"),
        (r#"{"lines": [{}]}"#, "/lines/0/quantity"),
        (r#"{"lines": [], "wrong": 1}"#, "/wrong"),
        (r#"{}"#, "/lines"),
        (r#"{"lines": [], "notes": {"a/b~c": 900}}"#, "/notes/a~1b~0c"),
        (r#"[1, 2]"#, "/lines"),
    ];
    for (body, pointer) in cases {
        let answer = order(body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let problem = answer.json();
        assert_eq!(problem["code"], "invalid_body");
        if !body.starts_with('[') {
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
        }
    }
}

#[tokio::test]
async fn a_nul_in_text_is_refused_and_a_written_one_is_not() {
    for (body, pointer) in [
        (r#"{"lines": [], "notes": {"a\u0000": 1}}"#, "/notes"),
        (r#"{"lines": [{"quantity": 1, "a/b": "\u0000"}]}"#, "/lines/0/a~1b"),
        (r#""\u0000""#, ""),
    ] {
        let nul = order(body).await;
        assert_eq!(nul.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(nul.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    let cut = order(r#"{"lines": ["\u0000""#).await;
    assert_eq!(cut.status, StatusCode::BAD_REQUEST, "it is no JSON");
    let written = order(r#"{"lines": [], "notes": {"a\\u0000": 1}}"#).await;
    assert_eq!(written.status, StatusCode::OK);
}

#[tokio::test]
async fn a_misspelt_field_is_refused_of_a_type_that_is_lenient_elsewhere() {
    #[derive(Debug, serde::Deserialize)]
    struct Dish {
        #[serde(default)]
        sizes: Option<Vec<Size>>,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Size {
        name: String,
    }
    let read = |body: &str| web::extract::parse_json::<web::Known<Dish>>(body.as_bytes());
    let web::Known(dish) = read(r#"{"sizes": [{"name": "large"}]}"#).unwrap();
    assert_eq!(dish.sizes.unwrap()[0].name, "large");
    for (body, pointer) in [
        (r#"{"size": []}"#, "/size"),
        (r#"{"sizes": [{"name": "large"}, {"name": "small", "a/b": {"c": 1}}]}"#, "/sizes/1/a~1b"),
    ] {
        let refused = read(body).unwrap_err();
        let problem = refused.body();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
}

#[tokio::test]
async fn another_content_type_is_415() {
    let request = Request::post("/api/v1/orders").header("idempotency-key", "k");
    let answer = send(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_creating_request_needs_its_key() {
    let with = |key: Option<&str>| {
        let mut request =
            Request::post("/api/v1/orders").header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        send(request.body(Body::from(r#"{"lines": []}"#)).unwrap())
    };
    assert_eq!(with(None).await.json()["code"], "idempotency_key_missing");
    assert_eq!(with(Some("bare-key")).await.status, StatusCode::OK);
    let longest = "k".repeat(255);
    assert_eq!(with(Some(&longest)).await.status, StatusCode::OK);
    for key in ["", "\"\"", "two words", &"k".repeat(256), "a\"b"] {
        let answer = with(Some(key)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{key:?}");
        assert_eq!(answer.json()["code"], "idempotency_key_invalid");
    }
}

#[tokio::test]
async fn wrong_queries_and_paths_are_the_clients_fault() {
    assert_eq!(get_path("/api/v1/list?limit=5").await.body, "5");
    for query in
        ["", "?limit=", "?limit=x", "?limit=-1", "?limit=900", "?limit=1&limit=2", "?limit=%00"]
    {
        let answer = get_path(&format!("/api/v1/list{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.json()["code"], "invalid_query");
    }
    assert_eq!(get_path("/api/v1/items/7").await.body, "7");
    for id in ["x", "-1", "99999999999", "%ff", "%00", "7%2f8"] {
        let answer = get_path(&format!("/api/v1/items/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
}
