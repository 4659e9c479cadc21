//! Bundles are small, named by their content, and kept by browsers for ever.

use axum::{body::Body, http::Request};
use http::StatusCode;

use crate::support::send;

#[test]
fn bundles_stay_within_their_budgets() {
    for (name, most) in [
        ("order.css", 20_480),
        ("kitchen.css", 12_288),
        ("order.js", 20_480),
        ("prep.js", 20_480),
        ("site.js", 3_072),
    ] {
        let (_, brotli) = web::assets::sizes(name).unwrap();
        assert!(brotli <= most, "{name}: {brotli} bytes");
    }
    for font in ["fonts/fraunces.woff2", "fonts/figtree.woff2", "fonts/atkinson.woff2"] {
        assert!(web::assets::sizes(font).unwrap().0 <= 40_960, "{font}");
    }
}

#[test]
fn style_sheets_keep_to_the_house_rules() {
    for name in ["order.css", "kitchen.css"] {
        let css = web::assets::text(name).unwrap();
        assert!(
            css.starts_with("@layer reset, tokens, base, layout, components, states, utilities;")
        );
        assert!(!css.contains("!important"), "{name}");
        assert!(!css.contains("asset:"), "{name}");
        let has_id = css.split(['{', '}', ',', ' ']).any(|word| word.starts_with('#'));
        assert!(!has_id, "{name} selects by id or uses a hex colour");
    }
}

#[tokio::test]
async fn an_asset_is_kept_for_ever_and_travels_compressed() {
    let request = |encoding: &str| {
        Request::get(web::assets::url("order.css"))
            .header("accept-encoding", encoding)
            .body(Body::empty())
            .unwrap()
    };
    let plain = send(request("identity")).await;
    assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(plain.header("vary"), "accept-encoding");
    assert_eq!(plain.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(send(request("gzip, deflate, br")).await.header("content-encoding"), "br");
    assert_eq!(send(request("gzip, br;q=0")).await.header("content-encoding"), "gzip");
    let mut again = request("br");
    again.headers_mut().insert("if-none-match", plain.header("etag").parse().unwrap());
    assert_eq!(send(again).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_name_with_another_hash_is_not_found() {
    let answer = crate::support::get_path("/assets/order.000000000000.css").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_ne!(answer.header("cache-control"), "public, max-age=31536000, immutable");
}

#[test]
fn art_is_found_by_the_name_of_a_food() {
    assert!(web::assets::art("pizza").unwrap().starts_with("/assets/art/pizza."));
    assert_eq!(web::assets::art("no-such-food"), None);
    assert!(web::assets::art_keys().any(|key| key == "tomato"));
}
