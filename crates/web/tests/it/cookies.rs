//! Cookies carry the strongest prefix that their reach and scheme allow.

use axum::http::HeaderMap;
use std::time::Duration;
use web::cookie::{Cookie, Reach};

const SHARED: Cookie<'_> =
    Cookie { name: "comanda", reach: Reach::Domain("example.org"), https: true };

#[test]
fn prefixes_follow_reach_and_scheme() {
    let host = Cookie { reach: Reach::Host, ..SHARED };
    let local = Cookie { https: false, ..SHARED };
    assert_eq!(SHARED.full_name(), "__Secure-comanda");
    assert_eq!(host.full_name(), "__Host-comanda");
    assert_eq!(local.full_name(), "comanda");
    let set = SHARED.set("abc.def", Some(Duration::from_secs(60))).unwrap();
    assert_eq!(
        set.to_str().unwrap(),
        "__Secure-comanda=abc.def; Path=/; HttpOnly; SameSite=Lax; Domain=example.org; Secure; Max-Age=60"
    );
    assert!(!host.set("x", None).unwrap().to_str().unwrap().contains("Domain"));
    assert!(!local.set("x", None).unwrap().to_str().unwrap().contains("Secure"));
    assert!(SHARED.clear().unwrap().to_str().unwrap().ends_with("Max-Age=0"));
}

#[test]
fn a_value_cannot_smuggle_attributes() {
    for value in ["a; Domain=evil", "a\r\nSet-Cookie: b", "a b", "ä", "a,b", "a\"b"] {
        assert!(SHARED.set(value, None).is_none(), "{value:?}");
    }
}

#[test]
fn a_name_sent_twice_is_refused() {
    let read = |line: &str| {
        let headers = HeaderMap::from_iter([(http::header::COOKIE, line.parse().unwrap())]);
        SHARED.read(&headers).map(str::to_owned)
    };
    assert_eq!(read("a=1; __Secure-comanda=abc; b=2").as_deref(), Some("abc"));
    assert_eq!(read("__Secure-comanda=abc; __Secure-comanda=def"), None);
    assert_eq!(read("__secure-comanda=abc"), None);
    assert_eq!(read("comanda=abc"), None);
}
