//! The use-cases on both engines, called directly.

mod ended;
mod federated;
mod locks;

use super::*;
use crate::{
    MIGRATIONS,
    domain::{email::Email, method::Method},
    store::{
        self,
        mails::{self, Letter, Place},
        one_time,
    },
};
use contracts::prepstation::v1::StaffChanged as StaffFact;
use database::{Database, Tx};
use jiff::{SignedDuration, Timestamp};
use kernel::{
    Env, Random,
    ids::{EventId, Id, PasskeyId, PersonId, RestaurantId, SessionId},
};
use session::{Principal, Role};

pub(super) fn at(seconds: i64) -> Env {
    let now = Timestamp::from_second(1_800_000_000 + seconds).unwrap();
    Env::new(now, Random::system())
}

/// A passkey, which no answer can be right for.
pub(super) fn passkey_of(person: PersonId) -> store::passkeys::Passkey {
    store::passkeys::Passkey {
        id: PasskeyId::from_natural_key("phone"),
        person_id: person,
        credential_id: vec![1],
        name: "Phone".to_owned(),
        public_key: vec![1],
        state: vec![1],
        transports: 0,
        created_at: at(0).now,
        used_at: None,
    }
}

/// Whoever has opened the link of their sign-up.
#[derive(Clone)]
pub(super) struct NewPerson {
    email: Email,
    name: String,
    password_hash: String,
    user_agent: String,
    network: String,
}

/// Registers a person and opens their first session. Nothing when the address is taken.
pub(super) fn sign_up(
    tx: &mut Tx<'_>,
    env: &Env,
    new: &NewPerson,
) -> Result<Option<Principal>, Failure> {
    let made = sign_up::register(tx, env, &new.email, &new.name, &new.password_hash)?;
    let Some(person) = made else { return Ok(None) };
    let entry = Entry {
        person,
        methods: vec![Method::EmailLink],
        user_agent: new.user_agent.clone(),
        network: new.network.clone(),
        guess: None,
        held: None,
        password_set_at: None,
        by: None,
    };
    sign_in::open_session(tx, env, &entry)
}

pub(super) fn zoe() -> NewPerson {
    NewPerson {
        email: Email::parse("Zoe@example.com").unwrap(),
        name: "Zoë".to_owned(),
        password_hash: "hash".to_owned(),
        user_agent: "curl".to_owned(),
        network: "192.0.2.1".to_owned(),
    }
}

/// Where she does what she does.
pub(super) fn here() -> Place {
    Place { device: "curl".to_owned(), network: "192.0.2.1".to_owned() }
}

async fn published(db: &Database) -> Vec<String> {
    let rows: Vec<(String,)> = db
        .read(|tx| tx.all(database::sql!("SELECT kind FROM outbox ORDER BY sequence"), &[]))
        .await
        .map_err(|error: database::Error| error)
        .unwrap();
    rows.into_iter().map(|(kind,)| kind.replace("comanda.accounts.", "")).collect()
}

pub(super) fn on_both(test: impl AsyncFn(Database)) {
    testkit::on_each_engine(&[MIGRATIONS, outbox::MIGRATIONS], test);
}

#[test]
fn every_text_of_sql_is_good_on_both_engines() {
    for target in testkit::TestDatabase::each() {
        let _open = target.open(&[MIGRATIONS, outbox::MIGRATIONS]);
        let refused = target.location.refused(database::registered("accounts")).unwrap();
        assert!(refused.is_empty(), "{}: {refused:?}", target.engine);
    }
}

#[test]
fn the_data_map_names_every_column() {
    testkit::check_data_map(&crate::DATA_MAP, MIGRATIONS);
}

