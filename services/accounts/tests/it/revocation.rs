//! A session that was ended is refused by every sibling within five seconds, on one replica and on two,
//! whatever the databases are.

use crate::{
    Place,
    replicas::{Replica, at},
};
use std::{net::SocketAddr, time::Duration};
use testkit::{Browser, TestDatabase, within};

async fn refused_at(doors: &[SocketAddr], ended: &Browser) {
    for door in doors {
        for service in ["orderhub", "accounts"] {
            within(Duration::from_secs(5), "the ended session is refused", async || {
                let status = at(*door, &mut ended.clone(), service, "/api/v1/me").await.status;
                (status == 401).then_some(())
            })
            .await;
        }
    }
}

/// One session by its owner elsewhere, then all the others at once.
async fn sessions_end_everywhere(own: &[(&str, &str)]) {
    let place = Place::open_set(own).await;
    let replica = Replica::of(&place).await;
    for doors in [vec![place.address], vec![place.address, replica.address]] {
        let (mut here, one) = (place.ana().await, place.ana().await);
        let others = [place.ana().await, place.ana().await];
        for door in &doors {
            for person in [&here, &one, &others[0], &others[1]] {
                let answer = at(*door, &mut person.clone(), "orderhub", "/api/v1/me").await;
                assert_eq!(answer.body, "Ana");
            }
        }
        let list = one.clone().get("accounts", "/sessions").await.body;
        let own = list.split("This device").nth(1).unwrap();
        let id = &own[own.find("ses_").unwrap()..][..36];
        assert_eq!(here.post("accounts", "/sessions/end", &[("session", id)]).await.status, 303);
        refused_at(&doors, &one).await;
        here.post("accounts", "/sessions/end-others", &[]).await;
        for other in &others {
            refused_at(&doors, other).await;
        }
        let still = at(doors[doors.len() - 1], &mut here, "orderhub", "/api/v1/me").await;
        assert_eq!(still.body, "Ana");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_sqlite() {
    sessions_end_everywhere(&[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_one_postgres_database_with_a_schema_each() {
    let Some(target) = TestDatabase::postgres() else { return };
    let database::Location::Postgres { url, .. } = &target.location else { return };
    sessions_end_everywhere(&[("database.url", url), ("database.layout", "shared")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_postgres_database_each() {
    let Some(target) = TestDatabase::postgres() else { return };
    let database::Location::Postgres { url, .. } = &target.location else { return };
    sessions_end_everywhere(&[("database.url", url)]).await;
    let (server, name) = url.rsplit_once('/').unwrap();
    let server = format!("{server}/postgres");
    let drops = ["accounts", "orderhub"]
        .map(|service| format!("DROP DATABASE IF EXISTS {name}_{service} WITH (FORCE)"));
    // Off the test's own runtime: the driver is synchronous.
    let dropping = std::thread::spawn(move || {
        let mut client = database::connect_to_postgres(&server).unwrap();
        drops.iter().for_each(|drop| client.batch_execute(drop).unwrap());
    });
    dropping.join().unwrap();
}
