//! What is ordered: dishes of restaurants that are open now, found through the API as a guest would.

use crate::{
    Outcome,
    http::{self, Connection},
    town::Town,
};
use serde_json::{Value, json};

/// Orders are spread over at most this many restaurants.
const RESTAURANTS: usize = 24;
/// And over so many dishes of each.
const DISHES: usize = 4;

/// Bodies of orders, one restaurant after the other.
pub(crate) struct Baskets {
    bodies: Vec<Body>,
    /// How many restaurants they go to.
    pub(crate) restaurants: usize,
}

/// One order as JSON.
#[derive(Clone)]
struct Body {
    restaurant: String,
    text: String,
}

impl Baskets {
    /// Of all restaurants that take an order now.
    pub(crate) async fn spread(town: &Town) -> Outcome<Self> {
        let list = get(town, "/api/v1/restaurants?open_now=true&limit=100").await?;
        let mut kitchens = Vec::new();
        for restaurant in array(&list["items"]) {
            let bodies = bodies(town, &restaurant["id"]).await?;
            if !bodies.is_empty() && kitchens.len() < RESTAURANTS {
                kitchens.push(bodies);
            }
        }
        // Neighbours in time are orders of different kitchens.
        let bodies: Vec<_> = (0..DISHES)
            .flat_map(|dish| kitchens.iter().filter_map(move |bodies| bodies.get(dish)))
            .cloned()
            .collect();
        if bodies.is_empty() {
            return Err("no restaurant takes an order now".to_owned());
        }
        Ok(Self { bodies, restaurants: kitchens.len() })
    }

    /// Of one restaurant.
    pub(crate) async fn of(town: &Town, restaurant: &Value) -> Outcome<Self> {
        let bodies = bodies(town, restaurant).await?;
        if bodies.is_empty() {
            return Err(format!("{restaurant} takes no order now"));
        }
        Ok(Self { bodies, restaurants: 1 })
    }

    /// Each second order from here, the others from `other`.
    pub(crate) fn beside(self, other: &Self) -> Self {
        let own = self.bodies.iter().cycle();
        let pairs = own.zip(&other.bodies).flat_map(|(own, other)| [own.clone(), other.clone()]);
        Self { bodies: pairs.collect(), restaurants: other.restaurants }
    }

    /// The bytes of the `number`th order.
    pub(crate) fn request(&self, host: &str, key: &str, number: usize) -> Vec<u8> {
        http::post(host, "/api/v1/orders", key, &self.body(number).text)
    }

    /// Whose the `number`th order is.
    pub(crate) fn restaurant(&self, number: usize) -> &str {
        &self.body(number).restaurant
    }

    fn body(&self, number: usize) -> &Body {
        &self.bodies[number % self.bodies.len()]
    }
}

/// JSON from orderhub.
pub(crate) async fn get(town: &Town, path: &str) -> Outcome<Value> {
    let mut connection = Connection::open(town.port).await?;
    let answer = connection.send(&http::get(&town.host("orderhub"), path, "")).await?;
    answer.json(200).map_err(|e| format!("GET {path}: {e}"))
}

/// Orders of one or two portions of dishes that ask for no choice and that the quote lets pass.
async fn bodies(town: &Town, restaurant: &Value) -> Outcome<Vec<Body>> {
    let id = restaurant.as_str().unwrap_or_default();
    let menu = get(town, &format!("/api/v1/restaurants/{id}/menu")).await?;
    let items = array(&menu["sections"]).iter().flat_map(|section| array(&section["items"]));
    let simple = items.filter(|item| {
        item["available"] == true && array(&item["option_groups"]).iter().all(|g| g["min"] == 0)
    });
    let mut connection = Connection::open(town.port).await?;
    let mut bodies = Vec::new();
    for (number, item) in simple.take(DISHES).enumerate() {
        let mut body = json!({
            "restaurant_id": restaurant, "kind": "pickup", "when": "asap",
            "lines": [{"item_id": item["id"], "quantity": 1 + number % 2, "options": [],
                       "note": "", "if_unavailable": "remove"}],
        });
        let quote =
            http::post(&town.host("orderhub"), "/api/v1/quotes", "quote", &body.to_string());
        let quote = connection.send(&quote).await?.json(200)?;
        if array(&quote["refusals"]).is_empty() {
            body["contact"] = json!({"name": "Mira", "phone": "+43 662 5550199"});
            body["payment"] = json!({"kind": "on_handover"});
            bodies.push(Body { restaurant: id.to_owned(), text: body.to_string() });
        }
    }
    Ok(bodies)
}

pub(crate) fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
