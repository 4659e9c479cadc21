//! The kitchens of the run: each with one dish, open around the clock, with a screen that its cooks
//! work from and one that only looks on.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinHandle,
};

use crate::{
    client::Caller,
    screen::Screen,
    size::{COOKS, KITCHENS, REJECTED},
    town::Town,
};
use testkit::within;

/// Who owns all of them.
pub(crate) const OWNER: &str = "owner@demo.test";
/// Minutes to answer: the silent kitchen's are the fewest that there are.
const ANSWER_MINUTES: (u32, u32) = (15, 3);

/// What `comanda import` reads: the kitchens that cook, and the silent one at the end.
pub(crate) fn import() -> String {
    let kitchens: Vec<_> = (0..=KITCHENS)
        .map(|number| {
            json!({
                "slug": slug(number), "name": format!("Kitchen {number}"), "cuisines": ["soup"],
                "address": {"street": format!("Linzer Gasse {}", number + 60), "postcode": "5020",
                            "city": "Salzburg", "country": "AT", "lat": 47.8045, "lon": 13.0487},
                "phone": "+43 662 5550100", "zone": "Europe/Vienna", "currency": "EUR",
                "opening_hours": "24/7", "pickup": true, "delivery": null, "prep_minutes": 10,
                "staff": [{"email": OWNER, "role": "owner"}], "option_groups": {},
                "menu": [{"section": "Soups", "items": [
                    {"name": "Soup of the day", "price": 650, "tax_basis_points": 1000}]}],
            })
        })
        .collect();
    json!(kitchens).to_string()
}

fn slug(number: usize) -> String {
    format!("kitchen-{number}")
}

/// One kitchen as its guests see it.
#[derive(Debug, Clone)]
pub(crate) struct Kitchen {
    /// `rst_…`
    pub(crate) id: String,
    /// Its one dish.
    pub(crate) item: String,
}

impl Kitchen {
    /// A soup at the counter; each order is for another quantity, so that totals differ.
    pub(crate) fn order(&self, number: usize) -> Value {
        json!({
            "restaurant_id": self.id, "kind": "pickup", "when": "asap",
            "lines": [{"item_id": self.item, "quantity": 1 + number % 9, "options": [],
                       "note": "", "if_unavailable": "remove"}],
            "contact": {"name": "Mira", "phone": "+43 662 5550199"},
            "payment": {"kind": "on_handover"},
        })
    }
}

/// Waits until guests can order at all kitchens; those that cook, and the silent one.
pub(crate) async fn open(town: &Town) -> (Vec<Kitchen>, Kitchen) {
    let owner = town.caller(0).signed_in(OWNER).await;
    let mut all = join_all((0..=KITCHENS).map(|number| find(&owner, slug(number)))).await;
    for (number, kitchen) in all.iter().enumerate() {
        let minutes = if number == KITCHENS { ANSWER_MINUTES.1 } else { ANSWER_MINUTES.0 };
        let path = format!("/restaurants/{}", kitchen.id);
        let change = json!({"answer_minutes": minutes});
        let (status, answer) =
            owner.until_served(Method::PATCH, "prepstation", &path, Some(&change)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    let silent = all.pop().unwrap();
    (all, silent)
}

async fn find(guest: &Caller, slug: String) -> Kitchen {
    within(crate::size::PATIENCE, "guests to see a kitchen", async || {
        let (status, restaurant) = guest.read("orderhub", &format!("/restaurants/{slug}")).await;
        let (_, menu) = guest.read("orderhub", &format!("/restaurants/{slug}/menu")).await;
        let item = menu["sections"][0]["items"][0]["id"].as_str()?.to_owned();
        let id = restaurant["id"].as_str()?.to_owned();
        (status == StatusCode::OK).then_some(Kitchen { id, item })
    })
    .await
}

/// The cooks of one kitchen: they take each new ticket from their screen and bring it to its end.
pub(crate) struct Crew {
    /// The screen that they work from, and the one that only looks on.
    pub(crate) screens: [Screen; 2],
    work: JoinHandle<()>,
}

impl Crew {
    /// Starts work at a kitchen; `number` makes their addresses their own.
    pub(crate) async fn start(town: &Town, kitchen: &Kitchen, number: usize) -> Self {
        let caller = async |place| town.caller(number * 4 + place).signed_in(OWNER).await;
        let (tell, mut tickets) = mpsc::unbounded_channel::<Value>();
        let screens = [
            Screen::watch(caller(0).await, &kitchen.id, Some(tell)),
            Screen::watch(caller(1).await, &kitchen.id, None),
        ];
        let cook = caller(2).await;
        let (cooks, in_hand) = (Arc::new(Semaphore::new(COOKS)), Arc::default());
        let work = tokio::spawn(async move {
            while let Some(ticket) = tickets.recv().await {
                if !take(&in_hand, &ticket) {
                    continue;
                }
                let place = cooks.clone().acquire_owned().await.unwrap();
                let cook = cook.clone();
                tokio::spawn(async move {
                    bring_to_its_end(&cook, ticket).await;
                    drop(place);
                });
            }
        });
        Self { screens, work }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.work.abort();
    }
}

/// Whether nobody has it in hand yet: a board that is shown anew shows it again.
fn take(in_hand: &Arc<Mutex<HashSet<String>>>, ticket: &Value) -> bool {
    in_hand.lock().unwrap().insert(ticket["id"].as_str().unwrap().to_owned())
}

/// Verb after verb, each as often as it takes: who was not answered finds out by the version.
async fn bring_to_its_end(cook: &Caller, mut ticket: Value) {
    let mut cook = cook.clone();
    while let Some((verb, mut body)) = next(&ticket) {
        body["version"] = ticket["version"].clone();
        let path = format!("/tickets/{}/{verb}", ticket["id"].as_str().unwrap());
        let (status, answer) = cook.post("prepstation", &path, &body).await;
        ticket = match status {
            StatusCode::OK => answer,
            StatusCode::CONFLICT => answer["ticket"].clone(),
            StatusCode::UNAUTHORIZED => {
                cook = cook.signed_in(OWNER).await;
                ticket
            }
            status => panic!("{path}: {status} {answer}"),
        };
    }
}

/// What a cook does next with a ticket, if anything.
fn next(ticket: &Value) -> Option<(&'static str, Value)> {
    let order = ticket["order_id"].as_str().unwrap();
    let lot = usize::from_str_radix(&order[order.len() - 6..], 16).unwrap();
    Some(match ticket["state"].as_str().unwrap() {
        "new" if lot.is_multiple_of(REJECTED) => {
            ("reject", json!({"reason": "too_busy", "out_of_stock": []}))
        }
        "new" if lot.is_multiple_of(3) => ("acknowledge", json!({})),
        "new" | "acknowledged" => ("accept", json!({"ready_in_minutes": 15})),
        "accepted" => ("start", json!({})),
        "preparing" => ("ready", json!({})),
        "ready" => ("hand-over", json!({})),
        _ => return None,
    })
}
