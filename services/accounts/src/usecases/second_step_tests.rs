//! Codes, recovery codes and proofs on both engines, called directly.

use super::{
    tests::{at, here, on_both, sign_up, zoe},
    *,
};
use crate::{
    authenticator::Authenticator, domain::method::Method, sealing::Sealing, store::sessions,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use database::Database;
use kernel::ids::{Id, PasskeyId, PersonId, SessionId};
use session::Principal;

pub(super) fn sealed() -> Sealing {
    Sealing::new(Some([7; 32])).unwrap()
}

async fn register(db: &Database) -> Principal {
    db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap()
}

fn entry(person: PersonId) -> Entry {
    Entry {
        person,
        methods: vec![Method::Password],
        user_agent: "curl".to_owned(),
        network: "192.0.2.1".to_owned(),
        guess: None,
        held: None,
        password_set_at: None,
        by: None,
    }
}

/// A code as somebody types it.
fn typed(address: Option<&str>, code: &str) -> CodeGuess {
    let address = address.map(ToOwned::to_owned);
    CodeGuess { address, place: here(), held: None, code: code.to_owned() }
}

/// Sets up an app at the instant 0.
pub(super) async fn set_up(db: &Database, person: PersonId) -> (Authenticator, Vec<String>) {
    let (key, secret) =
        db.write(move |tx| begin_authenticator(tx, &at(0), &sealed(), person)).await.unwrap();
    let authenticator = Authenticator::of_key(&key).unwrap();
    let code = authenticator.code(at(0).now);
    let confirm = move |tx: &mut database::Tx<'_>| {
        confirm_authenticator(tx, &at(0), &sealed(), (person, &here()), (&secret, &code))
    };
    let Confirmed::Yes(Some(codes)) = db.write(confirm).await.unwrap() else {
        panic!("the first code of the key was not taken")
    };
    (authenticator, codes)
}

async fn first_step(db: &Database, person: PersonId, seconds: i64) -> String {
    let open = move |tx: &mut database::Tx<'_>| sign_in(tx, &at(seconds), &entry(person), false);
    match db.write(open).await.unwrap() {
        Some(Opened::SecondStep(secret)) => secret,
        other => panic!("no second step: {other:?}"),
    }
}

async fn pass(db: &Database, secret: &str, code: &str, seconds: i64) -> Passed {
    let (secret, guess) = (secret.to_owned(), typed(Some("192.0.2.1"), code));
    let pass = move |tx: &mut database::Tx<'_>| {
        pass_second_step(tx, &at(seconds), &sealed(), &secret, &guess)
    };
    db.write(pass).await.unwrap()
}

#[test]
fn a_code_opens_one_waiting_entry_once_and_the_session_tells_how() {
    on_both(async |db| {
        let person = register(&db).await.person_id;
        let (authenticator, _) = set_up(&db, person).await;
        let secret = first_step(&db, person, 60).await;
        let code = authenticator.code(at(60).now);
        assert_eq!(pass(&db, "made-up", &code, 61).await, Passed::Over);
        assert_eq!(pass(&db, &secret, "000000", 61).await, Passed::Wrong);
        let Passed::In(who) = pass(&db, &secret, &code, 61).await else { panic!("not in") };
        assert_eq!(pass(&db, &secret, &code, 61).await, Passed::Over);
        let found = db.read(move |tx| sessions::of_person(tx, person)).await.unwrap();
        let session = found.iter().find(|one| one.id == who.session_id).unwrap();
        assert_eq!(session.methods, [Method::Password, Method::Authenticator]);
        let other = first_step(&db, person, 62).await;
        assert_eq!(pass(&db, &other, &code, 63).await, Passed::Wrong, "used");
        assert_eq!(pass(&db, &other, &authenticator.code(at(700).now), 662).await, Passed::Over);
    });
}

