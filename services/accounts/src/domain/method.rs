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
}

impl Method {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Password, "password"),
        (Self::EmailLink, "email-link"),
        (Self::Passkey, "passkey"),
        (Self::Authenticator, "authenticator"),
        (Self::RecoveryCode, "recovery-code"),
        (Self::Provider, "provider"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(method, _)| *method == self).map_or("", |(_, word)| word)
    }
}

/// How they are called in ID tokens: RFC 8176 where it has a word.
pub(crate) fn references(methods: &[Method]) -> Vec<&'static str> {
    let mut references: Vec<&str> = Vec::new();
    for method in methods {
        references.extend(match method {
            Method::Password => ["pwd"].as_slice(),
            Method::EmailLink => &["email"],
            Method::Passkey => &["pop", "user"],
            Method::Authenticator | Method::RecoveryCode => &["otp"],
            Method::Provider => &["fed"],
        });
    }
    if methods.len() > 1 || methods.contains(&Method::Passkey) {
        references.push("mfa");
    }
    references
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
}
