//! The use-cases of apps on both engines, called directly.

mod limits;

use super::*;
use crate::{
    MIGRATIONS,
    domain::{
        authorization::{Asked, Prompt},
        scope::scopes,
        signing::SigningAlgorithm,
    },
    rsa_key::{RsaKey, tests::fresh},
    store::{
        clients::{self, Client},
        consents, rsa_keys,
    },
    usecases::{
        NotRotated, Rotated, Urgency, erase_person, prepare_keys, prepare_rsa_keys, prune,
        rotate_keys,
        tests::{sign_up, zoe},
    },
};
use database::{Database, sql};
use kernel::{
    Random,
    ids::{ClientId, PersonId},
};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const URI: &str = "https://app.example.com/";
const DAY: i64 = 24 * 60 * 60;

fn at(seconds: i64) -> Env {
    let now = Timestamp::from_second(1_800_000_000 + seconds).unwrap();
    Env::new(now, Random::system())
}

fn on_both(test: impl AsyncFn(Database)) {
    testkit::on_each_engine(&[MIGRATIONS, outbox::MIGRATIONS], test);
}

struct Known {
    person: PersonId,
    client: Client,
    request: Authorizing,
}

/// Zoë at an app, at the second 0.
async fn known(db: &Database, scope: &str) -> Known {
    let who = db.write(|tx| sign_up(tx, &at(0), &zoe())).await.unwrap().unwrap();
    let new = NewClient {
        name: "App".to_owned(),
        confidential: true,
        redirect_uris: vec![URI.to_owned()],
        post_logout_uris: Vec::new(),
        algorithm: SigningAlgorithm::default(),
    };
    let (client, _) = db.write(move |tx| add_client(tx, &at(0), &new)).await.unwrap();
    let asked = Asked {
        scopes: scopes(scope),
        challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned(),
        nonce: None,
        prompt: Prompt::default(),
        max_age: None,
        login_hint: String::new(),
        id_token_hint: None,
    };
    let request = Authorizing {
        client: client.id,
        redirect_uri: URI.to_owned(),
        asked,
        asked_at: at(0).now,
        who: Some((who.person_id, who.session_id)),
        expected: None,
        consented: true,
        step: None,
        address: None,
    };
    Known { person: who.person_id, client, request }
}

async fn code(db: &Database, known: &Known, second: i64) -> Redeeming {
    let request = known.request.clone();
    let done = db.write(move |tx| authorize(tx, &at(second), &request)).await.unwrap();
    let Authorized::Code(code) = done else { panic!("{done:?}") };
    let verifier = VERIFIER.to_owned();
    Redeeming { client: known.client.id, code, redirect_uri: URI.to_owned(), verifier }
}

async fn redeem(db: &Database, request: &Redeeming, second: i64) -> Exchange {
    let request = request.clone();
    db.write(move |tx| redeem_code(tx, &at(second), &request)).await.unwrap()
}

async fn refresh(db: &Database, known: &Known, token: &str, second: i64) -> Exchange {
    let (client, token) = (known.client.id, token.to_owned());
    db.write(move |tx| refresh_tokens(tx, &at(second), client, &token)).await.unwrap()
}

fn issued(exchange: Exchange) -> Issue {
    let Exchange::Issued(issue) = exchange else { panic!("{exchange:?}") };
    *issue
}

#[test]
fn what_is_missing_is_said_in_the_order_that_a_person_meets_it() {
    on_both(async |db| {
        let known = known(&db, "openid").await;
        let ask = async |change: fn(&mut Authorizing)| {
            let mut request = known.request.clone();
            request.consented = false;
            change(&mut request);
            db.write(move |tx| authorize(tx, &at(60), &request)).await.unwrap()
        };
        assert_eq!(ask(|request| request.who = None).await, Authorized::MustSignIn);
        let stranger = ask(|request| request.expected = Some(at(1).id())).await;
        assert_eq!(stranger, Authorized::MustProve);
        let again = ask(|request| {
            request.asked.prompt.login = true;
            request.asked_at = at(30).now;
        });
        assert_eq!(again.await, Authorized::MustProve);
        assert_eq!(ask(|_| ()).await, Authorized::MustConsent);
        assert!(matches!(ask(|request| request.consented = true).await, Authorized::Code(_)));
        assert!(matches!(ask(|_| ()).await, Authorized::Code(_)), "it is remembered");
        let more = ask(|request| request.asked.scopes = scopes("openid email"));
        assert_eq!(more.await, Authorized::MustConsent);
        assert_eq!(ask(|request| request.client = at(1).id()).await, Authorized::NoClient);
    });
}

