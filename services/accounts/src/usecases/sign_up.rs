//! A new account, signed in at once. The address is not verified by that: no invitation of staff can
//! be claimed with it yet.

use super::{Entry, Failure, TooSoon, begin_sign_in::count_attempt, open_session};
use crate::{
    domain::{email::Email, method::Method, throttle::Scope},
    events::publish::publish,
    store::{
        attempts::Subject,
        persons::{self, Person},
    },
};
use contracts::accounts::v1::PersonRegistered;
use database::Tx;
use kernel::Env;
use session::Principal;

/// Who wants an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewPerson {
    pub(crate) email: Email,
    pub(crate) name: String,
    pub(crate) password_hash: String,
    pub(crate) user_agent: String,
    pub(crate) network: String,
}

/// Counts an attempt to sign up, before the work for it is begun.
pub(crate) fn begin_sign_up(
    tx: &mut Tx<'_>,
    env: &Env,
    address: Option<&str>,
) -> Result<(), TooSoon> {
    let subject = address.map(|address| Subject::new(Scope::SignUp, &[address]));
    count_attempt(tx, env, subject.into_iter())
}

/// Registers a person and opens their first session. Nothing when the address is taken.
pub(crate) fn sign_up(
    tx: &mut Tx<'_>,
    env: &Env,
    new: &NewPerson,
) -> Result<Option<Principal>, Failure> {
    let person = Person {
        id: env.id(),
        email: new.email.as_str().to_owned(),
        name: new.name.clone(),
        email_verified: false,
        operator: false,
        version: 1,
        created_at: env.now,
    };
    if !persons::insert(tx, &person, &new.email, false)? {
        return Ok(None);
    }
    persons::set_password(tx, person.id, &new.password_hash, env.now)?;
    publish(tx, env, 1, registered(&person))?;
    let entry = Entry {
        person: person.id,
        methods: vec![Method::Password],
        user_agent: new.user_agent.clone(),
        network: new.network.clone(),
        guess: None,
    };
    open_session(tx, env, &entry)
}

/// What the others hear of a person.
pub(super) fn registered(person: &Person) -> PersonRegistered {
    PersonRegistered {
        person_id: person.id,
        email: person.email.clone(),
        email_verified: person.email_verified,
        name: person.name.clone(),
    }
}
