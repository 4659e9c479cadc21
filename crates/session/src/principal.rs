//! Who is signed in.

use crate::Role;
use kernel::ids::{PersonId, RestaurantId, SessionId};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A token names at most so many restaurants, so that the cookie stays below the 4 KiB that
/// browsers keep. Prepstation authorises by its own staff table and does not miss the rest.
pub const MAX_ROLES: usize = 24;

/// A signed-in person, as the token says. At most five minutes old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Who.
    pub person_id: PersonId,
    /// By which sign-in.
    pub session_id: SessionId,
    /// As the person wants to be called.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// Runs the platform.
    pub operator: bool,
    /// The restaurants they work for; the first [`MAX_ROLES`] of them.
    pub roles: BTreeMap<RestaurantId, Role>,
}

/// By what an address is found again without being told: SHA-256 of its lower case, in hex.
#[must_use]
pub fn address_digest(email: &str) -> String {
    let digest = Sha256::new_with_prefix("address").chain_update(email.trim().to_lowercase());
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
