//! Mails and what their links open, on both engines.

use super::*;
use crate::{
    MIGRATIONS,
    domain::email::Email,
    store::{
        mails::{self, Letter, Notice, SignUp, What},
        persons::{self, Person},
    },
};
use database::{Database, Tx};
use jiff::Timestamp;
use kernel::{Env, Random, ids::PersonId};

fn at(seconds: i64) -> Env {
    let now = Timestamp::from_second(1_800_000_000 + seconds).unwrap();
    Env::new(now, Random::system())
}

fn on_both(test: impl AsyncFn(Database)) {
    testkit::on_each_engine(&[MIGRATIONS, outbox::MIGRATIONS], test);
}

/// Zoë, as a version before this one left her: nobody ever showed that the address is hers.
async fn unverified(db: &Database) -> PersonId {
    let email = Email::parse("zoe@example.com").unwrap();
    let person = Person {
        id: at(0).id(),
        email: "zoe@example.com".to_owned(),
        name: "Zoë".to_owned(),
        email_verified: false,
        operator: false,
        version: 1,
        created_at: at(0).now,
    };
    let id = person.id;
    let work = move |tx: &mut Tx<'_>| {
        persons::insert(tx, &person, &email, false)?;
        persons::set_password(tx, id, "of whoever it was", at(0).now)
    };
    db.write(work).await.unwrap();
    id
}

async fn post(db: &Database, to: &'static str, letter: Letter) {
    db.write(move |tx| mails::post(tx, &at(0), to, None, &letter)).await.unwrap();
}

/// The next one that is due and to somebody.
async fn next(db: &Database, seconds: i64) -> Option<Prepared> {
    while db.read(move |tx| mails::next(tx, at(seconds).now)).await.unwrap().is_some() {
        let prepared = db.write(move |tx| prepare_mail(tx, &at(seconds))).await.unwrap();
        if prepared.is_some() {
            return prepared;
        }
    }
    None
}

fn secret(mail: Option<Prepared>) -> String {
    match mail.map(|mail| mail.message) {
        Some(
            Message::SignInLink { secret }
            | Message::ResetLink { secret }
            | Message::ConfirmSignUp { secret },
        ) => secret,
        other => panic!("{other:?}"),
    }
}

fn a_link() -> Letter {
    Letter::SignInLink { return_to: "/".to_owned() }
}

#[test]
fn a_mail_to_nobody_is_dropped_and_one_to_somebody_goes_to_the_address_of_the_account() {
    on_both(async |db| {
        unverified(&db).await;
        post(&db, "nobody@example.com", a_link()).await;
        // A capital that is not of this alphabet is lower-cased into it: another domain's letter box.
        post(&db, "ZOE@EXAMPLE.COM", a_link()).await;
        let mail = next(&db, 0).await.unwrap();
        assert_eq!(mail.to, "zoe@example.com");
        db.write(move |tx| mail_sent(tx, mail.id)).await.unwrap();
        assert_eq!(next(&db, 0).await, None);
    });
}

