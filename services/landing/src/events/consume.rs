//! Whom accounts wants forgotten.

use crate::usecases::erase_person::{CONSUMER, erase_person};
use broker::Message;
use contracts::{CloudEvent, Fact, accounts::v1::PersonErased};
use database::Tx;
use kernel::Env;
use outbox::HandlerError;
use runtime::Context;

/// Follows accounts until the process stops.
pub(crate) async fn run(context: Context) {
    let handler = {
        let context = context.clone();
        move |message| handle(context.clone(), message)
    };
    context.consume(CONSUMER, web::Service::Accounts, handler).await;
}

async fn handle(context: Context, message: Message) -> Result<(), HandlerError> {
    if message.kind != PersonErased::TYPE {
        return Ok(());
    }
    let event: CloudEvent<PersonErased> = message.json()?;
    let Some(digest) = event.data.address_digest else { return Ok(()) };
    let erase = move |tx: &mut Tx<'_>, env: &Env| erase_person(tx, env, event.head.id, &digest);
    context.run("erase_person", erase).await.map_err(HandlerError::retry)
}
