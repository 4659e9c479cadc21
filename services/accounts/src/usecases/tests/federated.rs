//! Identities of other providers: whose account, linked when, taken out when.

use super::*;
use crate::{domain::identity::Identity, store::identities};

const GOOGLE: &str = "https://accounts.google.com";

fn identity(subject: &str, email: Option<&str>) -> Identity {
    Identity {
        issuer: GOOGLE.to_owned(),
        subject: subject.to_owned(),
        email: email.map(|email| Email::parse(email).unwrap()),
        name: Some("Zoë".to_owned()),
        second_step: false,
    }
}

async fn come(db: &Database, identity: Identity, adding: Option<PersonId>) -> Arrived {
    db.write(move |tx| arrive(tx, &at(1), &identity, adding, None)).await.unwrap()
}

async fn linked(db: &Database, person: PersonId) -> usize {
    db.read(move |tx| identities::of_person(tx, person)).await.unwrap().len()
}

#[test]
fn who_comes_for_the_first_time_is_registered_once_with_a_proved_address() {
    on_both(async |db| {
        let Arrived::Person(first) = come(&db, identity("1", Some("zoe@example.com")), None).await
        else {
            panic!("a new person");
        };
        let again = come(&db, identity("1", Some("changed@example.com")), None).await;
        assert_eq!(again, Arrived::Person(first), "the subject counts, not the address");
        let without = come(&db, identity("1", None), None).await;
        assert_eq!(without, Arrived::Person(first));
        let person = db.read(move |tx| store::persons::by_id(tx, first)).await.unwrap().unwrap();
        assert!(person.email_verified && person.email == "zoe@example.com");
        assert_eq!(published(&db).await, ["person.registered.v1"]);
        let has = db.read(move |tx| store::persons::has_password(tx, first)).await.unwrap();
        assert!(!has);
    });
}

#[test]
fn of_16_arrivals_at_once_one_makes_the_account_and_all_come_in() {
    on_both(async |db| {
        let all: Vec<_> = (0..16)
            .map(|_| {
                let (db, who) = (db.clone(), identity("1", Some("zoe@example.com")));
                tokio::spawn(async move {
                    db.write(move |tx| arrive(tx, &at(0), &who, None, None)).await
                })
            })
            .collect();
        for one in all {
            let arrived = one.await.unwrap().unwrap();
            assert!(matches!(arrived, Arrived::Person(_)), "{arrived:?}");
        }
        assert_eq!(published(&db).await, ["person.registered.v1"]);
    });
}

#[test]
fn an_address_that_has_an_account_waits_until_its_owner_links_it() {
    on_both(async |db| {
        let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap().person_id;
        let Arrived::ToLink(secret) = come(&db, identity("1", Some("ZOE@example.com")), None).await
        else {
            panic!("it waits");
        };
        assert_eq!(linked(&db, who).await, 0);
        let link = async |secret: &str, person: PersonId, seconds: i64| {
            let secret = secret.to_owned();
            db.write(move |tx| link_identity(tx, &at(seconds), &secret, (person, &here()))).await
        };
        let stranger = PersonId::from_natural_key("stranger");
        assert!(matches!(link(&secret, stranger, 2).await, Err(NotLinked::OfAnother)));
        assert!(matches!(link("made-up", who, 2).await, Err(NotLinked::Gone)));
        assert!(matches!(link(&secret, who, 1 + 15 * 60).await, Err(NotLinked::Gone)), "too late");
        assert_eq!(link(&secret, who, 3).await.unwrap(), GOOGLE);
        assert!(matches!(link(&secret, who, 4).await, Err(NotLinked::Gone)), "used");
        assert_eq!(linked(&db, who).await, 1);
        let again = come(&db, identity("1", None), None).await;
        assert_eq!(again, Arrived::Person(who));
    });
}

#[test]
fn an_address_that_nobody_proved_makes_no_account() {
    on_both(async |db| {
        assert_eq!(come(&db, identity("1", None), None).await, Arrived::Unproved);
        assert!(published(&db).await.is_empty());
        let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap().person_id;
        let adding = come(&db, identity("1", None), Some(who)).await;
        assert!(matches!(adding, Arrived::ToLink(_)), "who is signed in may add it");
        let stranger = PersonId::from_natural_key("stranger");
        let Arrived::Person(new) = come(&db, identity("2", Some("new@example.com")), None).await
        else {
            panic!("a new person");
        };
        assert_ne!(new, stranger);
        assert_eq!(come(&db, identity("2", None), Some(who)).await, Arrived::OfAnother);
    });
}

#[test]
fn the_last_way_in_is_never_taken_out() {
    on_both(async |db| {
        let Arrived::Person(who) = come(&db, identity("1", Some("zoe@example.com")), None).await
        else {
            panic!("a new person");
        };
        let unlink = async |subject: &'static str, issuers: &[&str]| {
            let issuers: Vec<String> = issuers.iter().map(|&issuer| issuer.to_owned()).collect();
            let unlink = move |tx: &mut database::Tx<'_>| {
                unlink_identity(tx, &at(2), (who, &here()), (GOOGLE, subject), &issuers)
            };
            db.write(unlink).await
        };
        assert!(matches!(unlink("1", &[GOOGLE]).await, Err(NotUnlinked::LastWay)));
        let Arrived::ToLink(secret) = come(&db, identity("2", None), Some(who)).await else {
            panic!("it waits");
        };
        db.write(move |tx| link_identity(tx, &at(2), &secret, (who, &here()))).await.unwrap();
        assert!(
            matches!(unlink("1", &[]).await, Err(NotUnlinked::LastWay)),
            "the other provider is not offered any more"
        );
        unlink("1", &[GOOGLE]).await.unwrap();
        unlink("1", &[GOOGLE]).await.unwrap();
        assert!(matches!(unlink("2", &[GOOGLE]).await, Err(NotUnlinked::LastWay)));
        db.write(move |tx| store::persons::set_password(tx, who, "hash", at(3).now)).await.unwrap();
        unlink("2", &[GOOGLE]).await.unwrap();
        assert_eq!(linked(&db, who).await, 0);
    });
}

#[test]
fn a_departure_is_opened_by_its_state_once_and_in_time() {
    on_both(async |db| {
        let departure = Departure {
            provider: "google".to_owned(),
            browser: "hash".to_owned(),
            return_to: "/".to_owned(),
            adding: None,
            address: None,
        };
        let leave = async || {
            let departure = departure.clone();
            db.write(move |tx| leave_for_provider(tx, &at(0), &departure)).await.unwrap()
        };
        let back = async |state: &str, seconds: i64| {
            let state = state.to_owned();
            db.write(move |tx| return_from_provider(tx, &at(seconds), &state)).await.unwrap()
        };
        let away = leave().await;
        assert!(away.state != away.nonce && away.nonce != away.verifier);
        assert_eq!(away.verifier.len(), 43, "RFC 7636, 4.1");
        assert_eq!(back(&away.state, 1).await.unwrap().data.nonce, away.nonce);
        assert_eq!(back(&away.state, 1).await, None);
        assert_eq!(back(&leave().await.state, 600).await, None);
    });
}