#[test]
fn what_told_of_the_erased_is_forgotten_and_only_a_proved_address_is_theirs_elsewhere() {
    on_both(async |db| {
        for (second, verified) in [(0, false), (10, true)] {
            let who = db.write(move |tx| sign_up(tx, &at(second), &zoe())).await.unwrap().unwrap();
            let person = who.person_id;
            let prove = move |tx: &mut database::Tx<'_>| {
                let sql = database::sql!("UPDATE persons SET email_verified = $2 WHERE id = $1");
                tx.execute(sql, &[&person, &verified])
            };
            let proved: Result<u64, database::Error> = db.write(prove).await;
            proved.unwrap();
            db.write(move |tx| erase_person(tx, &at(second + 1), person)).await.unwrap();
            let told: Vec<(String, bool, Vec<u8>)> = db
                .read(|tx| {
                    tx.all(database::sql!("SELECT kind, forgotten, payload FROM outbox WHERE kind LIKE '%person.%' ORDER BY sequence DESC LIMIT 2"), &[])
                })
                .await
                .map_err(|error: database::Error| error)
                .unwrap();
            let [(erased, kept, payload), (registered, forgotten, _)] = told.as_slice() else {
                panic!("two events");
            };
            assert!(erased.ends_with("person.erased.v1") && !kept);
            assert!(registered.ends_with("person.registered.v1") && *forgotten);
            let digest = session::address_digest("zoe@EXAMPLE.com");
            let told = String::from_utf8_lossy(payload).contains(&digest);
            assert_eq!(told, verified);
        }
    });
}

#[test]
fn an_address_has_one_account_however_it_is_written() {
    on_both(async |db| {
        let first = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
        assert_eq!((first.name.as_str(), first.email.as_str()), ("Zoë", "Zoe@example.com"));
        let again = NewPerson { email: Email::parse("ZOE@EXAMPLE.COM").unwrap(), ..zoe() };
        assert_eq!(db.write(move |tx| sign_up(tx, &at(1), &again)).await.unwrap(), None);
        assert_eq!(published(&db).await, ["person.registered.v1"]);
    });
}

#[test]
fn of_32_sign_ups_at_once_with_one_address_one_succeeds() {
    on_both(async |db| {
        let all: Vec<_> = (0..32)
            .map(|_| {
                let (db, new) = (db.clone(), zoe());
                tokio::spawn(
                    async move { db.write(move |tx| sign_up(tx, &at(0), &new)).await.unwrap() },
                )
            })
            .collect();
        let mut made = 0;
        for one in all {
            made += u32::from(one.await.unwrap().is_some());
        }
        assert_eq!(made, 1);
    });
}

#[test]
fn a_session_is_renewed_until_it_is_ended_and_the_others_hear_of_it_once() {
    on_both(async |db| {
        let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
        let (person, session) = (who.person_id, who.session_id);
        let renew = async |seconds| {
            db.write(move |tx| renew_session(tx, &at(seconds), person, session)).await.unwrap()
        };
        assert_eq!(renew(600).await.as_ref(), Some(&who));
        let stranger = PersonId::from_natural_key("stranger");
        let foreign =
            db.write(move |tx| renew_session(tx, &at(600), stranger, session)).await.unwrap();
        assert_eq!(foreign, None);
        let end = async || {
            db.write(move |tx| end_sessions(tx, &at(700), person, Which::One(session)))
                .await
                .unwrap()
        };
        let ended = end().await;
        assert_eq!(ended[0].tokens_expire_at, at(700 + 300).now);
        assert!(end().await.is_empty());
        assert_eq!(renew(701).await, None);
        assert_eq!(published(&db).await, ["person.registered.v1", "session.revoked.v1"]);
    });
}

