//! What mails say after the fact: what happened to an account, when, from where, and what to do if it
//! was not its owner (ASVS 5.0, 6.3.7). Times are in UTC, because a town has no time zone of its own:
//! its restaurants have.

use crate::store::mails::{Notice, Place, What};
use jiff::Timestamp;
use runtime::Provider;
use std::borrow::Cow;
use web::{Service, Site};

/// Subject and text.
pub(super) fn words(
    site: &Site,
    providers: &[Provider],
    at: Timestamp,
    notice: &Notice,
) -> (&'static str, String) {
    let Notice { what, place } = notice;
    let (happened, advice) = (happened(providers, what), advice(site, what));
    (subject(what), format!("{happened}\n\n{}\n\n{advice}", details(at, place.as_ref())))
}

fn subject(what: &What) -> &'static str {
    match what {
        What::PasswordChanged | What::PasswordReset => "A new password was set",
        What::AddressChanged { .. } => "Your e-mail address was changed",
        What::NewPlace => "You signed in from a new place",
        What::PasskeyAdded => "A passkey was added",
        What::PasskeyRemoved => "A passkey was removed",
        What::AuthenticatorAdded => "An authenticator app was set up",
        What::AuthenticatorRemoved => "Your authenticator app was removed",
        What::RecoveryCodeUsed { .. } => "A recovery code was used",
        What::RecoveryCodesMade => "New recovery codes were made",
        What::ProviderLinked { .. } => "Another way to sign in was added",
        What::ProviderUnlinked { .. } => "A way to sign in was removed",
        What::WaysRemoved => "Your address is confirmed",
        What::SecondStepReset { .. } => "Your second step was taken off",
    }
}

fn happened(providers: &[Provider], what: &What) -> Cow<'static, str> {
    let label = |issuer: &str| {
        let known = providers.iter().find(|provider| provider.issuer == issuer);
        known.map_or_else(|| issuer.to_owned(), |provider| provider.label.clone())
    };
    let fixed = match what {
        What::PasswordChanged => {
            "a new password was set for your account, and you were signed out on all other devices. Apps keep what you have allowed them."
        }
        What::PasswordReset => {
            "a new password was set for your account by a link that we had sent to this address. You were signed out everywhere, and apps have lost their access."
        }
        What::AddressChanged { to } => {
            return Cow::Owned(format!(
                "your account has another address from now on: {to}. Mails go there, and this address does not sign in any more."
            ));
        }
        What::NewPlace => "somebody signed in to your account from where nobody did before.",
        What::PasskeyAdded => "a passkey was added to your account: whoever has it can sign in.",
        What::PasskeyRemoved => {
            "a passkey was removed from your account: it does not sign in any more. Recovery codes go with the last passkey or authenticator app."
        }
        What::AuthenticatorAdded => {
            "an authenticator app was set up for your account: after the password its code is asked for."
        }
        What::AuthenticatorRemoved => {
            "the authenticator app was removed from your account: its codes are not asked for any more. Recovery codes go with the last passkey or authenticator app."
        }
        What::RecoveryCodeUsed { left } => {
            return Cow::Owned(format!(
                "one of your recovery codes was used as the second step. Codes left: {left}."
            ));
        }
        What::RecoveryCodesMade => {
            "new recovery codes were made for your account. Those from before do not work any more."
        }
        What::ProviderLinked { issuer } => {
            let label = label(issuer);
            return Cow::Owned(format!("{label} lets you in to your account from now on, too."));
        }
        What::ProviderUnlinked { issuer } => {
            let label = label(issuer);
            return Cow::Owned(format!("{label} does not let you in to your account any more."));
        }
        What::WaysRemoved => {
            "a link that we had sent here was opened, and so this address is yours from now on. Nobody had shown that before: whatever opened the account until then (a password, passkeys, an authenticator app, other providers) was removed, and it was signed out everywhere. Set up what you want to use."
        }
        What::SecondStepReset { passkeys: false } => {
            "whoever runs this town has taken the authenticator app and the recovery codes off your account, and you were signed out everywhere. Sign in and set up what you want to use from now on."
        }
        What::SecondStepReset { passkeys: true } => {
            "whoever runs this town has taken the authenticator app and the recovery codes off your account, and your passkeys, and you were signed out everywhere. Sign in and set up what you want to use from now on."
        }
    };
    Cow::Borrowed(fixed)
}

fn details(at: Timestamp, place: Option<&Place>) -> String {
    let when = format!("When: {} (UTC)", at.strftime("%-d %B %Y, %H:%M"));
    match place {
        Some(Place { device, network }) => format!("{when}\nWith: {device}\nFrom: {network}"),
        None => when,
    }
}

fn advice(site: &Site, what: &What) -> String {
    let reset = site.url(Service::Accounts, "/reset-password");
    match what {
        // What is sent to this address opens nothing any more.
        What::AddressChanged { .. } => format!(
            "If it was not you, write to whoever runs this town at once: {}",
            site.url(Service::Landing, "/contact")
        ),
        What::SecondStepReset { .. } => format!(
            "If you did not ask for it, set a new password, and write to whoever runs this town:\n\n{reset}\n{}",
            site.url(Service::Landing, "/contact")
        ),
        What::ProviderLinked { .. } | What::ProviderUnlinked { .. } => format!(
            "If it was you, all is well. If not, set a new password at the first of these pages, which signs everybody out, apps as well, and then look at what lets you in at the second:\n\n{reset}\n{}",
            site.url(Service::Accounts, "/account/providers")
        ),
        _ => format!(
            "If it was you, all is well. If not, set a new password at the first of these pages, which signs everybody out, apps as well, and then remove what you do not know at the second, and at those that it leads to:\n\n{reset}\n{}",
            site.url(Service::Accounts, crate::pages::SECURITY)
        ),
    }
}