#[test]
fn of_many_who_redeem_or_refresh_at_once_one_is_first() {
    on_both(async |db| {
        let known = known(&db, "openid").await;
        let first = issued(redeem(&db, &code(&db, &known, 0).await, 1).await);
        let all: Vec<_> = (0..32)
            .map(|_| {
                let (db, client) = (db.clone(), known.client.id);
                let token = first.refresh_token.clone();
                tokio::spawn(async move {
                    db.write(move |tx| refresh_tokens(tx, &at(2), client, &token)).await.unwrap()
                })
            })
            .collect();
        let mut successors = std::collections::BTreeSet::new();
        for one in all {
            successors.insert(issued(one.await.unwrap()).refresh_token);
        }
        assert_eq!(successors.len(), 1);
    });
}

#[test]
fn a_refresh_token_shown_again_ends_the_family_and_what_it_had() {
    on_both(async |db| {
        let known = known(&db, "openid").await;
        let first = issued(redeem(&db, &code(&db, &known, 0).await, 1).await);
        let second = issued(refresh(&db, &known, &first.refresh_token, 10).await);
        let third = issued(refresh(&db, &known, &second.refresh_token, 20).await);
        let stolen = refresh(&db, &known, &first.refresh_token, 21).await;
        assert!(matches!(stolen, Exchange::Refused(_)), "{stolen:?}");
        let last = refresh(&db, &known, &third.refresh_token, 21).await;
        assert!(matches!(last, Exchange::Refused(_)), "{last:?}");
        let token = third.access_token;
        let found = db.read(move |tx| grant_of_access(tx, &token, at(21).now)).await.unwrap();
        assert_eq!(found, None);
    });
}

#[test]
fn a_family_ends_after_90_days_and_one_that_nobody_uses_after_30() {
    on_both(async |db| {
        let known = known(&db, "openid offline_access").await;
        let mut token = issued(redeem(&db, &code(&db, &known, 0).await, 1).await).refresh_token;
        for day in [29, 58, 87] {
            token = issued(refresh(&db, &known, &token, day * DAY).await).refresh_token;
        }
        let over = refresh(&db, &known, &token, 90 * DAY).await;
        assert!(matches!(over, Exchange::Refused(_)), "{over:?}");
        let idle = issued(redeem(&db, &code(&db, &known, 0).await, 1).await).refresh_token;
        let over = refresh(&db, &known, &idle, 31 * DAY).await;
        assert!(matches!(over, Exchange::Refused(_)), "{over:?}");
    });
}

#[test]
fn nothing_of_an_erased_person_or_a_removed_app_is_left() {
    let counts = async |db: &Database| -> (i64, i64, i64, i64, i64) {
        db.read(|tx| {
            tx.one(sql!("SELECT (SELECT COUNT(*) FROM oauth_consents), (SELECT COUNT(*) FROM oauth_grants), (SELECT COUNT(*) FROM oauth_codes), (SELECT COUNT(*) FROM oauth_access_tokens), (SELECT COUNT(*) FROM oauth_refresh_tokens)"), &[])
        })
        .await
        .map_err(|error: database::Error| error)
        .unwrap()
    };
    on_both(async |db| {
        let known = known(&db, "openid").await;
        issued(redeem(&db, &code(&db, &known, 0).await, 1).await);
        assert_eq!(counts(&db).await, (1, 1, 1, 1, 1));
        let person = known.person;
        db.write(move |tx| erase_person(tx, &at(2), person)).await.unwrap();
        assert_eq!(counts(&db).await, (0, 0, 0, 0, 0));
    });
    on_both(async |db| {
        let known = known(&db, "openid").await;
        issued(redeem(&db, &code(&db, &known, 0).await, 1).await);
        let (person, client) = (known.person, known.client.id);
        db.write(move |tx| withdraw_consent(tx, &at(2), person, client)).await.unwrap();
        let left = db.read(move |tx| consents::of_person(tx, person)).await;
        assert_eq!(left.map_err(|error: database::Error| error).unwrap(), []);
        assert!(db.write(move |tx| remove_client(tx, &at(3), client)).await.unwrap());
        assert_eq!(counts(&db).await, (0, 0, 0, 0, 0));
    });
}

