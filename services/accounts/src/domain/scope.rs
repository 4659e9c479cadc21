//! What an app may ask to see.

use std::collections::BTreeSet;

/// One thing to ask for (OpenID Connect Core 1.0, 5.4 and 11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// Who it is, by a number.
    OpenId,
    /// The name.
    Profile,
    /// The address.
    Email,
    /// To go on when the person has signed out.
    OfflineAccess,
}

/// Several.
pub(crate) type Scopes = BTreeSet<Scope>;

impl Scope {
    /// All, in the order that people read them.
    pub(crate) const ALL: [Self; 4] =
        [Self::OpenId, Self::Profile, Self::Email, Self::OfflineAccess];

    /// On the wire and in the table.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::OfflineAccess => "offline_access",
        }
    }

    /// What the person lets the app do.
    pub(crate) const fn in_words(self) -> &'static str {
        match self {
            Self::OpenId => "Know that it is you",
            Self::Profile => "See your name",
            Self::Email => "See your e-mail address",
            Self::OfflineAccess => "See this also after you have signed out",
        }
    }
}

/// Reads words; unknown ones are left out (Core 3.1.2.1).
pub(crate) fn scopes(words: &str) -> Scopes {
    let known = |word| Scope::ALL.into_iter().find(|scope| scope.word() == word);
    words.split(' ').filter_map(known).collect()
}

/// Writes them.
pub(crate) fn words(scopes: &Scopes) -> String {
    let words: Vec<&str> = scopes.iter().map(|scope| scope.word()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_scopes_are_left_out_and_known_ones_come_back_in_order() {
        assert_eq!(words(&scopes("email telepathy openid  email")), "openid email");
        assert_eq!(words(&scopes("")), "");
    }
}
