//! The draft of the menu, and its publication.

use super::views::PublishedView;
use crate::{
    caller::Caller,
    domain::{api_key::Scope, staff::Task},
    store::{self, menus::Draft},
    usecases::{
        Refusal, enter,
        idempotent::{Once, once},
        publish_menu::{PublishMenu, publish_menu},
        save_draft::{SaveDraft, save_draft},
    },
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderName, header},
    response::{AppendHeaders, IntoResponse},
    routing::{get, post},
};
use kernel::{
    Env,
    ids::{ItemId, OptionGroupId, OptionId, SectionId},
    menu::Menu,
};
use runtime::Context;
use serde_json::{Value, json};
use web::{IdempotencyKey, JsonBody, Known, PathOf, Problem};

/// The largest menu that is taken in.
const LARGEST: usize = 2 * 1024 * 1024;

pub(super) fn routes() -> Router<Context> {
    Router::new()
        .route(
            "/api/v1/restaurants/{restaurant}/menu",
            get(draft).put(save).layer(DefaultBodyLimit::max(LARGEST)),
        )
        .route("/api/v1/restaurants/{restaurant}/menu/publish", post(publish))
}

fn answer(draft: Draft) -> impl IntoResponse {
    let etag: [(HeaderName, String); 1] = [(header::ETAG, format!("\"{}\"", draft.revision))];
    (AppendHeaders(etag), Json(draft.menu))
}

/// The draft, with its `ETag`.
#[utoipa::path(get, operation_id = "get_menu_draft", path = "/api/v1/restaurants/{restaurant}/menu", tag = "menu",
    params(("restaurant" = String, Path, description = "Id or slug")),
    responses((status = 200, description = "As it is now", body = ref("#/components/schemas/Menu"))))]
pub(super) async fn draft(
    State(context): State<Context>,
    caller: Caller,
    PathOf(key): PathOf<String>,
) -> Result<impl IntoResponse, Problem> {
    let actor = caller.may(Scope::MenuRead)?;
    let found = context.database.read(move |tx| {
        let (restaurant, _) = enter(tx, &key, actor, Task::See)?;
        let empty = Draft {
            revision: 0,
            menu: Menu::empty(restaurant.currency),
            updated_at: restaurant.updated_at,
        };
        Ok::<_, Refusal>(store::menus::draft(tx, restaurant.id)?.unwrap_or(empty))
    });
    Ok(answer(found.await?))
}

/// Replaces the draft. Sections, items, groups and options without an `id` get one. With `If-Match`
/// a draft that was changed in the meantime is not overwritten (412).
#[utoipa::path(put, operation_id = "save_menu_draft", path = "/api/v1/restaurants/{restaurant}/menu", tag = "menu", request_body = ref("#/components/schemas/Menu"),
    params(("restaurant" = String, Path, description = "Id or slug"),
           ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 200, description = "As it is now", body = ref("#/components/schemas/Menu")), (status = 412, description = "Changed in the meantime"),
              (status = 422, description = "Fields are wrong, each with its pointer")))]
pub(super) async fn save(
    State(context): State<Context>,
    caller: Caller,
    PathOf(restaurant): PathOf<String>,
    headers: HeaderMap,
    JsonBody(mut body): JsonBody<Value>,
) -> Result<impl IntoResponse, Problem> {
    let env = context.env();
    let expected = if_match(&headers)?;
    add_ids(&mut body, &env);
    let Known(menu) = web::extract::parse_json(body.to_string().as_bytes())?;
    let command = SaveDraft { restaurant, actor: caller.may(Scope::MenuWrite)?, menu, expected };
    let saved = context.run("save_draft", move |tx, env| save_draft(tx, env, &command)).await?;
    Ok(answer(saved))
}

/// Publishes the draft and tells its version; a draft without changes keeps its version.
#[utoipa::path(post, operation_id = "publish_menu", path = "/api/v1/restaurants/{restaurant}/menu/publish", tag = "menu",
    params(("restaurant" = String, Path, description = "Id or slug"),
           ("Idempotency-Key" = Option<String>, Header, description = "Repeats with the same key have the same answer"),
           ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses((status = 200, description = "As it is now", body = PublishedView), (status = 412, description = "Changed in the meantime"), (status = 413, description = "Too large to be published"), (status = 422, description = "Not ready, each reason with its pointer")))]
pub(super) async fn publish(
    State(context): State<Context>,
    caller: Caller,
    PathOf(restaurant): PathOf<String>,
    headers: HeaderMap,
    key: Result<IdempotencyKey, Problem>,
) -> Result<Json<Value>, Problem> {
    let key = match key {
        Ok(key) => Some(key),
        // Publishing the same draft twice is the same, so a key may be missing; a bad one may not.
        Err(_) if !headers.contains_key("idempotency-key") => None,
        Err(problem) => return Err(problem),
    };
    let remembered = key.map(|key| Once {
        person: caller.id(),
        key: key.as_str().to_owned(),
        request: format!("publish {restaurant}"),
    });
    let expected = if_match(&headers)?;
    let command = PublishMenu { restaurant, actor: caller.may(Scope::MenuWrite)?, expected };
    let version = context.run("publish_menu", move |tx, env| {
        once(tx, env, remembered.as_ref(), |tx| publish_menu(tx, env, &command))
    });
    Ok(Json(json!({"version": version.await?})))
}

pub(super) fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    // A tag that is none of ours cannot match.
    Ok(Some(bare.and_then(|revision| revision.parse().ok()).unwrap_or(-1)))
}

fn add_ids(menu: &mut Value, env: &Env) {
    for_each(menu, "sections", |section| {
        add_id(section, || env.id::<SectionId>().to_string());
        for_each(section, "items", |item| {
            add_id(item, || env.id::<ItemId>().to_string());
            for_each(item, "option_groups", |group| {
                add_id(group, || env.id::<OptionGroupId>().to_string());
                for_each(group, "options", |option| {
                    add_id(option, || env.id::<OptionId>().to_string());
                });
            });
        });
    });
}

fn for_each(parent: &mut Value, name: &str, visit: impl Fn(&mut Value)) {
    if let Some(Value::Array(list)) = parent.get_mut(name) {
        list.iter_mut().for_each(visit);
    }
}

fn add_id(value: &mut Value, id: impl Fn() -> String) {
    if let Value::Object(fields) = value {
        fields.entry("id").or_insert_with(|| Value::String(id()));
    }
}
