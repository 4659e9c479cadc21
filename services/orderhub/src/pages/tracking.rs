//! `/orders/{id}`: the slip of an order as it moves. The page, the live fragment and the answer to
//! a late cancellation are one template.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response, sse::Event},
};
use kernel::ids::OrderId;
use live::{Frame, sse};
use maud::{Markup, html};
use serde::Deserialize;
use web::{
    Form, Page, PathOf, Problem, QueryOf,
    components::{Step, StepState, Tone, notice, steps},
    icons,
    signed_in::Visitor,
};

use super::{order_slip, order_words, parts, words};
use crate::{
    domain::{
        order::{Change, FOLLOWED_AFTER_COMPLETION, Refused, State as OrderState},
        pricing::Fulfilment,
    },
    live::Moment,
    orders::{Orders, failure},
    store::orders::{self as store, Order},
    usecases::orders::MoveRefusal,
};

/// How the page was reached.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Reach {
    /// The signature of a guest's link.
    t: Option<String>,
    /// The version that the page shows already.
    after: Option<u32>,
}

impl Reach {
    fn query(&self) -> String {
        self.t.as_deref().map(|signature| format!("?t={signature}")).unwrap_or_default()
    }
}

/// The order with what the template needs.
struct View<'a> {
    order: &'a Order,
    history: &'a [Change],
    reach: &'a Reach,
    /// The version that the first page showed, so that the live address never changes under it.
    since: u32,
    now: jiff::Timestamp,
    notice: Option<Markup>,
}

pub(crate) async fn show(
    State(orders): State<Orders>,
    visitor: Visitor,
    PathOf(id): PathOf<OrderId>,
    QueryOf(reach): QueryOf<Reach>,
) -> Result<Markup, Problem> {
    let found = orders.find(id, visitor.0.as_ref(), reach.t.as_deref()).await?;
    Ok(page(&orders, &visitor, &found, &reach, None))
}

fn page(
    orders: &Orders,
    visitor: &Visitor,
    (order, history): &(Order, Vec<Change>),
    reach: &Reach,
    notice: Option<Markup>,
) -> Markup {
    let (now, since) = (orders.context.clock.now(), order.progress.version);
    let body = html! {
        div.wrap {
            @if follows(order, history, now) { (lost(now, order)) }
            (render(&View { order, history, reach, since, now, notice }))
        }
        (parts::personal(None))
    };
    let refresh = html! { noscript { meta http-equiv="refresh" content="20"; } };
    let title = format!("Order {}", order.code);
    let page = Page::new(&orders.context.site, &title)
        .no_index()
        .own_status()
        .body_class("on-cloth")
        .person(parts::person_of(visitor, &orders.context.site))
        .slip(parts::slip_corner(0));
    let page = if follows(order, history, now) { page.head(refresh) } else { page };
    page.render(&body)
}

/// Said when the connection has been gone for some seconds, with the time of the last news.
fn lost(now: jiff::Timestamp, order: &Order) -> Markup {
    let body = html! {
        "This is how it stood at " span data-heard="" { (order_words::clock(&order.seller.zone, now)) }
        ". We keep trying; your order is safe with the kitchen."
    };
    html! { div #order-lost data-zone=(order.seller.zone.name()) hidden { (notice(Tone::Warn, "No connection", body)) } }
}

fn render(view: &View<'_>) -> Markup {
    let (order, query) = (view.order, view.reach.query());
    let state = order.progress.state;
    let live = format!("/orders/{}/live{}", order.id, view.reach.query());
    let join = if query.is_empty() { '?' } else { '&' };
    html! {
        div.tracking #tracking data-version=(order.progress.version) data-now=(view.now.as_millisecond()) {
            @if follows(order, view.history, view.now) {
                div #order-live hidden hx-sse:connect={ (live) (join) "after=" (view.since) } hx-target="#tracking" hx-swap="outerMorph"
                    hx-config="sse.reconnectMaxDelay:5000" {}
            }
            @if let Some(notice) = &view.notice { (notice) }
            div.tracking-head {
                p.tracking-state #status role="status" { (order_words::sentence(order, view.history, view.now)) }
                h1.tracking-time { (order_words::headline(order, view.now)) }
                p.tracking-where { (order_words::outlook(order, view.now)) }
                @if let (OrderState::Scheduled, Some(release)) = (state, order.progress.release_at) {
                    p.tracking-where {
                        "We ask the kitchen " b { (words::at_clock(&order.seller.zone, release, view.now)) }
                        ". Until they have said yes you can cancel freely."
                    }
                }
                @if state == OrderState::Placed {
                    p.tracking-where {
                        "They have "
                        time data-countdown=(order.progress.expires_at.as_millisecond()) datetime=(order.progress.expires_at) {
                            "until " (order_words::clock(&order.seller.zone, order.progress.expires_at))
                        }
                        " to answer. After that we cancel it for you."
                    }
                }
            }
            (slip(view))
            (ways_on(view, &query))
        }
    }
}