#[test]
fn of_16_that_bring_one_recovery_code_at_once_one_is_let_in() {
    on_both(async |db| {
        let person = register(&db).await.person_id;
        let (_, codes) = set_up(&db, person).await;
        let mut secrets = Vec::new();
        for _ in 0..16 {
            secrets.push(first_step(&db, person, 1).await);
        }
        let all: Vec<_> = secrets
            .into_iter()
            .map(|secret| {
                // Nobody is throttled who comes from nowhere.
                let (db, guess) = (db.clone(), typed(None, &codes[0]));
                let pass = move |tx: &mut database::Tx<'_>| {
                    pass_second_step(tx, &at(2), &sealed(), &secret, &guess)
                };
                tokio::spawn(async move { db.write(pass).await.unwrap() })
            })
            .collect();
        let mut inside = 0;
        for one in all {
            inside += u32::from(matches!(one.await.unwrap(), Passed::In(_)));
        }
        assert_eq!(inside, 1);
    });
}

#[test]
fn a_copy_of_the_tables_tells_neither_the_key_of_an_app_nor_a_recovery_code() {
    on_both(async |db| {
        let person = register(&db).await.person_id;
        let begin =
            move |tx: &mut database::Tx<'_>| begin_authenticator(tx, &at(0), &sealed(), person);
        let (key, _) = db.write(begin).await.unwrap();
        let begun: (String,) = db
            .read(|tx| tx.one(database::sql!("SELECT data FROM one_time_secrets"), &[]))
            .await
            .map_err(|error: database::Error| error)
            .unwrap();
        let waiting = Authenticator::of_key(&key).unwrap();
        for told in [key, URL_SAFE_NO_PAD.encode(waiting.secret())] {
            assert!(!begun.0.contains(&told), "while it is set up");
        }
        let (authenticator, _) = set_up(&db, person).await;
        let stored: (Vec<u8>,) = db
            .read(|tx| tx.one(database::sql!("SELECT secret FROM authenticators"), &[]))
            .await
            .map_err(|error: database::Error| error)
            .unwrap();
        let secret = authenticator.secret();
        assert!(!stored.0.windows(secret.len()).any(|part| part == secret));
        let hashes: Vec<(Vec<u8>,)> = db
            .read(|tx| tx.all(database::sql!("SELECT hash FROM recovery_codes"), &[]))
            .await
            .map_err(|error: database::Error| error)
            .unwrap();
        assert!(hashes.len() == 10 && hashes.iter().all(|(hash,)| hash.len() == 32));
    });
}

#[test]
fn an_app_of_another_sealing_key_is_a_failure_and_not_a_wrong_code() {
    on_both(async |db| {
        let person = register(&db).await.person_id;
        let (authenticator, _) = set_up(&db, person).await;
        let secret = first_step(&db, person, 60).await;
        let guess = typed(None, &authenticator.code(at(60).now));
        let other = Sealing::new(Some([8; 32])).unwrap();
        let pass =
            move |tx: &mut database::Tx<'_>| pass_second_step(tx, &at(60), &other, &secret, &guess);
        let failed = db.write(pass).await;
        assert!(matches!(failed, Err(TooSoon::Failure(Failure::Seal(_)))), "{failed:?}");
    });
}

/// What one more proof of somebody is worth, however it was given.
fn prove_again(
    tx: &mut database::Tx<'_>,
    env: &kernel::Env,
    whose: (PersonId, SessionId),
    method: Method,
) -> Result<Proved, Failure> {
    match prove_again::Proving::begin(tx, env, whose, false)? {
        Some(proving) => proving.note(tx, env, method),
        None => Ok(Proved::Over),
    }
}

#[test]
fn who_proves_again_has_proved_lately_and_nobody_proves_for_another() {
    on_both(async |db| {
        let who = register(&db).await;
        let (person, session) = (who.person_id, who.session_id);
        let found = async || {
            let found = db.read(move |tx| sessions::of_person(tx, person)).await.unwrap();
            found.into_iter().next().unwrap()
        };
        let prove = async |person| {
            let prove = move |tx: &mut database::Tx<'_>| {
                prove_again(tx, &at(900), (person, session), Method::Passkey)
            };
            db.write(prove).await.unwrap()
        };
        assert_eq!(prove(PersonId::from_natural_key("stranger")).await, Proved::Over);
        assert_eq!(found().await.proved_at, at(0).now);
        assert_eq!(prove(person).await, Proved::Enough(who.clone()));
        assert_eq!(prove(person).await, Proved::Enough(who));
        let session = found().await;
        assert_eq!(session.proved_at, at(900).now);
        assert_eq!(session.methods, [Method::EmailLink, Method::Passkey]);
    });
}

