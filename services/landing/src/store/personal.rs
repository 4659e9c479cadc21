//! What landing knows of a person, by the address that is theirs: it knows no accounts. These tables
//! are small, so each address is looked at: no engine folds the case of all letters.

use database::{Error, Tx, sql};
use jiff::Timestamp;
use kernel::ids::{ApplicationId, ContactId};
use serde_json::{Value, json};
use session::{AboutPerson, Known, address_digest};

/// Everything that came from the person's address.
pub(crate) fn known(tx: &mut Tx<'_>, about: &AboutPerson) -> Result<Known, Error> {
    let Some(email) = &about.email else { return Ok(Known::new()) };
    let digest = address_digest(email);
    let (messages, applications) = (messages(tx, &digest)?, applications(tx, &digest)?);
    Ok(Known::from_iter([
        ("messages".to_owned(), Value::Array(messages)),
        ("applications".to_owned(), Value::Array(applications)),
    ]))
}

/// Forgets everything that came from an address; tells how much.
pub(crate) fn forget(tx: &mut Tx<'_>, digest: &str) -> Result<usize, Error> {
    let messages: Vec<(ContactId, String)> = tx.all(sql!("SELECT id, email FROM messages"), &[])?;
    let applications: Vec<(ApplicationId, String)> =
        tx.all(sql!("SELECT id, email FROM applications"), &[])?;
    let mut gone = 0;
    for (id, _) in messages.iter().filter(|(_, email)| address_digest(email) == digest) {
        tx.execute(sql!("DELETE FROM messages WHERE id = $1"), &[id])?;
        gone += 1;
    }
    for (id, _) in applications.iter().filter(|(_, email)| address_digest(email) == digest) {
        tx.execute(sql!("DELETE FROM applications WHERE id = $1"), &[id])?;
        outbox::forget(tx, &id.to_string())?;
        gone += 1;
    }
    Ok(gone)
}

/// Forgets what is older than this; tells how much.
pub(crate) fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, Error> {
    let messages = tx.execute(sql!("DELETE FROM messages WHERE received_at < $1"), &[&before])?;
    let applications =
        tx.execute(sql!("DELETE FROM applications WHERE submitted_at < $1"), &[&before])?;
    Ok(messages + applications)
}

fn messages(tx: &mut Tx<'_>, digest: &str) -> Result<Vec<Value>, Error> {
    let rows: Vec<(ContactId, String, String, String, Timestamp)> =
        tx.all(sql!("SELECT id, name, email, body, received_at FROM messages ORDER BY id"), &[])?;
    let own = rows.into_iter().filter(|(_, _, email, ..)| address_digest(email) == digest);
    let entry = |(id, name, email, body, received_at)| json!({"id": id, "name": name, "email": email, "body": body, "received_at": received_at});
    Ok(own.map(entry).collect())
}

type Applied = (ApplicationId, String, String, String, String, String, String, Timestamp);

fn applications(tx: &mut Tx<'_>, digest: &str) -> Result<Vec<Value>, Error> {
    let rows: Vec<Applied> = tx.all(
        sql!(
            "SELECT id, restaurant_name, city, contact_name, email, phone, words, submitted_at
             FROM applications ORDER BY id"
        ),
        &[],
    )?;
    let own = rows.into_iter().filter(|applied| address_digest(&applied.4) == digest);
    let entry = |(id, restaurant_name, city, contact_name, email, phone, words, submitted_at)| {
        json!({
            "id": id, "restaurant_name": restaurant_name, "city": city,
            "contact_name": contact_name, "email": email, "phone": phone, "words": words,
            "submitted_at": submitted_at,
        })
    };
    Ok(own.map(entry).collect())
}
