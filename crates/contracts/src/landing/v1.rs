//! Facts of landing, version 1.

use crate::cloud_event::facts;
use kernel::ids::{ApplicationId, Id};
use serde::{Deserialize, Serialize};

/// A restaurant asks to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationSubmitted {
    /// Which application.
    pub application_id: ApplicationId,
    /// Name of the restaurant.
    pub restaurant_name: String,
    /// Town.
    pub city: String,
}

facts! {
    ApplicationSubmitted = "comanda.landing.application.submitted.v1", personal true, subject application_id, key application_id, samples vec![ApplicationSubmitted {
        application_id: ApplicationId::from_natural_key("sample"), restaurant_name: "Trattoria Lupo".to_owned(), city: "Salzburg".to_owned(),
    }];
}
