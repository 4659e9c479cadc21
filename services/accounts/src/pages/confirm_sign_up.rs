//! `/sign-up/confirm`: where the mail of a sign-up leads. Opening it changes nothing, because scanners
//! of mails open links, too.

use super::{dead_link, enter, secret_field, sign_up::browser_cookie, unseen};
use crate::{
    app::{App, NotIn, in_words, too_soon},
    client::Client,
    domain::method::Method,
    doors::{Claim, is_same_browser},
    store::mails::SignUp,
    usecases::{Entry, SignedUp},
};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use web::{
    Form, Page, Problem, QueryOf,
    components::{Field, Kind, error_summary},
};

/// Asks for a press of the button, and in another browser for the password chosen.
pub(super) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    QueryOf(link): QueryOf<super::Secret>,
) -> Result<Response, Problem> {
    let Some(pending) = app.pending(&link.secret).await? else { return Ok(gone(&app)) };
    let form = Form::with([("secret", link.secret)]);
    Ok(unseen(render(&app, &form, &pending, here(&app, &headers, &pending))))
}

/// Makes the account and lets its owner in.
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Problem> {
    let secret = form.value("secret").to_owned();
    let Some(pending) = app.pending(&secret).await? else { return Ok(gone(&app)) };
    let browser = browser_cookie(&app.context.site).read(&headers).unwrap_or_default();
    let same = is_same_browser(&pending, browser);
    let claim = match same {
        true => Claim::Browser,
        false => Claim::Password(form.value("password")),
    };
    match app.confirm_sign_up(&secret, &pending, claim, &client).await {
        Ok(SignedUp::Made(person)) => {
            let shown: &[Method] =
                if same { &[Method::EmailLink] } else { &[Method::EmailLink, Method::Password] };
            let guess = (!same).then(|| client.guess(&pending.email));
            let entry = Entry { guess, ..client.entry(person, shown) };
            let mut answer = enter(&app, entry, &pending.return_to).await?;
            let cookie = browser_cookie(&app.context.site).clear();
            answer.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
            Ok(answer)
        }
        Ok(SignedUp::Taken | SignedUp::TooLate) => Ok(gone(&app)),
        Err(NotIn::Wrong) => {
            form.fail("password", "That is not the password that was chosen. Try again.");
            Ok((form.status(), unseen(render(&app, &form, &pending, same))).into_response())
        }
        Err(NotIn::Wait(wait)) => {
            let words = in_words(wait);
            form.fail("", format!("That was often in a short time. Try again in {words}."));
            Ok(too_soon(wait, render(&app, &form, &pending, same)))
        }
        Err(other) => Err(other.into()),
    }
}

fn here(app: &App, headers: &HeaderMap, pending: &SignUp) -> bool {
    let browser = browser_cookie(&app.context.site).read(headers).unwrap_or_default();
    is_same_browser(pending, browser)
}

fn gone(app: &App) -> Response {
    dead_link(
        app,
        "If you have pressed its button before, your account is ready: sign in. Otherwise sign up again.",
        ("/sign-up", "Sign up again"),
    )
}

fn render(app: &App, form: &Form, pending: &SignUp, same: bool) -> Markup {
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "One press, and you are in" }
                    p.lead { "This makes the account of " strong { (pending.email) } "." }
                    @if !same {
                        p.quiet { "You have opened the link in another browser than the one where you signed up. Enter the password that you chose there. If you did not sign up, close this page: no account is made." }
                    }
                }
                form.fields method="post" action="/sign-up/confirm" {
                    (error_summary(form))
                    (secret_field(form))
                    @if !same {
                        (Field { name: "password", label: "Password", kind: Kind::Password, autocomplete: "current-password", ..Field::default() }.render(form))
                    }
                    button.btn.btn-primary.btn-wide type="submit" { "Confirm my address" }
                }
            }
        }
    };
    Page::new(&app.context.site, "Confirm your address").no_index().render(&body)
}
