//! Power cuts: the process is killed fifty times while orders come in, and nothing that was
//! acknowledged is lost or doubled.

use crate::town::{Client, Comanda, free_port, order_of};
use database::{Database, Location, Options, sql};
use kernel::ids::OrderId;
use serde_json::Value;
use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

const ORDERS: usize = 2000;
const KILLS: usize = 50;
const CUSTOMERS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_order_has_exactly_one_ticket_after_fifty_power_cuts() {
    let data = tempfile::tempdir().unwrap();
    let port = free_port();
    let start = |data: &Path| Comanda::start(&["up", "--demo"], data, port, &[]);
    let mut comanda = start(data.path());
    let (restaurant, item) = comanda.client().lupo().await;
    let body = Arc::new(order_of(&restaurant, &item));
    let placed = Arc::new(AtomicUsize::new(0));
    let customers: Vec<_> = (0..CUSTOMERS)
        .map(|customer| {
            tokio::spawn(order_again_and_again(
                Client::new(port),
                customer,
                body.clone(),
                placed.clone(),
            ))
        })
        .collect();
    for cut in 1..=KILLS {
        // Spread over the whole run, never twice at the same place of the work.
        let target = cut * ORDERS / (KILLS + 1) + cut % 7;
        eventually_long("orders between two cuts", async || {
            (placed.load(Ordering::Relaxed) >= target).then_some(())
        })
        .await;
        comanda.kill();
        comanda = start(data.path());
    }
    let mut acknowledged = Vec::new();
    for customer in customers {
        acknowledged.extend(customer.await.unwrap());
    }
    assert_eq!(acknowledged.len(), ORDERS);
    acknowledged.sort_unstable();
    acknowledged.dedup();
    assert_eq!(acknowledged.len(), ORDERS, "two keys never share an order");
    let tickets = open(data.path(), "prepstation");
    eventually_long("a ticket for each order", async || {
        (count(&tickets).await.len() >= ORDERS).then_some(())
    })
    .await;
    let tickets = count(&tickets).await;
    for order in &acknowledged {
        assert_eq!(tickets.get(order), Some(&1), "tickets of {order}");
    }
    assert_eq!(tickets.len(), ORDERS, "no ticket without an order");
    drop(comanda);
}

/// A customer on a bad line: tries again with the same key until there is an answer.
async fn order_again_and_again(
    client: Client,
    customer: usize,
    body: Arc<Value>,
    placed: Arc<AtomicUsize>,
) -> Vec<OrderId> {
    let mut orders = Vec::new();
    for number in 0..ORDERS / CUSTOMERS {
        let key = format!("kill-{customer}-{number}");
        let order = loop {
            match client.place(&key, &body).await {
                Ok(order) => break order,
                Err(_) => testkit::pause().await,
            }
        };
        placed.fetch_add(1, Ordering::Relaxed);
        orders.push(order["id"].as_str().unwrap().parse().unwrap());
    }
    orders
}

/// Restarts of a debug build take a while each.
async fn eventually_long<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    testkit::within(std::time::Duration::from_secs(60), what, ask).await
}

fn open(data: &Path, service: &str) -> Database {
    let location = Location::File(data.join(format!("{service}.db")));
    Database::open(&location, &[], Options { readers: 1, writers: 1 }).unwrap()
}

async fn count(tickets: &Database) -> HashMap<OrderId, i64> {
    let rows: Vec<(OrderId, i64)> = tickets
        .read(|tx| tx.all(sql!("SELECT order_id, COUNT(*) FROM tickets GROUP BY order_id"), &[]))
        .await
        .map_err(|error: database::Error| error)
        .unwrap();
    rows.into_iter().collect()
}
