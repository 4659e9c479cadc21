//! Errors come as a page or as problem+json, and never say what broke inside.

use axum::{body::Body, http::Request};
use http::StatusCode;

use crate::support::{app, get_path, send, send_to};

#[tokio::test]
async fn an_unknown_address_is_a_page_with_a_way_on() {
    let answer = get_path("/nothing/here").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(answer.body.contains("<h1>") && answer.body.contains("See who is cooking"));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn an_unknown_address_of_the_api_is_a_problem() {
    let answer = get_path("/api/v1/nothing").await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let body = answer.json();
    assert_eq!((body["status"].as_u64(), body["code"].as_str()), (Some(404), Some("not_found")));
}

#[tokio::test]
async fn a_client_that_asks_for_json_gets_a_problem_anywhere() {
    let request = Request::get("/nothing").header("accept", "application/json");
    let answer = send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn a_wrong_method_names_the_right_ones() {
    for (path, kind) in [("/change", "text/html"), ("/api/v1/orders", "application/problem+json")] {
        let answer = get_path(path).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert!(answer.header("content-type").starts_with(kind), "{path}");
        assert_eq!(answer.header("allow"), "POST");
    }
}

#[tokio::test]
async fn a_failure_says_nothing_of_its_cause() {
    for path in ["/broken", "/panics", "/api/v1/broken", "/api/v1/panics"] {
        let answer = get_path(path).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert!(!answer.body.contains("secret"), "{path}");
    }
    assert_eq!(get_path("/api/v1/broken").await.body, get_path("/api/v1/panics").await.body);
}

#[tokio::test]
async fn waiting_is_told_in_words_and_in_a_header() {
    let answer = get_path("/busy").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after"), "30");
    assert_eq!(answer.headers.get_all("retry-after").iter().count(), 1);
    assert!(answer.body.contains("30 seconds"));
}

#[tokio::test]
async fn a_way_on_of_its_own_comes_first() {
    let answer = get_path("/gone").await;
    assert_eq!(answer.status, StatusCode::GONE);
    assert!(answer.body.contains("href=\"/near\"") && answer.body.contains("Others nearby"));
}

#[tokio::test]
async fn a_fragment_gets_a_notice_instead_of_a_page() {
    let request = Request::get("/gone").header("hx-request-type", "partial");
    let answer = send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::GONE);
    assert!(!answer.body.contains("<html") && answer.body.contains("notice-bad"));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_413() {
    let request =
        Request::post("/form").header("content-type", "application/x-www-form-urlencoded");
    let answer = send(request.body(Body::from(vec![b'a'; 300 * 1024])).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for path in ["/", "/nothing", "/broken", "/api/v1/nothing", web::assets::url("order.css")] {
        let answer = get_path(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'; script-src 'self'; style-src 'self'"),
            "{path}"
        );
        assert!(
            policy.contains("require-trusted-types-for 'script'; trusted-types htmx"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("strict-transport-security"), "");
    }
    let request = Request::get("/").body(Body::empty()).unwrap();
    let answer = send_to(app(true), request).await;
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
}

#[tokio::test]
async fn an_answer_names_the_trace_that_the_client_began_or_a_new_one() {
    let began = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    let request = Request::get("/").header("traceparent", began).body(Body::empty()).unwrap();
    assert_eq!(send(request).await.header("traceresponse"), began);
    let fresh = get_path("/").await;
    let fresh = fresh.header("traceresponse").split('-').collect::<Vec<_>>();
    assert_eq!(fresh.iter().map(|part| part.len()).collect::<Vec<_>>(), [2, 32, 16, 2]);
    let wrong = Request::get("/").header("traceparent", "<script>").body(Body::empty()).unwrap();
    assert!(send(wrong).await.header("traceresponse").starts_with("00-"));
}

#[tokio::test]
async fn a_failure_shows_the_reference_that_finds_its_log_lines() {
    for (path, accept) in [("/broken", "text/html"), ("/api/v1/panics", "application/json")] {
        let request = Request::get(path).header("accept", accept).body(Body::empty()).unwrap();
        let answer = send(request).await;
        let trace = answer.header("traceresponse").split('-').nth(1).unwrap();
        assert!(answer.body.contains(trace), "{path}: {}", answer.body);
        assert!(!answer.body.contains("secret"), "{path}");
    }
    let refused = get_path("/nothing").await;
    let trace = refused.header("traceresponse").split('-').nth(1).unwrap();
    assert!(!refused.body.contains(trace), "a refusal says what to do instead");
}
