//! How photos are served.

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
    response::Response,
};
use testkit::photo;
use tower::ServiceExt;
use uploads::{Photos, path, routes};

async fn get(photos: &Photos, path: &str, tag: Option<&str>) -> Response {
    let request = Request::get(path).header("if-none-match", tag.unwrap_or("none"));
    routes(photos).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn each_size_is_served_for_ever_as_what_it_is_and_not_sent_twice() {
    let place = tempfile::tempdir().unwrap();
    let photos = crate::photos(place.path());
    let kept = photos.keep(photo(900, 600).into(), String::new()).await.unwrap();
    assert_eq!(kept.widths, [320, 800, 900]);
    for width in &kept.widths {
        let at = path(&kept, *width);
        let answer = get(&photos, &at, None).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "image/jpeg");
        assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let tag = header("etag");
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        assert_eq!(image::load_from_memory(&bytes).unwrap().width(), *width);
        assert_eq!(get(&photos, &at, Some(&tag)).await.status(), StatusCode::NOT_MODIFIED);
    }
}

#[tokio::test]
async fn what_is_not_kept_or_leads_elsewhere_is_not_found() {
    let place = tempfile::tempdir().unwrap();
    let photos = crate::photos(place.path());
    let kept = photos.keep(photo(400, 400).into(), String::new()).await.unwrap();
    std::fs::write(place.path().join("secret.jpg"), b"secret").unwrap();
    let name = kept.name.as_str();
    for wrong in [
        format!("/photos/{name}-401.jpg"),
        format!("/photos/{name}.jpg"),
        format!("/photos/{name}-320.png"),
        format!("/photos/{}-320.jpg", name.to_uppercase()),
        format!("/photos/{}-320.jpg", "0".repeat(64)),
        "/photos/secret.jpg".to_owned(),
        "/photos/..%2Fsecret.jpg".to_owned(),
        "/photos/%00".to_owned(),
    ] {
        assert_eq!(get(&photos, &wrong, None).await.status(), StatusCode::NOT_FOUND, "{wrong}");
    }
}
