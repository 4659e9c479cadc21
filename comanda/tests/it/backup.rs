//! A back-up of a busy town, restored elsewhere.

use crate::{
    crowd::{Crowd, assert_one_ticket_each, eventually_long, open, orders},
    photos::put,
    town::{Comanda, comanda, free_port},
};
use database::Location;

const ORDERS: usize = 600;

#[tokio::test(flavor = "multi_thread")]
async fn a_back_up_under_load_has_each_order_acknowledged_before_it_once_with_its_ticket() {
    let (data, safe) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let town = Comanda::up_with_embedded_broker(data.path());
    let crowd = Crowd::start(town.client(), "backup", ORDERS).await;
    eventually_long("a busy town", async || (crowd.placed().len() >= ORDERS / 3).then_some(()))
        .await;
    let owner = town.client().signed_in("owner@demo.test").await;
    let (status, hung) = put(&owner, "/restaurants/trattoria-lupo/photo").await;
    assert_eq!(status, reqwest::StatusCode::OK, "{hung}");
    let before = crowd.placed();
    let folder = safe.path().join("tuesday");
    let arguments =
        ["backup", folder.to_str().unwrap(), "--data-dir", data.path().to_str().unwrap()];
    let done = comanda(&arguments).await;
    assert!(done.succeeded, "{}", done.said);
    assert!(done.said.contains("broker.db"), "{}", done.said);
    let again = comanda(&arguments).await;
    assert!(!again.succeeded && again.said.contains("is there already"), "{}", again.said);
    town.kill();
    drop(crowd);

    let embedded = [("COMANDA_BROKER_URL", "embedded:".to_owned())];
    let restored = Comanda::start(&["up"], &folder, free_port(), &embedded);
    let database = |service: &str| open(&Location::File(folder.join(format!("{service}.db"))));
    let kept = orders(&database("orderhub")).await;
    for order in &before {
        assert_eq!(kept.iter().filter(|kept| *kept == order).count(), 1, "{order}");
    }
    assert_one_ticket_each(&kept, &database("prepstation")).await;
    let served = format!("/photos/{}-900.jpg", hung["name"].as_str().unwrap());
    let photo = restored.client().request(reqwest::Method::GET, "orderhub", &served);
    assert_eq!(photo.send().await.unwrap().status(), reqwest::StatusCode::OK);
    // Life goes on.
    let crowd = Crowd::start(restored.client(), "after", 8).await;
    assert_eq!(crowd.done().await.len(), 8);
}
