//! A kitchen for tests: a restaurant with its staff, orders on demand, and the service's doors.

mod api;
mod pages;
mod scheduled;
mod stream;
mod tickets;

use contracts::{
    CloudEvent,
    orderhub::v1::{Fulfilment, OrderPlaced, PlacedLine},
};
use database::Database;
use kernel::{
    Clock, Currency, Env, ManualClock, Money, Random, TraceParent,
    food::Allergens,
    hours::{OpeningHours, Week},
    ids::{EventId, Id, ItemId, LineId, OrderId, PersonId, RestaurantId, SessionId},
};
use prepstation::{
    domain::{
        restaurant::{Address, Profile, Restaurant},
        staff::Role,
    },
    events::consume_orders::CONSUMER,
    kitchen::Kitchen,
    live::Board,
    store::{
        restaurants,
        staff::{self, Member},
        tickets::Ticket,
    },
    usecases::tickets::receive_order::receive_order,
};
use runtime::{Context, Settings, Tasks};
use session::{KeySet, Principal, Signer};
use std::sync::{Arc, RwLock};

pub(crate) const CLOCK: &str = "2026-07-03T18:00:00Z";

/// The step of a trace at which orders arrive.
pub(crate) const STEP: TraceParent =
    TraceParent { trace_id: 0x4bf9_2f35_77b3_4da6, span_id: 7, sampled: false };

pub(crate) fn at(minutes: i64) -> jiff::Timestamp {
    CLOCK.parse::<jiff::Timestamp>().unwrap() + jiff::SignedDuration::from_mins(minutes)
}

pub(crate) fn env(minutes: i64) -> Env {
    Env::new(at(minutes), Random::system())
}

pub(crate) fn person(name: &str) -> PersonId {
    PersonId::from_natural_key(&format!("{name}@demo.test"))
}

pub(crate) fn restaurant_id(slug: &str) -> RestaurantId {
    RestaurantId::from_natural_key(slug)
}

/// Two restaurants: *lupo* with an owner, a cook and a viewer, *rival* with the rival.
pub(crate) async fn furnish(db: &Database) {
    db.write(|tx| {
        for slug in ["lupo", "rival"] {
            restaurants::insert(tx, &restaurant(slug))?;
        }
        for (name, slug, role) in [
            ("owner", "lupo", Role::Owner),
            ("cook", "lupo", Role::Cook),
            ("viewer", "lupo", Role::Viewer),
            ("rival", "rival", Role::Owner),
        ] {
            let member = Member {
                id: env(0).uuid(),
                restaurant_id: restaurant_id(slug),
                person_id: Some(person(name)),
                email: format!("{name}@demo.test"),
                role,
                name: None,
            };
            staff::insert(tx, &member, false, at(0))?;
        }
        Ok::<_, database::Error>(())
    })
    .await
    .unwrap();
}

fn restaurant(slug: &str) -> Restaurant {
    let profile = Profile {
        name: format!("Trattoria {slug}"),
        story: String::new(),
        badge: String::new(),
        cuisines: Vec::new(),
        art: None,
        photo: None,
        plate: 75,
        address: Address { country: "AT".to_owned(), ..Address::default() },
        phone: String::new(),
        pickup: true,
        delivery: None,
        prep_minutes: 15,
        answer_minutes: 10,
        listed: true,
    };
    Restaurant {
        id: restaurant_id(slug),
        slug: slug.to_owned(),
        profile,
        currency: Currency::EUR,
        hours: OpeningHours::new("Europe/Vienna".parse().unwrap(), Week::around_the_clock()),
        version: 1,
        updated_at: at(0),
    }
}

pub(crate) fn line(name: &str, quantity: u32, note: &str) -> PlacedLine {
    PlacedLine {
        line_id: LineId::from_natural_key(name),
        item_id: ItemId::from_natural_key(name),
        name: name.to_owned(),
        quantity,
        options: Vec::new(),
        note: note.to_owned(),
        allergens: Allergens::none(),
        if_unavailable: contracts::orderhub::v1::IfUnavailable::Remove,
    }
}

