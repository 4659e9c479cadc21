//! A kitchen with a menu, and a running orderhub in front of it.

use broker::Message;
use contracts::{CloudEvent, Fact, prepstation::v1};
use jiff::Timestamp;
use kernel::{
    Clock, Currency, ManualClock, Money, Random,
    hours::{OpeningHours, Week, Zone},
    ids::{
        EventId, Id, ItemId, OptionGroupId, OptionId, OrderId, RestaurantId, SectionId, TicketId,
    },
    menu::{Item, Menu, MenuOption, OptionGroup, Section},
};
use reqwest::{Client, RequestBuilder};
use runtime::{Context, FrontDoor, Settings, Telemetry, Town};
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc};
use testkit::eventually;

/// Six in the evening.
pub(crate) fn six() -> Timestamp {
    "2026-11-20T18:00:00Z".parse().unwrap()
}

pub(crate) fn lupo() -> RestaurantId {
    RestaurantId::from_natural_key("lupo")
}

pub(crate) fn margherita() -> ItemId {
    ItemId::from_natural_key("margherita")
}

pub(crate) fn large() -> OptionId {
    OptionId::from_natural_key("large")
}

pub(crate) fn menu() -> Menu {
    let euros = |minor| Money::new(minor, Currency::EUR);
    let large = MenuOption {
        id: large(),
        name: "Large".to_owned(),
        price: euros(300),
        available: true,
        max_quantity: 1,
        allergens: Default::default(),
        diets: Default::default(),
    };
    let size = OptionGroup {
        id: OptionGroupId::from_natural_key("size"),
        name: "Size".to_owned(),
        min: 0,
        max: 1,
        options: vec![large],
    };
    let margherita = Item {
        id: margherita(),
        name: "Margherita".to_owned(),
        description: String::new(),
        price: euros(980),
        available: true,
        art: None,
        photo: None,
        tax_basis_points: 1000,
        allergens: Default::default(),
        diets: Default::default(),
        option_groups: vec![size],
    };
    let id = SectionId::from_natural_key("pizza");
    let (name, description) = ("Pizza".to_owned(), String::new());
    let sections = vec![Section { id, name, description, items: vec![margherita] }];
    Menu { version: 1, currency: Currency::EUR, sections }
}

/// A running orderhub whose clock stands still, with a kitchen that talks by events alone.
pub(crate) struct Place {
    pub(crate) clock: ManualClock,
    pub(crate) context: Context,
    address: SocketAddr,
    http: Client,
    town: Town,
    _folder: tempfile::TempDir,
}

pub(crate) type Answer = (u16, Value);

