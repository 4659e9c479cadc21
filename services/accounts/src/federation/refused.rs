//! Why a provider's word is not taken.

use crate::federation::http::HttpError;

/// A token that is not taken. One variant per rule, so that a test can tell which one held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// Not three parts of base64url with JSON in the first two.
    #[error("it is no signed token")]
    Form,
    /// `none`, one with a shared secret, or one that the provider does not use.
    #[error("its algorithm is not one that this provider signs with")]
    Algorithm,
    /// A token for another purpose, or with an extension that must be understood.
    #[error("it is of another type")]
    Type,
    /// No key of the provider has this id and this type.
    #[error("its key is none of the provider's")]
    Key,
    /// The signature does not fit.
    #[error("its signature is wrong")]
    Signature,
    /// Somebody else issued it.
    #[error("another issuer issued it")]
    Issuer,
    /// It is for somebody else.
    #[error("it is for another audience")]
    Audience,
    /// Somebody else asked for it.
    #[error("another party asked for it")]
    Party,
    /// Its time is over.
    #[error("it has expired")]
    Expired,
    /// Its time has not come.
    #[error("it is from the future")]
    Future,
    /// It answers another sign-in.
    #[error("it answers another sign-in")]
    Nonce,
    /// It does not belong to the access token that came with it.
    #[error("it does not belong to its access token")]
    AccessToken,
    /// It names nobody.
    #[error("it names nobody")]
    Subject,
    /// Its session at the provider is not complete.
    #[error("its session is not complete")]
    Session,
}

/// Why somebody does not come in by a provider.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FederationError {
    /// It does not answer, or not in time.
    #[error("the provider does not answer")]
    Unreachable(#[source] HttpError),
    /// It took too long.
    #[error("the provider did not answer within 5 s")]
    Slow,
    /// A moment ago it did not answer: it is not asked again at once.
    #[error("the provider did not answer a moment ago")]
    Resting,
    /// It answers, and not as it should.
    #[error("the provider answers wrongly: {0}")]
    Answer(String),
    /// It does not know the code.
    #[error("the provider does not take the code")]
    Code,
    /// The token.
    #[error("the provider's token is refused")]
    Token(#[from] Refused),
}

impl FederationError {
    /// The provider is to blame and somebody may try again later.
    pub(crate) fn is_outage(&self) -> bool {
        !matches!(self, Self::Code | Self::Token(_))
    }
}

impl From<HttpError> for FederationError {
    fn from(error: HttpError) -> Self {
        Self::Unreachable(error)
    }
}
