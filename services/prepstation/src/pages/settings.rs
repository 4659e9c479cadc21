//! `/r/{slug}/settings`: what customers read, delivery terms, pause and busy.

use super::{
    Office, answer, back, into_form,
    photo_field::{self, PhotoForm},
    problem, words,
};
use crate::{
    domain::{
        restaurant::{Delivery, Profile},
        staff::Task,
    },
    usecases::{
        Actor,
        change_restaurant::{ChangeRestaurant, change_restaurant},
        pause_orders::{ChangeAvailability, PauseEnd, Step, change_availability},
    },
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    response::Response,
    routing::{get, post},
};
use database::Tx;
use kernel::{Currency, Env, Money, photo::Photo};
use maud::{Markup, html};
use runtime::Context;
use session::Principal;
use web::{
    Form, PathOf, Problem,
    components::{Field, Kind, Tone, error_summary, notice},
    icons,
    signed_in::SignedIn,
};

pub(super) fn routes() -> Router<Context> {
    Router::new()
        .route(
            "/r/{slug}/settings",
            get(show).post(save).layer(DefaultBodyLimit::max(photo_field::HEARD_OUT)),
        )
        .route("/r/{slug}/availability", post(availability))
}

async fn show(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
) -> Result<Response, Problem> {
    page(&context, &principal, slug, None).await
}

async fn page(
    context: &Context,
    principal: &Principal,
    slug: String,
    form: Option<Form>,
) -> Result<Response, Problem> {
    let (now, who) = (context.clock.now(), principal.clone());
    let read = context.database.read(move |tx| Office::enter(tx, &slug, &who, Task::See, now));
    let office = read.await.map_err(problem)?;
    let form = form.unwrap_or_else(|| first_form(&office));
    let photo = photo_field::named(context, office.restaurant.id, &form).await?;
    let body = html! {
        h1 { "Settings" }
        @if office.may(Task::Cook) { (orders(&office)) }
        @if office.may(Task::Manage) { (profile(&office, &form, photo.as_ref())) } @else {
            (notice(Tone::Info, "A manager changes the rest", html! { "Name, address and terms are changed by managers and owners." }))
        }
    };
    Ok(answer(&form, office.page(context, principal, "Settings", "settings", &body)))
}

fn orders(office: &Office) -> Markup {
    let action = office.path("availability");
    let paused = office.availability.pause_at(office.now);
    let busy = office.availability.busy_at(office.now);
    let ends = [
        ("15", "15 minutes"),
        ("30", "30 minutes"),
        ("60", "1 hour"),
        ("service", "Until this service ends"),
        ("today", "The rest of today"),
    ];
    let extras =
        [("5", "5 minutes"), ("10", "10 minutes"), ("20", "20 minutes"), ("30", "30 minutes")];
    let form = Form::default();
    html! {
        section.panel.stack aria-labelledby="orders" {
            h2 #orders { "Orders" }
            @if let Some(until) = paused {
                (notice(Tone::Warn, &format!("Paused until {}", office.when(until)), html! {
                    "Customers cannot order. Orders come again by themselves then."
                    @if !office.availability.pause_reason.is_empty() { " They read: “" (office.availability.pause_reason) "”." }
                }))
                form method="post" action=(action) {
                    button.btn.btn-primary type="submit" name="do" value="resume" { (icons::play()) "Resume orders" }
                }
            } @else {
                form.fields method="post" action=(action) {
                    div.fields-pair {
                        (Field { name: "pause_for", label: "For how long", kind: Kind::Select(&ends), ..Field::default() }.render(&form))
                        (Field { name: "reason", label: "What customers read", optional: true, max_length: 200, ..Field::default() }.render(&form))
                    }
                    div.actions { button.btn.btn-danger type="submit" name="do" value="pause" { (icons::pause()) "Pause orders" } }
                }
            }
            h3 { "Busy" }
            @if let Some((minutes, until)) = busy {
                form.row method="post" action=(action) {
                    p { "Each new order takes " b { (minutes) " minutes" } " more until " (office.when(until)) "." }
                    button.btn.btn-quiet type="submit" name="do" value="calm" { "No longer busy" }
                }
            } @else {
                form.fields method="post" action=(action) {
                    (Field { name: "extra", label: "More time for each new order, for two hours", kind: Kind::Select(&extras), ..Field::default() }.render(&form))
                    div.actions { button.btn.btn-quiet type="submit" name="do" value="busy" { (icons::clock()) "Busy" } }
                }
            }
        }
    }
}

