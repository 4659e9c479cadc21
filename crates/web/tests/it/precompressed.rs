//! A page in three forms answers by what the client takes.

use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use web::precompressed::{Encoding, Precompressed};

fn asking(name: header::HeaderName, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(name, value.parse().unwrap())])
}

#[test]
fn the_best_accepted_form_is_chosen() {
    let cases = [
        ("br", Encoding::Brotli),
        ("gzip, deflate, br, zstd", Encoding::Brotli),
        ("GZIP", Encoding::Gzip),
        ("br;q=0, gzip;q=0.5", Encoding::Gzip),
        ("br; q=0.0, *", Encoding::Gzip),
        ("*", Encoding::Brotli),
        ("*;q=0", Encoding::Identity),
        ("identity", Encoding::Identity),
        ("zstd", Encoding::Identity),
        ("", Encoding::Identity),
    ];
    for (value, expected) in cases {
        assert_eq!(Encoding::choose(&asking(header::ACCEPT_ENCODING, value)), expected, "{value}");
    }
    assert_eq!(Encoding::choose(&HeaderMap::new()), Encoding::Identity);
}

#[tokio::test]
async fn each_form_unpacks_to_the_same_page() {
    let page = "<p>Margherita, extra basil</p>".repeat(200);
    let stored = Precompressed::new(page.clone());
    for (accept, encoding) in [("br", "br"), ("gzip", "gzip"), ("identity", "")] {
        let answer = stored.respond(&asking(header::ACCEPT_ENCODING, accept));
        let named = answer.headers().get("content-encoding").map_or("", |v| v.to_str().unwrap());
        assert_eq!(named, encoding);
        assert_eq!(answer.headers()["vary"], "accept-encoding");
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        let mut text = Vec::new();
        match encoding {
            "br" => brotli::BrotliDecompress(&mut bytes.as_ref(), &mut text).unwrap(),
            "gzip" => {
                std::io::copy(&mut flate2::read::GzDecoder::new(bytes.as_ref()), &mut text)
                    .unwrap();
            }
            _ => text = bytes.to_vec(),
        }
        assert_eq!(text, page.as_bytes());
    }
}

#[test]
fn an_unchanged_page_is_not_sent_again() {
    let stored = Precompressed::new("<p>one</p>");
    let first = stored.respond(&HeaderMap::new());
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    for value in
        [tag.clone(), tag.trim_start_matches("W/").to_owned(), format!("\"x\", {tag}"), "*".into()]
    {
        let answer = stored.respond(&asking(header::IF_NONE_MATCH, &value));
        assert_eq!(answer.status(), StatusCode::NOT_MODIFIED, "{value}");
        assert_eq!(answer.headers()["etag"], tag.as_str());
    }
    let other = Precompressed::new("<p>two</p>").respond(&asking(header::IF_NONE_MATCH, &tag));
    assert_eq!(other.status(), StatusCode::OK);
}
