//! What visitors send, as it arrives by form or JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A message as it is sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    /// Who writes.
    pub(crate) name: String,
    /// Where to answer.
    pub(crate) email: String,
    /// At most 4,000 characters.
    pub(crate) message: String,
}

/// An application as it is sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Application {
    /// Name of the restaurant.
    pub(crate) restaurant_name: String,
    /// Town.
    pub(crate) city: String,
    /// Whom to ask for.
    pub(crate) contact_name: String,
    /// Where to answer.
    pub(crate) email: String,
    /// Where to call.
    pub(crate) phone: String,
    /// Anything else; may be empty.
    #[serde(default)]
    pub(crate) words: String,
}
