//! A person is sent back to our own hosts only.

use crate::support::origins;

#[test]
fn our_own_addresses_are_taken() {
    let origins = origins();
    for url in [
        "http://orderhub.comanda.localhost:8080",
        "http://orderhub.comanda.localhost:8080/",
        "http://orderhub.comanda.localhost:8080/checkout?step=2#pay",
        "http://orderhub.comanda.localhost:8080?x=1",
        "http://prepstation.comanda.localhost:8080/r/trattoria-lupo/board",
        "http://accounts.comanda.localhost:8080/account",
        "http://landing.comanda.localhost:8080/start",
        "http://orderhub.comanda.localhost:8080//evil.example",
        "http://orderhub.comanda.localhost:8080/@evil.example",
    ] {
        assert_eq!(origins.safe_return(url), Some(url));
    }
}

const FORMS: &[&str] = &[
    "",
    " ",
    "/",
    "/path",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "evil.example",
    "www.evil.example",
    "https://evil.example",
    "http://evil.example",
    "https:evil.example",
    "http:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "//orderhub.comanda.localhost:8080/",
    "https://orderhub.comanda.localhost:8080/",
    "http://orderhub.comanda.localhost/",
    "http://orderhub.comanda.localhost:80/",
    "http://orderhub.comanda.localhost:8081/",
    "http://orderhub.comanda.localhost:80800/",
    "http://orderhub.comanda.localhost:8080.evil.example/",
    "http://orderhub.comanda.localhost:8080@evil.example/",
    "http://orderhub.comanda.localhost:8080:pass@evil.example/",
    "http://orderhub.comanda.localhost@evil.example/",
    "http://user@orderhub.comanda.localhost:8080/",
    "http://user:pass@orderhub.comanda.localhost:8080/",
    "http://orderhub.comanda.localhost.evil.example:8080/",
    "http://evil.example/orderhub.comanda.localhost:8080/",
    "http://evil.example?http://orderhub.comanda.localhost:8080/",
    "http://evil.example#http://orderhub.comanda.localhost:8080/",
    "http://evil-orderhub.comanda.localhost:8080/",
    "http://evil.comanda.localhost:8080/",
    "http://comanda.localhost:8080/",
    "http://orderhub.comanda.localhost.:8080/",
    "http://orderhub.comanda.localhost:8080\\@evil.example",
    "http://orderhub.comanda.localhost:8080\\.evil.example",
    "http://orderhub.comanda.localhost:8080/\\evil.example",
    "http://orderhub.comanda.localhost:8080/\r\nLocation: http://evil.example",
    "http://orderhub.comanda.localhost:8080/\tx",
    "http://orderhub.comanda.localhost:8080/ x",
    "http://orderhub.comanda.localhost:8080\0/",
    " http://orderhub.comanda.localhost:8080/",
    "\thttp://orderhub.comanda.localhost:8080/",
    "\nhttp://orderhub.comanda.localhost:8080/",
    "http://orderhub.comanda.localhost:8080/é",
    "http://ORDERHUB.comanda.localhost:8080/",
    "HTTP://orderhub.comanda.localhost:8080/",
    "http://orderhub%2ecomanda.localhost:8080/",
    "http://orderhub。comanda.localhost:8080/",
    "http://ｏrderhub.comanda.localhost:8080/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "javascript://orderhub.comanda.localhost:8080/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://orderhub.comanda.localhost:8080/",
    "ws://orderhub.comanda.localhost:8080/",
    "blob:http://orderhub.comanda.localhost:8080/x",
    "http://[::1]:8080/",
    "http://2130706433/",
    "?next=http://evil.example",
    "#http://evil.example",
    ".evil.example",
    "@evil.example",
];

#[test]
fn no_form_of_an_open_redirect_passes() {
    let origins = origins();
    assert!(FORMS.len() >= 60);
    for form in FORMS {
        assert_eq!(origins.safe_return(form), None, "{form:?}");
    }
    let long = format!("http://orderhub.comanda.localhost:8080/{}", "a".repeat(3000));
    assert_eq!(origins.safe_return(&long), None);
}

#[test]
fn the_default_port_is_left_out() {
    let https = web::Origins::new(true, "Example.ORG", Some(443));
    assert_eq!(https.of(web::Service::Accounts), "https://accounts.example.org");
}
