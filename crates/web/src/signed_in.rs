//! Who is signed in, for pages and APIs. The layer costs nothing until a handler asks by
//! [`SignedIn`] or [`Visitor`]; then the token is verified, renewed if it has expired, and the
//! answer carries its successor, on GET and POST alike.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{FromFnLayer, Next, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use session::{Issued, Machine, Principal, Sessions, Standing};
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
};
use tokio::sync::OnceCell;

use crate::{
    components::word_link,
    cookie::{Cookie, Reach},
    icons,
    origins::{Service, Site},
    problem::Problem,
};

/// Somebody signed in. Otherwise pages send them to sign in and back, and the API answers 401.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Principal);

/// Whoever it is; nobody when nobody is signed in, or when accounts cannot be asked just now.
#[derive(Debug, Clone, Default)]
pub struct Visitor(pub Option<Principal>);

/// The cookie that all services share.
#[must_use]
pub fn cookie(site: &Site) -> Cookie<'_> {
    Cookie {
        name: session::COOKIE,
        reach: Reach::Domain(site.origins.domain()),
        https: site.origins.https(),
    }
}

/// The `Set-Cookie` value that hands `issued` to the browser for as long as an idle session lives.
#[must_use]
pub fn set_cookie(site: &Site, issued: &Issued) -> Option<HeaderValue> {
    cookie(site).set(&issued.token, Some(session::IDLE_LIFE))
}

/// The token that a request carries: the bearer's if it names one, else the cookie's. A name or a
/// header sent twice is nobody's.
#[must_use]
pub fn token_of<'h>(headers: &'h HeaderMap, site: &Site) -> Option<&'h str> {
    let mut bearers = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = bearers.next() else { return cookie(site).read(headers) };
    let (scheme, token) = first.to_str().ok()?.split_once(' ')?;
    let single = bearers.next().is_none() && scheme.eq_ignore_ascii_case("bearer");
    single.then_some(token.trim())
}

/// Where to sign in and come back to `return_to` (an absolute address of ours).
#[must_use]
pub fn sign_in_url(site: &Site, return_to: &str) -> String {
    let query = serde_urlencoded::to_string([("return_to", return_to)]).unwrap_or_default();
    site.url(Service::Accounts, &format!("/sign-in?{query}"))
}

/// The person's corner of the header: their account, or the way to sign in.
#[must_use]
pub fn person_corner(visitor: &Visitor, site: &Site) -> Markup {
    let account = site.url(Service::Accounts, "/account");
    let sign_in = sign_in_url(site, &format!("{}/", site.origin()));
    html! {
        @match &visitor.0 {
            Some(person) => (word_link(&account, &format!("Account of {}", person.name), &person.name, &icons::user())),
            None => (word_link(&sign_in, "Sign in", "Sign in", &icons::user())),
        }
    }
}

#[doc(hidden)]
pub struct Gate {
    sessions: Sessions,
    site: Site,
}

type Step = fn(State<Arc<Gate>>, Request, Next) -> Pin<Box<dyn Future<Output = Response> + Send>>;
/// What lets handlers ask who is signed in.
pub type Layer = FromFnLayer<Step, Arc<Gate>, (State<Arc<Gate>>, Request)>;

/// The layer that lets handlers ask who is signed in.
pub fn layer(sessions: Sessions, site: Site) -> Layer {
    let step: Step = |State(gate), request, next| Box::pin(pass(gate, request, next));
    from_fn_with_state(Arc::new(Gate { sessions, site }), step)
}

/// What is known of one request.
struct Visit {
    gate: Arc<Gate>,
    standing: OnceCell<Standing>,
    by_cookie: OnceLock<()>,
}

impl Visit {
    async fn standing(&self, headers: &HeaderMap) -> &Standing {
        let check = async || {
            let Some(token) = token_of(headers, &self.gate.site) else {
                return Standing::SignedOut;
            };
            if !headers.contains_key(header::AUTHORIZATION) {
                self.by_cookie.get_or_init(|| ());
            }
            self.gate.sessions.check(token).await
        };
        self.standing.get_or_init(check).await
    }

    /// The successor that the browser has to be told.
    fn renewed(&self) -> Option<HeaderValue> {
        self.by_cookie.get()?;
        match self.standing.get()? {
            Standing::SignedIn { renewed: Some(issued), .. } => set_cookie(&self.gate.site, issued),
            _ => None,
        }
    }
}

