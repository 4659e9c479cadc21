//! `/account/email`: another address, confirmed by a mail to it.

use super::{check_your_mail, dead_link, elsewhere, go, proof_field, secret_field, unseen};
use crate::{
    app::{App, NotIn},
    client::Client,
    domain::email::{self, Email},
    proved_lately::{Change, Hurdle},
    usecases::Changed,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use session::Principal;
use web::{
    Form, Page, Problem, QueryOf, SignedIn,
    components::{Field, Kind, error_summary},
};

const PATH: &str = "/account/email";

/// The form.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
) -> Result<Response, Problem> {
    let hurdle = app.hurdle(&who, Change::Address).await?;
    Ok(elsewhere(&app, hurdle, PATH)
        .unwrap_or_else(|| render(&app, &Form::default(), &who, hurdle).into_response()))
}

/// Sends a mail to the new address. The answer is the same for one that has an account.
pub(super) async fn submit(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    client: Client,
    mut form: Form,
) -> Result<Response, Problem> {
    let hurdle = app.hurdle(&who, Change::Address).await?;
    if let Some(elsewhere) = elsewhere(&app, hurdle, PATH) {
        return Ok(elsewhere);
    }
    if let Some(new) = read(&mut form, &who) {
        match ask(&app, &who, &client, (hurdle, form.value("current")), &new).await {
            Ok(()) => return Ok(check_your_mail::sent("address")),
            Err(NotIn::Wrong) => form.fail("current", super::NOT_YOURS),
            Err(refusal) => {
                return super::wait(refusal, form, |form| render(&app, form, &who, hurdle));
            }
        }
    }
    Ok((form.status(), render(&app, &form, &who, hurdle)).into_response())
}

async fn ask(
    app: &App,
    who: &Principal,
    client: &Client,
    (hurdle, password): (Hurdle, &str),
    new: &Email,
) -> Result<(), NotIn> {
    let shown = match hurdle {
        Hurdle::Password => Some(app.show_password(who, client, password).await?),
        _ => None,
    };
    app.ask_to_change_address(who, shown, new, client).await
}

/// Asks for a press of the button.
pub(super) async fn show_confirm(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    QueryOf(link): QueryOf<super::Secret>,
) -> Response {
    let form = Form::with([("secret", link.secret)]);
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Use the new address" }
                    p.lead { "Your account, " strong { (who.email) } " until now, gets the address that the mail was sent to. You are signed out on all other devices." }
                }
                form.fields method="post" action="/account/email/confirm" {
                    (secret_field(&form))
                    button.btn.btn-primary.btn-wide type="submit" { "Use this address" }
                    a.btn.btn-quiet.btn-wide href="/account" { "Keep the old one" }
                }
            }
        }
    };
    unseen(Page::new(&app.context.site, "Use the new address").no_index().render(&body))
}

/// Changes it.
pub(super) async fn confirm(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    client: Client,
    form: Form,
) -> Result<Response, Problem> {
    let pen = app.tokens.pen();
    match app.change_address(&who, form.value("secret"), &client).await? {
        Changed::Done { principal, .. } => {
            Ok(app.with_session(&pen.sign(&principal), go("/account?changed=address")))
        }
        Changed::Taken | Changed::TooLate => Ok(dead_link(
            &app,
            "It works once, for an hour, for the account that asked for it, and for an address without an account.",
            ("/account/email", "Enter the address again"),
        )),
    }
}

fn read(form: &mut Form, who: &Principal) -> Option<Email> {
    let Some(new) = Email::parse(form.value("email")) else {
        form.fail("email", "Enter an e-mail address such as ana@example.com.");
        return None;
    };
    if new.key() == email::key(&who.email) {
        form.fail("email", "This is your address already.");
        return None;
    }
    Some(new)
}

fn render(app: &App, form: &Form, who: &Principal, hurdle: Hurdle) -> Markup {
    let body = html! {
        div.wrap {
            div.gate {
                div.stack {
                    h1 { "Change my address" }
                    p.lead { "Now it is " strong { (who.email) } ". A link goes to the new one, and a note to the old one." }
                }
                form.fields method="post" action=(PATH) {
                    (error_summary(form))
                    (proof_field(hurdle, form))
                    (Field { name: "email", label: "New e-mail", kind: Kind::Line("email"), autocomplete: "email", max_length: 254, ..Field::default() }.render(form))
                    button.btn.btn-primary.btn-wide type="submit" { "Send me a link" }
                    a.btn.btn-quiet.btn-wide href="/account" { "Keep the old one" }
                }
            }
        }
    };
    Page::new(&app.context.site, "Change my address").no_index().render(&body)
}