impl Place {
    /// Open, with Lupo's menu on sale.
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = runtime::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let overrides = [
            ("data_dir", folder.path().to_str().unwrap().to_owned()),
            ("listen", address.to_string()),
        ];
        let settings = Settings::read(None, std::iter::empty(), &overrides, None).unwrap();
        let clock = ManualClock::at(six());
        let town =
            Town::with_clock(&settings, Arc::new(clock.clone()), Random::system()).await.unwrap();
        let context = town.context(orderhub::SERVICE, settings).unwrap();
        let routes = orderhub::start(context.clone()).await.unwrap();
        let mut door = FrontDoor::default();
        let telemetry = Telemetry::collect().unwrap();
        door.add(&context, runtime::finish(&context, &telemetry, routes));
        let tasks = town.tasks().clone();
        tokio::spawn(async move { runtime::serve(listener, door, &tasks).await });
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let place = Self { clock, context, address, http, town, _folder: folder };
        let mut profile = v1::RestaurantChanged::samples().remove(0);
        profile.restaurant_id = lupo();
        profile.hours = OpeningHours::new(Zone::utc(), Week::around_the_clock());
        place.tell(1, profile).await;
        place.tell(1, v1::MenuPublished { restaurant_id: lupo(), menu: menu() }).await;
        eventually("the menu is on sale", async || {
            let (_, quote) = place.post("/api/v1/quotes", None, &order_body()).await;
            (quote["refusals"] == json!([])).then_some(())
        })
        .await;
        place
    }

    /// The kitchen's service says something.
    pub(crate) async fn tell(&self, version: u64, fact: impl Fact) {
        let id = EventId::from_uuid(self.context.env().uuid());
        let event = CloudEvent::new("prepstation", id, self.clock.now(), version, fact);
        let message = Message {
            id: id.uuid(),
            topic: "prepstation".to_owned(),
            key: event.head.partitionkey.clone(),
            kind: event.head.kind.clone(),
            payload: broker::Payload::pack(event.to_json().unwrap().as_bytes()).unwrap(),
        };
        self.context.broker.publish(&[message]).await.unwrap();
    }

    pub(crate) fn ticket(&self, order: OrderId) -> v1::TicketRef {
        v1::TicketRef {
            ticket_id: TicketId::from_natural_key(&order.to_string()),
            order_id: order,
            restaurant_id: lupo(),
            at: self.clock.now(),
            by: None,
        }
    }

    /// Sends a form as a browser does, with these cookies.
    pub(crate) async fn send_form(
        &self,
        path: &str,
        cookies: &str,
        form: &[(&str, &str)],
    ) -> reqwest::Response {
        let request = self.request(reqwest::Method::POST, path).header("cookie", cookies);
        let form = form.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+")));
        let request = request
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded");
        request.body(form.collect::<Vec<_>>().join("&")).send().await.unwrap()
    }

    fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        let host = format!("orderhub.comanda.localhost:{}", self.address.port());
        let url = format!("http://{}{path}", self.address);
        self.http.request(method, url).header("host", host)
    }

    pub(crate) fn get_request(&self, path: &str) -> RequestBuilder {
        self.request(reqwest::Method::GET, path)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        answer(self.get_request(path)).await
    }

    pub(crate) async fn post(&self, path: &str, key: Option<&str>, body: &Value) -> Answer {
        let request = self.request(reqwest::Method::POST, path).json(body);
        answer(match key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        })
        .await
    }

    /// A POST without a body.
    pub(crate) async fn bare_post(&self, path: &str) -> Answer {
        answer(self.request(reqwest::Method::POST, path)).await
    }

    /// Places an order and answers with it.
    pub(crate) async fn place(&self, key: &str) -> Value {
        let (status, order) = self.post("/api/v1/orders", Some(key), &order_body()).await;
        assert_eq!(status, 201, "{order}");
        order
    }

    /// The order as its guest sees it.
    pub(crate) async fn tracked(&self, order: &Value) -> Value {
        let (status, order) = self.get(&api_path(order, "")).await;
        assert_eq!(status, 200, "{order}");
        order
    }

    pub(crate) async fn until_state(&self, order: &Value, state: &str) -> Value {
        eventually(&format!("the order is {state}"), async || {
            let now = self.tracked(order).await;
            (now["state"] == state).then_some(now)
        })
        .await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.town.tasks().stop();
        testkit::check_published(self.context.database.location());
    }
}

async fn answer(request: RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// `/api/v1/orders/{id}…?t=…`
pub(crate) fn api_path(order: &Value, rest: &str) -> String {
    let id = order["id"].as_str().unwrap();
    format!("/api/v1/orders/{id}{rest}?{}", link(order))
}

/// `t=…` of a tracking address.
pub(crate) fn link(order: &Value) -> String {
    order["tracking_url"].as_str().unwrap().split_once('?').unwrap().1.to_owned()
}

pub(crate) fn id_of(order: &Value) -> OrderId {
    order["id"].as_str().unwrap().parse().unwrap()
}

pub(crate) fn order_body() -> Value {
    json!({
        "restaurant_id": lupo(),
        "kind": "pickup",
        "when": "asap",
        "lines": [{
            "item_id": margherita(),
            "quantity": 2,
            "options": [{"option_id": large(), "quantity": 1}],
            "note": "well done",
            "if_unavailable": "call"
        }],
        "contact": {"name": "Ana", "phone": "+43 662 5550100"},
        "payment": {"kind": "on_handover"}
    })
}