async fn pass(gate: Arc<Gate>, mut request: Request, next: Next) -> Response {
    let visit = Arc::new(Visit { gate, standing: OnceCell::new(), by_cookie: OnceLock::new() });
    request.extensions_mut().insert(visit.clone());
    let mut answer = next.run(request).await;
    if visit.standing.initialized() {
        // It was made for one person: no shared cache may keep it.
        let private = HeaderValue::from_static("private, no-cache");
        answer.headers_mut().entry(header::CACHE_CONTROL).or_insert(private);
        answer.headers_mut().append(header::VARY, HeaderValue::from_static("cookie"));
    }
    if let Some(renewed) = visit.renewed()
        && !sets_session(&answer, &visit.gate.site)
    {
        answer.headers_mut().append(header::SET_COOKIE, renewed);
    }
    answer
}

/// Signing in and out set the cookie themselves.
fn sets_session(answer: &Response, site: &Site) -> bool {
    let start = format!("{}=", cookie(site).full_name());
    let mut set = answer.headers().get_all(header::SET_COOKIE).iter();
    set.any(|value| value.as_bytes().starts_with(start.as_bytes()))
}

fn visit_of(parts: &Parts) -> Result<&Arc<Visit>, Problem> {
    parts.extensions.get::<Arc<Visit>>().ok_or_else(|| {
        tracing::error!("a route asks who is signed in, but the layer that knows is not around it");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal")
    })
}

async fn standing_of(parts: &Parts) -> Result<&Standing, Problem> {
    Ok(visit_of(parts)?.standing(&parts.headers).await)
}

/// The service whose machine token for this one the request carries, by header alone.
pub(crate) async fn machine_of(parts: &Parts) -> Result<Option<Machine>, Problem> {
    let visit = visit_of(parts)?;
    let Gate { sessions, site } = visit.gate.as_ref();
    if !parts.headers.contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    let Some(token) = token_of(&parts.headers, site) else { return Ok(None) };
    Ok(sessions.machine(token, site.service.name()).await)
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(match standing_of(parts).await? {
            Standing::SignedIn { principal, .. } => Self(Some((**principal).clone())),
            Standing::SignedOut | Standing::Unknown => Self(None),
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        match standing_of(parts).await.map_err(IntoResponse::into_response)? {
            Standing::SignedIn { principal, .. } => Ok(Self((**principal).clone())),
            Standing::SignedOut => Err(ask_to_sign_in(parts)),
            Standing::Unknown => Err(Problem::unavailable(2).into_response()),
        }
    }
}

fn ask_to_sign_in(parts: &Parts) -> Response {
    let Some(visit) = parts.extensions.get::<Arc<Visit>>().filter(|_| !is_program(parts)) else {
        return Problem::unauthorized().into_response();
    };
    let site = &visit.gate.site;
    let url = sign_in_url(site, &page_of(parts, site));
    if parts.headers.contains_key("hx-request") {
        // A redirect would be followed inside the page, across hosts, and refused by the browser.
        let mut answer = Problem::unauthorized().into_response();
        if let Ok(url) = HeaderValue::from_str(&url) {
            answer.headers_mut().insert(HeaderName::from_static("hx-redirect"), url);
        }
        return answer;
    }
    Redirect::to(&url).into_response()
}

/// Programs, event streams and sockets cannot follow a redirect to a form.
#[must_use]
pub fn is_program(parts: &Parts) -> bool {
    let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let accept = accept.unwrap_or("*/*");
    parts.uri.path().starts_with("/api/")
        || parts.headers.contains_key(header::AUTHORIZATION)
        || parts.headers.contains_key(header::SEC_WEBSOCKET_KEY)
        || accept.contains("text/event-stream")
        || (accept.contains("json") && !accept.contains("text/html"))
}

/// The page to come back to: this one, or the one whose form was sent.
#[must_use]
pub fn page_of(parts: &Parts, site: &Site) -> String {
    if matches!(parts.method, Method::GET | Method::HEAD)
        && !parts.headers.contains_key("hx-request")
    {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        return format!("{}{path}", site.origin());
    }
    let referer = parts.headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let own = referer.filter(|page| site.origins.safe_return(page).is_some());
    own.map_or_else(|| format!("{}/", site.origin()), ToOwned::to_owned)
}
