//! The restaurant's own photos: of itself, and of the items of its draft.

use super::menu::if_match;
use crate::{
    caller::Caller,
    domain::{api_key::Scope, menu_edit::Edit, restaurant::Profile, staff::Task},
    usecases::{
        Actor, Refusal,
        change_restaurant::{ChangeRestaurant, change_restaurant},
        edit_draft::{EditDraft, edit_draft},
        enter,
        keep_photo::{KeepPhoto, keep_photo},
    },
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse},
    routing::put,
};
use kernel::{ids::ItemId, photo::Photo};
use runtime::Context;
use serde::Deserialize;
use web::{PathOf, Problem, QueryOf, RawBody};

pub(super) fn routes() -> Router<Context> {
    Router::new()
        .route("/api/v1/restaurants/{restaurant}/photo", put(put_own).delete(delete_own))
        .route(
            "/api/v1/restaurants/{restaurant}/items/{item}/photo",
            put(put_items).delete(delete_items),
        )
        .layer(DefaultBodyLimit::max(uploads::LARGEST_BYTES))
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Words {
    #[serde(default)]
    alt: String,
}

/// Hangs a photo on the restaurant, in place of the one that is there.
#[utoipa::path(put, operation_id = "put_restaurant_photo", path = "/api/v1/restaurants/{restaurant}/photo", tag = "photos",
    request_body(content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp")), description = "The photo as a file, at most 10 MB and 30 million pixels. It is made anew in a few sizes; where and when it was taken is not kept."),
    params(("restaurant" = String, Path, description = "Id or slug"),
           ("alt" = Option<String>, Query, description = "What it shows, for those who cannot see it")),
    responses((status = 200, description = "The photo as it is kept", body = ref("#/components/schemas/Photo")),
              (status = 415, description = "Another kind of file than JPEG, PNG or WebP"),
              (status = 422, description = "Damaged, or too few or too many pixels")))]
pub(super) async fn put_own(
    State(context): State<Context>,
    caller: Caller,
    PathOf(restaurant): PathOf<String>,
    QueryOf(Words { alt }): QueryOf<Words>,
    RawBody(sent): RawBody,
) -> Result<Json<Photo>, Problem> {
    let actor = caller.may(Scope::RestaurantWrite)?;
    let photo = keep(&context, &restaurant, actor, sent, alt).await?;
    let kept = KeepPhoto { restaurant, actor, photo: photo.clone() };
    let done = context.run("change_restaurant", move |tx, env| {
        keep_photo(tx, env, &kept)?;
        let change = |profile: &mut Profile| profile.photo = Some(kept.photo.clone());
        let restaurant = kept.restaurant.clone();
        change_restaurant(tx, env, &ChangeRestaurant { restaurant, actor, change })
    });
    done.await?;
    Ok(Json(photo))
}

/// Takes the restaurant's photo away; drawn art stands in its place again.
#[utoipa::path(delete, operation_id = "delete_restaurant_photo", path = "/api/v1/restaurants/{restaurant}/photo", tag = "photos",
    params(("restaurant" = String, Path, description = "Id or slug")),
    responses((status = 204, description = "There is none")))]
pub(super) async fn delete_own(
    State(context): State<Context>,
    caller: Caller,
    PathOf(restaurant): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let change = |profile: &mut Profile| profile.photo = None;
    let command =
        ChangeRestaurant { restaurant, actor: caller.may(Scope::RestaurantWrite)?, change };
    let done =
        context.run("change_restaurant", move |tx, env| change_restaurant(tx, env, &command));
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hangs a photo on an item of the draft; customers see it when the menu is published.
#[utoipa::path(put, operation_id = "put_item_photo", path = "/api/v1/restaurants/{restaurant}/items/{item}/photo", tag = "photos",
    request_body(content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp")), description = "As of the restaurant's own photo"),
    params(("restaurant" = String, Path, description = "Id or slug"), ("item" = String, Path, description = "An item of the draft"),
           ("alt" = Option<String>, Query, description = "What it shows, for those who cannot see it"),
           ("If-Match" = Option<String>, Header, description = "The ETag of the draft that was read")),
    responses((status = 200, description = "The photo as it is kept, and the draft's ETag", body = ref("#/components/schemas/Photo")),
              (status = 412, description = "The draft has changed in the meantime"),
              (status = 415, description = "Another kind of file than JPEG, PNG or WebP"),
              (status = 422, description = "Damaged, or too few or too many pixels")))]
pub(super) async fn put_items(
    State(context): State<Context>,
    caller: Caller,
    PathOf((restaurant, item)): PathOf<(String, ItemId)>,
    QueryOf(Words { alt }): QueryOf<Words>,
    headers: HeaderMap,
    RawBody(sent): RawBody,
) -> Result<impl IntoResponse, Problem> {
    let (actor, expected) = (caller.may(Scope::MenuWrite)?, if_match(&headers)?);
    let photo = keep(&context, &restaurant, actor, sent, alt).await?;
    let edit = Edit::SetPhoto(item, Some(photo.clone()));
    let etag = hang(&context, EditDraft { restaurant, actor, expected, edit }).await?;
    Ok((AppendHeaders([(header::ETAG, etag)]), Json(photo)))
}

/// Takes the photo of an item of the draft away.
#[utoipa::path(delete, operation_id = "delete_item_photo", path = "/api/v1/restaurants/{restaurant}/items/{item}/photo", tag = "photos",
    params(("restaurant" = String, Path, description = "Id or slug"), ("item" = String, Path, description = "An item of the draft"),
           ("If-Match" = Option<String>, Header, description = "The ETag of the draft that was read")),
    responses((status = 204, description = "There is none in the draft, whose ETag comes with it"), (status = 412, description = "The draft has changed in the meantime")))]
pub(super) async fn delete_items(
    State(context): State<Context>,
    caller: Caller,
    PathOf((restaurant, item)): PathOf<(String, ItemId)>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let (actor, expected) = (caller.may(Scope::MenuWrite)?, if_match(&headers)?);
    let edit = Edit::SetPhoto(item, None);
    let etag = hang(&context, EditDraft { restaurant, actor, expected, edit }).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::ETAG, etag)])))
}

/// Keeps what was sent by somebody who may; a stranger's photo is not even looked at.
async fn keep(
    context: &Context,
    restaurant: &str,
    actor: Actor,
    sent: Bytes,
    alt: String,
) -> Result<Photo, Problem> {
    let key = restaurant.to_owned();
    let may = context.database.read(move |tx| enter(tx, &key, actor, Task::Manage).map(drop));
    may.await?;
    Ok(context.photos.keep(sent, alt.trim().to_owned()).await?)
}

/// Changes the photo of an item; the draft's new `ETag`.
async fn hang(context: &Context, command: EditDraft) -> Result<String, Problem> {
    let done = context.run("edit_draft", move |tx, env| {
        let (restaurant, actor) = (command.restaurant.clone(), command.actor);
        if let Edit::SetPhoto(_, Some(photo)) = &command.edit {
            keep_photo(tx, env, &KeepPhoto { restaurant, actor, photo: photo.clone() })?;
        }
        Ok::<_, Refusal>(edit_draft(tx, env, &command)?.revision)
    });
    Ok(format!("\"{}\"", done.await?))
}
