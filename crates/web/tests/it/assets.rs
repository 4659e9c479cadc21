//! Bundles are small, named by their content, and kept by browsers for ever.

use axum::{Router, body::Body, http::Request};
use http::StatusCode;
use std::{fs, path::Path};
use web::{Service, Site, assets::Source};

use crate::support::{Answer, app_of, origins, send, send_to};

#[test]
fn bundles_stay_within_their_budgets() {
    for (name, most) in [
        ("order.css", 20_480),
        ("kitchen.css", 12_288),
        ("order.js", 20_480),
        ("prep.js", 20_480),
        ("site.js", 3_072),
        ("accounts.js", 4_096),
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

fn reading(folder: &Path) -> Router {
    let site = Site::new(Service::Orderhub, origins());
    app_of(&Site { assets: Source::Folder(folder.into()), ..site })
}

async fn asset(app: &Router, name: &str) -> Answer {
    let request = Request::get(web::assets::url(name)).header("accept-encoding", "br");
    send_to(app.clone(), request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_sheet_that_is_being_written_is_in_the_next_answer() {
    let folder = tempfile::tempdir().unwrap();
    for part in ["shared", "order"] {
        fs::create_dir_all(folder.path().join("css").join(part)).unwrap();
    }
    let app = reading(folder.path());
    for colour in ["red", "blue"] {
        let sheet = format!(".card {{\n  color: {colour};\n}}\n");
        fs::write(folder.path().join("css/order/card.css"), sheet).unwrap();
        let answer = asset(&app, "order.css").await;
        assert!(answer.body.ends_with(&format!(".card {{color: {colour};}}")), "{}", answer.body);
        assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    fs::write(folder.path().join("css/order/card.css"), "@import 'asset:nothing.css'").unwrap();
    assert_eq!(asset(&app, "order.css").await.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn what_is_seen_while_writing_is_what_is_built() {
    let app = reading(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/assets")));
    for name in ["order.css", "kitchen.css", "site.js", "prep.js", "icons/icon.svg"] {
        assert_eq!(asset(&app, name).await.body, web::assets::text(name).unwrap(), "{name}");
    }
}
