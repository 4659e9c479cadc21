//! What operators end and take off, on both engines.

use super::{
    openid,
    second_step_tests::set_up,
    tests::{at, on_both, passkey_of, sign_up, zoe},
    *,
};
use crate::{
    domain::{method::Method, scope::scopes, signing::SigningAlgorithm},
    store::{
        grants::{self, Grant},
        mails::{Letter, Notice, What},
        one_time, passkeys, ways,
    },
};
use database::{Database, Json, Tx, sql};
use kernel::ids::{GrantId, Id, PersonId};
use session::Principal;

/// Zoë with an app of hers that may come back without her.
async fn known(db: &Database) -> (Principal, GrantId) {
    let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
    let new = openid::NewClient {
        name: "App".to_owned(),
        confidential: false,
        redirect_uris: vec!["https://app.example.com/".to_owned()],
        post_logout_uris: Vec::new(),
        algorithm: SigningAlgorithm::EdDsa,
    };
    let (client, _) = db.write(move |tx| openid::add_client(tx, &at(0), &new)).await.unwrap();
    let grant = Grant {
        id: at(0).id(),
        client: client.id,
        person: who.person_id,
        session: who.session_id,
        scopes: scopes("openid offline_access"),
        methods: vec![Method::Password],
        proved_at: at(0).now,
        created_at: at(0).now,
        ends_at: at(9_000).now,
        ended_at: None,
    };
    let id = grant.id;
    db.write(move |tx| grants::insert(tx, &grant)).await.unwrap();
    (who, id)
}

async fn add_passkey_of(db: &Database, person: PersonId) {
    let passkey = passkey_of(person);
    assert!(db.write(move |tx| passkeys::insert(tx, &passkey)).await.unwrap());
}

/// Notices that wait, and how many sessions were told to have ended.
async fn told(db: &Database) -> (Vec<Notice>, i64) {
    let read = |tx: &mut Tx<'_>| {
        let letters: Vec<(Json<Letter>,)> =
            tx.all(sql!("SELECT letter FROM mails ORDER BY id"), &[])?;
        let ended: (i64,) = tx.one(
            sql!("SELECT COUNT(*) FROM outbox WHERE kind = 'comanda.accounts.session.revoked.v1'"),
            &[],
        )?;
        Ok::<_, database::Error>((letters, ended.0))
    };
    let (letters, ended) = db.read(read).await.unwrap();
    let notice = |(Json(letter),)| match letter {
        Letter::Notice(notice) => notice,
        other => panic!("{other:?}"),
    };
    (letters.into_iter().map(notice).collect(), ended)
}

#[test]
fn all_that_acts_as_somebody_ends_once() {
    on_both(async |db| {
        let (who, grant) = known(&db).await;
        let person = who.person_id;
        let end = async || db.write(move |tx| end_all_access(tx, &at(5), person)).await.unwrap();
        let ended = end().await;
        assert_eq!((ended.sessions.len(), ended.apps), (1, 1));
        assert_eq!(ended.sessions[0].session_id, who.session_id);
        let found = db.read(move |tx| grants::by_id(tx, grant)).await.unwrap().unwrap();
        assert_eq!(found.ended_at, Some(at(5).now));
        let again = end().await;
        assert_eq!((again.sessions.len(), again.apps), (0, 0));
        assert_eq!(told(&db).await, (Vec::new(), 1));
    });
}

#[test]
fn links_and_sign_ins_under_way_end_with_all_that_acts_as_somebody() {
    on_both(async |db| {
        let person = known(&db).await.0.person_id;
        let issue = move |tx: &mut Tx<'_>| {
            for purpose in [SIGN_IN_LINK, RESET_LINK, SECOND_STEP] {
                one_time::issue(tx, &at(1), purpose, Some(person), &"data")?;
            }
            end_all_access(tx, &at(2), person)
        };
        db.write(issue).await.unwrap();
        let left = |tx: &mut Tx<'_>| tx.one(sql!("SELECT COUNT(*) FROM one_time_secrets"), &[]);
        let left: Result<(i64,), database::Error> = db.read(left).await;
        assert_eq!(left.unwrap(), (0,));
    });
}

#[test]
fn the_second_step_goes_with_passkeys_where_it_is_said_and_its_owner_hears_of_it() {
    on_both(async |db| {
        let (who, _) = known(&db).await;
        let person = who.person_id;
        set_up(&db, person).await;
        add_passkey_of(&db, person).await;
        let forget: Result<u64, database::Error> =
            db.write(|tx| tx.execute(sql!("DELETE FROM mails"), &[])).await;
        forget.unwrap();
        let reset = async |seconds, passkeys| {
            let reset =
                move |tx: &mut Tx<'_>| reset_second_step(tx, &at(seconds), person, passkeys);
            db.write(reset).await.unwrap().unwrap()
        };
        let first = reset(5, false).await;
        assert_eq!((first.authenticator, first.recovery_codes, first.passkeys), (true, 10, 0));
        assert_eq!((first.ended.sessions.len(), first.ended.apps), (1, 1));
        let left = db.read(move |tx| ways::of_person(tx, person)).await.unwrap();
        assert!(left.passkeys && left.password && !left.authenticator);
        let second = reset(6, true).await;
        assert_eq!((second.authenticator, second.recovery_codes, second.passkeys), (false, 0, 1));
        assert_eq!(reset(7, true).await.passkeys, 0);
        let notice = |passkeys| Notice { what: What::SecondStepReset { passkeys }, place: None };
        assert_eq!(told(&db).await, (vec![notice(false), notice(true)], 1), "nothing of nothing");
        let stranger = PersonId::from_natural_key("stranger");
        let nobody = db.write(move |tx| reset_second_step(tx, &at(5), stranger, true)).await;
        assert!(nobody.unwrap().is_none());
    });
}
