//! `/`: the restaurants where somebody works, and those that ask them to.

use super::{Office, photo_field, problem, shell};
use crate::{
    domain::{
        availability::business_day_began,
        restaurant::Restaurant,
        staff::{Role, Task},
    },
    store::{self, staff::Invitation},
    usecases::{
        Refusal,
        answer_invitation::{AnswerInvitation, answer_invitation},
    },
};
use axum::{
    Router,
    extract::State,
    response::Redirect,
    routing::{get, post},
};
use jiff::Timestamp;
use maud::{Markup, html};
use runtime::Context;
use uuid::Uuid;
use web::{
    Form, PathOf, Problem, Service, assets,
    components::{Empty, Tone, notice},
    signed_in::SignedIn,
};

pub(super) fn routes() -> Router<Context> {
    Router::new().route("/", get(show)).route("/invitations/{invitation}", post(answer))
}

async fn show(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
) -> Result<Markup, Problem> {
    let (person, now) = (principal.person_id, context.clock.now());
    let mine = context.database.read(move |tx| {
        let mut mine = Vec::new();
        for restaurant in store::restaurants::of_person(tx, person)? {
            let role = store::staff::role_of(tx, restaurant.id, person)?.unwrap_or(Role::Viewer);
            let availability = store::availability::of(tx, restaurant.id)?;
            let today = orders_today(tx, &restaurant, now)?;
            mine.push((Office { restaurant, role, availability, now }, today));
        }
        Ok::<_, Refusal>((mine, store::staff::invitations(tx, person)?))
    });
    let (mine, invitations) = mine.await.map_err(problem)?;
    let start = context.site.url(Service::Landing, "/start");
    let body = html! {
        div.wrap.page.stack.office {
            h1 { "My restaurants" }
            @for invitation in &invitations { (question(invitation)) }
            @if mine.is_empty() && invitations.is_empty() {
                (Empty {
                    title: "No restaurant yet",
                    words: "Ask an owner to invite you by your e-mail address, or bring your own restaurant.",
                    art: assets::art("cooking"),
                    action: Some(("Apply with your restaurant", &start)),
                }.render())
            }
            div.office-list { @for (office, today) in &mine { (card(office, *today)) } }
        }
    };
    Ok(shell(&context, &principal, "My restaurants", &body))
}

fn question(invitation: &Invitation) -> Markup {
    let action = format!("/invitations/{}", invitation.id.simple());
    let name = &invitation.restaurant;
    notice(
        Tone::Info,
        &format!("{name} invites you to work there"),
        html! {
            p { "As " (invitation.role.label().to_lowercase()) ": " (invitation.role.purpose()) }
            form.actions method="post" action=(action) {
                button.btn.btn-primary type="submit" name="answer" value="yes" aria-label={ "Join " (name) } { "Join" }
                button.btn.btn-quiet type="submit" name="answer" value="no" aria-label={ "No, thank you: not at " (name) } { "No, thank you" }
            }
        },
    )
}

async fn answer(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(invitation): PathOf<Uuid>,
    form: Form,
) -> Result<Redirect, Problem> {
    let joins = match form.value("answer") {
        "yes" => true,
        "no" => false,
        _ => return Err(Problem::unprocessable("invalid_fields").detail("Say yes or no.")),
    };
    let command = AnswerInvitation { person: principal.person_id, invitation, joins };
    let done =
        context.run("answer_invitation", move |tx, env| answer_invitation(tx, env, &command));
    done.await.map_err(problem)?;
    Ok(Redirect::to("/"))
}

fn orders_today(
    tx: &mut database::Tx<'_>,
    restaurant: &Restaurant,
    now: Timestamp,
) -> Result<i64, database::Error> {
    let began = business_day_began(&restaurant.hours, now);
    store::restaurants::orders_since(tx, restaurant.id, began)
}

fn card(office: &Office, today: i64) -> Markup {
    let profile = &office.restaurant.profile;
    let picture = photo_field::picture(profile.photo.as_ref(), profile.art.as_deref());
    html! {
        article.panel.office-card aria-label=(profile.name) {
            @if let Some(picture) = picture { div.office-picture { (picture.render(72)) } }
            div.stack {
                div.spread {
                    h2 { a href=(office.path("board")) { (profile.name) } }
                    (office.state_mark())
                }
                p.quiet {
                    (today) @if today == 1 { " order today" } @else { " orders today" }
                    " · you are " (office.role.label().to_lowercase())
                    @if !profile.listed { " · customers do not see it before its menu is published" }
                }
                div.row {
                    a.btn.btn-primary href=(office.path("board")) { "Open the board" }
                    a.btn.btn-quiet href=(office.path("menu")) { "Menu" }
                    a.btn.btn-quiet href=(office.path("hours")) { "Hours" }
                    @if office.may(Task::Cook) { a.btn.btn-quiet href=(office.path("settings")) { "Settings" } }
                }
            }
        }
    }
}
