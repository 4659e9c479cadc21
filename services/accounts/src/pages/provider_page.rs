//! The sign-in page of a provider that has a script of its own: Clerk or Firebase. Its policy allows
//! that script, on this page alone. Trusted Types are off here: both scripts put scripts and styles
//! into the page themselves, by no policy that could be named. Nothing else is on the page but what
//! the form sends to us, and that is verified as if it came from anywhere. Both pages are tried with
//! the real scripts in `identity/provider-pages.test.js`.

use super::{return_field, with_return};
use crate::{
    app::App,
    federation::{Provider, Way},
};
use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use runtime::{ClerkApp, FirebaseApp};
use web::{
    Form, Page, Site, assets,
    components::{Field, Kind, Tone, notice},
};

/// Who comes to the page.
pub(super) struct Guest<'a> {
    pub(super) return_to: &'a str,
    /// Somebody who is signed in wants to come this way from now on.
    pub(super) add: bool,
    /// Another site has sent them, so they are asked before they are signed in.
    pub(super) sent: bool,
}

/// The page, with its own policy.
pub(super) fn render(app: &App, provider: &Provider, guest: &Guest<'_>) -> Response {
    let Guest { return_to, add, sent } = *guest;
    let site = &app.context.site;
    let (module, inside, policy, opener) = match provider.way() {
        Way::Clerk(clerk, issuer) => (
            "providers/clerk.js",
            clerk_part(clerk, sent),
            clerk_policy(site, clerk, issuer),
            "same-origin",
        ),
        Way::Firebase(firebase) => (
            "providers/firebase.js",
            firebase_part(firebase, provider),
            firebase_policy(site, firebase),
            // Its window has to be able to answer this page.
            "same-origin-allow-popups",
        ),
        Way::Redirect => return super::go("/sign-in"),
    };
    let label = &provider.label;
    let body = html! {
        div.wrap {
            div.gate {
                h1 { "Sign in with " (label) }
                noscript { (notice(Tone::Warn, "This way needs JavaScript", html! { p { (label) " signs people in by a script of its own. All other ways work without." } })) }
                div #provider-trouble hidden { (notice(Tone::Bad, &format!("{label} is not there just now"), html! { p { "Its script did not load, or it does not answer. All other ways still work." } })) }
                p.quiet #provider-waiting hidden { "Waiting for " (label) "…" }
                (inside)
                form #provider-form method="post" action={ "/sign-in/with/" (provider.name) } {
                    input type="hidden" name="token" value="";
                    @if add { input type="hidden" name="add" value="1"; }
                    (return_field(return_to))
                }
                a.btn.btn-quiet.btn-wide href=(with_return("/sign-in", return_to)) { "Sign in another way" }
            }
        }
    };
    let script = html! { script type="module" src=(assets::url(module)) {} };
    let title = format!("Sign in with {label}");
    let page = Page::new(site, &title).no_index().head(script).render(&body);
    let mut answer = page.into_response();
    let fields = answer.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        fields.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    fields.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static(opener),
    );
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn clerk_part(app: &ClerkApp, sent: bool) -> Markup {
    html! {
        div data-clerk=(app.publishable_key) data-script=(app.script) data-ui=(app.ui_script) data-sent[sent] hidden {}
        div #provider-known hidden {
            div.stack {
                button.btn.btn-primary.btn-wide type="button" data-go="" { span { "Continue as " span data-who="" {} } }
                button.btn.btn-quiet.btn-wide type="button" data-other="" { "Use another account" }
            }
        }
    }
}

fn firebase_part(app: &FirebaseApp, provider: &Provider) -> Markup {
    let empty = Form::default();
    let (password, popups): (Vec<_>, Vec<_>) =
        app.methods.iter().partition(|method| *method == "password");
    let hint = format!("Your password at {}.", provider.label);
    html! {
        div data-firebase="" data-script=(app.script) data-key=(app.api_key) data-domain=(app.auth_domain)
            data-project=(app.project_id) data-label=(provider.label) data-proved[provider.trusts_email()] hidden {
            div.stack {
                div #provider-message role="alert" hidden { p.notice.notice-warn {} }
                @for method in &popups {
                    button.btn.btn-ink.btn-wide type="button" data-method=(method) { "Continue with " (method_name(method)) }
                }
                @if !password.is_empty() {
                    @if !popups.is_empty() { p.gate-or { "or" } }
                    form.fields #provider-password {
                        (Field { name: "email", label: "E-mail", kind: Kind::Line("email"), autocomplete: "username", max_length: 254, ..Field::default() }.render(&empty))
                        (Field { name: "password", label: "Password", hint: &hint, kind: Kind::Password, autocomplete: "current-password", ..Field::default() }.render(&empty))
                        button.btn.btn-primary.btn-wide type="submit" { "Sign in" }
                    }
                }
            }
        }
    }
}

fn method_name(method: &str) -> &str {
    match method {
        "google.com" => "Google",
        "apple.com" => "Apple",
        "microsoft.com" => "Microsoft",
        "github.com" => "GitHub",
        "facebook.com" => "Facebook",
        other => other,
    }
}

/// Clerk asks its bot check of Cloudflare, and styles its form itself (its documentation, "CSP").
fn clerk_policy(site: &Site, app: &ClerkApp, issuer: &str) -> String {
    const CHECK: &str = "https://challenges.cloudflare.com";
    let (api, mut scripts) = (origin(issuer), vec![origin(&app.script), origin(&app.ui_script)]);
    scripts.dedup();
    let own = format!(
        "script-src 'self' {} {CHECK}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: https://img.clerk.com; connect-src 'self' {api}; frame-src {CHECK}; \
         worker-src 'self' blob:",
        scripts.join(" ")
    );
    policy(site, &own)
}

/// Firebase opens a window of its domain by a frame there, with the help of Google's loader.
fn firebase_policy(site: &Site, app: &FirebaseApp) -> String {
    let (script, domain) = (origin(&app.script), &app.auth_domain);
    let own = format!(
        "script-src 'self' {script} https://apis.google.com; style-src 'self'; \
         img-src 'self' data:; frame-src https://{domain}; connect-src 'self' \
         https://identitytoolkit.googleapis.com https://securetoken.googleapis.com; worker-src 'self'"
    );
    policy(site, &own)
}

/// As strict as all other pages', but for what `own` allows.
fn policy(site: &Site, own: &str) -> String {
    let others: Vec<&str> = site.origins.all().collect();
    format!(
        "default-src 'none'; {own}; font-src 'self'; manifest-src 'self'; form-action {}; \
         base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
        others.join(" ")
    )
}

/// `scheme://host[:port]` of an address that the settings have checked.
fn origin(url: &str) -> &str {
    let after = url.find("://").map_or(0, |at| at + 3);
    let end = url[after..].find(['/', '?', '#']).map_or(url.len(), |at| after + at);
    &url[..end]
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_origin_ends_where_the_path_begins() {
        for (url, origin) in [
            ("https://clerk.example.com/npm/x.js", "https://clerk.example.com"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000"),
            ("https://a.test?x=//b", "https://a.test"),
        ] {
            assert_eq!(super::origin(url), origin);
        }
    }
}
