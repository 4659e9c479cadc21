//! Whom accounts wants forgotten.

use broker::{Message, Start};
use contracts::{CloudEvent, Fact, accounts::v1::PersonErased};
use outbox::{ConsumerLoop, HandlerError, Policy};
use runtime::Context;

use crate::usecases::erase_person::{CONSUMER, erase_person};

/// Follows accounts until the process stops.
pub(crate) async fn consume(context: Context) {
    let consumer = ConsumerLoop {
        consumer: CONSUMER.to_owned(),
        topics: vec!["accounts".to_owned()],
        start: Start::Earliest,
        policy: Policy::default(),
        db: context.database.clone(),
        broker: context.broker.clone(),
        clock: context.clock.clone(),
    };
    let stop = context.tasks.stopping();
    // The future borrows nothing, so that it may run on any thread.
    let handler = move |message: &Message| take_in(context.clone(), message.clone());
    consumer.run(handler, stop).await;
}

async fn take_in(context: Context, message: Message) -> Result<(), HandlerError> {
    if message.kind != PersonErased::TYPE {
        return Ok(());
    }
    let event: CloudEvent<PersonErased> = message.json()?;
    let env = context.env();
    let work = move |tx: &mut database::Tx<'_>| {
        erase_person(tx, &env, event.head.id, event.data.person_id)
    };
    context.database.write(work).await.map_err(HandlerError::retry)
}
