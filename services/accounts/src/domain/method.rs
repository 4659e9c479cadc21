//! How somebody proved who they are.

/// One way. Its word is what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// The password of the account.
    Password,
    /// A link sent to the address of the account.
    EmailLink,
    /// A passkey that asked its owner for a finger, a face or a PIN.
    Passkey,
    /// A code of an authenticator app.
    Authenticator,
    /// One of the codes for the day when the phone is gone.
    RecoveryCode,
    /// Another provider vouches.
    Provider,
    /// It did so after more than one proof: its token says so, or the town trusts it with that.
    ProviderStep,
}

impl Method {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Password, "password"),
        (Self::EmailLink, "email-link"),
        (Self::Passkey, "passkey"),
        (Self::Authenticator, "authenticator"),
        (Self::RecoveryCode, "recovery-code"),
        (Self::Provider, "provider"),
        (Self::ProviderStep, "provider-step"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(method, _)| *method == self).map_or("", |(_, word)| word)
    }

    /// Whether it is a thing of its own beside what comes first.
    pub(crate) fn is_code(self) -> bool {
        matches!(self, Self::Authenticator | Self::RecoveryCode)
    }

    /// Whether it is two factors by itself: the device, and the finger, face or PIN that it asked for;
    /// or what another provider asked for.
    pub(crate) fn is_two(self) -> bool {
        matches!(self, Self::Passkey | Self::ProviderStep)
    }
}

/// How they are called in ID tokens: RFC 8176 where it has a word.
pub(crate) fn references(methods: &[Method]) -> Vec<&'static str> {
    let mut references: Vec<&str> = Vec::new();
    for method in methods {
        let words = match method {
            Method::Password => ["pwd"].as_slice(),
            Method::EmailLink => &["email"],
            Method::Passkey => &["pop", "user"],
            Method::Authenticator | Method::RecoveryCode => &["otp"],
            Method::Provider => &["fed"],
            Method::ProviderStep => &[],
        };
        let fresh: Vec<&str> =
            words.iter().filter(|word| !references.contains(word)).copied().collect();
        references.extend(fresh);
    }
    if are_two_factors(methods) {
        references.push("mfa");
    }
    references
}

/// Whether factors of different kinds were shown. A link by mail, a password and another provider are
/// all what comes first: two of them are no more than one.
pub(crate) fn are_two_factors(methods: &[Method]) -> bool {
    let code = methods.iter().any(|method| method.is_code());
    let first = methods.iter().any(|method| !method.is_code());
    methods.iter().any(|method| method.is_two()) || (code && first)
}

/// The methods of a session as they are stored.
pub(crate) fn words(methods: &[Method]) -> String {
    let words: Vec<&str> = methods.iter().map(|method| method.word()).collect();
    words.join(" ")
}

/// Reads what [`words`] wrote. A word of a later version is left out.
pub(crate) fn methods(words: &str) -> Vec<Method> {
    let known =
        |word| Method::ALL.iter().find(|(_, known)| *known == word).map(|(method, _)| *method);
    words.split(' ').filter_map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back_and_what_is_unknown_is_left_out() {
        let all: Vec<Method> = Method::ALL.iter().map(|(method, _)| *method).collect();
        assert_eq!(methods(&words(&all)), all);
        assert_eq!(methods("password telepathy passkey"), [Method::Password, Method::Passkey]);
        assert_eq!(methods(""), []);
    }

    #[test]
    fn an_id_token_speaks_of_several_factors_where_two_kinds_were_shown() {
        use Method::{
            Authenticator, EmailLink, Passkey, Password, Provider, ProviderStep, RecoveryCode,
        };
        for (shown, told) in [
            ([].as_slice(), [].as_slice()),
            (&[Password], &["pwd"]),
            (&[EmailLink], &["email"]),
            (&[Provider], &["fed"]),
            (&[EmailLink, Password], &["email", "pwd"]),
            (&[Provider, Password], &["fed", "pwd"]),
            (&[Provider, EmailLink], &["fed", "email"]),
            (&[Provider, ProviderStep], &["fed", "mfa"]),
            (&[Passkey], &["pop", "user", "mfa"]),
            (&[Password, Passkey], &["pwd", "pop", "user", "mfa"]),
            (&[Password, Authenticator], &["pwd", "otp", "mfa"]),
            (&[EmailLink, Authenticator], &["email", "otp", "mfa"]),
            (&[Provider, RecoveryCode], &["fed", "otp", "mfa"]),
            (&[Authenticator, RecoveryCode], &["otp"]),
            (&[Authenticator], &["otp"]),
        ] {
            assert_eq!(references(shown), told, "{shown:?}");
        }
    }
}
