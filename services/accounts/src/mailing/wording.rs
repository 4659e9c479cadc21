//! What mails say. No words of whoever asked for them: they would be a way to write to strangers.

use crate::{
    store::mails::Notice,
    usecases::{Message, Prepared},
};
use notify::Mail;
use web::{Service, Site};

/// The mail to send.
pub(super) fn write(site: &Site, mail: &Prepared) -> Mail {
    let (subject, text) = words(site, mail);
    let text = format!("Hello,\n\n{text}\n\n{}\n", site.origins.domain());
    Mail { id: mail.id, at: mail.at, to: mail.to.clone(), subject: subject.to_owned(), text }
}

fn words(site: &Site, mail: &Prepared) -> (&'static str, String) {
    let url = |path: &str| site.url(Service::Accounts, path);
    let link = |path: &str, secret: &str| url(&format!("{path}?secret={secret}"));
    match &mail.message {
        Message::ConfirmSignUp { secret } => (
            "Confirm your address",
            format!(
                "somebody, we hope you, wants an account with this address. Open this page and press its button; the account is made then. The link works for a day.\n\n{}\n\nIf it was not you, do nothing.",
                link("/sign-up/confirm", secret)
            ),
        ),
        Message::HasAccount => (
            "You have an account already",
            format!(
                "somebody, perhaps you, wants an account with this address. You have one: sign in, or set a new password if you forgot yours.\n\n{}\n{}\n\nIf it was not you, do nothing: nothing was changed.",
                url("/sign-in"),
                url("/reset-password")
            ),
        ),
        Message::SignInLink { secret } => (
            "Your link to sign in",
            format!(
                "open this page and press its button to sign in. The link works once, for ten minutes.\n\n{}\n\nIf you did not ask for it, do nothing, and show it to nobody.",
                link("/sign-in/link/open", secret)
            ),
        ),
        Message::ResetLink { secret } => (
            "Set a new password",
            format!(
                "set a new password on this page. The link works once, for half an hour.\n\n{}\n\nIf you did not ask for it, do nothing: your password stays as it is.",
                link("/reset-password/new", secret)
            ),
        ),
        Message::ConfirmAddress { secret } => (
            "Confirm your new address",
            format!(
                "somebody, we hope you, wants to use this address for their account. Open this page where you are signed in and press its button. The link works for an hour.\n\n{}\n\nIf it was not you, do nothing.",
                link("/account/email/confirm", secret)
            ),
        ),
        Message::Notice(notice) => told(site, mail, notice),
    }
}

/// What is told after the fact.
fn told(site: &Site, mail: &Prepared, notice: &Notice) -> (&'static str, String) {
    let owner = format!(
        "If it was not you, set a new password: that signs everybody out.\n\n{}",
        site.url(Service::Accounts, "/reset-password")
    );
    match notice {
        Notice::PasswordChanged => (
            "Your password was changed",
            format!(
                "the password of your account was changed, and you were signed out everywhere else.\n\n{owner}"
            ),
        ),
        Notice::AddressChanged { to } => (
            "Your e-mail address was changed",
            format!(
                "your account has another address from now on: {to}. Mails go there, and this address does not sign in any more.\n\nIf it was not you, write to whoever runs this town at once: {}",
                site.url(Service::Landing, "/contact")
            ),
        ),
        Notice::NewPlace { device, network } => (
            "You signed in from a new place",
            format!(
                "somebody signed in to your account with {device} from {network}, {} (UTC). Nobody did from there before. If it was you, all is well.\n\n{owner}",
                mail.at.strftime("%-d %B %Y, %H:%M")
            ),
        ),
    }
}
