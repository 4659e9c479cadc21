//! Keys of authenticator apps at rest: sealed by a key that is not in the database, where the town has
//! set one (ADR 14). The seal names the owner, so that no row opens as another person's.

use kernel::{Env, ids::Id, ids::PersonId};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::sync::Arc;

const PLAIN: u8 = 0;
const SEALED: u8 = 1;

/// Something cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealError {
    /// The cipher refused.
    #[error("the cipher refused")]
    Cipher,
    /// `accounts.sealing_key` is another one than before, or there is none any more.
    #[error("accounts.sealing_key does not open what was sealed")]
    Key,
}

/// Seals and opens.
#[derive(Clone)]
pub(crate) struct Sealing(Option<Arc<LessSafeKey>>);

impl Sealing {
    pub(crate) fn new(key: Option<[u8; 32]>) -> Result<Self, SealError> {
        let key = key.map(|key| UnboundKey::new(&CHACHA20_POLY1305, &key));
        let key = key.transpose().map_err(|_| SealError::Cipher)?;
        Ok(Self(key.map(|key| Arc::new(LessSafeKey::new(key)))))
    }

    pub(crate) fn seal(
        &self,
        env: &Env,
        owner: PersonId,
        secret: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let Some(key) = &self.0 else { return Ok([&[PLAIN], secret].concat()) };
        let nonce: [u8; NONCE_LEN] = env.random().bytes();
        let mut box_ = secret.to_vec();
        key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(owner.uuid().into_bytes()),
            &mut box_,
        )
        .map_err(|_| SealError::Cipher)?;
        Ok([&[SEALED], nonce.as_slice(), &box_].concat())
    }

    pub(crate) fn open(&self, owner: PersonId, stored: &[u8]) -> Result<Vec<u8>, SealError> {
        match (stored.split_first(), &self.0) {
            (Some((&PLAIN, secret)), _) => Ok(secret.to_vec()),
            (Some((&SEALED, rest)), Some(key)) => {
                let (nonce, box_) = rest.split_at_checked(NONCE_LEN).ok_or(SealError::Key)?;
                let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Key)?;
                let mut box_ = box_.to_vec();
                let owner = Aad::from(owner.uuid().into_bytes());
                let secret = key.open_in_place(nonce, owner, &mut box_);
                Ok(secret.map_err(|_| SealError::Key)?.to_vec())
            }
            _ => Err(SealError::Key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealing(key: Option<[u8; 32]>) -> Sealing {
        Sealing::new(key).unwrap()
    }

    #[test]
    fn what_is_sealed_is_opened_by_the_same_key_for_the_same_person_alone() {
        let (ana, rival) = (PersonId::from_natural_key("ana"), PersonId::from_natural_key("rival"));
        let with = sealing(Some([7; 32]));
        let stored = with.seal(&Env::system(), ana, b"the key of an app").unwrap();
        assert!(!stored.windows(7).any(|part| part == b"the key"));
        assert_eq!(with.open(ana, &stored).unwrap(), b"the key of an app");
        assert!(with.open(rival, &stored).is_err());
        assert!(sealing(Some([8; 32])).open(ana, &stored).is_err());
        assert!(sealing(None).open(ana, &stored).is_err());
        for cut in 0..stored.len() {
            assert!(with.open(ana, &stored[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn a_town_without_a_key_may_get_one_later() {
        let ana = PersonId::from_natural_key("ana");
        let stored = sealing(None).seal(&Env::system(), ana, b"open").unwrap();
        assert_eq!(sealing(Some([7; 32])).open(ana, &stored).unwrap(), b"open");
    }
}
