//! A kitchen's screen: connected by WebSocket, it comes back with `?after=` whenever it is cut, and
//! remembers all that it was shown.

use futures_util::StreamExt;
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Instant,
};
use tokio::{sync::mpsc::UnboundedSender, task::JoinHandle};
use tokio_tungstenite::tungstenite::Message;

use crate::client::{Caller, Socket};

/// What a screen was shown.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// The place of the first frame, a whole board.
    pub(crate) began: Option<u64>,
    /// The place of the newest frame.
    pub(crate) seq: Option<u64>,
    /// When the ticket of an order was shown first.
    pub(crate) orders: HashMap<String, Instant>,
    /// By ticket, its version; none when a whole board came without it.
    pub(crate) tickets: HashMap<String, Option<u64>>,
    /// Close codes, in order; 0 for a connection that broke.
    pub(crate) closes: Vec<u16>,
    /// Frames that came twice or back to front.
    pub(crate) doubles: Vec<String>,
    /// Frames of another kitchen.
    pub(crate) strangers: Vec<String>,
}

/// A screen that looks on until it is dropped.
pub(crate) struct Screen {
    shown: Arc<Mutex<Shown>>,
    watching: JoinHandle<()>,
    /// Whose.
    pub(crate) restaurant: String,
}

impl Screen {
    /// Hangs it up; `tell` hears of each ticket that is shown.
    pub(crate) fn watch(
        caller: Caller,
        restaurant: &str,
        tell: Option<UnboundedSender<Value>>,
    ) -> Self {
        let shown = Arc::<Mutex<Shown>>::default();
        let (told, restaurant) = (shown.clone(), restaurant.to_owned());
        let whose = restaurant.clone();
        let watching = tokio::spawn(async move {
            let mut caller = caller;
            loop {
                let after =
                    told.lock().unwrap().seq.map_or(String::new(), |seq| format!("?after={seq}"));
                let path = format!("/restaurants/{whose}/tickets/stream{after}");
                match caller.socket("prepstation", &path).await {
                    Ok(socket) => follow(socket, &whose, &told, tell.as_ref()).await,
                    Err(error) if error.contains("401") => {
                        caller = caller.signed_in(crate::kitchens::OWNER).await;
                    }
                    Err(_) => {}
                }
                testkit::pause().await;
            }
        });
        Self { shown, watching, restaurant }
    }

    /// What it was shown until now.
    pub(crate) fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

async fn follow(
    mut socket: Socket,
    restaurant: &str,
    shown: &Mutex<Shown>,
    tell: Option<&UnboundedSender<Value>>,
) {
    let code = loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                let frame: Value = serde_json::from_str(&text).unwrap();
                let tickets = shown.lock().unwrap().take_in(&frame, restaurant);
                for ticket in tickets {
                    tell.map(|tell| tell.send(ticket));
                }
            }
            Some(Ok(Message::Close(Some(close)))) => break close.code.into(),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => break 0,
        }
    };
    shown.lock().unwrap().closes.push(code);
}

impl Shown {
    /// Takes in a frame; the tickets in it.
    fn take_in(&mut self, frame: &Value, restaurant: &str) -> Vec<Value> {
        let Some(seq) = frame["seq"].as_u64() else { return Vec::new() };
        let tickets = if frame["type"] == "snapshot" {
            // What it lacks is over; which version that was is not said.
            self.tickets.values_mut().for_each(|version| *version = None);
            frame["tickets"].as_array().unwrap().clone()
        } else {
            if self.seq.is_some_and(|last| seq <= last) {
                self.doubles.push(format!("{seq} after {:?}", self.seq));
            }
            vec![frame["ticket"].clone()]
        };
        self.seq = Some(seq);
        self.began.get_or_insert(seq);
        let now = Instant::now();
        for ticket in &tickets {
            if ticket["restaurant_id"] != restaurant {
                self.strangers.push(ticket.to_string());
            }
            let text = |key: &str| ticket[key].as_str().unwrap().to_owned();
            self.orders.entry(text("order_id")).or_insert(now);
            self.tickets.insert(text("id"), ticket["version"].as_u64());
        }
        tickets
    }
}
