//! Customers who order again and again, whatever happens to the line.

use crate::town::{Client, order_of};
use database::{Database, Error, Options, sql};
use kernel::ids::OrderId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::task::JoinHandle;

const CUSTOMERS: usize = 8;

/// Orders until it has had so many; each customer tries again with the same key until there is an
/// answer.
pub(crate) struct Crowd {
    placed: Arc<Mutex<Vec<OrderId>>>,
    customers: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// `name` tells its keys from another crowd's.
    pub(crate) async fn start(client: Client, name: &'static str, orders: usize) -> Self {
        let (restaurant, item) = client.lupo().await;
        let body = Arc::new(order_of(&restaurant, &item));
        let placed = Arc::new(Mutex::new(Vec::with_capacity(orders)));
        let customers = (0..CUSTOMERS).map(|customer| {
            let (client, body, placed) = (client.clone(), body.clone(), placed.clone());
            tokio::spawn(async move {
                for number in (customer..orders).step_by(CUSTOMERS) {
                    let key = format!("{name}-{number}");
                    let order = loop {
                        match client.place(&key, &body).await {
                            Ok(order) => break order,
                            Err(_) => testkit::pause().await,
                        }
                    };
                    let id = order["id"].as_str().unwrap().parse().unwrap();
                    placed.lock().unwrap().push(id);
                }
            })
        });
        let customers = customers.collect();
        Self { placed, customers }
    }

    /// Acknowledged until now.
    pub(crate) fn placed(&self) -> Vec<OrderId> {
        self.placed.lock().unwrap().clone()
    }

    /// All of them.
    pub(crate) async fn done(mut self) -> Vec<OrderId> {
        for customer in self.customers.drain(..) {
            customer.await.unwrap();
        }
        self.placed()
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.customers.iter().for_each(JoinHandle::abort);
    }
}

/// A running service's database, beside it.
pub(crate) fn open(location: &database::Location) -> Database {
    Database::open(location, &[], Options { readers: 1, writers: 1 }).unwrap()
}

/// How many tickets each order has.
pub(crate) async fn tickets(prepstation: &Database) -> HashMap<OrderId, i64> {
    let rows: Vec<(OrderId, i64)> = prepstation
        .read(|tx| tx.all(sql!("SELECT order_id, COUNT(*) FROM tickets GROUP BY order_id"), &[]))
        .await
        .map_err(|error: Error| error)
        .unwrap();
    rows.into_iter().collect()
}

/// All orders that orderhub knows.
pub(crate) async fn orders(orderhub: &Database) -> Vec<OrderId> {
    let all = orderhub.read(|tx| tx.all(sql!("SELECT id FROM orders ORDER BY id"), &[])).await;
    let rows: Vec<(OrderId,)> = all.map_err(|error: Error| error).unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}

/// Waits until each order has a ticket; then each has exactly one, and there is no other.
pub(crate) async fn assert_one_ticket_each(orders: &[OrderId], prepstation: &Database) {
    eventually_long("a ticket for each order", async || {
        (tickets(prepstation).await.len() >= orders.len()).then_some(())
    })
    .await;
    let tickets = tickets(prepstation).await;
    for order in orders {
        assert_eq!(tickets.get(order), Some(&1), "tickets of {order}");
    }
    assert_eq!(tickets.len(), orders.len(), "no ticket without an order");
}

/// Restarts of a debug build take a while each.
pub(crate) async fn eventually_long<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    testkit::within(std::time::Duration::from_secs(60), what, ask).await
}
