//! Somebody who is signed in proves again that it is them, before something dangerous. Who has set up
//! a second step gives two proofs, in any order, within ten minutes.

use super::{
    Answer, CodeGuess, Failure, Guess, TooSoon,
    guess_code::guess_code,
    living_session::{LivingSession, living_session},
    sign_in::{forgive, is_staff},
    use_passkey,
};
use crate::{
    domain::{
        method::Method,
        second_step::{LATELY, Missing, Offer, Ways},
    },
    passkeys::{PasskeyRefused, Passkeys},
    sealing::Sealing,
    store::{
        persons::{self, Person},
        sessions::{self, Session},
        ways,
    },
};
use database::Tx;
use jiff::Timestamp;
use kernel::{
    Env,
    ids::{PersonId, SessionId},
};
use session::Principal;

/// What a proof is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proved {
    /// All that is asked for.
    Enough(Principal),
    /// The first of two.
    Half,
    /// The session is over.
    Over,
}

/// Notes in the session that its person has proved it by the password, which was right: the attempts
/// before it do not count. `demanded`: of owners and operators a second step is demanded.
pub(crate) fn prove_by_password(
    tx: &mut Tx<'_>,
    env: &Env,
    whose: (PersonId, SessionId),
    guess: &Guess,
    demanded: bool,
) -> Result<Proved, Failure> {
    let proving = Proving::begin(tx, env, whose, demanded)?;
    forgive(tx, guess)?;
    match proving {
        Some(proving) => proving.note(tx, env, Method::Password),
        None => Ok(Proved::Over),
    }
}

/// The same by a code. Nothing: it is wrong, or was used before. It is not looked at, and so not used
/// up, for a session that has ended, or where it cannot become enough.
pub(crate) fn prove_by_code(
    tx: &mut Tx<'_>,
    env: &Env,
    sealing: &Sealing,
    whose: (PersonId, SessionId),
    guess: &CodeGuess,
    demanded: bool,
) -> Result<Option<Proved>, TooSoon> {
    let Some(proving) = Proving::begin(tx, env, whose, demanded)? else {
        return Ok(Some(Proved::Over));
    };
    if !proving.offer().code {
        return Ok(Some(Proved::Half));
    }
    let Some(method) = guess_code(tx, env, sealing, whose.0, guess)? else {
        return Ok(None);
    };
    Ok(Some(proving.note(tx, env, method)?))
}

/// The same by a passkey.
pub(crate) fn prove_by_passkey(
    tx: &mut Tx<'_>,
    env: &Env,
    checker: &Passkeys,
    whose: (PersonId, SessionId),
    (answer, demanded): (&Answer, bool),
) -> Result<Result<Proved, PasskeyRefused>, Failure> {
    let Some(proving) = Proving::begin(tx, env, whose, demanded)? else {
        return Ok(Ok(Proved::Over));
    };
    Ok(match use_passkey(tx, env, checker, answer)? {
        Ok(_) => Ok(proving.note(tx, env, Method::Passkey)?),
        Err(refusal) => Err(refusal),
    })
}

/// A person and a session of theirs that lives, both locked, before anything else of theirs is.
pub(super) struct Proving {
    pub(super) person: Person,
    living: LivingSession,
    session: Session,
    ways: Ways,
    shown: Vec<Method>,
    demanded: bool,
}

impl Proving {
    /// Nothing when the session is over.
    pub(super) fn begin(
        tx: &mut Tx<'_>,
        env: &Env,
        (person, session): (PersonId, SessionId),
        demanded: bool,
    ) -> Result<Option<Self>, Failure> {
        let Some(person) = persons::lock(tx, person)? else { return Ok(None) };
        let Some(living) = living_session(tx, env, (person.id, session))? else { return Ok(None) };
        let Some(session) = sessions::by_id(tx, session)? else { return Ok(None) };
        let (ways, shown) = (ways::of_person(tx, person.id)?, shown_lately(&session, env.now));
        let demanded = demanded && is_staff(tx, person.id)?;
        Ok(Some(Self { person, living, session, ways, shown, demanded }))
    }

    fn missing(&self) -> Missing {
        self.ways.missing(&self.session.methods, &self.shown, self.demanded)
    }

    /// What is asked for here.
    pub(super) fn offer(&self) -> Offer {
        self.ways.offer(self.missing())
    }

    /// Notes one more proof.
    pub(super) fn note(
        mut self,
        tx: &mut Tx<'_>,
        env: &Env,
        method: Method,
    ) -> Result<Proved, Failure> {
        add(&mut self.shown, method);
        if !self.missing().nothing() {
            sessions::prove_first(tx, self.session.id, &self.shown, env.now)?;
            return Ok(Proved::Half);
        }
        let mut methods = self.session.methods;
        for method in self.shown {
            add(&mut methods, method);
        }
        sessions::prove(tx, self.session.id, &methods, env.now)?;
        Ok(Proved::Enough(self.living.principal(tx, &self.person)?))
    }
}

/// What the person of a session has yet to show.
pub(crate) fn missing_proofs(
    tx: &mut Tx<'_>,
    now: Timestamp,
    (person, session): (PersonId, SessionId),
    demanded: bool,
) -> Result<Missing, Failure> {
    let session = sessions::by_id(tx, session)?.filter(|found| found.person_id == person);
    let shown = session.as_ref().map_or_else(Vec::new, |session| shown_lately(session, now));
    let came = session.map_or_else(Vec::new, |session| session.methods);
    let demanded = demanded && is_staff(tx, person)?;
    Ok(ways::of_person(tx, person)?.missing(&came, &shown, demanded))
}

fn shown_lately(session: &Session, now: Timestamp) -> Vec<Method> {
    let first = session.first_proof.as_ref();
    let lately = first.filter(|(at, _)| now.duration_since(*at) <= LATELY);
    lately.map_or_else(Vec::new, |(_, methods)| methods.clone())
}

fn add(methods: &mut Vec<Method>, method: Method) {
    if !methods.contains(&method) {
        methods.push(method);
    }
}