/// Letters that wait because the mail server is away, as whoever typed the address wrote it; links
/// that were made; and what an app wanted.
async fn ask_for_all_that_tells_an_address(db: &Database, person: PersonId) {
    let new = mails::SignUp {
        name: "Zoë".to_owned(),
        email: " ZOE@example.com".to_owned(),
        password_hash: "hash".to_owned(),
        browser: "hash".to_owned(),
        return_to: "/".to_owned(),
    };
    let ask = move |tx: &mut Tx<'_>| {
        let guess = Guess { email: " Zoe@EXAMPLE.com ".to_owned(), address: None };
        for letter in [Letter::SignInLink { return_to: String::new() }, Letter::Reset] {
            ask_for_mail(tx, &at(1), &guess, &letter)?;
        }
        // From before the account was made, and once more.
        one_time::issue_about(tx, &at(0), SIGN_UP_LINK, (None, &new.email), &new)?;
        ask_to_sign_up(tx, &at(1), &new)?;
        let query = "login_hint=zoe%40example.com&hint=zoe@example.com".to_owned();
        let pending = openid::Pending { query, asked_at: at(1).now };
        let of_address =
            openid::About { login_hint: "zoe@Example.com".to_owned(), ..openid::About::default() };
        openid::begin_authorization(tx, &at(1), &pending, &of_address)?;
        let of_person = openid::About { person: Some(person), ..openid::About::default() };
        openid::begin_authorization(tx, &at(1), &pending, &of_person)?;
        Ok::<_, TooSoon>(())
    };
    db.write(ask).await.unwrap();
}

#[test]
fn who_is_forgotten_leaves_no_row_and_may_come_again() {
    on_both(async |db| {
        let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
        let person = who.person_id;
        let guess =
            Guess { email: "zoe@example.com".to_owned(), address: Some("192.0.2.1".to_owned()) };
        let entry = Entry {
            person,
            methods: vec![Method::Password],
            user_agent: "curl".to_owned(),
            network: "192.0.2.1".to_owned(),
            guess: Some(guess),
            held: None,
            password_set_at: None,
            by: None,
        };
        db.write(move |tx| sign_in(tx, &at(1), &entry, false)).await.unwrap().unwrap();
        ask_for_all_that_tells_an_address(&db, person).await;
        let before = testkit::tables_that_hold(&db, &crate::DATA_MAP, "zoe").await;
        assert_eq!(before, ["persons", "one_time_secrets", "mails"]);
        let ended = db.write(move |tx| erase_person(tx, &at(2), person)).await.unwrap();
        assert_eq!(ended.len(), 2);
        let left: (i64, i64, i64, i64) = db
            .read(|tx| {
                tx.one(database::sql!("SELECT (SELECT COUNT(*) FROM persons), (SELECT COUNT(*) FROM credentials), (SELECT COUNT(*) FROM sessions), (SELECT COUNT(*) FROM known_places)"), &[])
            })
            .await
            .map_err(|error: database::Error| error)
            .unwrap();
        assert_eq!(left, (0, 0, 0, 0));
        let next = db.write(|tx| prepare_mail(tx, &at(90_000))).await.unwrap();
        assert_eq!(next, None, "no mail makes a row of it later");
        let after = testkit::tables_that_hold(&db, &crate::DATA_MAP, "zoe").await;
        assert!(after.is_empty(), "{after:?}");
        let kinds = published(&db).await;
        assert_eq!(
            kinds,
            [
                "person.registered.v1",
                "session.revoked.v1",
                "session.revoked.v1",
                "person.erased.v1"
            ]
        );
        assert!(db.write(|tx| sign_up(tx, &at(3), &zoe())).await.unwrap().is_some());
    });
}

#[test]
fn an_event_of_staff_counts_once_and_roles_are_in_the_next_token() {
    on_both(async |db| {
        let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
        let (person_id, session) = (who.person_id, who.session_id);
        let restaurant_id = RestaurantId::from_natural_key("lupo");
        let tell = async |event: &str, role| {
            let (event, fact) =
                (EventId::from_natural_key(event), StaffFact { restaurant_id, person_id, role });
            db.write(move |tx| change_staff(tx, &at(1), event, &fact)).await.unwrap();
        };
        let roles = async || {
            db.write(move |tx| renew_session(tx, &at(2), person_id, session))
                .await
                .unwrap()
                .unwrap()
                .roles
        };
        tell("one", Some(Role::Cook)).await;
        tell("two", Some(Role::Manager)).await;
        tell("one", Some(Role::Cook)).await;
        assert_eq!(roles().await.get(&restaurant_id), Some(&Role::Manager));
        tell("three", None).await;
        assert!(roles().await.is_empty());
    });
}

