//! ID tokens of apps, signed as each app wants it, and read again when an app sends one back. The rest
//! of what accounts signs is EdDSA alone.

use super::Tokens;
use crate::{
    domain::signing::SigningAlgorithm,
    federation::jose::{self, Algorithm, Unverified},
    rsa_key::{RsaKey, RsaSigner},
    usecases::{Failure, STANDINGS, prepare_rsa_keys},
};
use database::Tx;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use runtime::run_use_case;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use session::{Refused, Signer};
use std::sync::PoisonError;

/// An ID token that an app sends back.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct IdTokenHint {
    iss: String,
    /// The person.
    pub(crate) sub: PersonId,
    /// The app.
    pub(crate) aud: String,
    /// The session.
    pub(crate) sid: SessionId,
}

/// Signs ID tokens by one algorithm.
#[derive(Debug)]
pub(crate) enum IdTokenSigner {
    EdDsa(Box<Signer>),
    Rs256(RsaSigner),
}

impl IdTokenSigner {
    /// The claims, signed.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, Failure> {
        match self {
            Self::EdDsa(signer) => Ok(signer.sign_claims(claims)),
            Self::Rs256(signer) => Ok(signer.sign(claims)?),
        }
    }
}

impl Tokens {
    /// What signs ID tokens by this algorithm. Keys for RS256 are made when they are first asked for,
    /// and that takes a second.
    pub(crate) async fn id_token_signer(
        &self,
        algorithm: SigningAlgorithm,
    ) -> Result<IdTokenSigner, Failure> {
        match algorithm {
            SigningAlgorithm::EdDsa => Ok(IdTokenSigner::EdDsa(Box::new(self.keyring().signer))),
            SigningAlgorithm::Rs256 => Ok(IdTokenSigner::Rs256(self.rsa_signer().await?)),
        }
    }

    async fn rsa_signer(&self) -> Result<RsaSigner, Failure> {
        if let Some(signer) = self.keyring().rsa_signer {
            return Ok(signer);
        }
        let _one = self.0.making.lock().await;
        // Another request, or another replica, may have made them meanwhile.
        self.look().await?;
        if let Some(signer) = self.keyring().rsa_signer {
            return Ok(signer);
        }
        let fresh = RsaKey::make(&self.0.random, STANDINGS.len()).await?;
        let env = Env::new(self.0.clock.now(), self.0.random.clone());
        let parts = (&self.0.database, &self.0.tracer);
        let prepare = move |tx: &mut Tx<'_>, env: &Env| prepare_rsa_keys(tx, env, &fresh);
        run_use_case(parts, env, "prepare_rsa_keys", prepare).await?;
        self.look().await?;
        let reason = || "the keys for RS256 were withdrawn as soon as they were made".to_owned();
        let signer = self.keyring().rsa_signer;
        signer.ok_or_else(|| database::Error::Unavailable { reason: reason() }.into())
    }

    /// What an ID token of ours says, however old. A session's token is none: it has another `aud`.
    pub(crate) fn hint(&self, token: &str) -> Option<IdTokenHint> {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        let hint: IdTokenHint = match session::open(token, &keys) {
            Err(Refused::Algorithm) => self.rs256_hint(token)?,
            opened => opened.ok()?,
        };
        (hint.iss == self.0.issuer && hint.aud != session::AUDIENCE).then_some(hint)
    }

    fn rs256_hint(&self, token: &str) -> Option<IdTokenHint> {
        let keys = jose::Keys::read(&json!({ "keys": self.keyring().rsa_document }));
        let unverified = Unverified::parse(token, &[Algorithm::Rs256]).ok()?;
        let claims = unverified.verify(&keys).ok()?;
        serde_json::from_value(Value::Object(claims)).ok()
    }
}