fn slip(view: &View<'_>) -> Markup {
    let order = view.order;
    let (kind, pay) = match order.kind {
        Fulfilment::Pickup => ("pickup", "pay at the counter"),
        Fulfilment::Delivery => ("delivery", "pay at the door"),
    };
    let due = order_words::due(order, view.now).map(|due| format!(" · for {due}"));
    let who = format!("{} · {kind}{}", order.contact.name, due.unwrap_or_default());
    let document = &order.document;
    order_slip::render(order_slip::Texts {
        code: Some(&order.code),
        title: None,
        aside: &[&order.seller.name, &who, pay],
        lines: &document.lines,
        subtotal: document.subtotal,
        fees: &document.fees,
        taxes: &document.taxes,
        tip: document.tip,
        total: order.total,
        foot: Some(step_list(view)),
        fresh: order.progress.version == 1,
    })
}

fn step_list(view: &View<'_>) -> Markup {
    let (order, zone) = (view.order, &view.order.seller.zone);
    let reached = |state: OrderState| {
        let mut entries = view.history.iter();
        entries.find(|change| change.to == state).map(|change| order_words::clock(zone, change.at))
    };
    let waits =
        if order.kind == Fulfilment::Delivery { "Ready to leave" } else { "Ready at the counter" };
    let scheduled = order.progress.release_at.map(|_| (OrderState::Scheduled, "Ordered ahead"));
    let road = [
        (OrderState::Placed, "Sent to the kitchen"),
        (OrderState::Accepted, "Seen and accepted"),
        (OrderState::Preparing, "In the kitchen"),
        (OrderState::Ready, waits),
        (OrderState::Completed, "Handed over"),
    ];
    let road: Vec<_> = scheduled.into_iter().chain(road).collect();
    let state = order.progress.state;
    let at = road.iter().position(|(step, _)| *step == state);
    let times: Vec<String> =
        road.iter().map(|(step, _)| reached(*step).unwrap_or_default()).collect();
    let ended = reached(state).unwrap_or_default();
    let mut list: Vec<Step<'_>> = Vec::new();
    for (index, ((_, label), time)) in road.iter().zip(&times).enumerate() {
        let state = match at {
            Some(now) if index < now || state == OrderState::Completed => StepState::Done,
            Some(now) if index == now => StepState::Now,
            Some(_) => StepState::Next,
            // It ended off the road: only what was reached is shown.
            None if time.is_empty() => continue,
            None => StepState::Done,
        };
        list.push(Step { label, time, state });
    }
    if at.is_none() {
        let (label, state) = (order_words::short(state), StepState::Failed);
        list.push(Step { label, time: &ended, state });
    }
    steps(&list)
}