fn first_form(office: &Office) -> Form {
    let profile = &office.restaurant.profile;
    let money = |minor| Money::new(minor, office.restaurant.currency).plain();
    let delivery = profile.delivery;
    let mut form = Form::with([
        ("name", profile.name.clone()),
        ("story", profile.story.clone()),
        ("badge", profile.badge.clone()),
        ("cuisines", profile.cuisines.join(", ")),
        ("street", profile.address.street.clone()),
        ("postcode", profile.address.postcode.clone()),
        ("city", profile.address.city.clone()),
        ("country", profile.address.country.clone()),
        ("lat", profile.address.lat.to_string()),
        ("lon", profile.address.lon.to_string()),
        ("phone", profile.phone.clone()),
        ("prep_minutes", profile.prep_minutes.to_string()),
        ("answer_minutes", profile.answer_minutes.to_string()),
        (
            "radius_m",
            delivery.map_or_else(|| "3000".to_owned(), |terms| terms.radius_m.to_string()),
        ),
        ("fee", money(delivery.map_or(0, |terms| terms.fee))),
        ("minimum", money(delivery.map_or(0, |terms| terms.minimum))),
    ]);
    for (name, on) in
        [("pickup", profile.pickup), ("delivery", delivery.is_some()), ("listed", profile.listed)]
    {
        if on {
            form.set(name, "yes");
        }
    }
    photo_field::fill(&mut form, profile.photo.as_ref());
    form
}

fn tick(form: &Form, name: &str, label: &str) -> Markup {
    html! { label.check { input type="checkbox" name=(name) value="yes" checked[form.ticked(name)]; (label) } }
}

fn profile(office: &Office, form: &Form, photo: Option<&Photo>) -> Markup {
    let line =
        |name, label| Field { name, label, max_length: 200, ..Field::default() }.render(form);
    let maybe = |name, label, hint| {
        Field { name, label, hint, optional: true, max_length: 400, ..Field::default() }
            .render(form)
    };
    let figure = |name, label, hint| {
        Field { name, label, hint, input_mode: "decimal", ..Field::default() }.render(form)
    };
    let code = format!("in {}", office.restaurant.currency.code());
    html! {
        form.stack method="post" enctype="multipart/form-data" action=(office.path("settings")) {
            (error_summary(form))
            section.panel.stack { h2 { "What customers read" } div.fields {
                (line("name", "Name"))
                (maybe("story", "Story", "One sentence about the place."))
                div.fields-pair { (maybe("badge", "Badge", "A few words on the card.")) (maybe("cuisines", "Cuisines", "Such as italian, pizza.")) }
                (Field { name: "phone", label: "Phone", kind: Kind::Line("tel"), autocomplete: "tel", optional: true, max_length: 40, ..Field::default() }.render(form))
            } }
            (photo_field::render(form, photo))
            section.panel.stack { h2 { "Address" } div.fields {
                (maybe("street", "Street and number", ""))
                div.fields-pair { (maybe("postcode", "Postal code", "")) (maybe("city", "Town", "")) (line("country", "Country, such as AT")) }
                div.fields-pair { (figure("lat", "Degrees north", "")) (figure("lon", "Degrees east", "")) }
            } }
            section.panel.stack { h2 { "Orders and delivery" } div.fields {
                div.fields-pair {
                    (figure("prep_minutes", "Usual minutes to prepare", ""))
                    (figure("answer_minutes", "Minutes to answer an order", "Between 3 and 15; then the order expires."))
                }
                (tick(form, "pickup", "Customers may fetch their orders"))
                (tick(form, "delivery", "We deliver"))
                div.fields-pair {
                    (figure("radius_m", "How far we deliver", "in metres"))
                    (figure("fee", "Delivery fee", &code))
                    (figure("minimum", "Least value of a delivery", &code))
                }
                (tick(form, "listed", "Customers see this restaurant"))
            } }
            div.actions { button.btn.btn-primary type="submit" { "Save settings" } }
        }
    }
}

fn number<T: std::str::FromStr>(form: &mut Form, name: &str, message: &str) -> Option<T> {
    let value = form.trimmed(name).replace(',', ".").parse().ok();
    if value.is_none() {
        form.fail(name, message);
    }
    value
}

fn amount(form: &mut Form, name: &str, currency: Currency) -> Option<i64> {
    let value = words::price(form.value(name), currency).map(|money| money.minor);
    if value.is_none() {
        form.fail(name, "Write the amount as figures, such as 2.50.");
    }
    value
}

