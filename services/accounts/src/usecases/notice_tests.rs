//! Who hears by mail that an account has gained or lost a way in, on both engines.

use super::{
    second_step_tests::{sealed, set_up},
    tests::{at, here, on_both, passkey_of, sign_up, zoe},
    *,
};
use crate::{
    domain::{email::Email, identity::Identity},
    store::{
        mails::{Letter, Notice, What},
        one_time, passkeys, persons,
    },
};
use database::{Database, Json, Tx, sql};
use kernel::ids::{Id, PasskeyId, PersonId, SessionId};

const ISSUER: &str = "https://accounts.google.com";

/// What was told since the last time, to whom; each with the place where it was done.
async fn told(db: &Database) -> Vec<(String, What)> {
    let rows: Vec<(String, Json<Letter>)> = db
        .write(|tx| {
            let rows = tx.all(sql!("SELECT recipient, letter FROM mails ORDER BY id"), &[])?;
            tx.execute(sql!("DELETE FROM mails"), &[])?;
            Ok::<_, database::Error>(rows)
        })
        .await
        .unwrap();
    let what = |(to, Json(letter))| match letter {
        Letter::Notice(Notice { what, place }) => {
            assert_eq!(place, Some(here()), "{what:?}");
            (to, what)
        }
        other => panic!("{other:?}"),
    };
    rows.into_iter().map(what).collect()
}

/// That this alone was told, to Zoë's address.
async fn only(db: &Database, what: What) {
    assert_eq!(told(db).await, [("Zoe@example.com".to_owned(), what)]);
}

async fn add_a_passkey(db: &Database, person: PersonId) -> PasskeyId {
    let passkey = passkey_of(person);
    let id = passkey.id;
    assert!(db.write(move |tx| passkeys::insert(tx, &passkey)).await.unwrap());
    id
}

async fn link_google(db: &Database, person: PersonId) {
    let identity = Identity {
        issuer: ISSUER.to_owned(),
        subject: "1".to_owned(),
        email: None,
        name: None,
        second_step: false,
    };
    let arrive = move |tx: &mut Tx<'_>| arrive(tx, &at(1), &identity, Some(person), None);
    let arrived = db.write(arrive).await.unwrap();
    let Arrived::ToLink(secret) = arrived else { panic!("it waits") };
    db.write(move |tx| link_identity(tx, &at(1), &secret, (person, &here()))).await.unwrap();
}

/// Changes whatever can be changed, and tells what was told after each.
async fn change_all(
    db: &Database,
    person: PersonId,
    session: SessionId,
) -> Vec<Vec<(String, What)>> {
    let mut all = Vec::new();
    let (_, codes) = set_up(db, person).await;
    all.push(told(db).await);
    let guess = CodeGuess { address: None, place: here(), held: None, code: codes[0].clone() };
    let prove = move |tx: &mut Tx<'_>| {
        prove_by_code(tx, &at(1), &sealed(), (person, session), &guess, false)
    };
    assert_eq!(db.write(prove).await.unwrap(), Some(Proved::Half));
    all.push(told(db).await);
    db.write(move |tx| make_recovery_codes(tx, &at(1), person, &here())).await.unwrap();
    all.push(told(db).await);
    let passkey = add_a_passkey(db, person).await;
    let remove = move |tx: &mut Tx<'_>| remove_passkey(tx, &at(1), person, passkey, &here());
    assert!(db.write(remove).await.unwrap());
    all.push(told(db).await);
    let remove = move |tx: &mut Tx<'_>| remove_authenticator(tx, &at(1), person, &here());
    assert!(db.write(remove).await.unwrap());
    all.push(told(db).await);
    link_google(db, person).await;
    all.push(told(db).await);
    let unlink = move |tx: &mut Tx<'_>| {
        unlink_identity(tx, &at(1), (person, &here()), (ISSUER, "1"), &[ISSUER.to_owned()])
    };
    db.write(unlink).await.unwrap();
    all.push(told(db).await);
    let change = move |tx: &mut Tx<'_>| {
        change_password(tx, &at(1), (person, session), None, "hash", &here())
    };
    db.write(change).await.unwrap();
    all.push(told(db).await);
    all
}

