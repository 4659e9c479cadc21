//! What accounts hears from prepstation: who works where.

use crate::usecases::{Failure, change_restaurant, change_staff};
use broker::Message;
use contracts::{
    CloudEvent, Fact,
    prepstation::v1::{RestaurantChanged, StaffChanged},
};
use database::Tx;
use kernel::Env;
use outbox::HandlerError;
use runtime::Context;

/// Listens until the process stops.
pub(crate) async fn listen(context: Context) {
    let handler = {
        let context = context.clone();
        move |message| handle(context.clone(), message)
    };
    context.consume("accounts", web::Service::Prepstation, handler).await;
}

async fn handle(context: Context, message: Message) -> Result<(), HandlerError> {
    let handled: Result<(), Failure> = match message.kind.as_str() {
        StaffChanged::TYPE => {
            let event: CloudEvent<StaffChanged> = message.json()?;
            let work =
                move |tx: &mut Tx<'_>, env: &Env| change_staff(tx, env, event.head.id, &event.data);
            context.run("change_staff", work).await
        }
        RestaurantChanged::TYPE => {
            let event: CloudEvent<RestaurantChanged> = message.json()?;
            let work = move |tx: &mut Tx<'_>, env: &Env| {
                change_restaurant(tx, env, event.head.id, &event.data)
            };
            context.run("change_restaurant", work).await
        }
        _ => Ok(()),
    };
    handled.map_err(HandlerError::retry)
}