fn ways_on(view: &View<'_>, query: &str) -> Markup {
    let (order, state) = (view.order, view.order.progress.state);
    let call = format!("tel:{}", order.seller.phone.replace(' ', ""));
    html! {
        div.actions.actions-stretch {
            @if matches!(state, OrderState::Scheduled | OrderState::Placed) {
                form method="post" action={ "/orders/" (order.id) "/cancel" (query) } {
                    button.btn.btn-danger type="submit" data-busy="Cancelling…" { "Cancel this order" }
                }
            }
            @match state {
                OrderState::Rejected => {
                    a.btn.btn-primary href={ "/r/" (order.seller.slug) } { "Choose something else" }
                    a.btn.btn-quiet href="/" { "See who else is cooking" }
                }
                OrderState::Expired => a.btn.btn-primary href="/" { "See who else is cooking" },
                OrderState::Cancelled | OrderState::Completed => {
                    a.btn.btn-primary href={ "/r/" (order.seller.slug) } { "Back to " (order.seller.name) }
                }
                OrderState::Scheduled | OrderState::Placed | OrderState::Accepted | OrderState::Preparing | OrderState::Ready => {}
            }
            @if !order.seller.phone.is_empty() {
                a.btn.btn-quiet href=(call) { (icons::phone()) "Call " (order.seller.name) }
            }
        }
    }
}

/// The same fragment whenever the order moves.
pub(crate) async fn live(
    State(orders): State<Orders>,
    visitor: Visitor,
    PathOf(id): PathOf<OrderId>,
    QueryOf(reach): QueryOf<Reach>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    orders.find(id, visitor.0.as_ref(), reach.t.as_deref()).await?;
    let since = reach.after.unwrap_or(0);
    let after = sse::last_event_id(&headers).or(reach.after.map(u64::from));
    let subscription = orders.live.subscribe(id, after).await.map_err(|error| {
        tracing::warn!(%error, "an order cannot be followed");
        Problem::unavailable(2)
    })?;
    let (stop, clock) = (orders.context.tasks.stopping(), orders.context.clock.clone());
    let event = move |frame: &Frame<Moment>| {
        let Moment { order, history, .. } = &frame.content;
        let (now, notice) = (clock.now(), None);
        let view = View { order, history, reach: &reach, since, now, notice };
        Event::default().data(render(&view).into_string())
    };
    Ok(sse::answer(subscription, stop, event, |_| false).into_response())
}

/// Cancels while the kitchen has not answered; afterwards the page says how it stands.
pub(crate) async fn cancel(
    State(orders): State<Orders>,
    visitor: Visitor,
    PathOf(id): PathOf<OrderId>,
    QueryOf(reach): QueryOf<Reach>,
    _: Form,
) -> Result<Response, Problem> {
    orders.find(id, visitor.0.as_ref(), reach.t.as_deref()).await?;
    let words = match orders.cancel(id, String::new()).await {
        Ok(_) => None,
        Err(MoveRefusal::Refused(Refused::NeedsTheRestaurant(_))) => {
            Some("The kitchen has accepted it meanwhile. Call the restaurant if you cannot come.")
        }
        Err(MoveRefusal::Refused(_)) => None,
        Err(MoveRefusal::Database(error)) => return Err(failure(&error)),
        Err(error) => return Err(Problem::internal(&error)),
    };
    let Some(words) = words else {
        return Ok(Redirect::to(&format!("/orders/{id}{}", reach.query())).into_response());
    };
    let found = orders.find(id, visitor.0.as_ref(), reach.t.as_deref()).await?;
    let notice = notice(Tone::Bad, "It was too late to cancel", html! { (words) });
    let page = page(&orders, &visitor, &found, &reach, Some(notice));
    Ok((StatusCode::CONFLICT, page).into_response())
}

/// Whether something may still happen to the order: a hand-over can be taken back for a while.
fn follows(order: &Order, history: &[Change], now: jiff::Timestamp) -> bool {
    match order.progress.state {
        OrderState::Completed => history
            .last()
            .is_some_and(|last| now.duration_since(last.at) <= FOLLOWED_AFTER_COMPLETION),
        state => !state.is_terminal(),
    }
}

/// Whether an order is still on its way, for lists.
pub(super) fn is_open(order: &store::Order) -> bool {
    !order.progress.state.is_terminal()
}
