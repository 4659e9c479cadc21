//! The operator's command, while the town runs.

use crate::town::{Comanda, comanda};
use reqwest::StatusCode;
use testkit::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_replaced_by_a_command_while_the_town_runs() {
    let data = tempfile::tempdir().unwrap();
    let town = Comanda::up(data.path());
    let folder = data.path().to_str().unwrap();
    let owner = town.client().signed_in("owner@demo.test").await;
    let early = comanda(&["accounts", "rotate-keys", "--data-dir", folder]).await;
    assert!(!early.succeeded && early.said.contains("rotate in 15 minutes"), "{}", early.said);
    assert_eq!(owner.get("prepstation", "/restaurants").await.0, StatusCode::OK);
    let stolen = comanda(&["accounts", "rotate-keys", "--now", "--data-dir", folder]).await;
    assert!(
        stolen.succeeded && stolen.said.contains("everybody signs in again"),
        "{}",
        stolen.said
    );
    for service in ["prepstation", "accounts"] {
        let path = if service == "accounts" { "/me" } else { "/restaurants" };
        eventually("the old token is refused", async || {
            let (status, _) = owner.get(service, path).await;
            (status == StatusCode::UNAUTHORIZED).then_some(())
        })
        .await;
    }
    eventually("the owner is back", async || {
        let back = town.client().signed_in("owner@demo.test").await;
        let (status, _) = back.get("prepstation", "/restaurants").await;
        (status == StatusCode::OK).then_some(())
    })
    .await;
}
