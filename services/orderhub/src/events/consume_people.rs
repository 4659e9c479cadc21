//! Whom accounts wants forgotten.

use broker::Message;
use contracts::{CloudEvent, Fact, accounts::v1::PersonErased};
use kernel::Env;
use outbox::HandlerError;
use runtime::Context;

use crate::usecases::erase_person::{CONSUMER, erase_person};

/// Follows accounts until the process stops.
pub(crate) async fn consume(context: Context) {
    let handler = {
        let context = context.clone();
        move |message: Message| take_in(context.clone(), message)
    };
    context.consume(CONSUMER, web::Service::Accounts, handler).await;
}

async fn take_in(context: Context, message: Message) -> Result<(), HandlerError> {
    if message.kind != PersonErased::TYPE {
        return Ok(());
    }
    let event: CloudEvent<PersonErased> = message.json()?;
    let erase = move |tx: &mut database::Tx<'_>, env: &Env| {
        erase_person(tx, env, event.head.id, event.data.person_id)
    };
    context.run("erase_person", erase).await.map_err(HandlerError::retry)
}
