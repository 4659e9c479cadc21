//! `/r/{slug}/hours`: the weekly table, dates with other hours, the zone.

use super::{Office, answer, back, problem};
use crate::{
    domain::staff::Task,
    usecases::{
        Actor,
        set_hours::{SetHours, set_hours},
    },
};
use axum::{Router, extract::State, response::Response, routing::get};
use jiff::civil::{Date, Weekday};
use kernel::hours::{
    Dates, Day, Exception, ExceptionHours, Interval, OpeningHours, Span, WEEKDAYS, Week, full_name,
};
use maud::{Markup, html};
use runtime::Context;
use session::Principal;
use web::{
    Form, PathOf, Problem,
    components::{Field, Kind, Tone, error_summary, notice},
    signed_in::SignedIn,
};

pub(super) fn routes() -> Router<Context> {
    Router::new().route("/r/{slug}/hours", get(show).post(save))
}

async fn show(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
) -> Result<Response, Problem> {
    let office = enter(&context, &principal, slug, Task::See).await?;
    Ok(page(&context, &principal, &office, first_form(&office.restaurant.hours)))
}

async fn enter(
    context: &Context,
    principal: &Principal,
    slug: String,
    task: Task,
) -> Result<Office, Problem> {
    let (now, who) = (context.clock.now(), principal.clone());
    let read = context.database.read(move |tx| Office::enter(tx, &slug, &who, task, now));
    read.await.map_err(problem)
}

fn key(weekday: Weekday) -> String {
    full_name(weekday).to_lowercase()
}

