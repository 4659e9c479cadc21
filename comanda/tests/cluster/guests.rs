//! Guests who order at a steady rate, as long as the town keeps up, and try again with the same key
//! until there is an answer.

use kernel::ids::OrderId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::{Mutex as Turnstile, watch},
    task::JoinHandle,
    time::{Interval, MissedTickBehavior},
};

use crate::{
    client::Caller,
    kitchens::Kitchen,
    records::Records,
    size::{BEHIND, CANCELLED, GUESTS},
    town::Town,
};

/// An order that was acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct Acknowledged {
    /// Its id as it was told, `ord_…`.
    pub(crate) text: String,
    /// The same as the database keeps it.
    pub(crate) id: OrderId,
    /// What the guest was told to pay, in minor units.
    pub(crate) total: i64,
    /// When the answer had come.
    pub(crate) at: Instant,
}

/// All guests of a phase.
pub(crate) struct Guests {
    placed: Arc<Mutex<Vec<Acknowledged>>>,
    lives: Vec<JoinHandle<()>>,
    next: Arc<AtomicUsize>,
    /// Looks how far behind the town is.
    watching: JoinHandle<()>,
    behind: watch::Receiver<u64>,
}

impl Guests {
    /// Orders so many, one after the other at each kitchen. `name` tells their keys from others'.
    pub(crate) fn start(
        town: &Town,
        kitchens: &[Kitchen],
        name: &'static str,
        (orders, rate): (usize, u32),
    ) -> Self {
        let placed = Arc::<Mutex<Vec<_>>>::default();
        let kitchens: Arc<[Kitchen]> = kitchens.into();
        let next = Arc::new(AtomicUsize::new(0));
        // Guests queue here: who is held up by a fault holds nobody else up.
        let mut pace = tokio::time::interval(Duration::from_secs(1) / rate);
        // Who waited comes back at the same pace, not as a flood.
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let turnstile = Arc::new(Turnstile::new(pace));
        let (watching, behind) = watch_events(&town.database);
        let lives = (0..GUESTS).map(|guest| {
            let caller = town.caller(1000 + guest);
            let (placed, kitchens) = (placed.clone(), kitchens.clone());
            let (next, turnstile) = (next.clone(), turnstile.clone());
            let mut behind = behind.clone();
            tokio::spawn(async move {
                loop {
                    pass(&turnstile, &mut behind).await;
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= orders {
                        return;
                    }
                    let body = kitchens[number % kitchens.len()].order(number / kitchens.len());
                    let order = place(&caller, &format!("{name}-{number}"), &body).await;
                    placed.lock().unwrap().push(acknowledged(&order));
                    if number % CANCELLED == 0 {
                        cancel(&caller, &order).await;
                    }
                }
            })
        });
        let lives = lives.collect();
        Self { placed, lives, next, watching, behind }
    }

    /// Acknowledged until now.
    pub(crate) fn placed(&self) -> Vec<Acknowledged> {
        self.placed.lock().unwrap().clone()
    }

    /// How many those are.
    pub(crate) fn count(&self) -> usize {
        self.placed.lock().unwrap().len()
    }

    /// Whether they wait for the town to catch up.
    pub(crate) fn are_held(&self) -> bool {
        *self.behind.borrow() > BEHIND
    }

    /// Orders no more; all of them.
    pub(crate) async fn leave(self) -> Vec<Acknowledged> {
        // No number is below this.
        self.next.store(usize::MAX / 2, Ordering::Relaxed);
        self.done().await
    }

    /// All of them.
    pub(crate) async fn done(mut self) -> Vec<Acknowledged> {
        for life in self.lives.drain(..) {
            life.await.unwrap();
        }
        self.placed()
    }
}

impl Drop for Guests {
    fn drop(&mut self) {
        self.lives.iter().chain([&self.watching]).for_each(JoinHandle::abort);
    }
}

/// One guest after the other; nobody while the town is too far behind.
async fn pass(turnstile: &Turnstile<Interval>, behind: &mut watch::Receiver<u64>) {
    let mut pace = turnstile.lock().await;
    let _ = behind.wait_for(|events| *events <= BEHIND).await;
    pace.tick().await;
}

/// How many events wait for the broker, each second.
fn watch_events(database: &str) -> (JoinHandle<()>, watch::Receiver<u64>) {
    let (say, behind) = watch::channel(0);
    let records = Records::of(database);
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    let watching = tokio::spawn(async move {
        loop {
            seconds.tick().await;
            // A database that is away says nothing.
            if let Some(events) = records.waiting().await {
                say.send_replace(events);
            }
        }
    });
    (watching, behind)
}

/// Places one order, however often that must be tried.
pub(crate) async fn place(caller: &Caller, key: &str, body: &Value) -> Value {
    loop {
        let sent = caller.send(Method::POST, "orderhub", "/orders", (key, Some(body))).await;
        match sent {
            Ok((StatusCode::CREATED, order)) => return order,
            Ok((status, answer)) if status.is_client_error() && status.as_u16() != 429 => {
                panic!("{key}: {status} {answer}");
            }
            _ => testkit::pause().await,
        }
    }
}

pub(crate) fn acknowledged(order: &Value) -> Acknowledged {
    let text = order["id"].as_str().unwrap().to_owned();
    let (id, total) = (text.parse().unwrap(), order["total"]["amount"].as_i64().unwrap());
    Acknowledged { text, id, total, at: Instant::now() }
}

/// Takes an order back; the kitchen may have been first.
async fn cancel(caller: &Caller, order: &Value) {
    let url = order["tracking_url"].as_str().unwrap();
    let query = url.split_once('?').unwrap().1;
    let path = format!("/orders/{}/cancel?{query}", order["id"].as_str().unwrap());
    let (status, answer) =
        caller.post("orderhub", &path, &json!({"reason": "changed plans"})).await;
    assert!(matches!(status, StatusCode::OK | StatusCode::CONFLICT), "{status} {answer}");
}
