//! What accounts says of people: who they are, and whom to forget.

use crate::usecases::{self, Refusal};
use broker::Message;
use contracts::{
    CloudEvent, Fact,
    accounts::v1::{PersonErased, PersonRegistered},
};
use database::Tx;
use kernel::Env;
use outbox::HandlerError;
use runtime::Context;
use serde::de::DeserializeOwned;

/// The consumer group, and its name in the inbox.
pub const CONSUMER: &str = "prepstation-people";

/// Follows accounts until the process stops.
pub async fn run(context: Context) {
    let handler = {
        let context = context.clone();
        move |message| handle(context.clone(), message)
    };
    context.consume(CONSUMER, web::Service::Accounts, handler).await;
}

async fn handle(context: Context, message: Message) -> Result<(), HandlerError> {
    match message.kind.as_str() {
        PersonRegistered::TYPE => {
            let event: CloudEvent<PersonRegistered> = read(&message)?;
            let work = move |tx: &mut Tx<'_>, env: &Env| {
                usecases::know_person::know_person(tx, env, CONSUMER, event.head.id, &event.data)
            };
            context.run("know_person", work).await.map_err(retry)
        }
        PersonErased::TYPE => {
            let event: CloudEvent<PersonErased> = read(&message)?;
            let work = move |tx: &mut Tx<'_>, env: &Env| {
                let person = event.data.person_id;
                usecases::erase_person::erase_person(tx, env, CONSUMER, event.head.id, person)
            };
            context.run("erase_person", work).await.map_err(retry)
        }
        _ => Ok(()),
    }
}

fn read<T: DeserializeOwned>(message: &Message) -> Result<T, HandlerError> {
    message.json().map_err(|error| HandlerError::Poison(error.to_string()))
}

fn retry(refusal: Refusal) -> HandlerError {
    HandlerError::Retry(refusal.to_string())
}
