//! The one way from a use-case to the outbox.

use contracts::{CloudEvent, Fact, Head};
use database::Tx;
use kernel::Env;
use outbox::Outgoing;

/// A fact could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It cannot be written as JSON.
    #[error("the fact cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The outbox refused.
    #[error(transparent)]
    Outbox(#[from] outbox::Error),
}

/// Records a fact of `service` in this transaction: it is published when, and only when, the
/// transaction commits. `version` is the entity's after the change.
///
/// # Errors
/// The fact is too large for a broker, or the database refused.
pub fn publish<F: Fact>(
    tx: &mut Tx<'_>,
    env: &Env,
    service: web::Service,
    version: u64,
    fact: F,
) -> Result<(), PublishError> {
    let CloudEvent { head, data } =
        CloudEvent::new(service.name(), env.id(), env.now, version, fact);
    let event = CloudEvent { head: head.traced(env.trace), data };
    let payload = event.to_json()?;
    let Head { id, partitionkey, kind, subject, .. } = event.head;
    let personal = F::PERSONAL.then_some(subject);
    let topic = service.name().to_owned();
    outbox::append(
        tx,
        &Outgoing { id, topic, key: partitionkey, kind, payload, occurred_at: env.now, personal },
    )?;
    Ok(())
}
