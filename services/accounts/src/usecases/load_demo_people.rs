//! The people of the demo town, with verified addresses and the password that everybody knows.

use super::{Failure, sign_up::registered};
use crate::{
    domain::email::Email,
    events::publish::publish,
    store::persons::{self, Person},
};
use database::Tx;
use kernel::{
    Env,
    ids::{Id, PersonId},
};
use serde::Deserialize;

/// One entry of `demo/town/people.json`. Other members, such as `roles`, belong to others.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct DemoPerson {
    /// Sign-in name. The person's id is derived from it.
    pub(crate) email: String,
    /// First name.
    pub(crate) name: String,
    /// Runs the platform.
    #[serde(default)]
    pub(crate) operator: bool,
}

/// Adds those who are not there yet and tells how many. An entry without a usable address is left out.
pub(crate) fn load_demo_people(
    tx: &mut Tx<'_>,
    env: &Env,
    people: &[DemoPerson],
    password_hash: &str,
) -> Result<usize, Failure> {
    let mut added = 0;
    for entry in people {
        let Some(email) = Email::parse(&entry.email) else { continue };
        let person = Person {
            id: PersonId::from_natural_key(email.as_str()),
            email: email.as_str().to_owned(),
            name: entry.name.clone(),
            email_verified: true,
            operator: entry.operator,
            version: 1,
            created_at: env.now,
        };
        if persons::insert(tx, &person, &email, true)? {
            persons::set_password(tx, person.id, password_hash, env.now)?;
            publish(tx, env, 1, registered(&person))?;
            added += 1;
        }
    }
    Ok(added)
}