#[test]
fn no_grant_outlives_a_consent_that_is_withdrawn_while_it_is_made() {
    on_both(async |db| {
        let known = known(&db, "openid offline_access").await;
        for second in 0..12 {
            code(&db, &known, second).await;
            let (person, client) = (known.person, known.client.id);
            let request = Authorizing { consented: false, ..known.request.clone() };
            let all: Vec<_> = (0..6)
                .map(|_| {
                    let (db, request) = (db.clone(), request.clone());
                    tokio::spawn(async move {
                        let ask = move |tx: &mut Tx<'_>| authorize(tx, &at(second), &request);
                        db.write(ask).await.unwrap()
                    })
                })
                .collect();
            let withdraw = move |tx: &mut Tx<'_>| withdraw_consent(tx, &at(second), person, client);
            db.write(withdraw).await.unwrap();
            for one in all {
                one.await.unwrap();
            }
            let living: Result<(i64,), database::Error> = db
                .read(|tx| {
                    tx.one(sql!("SELECT COUNT(*) FROM oauth_grants WHERE ended_at IS NULL"), &[])
                })
                .await;
            assert_eq!(living.unwrap(), (0,));
        }
    });
}

#[test]
fn old_tokens_are_forgotten_and_the_living_stay() {
    on_both(async |db| {
        let known = known(&db, "openid offline_access").await;
        let issue = issued(redeem(&db, &code(&db, &known, 0).await, 1).await);
        code(&db, &known, 0).await;
        // The access token, and the code that nobody fetched.
        assert_eq!(db.write(|tx| prune(tx, &at(3600))).await.unwrap(), 2);
        let next = issued(refresh(&db, &known, &issue.refresh_token, 3600).await).refresh_token;
        let (client, token) = (known.client.id, next.clone());
        db.write(move |tx| revoke_token(tx, &at(3601), client, &token)).await.unwrap();
        let over = refresh(&db, &known, &next, 3602).await;
        assert!(matches!(over, Exchange::Refused(_)), "{over:?}");
        assert!(db.write(|tx| prune(tx, &at(2 * DAY))).await.unwrap() > 0);
    });
}

#[test]
fn of_two_rotations_at_once_one_is_too_soon_and_an_old_key_is_published_for_a_month() {
    on_both(async |db| {
        db.write(|tx| prepare_keys(tx, &at(0), "http://a")).await.unwrap();
        let rotate = |second: i64| {
            let db = db.clone();
            let turn = Urgency::InTurn;
            async move { db.write(move |tx| rotate_keys(tx, &at(second), "http://a", turn, &[])).await }
        };
        assert!(rotate(899).await.is_err());
        let (one, two) = tokio::join!(rotate(900), rotate(900));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let keyring = db.read(|tx| crate::usecases::keyring(tx, "http://a")).await.unwrap();
        let keyring = keyring.unwrap();
        assert_eq!(keyring.document.keys.len(), 3);
        assert_eq!(keyring.document.keys[0].kid, keyring.signer.kid());
        assert_eq!(db.write(|tx| prune(tx, &at(30 * DAY))).await.unwrap(), 0);
        assert_eq!(db.write(|tx| prune(tx, &at(32 * DAY))).await.unwrap(), 1);
        let stolen = Urgency::Stolen;
        let replaced = db.write(move |tx| rotate_keys(tx, &at(0), "http://a", stolen, &[])).await;
        assert!(matches!(replaced.unwrap(), Rotated::Replaced { .. }));
        let after = db.read(|tx| crate::usecases::keyring(tx, "http://a")).await.unwrap().unwrap();
        assert_eq!(after.document.keys.len(), 2);
        assert!(after.standings.iter().all(|key| !keyring.standings.contains(key)));
    });
}

