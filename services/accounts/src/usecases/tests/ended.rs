//! What is begun with a session or a password that counts no more comes to nothing, on both engines.

use super::{
    second_step_tests::{sealed, set_up},
    *,
};
use crate::authenticator::Authenticator;

async fn register(db: &Database) -> Principal {
    db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap()
}

/// Asks for another address; the secret of the link in the mail.
async fn link_to_another_address(db: &Database, person: PersonId) -> String {
    let wanted = Guess { email: "zoe@example.org".to_owned(), address: None };
    let ask = move |tx: &mut Tx<'_>| ask_to_change_address(tx, &at(1), person, &wanted, None);
    db.write(ask).await.unwrap();
    let mail = db.write(|tx| prepare_mail(tx, &at(1))).await.unwrap().unwrap();
    let Message::ConfirmAddress { secret } = mail.message else { panic!("{:?}", mail.message) };
    db.write(move |tx| mails::delete(tx, mail.id)).await.unwrap();
    secret
}

#[derive(Debug, Clone, Copy)]
enum End {
    SignedOut,
    KeysStolen,
}

#[test]
fn nothing_is_signed_or_changed_for_a_session_that_has_ended() {
    on_both(async |db| {
        db.write(|tx| prepare_keys(tx, &at(0), "http://a")).await.unwrap();
        let who = register(&db).await;
        let person = who.person_id;
        let secret = link_to_another_address(&db, person).await;
        for how in [End::SignedOut, End::KeysStolen] {
            let entry = entry(person, None);
            let opened = db.write(move |tx| sign_in(tx, &at(2), &entry, false)).await.unwrap();
            let Some(Opened::In { principal, .. }) = opened else { panic!("{opened:?}") };
            let session = principal.session_id;
            let end = move |tx: &mut Tx<'_>| match how {
                End::SignedOut => {
                    end_sessions(tx, &at(3), person, Which::One(session)).unwrap();
                    Ok::<_, NotRotated>(())
                }
                End::KeysStolen => {
                    rotate_keys(tx, &at(3), "http://a", Urgency::Stolen, &[]).map(|_| ())
                }
            };
            db.write(end).await.unwrap();
            let named = db.write(move |tx| change_name(tx, &at(4), person, session, "Thief"));
            assert_eq!(named.await.unwrap(), None, "{how:?}");
            let link = secret.clone();
            let moved = move |tx: &mut Tx<'_>| {
                change_address(tx, &at(4), (person, session), &link, &here())
            };
            assert_eq!(db.write(moved).await.unwrap(), Changed::TooLate, "{how:?}");
            let signed_in = db.write(move |tx| is_signed_in(tx, &at(4), (person, session)));
            assert!(!signed_in.await.unwrap(), "{how:?}");
        }
        let kept = db.read(move |tx| store::persons::by_id(tx, person)).await.unwrap().unwrap();
        assert_eq!((kept.name.as_str(), kept.email.as_str()), ("Zoë", "Zoe@example.com"));
    });
}

#[test]
fn the_link_of_another_address_waits_for_a_session_that_lives() {
    on_both(async |db| {
        let who = register(&db).await;
        let (person, session) = (who.person_id, who.session_id);
        let secret = link_to_another_address(&db, person).await;
        let stranger = SessionId::from_natural_key("stranger");
        let mut done = Vec::new();
        for session in [stranger, session] {
            let link = secret.clone();
            let change = move |tx: &mut Tx<'_>| {
                change_address(tx, &at(2), (person, session), &link, &here())
            };
            done.push(db.write(change).await.unwrap());
        }
        assert_eq!(done[0], Changed::TooLate);
        let Changed::Done { principal, .. } = &done[1] else { panic!("{:?}", done[1]) };
        assert_eq!((principal.session_id, principal.email.as_str()), (session, "zoe@example.org"));
    });
}

/// With what a right password gives.
async fn first_half(db: &Database, seconds: i64) -> Entry {
    let guess = Guess { email: "zoe@example.com".to_owned(), address: None };
    let begun = db.write(move |tx| begin_sign_in(tx, &at(seconds), &guess)).await.unwrap();
    let Turn::Now(Begun { person: Some(person), set_at, .. }) = begun else { panic!("{begun:?}") };
    assert!(set_at.is_some());
    entry(person, set_at)
}

#[derive(Debug, Clone, Copy)]
enum NewPassword {
    Changed,
    Reset,
}

impl NewPassword {
    async fn set(self, db: &Database, who: &Principal, seconds: i64) {
        let ids = (who.person_id, who.session_id);
        let now = at(seconds);
        match self {
            Self::Changed => {
                let change =
                    move |tx: &mut Tx<'_>| change_password(tx, &now, ids, None, "another", &here());
                db.write(change).await.unwrap();
            }
            Self::Reset => {
                let reset = move |tx: &mut Tx<'_>| {
                    let to = "Zoe@example.com".to_owned();
                    let link = one_time::issue(tx, &now, RESET_LINK, Some(ids.0), &to)?;
                    reset_password(tx, &now, &link, "another", (None, &here()))
                };
                assert!(db.write(reset).await.unwrap().is_some());
            }
        }
    }
}