#[test]
fn who_has_set_up_an_app_gives_two_proofs_within_ten_minutes() {
    on_both(async |db| {
        let who = register(&db).await;
        set_up(&db, who.person_id).await;
        let ids = (who.person_id, who.session_id);
        let prove = async |seconds, method| {
            let prove = move |tx: &mut database::Tx<'_>| prove_again(tx, &at(seconds), ids, method);
            db.write(prove).await.unwrap()
        };
        let missing = async |seconds| {
            let look =
                move |tx: &mut database::Tx<'_>| missing_proofs(tx, at(seconds).now, ids, false);
            let missing = db.read(look).await.unwrap();
            (missing.first, missing.code)
        };
        assert_eq!(missing(900).await, (true, true));
        assert_eq!(prove(900, Method::Password).await, Proved::Half);
        assert_eq!(missing(901).await, (false, true));
        assert_eq!(missing(1501).await, (true, true), "too late");
        assert_eq!(prove(1501, Method::Authenticator).await, Proved::Half);
        assert_eq!(prove(1502, Method::EmailLink).await, Proved::Half, "there is a password");
        assert_eq!(prove(2000, Method::Password).await, Proved::Enough(who.clone()));
        let (person, session) = ids;
        let found = db.read(move |tx| sessions::of_person(tx, person)).await.unwrap();
        let found = found.into_iter().find(|one| one.id == session).unwrap();
        assert_eq!((found.proved_at, found.first_proof), (at(2000).now, None));
        assert_eq!(missing(2001).await, (true, true), "the next proof begins anew");
        assert_eq!(prove(2001, Method::Passkey).await, Proved::Enough(who));
    });
}

#[test]
fn no_code_is_used_up_for_a_session_that_has_ended() {
    on_both(async |db| {
        let who = register(&db).await;
        let (person, ids) = (who.person_id, (who.person_id, who.session_id));
        let (_, codes) = set_up(&db, person).await;
        let end = move |tx: &mut database::Tx<'_>| end_sessions(tx, &at(1), person, Which::All);
        db.write(end).await.unwrap();
        let before = mails(&db).await;
        let guess = typed(None, &codes[0]);
        let prove = move |tx: &mut database::Tx<'_>| {
            prove_by_code(tx, &at(2), &sealed(), ids, &guess, false)
        };
        assert_eq!(db.write(prove).await.unwrap(), Some(Proved::Over));
        let ways = db.read(move |tx| crate::store::ways::of_person(tx, person)).await.unwrap();
        assert_eq!(ways.recovery_codes, 10);
        assert_eq!(mails(&db).await, before, "nothing is told");
    });
}

async fn mails(db: &Database) -> i64 {
    let count = db.read(|tx| tx.one(database::sql!("SELECT COUNT(*) FROM mails"), &[])).await;
    count.map(|(count,): (i64,)| count).map_err(|error: database::Error| error).unwrap()
}

#[test]
fn recovery_codes_go_with_the_last_way_and_all_goes_with_the_person() {
    on_both(async |db| {
        let person = register(&db).await.person_id;
        set_up(&db, person).await;
        let ways =
            async || db.read(move |tx| crate::store::ways::of_person(tx, person)).await.unwrap();
        let nothing = move |tx: &mut database::Tx<'_>| {
            remove_passkey(tx, &at(1), person, PasskeyId::from_natural_key("x"), &here())
        };
        assert!(!db.write(nothing).await.unwrap());
        assert_eq!(ways().await.recovery_codes, 10);
        let remove =
            move |tx: &mut database::Tx<'_>| remove_authenticator(tx, &at(1), person, &here());
        assert!(db.write(remove).await.unwrap());
        assert!(!db.write(remove).await.unwrap());
        assert!(!ways().await.are_strong() && ways().await.recovery_codes == 0);
        set_up(&db, person).await;
        db.write(move |tx| erase_person(tx, &at(2), person)).await.unwrap();
        assert_eq!(ways().await, crate::domain::second_step::Ways::default());
    });
}
