//! The first start makes two signing keys; every later one, and every replica, finds them.

use super::Failure;
use crate::store::keys;
use database::Tx;
use kernel::Env;
use session::Signer;

/// The current and the next key.
pub(crate) fn prepare_keys(
    tx: &mut Tx<'_>,
    env: &Env,
    issuer: &str,
) -> Result<Vec<Signer>, Failure> {
    for standing in ["current", "next"] {
        let secret = env.secret();
        keys::insert(tx, Signer::new(issuer, &secret).kid(), &secret, standing, env.now)?;
    }
    let rows = keys::live(tx)?;
    let signer = |(column, (secret, _)): (usize, &(Vec<u8>, String))| {
        let secret: Result<[u8; 32], _> = secret.as_slice().try_into();
        let secret = secret
            .map_err(|_| database::Error::Conversion { column, expected: "32 secret bytes" })?;
        Ok(Signer::new(issuer, &secret))
    };
    rows.iter().enumerate().map(signer).collect()
}
