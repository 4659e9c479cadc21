//! The whole matrix of requests that may or may not change something (DESIGN 7).

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};

use crate::support::{OWN, send};

const FOREIGN: &str = "https://evil.example";
const SIBLING: &str = "http://accounts.comanda.localhost:8080";

/// (Sec-Fetch-Site, Origin, cookie, allowed)
type Case = (Option<&'static str>, Option<&'static str>, bool, bool);

const MATRIX: &[Case] = &[
    (Some("same-origin"), None, true, true),
    (Some("same-origin"), None, false, true),
    (Some("same-origin"), Some(OWN), true, true),
    (Some("same-origin"), Some("null"), true, true),
    (Some("same-site"), None, true, false),
    (Some("same-site"), None, false, false),
    (Some("same-site"), Some(SIBLING), true, false),
    (Some("same-site"), Some(OWN), true, false),
    (Some("cross-site"), None, false, false),
    (Some("cross-site"), Some(FOREIGN), true, false),
    (Some("cross-site"), Some(OWN), true, false),
    (Some("none"), None, true, false),
    (Some("none"), None, false, true),
    (Some("none"), Some(OWN), true, true),
    (Some("none"), Some(FOREIGN), false, false),
    (Some("Same-Origin"), None, true, false),
    (Some("same-origin, same-origin"), None, true, false),
    (Some(""), None, true, false),
    (None, Some(OWN), true, true),
    (None, Some(OWN), false, true),
    (None, Some(SIBLING), true, false),
    (None, Some(SIBLING), false, false),
    (None, Some(FOREIGN), true, false),
    (None, Some(FOREIGN), false, false),
    (None, Some("null"), true, false),
    (None, Some("null"), false, false),
    (None, Some("http://orderhub.comanda.localhost:8080/"), true, false),
    (None, Some("http://orderhub.comanda.localhost:8081"), true, false),
    (None, Some("http://orderhub.comanda.localhost"), true, false),
    (None, Some("https://orderhub.comanda.localhost:8080"), true, false),
    (None, Some("HTTP://ORDERHUB.comanda.localhost:8080"), true, false),
    (None, Some("http://orderhub.comanda.localhost:8080.evil.example"), true, false),
    (None, Some(""), true, false),
    (None, None, true, false),
    (None, None, false, true),
];

fn request(method: &Method, case: &Case) -> Request<Body> {
    let mut builder = Request::builder().method(method).uri("/change");
    if let Some(site) = case.0 {
        builder = builder.header("sec-fetch-site", site);
    }
    if let Some(origin) = case.1 {
        builder = builder.header("origin", origin);
    }
    if case.2 {
        builder = builder.header("cookie", "comanda=token");
    }
    builder.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn an_unsafe_request_must_come_from_our_own_page_or_from_a_program() {
    for case in MATRIX {
        let answer = send(request(&Method::POST, case)).await;
        let expected = if case.3 { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(answer.status, expected, "{case:?}");
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = send(request(&method, case)).await;
            let expected =
                if case.3 { StatusCode::METHOD_NOT_ALLOWED } else { StatusCode::FORBIDDEN };
            assert_eq!(answer.status, expected, "{method} {case:?}");
        }
    }
}

#[tokio::test]
async fn reading_is_open_to_all() {
    for case in MATRIX {
        let mut request = request(&Method::GET, case);
        *request.uri_mut() = "/".parse().unwrap();
        assert_eq!(send(request).await.status, StatusCode::OK, "{case:?}");
    }
}

#[tokio::test]
async fn a_socket_from_elsewhere_is_refused() {
    for case in MATRIX {
        let mut request = request(&Method::GET, case);
        *request.uri_mut() = "/".parse().unwrap();
        request.headers_mut().insert("sec-websocket-key", "dGhlIHNhbXBsZQ==".parse().unwrap());
        let expected = if case.3 { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(send(request).await.status, expected, "{case:?}");
    }
}

#[tokio::test]
async fn a_header_sent_twice_does_not_pass() {
    for name in ["origin", "sec-fetch-site"] {
        let value = if name == "origin" { OWN } else { "same-origin" };
        let request = Request::post("/change").header(name, value).header(name, value);
        let answer = send(request.header("cookie", "a=b").body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
    }
}
