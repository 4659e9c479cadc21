//! `/r/{slug}/staff`: who works here; owners invite, change roles and let go.

use super::{Office, answer, back, into_form, problem};
use crate::{
    domain::staff::{Role, Task},
    store::{self, staff::Member},
    usecases::{
        Actor, Refusal, enter,
        hire::{ChangeMember, change_member, invite},
        register_restaurant::Newcomer,
    },
};
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use maud::{Markup, html};
use runtime::Context;
use session::Principal;
use uuid::Uuid;
use web::{
    Form, PathOf, Problem,
    components::{Field, Kind, error_summary},
    signed_in::SignedIn,
};

pub(super) fn routes() -> Router<Context> {
    Router::new()
        .route("/r/{slug}/staff", get(show).post(add))
        .route("/r/{slug}/staff/{member}", post(change))
}

async fn show(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
) -> Result<Response, Problem> {
    page(&context, &principal, slug, Form::with([("role", "cook")])).await
}

async fn page(
    context: &Context,
    principal: &Principal,
    slug: String,
    form: Form,
) -> Result<Response, Problem> {
    let (now, who) = (context.clock.now(), principal.clone());
    let read = context.database.read(move |tx| {
        let office = Office::enter(tx, &slug, &who, Task::See, now)?;
        let members = store::staff::of_restaurant(tx, office.restaurant.id)?;
        Ok::<_, Refusal>((office, members))
    });
    let (office, members) = read.await.map_err(problem)?;
    let body = html! {
        h1 { "Staff" }
        div.table-box { table.table.table-stacks {
            thead { tr { th { "Who" } th { "Role" } @if office.may(Task::Hire) { th { span.visually-hidden { "Change" } } } } }
            tbody { @for member in &members { (row(&office, member)) } }
        } }
        dl.office-roles { @for role in Role::ALL { div { dt { (role.label()) } dd { (role.purpose()) } } } }
        @if office.may(Task::Hire) { (invitation(&office, &form)) }
    };
    Ok(answer(&form, office.page(context, principal, "Staff", "staff", &body)))
}

fn row(office: &Office, member: &Member) -> Markup {
    let name = member.name.as_deref().unwrap_or(&member.email);
    let action = office.path(&format!("staff/{}", member.id.simple()));
    html! {
        tr {
            td {
                b { (name) }
                @if member.name.is_some() { br; span.quiet.small { (member.email) } }
                @if member.person_id.is_none() { " " span.mark { "invited" } }
            }
            td {
                @if office.may(Task::Hire) {
                    form.row method="post" action=(action) {
                        span.select { select.input name="role" aria-label={ "Role of " (name) } {
                            @for role in Role::ALL { option value=(role.key()) selected[role == member.role] { (role.label()) } }
                        } (web::icons::chevron_down()) }
                        button.btn.btn-quiet.btn-small type="submit" aria-label={ "Change role of " (name) } { "Change" }
                    }
                } @else { (member.role.label()) }
            }
            @if office.may(Task::Hire) {
                td.num { form method="post" action=(action) {
                    input type="hidden" name="remove" value="yes";
                    button.btn.btn-danger.btn-small type="submit" aria-label={ "Remove " (name) } { "Remove" }
                } }
            }
        }
    }
}

fn invitation(office: &Office, form: &Form) -> Markup {
    let roles = Role::ALL.map(|role| (role.key(), role.label()));
    html! {
        section.panel.stack aria-labelledby="invite" {
            h2 #invite { "Invite somebody" }
            form.fields method="post" action=(office.path("staff")) {
                (error_summary(form))
                div.fields-pair {
                    (Field { name: "email", label: "E-mail address", kind: Kind::Line("email"), hint: "They sign in with this address and say yes under My restaurants.", autocomplete: "off", ..Field::default() }.render(form))
                    (Field { name: "role", label: "Role", kind: Kind::Select(&roles), ..Field::default() }.render(form))
                }
                div.actions { button.btn.btn-primary type="submit" { "Invite" } }
            }
        }
    }
}

async fn add(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(slug): PathOf<String>,
    mut form: Form,
) -> Result<Response, Problem> {
    let Some(role) = Role::from_key(form.value("role")) else {
        form.fail("role", "Choose a role.");
        return page(&context, &principal, slug, form).await;
    };
    let newcomer = Newcomer { email: form.trimmed("email").to_owned(), person_id: None, role };
    let (actor, key) = (Actor::Person(principal.person_id), slug.clone());
    let done = context.run("invite", move |tx, env| {
        let (restaurant, _) = enter(tx, &key, actor, Task::Hire)?;
        invite(tx, env, restaurant.id, actor, &newcomer)
    });
    if let Err(refusal) = done.await {
        into_form(refusal, &mut form, str::to_owned)?;
        return page(&context, &principal, slug, form).await;
    }
    Ok(back(&slug, "staff"))
}

async fn change(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf((slug, member)): PathOf<(String, Uuid)>,
    form: Form,
) -> Result<Response, Problem> {
    let role = Role::from_key(form.value("role"));
    if role.is_none() && !form.ticked("remove") {
        return Err(Problem::unprocessable("invalid_fields").detail("Choose a role."));
    }
    let actor = Actor::Person(principal.person_id);
    let command = ChangeMember { restaurant: slug.clone(), actor, member, role };
    let done = context.run("change_member", move |tx, env| change_member(tx, env, &command));
    done.await.map_err(problem)?;
    Ok(back(&slug, "staff"))
}
