//! Pages between an app and its person: asking, signing in on the way, and signing out (OpenID Connect
//! Core 1.0 and RP-Initiated Logout 1.0).

pub(super) mod authorize;
pub(super) mod consent;
pub(super) mod end_session;

use crate::{
    app::App,
    store::clients::{self, Client},
    usecases::Failure,
};
use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use maud::html;
use web::{Page, Problem, Site};

/// More than any app sends in an address.
const QUERY_MAX: usize = 16 * 1024;

/// The app that `client_id` names.
async fn client(app: &App, id: Option<&str>) -> Result<Option<Client>, Failure> {
    let Some(id) = id.and_then(|id| id.parse().ok()) else { return Ok(None) };
    app.context.database.read(move |tx| Ok::<_, Failure>(clients::by_id(tx, id)?)).await
}

/// An address with more behind it.
fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    let join = if address.contains('?') { '&' } else { '?' };
    if query.is_empty() { address.to_owned() } else { format!("{address}{join}{query}") }
}

/// What came in the body of a form, as an address: a form of another site brings no cookie along,
/// the way there by the address does.
fn as_address(path: &str, form: &web::Form) -> Result<Response, Problem> {
    let pairs: Vec<(&str, &str)> = form.pairs().collect();
    let address = with_query(path, &pairs);
    if address.len() > QUERY_MAX {
        return Err(Problem::bad_request("invalid_request").detail("The request is too long."));
    }
    Ok(super::go(&address))
}

/// A page that goes on by itself. A redirect would be the end of a form, and browsers follow those
/// to our own hosts alone (`form-action`).
fn leave(site: &Site, name: &str, to: &str) -> Response {
    let body = html! {
        div.wrap {
            div.gate {
                h1 { "On to " (name) }
                p.lead { "If nothing happens, go on by yourself." }
                a.btn.btn-primary.btn-wide href=(to) { "Continue" }
            }
        }
    };
    let refresh = html! { meta http-equiv="refresh" content={ "0;url=" (to) }; };
    let page = Page::new(site, "One moment").no_index().head(refresh).render(&body);
    private(page)
}

/// It holds a code or a step: nobody keeps it, and nobody is told where it came from.
fn private(answer: impl IntoResponse) -> Response {
    let mut answer = answer.into_response();
    let no_store = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, no_store);
    let silent = HeaderValue::from_static("no-referrer");
    answer.headers_mut().insert(HeaderName::from_static("referrer-policy"), silent);
    answer
}
