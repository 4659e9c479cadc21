//! A person's browser at a provider: keeps cookies, follows redirects and fills in whatever form the
//! page holds, until it is sent back to us.

use std::collections::BTreeMap;
use std::path::Path;

use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};

/// More pages than this is going round in circles.
const PAGES: usize = 20;

/// What somebody types, by the name of the field.
pub(super) struct Visitor {
    http: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    cookies: BTreeMap<String, String>,
    typed: Vec<(&'static str, String)>,
}

struct PageOf {
    url: reqwest::Url,
    status: u16,
    location: Option<String>,
    body: String,
}

impl Visitor {
    /// Who trusts `authority`, a PEM file, and types these values.
    pub(super) fn new(authority: Option<&Path>, typed: &[(&'static str, &str)]) -> Self {
        let mut roots = rustls::RootCertStore::empty();
        if let Some(file) = authority {
            for certificate in CertificateDer::pem_file_iter(file).unwrap() {
                roots.add(certificate.unwrap()).unwrap();
            }
        }
        let ring = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(ring);
        let config = config.with_safe_default_protocol_versions().unwrap();
        let config = config.with_root_certificates(roots).with_no_client_auth();
        let https = HttpsConnectorBuilder::new().with_tls_config(config).https_or_http();
        let http = Client::builder(TokioExecutor::new()).build(https.enable_http1().build());
        let typed = typed.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { http, cookies: BTreeMap::new(), typed }
    }

    /// From the provider's address to the one below `home` that it sends the browser back to.
    pub(super) async fn walk(&mut self, start: &str, home: &str) -> String {
        let page = self.open("GET", start.parse().unwrap(), String::new()).await;
        self.go_on(page, home).await
    }

    /// The same, beginning with a form that a script would send.
    pub(super) async fn submit(
        &mut self,
        url: &str,
        fields: &[(&str, &str)],
        home: &str,
    ) -> String {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let page = self.open("POST", url.parse().unwrap(), body).await;
        self.go_on(page, home).await
    }

    async fn go_on(&mut self, mut page: PageOf, home: &str) -> String {
        for _ in 0..PAGES {
            if let Some(location) = &page.location {
                let next = page.url.join(location).unwrap();
                if next.as_str().starts_with(home) {
                    return next.to_string();
                }
                page = self.open("GET", next, String::new()).await;
                continue;
            }
            assert_eq!(page.status, 200, "{}: {}", page.url, page.body);
            let (action, fields) = self.form(&page);
            let body = serde_urlencoded::to_string(fields).unwrap();
            page = self.open("POST", action, body).await;
        }
        panic!("never sent back; the last page was {}", page.url);
    }

    /// A request as JSON, for what has no page.
    #[cfg(feature = "insecure-emulator")]
    pub(super) async fn post_json(
        &mut self,
        url: &str,
        body: &serde_json::Value,
    ) -> serde_json::Value {
        let request = axum::http::Request::post(url).header("content-type", "application/json");
        let request = request.body(Full::from(body.to_string())).unwrap();
        let answer = self.http.request(request).await.unwrap();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    }

    /// A request of a program that holds `bearer`.
    pub(super) async fn call(
        &mut self,
        method: &str,
        url: &str,
        bearer: &str,
        body: &serde_json::Value,
    ) -> serde_json::Value {
        let request = axum::http::Request::builder().method(method).uri(url);
        let request = request.header("authorization", format!("Bearer {bearer}"));
        let request = request.header("content-type", "application/json");
        let body = if method == "GET" { String::new() } else { body.to_string() };
        let answer = self.http.request(request.body(Full::from(body)).unwrap()).await.unwrap();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap_or_else(|_| panic!("{url}: {body:?}"))
    }

    async fn open(&mut self, method: &str, url: reqwest::Url, body: String) -> PageOf {
        let pairs: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let request = axum::http::Request::builder()
            .method(method)
            .uri(url.as_str())
            .header("accept", "text/html")
            .header("cookie", pairs.join("; "))
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = self.http.request(request.body(Full::from(body)).unwrap()).await.unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        PageOf { url, status, location, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// The first form of a page, with its hidden fields as they are and the others as typed.
    fn form(&self, page: &PageOf) -> (reqwest::Url, Vec<(String, String)>) {
        let form = between(&page.body, "<form", "</form")
            .unwrap_or_else(|| panic!("{}: no form in {}", page.url, page.body));
        let head = &form[..form.find('>').unwrap()];
        let action = attribute(head, "action").unwrap_or_default();
        let mut fields = Vec::new();
        for input in form.split("<input").skip(1) {
            let input = &input[..input.find('>').unwrap()];
            let Some(name) = attribute(input, "name") else { continue };
            let typed = self.typed.iter().find(|(field, _)| *field == name);
            let value = typed.map(|(_, value)| value.clone()).or_else(|| attribute(input, "value"));
            if attribute(input, "type").is_none_or(|kind| kind != "checkbox") {
                fields.push((name, value.unwrap_or_default()));
            }
        }
        (page.url.join(&action).unwrap(), fields)
    }
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let from = text.find(start)?;
    let to = from + text[from..].find(end)?;
    Some(&text[from..to])
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    ['"', '\''].into_iter().find_map(|quote| {
        let (_, rest) = tag.split_once(&format!(" {name}={quote}"))?;
        let value = rest.split(quote).next()?;
        let plain =
            [("&amp;", "&"), ("&quot;", "\""), ("&#34;", "\""), ("&#x27;", "'"), ("&#39;", "'")];
        Some(plain.iter().fold(value.to_owned(), |text, (code, letter)| text.replace(code, letter)))
    })
}
