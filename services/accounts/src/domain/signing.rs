//! How the ID tokens of an app are signed (`id_token_signed_response_alg`, OpenID Connect Dynamic
//! Client Registration 1.0, 2). Sessions have one way alone and do not ask.

/// An algorithm of RFC 7518 or RFC 8037.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum SigningAlgorithm {
    /// What every client library reads (OpenID Connect Core 1.0, 15.1).
    #[default]
    Rs256,
    /// Ed25519, as sessions are signed.
    EdDsa,
}

impl SigningAlgorithm {
    /// All of them, the default first.
    pub(crate) const ALL: [Self; 2] = [Self::Rs256, Self::EdDsa];

    /// As JOSE names it, and as it is stored.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Reads what [`Self::name`] wrote.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}
