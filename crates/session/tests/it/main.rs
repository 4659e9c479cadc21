//! What the shared session promises.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod machine;
mod refusals;
mod renewal;

use jiff::Timestamp;
use kernel::ids::{Id, PersonId, RestaurantId, SessionId};
use session::{JwkSet, KeySet, Principal, Role, Signer};
use std::collections::BTreeMap;

const ISSUER: &str = "http://accounts.comanda.localhost";

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn ana() -> Principal {
    Principal {
        person_id: PersonId::from_natural_key("ana@demo.test"),
        session_id: SessionId::from_natural_key("one"),
        name: "Ana".to_owned(),
        email: "ana@demo.test".to_owned(),
        operator: false,
        roles: BTreeMap::from([(RestaurantId::from_natural_key("lupo"), Role::Cook)]),
    }
}

fn signer() -> Signer {
    Signer::new(ISSUER, &[7; 32])
}

fn jwks() -> JwkSet {
    JwkSet { keys: vec![signer().jwk(), Signer::new(ISSUER, &[8; 32]).jwk()] }
}

fn keys() -> KeySet {
    KeySet::of(&jwks())
}
