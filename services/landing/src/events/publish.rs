//! Facts of landing on their way to the outbox.

use contracts::Fact;
use database::Tx;
use kernel::Env;
use runtime::PublishError;

/// Publishes a fact with this transaction.
pub(crate) fn publish(
    tx: &mut Tx<'_>,
    env: &Env,
    version: u64,
    fact: impl Fact,
) -> Result<(), PublishError> {
    runtime::publish(tx, env, web::Service::Landing, version, fact)
}
