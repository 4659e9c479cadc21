//! As much of a browser as the tests need: cookies by host, the headers of a form, no redirects.

use std::{collections::BTreeMap, net::SocketAddr};

/// One person's browser.
#[derive(Clone)]
pub struct Browser {
    address: SocketAddr,
    http: reqwest::Client,
    /// By full name.
    pub cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// A header, empty when it is missing.
    ///
    /// # Panics
    /// When it is not text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("as the test expects it"))
    }

    /// Where a redirect leads.
    #[must_use]
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("as the test expects it")
    }
}

impl Browser {
    /// A browser without cookies that follows no redirects.
    ///
    /// # Panics
    /// When there is no HTTP client to be had.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self {
            address,
            http: http.build().expect("as the test expects it"),
            cookies: BTreeMap::new(),
        }
    }

    /// The origin of a service as browsers name it.
    #[must_use]
    pub fn origin(&self, service: &str) -> String {
        format!("http://{service}.comanda.localhost:{}", self.address.port())
    }

    /// A request to a service, without cookies.
    ///
    /// # Panics
    /// When the method is none.
    pub fn request(&self, method: &str, service: &str, path: &str) -> reqwest::RequestBuilder {
        let method =
            reqwest::Method::from_bytes(method.as_bytes()).expect("as the test expects it");
        let host = format!("{service}.comanda.localhost:{}", self.address.port());
        let request = self.http.request(method, format!("http://{}{path}", self.address));
        request.header("host", host)
    }

    /// Sends a request as it is.
    ///
    /// # Panics
    /// When nobody answers.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let answer = request.send().await.expect("as the test expects it");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Answer { status, headers, body: answer.text().await.expect("as the test expects it") }
    }

    /// Sends a request as this browser, and keeps the cookies that come back.
    ///
    /// # Panics
    /// When nobody answers, or a cookie breaks our policy.
    pub async fn visit(&mut self, mut request: reqwest::RequestBuilder) -> Answer {
        let pairs: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        if !pairs.is_empty() {
            request = request.header("cookie", pairs.join("; "));
        }
        let answer = self.send(request).await;
        for value in answer.headers.get_all("set-cookie") {
            let value = value.to_str().expect("as the test expects it");
            check_policy(value);
            let (name, rest) = value.split_once('=').expect("as the test expects it");
            let kept = rest.split(';').next().expect("as the test expects it");
            if kept.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), kept.to_owned());
            }
        }
        answer
    }

    /// Opens a page.
    ///
    /// # Panics
    /// When nobody answers.
    pub async fn get(&mut self, service: &str, path: &str) -> Answer {
        let request = self.request("GET", service, path).header("accept", "text/html");
        self.visit(request).await
    }

    /// Sends a form from one of the service's own pages.
    ///
    /// # Panics
    /// When nobody answers.
    pub async fn post(&mut self, service: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let origin = self.origin(service);
        let body = serde_urlencoded::to_string(form).expect("as the test expects it");
        let request = self
            .request("POST", service, path)
            .header("origin", origin)
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded");
        self.visit(request.body(body)).await
    }

    /// Fills in the form of accounts.
    ///
    /// # Panics
    /// When nobody answers.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.post("accounts", "/sign-in", &[("email", email), ("password", password)]).await
    }
}

/// What each cookie of ours must say; the session's is shared over the hosts.
fn check_policy(value: &str) {
    let shared = value.starts_with("comanda=").then_some("; Domain=comanda.localhost");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax"].into_iter().chain(shared) {
        assert!(value.contains(part), "{value}");
    }
}
