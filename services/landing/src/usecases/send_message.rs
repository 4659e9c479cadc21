//! Somebody writes to the operator by the contact form.

use super::{Check, Refusal};
use crate::{
    forms::Message,
    store::{self, Stored},
};
use database::Tx;
use kernel::{Env, ids::ContactId};

/// Keeps a message once per idempotency key and gives its reference.
pub(crate) fn send_message(
    tx: &mut Tx<'_>,
    env: &Env,
    key: &str,
    message: &Message,
) -> Result<ContactId, Refusal> {
    let mut check = Check::default();
    let name =
        check.text("name", &message.name, 120, "Tell us your name, in at most 120 characters.");
    let email = check.email("email", &message.email);
    let body = check.text(
        "message",
        &message.message,
        4000,
        "Write your message, in at most 4,000 characters.",
    );
    check.done()?;
    let message = Message { name, email, message: body };
    match store::message_by_key(tx, key, &store::fingerprint(&message))? {
        Stored::Same(id) => Ok(id),
        Stored::Other => Err(Refusal::KeyReused),
        Stored::None => Ok(store::insert_message(tx, env, key, &message)?),
    }
}
