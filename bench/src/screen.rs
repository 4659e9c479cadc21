//! From "order acknowledged" to "ticket on a connected kitchen screen", at a steady rate.

use crate::{
    Outcome,
    basket::{self, Baskets},
    http::{self, Connection},
    load::{Load, percentile},
    town::Town,
};
use futures_util::{StreamExt, future::try_join_all};
use serde_json::{Value, json};
use std::{
    cell::RefCell,
    collections::HashMap,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

/// Guests that order at the same time.
const LANES: usize = 32;
/// After the last order, frames are waited for so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was measured.
pub(crate) struct Screen {
    /// Orders a second that were really acknowledged.
    pub(crate) rate: f64,
    /// Orders whose ticket the screen should show.
    pub(crate) orders: usize,
    /// Orders whose ticket never came.
    pub(crate) missing: usize,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    pub(crate) max: Duration,
    /// From the request to its acknowledgement.
    pub(crate) acknowledged_p99: Duration,
}

#[derive(Default)]
struct Times {
    /// Whose screen it is.
    restaurant: String,
    all: usize,
    answers: Vec<Duration>,
    acknowledged: HashMap<String, Instant>,
    shown: HashMap<String, Instant>,
}

/// Where the orders of a measurement go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spread {
    /// Each second one to *Trattoria Lupo*, the others to all that are open.
    Town,
    /// All to *Trattoria Lupo*.
    OneKitchen,
}

/// Orders at a steady rate; those at *Trattoria Lupo* must show on its one screen.
pub(crate) async fn measure(
    town: &Town,
    spread: Spread,
    rate: u32,
    length: Duration,
) -> Outcome<Screen> {
    let restaurant = basket::get(town, "/api/v1/restaurants/trattoria-lupo").await?;
    let mut baskets = Baskets::of(town, &restaurant["id"]).await?;
    if spread == Spread::Town {
        baskets = baskets.beside(&Baskets::spread(town).await?);
    }
    let baskets = Rc::new(baskets);
    let mut socket = connect(town, &restaurant["id"]).await?;
    let load = Load { town, baskets: &baskets, name: "screen", connections: LANES };
    let id = restaurant["id"].as_str().unwrap_or_default().to_owned();
    let times = RefCell::new(Times { restaurant: id, ..Times::default() });
    let begun = Instant::now();
    let ordering = async {
        order(&load, rate, length, &times).await?;
        Ok::<_, String>(begun.elapsed())
    };
    tokio::pin!(ordering);
    let took = loop {
        tokio::select! {
            done = &mut ordering => break done?,
            frame = socket.next() => note(frame, &times)?,
        }
    };
    let given_up = Instant::now() + PATIENCE;
    while times.borrow().missing() > 0 {
        let next = tokio::time::timeout_at(given_up.into(), socket.next());
        let Ok(frame) = next.await else { break };
        note(frame, &times)?;
    }
    let screen = times.borrow().screen(took);
    Ok(screen)
}

/// Each lane takes every `LANES`th slot of the timetable, late or not.
async fn order(
    load: &Load<'_>,
    rate: u32,
    length: Duration,
    times: &RefCell<Times>,
) -> Outcome<()> {
    let mut lanes = Vec::new();
    for number in 0..LANES {
        lanes.push((number, load.lane(number).await?));
    }
    let (begin, slot) = (Instant::now(), Duration::from_secs(1) / rate);
    let lives = lanes.into_iter().map(async |(number, mut lane)| {
        let mut due = begin + slot * u32::try_from(number).unwrap_or_default();
        while due < begin + length {
            tokio::time::sleep_until(due.into()).await;
            let sent = Instant::now();
            let (number, body) = lane.order().await?;
            let acknowledged = Instant::now();
            let order: Value = serde_json::from_slice(&body).map_err(|e| e.to_string())?;
            let id = order["id"].as_str().unwrap_or_default().to_owned();
            let mut times = times.borrow_mut();
            times.all += 1;
            times.answers.push(acknowledged - sent);
            if load.baskets.restaurant(number) == times.restaurant {
                times.acknowledged.insert(id, acknowledged);
            }
            due += slot * u32::try_from(LANES).unwrap_or_default();
        }
        Ok::<_, String>(())
    });
    try_join_all(lives).await?;
    Ok(())
}

type Frame = Option<Result<Message, tokio_tungstenite::tungstenite::Error>>;

fn note(frame: Frame, times: &RefCell<Times>) -> Outcome<()> {
    let now = Instant::now();
    let text = match frame {
        Some(Ok(Message::Text(text))) => text,
        Some(Ok(Message::Close(close))) => return Err(format!("the screen was cut: {close:?}")),
        Some(Ok(_)) => return Ok(()),
        Some(Err(error)) => return Err(format!("the screen: {error}")),
        None => return Err("the screen's connection ended".to_owned()),
    };
    let frame: Value = serde_json::from_str(&text).map_err(|e| format!("a frame: {e}"))?;
    if let Some(order) = frame["ticket"]["order_id"].as_str() {
        times.borrow_mut().shown.entry(order.to_owned()).or_insert(now);
    }
    Ok(())
}

impl Times {
    fn missing(&self) -> usize {
        self.acknowledged.keys().filter(|order| !self.shown.contains_key(*order)).count()
    }

    fn screen(&self, took: Duration) -> Screen {
        let sorted = |mut times: Vec<Duration>| {
            times.sort_unstable();
            times
        };
        // A ticket may be on the screen before the guest's answer has come: that is no wait.
        let waits = self.acknowledged.iter().filter_map(|(order, acknowledged)| {
            Some(self.shown.get(order)?.saturating_duration_since(*acknowledged))
        });
        let waits = sorted(waits.collect());
        Screen {
            rate: self.all as f64 / took.as_secs_f64(),
            orders: self.acknowledged.len(),
            missing: self.missing(),
            p50: percentile(&waits, 0.5),
            p99: percentile(&waits, 0.99),
            max: percentile(&waits, 1.0),
            acknowledged_p99: percentile(&sorted(self.answers.clone()), 0.99),
        }
    }
}

/// The owner's screen.
async fn connect(town: &Town, restaurant: &Value) -> Outcome<WebSocketStream<TcpStream>> {
    let token = sign_in(town).await?;
    let id = restaurant.as_str().unwrap_or_default();
    let host = town.host("prepstation");
    let address = format!("ws://{host}/api/v1/restaurants/{id}/tickets/stream");
    let mut request = address.into_client_request().map_err(|e| e.to_string())?;
    let bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|e| e.to_string())?;
    request.headers_mut().insert("authorization", bearer);
    let stream = TcpStream::connect(("127.0.0.1", town.port)).await.map_err(|e| e.to_string())?;
    stream.set_nodelay(true).map_err(|e| e.to_string())?;
    let (socket, _) =
        client_async(request, stream).await.map_err(|e| format!("the ticket stream: {e}"))?;
    Ok(socket)
}

/// The token of the owner of *Trattoria Lupo*.
pub(crate) async fn sign_in(town: &Town) -> Outcome<String> {
    let body = json!({"email": "owner@demo.test", "password": "comanda-demo"}).to_string();
    let request = http::post(&town.host("accounts"), "/api/v1/sessions", "bench-sign-in", &body);
    let answer = Connection::open(town.port).await?.send(&request).await?.json(201)?;
    answer["token"].as_str().map(str::to_owned).ok_or("no token".to_owned())
}