/// The profile as typed, on top of what the form does not show. `None`: the form says why.
fn typed(form: &mut Form, old: &Profile, currency: Currency) -> Option<Profile> {
    let mut new = old.clone();
    let text = |form: &Form, name: &str| form.trimmed(name).to_owned();
    new.name = form.require("name", "A restaurant needs a name.").unwrap_or_default();
    new.story = text(form, "story");
    new.badge = text(form, "badge");
    new.phone = text(form, "phone");
    let cuisines = form.value("cuisines").to_lowercase();
    let cuisines =
        cuisines.split([',', ';']).map(|c| c.split_whitespace().collect::<Vec<_>>().join("-"));
    new.cuisines = cuisines.filter(|cuisine| !cuisine.is_empty()).collect();
    new.address.street = text(form, "street");
    new.address.postcode = text(form, "postcode");
    new.address.city = text(form, "city");
    new.address.country = text(form, "country").to_uppercase();
    let degrees = "Write degrees as figures, such as 47.8.";
    let minutes = "Write minutes as a whole number.";
    let lat = number(form, "lat", degrees);
    let lon = number(form, "lon", degrees);
    let prep = number(form, "prep_minutes", minutes);
    let answer = number(form, "answer_minutes", minutes);
    new.pickup = form.ticked("pickup");
    new.listed = form.ticked("listed");
    new.delivery = None;
    if form.ticked("delivery") {
        let radius_m = number(form, "radius_m", "Write metres as a whole number.");
        let (fee, minimum) = (amount(form, "fee", currency), amount(form, "minimum", currency));
        new.delivery = Some(Delivery { radius_m: radius_m?, fee: fee?, minimum: minimum? });
    }
    (new.address.lat, new.address.lon) = (lat?, lon?);
    (new.prep_minutes, new.answer_minutes) = (prep?, answer?);
    form.is_ok().then_some(new)
}

async fn save(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
    PhotoForm { mut form, file }: PhotoForm,
) -> Result<Response, Problem> {
    let (now, who, key) = (context.clock.now(), principal.clone(), slug.clone());
    let read = context.database.read(move |tx| Office::enter(tx, &key, &who, Task::Manage, now));
    let office = read.await.map_err(problem)?;
    let actor = Actor::Person(principal.person_id);
    photo_field::take_in(&context, (&slug, actor), &mut form, file).await?;
    let Some(mut new) = typed(&mut form, &office.restaurant.profile, office.restaurant.currency)
    else {
        return page(&context, &principal, slug, Some(form)).await;
    };
    let named = photo_field::named(&context, office.restaurant.id, &form).await?;
    new.photo = photo_field::wanted(&form, named.as_ref());
    let restaurant = slug.clone();
    let change = move |profile: &mut Profile| profile.clone_from(&new);
    let command = ChangeRestaurant { restaurant, actor, change };
    let change = move |tx: &mut Tx<'_>, env: &Env| change_restaurant(tx, env, &command);
    if let Err(refusal) = context.run("change_restaurant", change).await {
        let name_of = |pointer: &str| {
            let mut steps = pointer.split('/');
            match (steps.next(), steps.next()) {
                (Some("address" | "delivery"), Some(field)) => field.to_owned(),
                (Some("photo"), _) => "photo_alt".to_owned(),
                (field, _) => field.unwrap_or_default().to_owned(),
            }
        };
        into_form(refusal, &mut form, name_of)?;
        return page(&context, &principal, slug, Some(form)).await;
    }
    Ok(back(&slug, "settings"))
}

async fn availability(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
    form: Form,
) -> Result<Response, Problem> {
    let invalid = || Problem::unprocessable("invalid_fields").detail("Choose one of the buttons.");
    let step = match form.value("do") {
        "resume" => Step::Resume,
        "calm" => Step::Busy(0, None),
        "busy" => Step::Busy(form.value("extra").parse().map_err(|_| invalid())?, None),
        "pause" => {
            let end = match form.value("pause_for") {
                "service" => PauseEnd::ThisService,
                "today" => PauseEnd::Today,
                minutes => PauseEnd::Minutes(minutes.parse().map_err(|_| invalid())?),
            };
            Step::Pause(end, form.trimmed("reason").to_owned())
        }
        _ => return Err(invalid()),
    };
    let actor = Actor::Person(principal.person_id);
    let command = ChangeAvailability { restaurant: slug.clone(), actor, step };
    let change = move |tx: &mut Tx<'_>, env: &Env| change_availability(tx, env, &command);
    context.run("change_availability", change).await.map_err(problem)?;
    Ok(back(&slug, "settings"))
}
