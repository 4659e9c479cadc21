//! Keys of programs. People alone manage them: a key cannot make another one.

use super::actor;
use crate::{
    domain::{api_key::Scope, staff::Task},
    store::api_keys::{self, ApiKey},
    usecases::{
        Refusal,
        api_keys::{CreateApiKey, create_api_key, revoke_api_key},
        enter,
        idempotent::Once,
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use database::Tx;
use jiff::Timestamp;
use kernel::Env;
use runtime::Context;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{IdempotencyKey, JsonBody, PathOf, Problem, signed_in::SignedIn};

pub(super) fn routes() -> Router<Context> {
    Router::new()
        .route("/api/v1/restaurants/{restaurant}/api-keys", get(list).post(create))
        .route("/api/v1/restaurants/{restaurant}/api-keys/{key}", get(one).delete(revoke))
}

/// A key as it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeyView {
    #[schema(value_type = String, format = Uuid)]
    id: Uuid,
    /// What it is for.
    name: String,
    /// How it begins.
    beginning: String,
    /// What it may do.
    scopes: Vec<&'static str>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// To the minute; null while nobody has used it.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    used_at: Option<Timestamp>,
}

impl From<ApiKey> for KeyView {
    fn from(key: ApiKey) -> Self {
        let scopes = key.scopes.into_iter().map(Scope::key).collect();
        let ApiKey { id, name, beginning, created_at, used_at, .. } = key;
        Self { id, name, beginning, scopes, created_at, used_at }
    }
}

/// The keys of a restaurant.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeysView {
    items: Vec<KeyView>,
    /// Always null: there are at most 20.
    #[schema(required)]
    next: Option<String>,
}

/// A key that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CreatedView {
    #[serde(flatten)]
    view: KeyView,
    /// What the program sends as `Authorization: Bearer`. Shown this once: the answer to a repeated
    /// request has null here.
    #[schema(required)]
    key: Option<String>,
}

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKey {
    /// What it is for, in at most 60 characters.
    name: String,
    /// Of `restaurant:read`, `restaurant:write`, `menu:read`, `menu:write`, `availability:write`,
    /// `tickets:read` and `tickets:write`.
    scopes: Vec<String>,
}

/// The keys, without their secrets.
#[utoipa::path(get, operation_id = "list_api_keys", path = "/api/v1/restaurants/{restaurant}/api-keys", tag = "api-keys",
    params(("restaurant" = String, Path, description = "Id or slug")),
    responses((status = 200, description = "All of them", body = KeysView), (status = 403, description = "Takes a manager"), (status = 404, description = "None, or not yours")))]
pub(super) async fn list(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(restaurant): PathOf<String>,
) -> Result<Json<KeysView>, Problem> {
    let found = context.database.read(move |tx| {
        let (restaurant, _) = enter(tx, &restaurant, actor(&principal), Task::Manage)?;
        Ok::<_, Refusal>(api_keys::of_restaurant(tx, restaurant.id)?)
    });
    let items = found.await?.into_iter().map(KeyView::from).collect();
    Ok(Json(KeysView { items, next: None }))
}

/// One key, without its secret.
#[utoipa::path(get, operation_id = "get_api_key", path = "/api/v1/restaurants/{restaurant}/api-keys/{key}", tag = "api-keys",
    params(("restaurant" = String, Path, description = "Id or slug"), ("key" = String, Path, description = "Id of the key")),
    responses((status = 200, description = "The key", body = KeyView), (status = 403, description = "Takes a manager"), (status = 404, description = "None, or not yours")))]
pub(super) async fn one(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf((restaurant, key)): PathOf<(String, Uuid)>,
) -> Result<Json<KeyView>, Problem> {
    let found = context.database.read(move |tx| {
        let (restaurant, _) = enter(tx, &restaurant, actor(&principal), Task::Manage)?;
        api_keys::find(tx, restaurant.id, key)?.ok_or(Refusal::NotFound)
    });
    Ok(Json(found.await?.into()))
}

/// Makes a key for a program of this restaurant.
#[utoipa::path(post, operation_id = "create_api_key", path = "/api/v1/restaurants/{restaurant}/api-keys", tag = "api-keys", request_body = NewKey,
    params(("restaurant" = String, Path, description = "Id or slug"),
           ("Idempotency-Key" = String, Header, description = "Repeats with the same key make no other; they do not show the secret again")),
    responses((status = 201, description = "The key, with its secret", body = CreatedView), (status = 400, description = "No Idempotency-Key, or not JSON"),
              (status = 403, description = "Takes a manager"), (status = 404, description = "None, or not yours"), (status = 422, description = "Fields are wrong, each with its pointer, or the Idempotency-Key was used for something else")))]
pub(super) async fn create(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf(restaurant): PathOf<String>,
    key: IdempotencyKey,
    JsonBody(sent): JsonBody<NewKey>,
) -> Result<Response, Problem> {
    let mut scopes = Vec::new();
    for (index, word) in sent.scopes.iter().enumerate() {
        scopes.push(Scope::from_key(word).ok_or_else(|| {
            Problem::unprocessable("invalid_fields")
                .detail("There is no such scope.")
                .field(format!("/scopes/{index}"), "expected a scope such as menu:write")
        })?);
    }
    let remembered = Once {
        person: principal.person_id,
        key: key.as_str().to_owned(),
        request: format!("api-key {restaurant} {} {}", sent.scopes.join(" "), sent.name),
    };
    let command = CreateApiKey { restaurant, actor: actor(&principal), name: sent.name, scopes };
    let create =
        move |tx: &mut Tx<'_>, env: &Env| create_api_key(tx, env, &command, Some(&remembered));
    let created = context.run("create_api_key", create).await?;
    let view = CreatedView { view: created.key.into(), key: created.secret };
    let mut answer = (StatusCode::CREATED, Json(view)).into_response();
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// Revokes a key: from the next request on it opens nothing.
#[utoipa::path(delete, operation_id = "revoke_api_key", path = "/api/v1/restaurants/{restaurant}/api-keys/{key}", tag = "api-keys",
    params(("restaurant" = String, Path, description = "Id or slug"), ("key" = String, Path, description = "Id of the key")),
    responses((status = 204, description = "Revoked"), (status = 403, description = "Takes a manager"), (status = 404, description = "None, or not yours")))]
pub(super) async fn revoke(
    State(context): State<Context>,
    SignedIn(principal): SignedIn,
    PathOf((restaurant, key)): PathOf<(String, Uuid)>,
) -> Result<StatusCode, Problem> {
    let actor = actor(&principal);
    let revoke = move |tx: &mut Tx<'_>, _: &Env| revoke_api_key(tx, &restaurant, actor, key);
    context.run("revoke_api_key", revoke).await?;
    Ok(StatusCode::NO_CONTENT)
}
