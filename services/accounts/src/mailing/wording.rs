//! What mails say. No words of whoever asked for them: they would be a way to write to strangers.

use super::notices;
use crate::usecases::{Message, Prepared};
use notify::Mail;
use runtime::Provider;
use web::{Service, Site};

/// The mail to send.
pub(super) fn write(site: &Site, providers: &[Provider], mail: &Prepared) -> Mail {
    let (subject, text) = words(site, providers, mail);
    let text = format!("Hello,\n\n{text}\n\n{}\n", site.origins.domain());
    Mail { id: mail.id, at: mail.at, to: mail.to.clone(), subject: subject.to_owned(), text }
}

fn words(site: &Site, providers: &[Provider], mail: &Prepared) -> (&'static str, String) {
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
        Message::ProofLink { secret } => (
            "Confirm that it is you",
            format!(
                "somebody who is signed in to your account wants to do something important there. If it is you, open this page in the same browser and press its button. The link works once, for ten minutes.\n\n{}\n\nIf it is not you, do nothing, and sign that device out: {}",
                link("/confirm/link/open", secret),
                url("/sessions")
            ),
        ),
        Message::Notice(notice) => notices::words(site, providers, mail.at, notice),
    }
}