#[test]
fn each_change_of_a_way_in_is_told_once_to_the_address_of_the_account() {
    on_both(async |db| {
        let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
        let issuer = ISSUER.to_owned();
        let expected = [
            What::AuthenticatorAdded,
            What::RecoveryCodeUsed { left: 9 },
            What::RecoveryCodesMade,
            What::PasskeyRemoved,
            What::AuthenticatorRemoved,
            What::ProviderLinked { issuer: issuer.clone() },
            What::ProviderUnlinked { issuer },
            What::PasswordChanged,
        ];
        let heard = change_all(&db, who.person_id, who.session_id).await;
        let expected = expected.map(|what| vec![("Zoe@example.com".to_owned(), what)]);
        assert_eq!(heard, expected);
    });
}

#[test]
fn nothing_is_told_to_an_address_that_nobody_has_confirmed() {
    on_both(async |db| {
        let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
        let person = who.person_id;
        let forget: Result<u64, database::Error> = db
            .write(move |tx| {
                let unconfirmed = sql!("UPDATE persons SET email_verified = $2 WHERE id = $1");
                tx.execute(unconfirmed, &[&person, &false])
            })
            .await;
        forget.unwrap();
        let heard = change_all(&db, person, who.session_id).await;
        assert!(heard.iter().all(Vec::is_empty), "{heard:?}");
    });
}

#[test]
fn a_new_address_is_told_to_the_old_one_and_a_reset_to_the_new_one() {
    on_both(async |db| {
        let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
        let (person, session) = (who.person_id, who.session_id);
        let new = "new@example.com".to_owned();
        let issue = move |tx: &mut Tx<'_>| {
            one_time::issue(tx, &at(0), change_address::LINK, Some(person), &new)
        };
        let secret = db.write(issue).await.unwrap();
        let change =
            move |tx: &mut Tx<'_>| change_address(tx, &at(1), (person, session), &secret, &here());
        assert!(matches!(db.write(change).await.unwrap(), Changed::Done { .. }));
        only(&db, What::AddressChanged { to: "new@example.com".to_owned() }).await;
        let sent_to = "new@example.com".to_owned();
        let issue =
            move |tx: &mut Tx<'_>| one_time::issue(tx, &at(1), RESET_LINK, Some(person), &sent_to);
        let secret = db.write(issue).await.unwrap();
        let reset =
            move |tx: &mut Tx<'_>| reset_password(tx, &at(2), &secret, "hash", (None, &here()));
        assert!(db.write(reset).await.unwrap().is_some());
        assert_eq!(told(&db).await, [("new@example.com".to_owned(), What::PasswordReset)]);
    });
}

#[test]
fn a_change_that_did_not_happen_is_not_told() {
    on_both(async |db| {
        let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
        let (person, session) = (who.person_id, who.session_id);
        let nothing = move |tx: &mut Tx<'_>| {
            remove_passkey(tx, &at(1), person, PasskeyId::from_natural_key("x"), &here())?;
            remove_authenticator(tx, &at(1), person, &here())?;
            let email = Email::parse("taken@example.com").unwrap();
            sign_up::register(tx, &at(1), &email, "Somebody", "hash")?;
            let new = "taken@example.com".to_owned();
            let secret = one_time::issue(tx, &at(1), change_address::LINK, Some(person), &new)?;
            change_address(tx, &at(1), (person, session), &secret, &here())
        };
        assert_eq!(db.write(nothing).await.unwrap(), Changed::Taken);
        let gone = db.read(move |tx| persons::by_id(tx, person)).await.unwrap().unwrap();
        assert_eq!(gone.email, "Zoe@example.com");
        assert_eq!(told(&db).await, []);
    });
}