#[test]
fn two_starts_find_the_same_two_keys() {
    on_both(async |db| {
        let kids = async || {
            let keyring = db.write(|tx| prepare_keys(tx, &at(0), "http://a")).await.unwrap();
            keyring.unwrap().standings
        };
        let first = kids().await;
        assert_eq!(first.len(), 2);
        assert_eq!(kids().await, first);
    });
}

#[test]
fn what_nobody_needs_is_forgotten_and_the_rest_is_kept() {
    on_both(async |db| {
        let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
        let days = |days: i64| SignedDuration::from_hours(24 * days).as_secs();
        assert_eq!(db.write(|tx| prune(tx, &at(60))).await.unwrap(), 0);
        let guess =
            Guess { email: "zoe@example.com".to_owned(), address: Some("192.0.2.1".to_owned()) };
        db.write(move |tx| begin_sign_up(tx, &at(0), &guess)).await.unwrap();
        // What was counted for the attempt to sign up is an hour old; the session lives.
        assert_eq!(db.write(move |tx| prune(tx, &at(days(29)))).await.unwrap(), 4);
        assert_eq!(db.write(move |tx| prune(tx, &at(days(31)))).await.unwrap(), 1);
        let person = who.person_id;
        assert!(db.read(move |tx| store::persons::by_id(tx, person)).await.unwrap().is_some());
    });
}

#[test]
fn a_changed_name_is_told_and_an_unchanged_one_is_not() {
    on_both(async |db| {
        let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
        let (person, session) = (who.person_id, who.session_id);
        for (name, events) in [("Zoë", 1), ("Zoë B.", 2)] {
            let changed =
                db.write(move |tx| change_name(tx, &at(1), person, session, name)).await.unwrap();
            assert_eq!(changed.unwrap().name, name);
            assert_eq!(published(&db).await.len(), events);
        }
    });
}

const LINK: one_time::Purpose =
    one_time::Purpose { name: "test-link", life: SignedDuration::from_mins(15) };

#[test]
fn a_secret_opens_its_own_purpose_once_and_in_time() {
    on_both(async |db| {
        let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap().person_id;
        let issue = async || {
            let issued = db.write(move |tx| one_time::issue(tx, &at(0), LINK, Some(who), &"data"));
            issued.await.unwrap()
        };
        let redeem = async |secret: &str, purpose: one_time::Purpose, seconds: i64| {
            let (secret, now) = (secret.to_owned(), at(seconds).now);
            let opened = db.write(move |tx| one_time::redeem::<String>(tx, purpose, &secret, now));
            opened.await.unwrap().map(|opened| (opened.person, opened.data))
        };
        let other = one_time::Purpose { name: "test-other", ..LINK };
        let secret = issue().await;
        assert_eq!(redeem(&secret, other, 1).await, None);
        assert_eq!(redeem("made-up", LINK, 1).await, None);
        assert_eq!(redeem(&secret, LINK, 1).await, Some((Some(who), "data".to_owned())));
        assert_eq!(redeem(&secret, LINK, 1).await, None, "used");
        assert_eq!(redeem(&issue().await, LINK, 900).await, None, "too late");
        let withdrawn = issue().await;
        db.write(move |tx| one_time::withdraw(tx, LINK, who)).await.unwrap();
        assert_eq!(redeem(&withdrawn, LINK, 1).await, None, "withdrawn");
        issue().await;
        assert_eq!(db.write(|tx| one_time::prune(tx, at(900).now)).await.unwrap(), 1);
    });
}
