//! Browsers let a page of another origin read an answer only where we say so: for the origins of
//! public apps, which have no server to ask for them. No cookie is ever read along.

use crate::{app::App, store::clients, usecases::Failure};
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};

const ALLOWED: [(HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
    (header::ACCESS_CONTROL_MAX_AGE, "600"),
];

/// Around the routes.
pub(super) async fn answer_known_origins(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let asks_first = request.method() == Method::OPTIONS;
    let mut answer = next.run(request).await;
    answer.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    let Some(origin) = origin.filter(|origin| origin != "null") else { return answer };
    if is_known(&app, &origin).await {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if asks_first {
            let allowed = ALLOWED.map(|(name, value)| (name, HeaderValue::from_static(value)));
            answer.headers_mut().extend(allowed);
        }
    }
    answer
}

/// Whether a public app is there.
async fn is_known(app: &App, origin: &HeaderValue) -> bool {
    let read = app.context.database.read(|tx| Ok::<_, Failure>(clients::all(tx)?));
    let clients = match read.await {
        Ok(clients) => clients,
        Err(error) => {
            tracing::warn!(%error, "apps of other origins are not answered");
            return false;
        }
    };
    let public = clients.iter().filter(|client| !client.is_confidential());
    let mut addresses = public.flat_map(|client| &client.redirect_uris);
    let origin = origin.as_bytes();
    addresses.any(|uri| {
        let rest = uri.as_bytes().strip_prefix(origin);
        rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'/' | b'?')))
    })
}
