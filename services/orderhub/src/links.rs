//! Signed links: who holds the link of an order may follow and cancel it, as a guest does. The link
//! is an HMAC over the order's id, so nothing about it is stored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use database::{Database, Error};
use hmac::{Hmac, KeyInit, Mac};
use kernel::{Env, ids::OrderId};
use sha2::Sha256;

use crate::store::idempotency;

/// 128 bits: as many as an id has.
const BYTES: usize = 16;

/// Signs and checks links.
#[derive(Clone)]
pub(crate) struct Links {
    mac: Hmac<Sha256>,
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Links")
    }
}

impl Links {
    /// Links under the key in the database, which is made at the first start.
    ///
    /// # Errors
    /// The database does not answer.
    pub(crate) async fn load(database: &Database, env: &Env) -> Result<Self, Error> {
        let fresh = env.secret();
        let key = database
            .write::<_, Error, _>(move |tx| idempotency::secret(tx, "order-links", &fresh))
            .await?;
        Ok(Self::new(&key))
    }

    /// Links under a key.
    #[must_use]
    pub(crate) fn new(key: &[u8]) -> Self {
        let mac = Hmac::new_from_slice(key).expect("HMAC takes keys of any length");
        Self { mac }
    }

    /// The signature of an order's link.
    #[must_use]
    pub(crate) fn sign(&self, id: OrderId) -> String {
        let mac = self.over(id).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(&mac[..BYTES])
    }

    /// Whether a signature is the order's, in constant time.
    #[must_use]
    pub(crate) fn is_valid(&self, id: OrderId, signature: &str) -> bool {
        let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        bytes.len() == BYTES && self.over(id).verify_truncated_left(&bytes).is_ok()
    }

    fn over(&self, id: OrderId) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(b"comanda order link v1\0");
        mac.update(id.to_string().as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::ids::Id;

    #[test]
    fn a_link_opens_its_own_order_and_no_other() {
        let links = Links::new(&[7; 32]);
        let (one, other) = (OrderId::from_natural_key("1"), OrderId::from_natural_key("2"));
        let signature = links.sign(one);
        assert!(links.is_valid(one, &signature));
        assert!(!links.is_valid(other, &signature));
        assert!(!Links::new(&[8; 32]).is_valid(one, &signature));
        for wrong in ["", "A", &signature[..20], &format!("{signature}A")] {
            assert!(!links.is_valid(one, wrong), "{wrong}");
        }
    }
}