#[test]
fn a_sign_in_under_way_does_not_survive_a_new_password() {
    on_both(async |db| {
        let who = register(&db).await;
        for (second, new) in [(10, NewPassword::Changed), (20, NewPassword::Reset)] {
            let entry = first_half(&db, second).await;
            new.set(&db, &who, second + 1).await;
            let opened = db.write(move |tx| sign_in(tx, &at(second + 2), &entry, false));
            assert_eq!(opened.await.unwrap(), None, "{new:?}");
            let entry = first_half(&db, second + 3).await;
            let opened = db.write(move |tx| sign_in(tx, &at(second + 4), &entry, false));
            assert!(opened.await.unwrap().is_some(), "{new:?}: and one after it does");
        }
    });
}

#[test]
fn an_entry_that_waits_for_its_second_step_does_not_survive_a_new_password() {
    on_both(async |db| {
        let who = register(&db).await;
        let person = who.person_id;
        let (key, secret) =
            db.write(move |tx| begin_authenticator(tx, &at(0), &sealed(), person)).await.unwrap();
        let authenticator = Authenticator::of_key(&key).unwrap();
        let code = authenticator.code(at(0).now);
        let confirm = move |tx: &mut Tx<'_>| {
            confirm_authenticator(tx, &at(0), &sealed(), (person, &here()), (&secret, &code))
        };
        assert!(matches!(db.write(confirm).await.unwrap(), Confirmed::Yes(_)));
        for (second, new) in [(100, NewPassword::Changed), (200, NewPassword::Reset)] {
            let entry = first_half(&db, second).await;
            let late = entry.clone();
            let wait = async |entry: Entry, second| {
                let open = move |tx: &mut Tx<'_>| sign_in(tx, &at(second), &entry, false);
                db.write(open).await.unwrap()
            };
            let waiting = wait(entry, second).await;
            let Some(Opened::SecondStep(waiting)) = waiting else { panic!("{waiting:?}") };
            new.set(&db, &who, second + 1).await;
            assert_eq!(wait(late, second + 2).await, None, "{new:?}: nor is it let wait");
            let code = authenticator.code(at(second + 2).now);
            let guess = CodeGuess { address: None, place: here(), held: None, code };
            let pass = move |tx: &mut Tx<'_>| {
                pass_second_step(tx, &at(second + 2), &sealed(), &waiting, &guess)
            };
            assert_eq!(db.write(pass).await.unwrap(), Passed::Over, "{new:?}");
        }
    });
}

/// A passkey and a provider of a person.
async fn two_credentials(db: &Database, person: PersonId) -> [Credential; 2] {
    let passkey = passkey_of(person);
    let (issuer, subject) = ("https://op.example.com".to_owned(), "1".to_owned());
    let identity = arrive::linked(issuer.clone(), subject.clone(), person, "", at(0).now);
    let id = passkey.id;
    let add = move |tx: &mut Tx<'_>| {
        Ok::<_, Failure>(
            store::passkeys::insert(tx, &passkey)? && store::identities::insert(tx, &identity)?,
        )
    };
    assert!(db.write(add).await.unwrap());
    [Credential::Passkey(id), Credential::Identity { issuer, subject }]
}

async fn take_out(db: &Database, person: PersonId, credential: &Credential) {
    let credential = credential.clone();
    let remove = move |tx: &mut Tx<'_>| match &credential {
        Credential::Passkey(id) => remove_passkey(tx, &at(2), person, *id, &here()).map(|_| ()),
        Credential::Identity { issuer, subject } => {
            unlink_identity(tx, &at(2), (person, &here()), (issuer, subject), &[]).unwrap();
            Ok(())
        }
    };
    db.write(remove).await.unwrap();
}

#[test]
fn what_was_taken_out_meanwhile_lets_nobody_in_also_who_waits_for_a_second_step() {
    on_both(async |db| {
        let person = register(&db).await.person_id;
        let [passkey, provider] = two_credentials(&db, person).await;
        let open = async |by: &Credential| {
            let entry = Entry { by: Some(by.clone()), ..entry(person, None) };
            db.write(move |tx| sign_in(tx, &at(60), &entry, false)).await.unwrap()
        };
        for by in [&passkey, &provider] {
            assert!(matches!(open(by).await, Some(Opened::In { .. })), "{by:?}");
        }
        take_out(&db, person, &passkey).await;
        assert_eq!(open(&passkey).await, None);
        let (authenticator, _) = set_up(&db, person).await;
        let Some(Opened::SecondStep(waiting)) = open(&provider).await else { panic!("it waits") };
        take_out(&db, person, &provider).await;
        assert_eq!(open(&provider).await, None);
        let code = authenticator.code(at(60).now);
        let guess = CodeGuess { address: None, place: here(), held: None, code };
        let pass =
            move |tx: &mut Tx<'_>| pass_second_step(tx, &at(60), &sealed(), &waiting, &guess);
        assert_eq!(db.write(pass).await.unwrap(), Passed::Over);
    });
}

