//! What the pages and the API of orders work with: reading an order for who may see it, placing and
//! cancelling it with everything around the use-cases.

use std::{ops::Deref, sync::Arc};

use contracts::prepstation::v1::Address;
use database::{Error, Tx};
use jiff::Timestamp;
use kernel::{
    Env,
    ids::{OrderId, RestaurantId},
    menu::Menu,
};
use runtime::{Context, StartError};
use session::Principal;
use web::{Problem, Service};

use crate::{
    browse::Browse,
    catalogue::Restaurant,
    domain::{
        offer::{Offer, Seller},
        order::Change,
        pricing::{DeliveryTerms, When},
    },
    events::{consume_people, consume_tickets},
    links::Links,
    live::{self, LiveOrders},
    store::orders::{self, Order},
    timers::{self, Timer},
    usecases::orders::{
        CancelOrder, MoveRefusal, PlaceOrder, PlaceRefusal, Placed, ReleaseOrder, cancel_order,
        place_order, release_order,
    },
};

/// How often a placing is repeated when another one took its code or key at the same moment.
const RACES: u32 = 5;

/// What orders work with. Cheap to clone: each request does it several times.
#[derive(Clone, Debug)]
pub struct Orders(Arc<Parts>);

/// The parts of [`Orders`].
#[derive(Debug)]
pub struct Parts {
    /// What the service was started with.
    pub context: Context,
    /// Who sells what, and what is in carts.
    pub browse: Browse,
    /// Who looks on.
    pub live: LiveOrders,
    /// Guests' links.
    pub(crate) links: Links,
}

impl Deref for Orders {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Orders {
    /// Starts what moves orders: the ear for the kitchen, the timers, the live pages.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn start(context: Context, browse: Browse) -> Result<Self, StartError> {
        let links = Links::load(&context.database, &context.env()).await?;
        let live = live::feed(context.database.clone());
        let orders = Self(Arc::new(Parts { context, browse, live, links }));
        let tasks = &orders.context.tasks;
        tasks.spawn("tickets", consume_tickets::consume(orders.clone()));
        tasks.spawn("people", consume_people::consume(orders.context.clone()));
        tasks.spawn("live orders of replicas", live::follow(orders.clone()));
        tasks.spawn("expiry", timers::run(orders.clone(), Timer::Expiry));
        tasks.spawn("release", timers::run(orders.clone(), Timer::Release));
        tasks.spawn("erased people", timers::forget(orders.clone()));
        tasks.spawn("old answers", timers::prune(orders.clone()));
        Ok(orders)
    }

    /// Places an order.
    ///
    /// # Errors
    /// As the use-case.
    pub async fn place(&self, command: PlaceOrder) -> Result<Placed, PlaceRefusal> {
        let command = Arc::new(command);
        let mut races = 0;
        loop {
            let command = command.clone();
            let place = move |tx: &mut Tx<'_>, env: &Env| place_order(tx, env, &command);
            match self.context.run("place_order", place).await {
                Err(refusal) if refusal.is_race() && races < RACES => races += 1,
                placed => return placed,
            }
        }
    }

    /// Cancels an order for its customer.
    ///
    /// # Errors
    /// As the use-case.
    pub async fn cancel(&self, id: OrderId, reason: String) -> Result<Order, MoveRefusal> {
        let command = CancelOrder { id, reason };
        let cancel = move |tx: &mut Tx<'_>, env: &Env| cancel_order(tx, env, &command);
        let cancelled = self.context.run("cancel_order", cancel).await?;
        self.live.poke(&id);
        Ok(cancelled)
    }

    /// Asks the kitchen for a scheduled order, or calls it off, with what the restaurant offers now
    /// for the time that it is due.
    pub(crate) async fn release(&self, id: OrderId) -> Result<Order, MoveRefusal> {
        let database = &self.context.database;
        let order = database.read(move |tx| orders::find(tx, id)).await?;
        let order = order.ok_or(MoveRefusal::Unknown)?;
        let when = order.progress.due_at.map_or(When::Asap, When::At);
        let command = ReleaseOrder { id, offer: self.offer(order.seller.id, when) };
        let release = move |tx: &mut Tx<'_>, env: &Env| release_order(tx, env, &command);
        self.context.run("release_order", release).await
    }

    /// An order with its history, for its owner or for who holds its link.
    ///
    /// # Errors
    /// 404 for everybody else.
    pub async fn find(
        &self,
        id: OrderId,
        visitor: Option<&Principal>,
        signature: Option<&str>,
    ) -> Result<(Order, Vec<Change>), Problem> {
        let found = self
            .context
            .database
            .read::<_, Error, _>(move |tx| {
                let Some(order) = orders::find(tx, id)? else { return Ok(None) };
                let history = orders::history(tx, id, 0)?;
                Ok(Some((order, history)))
            })
            .await
            .map_err(|error| failure(&error))?;
        let by_link = signature.is_some_and(|signature| self.links.is_valid(id, signature));
        let person = visitor.map(|principal| principal.person_id);
        found
            .filter(|(order, _)| by_link || (person.is_some() && order.person_id == person))
            .ok_or_else(Problem::not_found)
    }

    /// Where to follow an order, for its owner to keep or to share.
    #[must_use]
    pub fn tracking_url(&self, id: OrderId) -> String {
        self.context.site.url(Service::Orderhub, &self.tracking_path(id))
    }

    /// The same on this host.
    #[must_use]
    pub fn tracking_path(&self, id: OrderId) -> String {
        format!("/orders/{id}?t={}", self.links.sign(id))
    }

    /// What a restaurant offers for then, if it is known.
    #[must_use]
    pub fn offer(&self, id: RestaurantId, when: When) -> Option<Arc<Offer>> {
        let at = when.instant(self.context.clock.now());
        self.browse.catalogue.restaurant(id).map(|restaurant| Arc::new(offer_of(&restaurant, at)))
    }
}

/// A failure of the database as an answer: 503 when it is away, 500 otherwise.
pub(crate) fn failure(error: &Error) -> Problem {
    match error {
        Error::Unavailable { reason } => {
            tracing::warn!(reason, "the database does not answer");
            Problem::unavailable(2)
        }
        error => Problem::internal(error),
    }
}

/// A restaurant of the catalogue as an offer, with the menu as it is on sale at an instant.
#[must_use]
pub fn offer_of(restaurant: &Restaurant, at: Timestamp) -> Offer {
    let (profile, availability) = (&restaurant.profile, &restaurant.availability);
    let delivery = profile.delivery.as_ref().map(|delivery| DeliveryTerms {
        from: (profile.address.lat, profile.address.lon),
        radius_m: delivery.radius_m,
        fee: delivery.fee,
        minimum: delivery.minimum,
    });
    let until = availability.busy_until.unwrap_or(Timestamp::MAX);
    Offer {
        seller: Seller {
            id: profile.restaurant_id,
            slug: profile.slug.clone(),
            name: profile.name.clone(),
            address: one_line(&profile.address),
            phone: profile.phone.clone(),
            zone: profile.hours.zone.clone(),
        },
        menu: restaurant.menu_at(at),
        empty_menu: Menu::empty(profile.currency),
        hours: profile.hours.clone(),
        pause: availability.paused_until.map(|at| (at, availability.pause_reason.clone())),
        pickup: profile.pickup,
        delivery,
        prep_minutes: profile.prep_minutes,
        busy: Some((availability.busy_extra_minutes, until)),
        answer_minutes: profile.answer_minutes,
    }
}

fn one_line(address: &Address) -> String {
    format!("{}, {} {}", address.street, address.postcode, address.city)
}