/// An order at *lupo*, placed on the minute and given up ten minutes later.
pub(crate) fn order(code: &str, minute: i64) -> OrderPlaced {
    OrderPlaced {
        order_id: OrderId::from_natural_key(code),
        code: code.to_owned(),
        restaurant_id: restaurant_id("lupo"),
        kind: Fulfilment::Pickup,
        placed_at: at(minute),
        expires_at: at(minute + 10),
        due_at: None,
        customer_name: "Ana".to_owned(),
        customer_phone: "+43 662 5550100".to_owned(),
        address: None,
        menu_version: 1,
        lines: vec![line("Margherita", 2, ""), line("Tiramisù", 1, "Nut allergy!")],
        total: Money::new(2450, Currency::EUR),
    }
}

/// The order as a ticket.
pub(crate) async fn receive(db: &Database, order: OrderPlaced) -> Ticket {
    let minute = order.placed_at;
    let event: EventId = env(0).id();
    db.write(move |tx| {
        let env = Env::new(minute, Random::system()).traced(STEP);
        receive_order(tx, &env, CONSUMER, event, &order)
    })
    .await
    .unwrap()
    .expect("a new ticket")
}

/// The facts in the outbox, in order: kind without its ends, version, data.
pub(crate) async fn facts(db: &Database) -> Vec<(String, u64, serde_json::Value)> {
    let rows: Vec<(String, Vec<u8>)> = db
        .read(|tx| {
            tx.all(database::sql!("SELECT kind, payload FROM outbox ORDER BY sequence"), &[])
        })
        .await
        .map_err(|error: database::Error| error)
        .unwrap();
    let read = |(kind, packed): (String, Vec<u8>)| {
        let payload = broker::Payload::from_packed(packed).unwrap();
        let event: CloudEvent<serde_json::Value> =
            serde_json::from_slice(&payload.expand().unwrap()).unwrap();
        let short = kind.trim_start_matches("comanda.prepstation.").trim_end_matches(".v1");
        (short.to_owned(), event.head.sequence.parse().unwrap(), event.data)
    };
    rows.into_iter().map(read).collect()
}

/// The service behind a real port.
pub(crate) struct House {
    pub(crate) kitchen: Kitchen,
    pub(crate) clock: ManualClock,
    pub(crate) origin: String,
    pub(crate) http: reqwest::Client,
    signer: Signer,
    _folder: tempfile::TempDir,
}

impl House {
    pub(crate) async fn open(db: Database) -> Self {
        furnish(&db).await;
        let folder = tempfile::tempdir().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let clock = ManualClock::at(at(0));
        let uploads = uploads::Address::Folder(folder.path().join("uploads"));
        let throttled = [("accounts.throttle_loopback", "true".to_owned())];
        let settings = Settings::read(None, std::iter::empty(), &throttled, None).unwrap();
        let mailer = settings.mail.open(&settings.mail_from).unwrap();
        let origins = web::Origins::new(false, "comanda.localhost", Some(address.port()));
        let site = web::Site::new(web::Service::Prepstation, origins);
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let file = folder.path().join("broker.db");
        let broker = broker::EmbeddedBroker::open(&file, shared.clone()).unwrap();
        let issuer = site.origins.of(web::Service::Accounts).to_owned();
        let signer = Signer::new(issuer.clone(), &[7; 32]);
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let sessions =
            session::Sessions::remote(http.clone(), "http://127.0.0.1:9", &issuer, shared.clone());
        let keys = KeySet::of(&session::JwkSet { keys: vec![signer.jwk()] });
        let renew: Arc<session::RenewHere> =
            Arc::new(|_| Box::pin(async { Err(session::RenewError::Over) }));
        sessions.answer_here(Arc::new(RwLock::new(keys)), renew);
        let context = Context {
            site: site.clone(),
            settings: Arc::new(settings),
            database: db,
            broker: Arc::new(broker),
            photos: uploads::Photos::new(uploads.open().unwrap()),
            mailer,
            clock: shared,
            random: Random::system(),
            sessions: sessions.clone(),
            http: http.clone(),
            tasks: Tasks::default(),
            tracer: trace::Tracer::silent(kernel::Random::seeded(1)),
        };
        let kitchen = Kitchen { board: Board::new(&context), context };
        let routes = prepstation::ticket_routes(kitchen.clone())
            .merge(prepstation::office_routes(kitchen.context.clone()));
        let routes = prepstation::guarded(routes)
            .merge(uploads::routes(&kitchen.context.photos))
            .merge(prepstation::export_door(&kitchen.context));
        let routes = routes.layer(web::signed_in::layer(sessions, site.clone()));
        let router = web::stack::finish(routes, &site, &kitchen.context.tracer);
        let router = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { kitchen, clock, origin: site.origin().to_owned(), http, signer, _folder: folder }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.kitchen.context.database
    }

