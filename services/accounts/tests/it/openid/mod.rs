//! Accounts as an OpenID provider, through the outer door: what apps get, and what they are refused.

mod algorithms;
mod authorize;
mod clients;
mod confusion;
mod end_session;
mod logins;
mod tokens;

use crate::Place;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use testkit::{Answer, Browser};

/// Of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(super) const CALLBACK: &str = "https://app.example.com/signed-in";
const AFTER: &str = "https://app.example.com/bye";

/// An app that an operator has added.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) id: String,
    secret: Option<String>,
}

impl Place {
    pub(crate) async fn operator(&self) -> Browser {
        let mut browser = self.browser();
        browser.sign_in("operator@demo.test", "comanda-demo").await;
        browser
    }

    /// `kind` is confidential or public. Its ID tokens are EdDSA: no key has to be made for it.
    pub(crate) async fn app(&self, kind: &str) -> App {
        self.app_of(kind, CALLBACK, "EdDSA").await
    }

    /// An app whose ID tokens are signed by this algorithm; "": nobody says by which.
    pub(crate) async fn app_signed(&self, kind: &str, algorithm: &str) -> App {
        self.app_of(kind, CALLBACK, algorithm).await
    }

    /// One that wants people back at these addresses, one a line.
    async fn app_at(&self, kind: &str, redirect_uris: &str) -> App {
        self.app_of(kind, redirect_uris, "EdDSA").await
    }

    async fn app_of(&self, kind: &str, redirect_uris: &str, algorithm: &str) -> App {
        let fields = [
            ("name", "Town news"),
            ("kind", kind),
            ("redirect_uris", redirect_uris),
            ("post_logout_uris", AFTER),
            ("id_token_signed_response_alg", algorithm),
        ];
        let page = self.operator().await.post("accounts", "/operator/clients", &fields).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(page.header("cache-control"), "no-store");
        let code = |prefix: &str| {
            let start = format!("<code>{prefix}");
            let rest = page.body.split(&start).nth(1)?.split('<').next()?;
            Some(format!("{prefix}{rest}"))
        };
        App { id: code("cli_").unwrap(), secret: code("ccs_") }
    }
}

impl App {
    /// Where it sends people, with these changes; one to "" leaves the parameter out.
    fn address(&self, changes: &[(&str, &str)]) -> String {
        let mut pairs = vec![
            ("client_id", self.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid profile email"),
            ("state", "s t&te"),
            ("nonce", "n1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for change in changes {
            pairs.retain(|(name, _)| *name != change.0);
            pairs.push(*change);
        }
        pairs.retain(|(_, value)| !value.is_empty());
        format!("/oauth/authorize?{}", serde_urlencoded::to_string(pairs).unwrap())
    }

    /// The code for somebody who is signed in and says yes where they are asked.
    pub(crate) async fn code(&self, browser: &mut Browser) -> String {
        self.code_for(browser, &[]).await
    }

    pub(crate) async fn code_for(&self, browser: &mut Browser, changes: &[(&str, &str)]) -> String {
        let answer = browser.get("accounts", &self.address(changes)).await;
        let to = if answer.status == 303 {
            answer.location().to_owned()
        } else {
            let said = allow(browser, &answer).await;
            onward(&said)
        };
        part(&to, "code")
    }

    /// A form at the token endpoint, from a server of its own; the secret in the form.
    async fn send(&self, place: &Place, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let mut pairs = pairs.to_vec();
        pairs.push(("client_id", &self.id));
        pairs.extend(self.secret.as_deref().map(|secret| ("client_secret", secret)));
        send(place, path, &pairs).await
    }

    pub(crate) async fn redeem(&self, place: &Place, code: &str) -> Answer {
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.send(place, "/oauth/token", &pairs).await
    }

    /// All tokens for somebody who is signed in.
    pub(crate) async fn tokens(&self, place: &Place, browser: &mut Browser) -> Value {
        let code = self.code(browser).await;
        let answer = self.redeem(place, &code).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    pub(crate) async fn refresh(&self, place: &Place, token: &Value) -> Answer {
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", token.as_str().unwrap())];
        self.send(place, "/oauth/token", &pairs).await
    }
}

/// A form as a server sends it: no cookie, no origin.
async fn send(place: &Place, path: &str, pairs: &[(&str, &str)]) -> Answer {
    let browser = place.browser();
    let request = browser
        .request("POST", "accounts", path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(serde_urlencoded::to_string(pairs).unwrap());
    browser.send(request).await
}

async fn userinfo(place: &Place, token: &str) -> Answer {
    let browser = place.browser();
    let request = browser.request("GET", "accounts", "/oauth/userinfo");
    browser.send(request.header("authorization", format!("Bearer {token}"))).await
}

/// Says yes on the page that asks.
async fn allow(browser: &mut Browser, page: &Answer) -> Answer {
    let fields = [("step", step(page)), ("choice", "allow".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    browser.post("accounts", "/oauth/consent", &fields).await
}

/// The hidden step of a page.
fn step(page: &Answer) -> String {
    let found = page.body.split("name=\"step\" value=\"").nth(1);
    found.unwrap_or_else(|| panic!("{}", page.body)).split('"').next().unwrap().to_owned()
}

/// Where a page goes on by itself.
fn onward(page: &Answer) -> String {
    let found = page.body.split("content=\"0;url=").nth(1);
    let to = found.unwrap_or_else(|| panic!("{} {}", page.status, page.body)).split('"').next();
    to.unwrap().replace("&amp;", "&")
}

/// A parameter of an address.
fn part(address: &str, name: &str) -> String {
    let query = address.split_once('?').unwrap().1;
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    let found = pairs.into_iter().find(|(key, _)| key == name);
    found.unwrap_or_else(|| panic!("no {name} in {address}")).1
}

fn claims(token: &Value) -> Value {
    parsed(token.as_str().unwrap(), 1)
}

/// A part of a token: 0 is its header.
fn parsed(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
