//! What a handler of events answers when it could not handle one.

/// Why an event was not handled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandlerError {
    /// It may succeed later: the database is away, something it needs has not arrived yet.
    #[error("{0}")]
    Retry(String),
    /// It never will: buried as a dead letter at once.
    #[error("{0}")]
    Poison(String),
}

impl HandlerError {
    /// [`HandlerError::Retry`] with an error and its sources in words.
    pub fn retry(error: impl std::error::Error + 'static) -> Self {
        Self::Retry(kernel::in_words(&error))
    }

    /// [`HandlerError::Poison`] with an error and its sources in words.
    pub fn poison(error: impl std::error::Error + 'static) -> Self {
        Self::Poison(kernel::in_words(&error))
    }
}

impl From<database::Error> for HandlerError {
    fn from(error: database::Error) -> Self {
        Self::retry(error)
    }
}

impl From<broker::PayloadError> for HandlerError {
    fn from(error: broker::PayloadError) -> Self {
        Self::poison(error)
    }
}