    /// A token of somebody.
    pub(crate) fn token(&self, name: &str) -> String {
        let principal = Principal {
            person_id: person(name),
            session_id: SessionId::from_natural_key(name),
            name: name.to_owned(),
            email: format!("{name}@demo.test"),
            operator: name == "operator",
            roles: Default::default(),
        };
        self.signer.sign(&principal, self.clock.now()).token
    }

    /// A token by which a service proves itself to another.
    pub(crate) fn machine(&self, service: &str, audience: &str) -> String {
        self.signer.sign_machine(service, audience, self.clock.now())
    }

    /// With a token or a key as it stands.
    pub(crate) async fn by(
        &self,
        bearer: &str,
        method: &str,
        path: &str,
        body: serde_json::Value,
    ) -> (u16, serde_json::Value) {
        let sent = self.http.request(method.parse().unwrap(), self.url(path)).bearer_auth(bearer);
        let sent = if method == "GET" { sent } else { sent.json(&body) };
        let answer = sent.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    /// A key of *lupo* with these scopes, made by its owner.
    pub(crate) async fn key(&self, scopes: &[&str]) -> String {
        let body = serde_json::json!({"name": "Till", "scopes": scopes});
        let sent = self.http.post(self.url("/api/v1/restaurants/lupo/api-keys"));
        let sent = sent.bearer_auth(self.token("owner")).json(&body);
        let key = env(0).uuid().to_string();
        let answer = sent.header("idempotency-key", key).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        let answer: serde_json::Value = answer.json().await.unwrap();
        answer["key"].as_str().unwrap().to_owned()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin.replace("prepstation.comanda.localhost", "127.0.0.1"))
    }

    pub(crate) async fn get(&self, name: &str, path: &str) -> reqwest::Response {
        self.http.get(self.url(path)).bearer_auth(self.token(name)).send().await.unwrap()
    }

    pub(crate) async fn post(
        &self,
        name: &str,
        path: &str,
        body: serde_json::Value,
    ) -> (u16, serde_json::Value) {
        self.send(name, "POST", path, body).await
    }

    pub(crate) async fn send(
        &self,
        name: &str,
        method: &str,
        path: &str,
        body: serde_json::Value,
    ) -> (u16, serde_json::Value) {
        let method = method.parse().unwrap();
        let sent = self.http.request(method, self.url(path)).bearer_auth(self.token(name));
        let answer = sent.json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// A form, sent as somebody; as a fragment it comes from the live board.
    pub(crate) async fn form(
        &self,
        name: &str,
        path: &str,
        fields: &[(&str, &str)],
        fragment: bool,
    ) -> (u16, String) {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let sent = self.http.post(self.url(path)).bearer_auth(self.token(name));
        let mut sent =
            sent.header("content-type", "application/x-www-form-urlencoded").body(pairs.join("&"));
        if fragment {
            sent = sent.header("hx-request", "true").header("hx-request-type", "partial");
        }
        let answer = sent.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// The order as a ticket, and the screens know.
    pub(crate) async fn receive(&self, order: OrderPlaced) -> Ticket {
        let ticket = receive(self.database(), order).await;
        self.kitchen.board.poke(ticket.restaurant_id);
        ticket
    }
}
