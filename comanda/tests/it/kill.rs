//! Power cuts: the process is killed fifty times while orders come in, and nothing that was
//! acknowledged is lost or doubled.

use crate::{
    crowd::{Crowd, assert_one_ticket_each, eventually_long, open},
    town::{Comanda, free_port},
};
use database::Location;
use std::path::Path;

const ORDERS: usize = 2000;
const KILLS: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_order_has_exactly_one_ticket_after_fifty_power_cuts() {
    let data = tempfile::tempdir().unwrap();
    let port = free_port();
    let start = |data: &Path| Comanda::start(&["up", "--demo"], data, port, &[]);
    let mut comanda = start(data.path());
    let crowd = Crowd::start(comanda.client(), "kill", ORDERS).await;
    for cut in 1..=KILLS {
        // Spread over the whole run, never twice at the same place of the work.
        let target = cut * ORDERS / (KILLS + 1) + cut % 7;
        eventually_long("orders between two cuts", async || {
            (crowd.placed().len() >= target).then_some(())
        })
        .await;
        comanda.kill();
        comanda = start(data.path());
    }
    let mut acknowledged = crowd.done().await;
    assert_eq!(acknowledged.len(), ORDERS);
    acknowledged.sort_unstable();
    acknowledged.dedup();
    assert_eq!(acknowledged.len(), ORDERS, "two keys never share an order");
    let tickets = open(&Location::File(data.path().join("prepstation.db")));
    assert_one_ticket_each(&acknowledged, &tickets).await;
    drop(comanda);
}
