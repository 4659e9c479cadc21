//! A restaurant asks to join.

use super::{Check, Refusal};
use crate::{
    events,
    forms::Application,
    store::{self, Stored},
};
use contracts::landing::v1::ApplicationSubmitted;
use database::Tx;
use kernel::{Env, ids::ApplicationId};

/// Keeps an application once per idempotency key and tells the operator's side of it.
pub(crate) fn submit_application(
    tx: &mut Tx<'_>,
    env: &Env,
    key: &str,
    sent: &Application,
) -> Result<ApplicationId, Refusal> {
    let application = checked(sent)?;
    match store::application_by_key(tx, key, &store::fingerprint(&application))? {
        Stored::Same(id) => return Ok(id),
        Stored::Other => return Err(Refusal::KeyReused),
        Stored::None => {}
    }
    let application_id = store::insert_application(tx, env, key, &application)?;
    let Application { restaurant_name, city, .. } = application;
    events::publish(tx, env, 1, ApplicationSubmitted { application_id, restaurant_name, city })?;
    Ok(application_id)
}

fn checked(sent: &Application) -> Result<Application, Refusal> {
    let mut check = Check::default();
    let mut text = |field, text: &str, sentence| check.text(field, text, 120, sentence);
    let restaurant_name = text(
        "restaurant_name",
        &sent.restaurant_name,
        "Tell us the restaurant's name, in at most 120 characters.",
    );
    let city = text("city", &sent.city, "Tell us your town.");
    let contact_name = text("contact_name", &sent.contact_name, "Tell us whom to ask for.");
    let phone = text("phone", &sent.phone, "Tell us a number that we can call.");
    let email = check.email("email", &sent.email);
    let words = match sent.words.trim() {
        "" => String::new(),
        words => check.text("words", words, 4000, "Keep it to 4,000 characters."),
    };
    check.done()?;
    Ok(Application { restaurant_name, city, contact_name, email, phone, words })
}
