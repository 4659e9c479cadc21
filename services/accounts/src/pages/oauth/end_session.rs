//! `/oauth/end-session`: an app signs its person out here, too (OpenID Connect RP-Initiated Logout 1.0).
//! With a token of this very session it is done at once; otherwise the person is asked.

use super::{as_address, client, leave, private, with_query};
use crate::{app::App, domain::authorization::Parameters, pages::go, store::clients::Client};
use axum::{extract::State, response::Response};
use maud::{Markup, html};
use session::Principal;
use web::{Form, Page, Problem, QueryOf, Service, Site, Visitor};

/// Where to go afterwards.
struct Back {
    client: Option<Client>,
    /// One of the app's own.
    uri: Option<String>,
    state: Option<String>,
}

/// From the app.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    QueryOf(pairs): QueryOf<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let parameters = Parameters::new(pairs);
    let hint = parameters.one("id_token_hint").and_then(|token| app.tokens.hint(token));
    let named = parameters.one("client_id");
    let hinted = hint.as_ref().map(|hint| hint.aud.as_str());
    if let (Some(named), Some(hinted)) = (named, hinted)
        && named != hinted
    {
        return Err(
            Problem::bad_request("invalid_request").detail("The app named a token of another app.")
        );
    }
    let back = back(&app, named.or(hinted), &parameters).await?;
    let Some(who) = visitor.0 else { return Ok(private(back.redirect(&app.context.site))) };
    let same = hint.is_some_and(|hint| hint.sub == who.person_id && hint.sid == who.session_id);
    if !same {
        return Ok(private(render(&app.context.site, &back, &who)));
    }
    app.sign_out(&who).await?;
    Ok(app.without_session(private(back.redirect(&app.context.site))))
}

/// The same in a form.
pub(in crate::pages) async fn submit(form: Form) -> Result<Response, Problem> {
    as_address("/oauth/end-session", &form)
}

/// The person says yes.
pub(in crate::pages) async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    form: Form,
) -> Result<Response, Problem> {
    let pairs = form.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let parameters = Parameters::new(pairs);
    let back = back(&app, parameters.one("client_id"), &parameters).await?;
    if let Some(who) = visitor.0 {
        app.sign_out(&who).await?;
    }
    Ok(app.without_session(back.leave(&app.context.site)))
}

async fn back(app: &App, id: Option<&str>, parameters: &Parameters) -> Result<Back, Problem> {
    let client = client(app, id).await?;
    let wanted = parameters.one("post_logout_redirect_uri");
    let own = client.iter().flat_map(|client| &client.post_logout_uris);
    let uri = own.clone().find(|uri| Some(uri.as_str()) == wanted).cloned();
    if wanted.is_some() && uri.is_none() {
        return Err(Problem::bad_request("invalid_redirect_uri").detail(
            "The app wants you back at an address that is not known here. You are still signed in.",
        ));
    }
    Ok(Back { client, uri, state: parameters.one("state").map(ToOwned::to_owned) })
}

impl Back {
    fn to(&self, site: &Site) -> String {
        let Some(uri) = &self.uri else { return site.url(Service::Orderhub, "/") };
        let state = self.state.as_deref().map(|state| ("state", state));
        with_query(uri, state.as_slice())
    }

    fn redirect(&self, site: &Site) -> Response {
        go(&self.to(site))
    }

    fn leave(&self, site: &Site) -> Response {
        match (&self.client, &self.uri) {
            (Some(client), Some(_)) => leave(site, &client.name, &self.to(site)),
            _ => self.redirect(site),
        }
    }
}

fn render(site: &Site, back: &Back, who: &Principal) -> Markup {
    let name = back.client.as_ref().map_or("An app", |client| client.name.as_str());
    let id = back.client.as_ref().map(|client| client.id.to_string());
    let hidden = [
        ("client_id", id.as_deref()),
        ("post_logout_redirect_uri", back.uri.as_deref()),
        ("state", back.state.as_deref()),
    ];
    let body = html! {
        div.wrap {
            div.gate {
                h1 { "Leaving, " (who.name) "?" }
                p.lead { (name) " has signed you out. Sign out here, too, for ordering and for the kitchen?" }
                form.fields method="post" action="/oauth/end-session/confirm" {
                    @for (name, value) in hidden {
                        @if let Some(value) = value { input type="hidden" name=(name) value=(value); }
                    }
                    button.btn.btn-primary.btn-wide type="submit" { "Sign out" }
                    a.btn.btn-quiet.btn-wide href="/account" { "Stay signed in" }
                }
            }
        }
    };
    Page::new(site, "Sign out").no_index().render(&body)
}