/// The pairs `monday_from`, `monday_to` repeat, one per interval.
fn first_form(hours: &OpeningHours) -> Form {
    let mut pairs = vec![
        ("zone".to_owned(), hours.zone.name().to_owned()),
        ("business_day_start".to_owned(), clock(hours.business_day_start)),
    ];
    for weekday in WEEKDAYS {
        for interval in hours.weekly.day(weekday).intervals() {
            pairs.push((format!("{}_from", key(weekday)), interval.from_text()));
            pairs.push((format!("{}_to", key(weekday)), clock(interval.end() % 1440)));
        }
    }
    pairs.extend((0..hours.exceptions.len()).map(|index| ("keep".to_owned(), index.to_string())));
    Form::with(pairs)
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn page(context: &Context, principal: &Principal, office: &Office, form: Form) -> Response {
    let hours = &office.restaurant.hours;
    let editable = office.may(Task::Manage);
    let (_, state) = office.state();
    let body = html! {
        h1 { "Hours" }
        (notice(Tone::Info, &now_words(office, &state), html! { (hours.weekly.summary().join(" · ")) }))
        @if editable {
            form.stack method="post" action=(office.path("hours")) {
                (error_summary(&form))
                section.panel aria-labelledby="week" {
                    h2 #week { "Every week" }
                    p.quiet { "Hours past midnight belong to the evening on which they begin: write 17:30 to 02:00. Clear both fields to take a line away; save to get another empty one." }
                    div.hours { @for weekday in WEEKDAYS { (day(&form, weekday)) } }
                }
                (exceptions(hours, &form))
                section.panel.stack { h2 { "Clock" } div.fields-pair {
                    (Field { name: "zone", label: "Time zone", hint: "Such as Europe/Vienna.", ..Field::default() }.render(&form))
                    (Field { name: "business_day_start", label: "The business day begins at", hint: "What is 86'd until tomorrow comes back then.", kind: Kind::Line("time"), ..Field::default() }.render(&form))
                } }
                div.actions { button.btn.btn-primary type="submit" { "Save hours" } }
            }
        }
    };
    answer(&form, office.page(context, principal, "Hours", "hours", &body))
}

/// The preview speaks of the hours alone, also during a pause.
fn now_words(office: &Office, state: &str) -> String {
    let hours = &office.restaurant.hours;
    match (office.availability.pause_at(office.now), hours.open_until(office.now)) {
        (None, Some(until)) => format!("Open now until {}", office.when(until)),
        _ => state.to_owned(),
    }
}

fn day(form: &Form, weekday: Weekday) -> Markup {
    let (name, key) = (full_name(weekday), key(weekday));
    let (from_name, to_name) = (format!("{key}_from"), format!("{key}_to"));
    let froms: Vec<&str> = form.values(&from_name).collect();
    let tos: Vec<&str> = form.values(&to_name).collect();
    let mut rows: Vec<(&str, &str)> = froms
        .into_iter()
        .zip(tos)
        .filter(|(from, to)| !from.is_empty() || !to.is_empty())
        .collect();
    let open = !rows.is_empty();
    rows.push(("", ""));
    html! {
        div.hours-day id=(from_name) {
            span.hours-name { (name) @if !open { " " span.quiet.small { "closed" } } }
            div.hours-spans {
                @for (at, (from, to)) in rows.iter().enumerate() {
                    span.hours-span {
                        input.input type="time" name=(from_name) value=(from) aria-label={ (name) " " (at + 1) " from" };
                        "–"
                        input.input type="time" name=(to_name) value=(to) aria-label={ (name) " " (at + 1) " to" };
                        @if !from.is_empty() && to <= from && !to.is_empty() { span.quiet.small.no-break { @if *to == "00:00" { "midnight" } @else { "next day" } } }
                    }
                }
                @if let Some(error) = form.error(&from_name) { p.field-error { (web::icons::warning()) (error) } }
            }
        }
    }
}

fn exceptions(hours: &OpeningHours, form: &Form) -> Markup {
    html! {
        section.panel.stack aria-labelledby="dates" {
            h2 #dates { "Dates with other hours" }
            @for (index, exception) in hours.exceptions.iter().enumerate() {
                label.check {
                    input type="checkbox" name="keep" value=(index) checked[form.chosen("keep", &index.to_string())];
                    span { b { (span_words(&exception.on)) } " " (hours_words(&exception.hours)) @if !exception.note.is_empty() { " · " (exception.note) } }
                }
            }
            @if !hours.exceptions.is_empty() { p.quiet.small { "Take the tick away and save to remove one." } }
            div.fields-pair {
                (Field { name: "date_from", label: "From", kind: Kind::Line("date"), optional: true, ..Field::default() }.render(form))
                (Field { name: "date_to", label: "To", kind: Kind::Line("date"), optional: true, ..Field::default() }.render(form))
                (Field { name: "date_opens", label: "Opens", hint: "Empty: closed.", kind: Kind::Line("time"), optional: true, ..Field::default() }.render(form))
                (Field { name: "date_closes", label: "Closes", kind: Kind::Line("time"), optional: true, ..Field::default() }.render(form))
                (Field { name: "date_note", label: "Why", hint: "Such as Christmas.", optional: true, max_length: 100, ..Field::default() }.render(form))
            }
        }
    }
}

fn span_words(span: &Span) -> String {
    match span {
        Span::Dates(dates) if dates.from() == dates.to() => {
            dates.from().strftime("%-d %b %Y").to_string()
        }
        Span::Dates(dates) => {
            format!("{} – {}", dates.from().strftime("%-d %b %Y"), dates.to().strftime("%-d %b %Y"))
        }
        Span::EveryYear(yearly) if yearly.from == yearly.to => {
            format!("every year on {}", yearly.from)
        }
        Span::EveryYear(yearly) => format!("every year {} – {}", yearly.from, yearly.to),
    }
}

fn hours_words(hours: &ExceptionHours) -> String {
    match hours {
        ExceptionHours::Closed => "closed".to_owned(),
        ExceptionHours::Daily(day) => day.to_string(),
        ExceptionHours::Weekly(week) => week.summary().join(", "),
    }
}

/// The hours as typed; `None`: the form says why.
fn typed(form: &mut Form, old: &OpeningHours) -> Option<OpeningHours> {
    let mut weekly = Week::default();
    for weekday in WEEKDAYS {
        let (from_name, to_name) =
            (format!("{}_from", key(weekday)), format!("{}_to", key(weekday)));
        let pairs: Vec<(String, String)> = {
            let froms = form.values(&from_name).map(str::to_owned);
            froms.zip(form.values(&to_name).map(str::to_owned)).collect()
        };
        let filled = pairs.into_iter().filter(|(from, to)| !from.is_empty() || !to.is_empty());
        let intervals =
            filled.map(|(from, to)| interval(&from, &to)).collect::<Result<Vec<_>, _>>();
        match intervals.and_then(|list| Day::new(list).map_err(|error| error.to_string())) {
            Ok(day) => *weekly.day_mut(weekday) = day,
            Err(error) => form.fail(&from_name, format!("{}: {error}", full_name(weekday))),
        }
    }
    let zone =
        form.trimmed("zone").parse().map_err(|error: kernel::hours::HoursError| error.to_string());
    let zone = zone.map_err(|error| form.fail("zone", error)).ok();
    let start = interval(form.value("business_day_start"), "24:00").map(Interval::start);
    let start = start.map_err(|error| form.fail("business_day_start", error)).ok();
    let kept = old.exceptions.iter().enumerate();
    let kept = kept.filter(|(index, _)| form.chosen("keep", &index.to_string()));
    let mut exceptions: Vec<Exception> = kept.map(|(_, exception)| exception.clone()).collect();
    match exception(form) {
        Ok(new) => exceptions.extend(new),
        Err(error) => form.fail("date_from", error),
    }
    let business_day_start = start?;
    form.is_ok().then_some(OpeningHours { zone: zone?, weekly, exceptions, business_day_start })
}

fn interval(from: &str, to: &str) -> Result<Interval, String> {
    // Browsers may send seconds.
    let minutes = |text: &str| text.chars().take(5).collect::<String>();
    if from.is_empty() || to.is_empty() {
        return Err("fill in both times, or neither".to_owned());
    }
    Interval::between(&minutes(from), &minutes(to)).map_err(|error| error.to_string())
}

fn exception(form: &Form) -> Result<Option<Exception>, String> {
    let date = |name: &str| {
        let text = form.trimmed(name);
        let wrong = |_| format!("\"{text}\" is not a date");
        if text.is_empty() { Ok(None) } else { text.parse::<Date>().map(Some).map_err(wrong) }
    };
    let Some(from) = date("date_from")? else { return Ok(None) };
    let to = date("date_to")?.unwrap_or(from);
    let dates = Dates::new(from, to).map_err(|error| error.to_string())?;
    let (opens, closes) = (form.trimmed("date_opens"), form.trimmed("date_closes"));
    let hours = if opens.is_empty() && closes.is_empty() {
        ExceptionHours::Closed
    } else {
        ExceptionHours::Daily(interval(opens, closes)?.into())
    };
    let note = form.trimmed("date_note").to_owned();
    Ok(Some(Exception { on: Span::Dates(dates), hours, note }))
}

async fn save(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
    mut form: Form,
) -> Result<Response, Problem> {
    let office = enter(&context, &principal, slug.clone(), Task::Manage).await?;
    let Some(hours) = typed(&mut form, &office.restaurant.hours) else {
        return Ok(page(&context, &principal, &office, form));
    };
    let actor = Actor::Person(principal.person_id);
    let command = SetHours { restaurant: slug.clone(), actor, hours };
    let done = context.run("set_hours", move |tx, env| set_hours(tx, env, &command));
    done.await.map_err(problem)?;
    Ok(back(&slug, "hours"))
}
