//! Signing keys change, and nobody notices; unless one was stolen.

use crate::{
    Place,
    replicas::{Replica, at},
};
use kernel::{Clock, Env, Random};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use testkit::{Browser, TestDatabase, eventually, within};

impl Place {
    pub(crate) async fn rotate(&self, stolen: bool) -> Result<String, String> {
        let context = self.town.context(accounts::SERVICE, self.settings.clone()).unwrap();
        let env = Env::new(self.clock.now(), Random::system());
        let issuer = context.site.origin().to_owned();
        let rotated = accounts::rotate_keys(&context.database, env, &issuer, stolen).await;
        rotated.map_err(|error| error.to_string())
    }
}

async fn keys(door: SocketAddr) -> Vec<String> {
    let answer = Browser::new(door).get("accounts", "/.well-known/jwks.json").await.json();
    let kid = |key: &Value| key["kid"].as_str().unwrap().to_owned();
    answer["keys"].as_array().unwrap().iter().map(kid).collect()
}

/// People who come by again and again at every door, until they are stopped.
struct Crowd {
    stop: Arc<AtomicBool>,
    turns: Arc<[AtomicU64]>,
    people: Vec<tokio::task::JoinHandle<(BTreeMap<u16, u64>, Browser)>>,
}

impl Crowd {
    async fn come(place: &Place, doors: &[SocketAddr]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let turns: Arc<[AtomicU64]> = (0..8).map(|_| AtomicU64::new(0)).collect();
        let mut people = Vec::new();
        for number in 0..turns.len() {
            let mut person = place.ana().await;
            let (stop, turns, doors) = (stop.clone(), turns.clone(), doors.to_vec());
            people.push(tokio::spawn(async move {
                let mut answers = BTreeMap::new();
                while !stop.load(Ordering::Relaxed) {
                    for door in &doors {
                        for service in ["orderhub", "accounts"] {
                            let answer = at(*door, &mut person, service, "/api/v1/me").await;
                            *answers.entry(answer.status).or_default() += 1;
                        }
                    }
                    turns[number].fetch_add(1, Ordering::Relaxed);
                }
                (answers, person)
            }));
        }
        Self { stop, turns, people }
    }

    /// Until everybody has begun and ended a turn.
    async fn pass(&self) {
        let before: Vec<u64> = self.turns.iter().map(|turn| turn.load(Ordering::Relaxed)).collect();
        eventually("everybody has come by", async || {
            let mut both = self.turns.iter().zip(&before);
            both.all(|(turn, before)| turn.load(Ordering::Relaxed) >= before + 2).then_some(())
        })
        .await;
    }

    async fn go(self) -> Vec<(BTreeMap<u16, u64>, Browser)> {
        self.stop.store(true, Ordering::Relaxed);
        let mut gone = Vec::new();
        for person in self.people {
            gone.push(person.await.unwrap());
        }
        gone
    }
}

async fn rotate_under_load(place: &Place, doors: &[SocketAddr], times: u32) {
    let crowd = Crowd::come(place, doors).await;
    for _ in 0..times {
        for _ in 0..8 {
            place.wait(120);
            crowd.pass().await;
        }
        let before = keys(doors[0]).await;
        place.rotate(false).await.unwrap();
        for door in doors {
            within(Duration::from_secs(5), "the replica follows", async || {
                let after = keys(*door).await;
                (after[0] == before[1] && after.len() == before.len() + 1).then_some(())
            })
            .await;
        }
        // Tokens of the old key and the new one meet at every verifier.
        for _ in 0..3 {
            crowd.pass().await;
            place.wait(200);
        }
    }
    let current = keys(doors[0]).await.remove(0);
    for (answers, mut person) in crowd.go().await {
        assert_eq!(answers.keys().collect::<Vec<_>>(), [&200], "{answers:?}");
        place.wait(600);
        at(doors[0], &mut person, "orderhub", "/api/v1/me").await;
        assert_eq!(kid(&person.cookies["comanda"]), current);
    }
}

fn kid(token: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_rotated_under_load_and_nobody_is_answered_401() {
    let place = Place::open().await;
    rotate_under_load(&place, &[place.address], 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_rotated_under_load_on_two_replicas_and_nobody_is_answered_401() {
    let place = Place::open().await;
    let replica = Replica::of(&place).await;
    rotate_under_load(&place, &[place.address, replica.address], 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_over_postgres() {
    let Some(target) = TestDatabase::postgres() else { return };
    let database::Location::Postgres { url, .. } = &target.location else { return };
    let place =
        Place::open_set(&[("database.url", url.as_str()), ("database.layout", "shared")]).await;
    let replica = Replica::of(&place).await;
    rotate_under_load(&place, &[place.address, replica.address], 1).await;
}

#[tokio::test]
async fn who_comes_back_a_month_after_a_rotation_is_still_signed_in() {
    let place = Place::open().await;
    let mut ana = place.ana().await;
    place.wait(15 * 60);
    place.rotate(false).await.unwrap();
    place.wait(29 * 24 * 60 * 60);
    assert_eq!(ana.get("orderhub", "/api/v1/me").await.body, "Ana");
}

#[tokio::test]
async fn a_second_rotation_that_comes_too_soon_is_refused_in_a_plain_sentence() {
    let place = Place::open().await;
    let early = place.rotate(false).await.unwrap_err();
    assert!(early.contains("rotate in 15 minutes"), "{early}");
    place.wait(15 * 60);
    assert!(place.rotate(false).await.unwrap().contains("signs from now on"));
    place.wait(14 * 60);
    let again = place.rotate(false).await.unwrap_err();
    assert!(again.contains("rotate in a minute"), "{again}");
    let two = keys(place.address).await;
    assert!(two.len() <= 3, "{two:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_stolen_key_has_signed_is_refused_everywhere_at_once_and_people_come_back() {
    let place = Place::open().await;
    let replica = Replica::of(&place).await;
    let doors = [place.address, replica.address];
    let ana = place.ana().await;
    let app = place.app("public").await;
    let code = app.code(&mut ana.clone()).await;
    let before = keys(place.address).await;
    for door in doors {
        assert_eq!(at(door, &mut ana.clone(), "orderhub", "/api/v1/me").await.status, 200);
    }
    let said = place.rotate(true).await.unwrap();
    assert!(said.contains("everybody signs in again"), "{said}");
    for door in doors {
        for service in ["orderhub", "accounts"] {
            within(Duration::from_secs(5), "the old token is refused", async || {
                let status = at(door, &mut ana.clone(), service, "/api/v1/me").await.status;
                (status == 401).then_some(())
            })
            .await;
        }
        within(Duration::from_secs(5), "the old keys are gone", async || {
            (!keys(door).await.iter().any(|kid| before.contains(kid))).then_some(())
        })
        .await;
    }
    assert_eq!(app.redeem(&place, &code).await.status, 400, "an app's code, too");
    let mut back = place.ana().await;
    for door in doors {
        within(Duration::from_secs(5), "who signs in again is known", async || {
            place.wait(1);
            (at(door, &mut back, "orderhub", "/api/v1/me").await.status == 200).then_some(())
        })
        .await;
    }
}
