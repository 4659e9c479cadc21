//! Pages obey their own content security policy, and have the landmarks that readers rely on.

use axum::{body::Body, http::Request};
use http::StatusCode;
use maud::html;
use web::{Page, Service, Site};

use crate::support::{get_path, origins, send};

const PAGES: [&str; 10] = [
    "/item",
    "/welcome",
    "",
    "/forms",
    "/discovery",
    "/restaurant",
    "/tracking",
    "/board",
    "/board-states",
    "/office",
];

#[tokio::test]
async fn no_page_holds_what_the_policy_forbids() {
    for page in PAGES {
        let answer = get_path(&format!("/styleguide{page}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        for forbidden in
            [" style=", " onclick=", " onload=", "<style", "javascript:", "hx-on", "js:"]
        {
            assert!(!answer.body.contains(forbidden), "{page}: {forbidden}");
        }
        let inline = answer.body.matches("<script").count();
        assert_eq!(inline, answer.body.matches("<script defer src=\"/assets/").count(), "{page}");
    }
}

#[tokio::test]
async fn every_page_has_one_heading_one_main_and_one_status() {
    for page in PAGES.iter().filter(|page| !["", "/board-states"].contains(page)) {
        let body = get_path(&format!("/styleguide{page}")).await.body;
        assert_eq!(body.matches("<h1").count(), 1, "{page}");
        assert_eq!(body.matches("<main").count(), 1, "{page}");
        assert_eq!(body.matches("role=\"status\"").count(), 1, "{page}");
        assert!(body.contains("href=\"#main\""), "{page}");
    }
}

#[tokio::test]
async fn ids_are_unique_on_each_page() {
    for page in PAGES {
        let body = get_path(&format!("/styleguide{page}")).await.body;
        let mut ids: Vec<&str> =
            body.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{page}");
    }
}

#[test]
fn structured_data_cannot_break_out_of_its_block() {
    let site = Site::new(Service::Orderhub, origins());
    let data = serde_json::json!({"name": "</script><script>alert(1)</script>"});
    let page = Page::new(&site, "<b>&").json_ld(&data).canonical("/r/lupo").no_index();
    let text = page.render(&html! {}).into_string();
    assert!(!text.contains("<script>alert"));
    assert!(text.contains("<title>&lt;b&gt;&amp; · Comanda</title>"));
    assert!(text.contains("href=\"http://orderhub.comanda.localhost:8080/r/lupo\""));
    assert!(text.contains("content=\"noindex\""));
}

#[tokio::test]
async fn a_dish_is_a_page_and_a_fragment_at_one_address() {
    let page = get_path("/styleguide/item").await;
    assert!(page.body.contains("<html") && page.body.contains("Add to order"));
    assert_eq!(page.header("vary"), "hx-request-type");
    assert!(page.header("speculation-rules").starts_with("\"/assets/speculation/order."));
    let request = Request::get("/styleguide/item").header("hx-request-type", "partial");
    let fragment = send(request.body(Body::empty()).unwrap()).await;
    assert!(!fragment.body.contains("<html") && fragment.body.contains("Add to order"));
}

#[tokio::test]
async fn a_manifest_names_icons_that_exist() {
    for name in ["icons/order.webmanifest", "icons/prep.webmanifest"] {
        let answer = get_path(web::assets::url(name)).await;
        let icons = answer.json()["icons"].clone();
        for icon in icons.as_array().unwrap() {
            let found = get_path(icon["src"].as_str().unwrap()).await;
            assert_eq!(found.status, StatusCode::OK, "{icon}");
        }
    }
}