#[test]
fn a_mail_waits_longer_each_time_and_is_given_up_after_a_day() {
    on_both(async |db| {
        unverified(&db).await;
        post(&db, "zoe@example.com", a_link()).await;
        let (mut now, mut waits) = (0, Vec::new());
        while let Some(mail) = next(&db, now).await {
            let failed = db.write(move |tx| mail_failed(tx, &at(now), &mail)).await.unwrap();
            let Fate::Later(wait) = failed else { break };
            assert_eq!(next(&db, now + wait.as_secs() - 1).await, None, "not before its time");
            now += wait.as_secs();
            waits.push(wait.as_secs());
        }
        assert_eq!(waits[..9], [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert!((86_400..90_000).contains(&now), "{now}");
        assert_eq!(next(&db, now + 90_000).await, None);
    });
}

#[test]
fn who_proves_an_address_ends_the_password_that_was_there_before() {
    on_both(async |db| {
        let zoe = unverified(&db).await;
        post(&db, "zoe@example.com", a_link()).await;
        let secret = secret(next(&db, 0).await);
        let shown = db.write(move |tx| open_link(tx, &at(1), &secret, None)).await.unwrap();
        assert_eq!(shown.unwrap().person, zoe);
        let found = db.read(move |tx| {
            let person = persons::by_id(tx, zoe)?.unwrap();
            Ok::<_, database::Error>((person.email_verified, persons::has_password(tx, zoe)?))
        });
        assert_eq!(found.await.unwrap(), (true, false));
        let told = next(&db, 30).await.unwrap();
        let notice = Notice { what: What::WaysRemoved, place: None };
        assert_eq!((told.to.as_str(), told.message), ("zoe@example.com", Message::Notice(notice)));
    });
}

#[test]
fn of_32_who_open_one_link_at_once_one_comes_in() {
    on_both(async |db| {
        unverified(&db).await;
        post(&db, "zoe@example.com", a_link()).await;
        let secret = secret(next(&db, 0).await);
        let all: Vec<_> = (0..32)
            .map(|_| {
                let (db, secret) = (db.clone(), secret.clone());
                tokio::spawn(async move {
                    let open = move |tx: &mut Tx<'_>| open_link(tx, &at(1), &secret, None);
                    db.write(open).await.unwrap()
                })
            })
            .collect();
        let mut inside = 0;
        for one in all {
            inside += u32::from(one.await.unwrap().is_some());
        }
        assert_eq!(inside, 1);
    });
}

#[test]
fn an_account_is_made_once_by_its_link_and_no_link_lies_in_the_table_of_mails() {
    on_both(async |db| {
        let new = SignUp {
            name: "Zoë".to_owned(),
            email: "zoe@example.com".to_owned(),
            password_hash: "hash".to_owned(),
            browser: "hash".to_owned(),
            return_to: "/".to_owned(),
        };
        db.write(move |tx| ask_to_sign_up(tx, &at(0), &new)).await.unwrap();
        let secret = secret(next(&db, 0).await);
        let rows: Vec<(String,)> = db
            .read(|tx| tx.all(database::sql!("SELECT letter FROM mails"), &[]))
            .await
            .map_err(|error: database::Error| error)
            .unwrap();
        assert!(rows.len() == 1 && !rows[0].0.contains(&secret));
        let open = async |seconds| {
            let secret = secret.clone();
            db.write(move |tx| sign_up(tx, &at(seconds), &secret, None)).await.unwrap()
        };
        assert_eq!(open(24 * 3600).await, SignedUp::TooLate);
        let again = secret_of_another_attempt(&db).await;
        let made = db.write(move |tx| sign_up(tx, &at(26), &again, None)).await.unwrap();
        assert!(matches!(made, SignedUp::Made(_)));
        let taken = next(&db, 60).await.unwrap();
        assert_eq!(taken.message, Message::HasAccount);
    });
}

async fn secret_of_another_attempt(db: &Database) -> String {
    assert_eq!(next(db, 24).await, None, "it is being sent");
    secret(next(db, 25).await)
}

#[test]
fn who_is_forgotten_gets_no_mail_any_more() {
    on_both(async |db| {
        let zoe = unverified(&db).await;
        let told = move |tx: &mut Tx<'_>| {
            let letter = Letter::Notice(Notice { what: What::NewPlace, place: None });
            mails::post(tx, &at(0), "zoe@example.com", Some(zoe), &letter)
        };
        db.write(told).await.unwrap();
        db.write(move |tx| erase_person(tx, &at(1), zoe)).await.unwrap();
        assert_eq!(next(&db, 2).await, None);
    });
}

#[test]
fn the_address_that_somebody_else_wanted_is_forgotten_with_its_owner() {
    on_both(async |db| {
        let zoe = unverified(&db).await;
        let wanted = Guess { email: "Wanted@example.org".to_owned(), address: None };
        let ask = move |tx: &mut Tx<'_>| ask_to_change_address(tx, &at(0), zoe, &wanted, None);
        db.write(ask).await.unwrap();
        let mail = next(&db, 0).await.unwrap();
        assert!(matches!(mail.message, Message::ConfirmAddress { .. }), "{mail:?}");
        db.write(move |tx| mail_sent(tx, mail.id)).await.unwrap();
        let told = async || testkit::tables_that_hold(&db, &crate::DATA_MAP, "wanted").await;
        assert_eq!(told().await, ["one_time_secrets"]);
        let register = |tx: &mut Tx<'_>| {
            let email = Email::parse("wanted@example.org").unwrap();
            let made = sign_up::register(tx, &at(1), &email, "Somebody", "hash")?;
            erase_person(tx, &at(2), made.unwrap())
        };
        db.write(register).await.unwrap();
        assert_eq!(told().await, [] as [&str; 0]);
    });
}

#[test]
fn a_mail_of_an_unknown_kind_waits_for_a_version_that_knows_it_and_holds_up_no_other() {
    on_both(async |db| {
        unverified(&db).await;
        post(&db, "zoe@example.com", Letter::Reset).await;
        let from_the_future = |tx: &mut Tx<'_>| {
            let sql = database::sql!("UPDATE mails SET letter = '{\"kind\":\"of_tomorrow\"}'");
            tx.execute(sql, &[])
        };
        let changed: Result<u64, database::Error> = db.write(from_the_future).await;
        assert_eq!(changed.unwrap(), 1);
        post(&db, "zoe@example.com", a_link()).await;
        let mail = next(&db, 0).await.unwrap();
        assert!(matches!(mail.message, Message::SignInLink { .. }), "{mail:?}");
        db.write(move |tx| mail_sent(tx, mail.id)).await.unwrap();
        let left = async |seconds| {
            next(&db, seconds).await;
            db.read(move |tx| mails::next(tx, at(1_000_000).now)).await.unwrap().is_some()
        };
        assert!(left(30).await && left(23 * 3600).await, "it waits");
        assert!(!left(25 * 3600).await, "and is given up after a day");
    });
}
