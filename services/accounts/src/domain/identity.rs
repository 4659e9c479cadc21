//! Who somebody is at another provider.

use super::email::Email;

/// What a provider vouches for. The subject is the only name of a person there that never changes
/// and is never given to another (OpenID Connect Core 1.0, 5.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// Only one that the provider has proved: any other says nothing of who this is.
    pub(crate) email: Option<Email>,
    pub(crate) name: Option<String>,
    /// Whether the provider asked for more than one proof, as its token says.
    pub(crate) second_step: bool,
}

impl Identity {
    /// What to call somebody who comes for the first time.
    pub(crate) fn call_name(&self) -> String {
        let of_address = || {
            let local = self.email.as_ref()?.as_str().split('@').next()?;
            super::wording::name(local)
        };
        self.name.clone().or_else(of_address).unwrap_or_else(|| "Guest".to_owned())
    }
}