#[test]
fn keys_for_rs256_are_rotated_with_the_others_and_their_secrets_go() {
    on_both(async |db| {
        db.write(|tx| prepare_keys(tx, &at(0), "http://a")).await.unwrap();
        let first = fresh::<2>().await;
        let [current, next] = first.each_ref().map(|key| key.kid.clone());
        // The second time they are there already.
        for keys in [first.to_vec(), first.iter().rev().cloned().collect()] {
            db.write(move |tx| prepare_rsa_keys(tx, &at(600), &keys)).await.unwrap();
        }
        let kept = async || db.read(rsa_keys::all).await.unwrap();
        let standing = |rows: &[rsa_keys::KeptRsaKey]| -> Vec<(String, String)> {
            rows.iter().map(|key| (key.kid.clone(), key.standing.clone())).collect()
        };
        let pair = |kid: &str, standing: &str| (kid.to_owned(), standing.to_owned());
        assert_eq!(standing(&kept().await), [pair(&current, "current"), pair(&next, "next")]);

        let [third] = fresh().await;
        let new = third.kid.clone();
        let rotate = async |second: i64, urgency: Urgency, fresh: Vec<RsaKey>| {
            db.write(move |tx| rotate_keys(tx, &at(second), "http://a", urgency, &fresh)).await
        };
        let early = rotate(900, Urgency::InTurn, vec![third.clone()]).await;
        assert!(matches!(early, Err(NotRotated::TooSoon(_))), "RSA keys are published since 600");
        let Rotated::InTurn { current: signing } =
            rotate(1500, Urgency::InTurn, vec![third.clone()]).await.unwrap()
        else {
            panic!("in turn");
        };
        assert_eq!((signing.len(), &signing[1]), (2, &next));
        let rows = kept().await;
        let expected = [pair(&next, "current"), pair(&new, "next"), pair(&current, "previous")];
        assert_eq!(standing(&rows), expected);
        assert!(rows[2].secret.is_empty() && !rows[0].secret.is_empty());
        let before = db.read(|tx| crate::usecases::keyring(tx, "http://a")).await.unwrap().unwrap();
        assert_eq!(before.rsa_document.len(), 3);
        assert!(db.write(|tx| prune(tx, &at(1500 + 32 * DAY))).await.unwrap() >= 2);
        assert_eq!(kept().await.len(), 2);

        rotate(0, Urgency::Stolen, fresh::<2>().await.to_vec()).await.unwrap();
        let after = db.read(|tx| crate::usecases::keyring(tx, "http://a")).await.unwrap().unwrap();
        assert_eq!((after.document.keys.len(), after.rsa_document.len()), (2, 2));
        assert!(after.standings.iter().all(|key| !before.standings.contains(key)));
    });
}

#[test]
fn an_app_of_the_version_before_keeps_eddsa() {
    on_both(async |db| {
        let id: ClientId = at(0).id();
        let old = move |tx: &mut Tx<'_>| {
            tx.execute(
                sql!("INSERT INTO oauth_clients (id, name, redirect_uris, post_logout_uris, created_at) VALUES ($1, $2, $3, $3, $4)"),
                &[&id, &"Old", &"[]", &at(0).now],
            )
        };
        let added: Result<u64, database::Error> = db.write(old).await;
        assert_eq!(added.unwrap(), 1);
        let found = db.read(move |tx| clients::by_id(tx, id)).await.unwrap().unwrap();
        assert_eq!(found.algorithm, SigningAlgorithm::EdDsa);
        let new = known(&db, "openid").await.client;
        assert_eq!(new.algorithm, SigningAlgorithm::Rs256, "a new one");
    });
}
