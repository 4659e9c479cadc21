//! Facts of accounts, version 1.

use crate::cloud_event::facts;
use jiff::Timestamp;
use kernel::ids::{Id, PersonId, SessionId};
use serde::{Deserialize, Serialize};

/// Somebody has an account, or its address was verified. Sent again when either changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRegistered {
    /// Who.
    pub person_id: PersonId,
    /// To match invitations of staff.
    pub email: String,
    /// Only a verified address may claim an invitation.
    pub email_verified: bool,
    /// For lists of staff.
    pub name: String,
}

/// Somebody is to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonErased {
    /// Who.
    pub person_id: PersonId,
    /// The digest (`session::address_digest`) of the address that was proved to be theirs, for who
    /// knows people by their address alone; nothing when none was proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_digest: Option<String>,
}

/// A session ended before its time: no service may honour its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRevoked {
    /// Which.
    pub session_id: SessionId,
    /// Whose.
    pub person_id: PersonId,
    /// Its last token is void after this anyway.
    pub tokens_expire_at: Timestamp,
}

/// Signing keys were taken out of use at once, because somebody may have them: no service may honour
/// what they signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysWithdrawn {
    /// The name of the key that signs from now on.
    pub current: String,
    /// The names of those that nobody may trust.
    pub withdrawn: Vec<String>,
}

facts! {
    PersonRegistered = "comanda.accounts.person.registered.v1", personal true, subject person_id, key person_id, samples vec![PersonRegistered {
        person_id: PersonId::from_natural_key("sample"), email: "ana@demo.test".to_owned(), email_verified: true, name: "Ana".to_owned(),
    }];
    PersonErased = "comanda.accounts.person.erased.v1", subject person_id, key person_id, samples {
        let person_id = PersonId::from_natural_key("sample");
        let digests = [None, Some("5e0f".repeat(16))];
        digests.map(|address_digest| PersonErased { person_id, address_digest }).into()
    };
    SessionRevoked = "comanda.accounts.session.revoked.v1", subject session_id, key person_id, samples vec![SessionRevoked {
        session_id: SessionId::from_natural_key("sample"), person_id: PersonId::from_natural_key("sample"), tokens_expire_at: Timestamp::UNIX_EPOCH,
    }];
    KeysWithdrawn = "comanda.accounts.keys.withdrawn.v1", subject current, key current, samples vec![KeysWithdrawn {
        current: "vUcs_2lSrvNyfzqI84Pzn9LIjzsWmGYPMsmzVBzFOzg".to_owned(), withdrawn: vec!["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k".to_owned()],
    }];
}