#[test]
fn whoever_is_erased_while_they_sign_in_is_not_let_in_and_nothing_fails() {
    on_both(async |db| {
        for round in 0..8 {
            let person = register(&db).await.person_id;
            let all: Vec<_> = (0..8)
                .map(|_| {
                    let (db, entry) = (db.clone(), entry(person, None));
                    let open = move |tx: &mut Tx<'_>| sign_in(tx, &at(round), &entry, false);
                    tokio::spawn(async move { db.write(open).await.map(|_| ()) })
                })
                .collect();
            db.write(move |tx| erase_person(tx, &at(round), person)).await.unwrap();
            for one in all {
                one.await.unwrap().unwrap();
            }
        }
    });
}

#[test]
fn of_two_that_confirm_one_address_at_once_one_gets_it_and_the_other_hears_that_it_is_taken() {
    on_both(async |db| {
        for round in 0..12 {
            let wanted = format!("wanted{round}@example.org");
            let mut all = Vec::new();
            for number in 0..4 {
                let email = Email::parse(&format!("zoe{round}-{number}@example.com")).unwrap();
                let new = NewPerson { email, ..zoe() };
                let who = db.write(move |tx| sign_up(tx, &at(0), &new)).await.unwrap().unwrap();
                let ids = (who.person_id, who.session_id);
                let (link, to) = (change_address::LINK, wanted.clone());
                let issue =
                    move |tx: &mut Tx<'_>| one_time::issue(tx, &at(0), link, Some(ids.0), &to);
                all.push((ids, db.write(issue).await.unwrap()));
            }
            let all: Vec<_> = all
                .into_iter()
                .map(|(ids, secret)| {
                    let db = db.clone();
                    let change =
                        move |tx: &mut Tx<'_>| change_address(tx, &at(1), ids, &secret, &here());
                    tokio::spawn(async move { or_taken(db.write(change).await) })
                })
                .collect();
            let mut done = 0;
            for one in all {
                match one.await.unwrap().unwrap() {
                    Changed::Done { .. } => done += 1,
                    other => assert_eq!(other, Changed::Taken),
                }
            }
            assert_eq!(done, 1);
        }
    });
}

/// One attempt from `network`; how long to wait when it is not heard.
async fn attempt(db: &Database, network: String, seconds: i64) -> Option<i64> {
    let guess = Guess { email: "zoe@example.com".to_owned(), address: Some(network) };
    let begin = move |tx: &mut Tx<'_>| begin_sign_in(tx, &at(seconds), &guess);
    match db.write(begin).await.and_then(Turn::now) {
        Ok(_) => None,
        Err(TooSoon::Wait(wait)) => Some(wait.as_secs()),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn strangers_without_pause_keep_an_owner_who_waits_as_told_from_a_new_network_for_a_minute_at_most()
{
    on_both(async |db| {
        register(&db).await;
        let mut heard = 0;
        for number in 0..60 {
            heard += i64::from(attempt(&db, format!("10.0.0.{number}"), number).await.is_none());
        }
        assert_eq!(heard, 10, "the free ones, and nobody has waited yet");
        let (mut now, mut told) = (60, Vec::new());
        while let Some(wait) = attempt(&db, "198.51.100.7".to_owned(), now).await {
            told.push(wait);
            for second in now..now + wait {
                attempt(&db, format!("10.0.{}.{}", second / 250, second % 250), second).await;
            }
            now += wait;
        }
        assert!(now - 60 <= 60, "{told:?}");
    });
}

#[test]
fn a_network_that_was_refused_is_known_to_wait_from_then_on() {
    on_both(async |db| {
        register(&db).await;
        for number in 0..10 {
            assert_eq!(attempt(&db, format!("10.0.0.{number}"), 0).await, None);
        }
        assert_eq!(attempt(&db, "192.0.2.1".to_owned(), 0).await, Some(60));
        assert_eq!(attempt(&db, "192.0.2.1".to_owned(), 20).await, Some(40));
        assert_eq!(attempt(&db, "192.0.2.2".to_owned(), 29).await, Some(60));
        assert_eq!(attempt(&db, "192.0.2.1".to_owned(), 30).await, None);
    });
}

pub(super) fn entry(person: PersonId, password_set_at: Option<Timestamp>) -> Entry {
    Entry {
        person,
        methods: vec![Method::Password],
        user_agent: "curl".to_owned(),
        network: "192.0.2.1".to_owned(),
        guess: None,
        held: None,
        password_set_at,
        by: None,
    }
}
