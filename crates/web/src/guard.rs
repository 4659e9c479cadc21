//! The guards around each request: which requests may change something (DESIGN 7), and the headers
//! that tell the browser what a page may do.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    response::Response,
};

use crate::{
    origins::{Service, Site},
    problem::Problem,
};

/// Where pages of other origins may post to: what answers there never looks at a cookie.
const FOR_OTHERS: [&str; 5] =
    ["/oauth/authorize", "/oauth/end-session", "/oauth/revoke", "/oauth/token", "/oauth/userinfo"];

/// Whether a request that may change something comes from our own page or from a program.
///
/// Siblings are same-site, so `SameSite` cookies alone do not do: the request must be
/// `Sec-Fetch-Site: same-origin` or carry the exact own `Origin`; one that a person typed
/// (`none`) or a program sent (neither header) may pass only when it carries no cookie.
#[must_use]
pub fn comes_from_us(headers: &HeaderMap, own_origin: &str) -> bool {
    let no_cookie = !headers.contains_key(header::COOKIE);
    let one = |name: HeaderName| {
        let mut values = headers.get_all(name).iter();
        let first = values.next()?;
        // A header sent twice is nobody's: no browser does it.
        Some(if values.next().is_none() { first.as_bytes() } else { b"" })
    };
    match (one(HeaderName::from_static("sec-fetch-site")), one(header::ORIGIN)) {
        (Some(b"same-origin"), _) => true,
        (Some(b"none"), None) => no_cookie,
        (Some(_), None) => false,
        (Some(site), Some(_)) if site != b"none" => false,
        (_, Some(origin)) => origin == own_origin.as_bytes(),
        (None, None) => no_cookie,
    }
}

/// Refuses unsafe methods and WebSocket handshakes that do not come from us with 403.
pub(crate) fn refuse_forgery(request: &Request, own_origin: &str) -> Option<Problem> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let handshake = request.headers().contains_key(header::SEC_WEBSOCKET_KEY);
    let for_others = FOR_OTHERS.contains(&request.uri().path());
    let fine = safe || for_others;
    if (fine && !handshake) || comes_from_us(request.headers(), own_origin) {
        return None;
    }
    let refusal = Problem::forbidden("cross_site_request");
    Some(
        refusal
            .detail("This request did not come from our own page. Open the page again and retry."),
    )
}

/// The headers of every answer, worked out once per service.
#[derive(Debug)]
pub(crate) struct SecurityHeaders(Vec<(HeaderName, HeaderValue)>);

impl SecurityHeaders {
    pub(crate) fn new(site: &Site) -> Self {
        let policy = content_security_policy(site);
        let mut headers = vec![
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin")),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                HeaderValue::from_static("same-origin"),
            ),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                HeaderValue::from_static("same-origin"),
            ),
            (HeaderName::from_static("permissions-policy"), permissions(site.service)),
        ];
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.push((header::CONTENT_SECURITY_POLICY, policy));
        }
        if site.origins.https() {
            headers.push((
                header::STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static("max-age=31536000; includeSubDomains"),
            ));
        }
        Self(headers)
    }

    /// Adds the headers, except where the answer has set its own.
    pub(crate) fn add_to(&self, answer: &mut Response) {
        let fields = answer.headers_mut();
        fields.reserve(self.0.len());
        for (name, value) in &self.0 {
            fields.entry(name).or_insert_with(|| value.clone());
        }
    }
}

/// Denied to every page; a location, the wake lock and full screen are asked for on a tap.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(self), camera=(), display-capture=(), \
    fullscreen=(self), geolocation=(self), gyroscope=(), magnetometer=(), microphone=(), midi=(), \
    payment=(), publickey-credentials-create=(), publickey-credentials-get=(), \
    screen-wake-lock=(self), usb=()";

/// Where people sign in, their pages may ask for passkeys.
const PERMISSIONS_OF_ACCOUNTS: &str = "accelerometer=(), autoplay=(self), camera=(), \
    display-capture=(), fullscreen=(self), geolocation=(), gyroscope=(), magnetometer=(), \
    microphone=(), midi=(), payment=(), publickey-credentials-create=(self), \
    publickey-credentials-get=(self), screen-wake-lock=(), usb=()";

fn permissions(service: Service) -> HeaderValue {
    HeaderValue::from_static(match service {
        Service::Accounts => PERMISSIONS_OF_ACCOUNTS,
        Service::Landing | Service::Orderhub | Service::Prepstation => PERMISSIONS,
    })
}

/// `form-action` names all four hosts, because browsers apply it to the redirect that follows a
/// form too, and signing in or out ends on another of them.
fn content_security_policy(site: &Site) -> String {
    let others: Vec<&str> = site.origins.all().filter(|origin| *origin != site.origin()).collect();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
         media-src 'self'; form-action 'self' {}; base-uri 'none'; object-src 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types htmx",
        others.join(" ")
    )
}
