//! `/account/security`: by what I prove that it is me.

use super::{Wanted, when};
use crate::{
    app::App,
    domain::{second_step::Ways, wording::NAME_MAX},
    store::{
        passkeys::{self, Passkey},
        ways,
    },
    usecases::Failure,
};
use axum::extract::State;
use jiff::Timestamp;
use maud::{Markup, html};
use web::{
    Form, Page, Problem, QueryOf, SignedIn, Site,
    components::{Field, Tone, notice},
    icons,
};

/// The page.
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(who): SignedIn,
    QueryOf(wanted): QueryOf<Wanted>,
) -> Result<Markup, Problem> {
    let person = who.person_id;
    let found = app.context.database.read(move |tx| {
        Ok::<_, Failure>((ways::of_person(tx, person)?, passkeys::of_person(tx, person)?))
    });
    let (ways, passkeys) = found.await?;
    let view = View {
        site: &app.context.site,
        federated: !app.federation.all().is_empty(),
        ways,
        passkeys: &passkeys,
        alone: app.stands_alone(&who).await?,
        return_to: wanted.return_to,
        now: app.context.clock.now(),
    };
    Ok(view.render())
}

struct View<'a> {
    site: &'a Site,
    /// Other providers may let people in.
    federated: bool,
    ways: Ways,
    passkeys: &'a [Passkey],
    /// Something is demanded, and nothing is set up.
    alone: bool,
    return_to: String,
    now: Timestamp,
}

impl View<'_> {
    fn render(&self) -> Markup {
        let onward = self.site.origins.safe_return(&self.return_to);
        let body = html! {
            div.wrap.narrow.page {
                div.stack {
                    h1 { "How I sign in" }
                    @if self.alone {
                        (notice(Tone::Warn, "Set up a passkey or an authenticator app", html! {
                            p { "You answer for a restaurant or for the platform, so a password alone is not enough here. What is dangerous waits until you have one of the two." }
                        }))
                    }
                    @if self.ways.are_strong() && self.ways.recovery_codes == 0 {
                        (notice(Tone::Warn, "You have no recovery codes", html! {
                            p { "Without them, who loses the phone may be kept out. Make some below." }
                        }))
                    }
                    (self.passkeys())
                    (self.authenticator())
                    @if self.ways.are_strong() { (self.recovery_codes()) }
                    (self.elsewhere())
                    @if let Some(onward) = onward {
                        a.btn.btn-primary.btn-wide href=(onward) { "Go on" }
                    }
                    a.btn.btn-quiet.btn-wide href="/account" { "Back to my account" }
                }
            }
        };
        Page::new(self.site, "How I sign in").no_index().render(&body)
    }

    fn passkeys(&self) -> Markup {
        let name = Field {
            name: "name",
            label: "Name",
            hint: "So that you know it again, such as My phone.",
            max_length: u32::try_from(NAME_MAX).unwrap_or_default(),
            optional: true,
            ..Field::default()
        };
        html! {
            section.panel.stack aria-labelledby="passkeys" {
                h2 #passkeys { "Passkeys" }
                p.quiet { "Sign in by a finger, a face or the PIN of your device. Nobody can guess a passkey or trick you out of it." }
                @if !self.passkeys.is_empty() {
                    ul.stack { @for passkey in self.passkeys { li { (self.passkey(passkey)) } } }
                }
                form.fields data-passkeys hidden {
                    (name.render(&Form::default()))
                    button.btn.btn-ink type="submit" data-passkey="new" data-return-to=(self.return_to) { (icons::key()) "Add a passkey" }
                    p.field-error role="alert" data-passkey-error hidden {}
                }
                noscript { p.quiet.small { "Adding a passkey needs JavaScript, which is off in this browser. An authenticator app needs none." } }
            }
        }
    }

    fn passkey(&self, passkey: &Passkey) -> Markup {
        html! {
            div.spread {
                div {
                    h3.small-title { (passkey.name) }
                    p.quiet.small {
                        @match passkey.used_at {
                            Some(used_at) => { "Last used " time datetime=(used_at) { (when::ago(used_at, self.now)) } }
                            None => "Not used yet",
                        }
                        " · added " time datetime=(passkey.created_at) { (when::ago(passkey.created_at, self.now)) }
                    }
                }
                form method="post" action="/passkeys/remove" {
                    input type="hidden" name="passkey" value=(passkey.id);
                    button.btn.btn-quiet.btn-small type="submit" aria-label={ "Remove " (passkey.name) } { "Remove" }
                }
            }
        }
    }

    fn authenticator(&self) -> Markup {
        html! {
            section.panel.stack aria-labelledby="authenticator" {
                h2 #authenticator { "Authenticator app" }
                @if self.ways.authenticator {
                    p { "Your app is asked for a code after your password." }
                    form method="post" action="/account/authenticator/remove" {
                        button.btn.btn-danger type="submit" { "Remove the app" }
                    }
                } @else {
                    p.quiet { "An app on your phone shows a code that is asked for after your password. It works without the internet, and here without JavaScript." }
                    p { a.btn.btn-quiet href="/account/authenticator" { "Set up an app" } }
                }
            }
        }
    }

    /// What else acts as me: whoever fears for the account has to look there, too.
    fn elsewhere(&self) -> Markup {
        html! {
            nav.stack aria-labelledby="elsewhere" {
                h2 #elsewhere { "What else opens my account" }
                p.quiet { "Do you fear that somebody else is in? Look here as well, and take out what you do not know." }
                @if self.federated { a.btn.btn-quiet.btn-spread href="/account/providers" { "Other ways to sign in" (icons::chevron_right()) } }
                a.btn.btn-quiet.btn-spread href="/account/apps" { "Apps that know me" (icons::chevron_right()) }
                a.btn.btn-quiet.btn-spread href="/sessions" { "Where I am signed in" (icons::chevron_right()) }
            }
        }
    }

    fn recovery_codes(&self) -> Markup {
        let left = self.ways.recovery_codes;
        html! {
            section.panel.stack aria-labelledby="recovery" {
                h2 #recovery { "Recovery codes" }
                p { "For the day when your phone is gone: each opens the account once, after the password." }
                p.quiet {
                    @match left {
                        0 => "You have none.",
                        1 => "You have one left.",
                        _ => { "You have " (left) " left." }
                    }
                }
                form method="post" action="/account/recovery-codes" {
                    button.btn.btn-quiet type="submit" { "Make new codes" }
                }
            }
        }
    }
}
